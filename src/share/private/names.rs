//! Names and their placeholders, and how names are told from the text around them. It knows no JSON.

use super::{Kind, Private};
use crate::order;
use crate::spec::{annotation, spelling};
use std::collections::{HashMap, HashSet};

/// Prefixes of keys that anybody uses: such a key says nothing about who made the image.
const KNOWN: [&str; 18] = [
    "org.label-schema.",
    "org.cnai.",
    "dev.tekton.image.",
    "io.crossplane.",
    "org.opencontainers.",
    "vnd.docker.",
    "com.docker.",
    "io.containerd.",
    "containerd.io/",
    "io.github.containers.",
    "io.buildah.",
    "moby.",
    "dev.sigstore.",
    "dev.cosignproject.",
    "dev.sigstore/",
    "module.wasm.image/",
    "io.deis.oras.",
    "org.cncf.",
];

/// Annotations of fixed words, which consumers or rules look at.
const STAYS: [&str; 5] = [
    annotation::REFERENCE_TYPE,
    annotation::LICENSES,
    "dev.tekton.image.kind",
    "dev.tekton.image.apiVersion",
    "io.crossplane.xpkg",
];

/// Ends of names of hosts that are also met without an address around them.
const TOP: [&str; 32] = [
    "com", "net", "org", "io", "dev", "cn", "local", "internal", "corp", "lan", "intra", "cloud",
    "cluster", "ai", "de", "eu", "app", "co", "uk", "us", "fr", "jp", "kr", "ru", "edu", "gov",
    "info", "biz", "xyz", "svc", "home", "tech",
];

/// Names of files and folders that a format gives.
const OF_THE_FORMAT: [&str; 15] = [
    "pasted",
    "blobs",
    "sha256",
    "sha384",
    "sha512",
    "index.json",
    "oci-layout",
    "manifest.json",
    "repositories",
    "layer.tar",
    "json",
    "VERSION",
    "version",
    "layout",
    "JSON",
];

/// Names of files and folders that every system has, or every plugin.
const OF_ANY_SYSTEM: [&str; 28] = [
    "bin",
    "boot",
    "dev",
    "etc",
    "group",
    "home",
    "hosts",
    "lib",
    "lib64",
    "local",
    "media",
    "mnt",
    "null",
    "opt",
    "passwd",
    "proc",
    "root",
    "run",
    "sbin",
    "shadow",
    "share",
    "srv",
    "sys",
    "tmp",
    "usr",
    "var",
    "plugin.wasm",
    "Files",
];

/// What stands before the name of a user in a path.
const HOMES: [&str; 3] = ["/home/", "/Users/", "\\Users\\"];

/// What was found so far.
#[derive(Default)]
pub struct Names {
    found: Vec<Private>,
    noted: HashSet<(Kind, String)>,
    placeholders: HashMap<(Kind, String), String>,
    counts: HashMap<Kind, u32>,
    written: Vec<(String, String)>,
    keys: HashMap<(Kind, String), String>,
}

impl Names {
    /// Everything, by kind.
    pub fn found(&self) -> Vec<Private> {
        let mut found = self.found.clone();
        order::by_key(&mut found, |private| private.kind);
        found
    }

    /// Every text that was replaced by another one, and that one.
    pub fn written(&self) -> &[(String, String)] {
        &self.written
    }

    /// Keeps that a text was replaced, and gives what it became.
    fn became(&mut self, old: &str, new: String) -> String {
        if new != old {
            self.written.push((old.to_string(), new.clone()));
        }
        new
    }

    fn note(&mut self, kind: Kind, value: &str, placeholder: Option<String>) {
        if self.noted.insert((kind, value.to_string())) {
            self.found.push(Private {
                kind,
                value: value.to_string(),
                placeholder,
            });
        }
    }

