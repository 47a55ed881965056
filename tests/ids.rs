//! Rules, consumers and error messages name each other by id only; here each id is looked up.

mod kit;

use pullcheck::report::Decision;
use pullcheck::{consumers, errors, rules};
use std::collections::BTreeSet;

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

/// What a consumer prints when it refuses an artifact is what a person pastes: both have to lead to the same entry.
#[test]
fn what_a_replay_prints_is_in_the_dictionary() {
    let mut refusals = 0;
    for case in kit::cases::walks() {
        for verdict in case.files.report().verdicts {
            if verdict.verdict != Decision::Refuses {
                continue;
            }
            refusals += 1;
            let error = verdict.error.as_deref().unwrap();
            let matches = errors::explain(error);
            let first = matches
                .first()
                .unwrap_or_else(|| panic!("{}: nothing explains {error}", case.name));
            let entry = errors::find(&first.id).unwrap();
            assert!(
                entry.consumers.contains(&verdict.consumer),
                "{}: {} prints {error}, and {} is not about it",
                case.name,
                verdict.consumer,
                first.id
            );
        }
    }
    assert!(refusals > 20, "{refusals} refusals");
}
