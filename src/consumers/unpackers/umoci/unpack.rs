//! From the manifest on, as umoci's `layer.UnpackManifest` does: the config's type and `rootfs`, then each layer.

use super::{Umoci, undecodable};
use crate::artifact::Document;
use crate::artifact::documents::{self, Config, Descriptor};
use crate::consumers::go_decode::{self, Reader};
use crate::consumers::{
    Accept, Refusal, Stop, Trace, containerd, go_structs, remedies_archive as remedies, unpacking,
};
use crate::place::Locus;
use crate::spec::media_type as mt;
use crate::text::say;

impl<'a> Umoci<'a> {
    /// The media type that umoci sees: after skopeo's conversion, where there was one.
    pub(in crate::consumers) fn type_of(&self, d: &Descriptor) -> String {
        let declared = d.media_type();
        if !self.converted {
            return declared.to_string();
        }
        match declared {
            mt::DOCKER_CONFIG => mt::OCI_CONFIG.to_string(),
            mt::DOCKER_TAR => mt::OCI_TAR.to_string(),
            mt::DOCKER_TAR_GZIP => mt::OCI_TAR_GZIP.to_string(),
            mt::DOCKER_FOREIGN_TAR => mt::OCI_NONDISTRIBUTABLE_TAR.to_string(),
            mt::DOCKER_FOREIGN_TAR_GZIP => format!("{}+gzip", mt::OCI_NONDISTRIBUTABLE_TAR),
            other => other.to_string(),
        }
    }

    /// From the manifest on: `UnpackManifest`. What is missing is left in `pending`.
    pub(in crate::consumers) fn manifest(
        &mut self,
        document: &'a Document,
        tag: &str,
        trace: &mut Trace,
    ) -> Result<Accept, Stop> {
        let whole = Some(Locus::whole(&document.path));
        let manifest = self
            .decode(document, go_structs::MANIFEST, "Manifest")?
            .map(documents::manifest)
            .and_then(|m| {
                self.harmless_manifest(document, m.media_type.text())
                    .map(|()| m)
            })
            .map_err(|error| {
                let at = Some(document.locus("/mediaType"));
                trace.fail(
                    say(
                        "The manifest has to be one and nothing else; it is not.",
                        "清单必须只是清单；此处不是。",
                    ),
                    at.clone(),
                );
                undecodable(
                    format!("get manifest: parse {}: {error}", mt::OCI_MANIFEST),
                    &document.path,
                    at,
                )
            })?;
        const CONFIG: &str = "create runtime bundle: unpack rootfs: get config blob: {}";
        let Some(descriptor) = manifest.config.value() else {
            let error =
                "get blob: compute blob path: invalid digest: \"\": invalid checksum digest format";
            trace.fail(
                say(
                    "The manifest has to have a config; it has none.",
                    "清单必须含有配置；但没有。",
                ),
                whole.clone(),
            );
            return Err(undecodable(CONFIG.replacen("{}", error, 1), &document.path, whole).into());
        };
        let blob = self.open(document, descriptor, CONFIG, trace)?;
        let at = Some(document.locus("/config"));
        let declared = self.type_of(descriptor);
        if declared != mt::OCI_CONFIG {
            let at = Some(document.locus("/config/mediaType"));
            trace.fail(
                say(
                    "The config has to be {needed}; it is {declared}.",
                    "配置的媒体类型必须是 {needed}；此处为 {declared}。",
                )
                .code("needed", mt::OCI_CONFIG)
                .code("declared", &declared),
                at.clone(),
            );
            let refusal = Refusal::new(
                format!(
                    "create runtime bundle: unpack rootfs: unpack rootfs: config blob is not correct mediatype {}: {declared}",
                    mt::OCI_CONFIG
                ),
                say(
                    "umoci takes OCI image configs only; this one is {declared}.",
                    "umoci 只接受 OCI 镜像配置；此处为 {declared}。",
                )
                .code("declared", &declared),
                at,
            );
            return Err(if mt::is_image_config(&declared) {
                refusal.fix(remedies::rewrite_types())
            } else {
                refusal.fix(remedies::pull_as_artifact())
            }
            .into());
        }
        let config = match blob {
            Some(blob) => {
                self.verify_document(blob, descriptor, at.clone(), CONFIG, trace)?;
                let found = containerd::document_of(self.inventory, blob, at.clone());
                match self.later(found) {
                    Some(found) => Some((found, self.config(found, trace)?)),
                    None => None,
                }
            }
            None => None,
        };
        for (position, layer) in manifest.layers().iter().enumerate() {
            self.layer(document, position, layer, config.as_ref(), trace)?;
        }
        if let Some((document, config)) = &config
            && self.local
            && config.os.text() != "linux"
        {
            let os = config.os.text();
            let at = Some(document.locus("/os"));
            let because = say(
                "umoci writes a runtime configuration for Linux only; the config says {os}.",
                "umoci 只生成 Linux 的运行时配置；此配置写的是 {os}。",
            )
            .code("os", os);
            trace.fail(because.clone(), at.clone());
            let error = format!(
                "create runtime bundle: unpack config.json: generate config.json: unsupported OS: {os}"
            );
            return Err(Refusal::new(error, because, at)
                .fix(remedies::build_for_linux())
                .into());
        }
        if let Some((document, config)) = &config
            && let Some(missing) = unpacking::named_user(document, config)
        {
            self.pending.get_or_insert(missing);
        }
        let platform = config
            .as_ref()
            .and_then(|(_, c)| c.platform())
            .map_or_else(|| "?".to_string(), |p| p.text());
        Ok(Accept::using(
            say(
                "It unpacks {manifest} under the tag {tag} for {platform}, {layers} layers.",
                "它会解包标签 {tag} 下的 {manifest}，平台 {platform}，共 {layers} 层。",
            )
            .code("manifest", &document.path)
            .code("tag", tag)
            .name("platform", platform)
            .count("layers", manifest.layers().len() as u64),
            whole,
        ))
    }

    pub(in crate::consumers) fn config(
        &mut self,
        document: &Document,
        trace: &mut Trace,
    ) -> Result<Config, Stop> {
        let decoded = go_decode::decode(document, go_structs::CONFIG, Reader::Stream)?;
        let config = decoded.map(documents::config).map_err(|error| {
            undecodable(
                format!(
                    "create runtime bundle: unpack rootfs: get config blob: parse {}: {error}",
                    mt::OCI_CONFIG
                ),
                &document.path,
                Some(Locus::whole(&document.path)),
            )
        })?;
        let kind = config.rootfs_type.text();
        let at = Some(document.locus("/rootfs/type"));
        if kind != "layers" {
            trace.fail(
                say(
                    "`rootfs.type` has to be `layers`; it is {kind}.",
                    "`rootfs.type` 必须是 `layers`；此处为 {kind}。",
                )
                .code("kind", kind),
                at.clone(),
            );
            return Err(Refusal::new(
                format!(
                    "create runtime bundle: unpack rootfs: unpack rootfs: config: unsupported rootfs.type: {kind}"
                ),
                say(
                    "umoci needs the config's `rootfs.type` to be `layers`.",
                    "umoci 要求配置的 `rootfs.type` 为 `layers`。",
                ),
                at,
            )
            .fix(remedies::rebuild())
            .into());
        }
        trace.pass(
            say(
                "The config is an OCI image config with {count} diffIDs.",
                "配置是 OCI 镜像配置，含 {count} 个 diffID。",
            )
            .count("count", config.diff_ids().len() as u64),
            Some(Locus::whole(&document.path)),
        );
        Ok(config)
    }
}
