//! What is shared with placeholders is judged as the original is: by every consumer and every rule, for every example that
//! there is. And a report whose names are left out keeps its verdicts, and no name.

mod kit;

use pullcheck::bytes::digest::{Algorithm, digest_of};
use pullcheck::examples::Files;
use pullcheck::examples::gallery;
use pullcheck::lessons::Sample;
use pullcheck::limits;
use pullcheck::report::{Decision, Report, Severity, SourceText};
use pullcheck::rules;
use pullcheck::share::{Kind, SharedFile, leave_out, look};
use pullcheck::text::Lang;

/// What is compared: who says what about the artifacts, and which rules are broken how often.
#[derive(Debug, PartialEq)]
struct Judged {
    verdicts: Vec<(String, String, Decision)>,
    findings: Vec<(String, Severity)>,
}

fn judged(report: Report) -> Judged {
    let mut findings: Vec<(String, Severity)> = report
        .findings
        .into_iter()
        .map(|finding| (finding.rule, finding.severity))
        .collect();
    findings.sort();
    let verdicts = report.verdicts.into_iter();
    Judged {
        verdicts: verdicts
            .map(|v| (v.consumer, v.versions, v.verdict))
            .collect(),
        findings,
    }
}

/// As the receiving page takes it.
fn received(files: &[SharedFile]) -> Judged {
    let files = match files {
        [file] => Files::pasted(file.text.clone()),
        files => Files::folder(
            "layout",
            files
                .iter()
                .map(|file| (file.path.clone(), file.text.clone().into_bytes()))
                .collect(),
        ),
    };
    judged(files.report_and_sources().0)
}

/// What a link can carry of an input, as the page offers it: each document, and all together.
fn carried(sources: &[SourceText]) -> Vec<Vec<SharedFile>> {
    let whole = |source: &&SourceText| {
        !source.cut
            && (source.digest.is_empty()
                || digest_of(Algorithm::Sha256, source.text.as_bytes()) == source.digest)
            && !source.text.contains('\u{fffd}')
    };
    let all: Vec<SharedFile> = sources
        .iter()
        .filter(whole)
        .map(|source| SharedFile {
            path: source.path.clone(),
            text: source.text.clone(),
        })
        .collect();
    let mut carried: Vec<Vec<SharedFile>> = all.iter().map(|file| vec![file.clone()]).collect();
    if all.len() > 1 {
        carried.push(all);
    }
    carried
}

/// The gallery, and both examples of every rule.
fn samples() -> Vec<Sample> {
    let shown = gallery::all().map(Sample::Shown);
    let broken = rules::all().map(Sample::Broken);
    let mended = rules::all().map(Sample::Mended);
    shown.chain(broken).chain(mended).collect()
}

#[test]
fn placeholders_keep_every_verdict_and_every_finding() {
    let (mut compared, mut changed) = (0, 0);
    let mut troubles = Vec::new();
    for sample in samples() {
        let (_, sources) = sample.files().report_and_sources();
        for files in carried(&sources) {
            // What fits into no link is not offered.
            if files.iter().map(|file| file.text.len()).sum::<usize>() > limits::SHARED_BYTES {
                continue;
            }
            let look = look(&files);
            compared += 1;
            if look.redacted == files {
                continue;
            }
            changed += 1;
            let (before, after) = (received(&files), received(&look.redacted));
            if before != after {
                let differs = before
                    .verdicts
                    .iter()
                    .zip(&after.verdicts)
                    .find(|(a, b)| a != b);
                let findings: Vec<_> = before
                    .findings
                    .iter()
                    .filter(|one| !after.findings.contains(one))
                    .chain(
                        after
                            .findings
                            .iter()
                            .filter(|one| !before.findings.contains(one)),
                    )
                    .collect();
                let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
                troubles.push(format!(
                    "{} {paths:?}: {differs:?} {findings:?}",
                    sample.id()
                ));
            }
        }
    }
    assert!(
        troubles.is_empty(),
        "{}:\n{}",
        troubles.len(),
        troubles.join("\n")
    );
    assert!(changed > 300 && compared > 1000, "{changed} of {compared}");
}

