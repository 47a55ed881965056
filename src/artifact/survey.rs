//! Decides from names at the root of an archive or folder what it is: an OCI layout, a docker-archive, both, or neither.
//! Names inside an archive are part of its format; the name of the archive itself is never looked at.

use super::documents::Claims;
use super::kinds::InputKind;
use super::{Blob, Entry, Inventory};
use crate::bytes::blob::{BlobFacts, CodecDefect, ListedEntry, TarDefect};
use crate::bytes::sniff::Form;

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
    container_under(&|| paths(entries), "")
}

fn paths(entries: &[Entry]) -> Box<dyn Iterator<Item = &str> + '_> {
    Box::new(entries.iter().map(|entry| entry.path.as_str()))
}

/// The same for names below a folder.
fn container_under<'a>(
    paths: &dyn Fn() -> Box<dyn Iterator<Item = &'a str> + 'a>,
    prefix: &str,
) -> Option<InputKind> {
    let any =
        |test: &dyn Fn(&str) -> bool| paths().filter_map(|p| p.strip_prefix(prefix)).any(test);
    let has = |name: &str| any(&|n| n == name);
    let layout = has("oci-layout")
        || (has("index.json") && any(&|n| n == "blobs" || n.starts_with("blobs/")));
    // A folder of skopeo's or podman's `dir:` has a manifest of the same name, and blobs that are found by their digests.
    let dir = has("version") && !has("repositories") && any(&is_hex);
    match (layout, has("manifest.json") && !dir) {
        (true, true) => Some(InputKind::DockerArchiveWithOciLayout),
        (true, false) => Some(InputKind::OciLayout),
        (false, true) => Some(InputKind::DockerArchive),
        (false, false) => (has("repositories")
            && any(&|n| n.ends_with("/json") && n.matches('/').count() == 1))
        .then_some(InputKind::DockerArchiveLegacy),
    }
}

/// Whether a name is 64 hexadecimal digits, as SHA-256 has them.
fn is_hex(name: &str) -> bool {
    name.len() == 64 && name.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The folder that everything lies under, where a container stands in it. It may lie in further folders.
pub fn nested_under(entries: &[Entry]) -> Option<String> {
    let mut folder = String::new();
    for _ in 0..NESTED {
        let inner = entries.iter().find_map(|e| inside(&e.path, &folder))?;
        let top = inner.split('/').next()?.to_string();
        folder = match folder.is_empty() {
            true => top,
            false => format!("{folder}/{top}"),
        };
        let above = format!("{folder}/");
        let all = entries.iter().all(|e| {
            inside(&e.path, &folder).is_some()
                || e.path == folder
                || above.starts_with(&format!("{}/", e.path))
        });
        if !all {
            return None;
        }
        if container_under(&|| paths(entries), &above).is_some() {
            return Some(folder);
        }
    }
    None
}

/// Folders within folders that are looked into.
const NESTED: usize = 8;

/// What stands of a path below a folder.
fn inside<'a>(path: &'a str, folder: &str) -> Option<&'a str> {
    match folder {
        "" => Some(path),
        folder => path.strip_prefix(folder)?.strip_prefix('/'),
    }
}

/// Why nothing that was given is judged, although an image may be in it.
#[derive(Clone, Debug, PartialEq)]
pub enum Closed {
    /// It ends too early, and no image was found before that.
    Cut,
    /// A compression that is told and not undone: xz, bzip2, lz4.
    Packed(Form),
    /// Image archives among other files, by their paths.
    Archives(Vec<String>),
}

/// Why nothing that was given is judged, if an image may be in it all the same. Only what was measured tells.
pub fn closed(inventory: &Inventory) -> Option<Closed> {
    match (inventory.kind, inventory.form) {
        (InputKind::Other, Some(form @ (Form::Xz | Form::Bzip2 | Form::Lz4))) => {
            Some(Closed::Packed(form))
        }
        (InputKind::Other | InputKind::Tar, _) => is_cut(inventory).then_some(Closed::Cut),
        (InputKind::LooseFiles, _) if !has_documents(inventory) => {
            let archives: Vec<String> = inventory
                .blobs
                .iter()
                .filter(|blob| blob.facts().is_some_and(is_image_archive))
                .map(|blob| blob.path.to_string())
                .collect();
            (!archives.is_empty()).then_some(Closed::Archives(archives))
        }
        _ => None,
    }
}

/// Whether a document of the specification was read.
pub fn has_documents(inventory: &Inventory) -> bool {
    let mut claims = inventory.documents.iter().map(|d| &d.claims);
    claims.any(|claims| !matches!(claims, Claims::Other))
}

/// Whether a file is an archive that holds an image, by the names in it.
pub fn is_image_archive(facts: &BlobFacts) -> bool {
    let Some(tar) = &facts.tar else { return false };
    let names: Vec<String> = tar.listing.iter().map(|entry| clean(&entry.path)).collect();
    let paths = || -> Box<dyn Iterator<Item = &str>> { Box::new(names.iter().map(String::as_str)) };
    container_under(&paths, "").is_some()
}

/// Whether a file that holds no image ends too early to say so.
fn is_cut(inventory: &Inventory) -> bool {
    let ends_inside = |defect: Option<&TarDefect>| {
        matches!(
            defect,
            Some(TarDefect::Truncated { .. } | TarDefect::MissingPadding { .. })
        )
    };
    if ends_inside(inventory.archive_defect.as_ref()) {
        return true;
    }
    let Some(facts) = inventory.blobs.first().and_then(Blob::facts) else {
        return false;
    };
    let tar = facts.tar.as_ref();
    let defect = tar.and_then(|tar| tar.defect.as_ref());
    // Layers that lack their end marker are about; readers take them.
    let open = matches!(defect, Some(TarDefect::MissingEndMarker { .. }));
    facts.defects.contains(&CodecDefect::Truncated)
        || ends_inside(defect)
        || matches!(facts.payload_form(), Form::Wasm { .. })
        || open && tar.is_some_and(|tar| !is_root(&tar.listing) && tar.listing.iter().any(is_saved))
}

/// Whether an entry looks like a part of an image or of a bundle of images.
fn is_saved(entry: &ListedEntry) -> bool {
    let path = clean(&entry.path);
    let first = path.split(['/', '.']).next().unwrap_or_default();
    first == "blobs" || is_hex(first) || is_archive_name(&path)
}

/// Folders at the top that every root filesystem has some of: where they are, a tar inside is a file of the layer.
const ROOT_FOLDERS: [&str; 9] = [
    "bin", "etc", "usr", "lib", "var", "opt", "home", "root", "proc",
];

/// Whether entries look like a root filesystem's.
pub fn is_root(listing: &[ListedEntry]) -> bool {
    listing.iter().any(|entry| {
        let path = entry.path.trim_start_matches("./");
        ROOT_FOLDERS.contains(&path.split('/').next().unwrap_or_default())
    })
}

/// Whether a name inside an archive is that of an archive.
pub fn is_archive_name(path: &str) -> bool {
    [".tar", ".tar.gz", ".tgz", ".tar.zst", ".tar.xz", ".oci"]
        .iter()
        .any(|end| path.ends_with(end))
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
