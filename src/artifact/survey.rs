//! Decides from names at the root of an archive or folder what it is: an OCI layout, a docker-archive, both, or neither.
//! Names inside an archive are part of its format; the name of the archive itself is never looked at.

use super::kinds::InputKind;
use super::{Entry, Inventory};

/// An entry's name as readers compare it: no leading `./` or `/`, no trailing `/`, no empty or `.` components.
pub fn clean(path: &str) -> String {
    let parts: Vec<&str> = path
        .split('/')
        .filter(|part| !part.is_empty() && *part != ".")
        .collect();
    parts.join("/")
}

/// The folder part of a cleaned path; empty at the top.
pub fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// A link's target seen from a folder, `..` resolved and never above the top.
pub fn join(folder: &str, link: &str) -> String {
    let mut parts: Vec<&str> = if link.starts_with('/') {
        Vec::new()
    } else {
        folder.split('/').filter(|part| !part.is_empty()).collect()
    };
    for part in link.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// The kind of container that these entries make, if any.
///
/// An OCI layout shows by `oci-layout`, or by `index.json` beside `blobs/`; a docker-archive by `manifest.json`
/// (moby image spec v1.2); the format before it by `repositories` beside `<id>/json`.
pub fn container(entries: &[Entry]) -> Option<InputKind> {
    container_under(entries, "")
}

fn container_under(entries: &[Entry], prefix: &str) -> Option<InputKind> {
    let names = || entries.iter().filter_map(|e| e.path.strip_prefix(prefix));
    let has = |name: &str| names().any(|n| n == name);
    let layout = has("oci-layout")
        || (has("index.json") && names().any(|n| n == "blobs" || n.starts_with("blobs/")));
    // A folder of skopeo's or podman's `dir:` has a manifest of the same name, and blobs that are found by their digests.
    let dir = has("version")
        && !has("repositories")
        && names().any(|n| n.len() == 64 && n.bytes().all(|byte| byte.is_ascii_hexdigit()));
    match (layout, has("manifest.json") && !dir) {
        (true, true) => Some(InputKind::DockerArchiveWithOciLayout),
        (true, false) => Some(InputKind::OciLayout),
        (false, true) => Some(InputKind::DockerArchive),
        (false, false) => (has("repositories")
            && names().any(|n| n.ends_with("/json") && n.matches('/').count() == 1))
        .then_some(InputKind::DockerArchiveLegacy),
    }
}

/// The one top folder that everything lies under, where a container stands in it.
pub fn nested_under(entries: &[Entry]) -> Option<String> {
    let top = entries.first()?.path.split('/').next()?.to_string();
    let prefix = format!("{top}/");
    let all = entries
        .iter()
        .all(|e| e.path == top || e.path.starts_with(&prefix));
    (all && container_under(entries, &prefix).is_some()).then_some(top)
}

/// The documents that every container of this kind may have at its root.
pub fn root_documents(inventory: &Inventory) -> Vec<String> {
    ["oci-layout", "index.json", "manifest.json", "repositories"]
        .into_iter()
        .filter(|name| inventory.blob_at(name).is_some())
        .map(str::to_string)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_as_readers_do() {
        assert_eq!(clean("./blobs//sha256/ab/"), "blobs/sha256/ab");
        assert_eq!(clean("/index.json"), "index.json");
        assert_eq!(join("a/b", "../c/layer.tar"), "a/c/layer.tar");
        assert_eq!(join("a", "../../../etc"), "etc");
        assert_eq!(parent("a/b"), "a");
        assert_eq!(parent("a"), "");
    }
}
