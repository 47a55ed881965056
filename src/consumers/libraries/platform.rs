//! How containerd's `platforms` package compares platforms for a host or target of linux/amd64.

use crate::artifact::documents::Platform;

/// The platform that every replay assumes where upstream would take the host's or the asked-for one.
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
}

/// How well a platform fits linux/amd64 by `platforms.Only`: 0 is amd64 itself, 1 is 386, none is no match.
pub(in crate::consumers) fn fitness(
    os: &str,
    architecture: &str,
    variant: Option<&str>,
) -> Option<u8> {
    // `normalizeOS` reads an absent os as the host's own.
    let os = os.to_ascii_lowercase();
    if !os.is_empty() && os != "linux" {
        return None;
    }
    let variant = variant.unwrap_or_default();
    match architecture.to_ascii_lowercase().as_str() {
        "amd64" | "x86_64" | "x86-64" => matches!(variant, "" | "v1").then_some(0),
        "386" | "i386" => Some(1),
        _ => None,
    }
}

/// [`fitness`] of a platform object.
pub(in crate::consumers) fn fitness_of(platform: &Platform) -> Option<u8> {
    fitness(
        &platform.os,
        &platform.architecture,
        platform.variant.as_deref(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amd64_fits_best_then_386() {
        assert_eq!(fitness("linux", "amd64", None), Some(0));
        assert_eq!(fitness("Linux", "x86_64", Some("v1")), Some(0));
        assert_eq!(fitness("linux", "386", None), Some(1));
        for (os, architecture, variant) in [
            ("linux", "arm64", None),
            ("windows", "amd64", None),
            ("unknown", "unknown", None),
            ("linux", "amd64", Some("v3")),
            ("linux", "", None),
        ] {
            assert_eq!(fitness(os, architecture, variant), None);
        }
    }
}
