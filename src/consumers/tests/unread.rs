//! A verdict never depends on something that was not read: with any one blob unread, each verdict stays exactly as it
//! is or becomes open. So does that of a document which is pasted alone, without the artifact around it.

use crate::artifact::documents::Claims;
use crate::artifact::{BlobId, Inventory, Measured, Start, Why};
use crate::consumers::{Choices, Question, all, judge};
use crate::kit::{Files, good_docker_archive, good_layout};
use crate::report::{Decision, Verdict};
use crate::session::{Reading, Session, Step};

/// What consumers may be set to besides their defaults.
const CHOICES: &[&[&str]] = &[
    &[],
    &[
        "helm-oci.provenance=always",
        "oras.platform-asked=yes",
        "flux-ocirepository.layer-operation=copy",
        "apptainer.source=oci",
    ],
    &[
        "helm-oci.command=pull",
        "helm-oci.provenance=if-there",
        "flux-ocirepository.layer-media-type=application/vnd.oci.image.layer.v1.tar+gzip",
        "incus-oci.umoci=0.6",
    ],
];

fn artifacts() -> Vec<(String, Files)> {
    let mut found: Vec<(String, Files)> = crate::kit::artifacts::all()
        .into_iter()
        .chain(crate::kit::cases::walks())
        .map(|case| (case.name.to_string(), case.files))
        .collect();
    found.push(("good.tar".to_string(), good_layout().tar()));
    let archive = Files::tar("docker.tar", &good_docker_archive());
    found.push(("docker-archive.tar".to_string(), archive));
    found
}

/// Everyone is asked, so that nobody answers that it is not their job.
fn everyone() -> Vec<Question> {
    let of = |id: &str| Question {
        consumer: id.to_string(),
        version: None,
    };
    all().map(|consumer| of(consumer.id)).collect()
}

fn choices() -> Vec<Choices> {
    let of = |list: &&[&str]| {
        let mut choices = Choices::default();
        for choice in *list {
            choices.read(choice).unwrap();
        }
        choices
    };
    CHOICES.iter().map(of).collect()
}

/// Everything that is said of an inventory, however consumers are set.
fn verdicts(inventory: &Inventory) -> Vec<Verdict> {
    let questions = everyone();
    let mut found = Vec::new();
    for choices in choices() {
        found.extend(judge(inventory, &questions, &choices));
    }
    found
}

/// The model when one blob came back unread. A session is stopped for it where blobs are found by what was measured;
/// where their places name them, taking the measurements away comes to the same.
fn without(files: &Files, whole: &Inventory, id: BlobId) -> Inventory {
    if whole.blobs[id].named().is_some() {
        let mut part = whole.clone();
        part.set_measured(id, Measured::Not(Why::Stopped));
        return part;
    }
    let mut session = Session::new(files.given(), Vec::new());
    // Where all was read as documents there is no early report.
    while !matches!(session.step(), Step::Early(_) | Step::Done(_)) {}
    let sources = files.given().files;
    while let Some(task) = session.take() {
        let blob = task.blob;
        let mut reading = Reading::new(task);
        let outcome = loop {
            let source = sources[reading.task().file].source.as_ref();
            match reading.step(source) {
                _ if blob == id => break Err(Why::ReaderDied("stopped".to_string())),
                Some(outcome) => break outcome,
                None => {}
            }
        };
        session.bring(blob, outcome);
    }
    while !matches!(session.step(), Step::Done(_)) {}
    let mut part = session.inventory().clone();
    part.set_measured(id, Measured::Not(Why::Stopped));
    part
}

#[test]
fn a_blob_that_was_not_read_changes_no_verdict_but_to_open() {
    let mut wrong = Vec::new();
    let mut opened = 0;
    for (name, files) in artifacts() {
        let (_, inventory) = files.report_and_inventory();
        assert!(inventory.blobs.len() > 1, "{name}");
        let whole = verdicts(&inventory);
        for id in 0..inventory.blobs.len() {
            let path = inventory.blobs[id].path.to_string();
            let part = verdicts(&without(&files, &inventory, id));
            assert_eq!(whole.len(), part.len(), "{name} without {path}");
            for (before, after) in whole.iter().zip(&part) {
                assert_eq!(
                    (&before.consumer, &before.versions),
                    (&after.consumer, &after.versions)
                );
                if after.verdict == Decision::Unknown {
                    opened += usize::from(before.verdict != Decision::Unknown);
                } else if (before.verdict, &before.error) != (after.verdict, &after.error) {
                    wrong.push(format!(
                        "{name} without {path}: {} {} was {:?} {:?} and is {:?} {:?}",
                        before.consumer,
                        before.versions,
                        before.verdict,
                        before.error,
                        after.verdict,
                        after.error
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // Otherwise the test would prove nothing.
    assert!(opened > 500, "{opened}");
}

#[test]
fn a_manifest_that_is_pasted_alone_changes_no_verdict_but_to_open() {
    let mut wrong = Vec::new();
    let mut compared = 0;
    for (name, files) in artifacts() {
        let (whole, inventory) = files.report_and_inventory();
        let [root] = whole.artifacts.as_slice() else {
            continue;
        };
        let questions = everyone();
        let before = judge(&inventory, &questions, &Choices::default());
        let Some(Start::Entry { .. }) = inventory.roots.first().map(|root| &root.start) else {
            continue;
        };
        let document = inventory.root_document(&inventory.roots[0]).unwrap();
        if !matches!(document.claims, Claims::Manifest(_) | Claims::Index(_)) {
            continue;
        }
        let text = String::from_utf8(document.bytes.clone()).unwrap();
        let (_, alone) = Files::pasted(text).report_and_inventory();
        let after = judge(&alone, &questions, &Choices::default());
        assert_eq!(before.len(), after.len(), "{name} {root:?}");
        for (before, after) in before.iter().zip(&after) {
            assert_eq!(
                (&before.consumer, &before.versions),
                (&after.consumer, &after.versions)
            );
            compared += 1;
            let open = after.verdict == Decision::Unknown || before.verdict == after.verdict;
            if !open {
                wrong.push(format!(
                    "{name}: {} {} was {:?} {:?} and is {:?} {:?}",
                    before.consumer,
                    before.versions,
                    before.verdict,
                    before.error,
                    after.verdict,
                    after.error
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(compared > 200, "{compared}");
}
