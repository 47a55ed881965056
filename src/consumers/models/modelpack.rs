//! `modctl pull` of the CNCF's ModelPack: a single manifest whose blobs are copied whatever their types, and unpacked by
//! the end of their media type where a folder is given.
//!
//! Read in modelpack/modctl `pkg/backend/pull.go`, `pkg/backend/extract.go`, `pkg/codec/codec.go`. The list of codecs has
//! changed: types that end otherwise than those below are left open.

use super::{CNAI_PREFIX, CNCF_PREFIX};
use crate::artifact::{Missing, Why};
use crate::consumers::pulled::{self, Top};
use crate::consumers::{
    Accept, Case, Consumer, Range, Scope, Setting, Source, Stop, Takes, Trace, Versions,
};
use crate::text::{say, text};

const WHO: &str = "modctl";

/// Where the file of a layer goes: the present annotation, and the one before.
const FILE_PATHS: &[&str] = &["org.cncf.model.filepath", "org.cnai.model.filepath"];

/// Whether the model is unpacked.
const EXTRACT: Setting = Setting {
    id: "extract",
    shared: false,
    name: text("Unpack", "解包"),
    about: text(
        "`--extract-dir`: whether the model is unpacked to a folder as well.",
        "`--extract-dir`：是否同时把模型解包到文件夹。",
    ),
    takes: Takes::OneOf(&[
        ("no", text("pull only", "仅拉取")),
        ("yes", text("pull and unpack", "拉取并解包")),
    ]),
    default: "no",
};

/// modctl.
pub static MODELPACK: Consumer = Consumer {
    id: "modelpack",
    name: "ModelPack (modctl)",
    about: text(
        "`modctl` copies a model artifact of the CNCF's ModelPack format from a single manifest, layer by layer, and unpacks it if asked to.",
        "`modctl` 从单个清单逐层拉取 CNCF ModelPack 格式的模型制品，并可按要求解包。",
    ),
    scope: Scope::Root,
    sources: &[Source {
        repository: "modelpack/modctl",
        path: "pkg/backend/pull.go, pkg/backend/extract.go, pkg/codec/codec.go",
        at: "2025",
    }],
    settings: &[EXTRACT],
    ranges: &[Range {
        versions: Versions {
            shown: "2025",
            spans: &[("", "")],
        },
        label: text(
            "read in 2025; other versions were not compared",
            "依据 2025 年的源码；未与其他版本比较",
        ),
        replay,
    }],
    meant_for: |case| {
        pulled::any_manifest(case, |manifest| {
            pulled::has_type(manifest, CNCF_PREFIX) || pulled::has_type(manifest, CNAI_PREFIX)
        })
    },
};

fn replay(case: &Case, trace: &mut Trace) -> Result<Accept, Stop> {
    let pulled = match pulled::top(case)? {
        Top::Manifest(pulled) => pulled,
        // Read as a manifest, which has neither config nor layers then.
        Top::Index(document, _) | Top::Other(document) => {
            return Err(Missing {
                what: document.path.clone(),
                why: Why::NotSettled,
                at: Some(document.locus("")),
            }
            .into());
        }
    };
    let unpacks = case.set(&EXTRACT) == "yes";
    for layer in pulled.layers() {
        pulled.bytes(layer)?;
        let named = FILE_PATHS.iter().any(|key| {
            layer
                .annotations
                .get(*key)
                .is_some_and(|path| !path.is_empty())
        });
        let found = layer.media_type();
        if unpacks && !(found.ends_with(".tar") || found.ends_with(".raw") && named) {
            return Err(pulled.missing(layer, Why::NotSettled).into());
        }
    }
    pulled.fetched(pulled.config()?)?;
    trace.note(
        say(
            "{who} copies every layer and the config, {type}, whatever their types.",
            "{who} 复制全部层和配置 {type}，不论其类型。",
        )
        .name("who", WHO)
        .code("type", pulled.config_type()),
        Some(pulled.document.locus("/config")),
    );
    let says = if unpacks {
        say(
            "{who} copies the artifact (layers: {count}) and unpacks each layer by the end of its type.",
            "{who} 复制该制品，共 {count} 层，并按类型的结尾解包每一层。",
        )
    } else {
        say(
            "{who} copies the artifact (layers: {count}).",
            "{who} 复制该制品，共 {count} 层。",
        )
    };
    Ok(Accept::using(
        says.name("who", WHO)
            .count("count", pulled.layers().len() as u64),
        Some(pulled.at_layers()),
    ))
}
