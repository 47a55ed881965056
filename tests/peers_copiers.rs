//! Programs built on containers/image are given every artifact, and ours must say the same as they do: taken or refused, and
//! the error text among what they print. A program that is absent is said to be skipped; see `peer::have`. `PULLCHECK_SKOPEO`,
//! `PULLCHECK_UMOCI`, `PULLCHECK_PODMAN` and `PULLCHECK_BUILDAH` name other builds than those that the machine brings.

mod kit;
mod peer;

use kit::Files;
use peer::artifacts::{self, Artifact, Shape};
use peer::shelf::Shelf;
use peer::{have, output, says, write_folder};
use pullcheck::consumers::{Choices, Question};
use pullcheck::report::{Decision, Verdict};
use pullcheck::session::Session;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How a program ended: whether well, and what it printed.
type End = (bool, String);

/// A folder that goes away with the test, in memory where there is room for it: skopeo waits for every blob to reach
/// the disk.
struct Quick(PathBuf);

impl Quick {
    fn new() -> Quick {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let memory = Path::new("/dev/shm");
        let parent = if memory.is_dir() {
            memory.to_path_buf()
        } else {
            std::env::temp_dir()
        };
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = parent.join(format!("pullcheck-copiers-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Quick(path)
    }

    fn path(&self) -> &Path {
        &self.0
    }

    /// Runs a program in the folder, its temporary files there too.
    fn run(&self, program: &str, arguments: &[&str]) -> End {
        let output = Command::new(program)
            .args(arguments)
            .current_dir(&self.0)
            .env("TMPDIR", &self.0)
            // Else all runs share, and wait for, one database of blobs that were seen before.
            .env("_CONTAINERS_ROOTLESS_UID", "1000")
            .env("XDG_DATA_HOME", self.0.join("data"))
            .stdin(Stdio::null())
            .output()
            .unwrap_or_else(|error| panic!("{program}: {error}"));
        let mut said = String::from_utf8_lossy(&output.stdout).into_owned();
        said.push_str(&String::from_utf8_lossy(&output.stderr));
        (output.status.success(), said)
    }
}

impl Drop for Quick {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The program to be run under this name, another build than the machine's where the environment names one; none where
/// it is absent.
fn found(name: &str) -> Option<String> {
    let named = std::env::var(format!("PULLCHECK_{}", name.to_uppercase())).ok();
    match named {
        Some(path) if Path::new(&path).is_file() => Some(path),
        Some(path) => panic!("no {name} at {path}"),
        None => have(name).then(|| name.to_string()),
    }
}

/// `1.9.3` out of `skopeo version 1.9.3 …`.
fn version(program: &str) -> String {
    let (_, text) = output(program, Path::new("."), &["--version"]);
    let version = text.split_whitespace().nth(2).unwrap_or_default();
    version.split(['+', '~', '-']).next().unwrap().to_string()
}

/// What we say of an input.
fn ask(files: &Files, question: &str, choices: &[String]) -> Vec<Verdict> {
    let mut made = Choices::default();
    for choice in choices {
        made.read(choice)
            .unwrap_or_else(|e| panic!("{choice}: {e:?}"));
    }
    let question = Question::read(question).unwrap_or_else(|e| panic!("{question}: {e:?}"));
    Session::new(files.given(), vec![question])
        .with_choices(made)
        .run()
        .verdicts
}

/// What a program printed, as it was before its log quoted it.
fn unquoted(said: &str) -> String {
    said.replace("\\\"", "\"")
        .replace("\\n", "\n")
        .replace("\\\\", "\\")
}

/// Compares an end with a verdict; a sentence where they differ.
fn difference(verdict: &Verdict, end: &End, error: &str) -> Option<String> {
    let (accepted, said) = end;
    let said = unquoted(said);
    let same = match verdict.verdict {
        Decision::Accepts => *accepted,
        Decision::Refuses => !accepted && says(&said, error),
        _ => false,
    };
    (!same).then(|| {
        format!(
            "  it {}: {}\n  we: {:?} {error}",
            if *accepted { "accepts" } else { "refuses" },
            said.trim()
                .lines()
                .rev()
                .take(4)
                .collect::<Vec<_>>()
                .join(" | "),
            verdict.verdict,
        )
    })
}

/// Runs a check over all artifacts in as many threads as there are processors; gives all differences.
fn over<T: Sync>(items: &[T], check: impl Fn(&T) -> Vec<String> + Sync) -> Vec<String> {
    let next = AtomicUsize::new(0);
    let found = Mutex::new(Vec::new());
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) {
                    found.lock().unwrap().extend(check(item));
                }
            });
        }
    });
    found.into_inner().unwrap()
}

