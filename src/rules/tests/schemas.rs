//! A second opinion on documents: the specification's own JSON Schemas, run by a validator that shares no code with us,
//! and `oci-spec`'s reader. What they refuse, the rules call an error; what the rules call clean, they read. Where the
//! specification's text and its schemas disagree, the text decides, and a table here says so. Tests only.

use super::all;
use super::json_schema::{EXCEPTIONS, Schemas};
use crate::artifact::documents::Claims;
use crate::artifact::{Document, Inventory};
use crate::kit::{Files, artifacts, cases};
use crate::report::{Finding, Report, Severity};
use crate::rules::walk;

/// The kind of a document, where a schema is about it. The config of an artifact that only looks like an image's has none.
fn kind(inventory: &Inventory, document: &Document) -> Option<&'static str> {
    let is_image_config =
        || walk::configs(inventory).any(|(config, _)| std::ptr::eq(config, document));
    match &document.claims {
        Claims::Manifest(_) => Some("manifest"),
        Claims::Index(_) => Some("index"),
        Claims::Config(_) if is_image_config() => Some("config"),
        Claims::Layout(_) => Some("layout"),
        _ => None,
    }
}

/// Everything that the proofs of the rules and the builders of the kit make.
fn everything() -> Vec<(String, Files)> {
    let mut inputs = Vec::new();
    for rule in all() {
        inputs.push((format!("{}, bad", rule.id), (rule.proof.bad)()));
        inputs.push((format!("{}, good", rule.id), (rule.proof.good)()));
    }
    let named = cases::walks()
        .into_iter()
        .chain(cases::odd_files())
        .chain(artifacts::all());
    inputs.extend(named.map(|case| (case.name.to_string(), case.files)));
    inputs
}

/// The findings about a document, of a severity.
fn about<'r>(report: &'r Report, document: &Document, severity: Severity) -> Vec<&'r Finding> {
    let here = |finding: &&Finding| {
        finding.severity == severity
            && (finding.at.path == document.path
                || finding
                    .related
                    .iter()
                    .any(|place| place.path == document.path))
    };
    report.findings.iter().filter(here).collect()
}

/// Whether a finding is about the value at a pointer, something in it, or something that it is in.
fn speaks_of(finding: &Finding, pointer: &str) -> bool {
    let Some(at) = finding.at.pointer.as_deref() else {
        return true;
    };
    at.starts_with(pointer) || pointer.starts_with(at)
}

#[test]
fn what_the_schemas_refuse_is_an_error_here() {
    let schemas = Schemas::load();
    let mut wrong = Vec::new();
    let (mut documents, mut refused) = (0, 0);
    let mut used = [0; EXCEPTIONS.len()];
    for (name, files) in everything() {
        let (report, inventory) = files.report_and_inventory();
        for document in &inventory.documents {
            let Some(kind) = kind(&inventory, document) else {
                continue;
            };
            documents += 1;
            for refusal in schemas.refuses(kind, &document.bytes) {
                refused += 1;
                let exception = EXCEPTIONS.iter().position(|e| (e.fits)(kind, &refusal));
                let said = match exception {
                    None => about(&report, document, Severity::Error)
                        .iter()
                        .any(|finding| speaks_of(finding, &refusal.pointer)),
                    Some(number) => {
                        used[number] += 1;
                        EXCEPTIONS[number].rule.is_none_or(|rule| {
                            about(&report, document, Severity::Warning)
                                .iter()
                                .any(|finding| finding.rule == rule)
                        })
                    }
                };
                if !said {
                    wrong.push(format!(
                        "{name}: {kind} {}: {} {} ({}); we: {:?}",
                        document.path,
                        refusal.pointer,
                        refusal.says,
                        refusal.keyword,
                        report.findings.iter().map(|f| &f.rule).collect::<Vec<_>>(),
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(documents > 500 && refused >= 40, "{documents}, {refused}");
    for (number, exception) in EXCEPTIONS.iter().enumerate() {
        assert!(used[number] > 0, "never needed: {}", exception.why);
    }
}

/// Why `oci-spec` does not read a document that the specification allows; matched with its error.
const NOT_READ: [(&str, &str); 1] = [(
    "duplicate field",
    "RFC 8259 only recommends unique names, and Go's readers take the last: a warning here",
)];

/// What `oci-spec` says to a document, where it has a reader for it.
fn read_by_oci_spec(inventory: &Inventory, document: &Document) -> Option<Result<(), String>> {
    use oci_spec::image::{ImageConfiguration, ImageIndex, ImageManifest};
    let bytes = document.bytes.as_slice();
    let read = match kind(inventory, document)? {
        "manifest" => ImageManifest::from_reader(bytes).map(drop),
        "index" => ImageIndex::from_reader(bytes).map(drop),
        "config" => ImageConfiguration::from_reader(bytes).map(drop),
        _ => return None,
    };
    Some(read.map_err(|error| format!("{error:?}")))
}

#[test]
fn oci_spec_reads_what_is_clean_here() {
    let mut wrong = Vec::new();
    let mut documents = 0;
    let mut used = [0; NOT_READ.len()];
    for (name, files) in everything() {
        let (report, inventory) = files.report_and_inventory();
        for document in &inventory.documents {
            if !about(&report, document, Severity::Error).is_empty() {
                continue;
            }
            match read_by_oci_spec(&inventory, document) {
                None => {}
                Some(Ok(())) => documents += 1,
                Some(Err(error)) => {
                    match NOT_READ.iter().position(|(part, _)| error.contains(part)) {
                        Some(number) => used[number] += 1,
                        None => wrong.push(format!(
                            "{name}: {}: {error}\n  {}",
                            document.path,
                            String::from_utf8_lossy(&document.bytes)
                                .chars()
                                .take(600)
                                .collect::<String>()
                        )),
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(documents > 500, "{documents}");
    for (number, (_, why)) in NOT_READ.iter().enumerate() {
        assert!(used[number] > 0, "never needed: {why}");
    }
}
