//! containerd and Docker's daemon are given two hundred images, right and wrong, and our verdicts have to be theirs: the same
//! outcome for the version that runs, and where they refuse, the text that we foretell in what they print.
//! A program that is absent is said to be skipped; where every program is demanded, its absence is a failure.

mod kit;
mod peer;

use kit::Files;
use peer::artifacts::{self, Artifact};
use peer::daemons::{Containerd, Dockerd, can_be_root};
use peer::shelf::Shelf;
use peer::{Scratch, have, says};
use pullcheck::consumers::{Choices, Question};
use pullcheck::report::{Decision, Verdict};
use pullcheck::session::Session;
use regex_lite::Regex;
use std::path::Path;

fn verdict(artifact: &Artifact, consumer: &str, choices: &[&str]) -> Verdict {
    let mut chosen = Choices::default();
    for choice in choices {
        chosen.read(choice).unwrap();
    }
    let files = Files::file("given", artifact.file());
    let question = Question::read(consumer).unwrap_or_else(|_| panic!("{consumer}"));
    let session = Session::new(files.given(), vec![question]).with_choices(chosen);
    let mut verdicts = session.run().verdicts;
    assert_eq!(verdicts.len(), 1, "{}: {consumer}", artifact.name);
    verdicts.remove(0)
}

/// What a program did and said, in the words that it has where everything stands in its usual place.
fn usual((accepted, said): (bool, String), folder: &Path) -> (bool, String) {
    let folder = regex_escape(&folder.display().to_string());
    let mut said = said;
    for (pattern, text) in [
        (
            format!("{folder}/docker-root/tmp/docker-import-[0-9]+"),
            "/var/lib/docker/tmp/docker-import-0000000000",
        ),
        // On plain folders Docker applies layers with another function, which has another prefix, than on overlay2;
        // and containerd mounts every layer, not only the lowest.
        (
            "ApplyLayer exit status 1 stdout:  stderr: ".to_string(),
            "Error processing tar file(exit status 1): ",
        ),
        (
            r#"ApplyLayer (.*) stdout: \{"layerSize":[0-9]+\}"#.to_string(),
            "Error processing tar file($1):",
        ),
        (MOUNTED.to_string(), ""),
    ] {
        said = Regex::new(&pattern)
            .unwrap()
            .replace_all(&said, text)
            .into_owned();
    }
    (accepted, said)
}

const MOUNTED: &str = "mount callback failed on [^ ]+: ";

fn regex_escape(text: &str) -> String {
    text.replace('.', r"\.")
}

/// How often a program and we agree, and where not.
struct Held {
    consumer: String,
    choices: &'static [&'static str],
    compared: usize,
    unknown: Vec<String>,
    differ: Vec<String>,
}

impl Held {
    fn new(consumer: String, choices: &'static [&'static str]) -> Held {
        Held {
            consumer,
            choices,
            compared: 0,
            unknown: Vec::new(),
            differ: Vec::new(),
        }
    }

    fn hold(&mut self, artifact: &Artifact, (accepted, said): (bool, String)) {
        let verdict = verdict(artifact, &self.consumer, self.choices);
        self.compared += 1;
        let error = verdict.error.unwrap_or_default();
        let foretold = Regex::new(MOUNTED).unwrap().replace_all(&error, "");
        let same = match verdict.verdict {
            Decision::Accepts => accepted,
            Decision::Refuses => !accepted && says(&said, &foretold),
            _ => {
                self.unknown.push(artifact.name.clone());
                true
            }
        };
        if !same {
            self.differ.push(format!(
                "{}\n  it {}: {}\n  we: {:?} {error}",
                artifact.name,
                if accepted { "accepts" } else { "refuses" },
                said.trim(),
                verdict.verdict,
            ));
        }
    }

    /// What is unknown to us is not held against us, as long as it is little.
    fn end(self) -> Vec<String> {
        let Held {
            consumer,
            choices,
            compared,
            unknown,
            mut differ,
        } = self;
        if unknown.len() * 5 > compared {
            differ.push(format!("too much is unknown: {unknown:?}"));
        }
        eprintln!("{consumer} {choices:?}: {compared} compared, unknown {unknown:?}");
        differ
            .into_iter()
            .map(|one| format!("{consumer} {choices:?}, {one}"))
            .collect()
    }
}

fn no_difference(held: Vec<Held>) {
    let differ: Vec<String> = held.into_iter().flat_map(Held::end).collect();
    assert!(
        differ.is_empty(),
        "{} differ:\n{}",
        differ.len(),
        differ.join("\n")
    );
}

