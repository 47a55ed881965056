//! What Go's `encoding/json` makes of a document where it differs from the lenient claims: error texts only.
//! It judges nothing; a replay decides which fields it decodes.

use super::go_scanner;
use crate::artifact::Document;
use crate::artifact::documents::{self, Claim, Config, Descriptor, Index, Manifest};
use crate::bytes::json::{Node, Value};

/// A manifest as a Go struct sees it, or Go's error text.
pub(in crate::consumers) fn manifest(document: &Document) -> Result<Manifest, String> {
    let root = object(document, "v1.Manifest")?;
    let manifest = documents::manifest(root);
    well_typed(&manifest.media_type, "Manifest.mediaType", "string")?;
    well_typed(&manifest.config, "Manifest.config", "v1.Descriptor")?;
    well_typed(&manifest.layers, "Manifest.layers", "[]v1.Descriptor")?;
    if let Some(config) = manifest.config.value() {
        descriptor(config, "config")?;
    }
    for layer in manifest.layers() {
        descriptor(layer, "layers")?;
    }
    Ok(manifest)
}

/// An index as a Go struct sees it, or Go's error text.
pub(in crate::consumers) fn index(document: &Document) -> Result<Index, String> {
    let root = object(document, "v1.Index")?;
    let index = documents::index(root);
    well_typed(&index.media_type, "Index.mediaType", "string")?;
    well_typed(&index.manifests, "Index.manifests", "[]v1.Descriptor")?;
    for entry in index.manifests() {
        descriptor(entry, "manifests")?;
    }
    Ok(index)
}

/// A config as a Go struct sees it, or Go's error text.
pub(in crate::consumers) fn config(document: &Document) -> Result<Config, String> {
    let root = object(document, "v1.Image")?;
    let config = documents::config(root);
    well_typed(&config.architecture, "Image.architecture", "string")?;
    well_typed(&config.os, "Image.os", "string")?;
    well_typed(&config.rootfs_type, "RootFS.rootfs.type", "string")?;
    well_typed(
        &config.diff_ids,
        "RootFS.rootfs.diff_ids",
        "[]digest.Digest",
    )?;
    Ok(config)
}

/// The syntax error that Go reports for a document that is no JSON, if it is none.
pub(in crate::consumers) fn syntax(document: &Document) -> Option<String> {
    if document.json.root.is_some() {
        return None;
    }
    // Bytes that Go reads and our reader does not are beyond one of our caps; the claims about them are empty.
    Some(go_scanner::error(&document.bytes).unwrap_or_default())
}

/// What Go's `json.Decoder` says of a document that is no JSON: it reads one value and looks no further.
pub(in crate::consumers) fn stream_syntax(document: &Document, go_type: &str) -> String {
    let error = syntax(document).unwrap_or_default();
    let text = document.bytes.trim_ascii_start();
    let scalar = match text.first() {
        None => return "EOF".to_string(),
        Some(b'-' | b'0'..=b'9') => "number",
        Some(b't' | b'f') => "bool",
        Some(b'"') => "string",
        Some(_) => "",
    };
    if error == "unexpected end of JSON input" {
        return "unexpected EOF".to_string();
    }
    if !scalar.is_empty() && error.contains("after top-level value") {
        return format!("json: cannot unmarshal {scalar} into Go value of type {go_type}");
    }
    error
}

fn object<'a>(document: &'a Document, go_type: &str) -> Result<&'a Node, String> {
    let Some(root) = document.json.root.as_ref() else {
        return Err(syntax(document).unwrap_or_default());
    };
    match root.value {
        Value::Object(_) | Value::Null => Ok(root),
        _ => Err(format!(
            "json: cannot unmarshal {} into Go value of type {go_type}",
            go_name(root.kind())
        )),
    }
}

/// A JSON type as Go names it.
pub(in crate::consumers) fn go_name(kind: &str) -> &str {
    if kind == "boolean" { "bool" } else { kind }
}

fn descriptor(d: &Descriptor, field: &str) -> Result<(), String> {
    well_typed(
        &d.media_type,
        &format!("Descriptor.{field}.mediaType"),
        "string",
    )?;
    well_typed(
        &d.digest,
        &format!("Descriptor.{field}.digest"),
        "digest.Digest",
    )?;
    well_typed(&d.size, &format!("Descriptor.{field}.size"), "int64")
}

/// A field of the wrong JSON type stops Go's decoder; `null` leaves the field as it is.
fn well_typed<T>(claim: &Claim<T>, field: &str, go_type: &str) -> Result<(), String> {
    match claim {
        Claim::Wrong { found, .. } if *found != "null" => Err(format!(
            "json: cannot unmarshal {} into Go struct field {field} of type {go_type}",
            go_name(found)
        )),
        _ => Ok(()),
    }
}