/// An artifact as a program gets it: its file or folder below a scratch folder, and as we get it.
fn lay(folder: &Path, artifact: &Artifact, as_folder: bool) -> Option<(String, Files)> {
    if as_folder {
        let items = artifact.items()?;
        write_folder(&folder.join("DIR"), &items);
        return Some(("DIR".to_string(), Files::folder("DIR", items)));
    }
    let bytes = artifact.file();
    std::fs::write(folder.join("image.tar"), &bytes).unwrap();
    Some(("image.tar".to_string(), Files::file("image.tar", bytes)))
}

/// One way to run skopeo.
struct Way {
    to: &'static str,
    all: bool,
    as_folder: bool,
    named: bool,
}

const WAYS: &[Way] = &[
    Way {
        to: "dir",
        all: false,
        as_folder: true,
        named: true,
    },
    Way {
        to: "oci",
        all: false,
        as_folder: true,
        named: true,
    },
    Way {
        to: "oci",
        all: true,
        as_folder: true,
        named: true,
    },
    Way {
        to: "dir",
        all: true,
        as_folder: false,
        named: true,
    },
    Way {
        to: "oci",
        all: false,
        as_folder: false,
        named: false,
    },
    Way {
        to: "docker-archive",
        all: false,
        as_folder: false,
        named: true,
    },
    Way {
        to: "inspect",
        all: false,
        as_folder: true,
        named: true,
    },
];

/// How many runs ended alike, and how many we left open.
#[derive(Default)]
struct Count {
    settled: AtomicUsize,
    open: Mutex<Vec<String>>,
}

