//! What leaflets promise: each kind keeps its template, and no sentence has an open place left.

use super::*;

/// The parts in their order; only those marked with `false` may be left out.
fn keeps_order(leaflet: &Leaflet, order: &[(&str, bool)], of: &Topic) {
    let ids: Vec<&str> = leaflet.sections.iter().map(|section| section.id).collect();
    let expected: Vec<&str> = order
        .iter()
        .filter(|(id, always)| *always || ids.contains(id))
        .map(|(id, _)| *id)
        .collect();
    assert_eq!(ids, expected, "{of:?}");
    assert!(
        !leaflet.sections.iter().any(|s| s.blocks.is_empty()),
        "{of:?}"
    );
}

#[test]
fn rules_and_errors_keep_one_template() {
    let rule = [
        ("looks", true),
        ("why", true),
        ("who", false),
        ("fix", true),
        ("fine", false),
        ("try", true),
        ("history", true),
    ];
    let error = [
        ("looks", true),
        ("why", true),
        ("proof", true),
        ("who", false),
        ("fix", true),
        ("history", false),
    ];
    for (kind, order) in [(Kind::Rules, &rule[..]), (Kind::Errors, &error[..])] {
        for id in kind.ids() {
            let topic = Topic::One(kind, id.to_string());
            keeps_order(&leaflet(&topic).unwrap(), order, &topic);
        }
    }
}

#[test]
fn every_topic_has_a_leaflet_and_nothing_else_has() {
    let all = topics();
    let things: usize = Kind::ALL.iter().map(|kind| 1 + kind.ids().len()).sum();
    // Besides: the whole, and the two pages that let one trust it.
    assert_eq!(all.len(), 3 + things);
    assert!(leaflet(&Topic::One(Kind::Rules, "no-such-rule".to_string())).is_none());
    assert!(leaflet(&Topic::One(Kind::Errors, "digest-syntax".to_string())).is_none());
}

#[test]
fn open_places_are_named() {
    let phrase = open(say("{a} is not {b}", "{a} 不是 {b}").code("a", "x"));
    assert_eq!(phrase.render(Lang::En), "`x` is not `<b>`");
    assert_eq!(plain(&phrase, Lang::Zh), "x 不是 <b>");
}
