//! Tests of the drafts.

use super::*;
use crate::examples::gallery;
use crate::report::Decision;
use crate::text::say;

fn descriptor(media_type: &str, digit: char, size: u32) -> String {
    let digest = digit.to_string().repeat(64);
    format!(r#"{{"mediaType":"{media_type}","digest":"sha256:{digest}","size":{size}}}"#)
}

fn manifest(own: &str, config: &str, layers: &[&str]) -> String {
    let layers: Vec<String> = ('b'..)
        .zip(layers)
        .map(|(digit, media_type)| descriptor(media_type, digit, 9))
        .collect();
    let config = descriptor(config, 'a', 7);
    format!(
        r#"{{"schemaVersion":2,"mediaType":"{own}","config":{config},"layers":[{}]}}"#,
        layers.join(",")
    )
}

fn told(text: &str, tool: &str, command: &str) -> Option<Draft> {
    let files = crate::examples::Files::pasted(text);
    let (report, sources) = files.report_and_sources();
    let fix = Fix::new("x", say("x", "x")).with(tool, command);
    draft(&fix, report.artifacts.first()?, &sources)
}

/// What went and what came, without blanks and commas.
fn changes(draft: &Draft) -> Vec<String> {
    crate::diff::lines(&draft.pair.before, &draft.pair.after)
        .iter()
        .filter_map(|line| {
            let text = line.text.trim().trim_end_matches(',');
            match line.change {
                crate::diff::Change::Same => None,
                crate::diff::Change::Removed => Some(format!("-{text}")),
                crate::diff::Change::Added => Some(format!("+{text}")),
            }
        })
        .collect()
}

const TO_OCI: &str = "regctl image mod --to-oci --create R-oci R";
const GZIP: &str = "skopeo copy --dest-compress-format gzip docker://R docker://R-gzip";

#[test]
fn docker_types_become_ocis_and_nothing_else_changes() {
    let mixed = manifest(
        mt::OCI_MANIFEST,
        mt::DOCKER_CONFIG,
        &[mt::OCI_TAR_GZIP, mt::DOCKER_TAR_GZIP],
    );
    let draft = told(&mixed, "regctl", TO_OCI).unwrap();
    let line = |sign, media_type| format!("{sign}\"mediaType\": \"{media_type}\"");
    assert_eq!(
        changes(&draft),
        [
            line('-', mt::DOCKER_CONFIG),
            line('+', mt::OCI_CONFIG),
            line('-', mt::DOCKER_TAR_GZIP),
            line('+', mt::OCI_TAR_GZIP),
        ]
    );
    assert!(!draft.open && !draft.layers_only);
    // There and back again.
    let docker = told(
        &mixed,
        "regctl",
        "regctl image mod --to-docker --create R-docker R",
    );
    let back = told(&docker.unwrap().pair.after, "regctl", TO_OCI).unwrap();
    assert_eq!(back.pair.after, draft.pair.after);
}

#[test]
fn what_is_compressed_anew_has_no_digest_yet() {
    let zstd = manifest(
        mt::OCI_MANIFEST,
        mt::OCI_CONFIG,
        &[mt::OCI_TAR_GZIP, mt::OCI_TAR_ZSTD],
    );
    let draft = told(&zstd, "skopeo", GZIP).unwrap();
    assert!(draft.open);
    let digest = "c".repeat(64);
    assert_eq!(
        changes(&draft),
        [
            format!("-\"mediaType\": \"{}\"", mt::OCI_TAR_ZSTD),
            format!("-\"digest\": \"sha256:{digest}\""),
            "-\"size\": 9".to_string(),
            format!("+\"mediaType\": \"{}\"", mt::OCI_TAR_GZIP),
            "+\"digest\": \"sha256:…\"".to_string(),
            "+\"size\": …".to_string(),
        ]
    );
}

#[test]
fn where_the_outcome_is_not_known_there_is_no_draft() {
    let good = manifest(
        mt::DOCKER_MANIFEST,
        mt::DOCKER_CONFIG,
        &[mt::DOCKER_TAR_GZIP],
    );
    assert!(told(&good, "regctl", TO_OCI).is_some());
    for (text, why) in [
        (
            good.replace("\"schemaVersion\"", "\"unheard\":1,\"schemaVersion\""),
            "a member is lost",
        ),
        (
            good.replace("\"schemaVersion\"", "\"mediaType\":\"x\",\"schemaVersion\""),
            "two of a name",
        ),
        (
            good.replace(mt::DOCKER_TAR_GZIP, mt::DOCKER_TAR_ZSTD),
            "a type has no counterpart",
        ),
        (
            good.replace("\"digest\"", "\"data\":\"\",\"digest\""),
            "a descriptor has more",
        ),
        (format!("{good} x"), "broken"),
    ] {
        assert_ne!(text, good);
        assert_eq!(told(&text, "regctl", TO_OCI), None, "{why}");
    }
    assert_eq!(
        told(&good, "docker", "docker pull x"),
        None,
        "nothing is known of it"
    );
    let right = manifest(mt::OCI_MANIFEST, mt::OCI_CONFIG, &[mt::OCI_TAR_GZIP]);
    assert_eq!(told(&right, "regctl", TO_OCI), None, "nothing changes");
    assert_eq!(told(&right, "skopeo", GZIP), None, "nothing changes");
}

/// The plugin that is not the last layer: the same contents in another order, under the type that proxies look for.
#[test]
fn a_pushed_plugin_keeps_the_contents_that_were_fetched() {
    let (report, sources) = gallery::find("higress-not-last")
        .unwrap()
        .files()
        .report_and_sources();
    let fix = report
        .verdicts
        .iter()
        .filter(|v| v.verdict == Decision::Refuses)
        .flat_map(|v| &v.fixes)
        .find(|fix| fix.id == "push-plugin-last")
        .unwrap();
    let draft = draft(fix, &report.artifacts[0], &sources).unwrap();
    assert!(draft.layers_only);
    let layers = |text: &str| -> Vec<String> {
        let read = |line| serde_json::from_str::<serde_json::Value>(line).unwrap();
        let digest = |line| read(line)["digest"].as_str().unwrap().to_string();
        text.lines().map(digest).collect()
    };
    // One layer went from its place and came at the end; the others are the same lines.
    let lines = crate::diff::lines(&draft.pair.before, &draft.pair.after);
    assert_eq!(crate::diff::changed(&lines), 2, "{:#?}", draft.pair);
    let (mut before, mut after) = (layers(&draft.pair.before), layers(&draft.pair.after));
    assert_ne!(before, after, "another order");
    before.sort();
    after.sort();
    assert_eq!(before, after, "the same contents");
}

/// Every draft that an example of the gallery gives is JSON but for what is left open, and changes something.
#[test]
fn drafts_of_the_gallery_hold() {
    let mut drafts = 0;
    for example in gallery::all() {
        let (report, sources) = example.files().report_and_sources();
        for verdict in &report.verdicts {
            let artifact = report.artifacts.iter().find(|a| a.id == verdict.artifact);
            for fix in &verdict.fixes {
                let Some(draft) = artifact.and_then(|a| draft(fix, a, &sources)) else {
                    continue;
                };
                drafts += 1;
                let whole = draft.pair.after.replace("\": …", "\": 0");
                for text in [&draft.pair.before, &whole] {
                    let parts: Vec<&str> = match draft.layers_only {
                        true => text.lines().collect(),
                        false => vec![text],
                    };
                    for part in parts {
                        let read: Result<serde_json::Value, _> = serde_json::from_str(part);
                        assert!(read.is_ok(), "{}: {part}", example.id);
                    }
                }
                assert_ne!(draft.pair.before, draft.pair.after);
            }
        }
    }
    assert!(drafts > 5, "{drafts}");
}
