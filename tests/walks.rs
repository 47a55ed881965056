//! What people bring that is no image, or only a part of one, or a very large one: each gets its own plain answer,
//! quickly, and reading can be stopped at any step.

mod kit;

use kit::{Files, cases, good_layout, manifest, sha256, tar};
use pullcheck::artifact::kinds::{InputKind, Packaging};
use pullcheck::bytes::source::{ByteSource, ReadError};
use pullcheck::report::{Decision, Outcome, Report, Severity, Verdict};
use pullcheck::session::{Given, GivenFile, Session, Step};
use pullcheck::text::Lang;
use serde_json::json;
use std::cell::Cell;
use std::collections::BTreeSet;
use std::rc::Rc;
use std::time::{Duration, Instant};

/// Longer than this is a hang, for inputs that are refused at a glance.
const A_GLANCE: Duration = Duration::from_secs(5);

/// A JSON document of 64 MB: an array of short texts.
fn large_json() -> Vec<u8> {
    let mut bytes = br#"["#.to_vec();
    while bytes.len() < 64_000_000 {
        bytes.extend_from_slice(br#""0123456789abcdef0123456789abcdef","#);
    }
    bytes.extend_from_slice(br#"""]"#);
    bytes
}

fn oddities() -> Vec<(&'static str, Files)> {
    let mut all: Vec<(&'static str, Files)> = cases::odd_files()
        .into_iter()
        .map(|case| (case.name, case.files))
        .collect();
    all.push(("an empty folder", Files::folder("folder", Vec::new())));
    all.push(("64 MB of JSON", Files::file("large.json", large_json())));
    all
}

#[test]
fn every_oddity_gets_its_own_answer_in_both_languages() {
    let mut answers = BTreeSet::new();
    let all = oddities();
    for (name, files) in &all {
        let began = Instant::now();
        let report = files.report();
        assert!(began.elapsed() < A_GLANCE, "{name}: {:?}", began.elapsed());
        for lang in [Lang::En, Lang::Zh] {
            let says = report.input.says.render(lang);
            assert!(!says.is_empty(), "{name}");
            assert!(!says.contains(['{', '}']), "{name}: {says}");
            assert!(
                answers.insert(says.clone()),
                "{name} is answered like another: {says}"
            );
        }
        for verdict in &report.verdicts {
            let who = (&verdict.consumer, &verdict.versions);
            assert_ne!(verdict.verdict, Decision::Accepts, "{name}: {who:?}");
        }
    }
    assert_eq!(answers.len(), 2 * all.len());
}

#[test]
fn oddities_are_named_for_what_they_are() {
    let says = |name: &str| {
        let all = oddities();
        let (_, files) = all.iter().find(|(n, _)| *n == name).unwrap();
        files.report().input.says.render(Lang::En)
    };
    for (name, word) in [
        ("empty.tar", "empty"),
        ("an empty folder", "no files"),
        ("truncated.tar", "cut off"),
        ("page.tar", "HTML"),
        ("image.zip", "zip"),
        ("brackets.json", "nested"),
        ("64 MB of JSON", "larger"),
        ("utf16.tar", "UTF-16"),
    ] {
        assert!(says(name).contains(word), "{name}: {}", says(name));
    }
}

#[test]
fn an_archive_that_is_cut_off_is_never_accepted_as_whole() {
    let report = cases::truncated_tar().report();
    let cut = report.coverage.len()
        + report
            .findings
            .iter()
            .filter(|f| f.severity == Severity::Error)
            .count();
    assert!(cut > 0, "{report:#?}");
}

#[test]
fn a_pasted_manifest_passes_nothing_that_needs_its_blobs() {
    let report = Files::pasted(cases::lone_manifest()).report();
    assert_eq!(report.input.kind, InputKind::Manifest);
    let mut unknown = 0;
    for verdict in &report.verdicts {
        if verdict.verdict == Decision::Unknown {
            unknown += 1;
            assert!(!verdict.because.args.is_empty(), "{verdict:#?}");
        }
    }
    assert!(unknown > 0, "{:#?}", report.verdicts);
    for consumer in ["umoci", "incus-oci", "docker-load-containerd"] {
        for verdict in Files::pasted(cases::lone_manifest())
            .ask(&[consumer])
            .verdicts
        {
            assert_ne!(verdict.verdict, Decision::Accepts, "{verdict:#?}");
            assert_ne!(verdict.verdict, Decision::NotApplicable, "{verdict:#?}");
        }
    }
    let clean = |rule: &str| {
        report
            .rules
            .iter()
            .any(|r| r.rule == rule && r.outcome == Outcome::Clean)
    };
    for rule in ["layout-blob-digest-mismatch", "layout-blob-size-mismatch"] {
        assert!(!clean(rule), "{rule} was passed without a blob");
    }
}

/// A docker-archive with one layer of zeros, made while it is read. It counts what is read of it.
struct Sparse {
    /// Everything in front of the layer's content.
    front: Vec<u8>,
    layer: u64,
    /// Everything behind it.
    back: Vec<u8>,
    read: Rc<Cell<u64>>,
}

impl Sparse {
    fn new(layer: u64, read: Rc<Cell<u64>>) -> Sparse {
        let config = json!({ "architecture": "amd64", "os": "linux",
            "rootfs": { "type": "layers", "diff_ids": [sha256(b"not computed here")] } })
        .to_string();
        let name = format!("{}.json", sha256(config.as_bytes()).replace("sha256:", ""));
        let list = json!([{ "Config": name, "RepoTags": ["big:v1"], "Layers": ["0/layer.tar"] }]);
        let mut header = tar::Header::new_ustar();
        header.set_path("0/layer.tar").unwrap();
        header.set_size(layer);
        header.set_mode(0o644);
        header.set_entry_type(tar::EntryType::Regular);
        header.set_cksum();
        let back = tar(&[
            (name, config),
            ("manifest.json".to_string(), list.to_string()),
        ]);
        Sparse {
            front: header.as_bytes().to_vec(),
            layer,
            back,
            read,
        }
    }
}

impl ByteSource for Sparse {
    fn len(&self) -> u64 {
        self.front.len() as u64 + self.layer + self.back.len() as u64
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, ReadError> {
        let front = self.front.len() as u64;
        let mut count = 0;
        for (at, byte) in (offset..self.len()).zip(buffer.iter_mut()) {
            *byte = if at < front {
                self.front[at as usize]
            } else if at < front + self.layer {
                0
            } else {
                self.back[(at - front - self.layer) as usize]
            };
            count += 1;
        }
        self.read.set(self.read.get() + count as u64);
        Ok(count)
    }
}

#[test]
fn the_metadata_of_300_mb_is_judged_before_any_layer_is_read() {
    let read = Rc::new(Cell::new(0));
    let layer = 300 * 1024 * 1024;
    let given = Given {
        name: "big.tar".to_string(),
        packaging: Packaging::File,
        files: vec![GivenFile {
            path: "big.tar".to_string(),
            source: Box::new(Sparse::new(layer, Rc::clone(&read))),
        }],
    };
    let began = Instant::now();
    let mut session = Session::new(given, Vec::new());
    let early = loop {
        match session.step() {
            Step::More(_) | Step::Waiting(_) => {}
            Step::Early(report) => break report,
            Step::Done(_) => panic!("no early report"),
        }
    };
    assert!(
        began.elapsed() < Duration::from_secs(1),
        "{:?}",
        began.elapsed()
    );
    assert!(read.get() < 1024 * 1024, "{} bytes read", read.get());
    assert_eq!(early.input.kind, InputKind::DockerArchive);
    assert_eq!(early.artifacts[0].name.as_deref(), Some("big:v1"));
    assert!(!early.complete);
    for verdict in &early.verdicts {
        assert_ne!(
            verdict.verdict,
            Decision::Accepts,
            "not a byte of the layer is known: {verdict:#?}"
        );
    }
    // The way to the end is taken in small steps; a stop in the middle says what was left.
    for _ in 0..3 {
        let before = read.get();
        assert!(matches!(session.step(), Step::More(_)));
        assert!(read.get() - before <= 16 * 1024 * 1024);
    }
    let stopped = session.stop();
    assert!(!stopped.complete);
    assert!(!stopped.coverage.is_empty());
}

/// Whether `part` says nothing that `whole` does not.
fn is_part_of(part: &Report, whole: &Report) -> Result<(), String> {
    for finding in &part.findings {
        if !whole.findings.contains(finding) {
            return Err(format!("{finding:#?}"));
        }
    }
    // What has been read later may show that an artifact is not meant for a consumer at all, but it never turns
    // an answer round.
    for verdict in &part.verdicts {
        let turned = match verdict.verdict {
            Decision::Accepts => Decision::Refuses,
            Decision::Refuses => Decision::Accepts,
            _ => continue,
        };
        let same = |v: &&Verdict| {
            (&v.artifact, &v.consumer, &v.versions)
                == (&verdict.artifact, &verdict.consumer, &verdict.versions)
        };
        if whole
            .verdicts
            .iter()
            .filter(same)
            .any(|v| v.verdict == turned)
        {
            return Err(format!("{verdict:#?}"));
        }
    }
    Ok(())
}

#[test]
fn stopping_after_any_step_gives_a_part_of_the_whole() {
    let mut all: Vec<(&'static str, Files)> = cases::walks()
        .into_iter()
        .map(|case| (case.name, case.files))
        .collect();
    all.extend(
        cases::odd_files()
            .into_iter()
            .map(|case| (case.name, case.files)),
    );
    all.push(("layout", good_layout().folder()));
    for (name, files) in all {
        let whole = files.report();
        let mut steps = 0;
        loop {
            let mut session = Session::new(files.given(), Vec::new());
            let mut done = false;
            for _ in 0..steps {
                match session.step() {
                    // What was said early holds to the end, unless reading went no further than the metadata of it.
                    Step::Early(report) => is_part_of(&report, &whole)
                        .unwrap_or_else(|what| panic!("{name}, early: {what}")),
                    Step::Done(report) => {
                        assert_eq!(*report, whole, "{name}");
                        done = true;
                    }
                    Step::More(progress) | Step::Waiting(progress) => {
                        assert!(progress.done <= progress.total, "{name}: {progress:?}")
                    }
                }
            }
            let stopped = session.stop();
            let kind_is_known = stopped.input.kind == whole.input.kind;
            if kind_is_known && !stopped.artifacts.is_empty() {
                is_part_of(&stopped, &whole)
                    .unwrap_or_else(|what| panic!("{name}, stopped after {steps} steps: {what}"));
            }
            if done {
                break;
            }
            assert!(
                !stopped.complete || stopped == whole,
                "{name} after {steps} steps"
            );
            steps += 1;
            assert!(steps < 10_000, "{name} does not end");
        }
    }
}

#[test]
fn a_manifest_is_judged_alike_as_paste_and_as_file() {
    let layout = good_layout();
    let layer = layout.items.last().unwrap().1.clone();
    let config = kit::descriptor(pullcheck::spec::media_type::OCI_CONFIG, b"{}");
    let layer = kit::descriptor(pullcheck::spec::media_type::OCI_TAR_GZIP, &layer);
    let text = manifest(config, &[layer]).to_string();
    let pasted = Files::pasted(text.clone()).report();
    let file = Files::file("manifest.json", text).report();
    assert_eq!(pasted.input.kind, file.input.kind);
    let verdicts = |report: &Report| -> Vec<(String, String, Decision)> {
        report
            .verdicts
            .iter()
            .map(|v| (v.consumer.clone(), v.versions.clone(), v.verdict))
            .collect()
    };
    assert_eq!(verdicts(&pasted), verdicts(&file));
}