    /// The placeholder of a name: the same for the same name.
    fn placeholder(&mut self, kind: Kind, value: &str, shown: &str) -> String {
        if let Some(known) = self.placeholders.get(&(kind, value.to_string())) {
            return known.clone();
        }
        let count = self.counts.entry(kind).or_insert(0);
        *count += 1;
        let new = match kind {
            Kind::Host => format!("host-{count}.example"),
            Kind::Repository => format!("repo-{count}"),
            Kind::Annotation => format!("annotation-{count}"),
            Kind::Env => format!("ENV_{count}"),
            Kind::Words => format!("text-{count}"),
            Kind::File => format!("file-{count}"),
            Kind::User => format!("user-{count}"),
        };
        self.placeholders
            .insert((kind, value.to_string()), new.clone());
        if matches!(
            kind,
            Kind::Host | Kind::Repository | Kind::File | Kind::User
        ) {
            self.became(value, new.clone());
        }
        self.note(kind, shown, Some(new.clone()));
        new
    }

    /// The placeholder of a key: the same for the same key, whatever its value.
    fn key(&mut self, kind: Kind, key: &str, new: &str) -> String {
        let known = self.keys.entry((kind, key.to_string()));
        let new = known.or_insert_with(|| new.to_string()).clone();
        self.became(key, new)
    }

    /// The user and group that a container runs as: numbers stay, and so does the form.
    pub fn user(&mut self, text: &str) -> String {
        let parts: Vec<String> = text
            .split(':')
            .map(|part| match part {
                "" | "root" | "nobody" => part.to_string(),
                part if ours(part) || part.bytes().all(|byte| byte.is_ascii_digit()) => {
                    part.to_string()
                }
                part => self.placeholder(Kind::User, part, part),
            })
            .collect();
        parts.join(":")
    }

    /// A host, its port with it.
    pub fn host(&mut self, host: &str) -> String {
        if host.is_empty() || ours(host) {
            return host.to_string();
        }
        self.placeholder(Kind::Host, host, host)
    }

    fn repository(&mut self, name: &str) -> String {
        if name.is_empty() || ours(name) {
            return name.to_string();
        }
        self.placeholder(Kind::Repository, name, name)
    }

    /// Free words, as a whole.
    pub fn words(&mut self, text: &str) -> String {
        // `e30=` is the empty JSON object that descriptors carry.
        let plain = [
            "e30=",
            "root",
            "nobody",
            "/",
            "/bin/sh",
            "sh",
            "-c",
            "CMD",
            "CMD-SHELL",
        ];
        if text.trim().is_empty() || plain.contains(&text) || technical(text) || ours(text) {
            return text.to_string();
        }
        let new = self.placeholder(Kind::Words, text, text);
        // What was an absolute path stays one.
        let root = if text.starts_with('/') { "/" } else { "" };
        self.became(text, format!("{root}{new}"))
    }

    /// The path of a file: names that are the format's own stay, and so do the ends that tell what a file is.
    pub fn path(&mut self, path: &str) -> String {
        let parts: Vec<String> = path.split('/').map(|part| self.part(part)).collect();
        parts.join("/")
    }

    fn part(&mut self, part: &str) -> String {
        let stem = part.trim_end_matches(".json");
        let digest = stem.trim_end_matches(".tar.gz").trim_end_matches(".tar");
        let hex = digest.len() >= 12 && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
        if part.trim_matches('.').is_empty() || hex || OF_THE_FORMAT.contains(&part) || ours(stem) {
            return part.to_string();
        }
        let ends = [".tar.gz", ".tar.zst", ".tar", ".tgz", ".json", ".wasm"];
        let end = ends
            .into_iter()
            .find(|end| part.ends_with(end))
            .unwrap_or("");
        let name = part.strip_suffix(end).unwrap_or(part);
        if name.is_empty() || ours(name) {
            return part.to_string();
        }
        format!("{}{end}", self.placeholder(Kind::File, name, part))
    }

    /// The path of a file in a layer: what every system has stays, and so do the marks of whiteouts.
    pub fn entry(&mut self, path: &str) -> String {
        let parts: Vec<String> = path
            .split('/')
            .map(|part| match part.strip_prefix(".wh.") {
                Some(rest) if !rest.starts_with(".wh.") => {
                    let known = OF_ANY_SYSTEM.contains(&rest);
                    let rest = if known {
                        rest.to_string()
                    } else {
                        self.part(rest)
                    };
                    format!(".wh.{rest}")
                }
                Some(_) => part.to_string(),
                None if OF_ANY_SYSTEM.contains(&part) => part.to_string(),
                None => self.part(part),
            })
            .collect();
        parts.join("/")
    }

