//! What each profile makes of findings: which count for less, which for more, and that none goes missing.

use super::super::{Reason, all, find, since, weigh};
use crate::kit::Files;
use crate::report::{Finding, Profile, Report, Severity};
use crate::session::Session;
use crate::text::Lang;
use Severity::{Error, Info, Warning};

fn judged(files: &Files, profile: Profile) -> Report {
    Session::new(files.given(), Vec::new())
        .with_profile(profile)
        .run()
}

#[test]
fn versions_and_recommendations_weigh_as_each_profile_has_it() {
    // Severities under 1.0, 1.1 and strict.
    for (id, expected) in [
        // A MUST of 1.0, of 1.0.2, of 1.1, of the main branch.
        ("manifest-layers-missing", [Error, Error, Error]),
        ("manifest-media-type-wrong", [Error, Error, Error]),
        ("descriptor-data-base64", [Info, Error, Error]),
        ("digest-blake3-encoded", [Info, Info, Error]),
        // A MUST that consumers put up with.
        ("annotation-created-format", [Warning, Warning, Error]),
        ("annotation-base-digest", [Info, Warning, Error]),
        // A SHOULD of 1.0.2, of 1.1, of 1.1.1; one that is a note anyway.
        ("manifest-media-type-missing", [Warning, Warning, Error]),
        ("media-type-nondistributable", [Info, Warning, Error]),
        ("tar-hardlink-lower", [Info, Warning, Error]),
        ("index-nested", [Info, Info, Info]),
        // The schema has refused it from the first release on, whatever the text says since 1.1.
        ("manifest-layers-empty", [Warning, Warning, Error]),
        // What consumers do does not depend on the version, though the text may be new.
        ("descriptor-size-negative", [Error, Error, Error]),
        ("whiteout-empty-name", [Error, Error, Error]),
        ("index-platform-duplicate", [Warning, Warning, Warning]),
    ] {
        let rule = find(id).unwrap_or_else(|| panic!("{id}"));
        let files = (rule.proof.bad)();
        for (profile, severity) in Profile::ALL.into_iter().zip(expected) {
            let report = judged(&files, profile);
            let found: Vec<&Finding> = report.findings.iter().filter(|f| f.rule == id).collect();
            assert_eq!(found.len(), 1, "{id} {profile:?}");
            assert_eq!(found[0].severity, severity, "{id} {profile:?}");
            let weighed = found[0].weighed.as_ref();
            assert_eq!(weighed.is_some(), severity != rule.severity, "{id}");
            if let Some(weighed) = weighed {
                assert_eq!(weighed.own, rule.severity, "{id} {profile:?}");
            }
        }
    }
}

#[test]
fn no_profile_hides_a_finding_and_weighing_again_is_as_good_as_checking_again() {
    let evidence = |report: &Report| {
        let mut all: Vec<String> = report
            .findings
            .iter()
            .map(|f| {
                let own = f.weighed.as_ref().map_or(f.severity, |weighed| weighed.own);
                format!("{} {own:?} {:?} {:?} {:?}", f.rule, f.says, f.at, f.related)
            })
            .collect();
        all.sort();
        all
    };
    for rule in all() {
        let files = (rule.proof.bad)();
        let default = files.report();
        assert_eq!(default.profile, Profile::ImageSpec11);
        let mut again = default.clone();
        for profile in Profile::ALL {
            let checked = judged(&files, profile);
            assert_eq!(evidence(&checked), evidence(&default), "{}", rule.id);
            assert!(checked.findings.is_sorted_by_key(|f| f.severity));
            weigh(&mut again, profile);
            assert_eq!(again, checked, "{} {profile:?}", rule.id);
        }
        weigh(&mut again, Profile::default());
        assert_eq!(again, default, "{}", rule.id);
    }
}

#[test]
fn names_lead_back_to_their_profiles() {
    for profile in Profile::ALL {
        assert_eq!(Profile::with_id(profile.id()), Some(profile));
        let written = serde_json::to_value(profile).unwrap();
        assert_eq!(written, profile.id());
        for lang in [Lang::En, Lang::Zh] {
            assert!(!profile.name().get(lang).is_empty());
            assert!(!profile.about().get(lang).is_empty());
        }
    }
    assert_eq!(Profile::with_id("image-spec-2.0"), None);
}

#[test]
fn what_the_specification_asks_for_names_its_version() {
    for rule in all() {
        let phrase = since(rule);
        assert_eq!(phrase.is_none(), rule.since.is_empty(), "{}", rule.id);
        // A demand of the specification is of some version: without one no profile could weigh it.
        let Some(phrase) = phrase else { continue };
        for lang in [Lang::En, Lang::Zh] {
            let words = phrase.render(lang);
            assert!(words.contains(rule.since), "{}: {words}", rule.id);
            assert!(!words.contains(['{', '}']), "{}: {words}", rule.id);
        }
        if rule.reason == Reason::Must && rule.since != "main" {
            assert!(phrase.render(Lang::En).starts_with("required"));
        }
    }
}
