//! `wasm-to-oci pull`: of all layers, those of its own type; the first of them is written to a file. Nothing checks that
//! there is one, so that a program without it ends in a panic.
//!
//! Read in engineerd/wasm-to-oci `pkg/oci/pull.go` (last commit 2021-11-02) and oras-project/oras-go v0.4
//! `pkg/oras/pull.go` (`fetchContent`, `filterHandler`).

use super::is_wasm_artifact;
use crate::artifact::Missing;
use crate::artifact::documents::Descriptor;
use crate::consumers::pulled::{self, Pulled, Top, refuse};
use crate::consumers::remedies::Names;
use crate::consumers::{Accept, Case, Consumer, Range, Scope, Source, Stop, Trace, Versions};
use crate::fixes::Fix;
use crate::place::Locus;
use crate::spec::media_type as mt;
use crate::text::{say, text};

const WHO: &str = "wasm-to-oci";

/// wasm-to-oci.
pub static WASM_TO_OCI: Consumer = Consumer {
    id: "wasm-to-oci",
    name: "wasm-to-oci",
    about: text(
        "An early tool for modules in registries, unmaintained since 2021. It takes layers of its own type only, which newer tools do not take.",
        "早期把 Wasm 模块存入镜像仓库的工具，2021 年后不再维护。只接受自己的层类型，而较新的工具都不接受该类型。",
    ),
    scope: Scope::Root,
    sources: &[Source {
        repository: "engineerd/wasm-to-oci",
        path: "pkg/oci/pull.go",
        at: "2021-11-02",
    }],
    settings: &[],
    ranges: &[Range {
        versions: Versions {
            shown: "2021",
            spans: &[("", "")],
        },
        label: text("as it was left in 2021", "2021 年停止维护时的版本"),
        replay,
    }],
    meant_for: is_wasm_artifact,
};

fn replay(case: &Case, trace: &mut Trace) -> Result<Accept, Stop> {
    let names = Names::of(case);
    // Manifests and lists of Docker's are of an unknown type to it, and passed over with all that they name.
    let media_type = case.media_type()?;
    let mut manifests = Vec::new();
    let place = match pulled::top(case)? {
        Top::Manifest(pulled) => {
            let place = pulled.at_layers();
            if media_type == mt::OCI_MANIFEST {
                manifests.push(pulled);
            }
            place
        }
        Top::Index(document, index) => {
            let entries = index.manifests().iter();
            for entry in entries.filter(|entry| entry.media_type() == mt::OCI_MANIFEST) {
                trace.visit(entry)?;
                if media_type == mt::OCI_INDEX {
                    let child = case.inventory.target(document, entry)?;
                    if let Top::Manifest(pulled) = pulled::read(case.inventory, child)? {
                        manifests.push(pulled);
                    }
                }
            }
            document.locus("/manifests")
        }
        Top::Other(document) => Locus::whole(&document.path),
    };
    let wanted: Vec<(&Pulled, &Descriptor)> = manifests
        .iter()
        .flat_map(|pulled| pulled.layers().iter().map(move |layer| (pulled, layer)))
        .filter(|(_, layer)| layer.media_type() == mt::WASM_TO_OCI)
        .collect();
    let Some((pulled, layer)) = wanted.first() else {
        return Err(refuse(
            trace,
            "panic: runtime error: index out of range [0] with length 0",
            say(
                "{who} passes over everything but layers of type {type}, finds none, and ends in a panic.",
                "{who} 只取类型为 {type} 的层，其余一律跳过；这里一个也没有，于是以 panic 终止。",
            )
            .name("who", WHO)
            .code("type", mt::WASM_TO_OCI),
            place,
        )
        .fix(Fix::new(
            "use-another-tool",
            say(
                "Fetch the files with a tool that takes every type.",
                "改用接受任何类型的工具取出文件。",
            ),
        )
        .with("oras", format!("oras pull {}", names.reference)))
        .into());
    };
    if wanted.len() > 1 {
        // Which one is first depends on which download begins first.
        return Err(Missing {
            what: mt::WASM_TO_OCI.to_string(),
            why: crate::artifact::Why::NotSettled,
            at: Some(place),
        }
        .into());
    }
    pulled.bytes(layer)?;
    let at = pulled.at(layer);
    trace.pass(
        say(
            "There is a layer of type {type}.",
            "有一个类型为 {type} 的层。",
        )
        .code("type", mt::WASM_TO_OCI),
        Some(at.clone()),
    );
    Ok(Accept::using(
        say(
            "{who} takes the layer {digest} and writes it to a file.",
            "{who} 取层 {digest} 并写入文件。",
        )
        .name("who", WHO)
        .code("digest", layer.digest()),
        Some(at),
    ))
}
