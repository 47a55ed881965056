//! What a remedy would make of a manifest, where its command rewrites what stands in it and nothing has to be run to know
//! how. What only the tool can compute, such as the digest of what it compresses anew, is left open as `…`. Where the outcome
//! is not known for sure, there is no draft. It runs nothing and recommends nothing.
//!
//! Sources: regclient `mod/manifest.go` (`WithManifestToOCI`, `WithManifestToDocker`), containers/image `copy/single.go`
//! and `copy/compression.go`, oras `cmd/oras/root/push.go`.

use crate::bytes::json::{self, Member, Node, Value};
use crate::diff::Pair;
use crate::fixes::{Command, Fix};
use crate::order;
use crate::report::{Artifact, SourceText};
use crate::spec::{annotation, media_type as mt};

/// Stands for what only the tool can compute.
pub const OPEN: &str = "…";

/// Bytes of the largest manifest that is drafted; nobody reads a longer one as a picture.
const LARGEST: usize = 512 * 1024;

/// A manifest as it is and as a command leaves it, both laid out one value a line, or one layer a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The tool that makes it so.
    pub tool: String,
    /// Both texts.
    pub pair: Pair,
    /// Whether only the layers are shown, one a line: what else the command writes is its own.
    pub layers_only: bool,
    /// Whether something is left open.
    pub open: bool,
}

/// What the first command of a remedy whose outcome is known makes of an artifact's root.
pub fn draft(fix: &Fix, artifact: &Artifact, sources: &[SourceText]) -> Option<Draft> {
    let root = artifact.descriptors.first()?;
    let path = root.path.as_deref()?;
    let source = sources
        .iter()
        .find(|s| s.path == path && !s.cut && s.text.len() <= LARGEST)?;
    let read = json::read(source.text.as_bytes());
    // Tools read a broken document their own way, or not at all.
    if !read.defects.is_empty() {
        return None;
    }
    let before = read.root?;
    if has_duplicates(&before) {
        return None;
    }
    fix.commands.iter().find_map(|command| {
        let layers_only = command.tool == "oras";
        let (before, after) = if layers_only {
            let layers = before.get("layers")?.items();
            (in_lines(layers), in_lines(&pushed(command, layers)?))
        } else {
            let mut after = before.clone();
            rewrite(command, &mut after)?;
            (laid_out(&before), laid_out(&after))
        };
        let pair = Pair {
            path: path.to_string(),
            before,
            after,
        };
        let open = pair.after.contains(OPEN) && !pair.before.contains(OPEN);
        (pair.before != pair.after).then(|| Draft {
            tool: command.tool.clone(),
            pair,
            layers_only,
            open,
        })
    })
}

fn has_duplicates(node: &Node) -> bool {
    let below = || match &node.value {
        Value::Object(members) => members.iter().any(|m| has_duplicates(&m.value)),
        Value::Array(items) => items.iter().any(has_duplicates),
        _ => false,
    };
    !node.duplicates().is_empty() || below()
}

fn rewrite(command: &Command, manifest: &mut Node) -> Option<()> {
    let text = command.text.as_str();
    match command.tool.as_str() {
        "regctl" if text.starts_with("regctl image mod --to-oci ") => to_oci(manifest),
        "regctl" if text.starts_with("regctl image mod --to-docker ") => to_docker(manifest),
        "skopeo" if text.starts_with("skopeo copy --dest-compress-format gzip ") => {
            recompressed(manifest)
        }
        _ => None,
    }
}

/// Members that survive both conversions; a manifest with others would lose them on the way.
const MANIFEST: [&str; 5] = [
    "schemaVersion",
    "mediaType",
    "config",
    "layers",
    "annotations",
];
/// Members of a descriptor that the tools keep.
const DESCRIPTOR: [&str; 6] = [
    "mediaType",
    "digest",
    "size",
    "annotations",
    "urls",
    "platform",
];

/// Whether the manifest is made of what the tools know and keep.
fn is_plain(manifest: &Node) -> bool {
    let known = |node: &Node, keys: &[&str]| {
        matches!(node.value, Value::Object(_))
            && node
                .members()
                .iter()
                .all(|m| keys.contains(&m.key.as_str()))
    };
    let descriptor = |node: &Node| known(node, &DESCRIPTOR);
    known(manifest, &MANIFEST)
        && manifest.get("config").is_some_and(descriptor)
        && manifest.get("layers").is_some_and(|layers| {
            matches!(layers.value, Value::Array(_)) && layers.items().iter().all(descriptor)
        })
}

