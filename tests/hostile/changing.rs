//! Files that change or vanish while they are read.

use crate::kit;
use crate::kit::hostile::{Fault, Fickle};
use crate::kit::{Layout, good_docker_archive, good_layout, gzip, tar, zstd};
use crate::measure::*;
use pullcheck::artifact::kinds::Packaging;
use pullcheck::bytes::source::{ByteSource, Memory};
use pullcheck::report::Decision;
use pullcheck::text::Lang;

#[test]
fn files_that_change_or_vanish_while_they_are_read_are_not_verified() {
    let mut layout = Layout::new();
    let noise: Vec<u8> = (0..3_u32 << 20)
        .map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8)
        .collect();
    let image = layout.image(
        ("linux", "amd64"),
        &[
            kit::gzip_layer("noise", &noise),
            kit::zstd_layer("more", &noise),
        ],
    );
    layout.list(image, "v1");
    let plain = layout.tar().items.remove(0).1;
    let docker = tar(&good_docker_archive());
    let length = plain.len() as u64;
    for bytes in [plain.clone(), gzip(&plain), zstd(&plain), docker] {
        let healthy = check(Memory(bytes.clone())).report;
        for fault in [
            Fault::FailsAt(0),
            Fault::FailsAt(600),
            Fault::FailsAt(length / 2),
            Fault::EndsAt(0),
            Fault::EndsAt(700),
            Fault::EndsAt(length / 2),
            Fault::Grows(1000),
            Fault::TurnsAfter(1),
            Fault::TurnsAfter(2),
            Fault::TurnsAfter(5),
            Fault::VanishesAfter(1),
            Fault::VanishesAfter(2),
            Fault::VanishesAfter(5),
            Fault::EmptiesAfter(1),
            Fault::EmptiesAfter(5),
        ] {
            let run = check(Fickle::new(bytes.clone(), fault)).within(400, MEMORY);
            // A fault that no read met, or beyond what is needed, may change nothing; else it must show.
            if run.report.artifacts == healthy.artifacts && run.report.verdicts == healthy.verdicts
            {
                continue;
            }
            let only_a_part = run.report.artifacts.iter().all(|a| a.kind == "part");
            let accepted = run
                .report
                .verdicts
                .iter()
                .any(|v| v.verdict == Decision::Accepts);
            assert!(
                !run.looks_clean() || (only_a_part && !accepted),
                "{fault:?}: {:#?}",
                run.report
            );
        }
    }
    // In the middle of a layer, after everything else was right.
    let run = check(Fickle::new(plain.clone(), Fault::FailsAt(length / 2)));
    assert!(!run.looks_clean());
    assert!(
        run.report
            .verdicts
            .iter()
            .all(|v| v.verdict != Decision::Accepts),
        "{:#?}",
        run.report.verdicts
    );
    assert!(
        run.report
            .coverage
            .iter()
            .any(|c| c.why.render(Lang::En).contains("the file is gone")),
        "{:?}",
        run.report.coverage
    );
}

#[test]
fn folders_whose_files_vanish_are_not_verified() {
    for fault in [
        Fault::VanishesAfter(0),
        Fault::FailsAt(1),
        Fault::EndsAt(3),
        Fault::TurnsAfter(0),
        Fault::Grows(5),
    ] {
        let run = run(|| {
            given(
                "image",
                Packaging::Folder,
                good_layout()
                    .all()
                    .into_iter()
                    .map(|(path, bytes)| {
                        let source: Box<dyn ByteSource + Send + Sync> =
                            if path.starts_with("blobs/") {
                                Box::new(Fickle::new(bytes, fault))
                            } else {
                                Box::new(Memory(bytes))
                            };
                        (path, source)
                    })
                    .collect(),
            )
        })
        .within(200, 16 * MIB);
        assert!(!run.looks_clean(), "{fault:?}: {:#?}", run.report);
        // Other bytes under the right names are judged as they are: some loaders pass over such blobs.
        assert!(
            matches!(fault, Fault::TurnsAfter(_) | Fault::Grows(_))
                || run
                    .report
                    .verdicts
                    .iter()
                    .all(|v| v.verdict != Decision::Accepts),
            "{fault:?}: {:#?}",
            run.report.verdicts
        );
    }
}