#[test]
#[ignore = "minutes with real programs: `make test` runs it"]
fn containerd_and_we_agree() {
    if !(have("containerd") && have("ctr") && can_be_root()) {
        return;
    }
    let scratch = Scratch::new("containerd");
    let folder = scratch.path();
    let all = artifacts::all();
    let shelf = Shelf::hold(&all);
    let containerd = Containerd::start(folder);
    let version = containerd.version();
    let mut unpacked = Held::new(format!("ctr-import@{version}"), &[]);
    let mut whole = Held::new(
        format!("ctr-import@{version}"),
        &["ctr-import.platforms=all", "ctr-import.unpack=no"],
    );
    let mut arm = Held::new(
        format!("containerd@{version}"),
        &["platform=linux/arm64", "containerd.client=ctr"],
    );
    let mut pulled = Held::new(format!("containerd@{version}"), &["containerd.client=ctr"]);
    let file = folder.join("given.tar");
    let file = file.to_str().unwrap();
    for (number, artifact) in all.iter().enumerate() {
        std::fs::write(file, artifact.file()).unwrap();
        let run = |way: &str, arguments: &[&str]| {
            usual(containerd.ctr(&format!("{way}{number}"), arguments), folder)
        };
        let native = ["--snapshotter", "native"];
        let import = [&["images", "import"], native.as_slice(), &[file]].concat();
        unpacked.hold(artifact, run("unpacked", &import));
        let import = ["images", "import", "--all-platforms", "--no-unpack", file];
        whole.hold(artifact, run("whole", &import));
        let Some(reference) = shelf.reference(artifact) else {
            continue;
        };
        let address = reference.trim_end_matches(":v1").replacen('/', "/v2/", 1);
        let named = |(accepted, said): (bool, String)| {
            let address = format!("http://{address}/");
            (
                accepted,
                said.replace(&address, "https://REGISTRY/v2/REPO/"),
            )
        };
        let pull = ["images", "pull", "--plain-http"];
        let here = [pull.as_slice(), &native, &[&reference]].concat();
        pulled.hold(artifact, named(run("pulled", &here)));
        if artifact.name.contains("index") || artifact.name.contains("arm") {
            let platform = ["--platform", "linux/arm64"];
            let there = [pull.as_slice(), &native, &platform, &[&reference]].concat();
            arm.hold(artifact, named(run("arm", &there)));
        }
    }
    no_difference(vec![unpacked, whole, pulled, arm]);
}

#[test]
#[ignore = "minutes with real programs: `make test` runs it"]
fn docker_and_we_agree() {
    if !(have("dockerd") && have("docker") && have("containerd") && can_be_root()) {
        return;
    }
    let scratch = Scratch::new("docker");
    let folder = scratch.path();
    let all = artifacts::all();
    let shelf = Shelf::hold(&all);
    let dockerd = Dockerd::start(folder);
    let version = dockerd.version();
    let mut loaded = Held::new(format!("docker-load-classic@{version}"), &[]);
    let mut pulled = Held::new(format!("docker-pull-classic@{version}"), &[]);
    let mut arm = Held::new(
        format!("docker-pull-classic@{version}"),
        &["platform=linux/arm/v7"],
    );
    let file = folder.join("given.tar");
    let file = file.to_str().unwrap();
    for (number, artifact) in all.iter().enumerate() {
        let run = |arguments: &[&str]| {
            let done = usual(dockerd.docker(arguments), folder);
            // What one image brought must not serve the next.
            dockerd.docker(&["image", "prune", "--all", "--force"]);
            done
        };
        // Layouts without `manifest.json` all end alike.
        if artifact.layout().is_none() || number % 16 == 0 || artifact.name.contains("Docker 25") {
            std::fs::write(file, artifact.file()).unwrap();
            loaded.hold(artifact, run(&["load", "--quiet", "--input", file]));
        }
        let Some(reference) = shelf.reference(artifact) else {
            continue;
        };
        let named = |(accepted, said): (bool, String)| {
            (accepted, said.replace(&reference, "REGISTRY/REPO:v1"))
        };
        pulled.hold(artifact, named(run(&["pull", "--quiet", &reference])));
        if artifact.name.contains("index of") {
            let pull = ["pull", "--quiet", "--platform", "linux/arm/v7", &reference];
            arm.hold(artifact, named(run(&pull)));
        }
    }
    no_difference(vec![loaded, pulled, arm]);
}
