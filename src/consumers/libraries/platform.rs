//! How containerd's `platforms` package reads, normalises and compares platforms, for whichever platform is asked for.
//! It looks at no artifact.
//!
//! Read in containerd/platforms `platforms.go`, `compare.go`, `database.go` (v0.2.1, v1.0.0-rc.1) and in containerd v1.6.20.

use crate::artifact::documents::Platform;
use crate::consumers::Case;
use crate::consumers::settings::PLATFORM;

/// The platform that a replay assumes where upstream would take the host's and nothing was chosen.
pub(in crate::consumers) const ASSUMED: &str = "linux/amd64";

/// A platform that is asked for, in containerd's `os/architecture[/variant]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// `linux`, `windows` …
    pub os: String,
    /// As in Go: `amd64`, `arm64` …
    pub architecture: String,
    /// `v7` and the like; empty where none is asked for.
    pub variant: String,
}

impl Wanted {
    /// Reads `os/architecture` or `os/architecture/variant`; none where it has not two or three plain parts.
    pub fn read(text: &str) -> Option<Wanted> {
        let plain = |part: &&str| {
            let fits = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
            !part.is_empty() && part.chars().all(fits)
        };
        let parts: Vec<&str> = text.split('/').filter(plain).collect();
        let count = text.split('/').count();
        match parts.as_slice() {
            [os, architecture, rest @ ..] if parts.len() == count && rest.len() < 2 => {
                Some(Wanted {
                    os: os.to_ascii_lowercase(),
                    architecture: architecture.to_ascii_lowercase(),
                    variant: rest.first().unwrap_or(&"").to_ascii_lowercase(),
                })
            }
            _ => None,
        }
    }

    /// The platform that is chosen for a case, normalised.
    pub(in crate::consumers) fn of(case: &Case) -> Wanted {
        let chosen = Wanted::read(case.set(&PLATFORM));
        chosen.map_or_else(
            || normal("linux", "amd64", None),
            |wanted| wanted.normalized(),
        )
    }

    /// `platforms.Normalize`.
    fn normalized(&self) -> Wanted {
        normal(&self.os, &self.architecture, Some(&self.variant))
    }

    /// As people write it.
    pub(in crate::consumers) fn text(&self) -> String {
        let Wanted {
            os,
            architecture,
            variant,
        } = self;
        if variant.is_empty() {
            format!("{os}/{architecture}")
        } else {
            format!("{os}/{architecture}/{variant}")
        }
    }

    /// How well a platform fits by `platforms.Only`: 0 is the platform itself, higher what its machines run as well, in
    /// the order in which they are preferred; none is no match.
    pub(in crate::consumers) fn fitness(
        &self,
        os: &str,
        architecture: &str,
        variant: Option<&str>,
    ) -> Option<u8> {
        let wanted = self.normalized();
        // `normalizeOS` reads an absent os as the host's own.
        let os = if os.is_empty() { &wanted.os } else { os };
        let given = normal(os, architecture, variant);
        if given.os != wanted.os {
            return None;
        }
        let place = wanted
            .vector()
            .iter()
            .position(|(arch, variant)| given.architecture == *arch && given.variant == *variant);
        place.and_then(|place| u8::try_from(place).ok())
    }

    /// [`Wanted::fitness`] of a platform object.
    pub(in crate::consumers) fn fitness_of(&self, platform: &Platform) -> Option<u8> {
        self.fitness(
            &platform.os,
            &platform.architecture,
            platform.variant.as_deref(),
        )
    }

    /// Whether a platform object is the platform itself: `platforms.Any`, `platforms.OnlyStrict`.
    pub(in crate::consumers) fn is_exactly(&self, platform: &Platform) -> bool {
        self.fitness_of(platform) == Some(0)
    }