fn to_oci(manifest: &mut Node) -> Option<()> {
    retype(
        manifest,
        (mt::DOCKER_MANIFEST, mt::OCI_MANIFEST),
        &[
            (mt::DOCKER_CONFIG, mt::OCI_CONFIG),
            (mt::DOCKER_TAR_GZIP, mt::OCI_TAR_GZIP),
            (mt::DOCKER_FOREIGN_TAR_GZIP, OCI_FOREIGN_GZIP),
        ],
    )
}

fn to_docker(manifest: &mut Node) -> Option<()> {
    retype(
        manifest,
        (mt::OCI_MANIFEST, mt::DOCKER_MANIFEST),
        &[
            (mt::OCI_CONFIG, mt::DOCKER_CONFIG),
            (mt::OCI_TAR_GZIP, mt::DOCKER_TAR_GZIP),
            (OCI_FOREIGN_GZIP, mt::DOCKER_FOREIGN_TAR_GZIP),
        ],
    )
}

const OCI_FOREIGN_GZIP: &str = "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip";

/// Other types for the manifest, its config and its layers; contents stay, and so do their digests. A type that is in
/// neither row of the table is left by the tool as it is: then the outcome is no clean one, and nothing is shown.
fn retype(manifest: &mut Node, own: (&str, &str), types: &[(&str, &str)]) -> Option<()> {
    if !is_plain(manifest) {
        return None;
    }
    let declared = manifest.get("mediaType").and_then(Node::as_str)?;
    if declared != own.0 && declared != own.1 {
        return None;
    }
    set(manifest, "mediaType", own.1)?;
    let one = |descriptor: &mut Node| {
        let declared = descriptor.get("mediaType").and_then(Node::as_str)?;
        let (_, to) = types
            .iter()
            .find(|(from, to)| *from == declared || *to == declared)?;
        set(descriptor, "mediaType", to)
    };
    member(manifest, "config").and_then(one)?;
    layers(manifest)?.iter_mut().try_for_each(one)
}

/// gzip in place of zstd: the types tell so, the digests and sizes are known when it is done. The config is about what is
/// uncompressed and stays.
fn recompressed(manifest: &mut Node) -> Option<()> {
    if !is_plain(manifest) {
        return None;
    }
    for layer in layers(manifest)? {
        let declared = layer.get("mediaType").and_then(Node::as_str)?;
        let to = match declared {
            mt::OCI_TAR_ZSTD | mt::OCI_TAR => mt::OCI_TAR_GZIP,
            mt::OCI_TAR_GZIP => continue,
            _ => return None,
        };
        // What becomes of annotations about the old compression is the tool's affair.
        if layer.get("annotations").is_some() {
            return None;
        }
        set(layer, "mediaType", to)?;
        set(layer, "digest", &format!("sha256:{OPEN}"))?;
        member(layer, "size")?.value = Value::Number(OPEN.to_string());
    }
    Some(())
}

/// The layers that `oras push` lists: one for each file, in the order of the command, under the type that stands behind its
/// name. A file that the same command fetched by its digest is that very content.
fn pushed(command: &Command, layers: &[Node]) -> Option<Vec<Node>> {
    let mut fetched: Vec<(&str, &str)> = Vec::new();
    let mut pushed: Option<Vec<(&str, &str)>> = None;
    let text = command.text.replace("\\\n", " ");
    for line in text.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["oras", "blob", "fetch", "--output", file, from] => {
                fetched.push((*file, from.split_once('@')?.1));
            }
            // What is packed here is new; nobody knows its digest.
            ["tar", ..] => {}
            ["oras", "push", _, files @ ..] if pushed.is_none() => {
                let file = |word: &&str| {
                    let (file, media_type) = command_words(&command.text, word)?;
                    Some((file, media_type))
                };
                pushed = Some(files.iter().map(file).collect::<Option<_>>()?);
            }
            _ => return None,
        }
    }
    let digest = |digest: &str| {
        let is = |item: &&Node| item.get("digest").and_then(Node::as_str) == Some(digest);
        layers.iter().find(is)
    };
    pushed?
        .into_iter()
        .map(|(file, media_type)| {
            let own = fetched.iter().find(|(name, _)| *name == file);
            let content = own.map(|(_, from)| digest(from));
            let (digest, size) = match content {
                // It was fetched under a digest that no layer has: nothing is known of it.
                Some(None) => return None,
                Some(Some(layer)) => (
                    layer.get("digest")?.value.clone(),
                    layer.get("size")?.value.clone(),
                ),
                None => (
                    string(&format!("sha256:{OPEN}")),
                    Value::Number(OPEN.to_string()),
                ),
            };
            let title = object(vec![(annotation::TITLE, string(file))]);
            Some(node(object(vec![
                ("mediaType", string(media_type)),
                ("digest", digest),
                ("size", size),
                ("annotations", title),
            ])))
        })
        .collect()
}

