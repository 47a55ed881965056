//! A text that is no message but names an image, as a command, a line of a Dockerfile or of YAML does, or is a digest. It
//! looks no name up and checks no grammar beyond what keeps it harmless in a command.

/// What a text names and nothing more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Naming<'a> {
    /// An image.
    Image(&'a str),
    /// A digest without a name.
    Digest(&'a str),
}

/// Programs that take an image's name, and what they are asked for.
const TOOLS: [&str; 10] = [
    "docker", "podman", "nerdctl", "crane", "ctr", "crictl", "oras", "skopeo", "buildah", "regctl",
];
const VERBS: [&str; 9] = [
    "pull", "run", "create", "copy", "cp", "inspect", "manifest", "from", "export",
];
/// Options that take no value; short ones in [`SWITCHES`] stand together.
const FLAGS: [&str; 12] = [
    "--rm",
    "--privileged",
    "--init",
    "--read-only",
    "--publish-all",
    "--detach",
    "--interactive",
    "--tty",
    "--quiet",
    "--all-tags",
    "--all-platforms",
    "--all",
];
const SWITCHES: &str = "-ditPqa";
/// Longest name that is taken for one, in bytes.
const LONGEST: usize = 300;

/// What `text` names, if it does nothing else.
pub fn naming(text: &str) -> Option<Naming<'_>> {
    let text = text.trim();
    // A command may go on behind a backslash; other lines are no name.
    let goes_on = |line: &str| line.trim_end().ends_with('\\');
    let lines = text.lines().count();
    if text
        .lines()
        .take(lines.saturating_sub(1))
        .any(|line| !goes_on(line))
    {
        return None;
    }
    let mut words = text
        .split_whitespace()
        .filter(|word| *word != "\\")
        .peekable();
    while words
        .next_if(|word| matches!(*word, "$" | "#" | "-" | "sudo"))
        .is_some()
    {}
    let first = words.next()?;
    let told = if TOOLS.contains(&first) {
        words.next_if(|word| matches!(*word, "image" | "images" | "container"));
        words.next().filter(|word| VERBS.contains(word))?;
        Some(operand(&mut words)?)
    } else if first.eq_ignore_ascii_case("from") {
        let name = operand(&mut words)?;
        let alias = words
            .next()
            .is_none_or(|word| word.eq_ignore_ascii_case("as"));
        Some(name).filter(|_| alias)
    } else if first == "image:" {
        let name = words.next()?;
        Some(name).filter(|_| words.next().is_none_or(|word| word.starts_with('#')))
    } else if words.next().is_none() {
        None
    } else {
        return None;
    };
    let quotes = ['"', '\''];
    let given = told.unwrap_or(first).trim_matches(quotes);
    let bare = ["docker://", "oci://"]
        .iter()
        .find_map(|scheme| given.strip_prefix(scheme));
    let name = bare.unwrap_or(given);
    if is_digest(name) {
        return Some(Naming::Digest(name));
    }
    let fits = |c: char| c.is_ascii_alphanumeric() || "._-/:@".contains(c);
    let named = told.is_some() || bare.is_some() || name.contains(['/', ':']);
    let plain = name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.ends_with(|c: char| c.is_ascii_alphanumeric())
        && !name.contains("//")
        && name.len() <= LONGEST
        && name.chars().all(fits);
    (named && plain).then_some(Naming::Image(name))
}

/// The first word that is neither an option nor the value of one.
fn operand<'a>(words: &mut impl Iterator<Item = &'a str>) -> Option<&'a str> {
    while let Some(word) = words.next() {
        if !word.starts_with('-') {
            return Some(word);
        }
        let alone = word.contains('=')
            || FLAGS.contains(&word)
            || word.chars().all(|c| SWITCHES.contains(c));
        if !alone {
            words.next();
        }
    }
    None
}

