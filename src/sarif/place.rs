//! Places in SARIF: URI references of files, and names of places that stay the same when an image is built again. It reads
//! places of a report and changes none.

use crate::report::{Locus, Report};
use std::collections::BTreeMap;

/// Names for the files of a report by what they are for, not by their digests, which change with every build.
pub struct Names(BTreeMap<String, String>);

impl Names {
    /// The names of a report's documents and blobs.
    pub fn new(report: &Report) -> Names {
        let mut names = BTreeMap::new();
        for (number, artifact) in report.artifacts.iter().enumerate() {
            let of = match &artifact.name {
                Some(name) => name.clone(),
                None => format!("#{number}"),
            };
            let mut counted: BTreeMap<&str, usize> = BTreeMap::new();
            for part in &artifact.descriptors {
                let count = counted.entry(part.role.as_str()).or_default();
                *count += 1;
                let platform = part.platform.as_deref().unwrap_or_default();
                if let Some(path) = &part.path {
                    names
                        .entry(path.clone())
                        .or_insert_with(|| format!("{of} {} {count} {platform}", part.role));
                }
            }
        }
        // The input itself may have any name.
        names.insert(report.input.name.clone(), String::new());
        Names(names)
    }

    /// What stays the same about a place when lines and digests change.
    pub fn place(&self, at: &Locus) -> String {
        let file = self.0.get(&at.path).unwrap_or(&at.path);
        let pointer = at.pointer.as_deref().unwrap_or_default();
        let entry = at.entry.as_deref().unwrap_or_default();
        format!("{file}#{pointer}#{entry}")
    }
}

/// Sixteen hexadecimal digits for a text, the same in every version and on every machine (FNV-1a, 64 bits).
pub fn fingerprint(text: &str) -> String {
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}

/// A path as a relative or rooted URI reference (RFC 3986): everything but unreserved characters and slashes as
/// percent escapes, no first part that reads like a scheme, and no start that reads like a host.
pub fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'/' if out == "/" => out.push_str("%2F"),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(char::from(byte));
            }
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_uri_references() {
        assert_eq!(uri("blobs/sha256/ab"), "blobs/sha256/ab");
        assert_eq!(uri("a b:层"), "a%20b%3A%E5%B1%82");
        assert_eq!(uri("//evil.example/x"), "/%2Fevil.example/x");
    }

    #[test]
    fn fingerprints_never_change() {
        assert_eq!(fingerprint(""), "cbf29ce484222325");
        assert_eq!(fingerprint("a"), "af63dc4c8601ec8c");
    }
}
