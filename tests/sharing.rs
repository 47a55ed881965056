//! Blobs that are measured outside the session, by threads or workers: whoever measures what in which order, the report
//! is the same, and what comes back without measurements counts as not checked.

mod kit;

use kit::{Files, Layout, gzip_layer, zstd_layer};
use proptest::prelude::*;
use pullcheck::artifact::Why;
use pullcheck::artifact::kinds::Content;
use pullcheck::report::Report;
use pullcheck::session::{Reading, Session, Step, Task};

fn image() -> Files {
    let mut layout = Layout::new();
    let noise: Vec<u8> = (0..3_000_000_u32)
        .map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8)
        .collect();
    let manifest = layout.image(
        ("linux", "amd64"),
        &[
            gzip_layer("a", &noise),
            gzip_layer("b", b"small"),
            zstd_layer("c", &noise[..1_500_000]),
            zstd_layer("d", b"smaller"),
        ],
    );
    layout.list(manifest, "v1");
    layout.folder()
}

/// Steps a session until measuring begins.
fn until_measuring(files: &Files) -> Session {
    let mut session = Session::new(files.given(), Vec::new());
    while !matches!(session.step(), Step::Early(_)) {}
    session
}

/// Goes on as a list of numbers says, then to the end: each makes the session step, takes a blob, reads on in one that
/// was taken, or brings one back.
fn shared(files: &Files, moves: &[usize]) -> Report {
    let mut session = until_measuring(files);
    let sources = files.given().files;
    let read = |reading: &mut Reading| reading.step(sources[reading.task().file].source.as_ref());
    let mut taken: Vec<Reading> = Vec::new();
    let mut moves = moves.iter().chain(std::iter::repeat(&0));
    loop {
        let choice = *moves.next().unwrap();
        match choice % 3 {
            1 => taken.extend(session.take().map(Reading::new)),
            2 if !taken.is_empty() => {
                let number = choice / 3 % taken.len();
                if let Some(outcome) = read(&mut taken[number]) {
                    session.bring(taken.remove(number).task().blob, outcome);
                } else {
                    session.reached(taken[number].task().blob, taken[number].done());
                }
            }
            _ => match session.step() {
                Step::Done(report) => {
                    assert!(taken.is_empty(), "it ended without what was taken");
                    return *report;
                }
                Step::Waiting(progress) => {
                    assert_eq!(progress.current.len(), taken.len());
                    let mut reading = taken.pop().expect("something to wait for");
                    let outcome = loop {
                        if let Some(outcome) = read(&mut reading) {
                            break outcome;
                        }
                    };
                    session.bring(reading.task().blob, outcome);
                }
                Step::More(progress) => assert!(progress.done <= progress.total),
                Step::Early(_) => panic!("two early reports"),
            },
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whoever_measures_what_the_report_is_the_same(moves in prop::collection::vec(0..99_usize, 0..60)) {
        let files = image();
        prop_assert_eq!(shared(&files, &moves), files.report());
    }
}

#[test]
fn the_largest_is_taken_first_and_nothing_twice() {
    let files = image();
    let mut session = until_measuring(&files);
    let tasks: Vec<Task> = std::iter::from_fn(|| session.take()).collect();
    assert_eq!(tasks.len(), 4);
    assert!(tasks.is_sorted_by(|a, b| a.size >= b.size));
    let mut blobs: Vec<usize> = tasks.iter().map(|task| task.blob).collect();
    blobs.dedup();
    assert_eq!(blobs.len(), 4);
}

#[test]
fn a_blob_whose_reader_died_is_not_checked_and_the_rest_is() {
    let files = image();
    let mut session = until_measuring(&files);
    let task = session.take().unwrap();
    session.bring(task.blob, Err(Why::ReaderDied("out of memory".to_string())));
    // What comes after that from the dead is not heard.
    session.bring(task.blob, Err(Why::Truncated));
    let report = session.run();
    let unread: Vec<_> = report.artifacts[0]
        .descriptors
        .iter()
        .filter(|d| d.content == Content::Unread)
        .collect();
    assert_eq!(unread.len(), 1);
    assert_eq!(report.coverage.len(), 1);
    assert_eq!(report.coverage[0].path, task.path);
    let words = report.coverage[0].why.render(pullcheck::text::Lang::En);
    assert!(words.contains("out of memory"), "{words}");
}

#[test]
fn a_stop_leaves_what_was_taken_unchecked() {
    let files = image();
    let mut session = until_measuring(&files);
    let task = session.take().unwrap();
    let report = session.stop();
    assert!(!report.complete);
    assert!(report.coverage.iter().any(|c| c.path == task.path));
    assert_eq!(report.coverage.len(), 4);
}
