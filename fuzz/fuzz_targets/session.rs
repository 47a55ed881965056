//! Any bytes as one file, checked to the end; and stopped on the way, which must say a part of the same. The first byte
//! says where to stop.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pullcheck::artifact::kinds::Packaging;
use pullcheck::bytes::source::Memory;
use pullcheck::render;
use pullcheck::report::{Decision, Report};
use pullcheck::session::{Given, GivenFile, Session, Step};
use pullcheck::text::Lang;

fn session(bytes: &[u8]) -> Session {
    let given = Given {
        name: "input".to_string(),
        packaging: Packaging::File,
        files: vec![GivenFile {
            path: "input".to_string(),
            source: Box::new(Memory(bytes.to_vec())),
        }],
    };
    Session::new(given, Vec::new())
}

fn stopped(bytes: &[u8], steps: u8) -> Option<Report> {
    let mut session = session(bytes);
    for _ in 0..steps {
        if let Step::Done(_) = session.step() {
            return None;
        }
    }
    Some(session.stop())
}

fuzz_target!(|input: &[u8]| {
    let Some((steps, bytes)) = input.split_first() else {
        return;
    };
    let whole = session(bytes).run();
    render::json(&whole, Lang::En);
    let Some(part) = stopped(bytes, steps % 32) else {
        return;
    };
    for finding in &part.findings {
        assert!(whole.findings.contains(finding), "{finding:#?}");
    }
    for verdict in &part.verdicts {
        if matches!(verdict.verdict, Decision::Accepts | Decision::Refuses) {
            let same = whole.verdicts.iter().any(|v| {
                // Content that was not read yet may show that the artifact is not meant for a consumer.
                (&v.artifact, &v.consumer, &v.versions) == (&verdict.artifact, &verdict.consumer, &verdict.versions)
                    && (v.verdict == verdict.verdict || v.verdict == Decision::NotApplicable)
            });
            assert!(same, "{verdict:#?}");
        }
    }
});
