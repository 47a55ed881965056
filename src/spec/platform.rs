//! The vocabulary of platforms: Go's names of operating systems and architectures, the pairs that Go builds for, the
//! specification's CPU variants, and what people write instead. It never says whether a platform suits anybody.
//!
//! Sources: Go 1.25 `internal/syslist` and `go tool dist list`; image-spec v1.1.1 `image-index.md#platform-variants`;
//! containerd `platforms` v1 for the other names and for the variants that stand for none.

/// What Go calls operating systems (`GOOS`), past and present.
pub const SYSTEMS: [&str; 18] = [
    "aix",
    "android",
    "darwin",
    "dragonfly",
    "freebsd",
    "hurd",
    "illumos",
    "ios",
    "js",
    "linux",
    "nacl",
    "netbsd",
    "openbsd",
    "plan9",
    "solaris",
    "wasip1",
    "windows",
    "zos",
];

/// What Go calls architectures (`GOARCH`), past and present.
pub const ARCHITECTURES: [&str; 24] = [
    "386",
    "amd64",
    "amd64p32",
    "arm",
    "arm64",
    "arm64be",
    "armbe",
    "loong64",
    "mips",
    "mips64",
    "mips64le",
    "mips64p32",
    "mips64p32le",
    "mipsle",
    "ppc",
    "ppc64",
    "ppc64le",
    "riscv",
    "riscv64",
    "s390",
    "s390x",
    "sparc",
    "sparc64",
    "wasm",
];

/// Architectures that Go builds for, by operating system; a port that was dropped lately counts.
const BUILT: [(&str, &[&str]); 16] = [
    ("aix", &["ppc64"]),
    ("android", &["386", "amd64", "arm", "arm64"]),
    ("darwin", &["386", "amd64", "arm", "arm64"]),
    ("dragonfly", &["amd64"]),
    ("freebsd", &["386", "amd64", "arm", "arm64", "riscv64"]),
    ("illumos", &["amd64"]),
    ("ios", &["amd64", "arm64"]),
    ("js", &["wasm"]),
    (
        "linux",
        &[
            "386", "amd64", "arm", "arm64", "loong64", "mips", "mips64", "mips64le", "mipsle",
            "ppc64", "ppc64le", "riscv64", "s390x",
        ],
    ),
    ("nacl", &["386", "amd64p32", "arm"]),
    ("netbsd", &["386", "amd64", "arm", "arm64"]),
    (
        "openbsd",
        &["386", "amd64", "arm", "arm64", "mips64", "ppc64", "riscv64"],
    ),
    ("plan9", &["386", "amd64", "arm"]),
    ("solaris", &["amd64"]),
    ("wasip1", &["wasm"]),
    ("windows", &["386", "amd64", "arm", "arm64"]),
];

/// Whether Go knows an operating system by this name.
pub fn is_system(name: &str) -> bool {
    SYSTEMS.contains(&name)
}

/// Whether Go knows an architecture by this name.
pub fn is_architecture(name: &str) -> bool {
    ARCHITECTURES.contains(&name)
}

/// Whether Go builds for this pair. Nothing is known of pairs with a name that is not Go's.
pub fn is_built(os: &str, architecture: &str) -> Option<bool> {
    if !is_system(os) || !is_architecture(architecture) {
        return None;
    }
    let (_, architectures) = BUILT.iter().find(|(name, _)| *name == os)?;
    Some(architectures.contains(&architecture))
}

/// Go's name for an operating system that people call otherwise.
pub fn system_meant(name: &str) -> Option<&'static str> {
    let lower = name.to_ascii_lowercase();
    match lower.as_str() {
        "macos" | "mac" | "osx" | "macosx" => Some("darwin"),
        "win" | "win32" | "win64" => Some("windows"),
        "wasi" | "wasip" => Some("wasip1"),
        "sunos" => Some("solaris"),
        "gnu/linux" => Some("linux"),
        _ => SYSTEMS.into_iter().find(|known| *known == lower),
    }
}

/// Go's name for an architecture that people call otherwise, and the variant that the other name implies.
pub fn architecture_meant(name: &str) -> Option<(&'static str, Option<&'static str>)> {
    let lower = name.to_ascii_lowercase();
    let known = match lower.as_str() {
        "x86_64" | "x86-64" | "x64" => ("amd64", None),
        "x86" | "i386" | "i486" | "i586" | "i686" => ("386", None),
        "aarch64" | "arm64v8" | "armv8" => ("arm64", None),
        "armhf" | "armv7" | "armv7l" | "arm32v7" => ("arm", Some("v7")),
        "armel" | "armv6" | "armv6l" | "arm32v6" => ("arm", Some("v6")),
        "arm32v5" | "armv5" => ("arm", Some("v5")),
        "ppc64el" | "powerpc64le" => ("ppc64le", None),
        "mips64el" => ("mips64le", None),
        "mipsel" => ("mipsle", None),
        "loongarch64" => ("loong64", None),
        "wasm32" => ("wasm", None),
        _ => {
            let known = ARCHITECTURES.into_iter().find(|known| *known == lower)?;
            (known, None)
        }
    };
    Some(known)
}

/// The variants that the specification lists for an architecture; none where it lists nothing.
pub fn variants(architecture: &str) -> &'static [&'static str] {
    match architecture {
        "arm" => &["v6", "v7", "v8"],
        "arm64" => &[
            "v8", "v8.0", "v8.1", "v8.2", "v8.3", "v8.4", "v8.5", "v8.6", "v8.7", "v8.8", "v8.9",
            "v9", "v9.0", "v9.1", "v9.2", "v9.3", "v9.4", "v9.5",
        ],
        "amd64" => &["v1", "v2", "v3", "v4"],
        "ppc64le" => &["power8", "power9", "power10"],
        "riscv64" => &["rva20u64", "rva22u64", "rva23u64"],
        _ => &[],
    }
}

/// The variant that stands for saying nothing, by architecture.
pub fn assumed_variant(architecture: &str) -> Option<&'static str> {
    match architecture {
        "arm" => Some("v7"),
        "arm64" => Some("v8"),
        "amd64" => Some("v1"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_fit_together() {
        for (os, architectures) in BUILT {
            assert!(is_system(os), "{os}");
            for architecture in architectures {
                assert!(is_architecture(architecture), "{architecture}");
                assert_eq!(is_built(os, architecture), Some(true));
            }
        }
        assert_eq!(is_built("windows", "s390x"), Some(false));
        assert_eq!(is_built("wasi", "wasm"), None);
        assert_eq!(is_built("hurd", "386"), None);
    }

    #[test]
    fn other_names_lead_to_gos() {
        for name in ["Linux", "macos", "WASI", "Windows"] {
            let meant = system_meant(name).unwrap();
            assert!(is_system(meant) && !is_system(name), "{name}");
        }
        for name in ["x86_64", "aarch64", "ARMHF", "i686", "Amd64", "ppc64el"] {
            let (meant, _) = architecture_meant(name).unwrap();
            assert!(is_architecture(meant) && !is_architecture(name), "{name}");
        }
        assert_eq!(architecture_meant("armhf"), Some(("arm", Some("v7"))));
        assert_eq!(architecture_meant("z80"), None);
    }

    #[test]
    fn what_is_assumed_is_listed() {
        for architecture in ["arm", "arm64", "amd64"] {
            let assumed = assumed_variant(architecture).unwrap();
            assert!(variants(architecture).contains(&assumed));
        }
        assert!(variants("s390x").is_empty());
    }
}
