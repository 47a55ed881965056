//! What must hold for any bytes: how they are handed over changes nothing, damage never makes a check fall over, and
//! what is said after a stop is part of what is said at the end.

mod kit;

use kit::{Layout, good_docker_archive, gzip, gzip_layer, tar, zstd, zstd_layer};
use proptest::prelude::*;
use pullcheck::artifact::kinds::Packaging;
use pullcheck::bytes::source::{ByteSource, Memory, ReadError};
use pullcheck::report::{Decision, Report};
use pullcheck::session::{Given, GivenFile, Session, Step};
use std::sync::Mutex;

/// Hands bytes over in pieces of these sizes, one after another and over again.
struct Pieced {
    bytes: Vec<u8>,
    sizes: Vec<usize>,
    next: Mutex<usize>,
}

impl ByteSource for Pieced {
    fn len(&self) -> u64 {
        self.bytes.len() as u64
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, ReadError> {
        let mut next = self.next.lock().unwrap();
        let size = self.sizes[*next % self.sizes.len()].min(buffer.len());
        *next += 1;
        Memory(self.bytes.clone()).read_at(offset, &mut buffer[..size])
    }
}

fn given(source: impl ByteSource + Send + Sync + 'static) -> Given {
    Given {
        name: "input".to_string(),
        packaging: Packaging::File,
        files: vec![GivenFile {
            path: "input".to_string(),
            source: Box::new(source),
        }],
    }
}

fn report(bytes: Vec<u8>) -> Report {
    Session::new(given(Memory(bytes)), Vec::new()).run()
}

/// Small archives of every form.
fn images() -> Vec<Vec<u8>> {
    let mut layout = Layout::new();
    let layers = [
        gzip_layer("hello", b"hello"),
        zstd_layer("plugin.wasm", kit::WASM_MODULE),
    ];
    let image = layout.image(("linux", "amd64"), &layers);
    layout.list(image, "v1");
    let plain = tar(&layout.all());
    let docker = tar(&good_docker_archive());
    vec![gzip(&plain), zstd(&plain), gzip(&docker), plain, docker]
}

/// Whether what was said after a stop still stands at the end. Content that was not read yet may show that the artifact
/// is something else, such as a plugin, and not meant for a consumer that nobody asked for.
fn part_of(stopped: &Report, whole: &Report) -> Result<(), String> {
    for finding in &stopped.findings {
        if !whole.findings.contains(finding) {
            return Err(format!("found only after the stop: {finding:#?}"));
        }
    }
    for verdict in &stopped.verdicts {
        if !matches!(verdict.verdict, Decision::Accepts | Decision::Refuses) {
            continue;
        }
        // A consumer that it is not meant for is one verdict for all its versions.
        let same = whole.verdicts.iter().any(|v| {
            (&v.artifact, &v.consumer) == (&verdict.artifact, &verdict.consumer)
                && (v.verdict == Decision::NotApplicable
                    || (&v.versions, v.verdict) == (&verdict.versions, verdict.verdict))
        });
        if !same {
            return Err(format!("decided only after the stop: {verdict:#?}"));
        }
    }
    Ok(())
}

/// Stops after so many steps; none where the run ends before.
fn stopped_after(bytes: &[u8], steps: usize) -> Option<Report> {
    let mut session = Session::new(given(Memory(bytes.to_vec())), Vec::new());
    for _ in 0..steps {
        if let Step::Done(_) = session.step() {
            return None;
        }
    }
    Some(session.stop())
}

#[test]
fn every_stop_says_a_part_of_the_whole() {
    for bytes in images() {
        let whole = report(bytes.clone());
        let mut steps = 0;
        while let Some(stopped) = stopped_after(&bytes, steps) {
            assert!(!stopped.complete || stopped == whole, "after {steps} steps");
            if let Err(words) = part_of(&stopped, &whole) {
                panic!("after {steps} steps: {words}");
            }
            steps += 1;
        }
        assert!(steps > 3, "{steps}");
    }
}

#[test]
fn every_cut_of_a_small_image_gives_a_report() {
    for bytes in images() {
        let whole = report(bytes.clone());
        for end in 0..bytes.len().min(1500) {
            report(bytes[..end].to_vec());
        }
        // What is cut is not taken for whole, but for the zeros that end a tar.
        let zeros = bytes.iter().rev().take_while(|byte| **byte == 0).count();
        let end = bytes.len() - zeros - 1;
        assert_ne!(report(bytes[..end].to_vec()), whole);
    }
}

fn an_image() -> impl Strategy<Value = Vec<u8>> {
    prop::sample::select(images())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_chunking_gives_the_same_report(
        bytes in an_image(),
        sizes in prop::collection::vec(prop_oneof![1usize..4, 1usize..700, 1usize..70_000], 1..8),
    ) {
        let pieced = Pieced { bytes: bytes.clone(), sizes, next: Mutex::new(0) };
        prop_assert_eq!(Session::new(given(pieced), Vec::new()).run(), report(bytes));
    }

    #[test]
    fn any_flipped_byte_gives_a_report(bytes in an_image(), place in any::<prop::sample::Index>(), mask in 1u8..) {
        let mut bytes = bytes;
        let at = place.index(bytes.len());
        bytes[at] ^= mask;
        report(bytes);
    }

    #[test]
    fn any_stretch_cut_out_or_doubled_gives_a_report(
        bytes in an_image(),
        place in any::<prop::sample::Index>(),
        length in 1usize..2000,
        doubled in any::<bool>(),
    ) {
        let start = place.index(bytes.len());
        let end = (start + length).min(bytes.len());
        let stretch = if doubled { bytes[start..end].repeat(2) } else { Vec::new() };
        let other = [&bytes[..start], &stretch, &bytes[end..]].concat();
        report(other);
    }

    #[test]
    fn a_stop_anywhere_in_a_damaged_image_says_a_part_of_the_whole(
        bytes in an_image(),
        place in any::<prop::sample::Index>(),
        mask in any::<u8>(),
        steps in 0usize..40,
    ) {
        let mut bytes = bytes;
        let at = place.index(bytes.len());
        bytes[at] ^= mask;
        let whole = report(bytes.clone());
        if let Some(stopped) = stopped_after(&bytes, steps) {
            prop_assert_eq!(part_of(&stopped, &whole), Ok(()));
        }
    }

    #[test]
    fn any_bytes_give_a_report(bytes in prop::collection::vec(any::<u8>(), 0..3000)) {
        report(bytes);
    }
}
