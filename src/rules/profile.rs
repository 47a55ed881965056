//! Profiles: what a report is judged by. A profile weighs what the rules found and hides nothing: each finding stays,
//! with its own severity and why it counts for less or more. Weighing looks at the report alone, so that a host may
//! choose another profile without checking again.

use super::run::worst_first;
use super::{Reason, Rule, find};
use crate::report::{Finding, Profile, Report, Severity, Weighed};
use crate::text::{Phrase, Text, say, text};

impl Profile {
    /// Every profile, from the least to the most demanding.
    pub const ALL: [Profile; 3] = [Profile::ImageSpec10, Profile::ImageSpec11, Profile::Strict];

    /// Its name in addresses, on the command line and in JSON.
    pub fn id(self) -> &'static str {
        match self {
            Profile::ImageSpec10 => "image-spec-1.0",
            Profile::ImageSpec11 => "image-spec-1.1",
            Profile::Strict => "strict",
        }
    }

    /// The profile of that name.
    pub fn with_id(id: &str) -> Option<Profile> {
        Profile::ALL.into_iter().find(|profile| profile.id() == id)
    }

    /// Its name for people.
    pub fn name(self) -> Text {
        match self {
            Profile::ImageSpec10 => text("image-spec 1.0", "image-spec 1.0"),
            Profile::ImageSpec11 => text("image-spec 1.1", "image-spec 1.1"),
            Profile::Strict => text("strict", "严格"),
        }
    }

    /// What it does, in a sentence or two.
    pub fn about(self) -> Text {
        match self {
            Profile::ImageSpec10 => text(
                "Judged by releases 1.0.x of the specification; what later versions ask for is only a note.",
                "按规范的 1.0.x 版判定；之后版本才提出的要求只作提示。",
            ),
            Profile::ImageSpec11 => text(
                "Judged by releases 1.1.x of the specification; what has not been released yet is only a note.",
                "按规范的 1.1.x 版判定；尚未发布的要求只作提示。",
            ),
            Profile::Strict => text(
                "Judged by all that the specification says, released or not; a broken recommendation is an error too.",
                "按规范的全部内容判定，包括尚未发布的部分；违反建议同样算作错误。",
            ),
        }
    }

    /// The version of the specification that it stands for; none where it takes in all of them.
    fn version(self) -> Option<&'static str> {
        match self {
            Profile::ImageSpec10 => Some("1.0"),
            Profile::ImageSpec11 => Some("1.1"),
            Profile::Strict => None,
        }
    }

    /// How a breach of `rule` counts that has the severity `own` by itself; with the reason where that differs.
    /// What rests on consumers, not on the specification, weighs the same in every profile.
    pub fn weigh(self, rule: &Rule, own: Severity) -> (Severity, Option<Phrase>) {
        if matches!(
            rule.reason,
            Reason::Consumers | Reason::Ambiguous | Reason::Note
        ) {
            return (own, None);
        }
        let weighed = match (self.version(), own) {
            (_, Severity::Info) => None,
            (Some(version), _) => is_newer(rule.since, version)
                .then(|| (Severity::Info, not_asked_for(rule.since, version))),
            (None, Severity::Warning) => {
                taken_strictly(rule.reason).map(|because| (Severity::Error, because))
            }
            (None, Severity::Error) => None,
        };
        weighed.map_or((own, None), |(severity, because)| (severity, Some(because)))
    }
}

/// Whether a demand that came with `since` is missing from all releases of `version`, such as `1.1`.
fn is_newer(since: &str, version: &str) -> bool {
    let parts = |text: &str| -> Option<(u32, u32)> {
        let mut numbers = text.split('.').map(str::parse);
        match (numbers.next(), numbers.next()) {
            (Some(Ok(major)), Some(Ok(minor))) => Some((major, minor)),
            _ => None,
        }
    };
    match parts(since) {
        Some(since) => parts(version).is_some_and(|version| since > version),
        // What comes from elsewhere is of no version; a branch is newer than every release.
        None => !since.is_empty(),
    }
}

fn not_asked_for(since: &'static str, version: &'static str) -> Phrase {
    let words = if since == UNRELEASED {
        say(
            "image-spec {version} does not demand this: it stands on the main branch and is in no release yet. It counts as a note.",
            "image-spec {version} 并不要求这一点：它只写在 main 分支上，尚未随任何版本发布。此处只作提示。",
        )
    } else {
        say(
            "image-spec {version} does not demand this: it came with {since}. It counts as a note.",
            "image-spec {version} 并不要求这一点：该内容自 {since} 版才有。此处只作提示。",
        )
    };
    words.name("version", version).name("since", since)
}

/// Why strictness makes an error of a warning; nothing where the specification says nothing.
fn taken_strictly(reason: Reason) -> Option<Phrase> {
    Some(match reason {
        Reason::Must => say(
            "Elsewhere a warning, because consumers put up with it. The specification demands it, so the strict profile counts it as an error.",
            "由于使用方并不计较，通常只是警告；但规范要求如此，因此按严格标准算作错误。",
        ),
        Reason::Schema => say(
            "Elsewhere a warning. The published JSON schema refuses it, so the strict profile counts it as an error.",
            "通常只是警告；但随规范发布的 JSON schema 不接受，因此按严格标准算作错误。",
        ),
        Reason::Should => say(
            "A recommendation (SHOULD). The strict profile counts it as an error.",
            "这是规范的建议（SHOULD），按严格标准算作错误。",
        ),
        Reason::Consumers | Reason::Ambiguous | Reason::Note => return None,
    })
}

/// The `since` of what stands on the main branch of the specification only.
const UNRELEASED: &str = "main";

/// Which version of the specification a rule rests on, and how firmly it says so; nothing where it comes from
/// elsewhere.
pub fn since(rule: &Rule) -> Option<Phrase> {
    let words = match (rule.since, rule.reason) {
        ("", _) => return None,
        (UNRELEASED, _) => say(
            "main branch of image-spec, not released yet",
            "image-spec 的 main 分支，尚未发布",
        ),
        (_, Reason::Must) => say(
            "required since image-spec {since}",
            "自 image-spec {since} 起要求",
        ),
        (_, Reason::Schema) => say(
            "required by the JSON schema since image-spec {since}",
            "自 image-spec {since} 起由 JSON schema 要求",
        ),
        (_, Reason::Should) => say(
            "recommended since image-spec {since}",
            "自 image-spec {since} 起建议",
        ),
        (_, Reason::Consumers | Reason::Ambiguous | Reason::Note) => say(
            "about image-spec {since} and later",
            "涉及 image-spec {since} 及之后的版本",
        ),
    };
    Some(words.name("since", rule.since))
}

/// Weighs all findings of a report by a profile, whatever it was weighed by before, and puts the worst first.
pub fn weigh(report: &mut Report, profile: Profile) {
    report.profile = profile;
    for finding in &mut report.findings {
        let own = own_severity(finding);
        let (severity, because) =
            find(&finding.rule).map_or((own, None), |rule| profile.weigh(rule, own));
        finding.severity = severity;
        finding.weighed = because.map(|because| Weighed { own, because });
    }
    worst_first(&mut report.findings);
}

/// The severity of a finding before any profile.
fn own_severity(finding: &Finding) -> Severity {
    finding
        .weighed
        .as_ref()
        .map_or(finding.severity, |weighed| weighed.own)
}
