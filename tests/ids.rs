//! Rules, consumers and error messages name each other by id only; here each id is looked up. And an id that was published
//! is forever: every one that ever was still leads to its thing.

mod kit;

use pullcheck::addresses::{Target, address};
use pullcheck::examples::{Files, gallery};
use pullcheck::ids::{Kind, RENAMED, present};
use pullcheck::lessons::Sample;
use pullcheck::report::Decision;
use pullcheck::text::Lang;
use pullcheck::{consumers, errors, media_types, rules};
use std::collections::{BTreeMap, BTreeSet};

#[test]
fn errors_name_rules_and_consumers_that_exist() {
    for entry in errors::all() {
        for id in &entry.rules {
            assert!(
                rules::find(id).is_some(),
                "{} names the rule {id}",
                entry.id
            );
        }
        for id in &entry.consumers {
            assert!(
                consumers::find(id).is_some(),
                "{} names the consumer {id}",
                entry.id
            );
        }
    }
}

#[test]
fn every_consumer_has_messages() {
    let named: BTreeSet<&str> = errors::all()
        .iter()
        .flat_map(|entry| entry.consumers.iter().map(String::as_str))
        .collect();
    // modctl takes whatever it is given.
    let never_refuses = |id: &str| id == "modelpack";
    for consumer in consumers::all() {
        assert!(
            named.contains(consumer.id) != never_refuses(consumer.id),
            "messages of {}",
            consumer.id
        );
    }
}

/// Every input that the project has by name: both of each rule, the gallery, and what the tests add.
fn examples() -> Vec<(String, Files)> {
    let of_rules = rules::all().flat_map(|rule| [Sample::Broken(rule), Sample::Mended(rule)]);
    let named = of_rules
        .chain(gallery::all().map(Sample::Shown))
        .map(|sample| (sample.id(), sample.files()));
    let cases = [
        kit::cases::walks(),
        kit::cases::odd_files(),
        kit::artifacts::all(),
    ];
    let cases = cases.into_iter().flatten();
    named
        .chain(cases.map(|case| (case.name.to_string(), case.files)))
        .collect()
}

/// What replays print that the dictionary cannot know, by how it ends, and why.
const UNEXPLAINED: [(&str, &str); 6] = [
    // Its first line is the same for every Go program that dies so; entries ask for the trace below it.
    (
        "umoci incus-oci",
        "runtime error: index out of range [0] with length 0",
    ),
    (
        "umoci incus-oci",
        "runtime error: index out of range [1] with length 1",
    ),
    (
        "container2wasm",
        "runtime error: slice bounds out of range [:1] with capacity 0",
    ),
    // Versions in one answer print texts that share nothing, or nothing more.
    ("skopeo umoci", "…"),
    ("skopeo", ": \"v1\""),
    ("skopeo", ": \"x\""),
];

/// What a consumer prints when it refuses an artifact is what a person pastes: both have to lead to the same entry.
/// Every consumer is asked about every example, whether or not it is meant for it.
#[test]
fn what_a_replay_prints_is_in_the_dictionary() {
    let everyone: Vec<&str> = consumers::all().map(|one| one.id).collect();
    let mut printed: BTreeMap<(String, String), String> = BTreeMap::new();
    for (name, files) in examples() {
        for verdict in files.ask(&everyone).verdicts {
            if let (Decision::Refuses, Some(error)) = (verdict.verdict, verdict.error) {
                printed
                    .entry((verdict.consumer, error))
                    .or_insert_with(|| name.clone());
            }
        }
    }
    let mut unknown = Vec::new();
    for ((consumer, error), name) in &printed {
        let matches = errors::explain(error);
        let entry = matches.first().and_then(|first| errors::find(&first.id));
        match entry {
            None if UNEXPLAINED.iter().any(|(who, end)| {
                who.split(' ').any(|who| who == consumer) && error.ends_with(end)
            }) => {}
            None => unknown.push(format!(
                "{name}: nothing explains what {consumer} prints: {error}"
            )),
            Some(entry) if !entry.consumers.contains(consumer) => unknown.push(format!(
                "{name}: {consumer} prints {error}, and {} is not about it",
                entry.id
            )),
            Some(_) => {}
        }
    }
    assert!(printed.len() > 400, "{} refusals", printed.len());
    assert!(
        unknown.is_empty(),
        "{} of {}:\n{}",
        unknown.len(),
        printed.len(),
        unknown.join("\n")
    );
}