    /// `platformVector`: the platform and what else its machines run, best first.
    fn vector(&self) -> Vec<(&str, String)> {
        let number = |variant: &str| variant.trim_start_matches('v').parse::<u8>().ok();
        let arm = |from: u8| (5..from).rev().map(|n| ("arm", format!("v{n}")));
        let mut all = vec![(self.architecture.as_str(), self.variant.clone())];
        match self.architecture.as_str() {
            "amd64" => {
                let level = number(&self.variant).unwrap_or(1).min(9);
                for lower in (1..level).rev() {
                    // The first level is written without a number.
                    let variant = if lower == 1 {
                        String::new()
                    } else {
                        format!("v{lower}")
                    };
                    all.push(("amd64", variant));
                }
                all.push(("386", String::new()));
            }
            "arm" => all.extend(arm(number(&self.variant).unwrap_or(0).min(9))),
            "arm64" => all.extend(arm(number(&self.variant).unwrap_or(8).min(9) + 1)),
            _ => {}
        }
        all
    }
}

/// `platforms.Normalize`.
fn normal(os: &str, architecture: &str, variant: Option<&str>) -> Wanted {
    let os = match os.to_ascii_lowercase().as_str() {
        "macos" => "darwin".to_string(),
        other => other.to_string(),
    };
    let architecture = architecture.to_ascii_lowercase();
    let variant = variant.unwrap_or_default().to_ascii_lowercase();
    let (architecture, variant) = match (architecture.as_str(), variant.as_str()) {
        ("i386", _) => ("386", ""),
        ("x86_64" | "x86-64" | "amd64", "v1") => ("amd64", ""),
        ("x86_64" | "x86-64" | "amd64", other) => ("amd64", other),
        ("aarch64" | "arm64", "8" | "v8") => ("arm64", ""),
        ("aarch64" | "arm64", other) => ("arm64", other),
        ("armhf", _) => ("arm", "v7"),
        ("armel", _) => ("arm", "v6"),
        ("arm", "" | "7") => ("arm", "v7"),
        ("arm", "5") => ("arm", "v5"),
        ("arm", "6") => ("arm", "v6"),
        ("arm", "8") => ("arm", "v8"),
        other => other,
    };
    Wanted {
        os,
        architecture: architecture.to_string(),
        variant: variant.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fitness(wanted: &str, given: (&str, &str, Option<&str>)) -> Option<u8> {
        let wanted = Wanted::read(wanted).unwrap();
        wanted.fitness(given.0, given.1, given.2)
    }

    #[test]
    fn amd64_fits_best_then_386() {
        let amd64 = "linux/amd64";
        assert_eq!(fitness(amd64, ("linux", "amd64", None)), Some(0));
        assert_eq!(fitness(amd64, ("Linux", "x86_64", Some("v1"))), Some(0));
        assert_eq!(fitness(amd64, ("", "amd64", None)), Some(0));
        assert_eq!(fitness(amd64, ("linux", "386", None)), Some(1));
        for (os, architecture, variant) in [
            ("linux", "arm64", None),
            ("windows", "amd64", None),
            ("unknown", "unknown", None),
            ("linux", "amd64", Some("v3")),
            ("linux", "386", Some("softfloat")),
            ("linux", "", None),
        ] {
            assert_eq!(fitness(amd64, (os, architecture, variant)), None);
        }
    }

    #[test]
    fn a_higher_level_runs_the_lower_ones() {
        let v3 = "linux/amd64/v3";
        for (variant, place) in [(Some("v3"), 0), (Some("v2"), 1), (None, 2)] {
            assert_eq!(fitness(v3, ("linux", "amd64", variant)), Some(place));
        }
        assert_eq!(fitness(v3, ("linux", "386", None)), Some(3));
        assert_eq!(fitness(v3, ("linux", "amd64", Some("v4"))), None);
    }

    #[test]
    fn arm_goes_down_by_version() {
        assert_eq!(
            fitness("linux/arm", ("linux", "arm", Some("v7"))),
            Some(0),
            "arm alone is v7"
        );
        assert_eq!(
            fitness("linux/arm/v7", ("linux", "arm", Some("v5"))),
            Some(2)
        );
        assert_eq!(fitness("linux/arm/v6", ("linux", "arm", None)), None);
        assert_eq!(
            fitness("linux/arm64", ("linux", "aarch64", Some("v8"))),
            Some(0)
        );
        assert_eq!(
            fitness("linux/arm64", ("linux", "arm", Some("v8"))),
            Some(1)
        );
        assert_eq!(fitness("linux/arm64", ("linux", "armhf", None)), Some(2));
        assert_eq!(
            fitness("linux/s390x", ("linux", "s390x", Some("z13"))),
            None
        );
    }
}
