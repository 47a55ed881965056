//! Version ranges of consumers, and the lenient reading of a version that a person types.

use crate::order;
use semver::Version;

/// The versions that share a behaviour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Versions {
    /// As people read it: `≤ 0.6.0`, `1.12 – 1.15`, `≥ 1.16`.
    pub shown: &'static str,
    /// Half-open intervals `[from, before)` in full versions; an empty text is no bound.
    pub spans: &'static [(&'static str, &'static str)],
}

impl Versions {
    /// Whether a version lies in one of the intervals.
    pub fn hold(&self, version: &Version) -> bool {
        self.spans.iter().any(|(from, before)| {
            let after_start =
                from.is_empty() || Version::parse(from).is_ok_and(|bound| *version >= bound);
            let before_end =
                before.is_empty() || Version::parse(before).is_ok_and(|bound| *version < bound);
            after_start && before_end
        })
    }
}

/// Neighbouring ranges as one: `≥ 0.5.0`, `≥ 0.28, < 1.1`. Empty for all versions. Where their intervals, put in order, leave a
/// gap, the ranges are listed.
pub fn together(ranges: &[&Versions]) -> String {
    let mut spans: Vec<(&str, &str)> = ranges
        .iter()
        .flat_map(|range| range.spans)
        .copied()
        .collect();
    // What has no start is no version, and comes first.
    order::by_key(&mut spans, |(start, _)| Version::parse(start).ok());
    let joined = spans
        .windows(2)
        .all(|pair| matches!(pair, [(_, end), (start, _)] if end == start));
    let ends = spans.first().zip(spans.last());
    let Some(((start, _), (_, end))) = ends.filter(|_| joined && ranges.len() > 1) else {
        let shown: Vec<&str> = ranges.iter().map(|range| range.shown).collect();
        return shown.join(", ");
    };
    match (*start, *end) {
        ("", "") => String::new(),
        ("", end) => format!("< {}", short(end)),
        (start, "") => format!("≥ {}", short(start)),
        (start, end) => format!("≥ {}, < {}", short(start), short(end)),
    }
}

/// A version without zeros at its end, down to two numbers: `1.1.0` is `1.1`.
fn short(version: &str) -> &str {
    let version = version.trim_end_matches("-0");
    match version.strip_suffix(".0") {
        Some(rest) if rest.contains('.') => rest,
        _ => version,
    }
}

/// Reads a version as people type it: an optional `v`, one to three numbers, an optional pre-release; what is absent is 0.
pub fn read(text: &str) -> Option<Version> {
    let text = text.trim().trim_start_matches(['v', 'V']);
    let (core, rest) = match text.find(['-', '+']) {
        Some(at) => text.split_at(at),
        None => (text, ""),
    };
    let numbers: Vec<u64> = core
        .split('.')
        .map(|part| part.parse().ok())
        .collect::<Option<_>>()?;
    let part = |i: usize| numbers.get(i).copied().unwrap_or(0);
    if numbers.len() > 3 {
        return None;
    }
    Version::parse(&format!("{}.{}.{}{rest}", part(0), part(1), part(2))).ok()
}

/// Whether a version as people type it lies in a range; false for what is no version.
pub fn holds(versions: &Versions, text: &str) -> bool {
    read(text).is_some_and(|version| versions.hold(&version))
}

/// The newest version that a text names, as `v1.9.0` in `v1.2.0, v1.9.0-rc.1, v1.9.0; issue 5`. A number alone is none.
pub fn newest(text: &str) -> Option<&str> {
    text.split([' ', ',', ';'])
        .filter(|part| part.contains('.'))
        .filter_map(|part| Some((read(part)?, part)))
        .max_by(|(a, _), (b, _)| a.cmp(b))
        .map(|(_, part)| part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_as_people_type_them() {
        assert_eq!(read("2.1"), Version::parse("2.1.0").ok());
        assert_eq!(read("v0.6.0"), Version::parse("0.6.0").ok());
        assert_eq!(read("2.0.0-rc.1"), Version::parse("2.0.0-rc.1").ok());
        assert_eq!(read("1.2.3.4"), None);
        assert_eq!(read("newest"), None);
    }

    #[test]
    fn the_newest_of_several_is_found() {
        let text = "v1.2.0, v1.10.0-rc.1 – v1.9.0; issues 10968, 30890, 2026-08";
        assert_eq!(newest(text), Some("v1.10.0-rc.1"));
        assert_eq!(newest("2026-08, 273fd738f7be, pull request 5"), None);
    }

    #[test]
    fn neighbours_are_shown_as_one() {
        let old = Versions {
            shown: "< 0.5",
            spans: &[("", "0.5.0")],
        };
        let middle = Versions {
            shown: "0.5 – 0.6",
            spans: &[("0.5.0", "0.6.2")],
        };
        let new = Versions {
            shown: "≥ 0.6.2",
            spans: &[("0.6.2", "")],
        };
        assert_eq!(together(&[&old, &middle, &new]), "");
        assert_eq!(together(&[&old, &middle]), "< 0.6.2");
        assert_eq!(together(&[&middle, &new]), "≥ 0.5");
        assert_eq!(together(&[&middle]), "0.5 – 0.6");
        assert_eq!(together(&[&old, &new]), "< 0.5, ≥ 0.6.2");
    }

    #[test]
    fn series_that_were_mended_apart_join_too() {
        let before = Versions {
            shown: "1.5 – 1.6.24, 1.7.0 – 1.7.6",
            spans: &[("1.5.0-0", "1.6.25"), ("1.7.0-0", "1.7.7")],
        };
        let after = Versions {
            shown: "1.6.25 – 1.6.x, 1.7.7 – 1.7.x",
            spans: &[("1.6.25", "1.7.0-0"), ("1.7.7", "2.0.0-0")],
        };
        let last = Versions {
            shown: "≥ 2.0",
            spans: &[("2.0.0-0", "")],
        };
        assert_eq!(together(&[&before, &after]), "≥ 1.5, < 2.0");
        assert_eq!(together(&[&before, &after, &last]), "≥ 1.5");
        assert_eq!(
            together(&[&after, &last]),
            "1.6.25 – 1.6.x, 1.7.7 – 1.7.x, ≥ 2.0"
        );
    }

    #[test]
    fn intervals_are_half_open() {
        let versions = Versions {
            shown: "6.3 – 6.12, 6.0.2 – 6.0.4",
            spans: &[("6.3.0", "6.13.0"), ("6.0.2", "6.0.5")],
        };
        for (text, holds) in [
            ("6.0.1", false),
            ("6.0.4", true),
            ("6.3", true),
            ("6.13", false),
        ] {
            assert_eq!(
                read(text).is_some_and(|v| versions.hold(&v)),
                holds,
                "{text}"
            );
        }
    }
}
