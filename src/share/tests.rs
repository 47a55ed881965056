//! Links come back as they were made or say what happened to them; placeholders leave nothing of what they stand for.

use super::*;
use crate::limits;
use crate::text::Lang;
use proptest::prelude::*;

fn one(text: &str) -> Sharing {
    Sharing {
        by: "0.1.0".to_string(),
        name: "JSON".to_string(),
        files: vec![SharedFile {
            path: "JSON".to_string(),
            text: text.to_string(),
        }],
        replaced: 0,
    }
}

const MANIFEST: &str = r#"{
  "schemaVersion": 2,
  "mediaType": "application/vnd.oci.image.manifest.v1+json",
  "config": { "mediaType": "application/vnd.oci.image.config.v1+json", "digest": "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a", "size": 2 },
  "layers": []
}"#;

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_comes_back(text in any::<String>(), path in any::<String>()) {
        let mut sharing = one(&text);
        sharing.files.push(SharedFile { path, text });
        let part = link(&sharing).unwrap();
        prop_assert_eq!(read(&part), Ok(sharing));
    }

    #[test]
    fn a_cut_link_says_how_much_is_missing(cut in 1_usize..200) {
        let part = link(&one(MANIFEST)).unwrap();
        let payload = part.len() - "1.xxxxxx.".len();
        prop_assume!(cut <= payload);
        let said = read(&part[..part.len() - cut]);
        prop_assert_eq!(said, Err(Damage::Cut { arrived: (payload - cut) as u64, of: payload as u64 }));
    }

    #[test]
    fn any_other_text_is_no_document(part in "(1\\.)?[A-Za-z0-9_.-]{0,80}") {
        prop_assert!(read(&part).is_err());
    }

    #[test]
    fn one_changed_character_is_noticed(at in 0_usize..300, to in "[A-Za-z0-9_-]") {
        let part = link(&one(MANIFEST)).unwrap();
        prop_assume!(at < part.len() && part[at..=at] != to && &part[at..=at] != ".");
        let mut changed = part.clone();
        changed.replace_range(at..=at, &to);
        prop_assert!(read(&changed).is_err());
    }

    #[test]
    fn any_document_can_be_looked_through(text in any::<String>(), annotations in any::<Vec<(String, String)>>(), env in any::<Vec<String>>()) {
        let map: serde_json::Map<String, serde_json::Value> = annotations.into_iter().map(|(k, v)| (k, v.into())).collect();
        let document = serde_json::json!({ "annotations": map, "config": { "Env": env, "Image": text } }).to_string();
        let files = one(&document).files;
        let look = look(&files);
        prop_assert!(look.unread.is_empty());
        let now: serde_json::Value = serde_json::from_str(&look.redacted[0].text).unwrap();
        prop_assert_eq!(now["config"]["Env"].as_array().unwrap().len(), env.len());
        // Placeholders stay what they are.
        let again = super::look(&look.redacted);
        prop_assert_eq!(again.redacted[0].text.len() > 0, true);
    }
}

#[test]
fn a_stump_is_no_document() {
    let part = link(&one(MANIFEST)).unwrap();
    for length in 0.."1.xxxxxx.".len() {
        let said = read(&part[..length]);
        assert!(
            matches!(said, Err(Damage::Stump | Damage::Changed)),
            "{length}: {said:?}"
        );
    }
}

#[test]
fn what_programs_hang_on_a_link_does_no_harm() {
    let part = link(&one(MANIFEST)).unwrap();
    for tail in [")", ".", "&gt;", "%3E", "A"] {
        assert_eq!(read(&format!("{part}{tail}")), Ok(one(MANIFEST)), "{tail}");
    }
}

#[test]
fn a_newer_form_is_named() {
    let said = read("2.abcdef.ghi").unwrap_err();
    assert_eq!(
        said,
        Damage::Newer {
            form: "2".to_string()
        }
    );
    assert!(said.says().render(Lang::En).contains("form is 2"));
    assert!(said.says().render(Lang::Zh).contains("格式为 2"));
}

#[test]
fn a_bomb_is_left_alone() {
    let long = " ".repeat(limits::SHARED_BYTES);
    assert_eq!(link(&one(&long)), None);
    // Made by somebody who does not keep to the cap.
    let text = serde_json::to_string(&one(&" ".repeat(3_000_000))).unwrap();
    let part = super::link::tests_pack(&text);
    assert!(part.len() < 10_000);
    assert_eq!(read(&part), Err(Damage::TooLarge));
}

#[test]
fn a_link_of_nothing_and_one_of_something_else() {
    assert_eq!(read(&super::link::tests_pack("{}")), Err(Damage::Nothing));
    assert_eq!(read(&super::link::tests_pack("[1]x")), Err(Damage::Changed));
    let later = r#"{"files":[{"path":"a","text":"b","mode":7}],"new":true}"#;
    let sharing = read(&super::link::tests_pack(later)).unwrap();
    assert_eq!(sharing.files[0].text, "b");
}

