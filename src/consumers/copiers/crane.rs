//! crane (`crane pull REF image.tar`): one image out of a registry into a tarball, with go-containerregistry. The config's
//! bytes are copied as they are and every layer too, whatever they hold.
//!
//! Read in google/go-containerregistry `cmd/crane/cmd/pull.go`, `pkg/crane/pull.go`, `pkg/v1/tarball/write.go`,
//! `pkg/v1/remote/image.go`, `pkg/v1/partial/with.go` at v0.20.7.

use crate::artifact::documents::Claims;
use crate::artifact::{Missing, Why};
use crate::consumers::ggcr::{self, Layer, PlatformText, within};
use crate::consumers::remedies::Names;
use crate::consumers::{Accept, Case, Consumer, Range, Scope, Source, Stop, Trace, Versions};
use crate::spec::media_type as mt;
use crate::text::{say, text};

const WHO: &str = "crane";

/// crane.
pub(super) const CONSUMER: Consumer = Consumer {
    id: "crane",
    name: "crane",
    about: text(
        "`crane pull` writes one image of a registry into a tarball; of an index the one for `linux/amd64`, unless \
         `--platform` says otherwise. It does not look what config and layers hold. `crane copy` copies whatever it is \
         given, so that only the registries decide.",
        "`crane pull` 把镜像仓库中的一个镜像写成 tarball；若是索引，未指定 `--platform` 时取 `linux/amd64`。它不检查配置和层的内容。\
         `crane copy` 原样复制任何内容，是否成功只取决于镜像仓库。",
    ),
    scope: Scope::Root,
    sources: &[Source {
        repository: "google/go-containerregistry",
        path: "cmd/crane/cmd/pull.go, pkg/crane/pull.go, pkg/v1/{remote,tarball,partial}/*",
        at: "v0.20.7",
    }],
    settings: &[],
    ranges: &[Range {
        versions: Versions {
            shown: "≥ 0.9",
            spans: &[("0.9.0-0", "")],
        },
        label: text("schema 1 is refused", "拒绝 schema 1"),
        replay,
    }],
    meant_for: |case| {
        case.root
            .is_some_and(|root| ggcr::is_pullable(case.inventory, root))
    },
};

fn replay(case: &Case, trace: &mut Trace) -> Result<Accept, Stop> {
    let names = Names::of(case);
    let image = ggcr::resolve(case, trace, WHO, PlatformText::Short)?;
    let saving = "saving tarball image.tar: {}";
    image
        .parse(trace, WHO)
        .map_err(|stop| within(stop, saving))?;
    let layers = image.layers();
    let config = match &image.document.claims {
        Claims::Manifest(manifest) => manifest.config.value(),
        _ => None,
    };
    let missing = |what: &str| Missing {
        what: what.to_string(),
        why: Why::NotSettled,
        at: Some(image.document.locus("/config")),
    };
    let config = config.ok_or_else(|| missing("config"))?;
    let foreign = layers.iter().find(|layer| {
        let media_type = layer.found.media_type();
        media_type.starts_with(mt::OCI_NONDISTRIBUTABLE_TAR)
            || media_type.starts_with(mt::DOCKER_FOREIGN_TAR)
    });
    if let Some(foreign) = foreign {
        // Its diffID is looked up in the config, which is decoded for that alone.
        return Err(missing(foreign.found.media_type()).into());
    }
    let as_layer = Layer {
        position: 0,
        own: config,
        found: config,
        is_config: true,
    };
    image
        .open(case.inventory, &as_layer, WHO, &names)
        .map_err(|stop| within(stop, saving))?;
    trace.pass(
        say(
            "{who} writes the config {digest} as it is, whatever its type.",
            "{who} 原样写入配置 {digest}，不论其类型。",
        )
        .name("who", WHO)
        .code("digest", config.digest()),
        Some(image.document.locus("/config")),
    );
    for layer in &layers {
        image
            .open(case.inventory, layer, WHO, &names)
            .map_err(|stop| within(stop, saving))?;
        trace.pass(
            say(
                "{who} writes the layer {digest} as it is, whatever its type.",
                "{who} 原样写入层 {digest}，不论其类型。",
            )
            .name("who", WHO)
            .code("digest", layer.own.digest()),
            Some(image.place(layer)),
        );
    }
    let uses = say(
        "{who} writes a tarball with {count} layers.",
        "{who} 写出含 {count} 个层的 tarball。",
    );
    Ok(Accept::using(
        uses.name("who", WHO).count("count", layers.len() as u64),
        Some(image.document.locus("/layers")),
    ))
}