    /// A text with the names of users in its paths replaced.
    pub fn users(&mut self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((at, home)) = HOMES
            .iter()
            .filter_map(|home| Some((rest.find(home)?, *home)))
            .min_by_key(|(at, _)| *at)
        {
            let (before, after) = rest.split_at(at + home.len());
            let end = after
                .find(|c: char| !(c.is_alphanumeric() || "._-".contains(c)))
                .unwrap_or(after.len());
            let (user, next) = after.split_at(end);
            out.push_str(before);
            if user.is_empty() || ours(user) {
                out.push_str(user);
            } else {
                out.push_str(&self.placeholder(Kind::User, user, user));
            }
            rest = next;
        }
        out.push_str(rest);
        out
    }

    /// `KEY=VALUE`.
    pub fn variable(&mut self, text: &str) -> String {
        let (key, value) = text.split_once('=').unwrap_or((text, ""));
        let new = self.placeholder(Kind::Env, text, text);
        let key = match key {
            "PATH" | "" => key.to_string(),
            key => self.key(Kind::Env, key, &new),
        };
        let now = new.replace("ENV_", "value-");
        let value = match value {
            "" => String::new(),
            // Whoever reads the variables line by line stumbles over it as before.
            value if value.contains('\n') => self.became(value, format!("{now}\n{now}")),
            value => self.became(value, now),
        };
        match text.contains('=') {
            true => format!("{key}={value}"),
            false => key,
        }
    }

    /// An annotation whose value was dealt with as a name.
    pub fn annotation_stays(&mut self, key: &str, value: &str, stays: bool) {
        if stays {
            self.note(Kind::Annotation, &format!("{key}: {value}"), None);
        }
    }

    /// Key and value of an annotation. The shape of the value stays where consumers look at it.
    pub fn annotation(&mut self, key: &str, value: &str) -> (String, String) {
        // An empty key is nobody's, and one that was meant to be known and is misspelt tells no more than that.
        let known =
            key.is_empty() || KNOWN.iter().any(|prefix| key.starts_with(prefix)) || misspelt(key);
        let shown = format!("{key}: {value}");
        if known && (technical(value) || STAYS.contains(&key)) {
            self.note(Kind::Annotation, &shown, None);
            return (key.to_string(), value.to_string());
        }
        let new = self.placeholder(Kind::Annotation, &shown, &shown);
        let was = value;
        let value = match value.split_once("://") {
            _ if technical(value) => value.to_string(),
            Some((scheme, _)) if scheme.bytes().all(|b| b.is_ascii_alphanumeric()) => {
                format!("{scheme}://{new}.example/")
            }
            _ => match extension(value).filter(|_| key == annotation::TITLE) {
                Some(extension) => format!("{new}.{extension}"),
                None => new.clone(),
            },
        };
        let value = self.became(was, value);
        let key = match known {
            true => key.to_string(),
            // A key with a prefix keeps one.
            false if key.contains('.') => self.key(Kind::Annotation, key, &format!("{new}.key")),
            false => self.key(Kind::Annotation, key, &new),
        };
        (key, value)
    }

    /// The reference of an image: `[HOST[:PORT]/]REPOSITORY[:TAG][@DIGEST]`. Tag and digest stay.
    pub fn reference(&mut self, text: &str) -> String {
        let text = text.split_once("://").map_or(text, |(_, rest)| rest);
        let (name, digest) = text.find('@').map_or((text, ""), |at| text.split_at(at));
        let (host, rest) = match name.split_once('/') {
            Some((host, rest)) if host.contains(['.', ':']) || host == "localhost" => {
                (Some(host), rest)
            }
            _ => (None, name),
        };
        let (repository, tag) = match rest.rfind(':') {
            Some(at) => rest.split_at(at),
            None => (rest, ""),
        };
        let host = host.map_or_else(String::new, |host| format!("{}/", self.host(host)));
        let repository = self.repository(repository);
        format!("{host}{repository}{tag}{digest}")
    }