#[test]
fn a_report_without_names_keeps_its_answers_and_no_name() {
    let (mut gone, mut kept) = (0, 0);
    let mut left = Vec::new();
    for sample in samples() {
        let (report, sources) = sample.files().report_and_sources();
        let discreet = leave_out(&report, &sources);
        assert_eq!(
            judged(report.clone()),
            judged(discreet.clone()),
            "{}",
            sample.id()
        );
        assert_eq!(report.artifacts.len(), discreet.artifacts.len());
        for verdict in &discreet.verdicts {
            let known = |artifact: &pullcheck::report::Artifact| artifact.id == verdict.artifact;
            let before = report.verdicts.iter().any(|v| {
                let found = report.artifacts.iter().any(|a| a.id == v.artifact);
                found && v.consumer == verdict.consumer
            });
            assert!(
                !before || discreet.artifacts.iter().any(known),
                "{}",
                sample.id()
            );
        }
        kept += discreet.verdicts.len();
        let files: Vec<SharedFile> = carried(&sources).pop().unwrap_or_default();
        let written = [Lang::En, Lang::Zh]
            .map(|lang| pullcheck::render::json(&discreet, lang).to_string())
            .concat();
        for private in look(&files).found {
            let telling = matches!(private.kind, Kind::Host | Kind::Words | Kind::User)
                && private.value.len() > 5
                && private.placeholder.is_some();
            if telling {
                gone += 1;
                let value = serde_json::Value::String(private.value.clone()).to_string();
                if written.contains(value.trim_matches('"')) {
                    left.push(format!("{}: {}", sample.id(), private.value));
                }
            }
        }
    }
    assert!(left.is_empty(), "{}:\n{}", left.len(), left.join("\n"));
    assert!(gone > 100 && kept > 10_000, "{gone} names, {kept} verdicts");
}

/// What a person of the company ACME drops: every name in it is theirs.
#[test]
fn nothing_of_a_name_is_left_in_a_report() {
    let config = serde_json::json!({
        "architecture": "amd64", "os": "linux", "author": "Jo Miller <jo@acme.com>",
        "config": { "Env": ["ACME_TOKEN=hunter2hunter2"], "User": "rocketeer", "Labels": { "com.acme.team": "rocket" },
            "Volumes": { "/home/jmiller/data": {} } },
        "history": [{ "created_by": "RUN curl https://u:p@repo.acme.internal/x -o /home/jmiller/x", "empty_layer": true }],
        "rootfs": { "type": "layers", "diff_ids": [format!("sha256:{}", "a".repeat(64))] },
    })
    .to_string();
    let digest = digest_of(Algorithm::Sha256, config.as_bytes());
    let manifest = serde_json::json!({
        "schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": { "mediaType": "application/vnd.oci.image.config.v1+json", "digest": digest, "size": config.len() + 7 },
        "layers": [{ "mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", "size": -1,
            "digest": format!("sha256:{}", "b".repeat(64)), "urls": ["https://files.acme.internal:8443/rocket/layer"] }],
        "annotations": { "com.acme.cost": "4711-Rocket", "com.acme.cost ": "2" },
    })
    .to_string();
    let of_manifest = digest_of(Algorithm::Sha256, manifest.as_bytes());
    let index = serde_json::json!({
        "schemaVersion": 2,
        "manifests": [{ "mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": of_manifest,
            "size": manifest.len(), "annotations": { "org.opencontainers.image.ref.name": "registry.acme.com:5000/team/rocket-app:1.4" } }],
    })
    .to_string();
    let blob = |digest: &str| digest.replace(':', "/");
    let files = Files::folder(
        "acme-rocket",
        vec![
            (
                "oci-layout".to_string(),
                b"{\"imageLayoutVersion\":\"1.0.0\"}".to_vec(),
            ),
            ("index.json".to_string(), index.into_bytes()),
            (format!("blobs/{}", blob(&digest)), config.into_bytes()),
            (
                format!("blobs/{}", blob(&of_manifest)),
                manifest.into_bytes(),
            ),
            ("notes/jmiller-acme.txt".to_string(), b"see rocket".to_vec()),
        ],
    );
    let (report, sources) = files.report_and_sources();
    let secrets = ["acme", "rocket", "miller", "hunter2", "4711", "curl"];
    let lower = |report: &Report| serde_json::to_string(report).unwrap().to_lowercase();
    // The report does speak of them, or this proves nothing.
    let spoken = secrets
        .iter()
        .filter(|secret| lower(&report).contains(**secret));
    assert!(spoken.count() >= 3, "{}", lower(&report));
    let discreet = leave_out(&report, &sources);
    let written = lower(&discreet);
    for secret in secrets {
        let at = written.find(secret);
        let around = at.map(|at| &written[at.saturating_sub(80)..(at + 60).min(written.len())]);
        assert!(at.is_none(), "{secret}: {around:?}");
    }
    assert_eq!(judged(report), judged(discreet));
    // And the documents, as a link would carry them: they still belong together.
    let all = carried(&sources).pop().unwrap();
    let look = look(&all);
    let texts: String = look
        .redacted
        .iter()
        .map(|file| format!("{} {}", file.path, file.text))
        .collect();
    for secret in secrets {
        assert!(
            !texts.to_lowercase().contains(secret),
            "{secret} in {texts}"
        );
    }
    assert_eq!(look.digests, 2, "config and manifest have other digests");
    for file in &look.redacted {
        if let Some(hex) = file.path.strip_prefix("blobs/sha256/") {
            assert_eq!(
                digest_of(Algorithm::Sha256, file.text.as_bytes()),
                format!("sha256:{hex}")
            );
        }
    }
    assert_eq!(received(&all), received(&look.redacted));
}
