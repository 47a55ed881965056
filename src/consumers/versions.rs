//! Version ranges of consumers, and the lenient reading of a version that a person types.

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

/// Neighbouring ranges, oldest first, as one: `≥ 0.5.0`, `0.28 – < 1.1`. Empty for all versions. The bounds come from the
/// intervals where these join without a gap; else the ranges are listed.
pub fn together(ranges: &[&Versions]) -> String {
    let listed = || {
        let shown: Vec<&str> = ranges.iter().map(|range| range.shown).collect();
        shown.join(", ")
    };
    let (Some(first), Some(last)) = (ranges.first(), ranges.last()) else {
        return String::new();
    };
    let joined = ranges.windows(2).all(|pair| match pair {
        [before, after] => match (before.spans, after.spans) {
            ([(_, end)], [(start, _)]) => end == start && !end.is_empty(),
            _ => false,
        },
        _ => true,
    });
    match (first.spans, last.spans) {
        ([("", _)], [(_, "")]) if joined && ranges.len() > 1 => String::new(),
        ([("", _)], [(_, end)]) if joined && ranges.len() > 1 => format!("< {}", short(end)),
        ([(start, _)], [(_, "")]) if joined && ranges.len() > 1 => format!("≥ {}", short(start)),
        ([(start, _)], [(_, end)]) if joined && ranges.len() > 1 => {
            format!("≥ {}, < {}", short(start), short(end))
        }
        _ => listed(),
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