    /// Any text: addresses, names of hosts and addresses of mail in it are replaced where they stand.
    pub fn scanned(&mut self, text: &str) -> String {
        let text = self.users(text);
        let mut out = String::with_capacity(text.len());
        let mut rest = text.as_str();
        while !rest.is_empty() {
            let length = rest.find(|c| !in_name(c)).unwrap_or(rest.len());
            let (word, after) = rest.split_at(length);
            out.push_str(&self.word(word));
            let gap = after.find(in_name).unwrap_or(after.len());
            let (between, next) = after.split_at(gap);
            out.push_str(between);
            rest = next;
        }
        out
    }

    /// A word without blanks or quotes.
    fn word(&mut self, word: &str) -> String {
        if let Some((scheme, rest)) = word.split_once("://") {
            let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
            let (host, path) = rest.split_at(end);
            let host = self.host(host);
            let path = path.trim_start_matches('/');
            return match path.is_empty() {
                true => format!("{scheme}://{host}"),
                false => format!("{scheme}://{host}/{}", self.repository(path)),
            };
        }
        if technical(word) {
            return word.to_string();
        }
        if let Some((_, host)) = word.split_once('@')
            && dotted(host)
        {
            return self.host(word);
        }
        match word.split_once('/') {
            Some((host, path)) if dotted(host.split(':').next().unwrap_or_default()) => {
                let path = self.reference(path);
                format!("{}/{path}", self.host(host))
            }
            None if dotted(word.split(':').next().unwrap_or_default()) => self.host(word),
            _ => word.to_string(),
        }
    }
}

/// Whether a key is nearly one that the specification defines.
fn misspelt(key: &str) -> bool {
    let mut labels = key.splitn(3, '.');
    let (Some(first), Some(second)) = (labels.next(), labels.next()) else {
        return false;
    };
    key.starts_with("opencontainers.image.")
        || spelling::distance(&format!("{first}.{second}"), "org.opencontainers", 2).is_some()
}

/// Characters of addresses and names of hosts.
fn in_name(c: char) -> bool {
    c.is_alphanumeric() || "-._~:/?#@%&=+$".contains(c)
}

/// Whether a text reads like the name of a host: labels between dots, the last of them one that ends such names.
fn dotted(text: &str) -> bool {
    let mut labels = text.rsplit('.');
    let last = labels.next().unwrap_or_default();
    let fits = |label: &str| {
        !label.is_empty()
            && label
                .chars()
                .all(|c| c.is_alphanumeric() || c == '-' || c == '_')
    };
    let numbers =
        text.split('.').count() == 4 && text.split('.').all(|part| part.parse::<u8>().is_ok());
    numbers || (TOP.contains(&last) && labels.clone().next().is_some() && labels.all(fits))
}

/// Whether a value says nothing about anybody: a number, a time, a digest, a truth.
fn technical(value: &str) -> bool {
    let plain = |c: char| c.is_ascii_digit() || "-:.+TZ ".contains(c);
    let digest = value
        .trim_start_matches('@')
        .split_once(':')
        .is_some_and(|(algorithm, hex)| {
            matches!(algorithm, "sha256" | "sha384" | "sha512")
                && hex.bytes().all(|byte| byte.is_ascii_hexdigit())
        });
    let host = value.split(':').next().unwrap_or_default();
    let address = host.split('.').count() == 4 && dotted(host);
    digest || (!address && value.chars().all(plain)) || matches!(value, "true" | "false")
}

/// A short extension of a file name.
fn extension(value: &str) -> Option<&str> {
    let (_, extension) = value.rsplit_once('.')?;
    let short = (1..=8).contains(&extension.len());
    (short && extension.bytes().all(|b| b.is_ascii_alphanumeric())).then_some(extension)
}

/// Whether it is a placeholder already.
fn ours(text: &str) -> bool {
    ["host-", "repo-", "text-", "file-", "user-"]
        .iter()
        .any(|prefix| {
            text.strip_prefix(prefix).is_some_and(|rest| {
                let number = rest.trim_end_matches(".example");
                !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
            })
        })
}