/// Whether it is a digest, or the 64 digits of one.
fn is_digest(name: &str) -> bool {
    let (hex, whole) = match name
        .strip_prefix("sha256:")
        .or(name.strip_prefix("sha512:"))
    {
        Some(hex) => (hex, true),
        None => (name, false),
    };
    hex.bytes().all(|byte| byte.is_ascii_hexdigit())
        && (hex.len() == 64 || whole && hex.len() >= 12)
}

/// A name as tools want it that fill nothing in: with the registry, which is Docker Hub where none is named, and a tag.
pub fn in_full(name: &str) -> String {
    let host = |host: &str| {
        host.contains(['.', ':'])
            || host == "localhost"
            || host.contains(|c: char| c.is_ascii_uppercase())
    };
    let registry = match name.split_once('/') {
        Some((first, _)) if host(first) => "",
        Some(_) => "docker.io/",
        None => "docker.io/library/",
    };
    let last = name.rsplit('/').next().unwrap_or(name);
    let tag = if last.contains([':', '@']) {
        ""
    } else {
        ":latest"
    };
    format!("{registry}{name}{tag}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIGEST: &str = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";

    #[test]
    fn images_are_named_in_commands_dockerfiles_and_yaml() {
        let known = [
            ("nginx:latest", "nginx:latest"),
            ("docker pull nginx", "nginx"),
            ("$ docker pull nginx:latest\n", "nginx:latest"),
            (
                "sudo ctr images pull docker.io/library/nginx:1",
                "docker.io/library/nginx:1",
            ),
            (
                "docker run -d --rm -p 80:80 --name web -e A=b:c nginx:latest nginx -g x",
                "nginx:latest",
            ),
            (
                "docker run -it \\\n  -v /a:/b \\\n  --platform=linux/arm64 nginx:latest",
                "nginx:latest",
            ),
            ("FROM nginx:1.25 AS x", "nginx:1.25"),
            ("from --platform=$BUILDPLATFORM reg.io/a/b", "reg.io/a/b"),
            ("image: nginx:latest", "nginx:latest"),
            (
                "  - image: \"reg.io:5000/a/b:1\" # pinned",
                "reg.io:5000/a/b:1",
            ),
            ("skopeo inspect docker://nginx", "nginx"),
            ("oci://reg.io/charts/app", "reg.io/charts/app"),
        ];
        for (text, name) in known {
            assert_eq!(naming(text), Some(Naming::Image(name)), "{text}");
        }
    }

    #[test]
    fn a_digest_alone_is_no_name() {
        for text in [DIGEST, &DIGEST[7..], "docker pull sha256:44136fa355b3"] {
            assert!(matches!(naming(text), Some(Naming::Digest(_))), "{text}");
        }
        let named = format!("nginx@{DIGEST}");
        assert_eq!(naming(&named), Some(Naming::Image(&named)));
    }

    #[test]
    fn other_texts_name_nothing() {
        let others = [
            "",
            "nginx",
            "good morning",
            "docker",
            "docker ps -a",
            "docker run -p 80:80",
            "docker pull $(reboot)",
            "image: nginx:latest and more",
            "from nginx:1 to nginx:2",
            "nginx:latest\nnginx:1",
            "http://reg.io/x",
            "a//b:c",
        ];
        for text in others {
            assert_eq!(naming(text), None, "{text}");
        }
    }

    #[test]
    fn names_in_full_have_a_registry_and_a_tag() {
        let known = [
            ("nginx", "docker.io/library/nginx:latest"),
            ("nginx:1", "docker.io/library/nginx:1"),
            ("acme/app", "docker.io/acme/app:latest"),
            ("localhost/app:1", "localhost/app:1"),
            ("reg:5000/app", "reg:5000/app:latest"),
            ("REGISTRY/IMAGE:TAG", "REGISTRY/IMAGE:TAG"),
        ];
        for (name, full) in known {
            assert_eq!(in_full(name), full);
        }
        assert_eq!(
            in_full(&format!("nginx@{DIGEST}")),
            format!("docker.io/library/nginx@{DIGEST}")
        );
    }
}
