//! A second opinion on documents: the specification's own JSON Schemas, run by a validator that shares no code with us,
//! and `oci-spec`'s reader. What they refuse, the rules call an error; what the rules call clean, they read. Where the
//! specification's text and its schemas disagree, the text decides, and a table here says so. Tests only.

use super::all;
use crate::artifact::documents::Claims;
use crate::artifact::{Document, Inventory};
use crate::kit::{Files, artifacts, cases};
use crate::report::{Finding, Report, Severity};
use crate::rules::walk;
use jsonschema::{Draft, Registry, Validator};
use serde_json::Value;
use std::collections::BTreeMap;

/// The version whose schemas are here.
const VERSION: &str = "tests/image-spec/1.1.0-rc2";

/// Reads a file that stands beside the tests.
pub(super) fn read(path: &str) -> String {
    let path = format!("{}/{VERSION}/{path}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The validators, by kind of document.
pub(super) struct Schemas(BTreeMap<&'static str, Validator>);

/// One thing that a schema refuses.
#[derive(Debug)]
pub(super) struct Refusal {
    /// JSON pointer of the value.
    pub pointer: String,
    /// The schema's keyword: `type`, `required` …; `syntax` where there is no JSON to look at.
    pub keyword: String,
    /// The value is `null`.
    null: bool,
    /// The validator's words.
    says: String,
}

/// Kinds of documents and their schemas.
const KINDS: [(&str, &str); 5] = [
    ("config", "config-schema.json"),
    ("descriptor", "content-descriptor.json"),
    ("index", "image-index-schema.json"),
    ("layout", "image-layout-schema.json"),
    ("manifest", "image-manifest-schema.json"),
];

impl Schemas {
    /// All five. References between the files are by file name, as the specification's own loader takes them; the ids in
    /// them, which place the same file under several addresses, are left out.
    pub(super) fn load() -> Schemas {
        let mut registry = Registry::new().draft(Draft::Draft4);
        for name in [
            "defs.json",
            "defs-descriptor.json",
            "content-descriptor.json",
        ] {
            registry = registry.add(address(name), schema(name)).unwrap();
        }
        let registry = registry.prepare().unwrap();
        let validators = KINDS.map(|(kind, file)| {
            let validator = jsonschema::options()
                .with_draft(Draft::Draft4)
                .should_validate_formats(true)
                .with_registry(&registry)
                .with_base_uri(address(file))
                .build(&schema(file))
                .unwrap_or_else(|error| panic!("{file}: {error}"));
            (kind, validator)
        });
        Schemas(validators.into_iter().collect())
    }

    /// What the schema of a kind refuses in a document.
    pub(super) fn refuses(&self, kind: &str, bytes: &[u8]) -> Vec<Refusal> {
        let document: Value = match serde_json::from_slice(bytes) {
            Ok(document) => document,
            Err(error) => {
                return vec![Refusal {
                    pointer: String::new(),
                    keyword: "syntax".to_string(),
                    null: false,
                    says: error.to_string(),
                }];
            }
        };
        let refusals = self.0[kind].iter_errors(&document).map(|error| {
            let schema_path = error.schema_path().to_string();
            let pointer = error.instance_path().to_string();
            Refusal {
                keyword: schema_path
                    .rsplit('/')
                    .next()
                    .unwrap_or_default()
                    .to_string(),
                null: document.pointer(&pointer).is_some_and(Value::is_null),
                says: error.to_string(),
                pointer,
            }
        });
        refusals.collect()
    }
}

fn address(file: &str) -> String {
    format!("https://opencontainers.org/schema/image/{file}")
}

fn schema(file: &str) -> Value {
    let mut schema = serde_json::from_str(&read(&format!("schema/{file}"))).unwrap();
    without_ids(&mut schema);
    schema
}

fn without_ids(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            members.retain(|key, value| key != "id" || !value.is_string());
            members.values_mut().for_each(without_ids);
        }
        Value::Array(items) => items.iter_mut().for_each(without_ids),
        _ => {}
    }
}

/// Where the text of the specification is right and its schema is not.
struct Exception {
    why: &'static str,
    fits: fn(&str, &Refusal) -> bool,
    /// What is said instead, as a warning.
    rule: Option<&'static str>,
}

const EXCEPTIONS: [Exception; 2] = [
    Exception {
        why: "manifest.md: `layers` SHOULD have an entry; the schema demands one",
        fits: |kind, refusal| {
            kind == "manifest" && refusal.pointer == "/layers" && refusal.keyword == "minItems"
        },
        rule: Some("manifest-layers-empty"),
    },
    Exception {
        why: "config.md: an optional field MAY be null; the schema takes that for four of them only",
        fits: |kind, refusal| {
            let required = ["/architecture", "/os", "/rootfs"];
            let element = |name: &str| name.bytes().all(|byte| byte.is_ascii_digit());
            kind == "config"
                && refusal.null
                && !refusal.pointer.rsplit('/').next().is_some_and(element)
                && !required.iter().any(|field| refusal.pointer == *field)
                && !refusal.pointer.starts_with("/rootfs/")
        },
        rule: None,
    },
];

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