/// The ids of a kind: where they are registered, those that were ever published, and those of today.
fn registered() -> Vec<(Kind, &'static str, BTreeSet<String>, BTreeSet<String>)> {
    let kinds: [(Kind, &str, BTreeSet<String>); 5] = [
        (
            Kind::Rule,
            "rules",
            rules::all().map(|rule| rule.id.to_string()).collect(),
        ),
        (
            Kind::Consumer,
            "consumers",
            consumers::all().map(|one| one.id.to_string()).collect(),
        ),
        (
            Kind::Error,
            "errors",
            errors::all().iter().map(|entry| entry.id.clone()).collect(),
        ),
        (
            Kind::Example,
            "examples",
            gallery::all().map(|one| one.id.to_string()).collect(),
        ),
        (
            Kind::MediaType,
            "media-types",
            media_types::all()
                .iter()
                .map(|known| known.name.clone())
                .collect(),
        ),
    ];
    let kinds = kinds.into_iter().map(|(kind, name, today)| {
        let path = format!("{}/tests/published/{name}.txt", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        if std::env::var_os("PULLCHECK_PUBLISH").is_some() {
            // Ids are added; none is ever taken out.
            let all: BTreeSet<String> = text.lines().map(str::to_string).collect();
            let all: Vec<String> = all.union(&today).cloned().collect();
            let all = format!("{}\n", all.join("\n"));
            // Another test may be reading it.
            if all != text {
                std::fs::write(&path, all).unwrap();
            }
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let published = text.lines().map(str::to_string).collect();
        (kind, name, published, today)
    });
    kinds.collect()
}

/// Whether an id leads to something, and to what.
fn leads_to(kind: Kind, id: &str) -> Option<String> {
    match kind {
        Kind::Rule => rules::find(id).map(|rule| rule.id.to_string()),
        Kind::Consumer => consumers::find(id).map(|one| one.id.to_string()),
        Kind::Error => errors::find(id).map(|entry| entry.id.clone()),
        Kind::Example => Sample::find(id).map(Sample::id),
        Kind::MediaType => media_types::find(id).map(|known| known.name.clone()),
    }
}

#[test]
fn every_id_ever_published_leads_to_its_thing() {
    let mut all = 0;
    for (kind, name, published, today) in registered() {
        for id in &published {
            let thing = leads_to(kind, id);
            assert!(
                thing.as_ref().is_some_and(|thing| today.contains(thing)),
                "tests/published/{name}.txt has {id}, which leads nowhere: what is renamed gets a line in src/ids.rs"
            );
            // An id of today is itself; another one is renamed.
            assert_eq!(thing.as_deref(), Some(present(kind, id)), "{name}: {id}");
            assert_eq!(today.contains(id), present(kind, id) == id, "{name}: {id}");
            all += 1;
        }
        let new: Vec<&String> = today.difference(&published).collect();
        assert!(
            new.is_empty(),
            "tests/published/{name}.txt lacks {new:?}. Run:\n  PULLCHECK_PUBLISH=1 cargo test --test ids"
        );
    }
    for rule in rules::all() {
        for end in ["broken", "mended"] {
            let id = format!("{}/{end}", rule.id);
            assert_eq!(leads_to(Kind::Example, &id), Some(id));
            all += 1;
        }
    }
    assert!(all > 1200, "{all} ids");
}

#[test]
fn what_is_renamed_was_published_and_is_no_other_thing() {
    let registered = registered();
    for (kind, old, new) in RENAMED {
        let (_, name, published, today) = registered
            .iter()
            .find(|(of, ..)| of == kind)
            .expect("a kind with a register");
        assert!(published.contains(*old), "{name}: {old}");
        assert!(!today.contains(*old), "{name}: {old} is taken again");
        assert!(today.contains(present(*kind, new)), "{name}: {new}");
    }
}

#[test]
fn every_id_has_an_address_of_its_own() {
    let mut seen = BTreeSet::new();
    let site = Some("https://example.org");
    for (kind, name, _, today) in registered() {
        for id in &today {
            let target = match kind {
                Kind::Rule => Target::Rule(id),
                Kind::Consumer => Target::Consumer(id),
                Kind::Error => Target::Error(id),
                Kind::Example => Target::Example(id),
                Kind::MediaType => Target::MediaType(id),
            };
            let own = format!("#/{name}/");
            assert!(target.fragment().starts_with(&own), "{name}: {id}");
            for lang in [Lang::En, Lang::Zh] {
                let address = address(site, target, lang).unwrap();
                let room = format!("https://example.org/{}/{name}/", lang.tag());
                assert!(address.starts_with(&room), "{address}");
                assert!(seen.insert(address), "{name}: {id}");
            }
        }
    }
    assert!(seen.len() > 1400, "{}", seen.len());
}