#[test]
fn what_does_not_fit_into_an_address_gives_no_link() {
    let noise: String = (0..2_000_u32)
        .map(|n| {
            let algorithm = crate::bytes::digest::Algorithm::Sha256;
            crate::bytes::digest::digest_of(algorithm, &n.to_le_bytes())
        })
        .collect();
    assert!(noise.len() < limits::SHARED_BYTES);
    assert!(link(&one(&noise)).is_none());
}

#[test]
fn bands_are_those_of_the_dialog() {
    assert_eq!(Band::of(2000), Band::Anywhere);
    assert_eq!(Band::of(4000), Band::Mostly);
    assert_eq!(Band::of(4001), Band::Browsers);
}

const SECRET: &str = r#"{
  "schemaVersion": 2,
  "mediaType": "application/vnd.oci.image.manifest.v1+json",
  "artifactType": "application/vnd.acme.thing.v1",
  "manifests": [ { "urls": ["https://files.acme.internal:8443/team/secret-app?sig=abc"] } ],
  "annotations": {
    "org.opencontainers.image.source": "https://git.acme.com/team/secret-app",
    "org.opencontainers.image.ref.name": "registry.acme.com:5000/team/secret-app:1.4",
    "org.opencontainers.image.created": "2024-05-01T10:00:00Z",
    "org.opencontainers.image.title": "secret-app.wasm",
    "com.acme.cost-center": "4711-Rocket",
    "vnd.docker.reference.type": "attestation-manifest"
  },
  "config": {
    "Env": ["PATH=/opt/acme/bin", "ACME_TOKEN=hunter2", "EMPTY="],
    "Labels": { "maintainer": "jo@acme.com" },
    "Cmd": ["/opt/acme/run"]
  },
  "history": [ { "created_by": "RUN curl https://u:p@repo.acme.internal/x" } ],
  "RepoTags": ["registry.acme.com:5000/team/secret-app:1.4", "nginx:1.25"],
  "other": "see registry.acme.com/team/x, or ask jo@acme.com",
  "name": "plain"
}"#;

#[test]
fn placeholders_leave_nothing_of_what_they_stand_for() {
    let look = look(&one(SECRET).files);
    let text = &look.redacted[0].text;
    for gone in [
        "acme.com",
        "acme.internal",
        "secret-app",
        "Rocket",
        "hunter2",
        "ACME",
        "jo@",
        "/opt",
        "cost-center",
        "curl",
        "nginx",
    ] {
        assert!(!text.contains(gone), "{gone} is left in {text}");
    }
    // What a check needs stays.
    for stays in [
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.acme.thing.v1",
        "2024-05-01T10:00:00Z",
        "attestation-manifest",
        "org.opencontainers.image.source",
        ".wasm\"",
        ":1.4\"",
        "PATH=",
        "schemaVersion\": 2",
    ] {
        assert!(text.contains(stays), "{stays} is gone from {text}");
    }
    // The same name, the same placeholder.
    let value: serde_json::Value = serde_json::from_str(text).unwrap();
    let name = &value["annotations"]["org.opencontainers.image.ref.name"];
    assert_eq!(name, &value["RepoTags"][0]);
    assert!(
        name.as_str().unwrap().ends_with(".example/repo-2:1.4"),
        "{name}"
    );
    assert!(look.replaced >= 12);
}

#[test]
fn all_that_a_link_would_hold_is_listed() {
    let look = look(&one(SECRET).files);
    let of = |kind| {
        look.found
            .iter()
            .filter(|private| private.kind == kind)
            .map(|private| private.value.as_str())
            .collect::<Vec<_>>()
    };
    assert!(of(Kind::Host).contains(&"registry.acme.com:5000"));
    assert!(of(Kind::Host).contains(&"files.acme.internal:8443"));
    assert!(of(Kind::Host).contains(&"jo@acme.com"));
    assert!(of(Kind::Repository).contains(&"team/secret-app"));
    assert!(of(Kind::Annotation).contains(&"com.acme.cost-center: 4711-Rocket"));
    assert!(
        of(Kind::Annotation).contains(&"org.opencontainers.image.created: 2024-05-01T10:00:00Z")
    );
    assert!(of(Kind::Env).contains(&"ACME_TOKEN=hunter2"));
    assert!(of(Kind::Words).contains(&"/opt/acme/run"));
    let kept = look
        .found
        .iter()
        .find(|p| p.value.contains("image.created"))
        .unwrap();
    assert_eq!(kept.placeholder, None);
}

#[test]
fn a_document_without_names_stays_byte_for_byte() {
    let look = look(&one(MANIFEST).files);
    assert_eq!(look.redacted[0].text, MANIFEST);
    assert_eq!((look.found.len(), look.replaced), (0, 0));
}

#[test]
fn a_damaged_document_is_said_not_to_have_been_looked_through() {
    let mut sharing = one("{\"a\": ");
    sharing.files.push(one(SECRET).files.remove(0));
    let look = look(&sharing.files);
    assert_eq!(look.unread, ["JSON"]);
    assert_eq!(look.redacted[0].text, "{\"a\": ");
    assert!(look.replaced > 0);
}
