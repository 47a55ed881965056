//! Right images are changed in hundreds of ways, one thing at a time. Every change that matters is found by a rule that is
//! about it, and by no error that is about something else; a change that does not matter gives no error. What is expected
//! stands by kind of change and place in the document, never one by one.

mod json_schema;
mod kit;
mod mutation;

use json_schema::{EXCEPTIONS, Refusal, Schemas};
use kit::{Files, tar};
use mutation::bases::{bases, config_bytes, image_manifest, layout_of};
use mutation::expect::Expect::{self, Error, Fitting, Nothing, Warning};
use mutation::expect::{expected, judge, report};
use mutation::fields::row;
use mutation::{What, changes, rewritten};
use pullcheck::spec::media_type as mt;

/// What the schema of a kind refuses in a document, unless the text of the specification allows it.
fn demanded(schemas: &Schemas, kind: &str, bytes: &[u8]) -> Vec<String> {
    let allowed = |refusal: &Refusal| {
        let exception = EXCEPTIONS.iter().find(|e| (e.fits)(kind, refusal));
        exception.is_some_and(|exception| exception.rule.is_none())
    };
    let refusals = schemas.refuses(kind, bytes).into_iter();
    refusals
        .filter(|refusal| !allowed(refusal))
        .map(|refusal| format!("{} {}", refusal.pointer, refusal.says))
        .collect()
}

#[test]
fn one_change_to_a_document() {
    let schemas = Schemas::load();
    let mut refused = 0;
    let mut wrong = Vec::new();
    let mut tried = 0;
    for base in bases() {
        let original = (base.with)(base.document.to_string().as_bytes());
        if let Some(words) = judge(&report(&original), Nothing, &[]) {
            wrong.push(format!("{}: as it is: {words}", base.name));
        }
        for change in changes(&base.document) {
            let field = row(base.fields, &change.pointer);
            let report = report(&(base.with)(&change.bytes));
            tried += 1;
            // The layers of an artifact are counted nowhere.
            let counted = base.name != "artifact" || change.what != What::Doubled;
            let expect = if counted {
                expected(field, change.what)
            } else {
                Fitting
            };
            let about = [field.about, base.about].concat();
            let mut fault = |words: String| {
                wrong.push(format!(
                    "{} {} {:?}: {words}",
                    base.name, change.pointer, change.what
                ));
            };
            if let Some(words) = judge(&report, expect, &about) {
                fault(words);
            }
            let refusals = base
                .schema
                .map_or_else(Vec::new, |kind| demanded(&schemas, kind, &change.bytes));
            if let Some(first) = refusals.first() {
                refused += 1;
                if let Some(words) = judge(&report, Warning, &about) {
                    fault(format!("the schema: {first}; {words}"));
                }
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {tried}\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(tried > 1500 && refused > 500, "{tried}, {refused}");
}

#[test]
fn a_document_in_other_words_is_the_same() {
    for base in bases() {
        let report = report(&(base.with)(rewritten(&base.document).as_bytes()));
        let words = judge(&report, Nothing, &[]);
        assert_eq!(words, None, "{}", base.name);
    }
}

/// Rules that may speak of a document that cannot be read: what a layout cannot do without, and the value that was hit.
const TEXT: &[&str] = &[
    "layout-index-invalid",
    "layout-header-invalid",
    "layout-version",
    "manifest-artifact-type-syntax",
    "docker-archive-",
];

#[test]
fn text_that_is_no_json_is_said_so() {
    let mut wrong = Vec::new();
    for base in bases() {
        let text = base.document.to_string().into_bytes();
        let mut broken: Vec<(String, Vec<u8>)> = (1..text.len())
            .step_by(text.len() / 12)
            .map(|end| (format!("cut at {end}"), text[..end].to_vec()))
            .collect();
        let around = |before: &[u8], after: &[u8]| [before, &text, after].concat();
        broken.push(("a second document".to_string(), around(b"", b"{}")));
        broken.push((
            "a byte order mark".to_string(),
            around(b"\xef\xbb\xbf", b""),
        ));
        broken.push(("a comma at the end".to_string(), around(b"", b",")));
        let start = text.windows(2).position(|pair| pair == b":\"").unwrap() + 2;
        let mut latin = text.clone();
        latin.insert(start, 0xff);
        broken.push(("Latin-1".to_string(), latin));
        for (name, bytes) in broken {
            let report = report(&(base.with)(&bytes));
            if let Some(words) = judge(&report, Error, TEXT) {
                wrong.push(format!("{} {name}: {words}", base.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Rules that may speak of damaged bytes.
const DAMAGE: &[&str] = &[
    "layout-",
    "layer-",
    "tar-",
    "descriptor-",
    "config-diff-id",
    "archive-",
    "digest-",
    "config-content-type",
];

#[test]
fn a_changed_file_is_found() {
    let files = || {
        let manifest = image_manifest(&config_bytes()).to_string();
        let mut layout = layout_of(&config_bytes());
        let descriptor = layout.blob(mt::OCI_MANIFEST, manifest.as_bytes());
        layout.list(descriptor, "v1");
        layout.all()
    };
    let mut wrong = Vec::new();
    let mut look = |name: String, items: &[(String, Vec<u8>)], expect: Expect| {
        if let Some(words) = judge(&report(&Files::tar("image.tar", items)), expect, DAMAGE) {
            wrong.push(format!("{name}: {words}"));
        }
    };
    for position in 0..files().len() {
        let (path, bytes) = files()[position].clone();
        if !path.starts_with("blobs/") {
            continue;
        }
        for at in (0..bytes.len()).step_by(bytes.len() / 6) {
            let mut items = files();
            items[position].1[at] ^= 0x20;
            look(format!("{path}: byte {at} is another"), &items, Error);
        }
        let mut longer = files();
        longer[position].1.push(b'\n');
        look(format!("{path}: a byte more"), &longer, Error);
        let mut shorter = files();
        shorter[position].1.pop();
        look(format!("{path}: a byte less"), &shorter, Error);
        // The specification allows a layout that lacks what it refers to.
        let mut without = files();
        without.remove(position);
        look(format!("{path} is not there"), &without, Warning);
        let mut twice = files();
        twice.push(files()[position].clone());
        look(format!("{path} stands twice"), &twice, Nothing);
        twice.push((path.clone(), b"other".to_vec()));
        look(
            format!("{path} stands there again as another"),
            &twice,
            Warning,
        );
    }
    let mut turned = files();
    turned.reverse();
    look("files in another order".to_string(), &turned, Nothing);
    let mut more = files();
    more.push(("notes.txt".to_string(), b"notes".to_vec()));
    look("a file that nobody knows".to_string(), &more, Nothing);
    for gone in ["index.json", "oci-layout"] {
        let mut items = files();
        items.retain(|(path, _)| path != gone);
        look(format!("{gone} is not there"), &items, Error);
    }
    let whole = tar(&files());
    // What fills the last block, and the end mark, tell nothing.
    let filled = files().last().unwrap().1.len() % 512;
    for end in (1024..whole.len() - 1536 + filled).step_by(whole.len() / 20) {
        let cut = Files::file("image.tar", whole[..end].to_vec());
        if let Some(words) = judge(&report(&cut), Error, DAMAGE) {
            wrong.push(format!("cut at {end}: {words}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
