//! One pull of an `OCIRepository`: the layer that is taken, and what unpacking or copying makes of it.

use super::unpack::{Unpacked, unpack};
use super::{Behaviour, LAYER_TYPE, OPERATION, Selector, WHO};
use crate::artifact::{Blob, Inventory, Missing};
use crate::bytes::blob::{Compression, Form};
use crate::consumers::ggcr::{self, Image, Layer, PlatformText, within};
use crate::consumers::go_archive::Content;
use crate::consumers::remedies::{self, Names};
use crate::consumers::{Accept, Case, Refusal, Stop, Trace};
use crate::fixes::Fix;
use crate::place::Locus;
use crate::spec::media_type as mt;
use crate::text::{Phrase, say};

/// One run over one image.
struct Pull<'a, 'b> {
    case: &'b Case<'a>,
    behaviour: &'b Behaviour,
    image: Image<'a>,
    layers: Vec<Layer<'a>>,
    names: Names,
}

/// Pulls and unpacks the artifact of a case.
pub fn replay(case: &Case, trace: &mut Trace, behaviour: &Behaviour) -> Result<Accept, Stop> {
    let names = Names::of(case);
    let pull = format!(
        "failed to pull artifact from 'oci://{}': {{}}",
        names.repository
    );
    let image =
        ggcr::resolve(case, trace, WHO, PlatformText::Short).map_err(|stop| within(stop, &pull))?;
    image
        .parse(trace, WHO)
        .map_err(|stop| within(stop, "failed to parse artifact manifest: {}"))?;
    trace.note(
        say(
            "{who} copies the manifest's annotations and never looks at the config.",
            "{who} 复制清单的注解，从不查看配置。",
        )
        .name("who", WHO),
        Some(image.document.locus("/config")),
    );
    Pull {
        case,
        behaviour,
        layers: image.layers(),
        image,
        names,
    }
    .run(trace)
}

