//! `manifest.json` of a docker-archive: how it is decoded, and the images that it lists, one after the other.

use super::{Engine, image};
use crate::artifact::Inventory;
use crate::bytes::json::Node;
use crate::consumers::platform::Wanted;
use crate::consumers::{
    Accept, Refusal, Stop, Trace, containerd, go_decode, go_structs, remedies_archive as remedies,
};
use crate::place::Locus;
use crate::text::say;

/// `Load` after `manifest.json` was opened.
pub(super) fn load(
    inventory: &Inventory,
    trace: &mut Trace,
    engine: Engine,
    only: Option<&Wanted>,
) -> Result<Accept, Stop> {
    let document = containerd::root_document(inventory, "manifest.json")?;
    let whole = Some(Locus::whole("manifest.json"));
    let undecodable = |error: String| {
        let error = if engine.legacy {
            error
        } else {
            format!("invalid archive: failed to decode manifest.json: {error}")
        };
        Refusal::new(
            error,
            say(
                "Docker cannot decode `manifest.json`.",
                "Docker 无法解码 `manifest.json`。",
            ),
            whole.clone(),
        )
        .fix(remedies::export_again())
    };
    let images =
        go_decode::docker_images(document, go_structs::DOCKER_ARCHIVE)?.map_err(undecodable)?;
    let is_null = document.json.root.as_ref().is_some_and(Node::is_null);
    // 20.10 takes it for an empty list.
    if is_null && !engine.by_child {
        return Err(Refusal::new(
            "invalid manifest, manifest cannot be null (but can be [])",
            say(
                "Docker refuses a `manifest.json` that is `null`.",
                "Docker 拒绝内容为 `null` 的 `manifest.json`。",
            ),
            whole,
        )
        .fix(remedies::export_again())
        .into());
    }
    trace.pass(
        say(
            "`manifest.json` is there and lists {count} images. `index.json`, `oci-layout` and media types are never looked at.",
            "存在 `manifest.json`，列出 {count} 个镜像。不会查看 `index.json`、`oci-layout` 和媒体类型。",
        )
        .count("count", images.len() as u64),
        whole.clone(),
    );
    let mut names: Vec<String> = Vec::new();
    let mut layers = 0_u64;
    let mut platforms: Vec<String> = Vec::new();
    for image in &images {
        if let Some(only) = only
            && !image::is_for(inventory, document, image, only)?
        {
            trace.note(
                say(
                    "This image is not for {platform} and is passed over.",
                    "此镜像不用于 {platform}，被跳过。",
                )
                .name("platform", only.text()),
                Some(document.locus(&image.pointer)),
            );
            continue;
        }
        let platform = image::load(inventory, document, image, trace, engine)?;
        layers = layers.saturating_add(image.layer_paths().len() as u64);
        platforms.push(platform);
        if image.tags().is_empty() {
            names.push(image.config.text().to_string());
            trace.note(
                say(
                    "`RepoTags` is empty: the image is loaded by its ID alone.",
                    "`RepoTags` 为空：镜像只按 ID 加载。",
                ),
                Some(document.locus(&image.pointer)),
            );
        }
        names.extend(image.tags().iter().map(|tag| tag.to_string()));
    }
    platforms.dedup();
    Ok(if platforms.is_empty() {
        Accept::using(
            say(
                "It reports success and loads nothing: `manifest.json` lists no image that is asked for.",
                "它会报告成功但什么也不加载：`manifest.json` 没有列出所要求的镜像。",
            ),
            whole,
        )
    } else {
        Accept::using(
            say(
                "It loads {names} for {platforms}, {layers} layers.",
                "它会加载 {names}，平台 {platforms}，共 {layers} 层。",
            )
            .code("names", names.join(", "))
            .name("platforms", platforms.join(", "))
            .count("layers", layers),
            whole,
        )
    })
}