fn skopeo_on(
    skopeo: &str,
    artifact: &Artifact,
    way: &Way,
    version: &str,
    count: &Count,
) -> Vec<String> {
    let scratch = Quick::new();
    let folder = scratch.path();
    let Some((path, files)) = lay(folder, artifact, way.as_folder) else {
        return Vec::new();
    };
    let mut choices = vec![
        format!("skopeo.to={}", way.to),
        format!("skopeo.images={}", if way.all { "all" } else { "one" }),
        format!(
            "skopeo.reference={}",
            if way.named { "name" } else { "none" }
        ),
    ];
    // What is a layout stays one, and what is neither is tried as a docker-archive.
    let transport = match (&artifact.shape, way.as_folder) {
        (Shape::Layout(_), true) => "oci",
        (Shape::Layout(_), false) => "oci-archive",
        (_, true) => return Vec::new(),
        (_, false) => "docker-archive",
    };
    choices.push(format!(
        "skopeo.from={}",
        if transport == "docker-archive" {
            transport
        } else {
            "oci"
        }
    ));
    let mut found = Vec::new();
    for verdict in ask(&files, &format!("skopeo@{version}"), &choices) {
        let Some(name) = source_of(&files, &verdict, transport, &path, way.named) else {
            continue;
        };
        let out = folder.join("out");
        let _ = std::fs::remove_dir_all(&out);
        let _ = std::fs::remove_file(&out);
        let end = match way.to {
            "inspect" => scratch.run(skopeo, &["--insecure-policy", "inspect", &name]),
            to => {
                let target = match to {
                    "docker-archive" => "docker-archive:out:example.com/a:b".to_string(),
                    to => format!("{to}:out"),
                };
                let mut arguments = vec!["--insecure-policy", "copy", "-q"];
                if way.all {
                    arguments.push("--all");
                }
                arguments.extend([name.as_str(), target.as_str()]);
                scratch.run(skopeo, &arguments)
            }
        };
        let title = format!("{} → {} all={} {name}", artifact.name, way.to, way.all);
        if verdict.verdict == Decision::Unknown {
            count
                .open
                .lock()
                .unwrap()
                .push(format!("{title} (it: {})", end.0));
            continue;
        }
        let error = verdict.error.clone().unwrap_or_default();
        match difference(&verdict, &end, &error) {
            Some(difference) => found.push(format!("{title}\n{difference}")),
            None => {
                count.settled.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
    found
}

/// The source that a verdict is about, as a person types it.
fn source_of(
    files: &Files,
    verdict: &Verdict,
    transport: &str,
    path: &str,
    named: bool,
) -> Option<String> {
    let (report, inventory) = files.report_and_inventory();
    drop(report);
    let root = inventory
        .roots
        .iter()
        .find(|root| root.id == verdict.artifact);
    let name = root
        .and_then(|root| root.name.clone())
        .filter(|name| named && !name.is_empty());
    let position = root.and_then(|root| match root.start {
        pullcheck::artifact::Start::DockerImage { position, .. } if inventory.roots.len() > 1 => {
            Some(position)
        }
        _ => None,
    });
    Some(match (name, position, transport) {
        (Some(name), _, _) => format!("{transport}:{path}:{name}"),
        (None, Some(position), "docker-archive") if named => {
            format!("{transport}:{path}:@{position}")
        }
        _ => format!("{transport}:{path}"),
    })
}

#[test]
#[ignore = "minutes with real programs: `make test` runs it"]
fn skopeo_and_we_agree_on_every_artifact() {
    let Some(skopeo) = found("skopeo") else {
        return;
    };
    let version = version(&skopeo);
    let artifacts = artifacts::all();
    let count = Count::default();
    let differences = over(&artifacts, |artifact| {
        WAYS.iter()
            .flat_map(|way| skopeo_on(&skopeo, artifact, way, &version, &count))
            .collect()
    });
    conclude(&format!("skopeo {version}"), count, &differences);
}

/// Settings that let a program take everything and keep its storage below a folder.
fn policy(scratch: &Quick) {
    std::fs::write(
        scratch.path().join("policy.json"),
        r#"{"default":[{"type":"insecureAcceptAnything"}]}"#,
    )
    .unwrap();
}

/// Runs Podman or Buildah with storage of its own.
fn engine(scratch: &Quick, program: &str, arguments: &[&str]) -> End {
    let at = |name: &str| scratch.path().join(name).to_str().unwrap().to_string();
    let (root, run) = (at("root"), at("run"));
    let mut all = vec![
        "--root",
        &root,
        "--runroot",
        &run,
        "--storage-driver",
        "vfs",
    ];
    if Path::new(program).ends_with("podman") {
        all.extend(["--cgroup-manager", "cgroupfs", "--events-backend", "none"]);
    }
    all.extend(arguments);
    scratch.run(program, &all)
}

/// Every end against every verdict of one question.
fn compare(
    artifact: &Artifact,
    files: &Files,
    question: &str,
    end: &End,
    reference: &str,
    count: &Count,
) -> Vec<String> {
    let mut found = Vec::new();
    for verdict in ask(files, question, &[]) {
        if verdict.verdict == Decision::Unknown {
            let why = verdict.because.render(pullcheck::text::Lang::En);
            let line = format!("{} (it: {}) {why}", artifact.name, end.0);
            count.open.lock().unwrap().push(line);
            continue;
        }
        let error = verdict.error.clone().unwrap_or_default();
        let error = error.replace("REGISTRY/REPO:v1", reference);
        match difference(&verdict, end, &error) {
            Some(difference) => found.push(format!("{}\n{difference}", artifact.name)),
            None => {
                count.settled.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
    found
}

/// Says how many agreed, and fails where one did not. A handful may be left open, and no more.
fn conclude(what: &str, count: Count, differences: &[String]) {
    let open = count.open.into_inner().unwrap();
    let settled = count.settled.into_inner();
    eprintln!(
        "{what}: {settled} alike, {} left open:\n{}",
        open.len(),
        open.join("\n")
    );
    assert!(
        differences.is_empty(),
        "{} differences\n{}",
        differences.len(),
        differences.join("\n")
    );
    assert!(settled >= 80, "{what}: only {settled} were compared");
    assert!(
        open.len() * 8 <= settled,
        "{what}: {} left open",
        open.len()
    );
}

#[test]
#[ignore = "minutes with real programs: `make test` runs it"]
fn podman_load_and_we_agree_on_every_artifact() {
    let Some(podman) = found("podman") else {
        return;
    };
    let question = format!("podman-load@{}", version(&podman));
    let count = Count::default();
    let differences = over(&artifacts::all(), |artifact| {
        let scratch = Quick::new();
        policy(&scratch);
        let Some((path, files)) = lay(scratch.path(), artifact, false) else {
            return Vec::new();
        };
        let arguments = [
            "load",
            "-q",
            "--signature-policy",
            "policy.json",
            "-i",
            &path,
        ];
        let end = engine(&scratch, &podman, &arguments);
        compare(artifact, &files, &question, &end, "", &count)
    });
    conclude(&question, count, &differences);
}

/// Pulls every artifact that a registry can hand out.
fn pulls(program: &str, arguments: &[&str]) {
    let Some(path) = found(program) else {
        return;
    };
    let question = format!("{program}@{}", version(&path));
    let artifacts = artifacts::all();
    let shelf = Shelf::hold(&artifacts);
    let count = Count::default();
    let differences = over(&artifacts, |artifact| {
        let (Some(reference), Some(items)) = (shelf.reference(artifact), artifact.items()) else {
            return Vec::new();
        };
        let scratch = Quick::new();
        policy(&scratch);
        let mut all = arguments.to_vec();
        all.push(&reference);
        let end = engine(&scratch, &path, &all);
        let files = Files::folder("DIR", items);
        compare(artifact, &files, &question, &end, &reference, &count)
    });
    conclude(&question, count, &differences);
}

#[test]
#[ignore = "minutes with real programs: `make test` runs it"]
fn podman_pulls_what_we_say_it_pulls() {
    let options = [
        "pull",
        "-q",
        "--tls-verify=false",
        "--signature-policy",
        "policy.json",
    ];
    pulls("podman", &options);
}

#[test]
#[ignore = "minutes with real programs: `make test` runs it"]
fn buildah_pulls_what_we_say_it_pulls() {
    let options = [
        "pull",
        "-q",
        "--tls-verify=false",
        "--signature-policy",
        "policy.json",
    ];
    pulls("buildah", &options);
}

#[test]
#[ignore = "minutes with real programs: `make test` runs it"]
fn umoci_and_we_agree_on_every_artifact() {
    let Some(umoci) = found("umoci") else {
        return;
    };
    let question = format!("umoci@{}", version(&umoci));
    let count = Count::default();
    let differences = over(&artifacts::all(), |artifact| {
        let scratch = Quick::new();
        let Some(layout) = artifact.layout() else {
            return Vec::new();
        };
        let items = layout.all();
        write_folder(&scratch.path().join("DIR"), &items);
        let files = Files::folder("DIR", items);
        let (_, inventory) = files.report_and_inventory();
        let mut found = Vec::new();
        for verdict in ask(&files, &question, &[]) {
            let root = inventory
                .roots
                .iter()
                .find(|root| root.id == verdict.artifact);
            let tag = root.and_then(|root| root.name.clone()).unwrap_or_default();
            let tag = if tag.is_empty() {
                "latest".to_string()
            } else {
                tag
            };
            let image = format!("DIR:{tag}");
            let bundle = scratch.path().join("bundle");
            let _ = std::fs::remove_dir_all(&bundle);
            let end = scratch.run(
                &umoci,
                &["unpack", "--rootless", "--image", &image, "bundle"],
            );
            let title = format!("{} {image}", artifact.name);
            if verdict.verdict == Decision::Unknown {
                let why = verdict.because.render(pullcheck::text::Lang::En);
                count
                    .open
                    .lock()
                    .unwrap()
                    .push(format!("{title} (it: {}) {why}", end.0));
                continue;
            }
            let error = verdict.error.clone().unwrap_or_default();
            match difference(&verdict, &end, &error) {
                Some(difference) => found.push(format!("{title}\n{difference}")),
                None => {
                    count.settled.fetch_add(1, Ordering::Relaxed);
                }
            }
        }
        found
    });
    conclude(&question, count, &differences);
}
