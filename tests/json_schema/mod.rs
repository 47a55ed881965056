//! The specification's own JSON Schemas, run by a validator that shares no code with us, and where the specification's text
//! is right and its schema is not. Shared by the unit tests of the rules and by the mutations; no line of it ships.
#![allow(dead_code)] // each test binary uses its own part

use jsonschema::{Draft, Registry, Validator};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The version whose schemas are here.
const VERSION: &str = "tests/image-spec/1.1.0-rc2";

/// Reads a file that stands beside the tests.
pub fn read(path: &str) -> String {
    let path = format!("{}/{VERSION}/{path}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The validators, by kind of document.
pub struct Schemas(BTreeMap<&'static str, Validator>);

/// One thing that a schema refuses.
#[derive(Debug)]
pub struct Refusal {
    /// JSON pointer of the value.
    pub pointer: String,
    /// The schema's keyword: `type`, `required` …; `syntax` where there is no JSON to look at.
    pub keyword: String,
    /// The value is `null`, or a member of the set that is refused.
    null: bool,
    /// The validator's words.
    pub says: String,
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
    pub fn load() -> Schemas {
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
    pub fn refuses(&self, kind: &str, bytes: &[u8]) -> Vec<Refusal> {
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
            let keyword = schema_path.rsplit('/').next().unwrap_or_default();
            let null = |value| refused_null(value, keyword);
            Refusal {
                keyword: keyword.to_string(),
                null: document.pointer(&pointer).is_some_and(null),
                says: error.to_string(),
                pointer,
            }
        });
        refusals.collect()
    }
}

/// Whether `null` is what is refused: the value itself, or a member of a set; `oneOf` does not say which it minds.
fn refused_null(value: &Value, keyword: &str) -> bool {
    let member = |members: &Map<String, Value>| members.values().any(Value::is_null);
    value.is_null() || (keyword == "oneOf" && value.as_object().is_some_and(member))
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
pub struct Exception {
    /// What the text says.
    pub why: &'static str,
    /// Whether it is about a refusal, by the kind of document.
    pub fits: fn(&str, &Refusal) -> bool,
    /// What is said instead, as a warning.
    pub rule: Option<&'static str>,
}

/// All of them.
pub const EXCEPTIONS: [Exception; 2] = [
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