/// `./FILE:TYPE` in its two parts; nothing where one of them still has to be filled in by the reader.
fn command_words<'c>(command: &'c str, word: &str) -> Option<(&'c str, &'c str)> {
    let at = command.find(word)?;
    let word = command.get(at..at + word.len())?;
    let (file, media_type) = word.strip_prefix("./")?.rsplit_once(':')?;
    let open = |part: &str| part.is_empty() || part == "MEDIA-TYPE" || part.contains("LANG");
    (!open(file) && !open(media_type)).then_some((file, media_type))
}

fn member<'n>(node: &'n mut Node, key: &str) -> Option<&'n mut Node> {
    match &mut node.value {
        Value::Object(members) => members
            .iter_mut()
            .find(|m| m.key == key)
            .map(|m| &mut m.value),
        _ => None,
    }
}

fn layers(manifest: &mut Node) -> Option<&mut Vec<Node>> {
    match &mut member(manifest, "layers")?.value {
        Value::Array(layers) => Some(layers),
        _ => None,
    }
}

fn set(node: &mut Node, key: &str, to: &str) -> Option<()> {
    member(node, key)?.value = string(to);
    Some(())
}

fn string(text: &str) -> Value {
    Value::String(text.to_string())
}

fn node(value: Value) -> Node {
    Node { range: 0..0, value }
}

fn object(members: Vec<(&str, Value)>) -> Value {
    let member = |(key, value): (&str, Value)| Member {
        key: key.to_string(),
        key_range: 0..0,
        value: node(value),
    };
    Value::Object(members.into_iter().map(member).collect())
}

/// A value with two spaces for each level and each member on a line of its own.
fn laid_out(node: &Node) -> String {
    let mut out = String::new();
    write(node, 0, &mut out);
    out.push('\n');
    out
}

/// Descriptors one a line, their members in one order, so that a layer that only moved is the same line elsewhere.
fn in_lines(layers: &[Node]) -> String {
    let place = |member: &&Member| DESCRIPTOR.iter().position(|key| *key == member.key);
    let line = |layer: &Node| {
        let mut members: Vec<&Member> = layer.members().iter().collect();
        order::by_key(&mut members, |member| {
            place(member).unwrap_or(DESCRIPTOR.len())
        });
        let members = members.into_iter().map(|member| {
            let mut text = String::new();
            write(&member.value, 0, &mut text);
            let text: Vec<&str> = text.lines().map(str::trim).collect();
            format!(
                "{}: {}",
                serde_json::Value::from(&*member.key),
                text.join(" ")
            )
        });
        format!("{{ {} }}\n", members.collect::<Vec<_>>().join(", "))
    };
    layers.iter().map(line).collect()
}

fn write(node: &Node, depth: usize, out: &mut String) {
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let indent = |depth: usize| "  ".repeat(depth);
    match &node.value {
        Value::Null => out.push_str("null"),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Number(text) => out.push_str(text),
        Value::String(text) => out.push_str(&quoted(text)),
        Value::Array(items) if items.is_empty() => out.push_str("[]"),
        Value::Object(members) if members.is_empty() => out.push_str("{}"),
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                out.push_str(if at == 0 { "[\n" } else { ",\n" });
                out.push_str(&indent(depth + 1));
                write(item, depth + 1, out);
            }
            out.push_str(&format!("\n{}]", indent(depth)));
        }
        Value::Object(members) => {
            for (at, member) in members.iter().enumerate() {
                out.push_str(if at == 0 { "{\n" } else { ",\n" });
                out.push_str(&format!("{}{}: ", indent(depth + 1), quoted(&member.key)));
                write(&member.value, depth + 1, out);
            }
            out.push_str(&format!("\n{}}}", indent(depth)));
        }
    }
}

#[cfg(test)]
mod tests;