impl<'a> Pull<'a, '_> {
    fn run(&self, trace: &mut Trace) -> Result<Accept, Stop> {
        let Some(layer) = self.layers.first().copied() else {
            let at = self.image.document.locus("/layers");
            let because = say(
                "{who} needs at least one layer and finds none.",
                "{who} 至少需要一个层，这里一个也没有。",
            )
            .name("who", WHO);
            trace.fail(because.clone(), Some(at.clone()));
            return Err(
                Refusal::new("no layers found in artifact", because, Some(at))
                    .fix(remedies::push_flux(&self.names))
                    .into(),
            );
        };
        let wanted = self.wanted(trace);
        let layer = match wanted {
            "" => layer,
            media_type => self.selected(trace, media_type)?,
        };
        let at = self.image.place(&layer);
        if wanted.is_empty() {
            trace.note(
            say(
                "{who} takes the first layer (of {count}), {digest}, whatever its type, as no `layerSelector` says otherwise; the type is {type}.",
                "没有 `layerSelector` 时，{who} 取第一层（共 {count} 层）{digest}，不论其类型；类型为 {type}。",
            )
            .name("who", WHO)
            .count("count", self.layers.len() as u64)
            .code("digest", layer.own.digest())
            .code("type", layer.own.media_type()),
            Some(at.clone()),
        );
        }
        let content = self
            .image
            .open(self.case.inventory, &layer, WHO, &self.names)
            .map_err(|stop| within(stop, "failed to extract the first layer from artifact: {}"))?;
        if self.copies() {
            return Ok(self.copied(trace, &layer, at));
        }
        let unpacked = self.extract(trace, &layer, content, &at)?;
        Ok(self.accept(trace, &layer, unpacked, at))
    }

    /// The media type that a `layerSelector` asks for; empty where there is none, or where the version has none.
    fn wanted(&self, trace: &mut Trace) -> &str {
        let media_type = self.case.set(&LAYER_TYPE);
        let unknown = match self.behaviour.selector {
            Selector::None if !media_type.is_empty() => "layerSelector",
            Selector::None | Selector::MediaType
                if self.case.set(&OPERATION) != OPERATION.default =>
            {
                "layerSelector.operation"
            }
            _ => return media_type,
        };
        trace.note(
            say(
                "These versions of {who} have no `{field}`; it is judged as if it were not set.",
                "这些版本的 {who} 没有 `{field}`；按未设置来判断。",
            )
            .name("who", WHO)
            .name("field", unknown),
            None,
        );
        match self.behaviour.selector {
            Selector::None => "",
            _ => media_type,
        }
    }

    fn copies(&self) -> bool {
        self.behaviour.selector == Selector::Operation && self.case.set(&OPERATION) == "copy"
    }

    /// The first layer of the selected type.
    fn selected(&self, trace: &mut Trace, media_type: &str) -> Result<Layer<'a>, Stop> {
        let found = self
            .layers
            .iter()
            .find(|layer| layer.found.media_type() == media_type);
        let Some(layer) = found else {
            let at = self.image.document.locus("/layers");
            let because = say(
                "{who} looks for a layer of the selected type {type} and finds none.",
                "{who} 查找所选类型 {type} 的层，没有找到。",
            )
            .name("who", WHO)
            .code("type", media_type);
            trace.fail(because.clone(), Some(at.clone()));
            let mut refusal = Refusal::new(
                format!("failed to find layer with media type '{media_type}' in artifact"),
                because,
                Some(at),
            );
            let others = self.layers.iter();
            let others = others.filter(|layer| is_content(self.case.inventory, layer));
            refusal
                .fixes
                .extend(others.filter_map(|layer| self.select(layer)));
            refusal.fixes.push(remedies::push_flux(&self.names));
            return Err(refusal.into());
        };
        trace.pass(
            say(
                "{who} takes the first layer of the selected type {type}: {digest}.",
                "{who} 取所选类型 {type} 的第一层：{digest}。",
            )
            .name("who", WHO)
            .code("type", media_type)
            .code("digest", layer.own.digest()),
            Some(self.image.place(layer)),
        );
        Ok(*layer)
    }

    /// The layer is stored as it is, whatever is in it.
    fn copied(&self, trace: &mut Trace, layer: &Layer<'a>, at: Locus) -> Accept {
        trace.note(
            say(
                "{who} stores the layer as a `.tgz` file and looks at none of it; what uses it later needs a gzip tar.",
                "{who} 把该层存为 `.tgz` 文件，不查看其内容；之后使用它的组件需要 gzip 压缩的 tar。",
            )
            .name("who", WHO),
            Some(at.clone()),
        );
        Accept::using(
            say(
                "{who} takes the layer {type}, {digest}, and copies it as it is.",
                "{who} 取层 {type}，{digest}，并原样复制。",
            )
            .name("who", WHO)
            .code("type", layer.own.media_type())
            .code("digest", layer.own.digest()),
            Some(at),
        )
    }

    /// `tar.Untar` of the layer's bytes.
    fn extract(
        &self,
        trace: &mut Trace,
        layer: &Layer<'a>,
        content: Content<'a>,
        at: &Locus,
    ) -> Result<Unpacked, Stop> {
        let facts = match content.gzip() {
            Ok(facts) => facts,
            Err(error) => {
                let because = say(
                    "{who} takes layer {number} of type {type} and finds no gzip header in it; it needs a gzip tar there.",
                    "{who} 取类型为 {type} 的第 {number} 层，其中没有 gzip 头；它需要这一层是 gzip 压缩的 tar。",
                )
                .name("who", WHO)
                .count("number", layer.position as u64 + 1)
                .code("type", layer.own.media_type());
                let error = format!("requires gzip-compressed body: {error}");
                return Err(self.refuse(trace, error, because, layer, content).into());
            }
        };
        let outcome = unpack(facts, WHO, self.behaviour.unpacker).map_err(|why| Missing {
            what: layer.own.digest().to_string(),
            why,
            at: Some(at.clone()),
        })?;
        outcome.map_err(|stopped| {
            self.refuse(trace, stopped.error, stopped.because, layer, content)
                .into()
        })
    }

    fn refuse(
        &self,
        trace: &mut Trace,
        error: String,
        because: Phrase,
        layer: &Layer<'a>,
        content: Content,
    ) -> Refusal {
        let at = self.image.place(layer);
        trace.fail(because.clone(), Some(at.clone()));
        let mut refusal = Refusal::new(
            format!("failed to extract layer contents from artifact: {error}"),
            because,
            Some(at),
        );
        let others = self.content_layers(layer);
        refusal
            .fixes
            .extend(others.iter().filter_map(|layer| self.select(layer)));
        let zstd =
            matches!(content, Content::Measured(facts) if facts.compression == Compression::Zstd);
        if zstd {
            refusal.fixes.push(remedies::recompress_gzip(&self.names));
        }
        refusal.fixes.push(remedies::push_flux(&self.names));
        refusal
    }

    /// The layers besides the one taken that hold a gzip tar, or may hold one by their type.
    fn content_layers(&self, taken: &Layer) -> Vec<Layer<'a>> {
        self.layers
            .iter()
            .filter(|layer| layer.position != taken.position)
            .filter(|layer| is_content(self.case.inventory, layer))
            .copied()
            .collect()
    }

    /// The `layerSelector` for a layer; none where the version has no such setting, or where the type names an
    /// earlier layer first.
    fn select(&self, layer: &Layer) -> Option<Fix> {
        let media_type = layer.found.media_type();
        let first = self
            .layers
            .iter()
            .find(|other| other.found.media_type() == media_type)?;
        if first.position != layer.position || media_type.is_empty() {
            return None;
        }
        let operation = if media_type == mt::HELM_CHART {
            "copy"
        } else {
            "extract"
        };
        match self.behaviour.selector {
            Selector::None => None,
            Selector::MediaType => Some(remedies::layer_selector(media_type, None)),
            Selector::Operation => Some(remedies::layer_selector(media_type, Some(operation))),
        }
    }

    fn accept(
        &self,
        trace: &mut Trace,
        layer: &Layer<'a>,
        unpacked: Unpacked,
        at: Locus,
    ) -> Accept {
        trace.pass(
            say(
                "{who} unpacks it as a gzip tar (entries: {entries}).",
                "{who} 以 gzip tar 解包，共 {entries} 个条目。",
            )
            .name("who", WHO)
            .count("entries", unpacked.entries),
            Some(at.clone()),
        );
        let dropped = [
            (
                unpacked.symlinks,
                say(
                    "{who} leaves out symbolic links (here: {count}).",
                    "{who} 略去 {count} 个符号链接。",
                ),
            ),
            (
                unpacked.hard_links,
                say(
                    "{who} writes an empty file for each hard link (here: {count}).",
                    "{who} 把 {count} 个硬链接各写成一个空文件。",
                ),
            ),
            (
                unpacked.whiteouts,
                say(
                    "{who} keeps whiteouts as plain files (here: {count}) and deletes nothing for them.",
                    "{who} 把 {count} 个 whiteout 当作普通文件保留，并不据此删除内容。",
                ),
            ),
        ];
        for (count, says) in dropped {
            if count > 0 {
                trace.note(
                    says.name("who", WHO).count("count", count),
                    Some(at.clone()),
                );
            }
        }
        let uses = if self.layers.len() == 1 {
            say(
                "{who} takes the only layer, {type}, {digest}, and unpacks it.",
                "{who} 取唯一的一层 {type}，{digest}，并将其解包。",
            )
        } else {
            say(
                "{who} takes layer {number} of {count}, {type}, {digest}, and unpacks it; it leaves the rest aside.",
                "{who} 取第 {number} 层（共 {count} 层）{type}，{digest}，并将其解包；其余各层不用。",
            )
            .count("number", layer.position as u64 + 1)
            .count("count", self.layers.len() as u64)
        };
        let mut accept = Accept::using(
            uses.name("who", WHO)
                .code("type", layer.own.media_type())
                .code("digest", layer.own.digest()),
            Some(at.clone()),
        );
        if layer.own.media_type() == mt::HELM_CHART {
            trace.note(
                say(
                    "It is a Helm chart: for a `HelmRelease` with `chartRef`, the layer has to be copied, not unpacked.",
                    "这是 Helm chart：配合 `HelmRelease` 的 `chartRef` 使用时，该层应复制（copy）而不是解包。",
                ),
                Some(at),
            );
            accept.fixes.extend(self.select(layer));
        }
        accept.fixes.extend(
            self.content_layers(layer)
                .iter()
                .filter_map(|other| self.select(other)),
        );
        accept
    }
}

/// Whether a layer is a gzip tar, by its content where it was measured, else by its type.
fn is_content(inventory: &Inventory, layer: &Layer) -> bool {
    let facts = inventory
        .blob_for(layer.own.digest())
        .and_then(|id| inventory.blobs.get(id))
        .and_then(Blob::facts);
    match facts {
        Some(facts) => facts.compression == Compression::Gzip && facts.payload_form() == Form::Tar,
        None => {
            let media_type = layer.own.media_type();
            media_type.ends_with("tar+gzip") || media_type.ends_with("tar.gzip")
        }
    }
}
