//! Rules `config-*` about the config as a file: what it is, how large, what is in it that only Docker knows, and which
//! image it makes.

use crate::artifact::documents::Config;
use crate::artifact::{Inventory, Measured, Missing};
use crate::bytes::blob::Form;
use crate::bytes::digest::{Algorithm, Hasher};
use crate::bytes::json::{JsonDefect, Node, Value};
use crate::place::Locus;
use crate::rules::fields::{Shape, Want};
use crate::rules::layer::with_form;
use crate::rules::walk::{self, Role};
use crate::rules::{Out, rules};
use crate::spec::media_type as mt;
use crate::text::say;

use crate::examples;
use crate::examples::inputs::{artifact, config, edited, given, layout, manifest};

rules! {
    "config-content-type" {
        severity: Error (Must),
        spec: "config.md#properties" since "1.0",
        needs: Documents,
        title: "Blob typed as a config is none" / "标为配置的 blob 不是配置",
        says: "The config is of type {media_type}, but the blob behind it is no JSON object; it looks like {found}." / "配置的类型是 {media_type}，但它所指的 blob 不是 JSON 对象，看起来是 {found}。",
        why: "Every consumer reads the config before any layer and stops there: `invalid character … looking for beginning of value`. The digest is right, so a new download changes nothing." / "所有使用方都在读取层之前先读配置，并在此停下：`invalid character … looking for beginning of value`。摘要本身没错，重新下载也无济于事。",
        fix: "Point `config` at the blob of the image config. For an artifact that has none, use the empty descriptor and an `artifactType`." / "让 `config` 指向镜像配置的 blob。若是没有配置的制品，使用空描述符并设置 `artifactType`。",
        bad: || {
            let mut layout = examples::Layout::new();
            let blob = examples::tar(&[("hello", "hello")]);
            let config = layout.blob(mt::OCI_CONFIG, &blob);
            let layer = layout.blob(mt::OCI_TAR, &blob);
            let manifest = layout.document(mt::OCI_MANIFEST, &examples::manifest(config, &[layer]));
            layout.list(manifest, "v1");
            layout.tar()
        },
        good: layout,
        check: content,
    }
    "config-size" {
        severity: Warning (Consumers),
        spec: "config.md#properties" since "",
        needs: Documents,
        title: "Config above 4 MiB" / "配置超过 4 MiB",
        says: "The config has {found}; containers/image reads {limit} at most." / "配置的大小为 {found}；containers/image 最多读取 {limit}。",
        why: "skopeo, Podman, Buildah and CRI-O refuse to copy or pull the image; Docker and containerd take it." / "skopeo、Podman、Buildah 和 CRI-O 会拒绝复制或拉取该镜像；Docker 和 containerd 则会接受。",
        fix: "Find out what fills it: a history with whole scripts in `created_by`, or a label that holds a file. Leave it out, or put it into a layer." / "找出占用空间的内容：`created_by` 中写入整段脚本的历史记录，或存放整个文件的标签。将其去掉，或放进层中。",
        bad: || edited(manifest, &["/config/size: 5000000"]),
        good: || given(manifest()),
        check: |inventory, out| {
            let mut seen: Vec<&str> = Vec::new();
            for placed in walk::descriptors(inventory) {
                let d = placed.descriptor;
                let Some(size) = d.size.value().and_then(|size| u64::try_from(*size).ok()) else { continue };
                if placed.role != Role::Config || seen.contains(&d.digest()) {
                    continue;
                }
                seen.push(d.digest());
                out.looked();
                if size > CONFIG_BYTES {
                    out.found(placed.field("size"), |p| p.bytes("found", size).bytes("limit", CONFIG_BYTES));
                }
            }
            // Configs that no descriptor measures: those of a docker-archive, or one that was given alone.
            for (document, _) in walk::configs(inventory) {
                let described = inventory.blobs.get(document.blob).and_then(|blob| blob.facts());
                if described.is_some_and(|facts| seen.contains(&facts.sha256.as_str())) {
                    continue;
                }
                out.looked();
                let size = document.bytes.len() as u64;
                if size > CONFIG_BYTES {
                    out.found(document.locus(""), |p| p.bytes("found", size).bytes("limit", CONFIG_BYTES));
                }
            }
        },
    }
    "config-docker-fields" {
        severity: Info (Note),
        spec: "config.md#properties" since "1.0",
        needs: Documents,
        title: "Fields that only Docker knows" / "只有 Docker 认识的字段",
        says: "The config has {field}, which the specification only reserves or does not define at all; other programs ignore it. Such fields here: {count}." / "配置中有 {field}，规范对该字段仅作保留或根本没有定义；其他程序会忽略它。此处这类字段的数量：{count}。",
        why: "What they say holds under Docker alone: a `Healthcheck` is not run by Kubernetes, `OnBuild` triggers are not seen by Buildah in OCI format, `container_config` and `Hostname` may tell where the image was built." / "它们的内容只在 Docker 中有效：Kubernetes 不会执行 `Healthcheck`，Buildah 在 OCI 格式下不理会 `OnBuild`，`container_config` 和 `Hostname` 可能透露镜像的构建环境。",
        fix: "Nothing has to change. Where the health check matters, write it into the pod as a probe." / "无需改动。若需要健康检查，请在 Pod 中写成探针。",
        fine: "Docker and BuildKit write such fields into every image; unknown fields must not be an error." / "Docker 和 BuildKit 会把这类字段写进每个镜像；未知字段不得视为错误。",
        trigger: r#"{"docker_version": "1.12.1"}"#,
        bad: || edited(config, &[r#"/docker_version: "1.12.1""#, r#"/config/OnBuild: ["RUN x"]"#]),
        good: || given(config()),
        check: |inventory, out| {
            for (document, _) in super::of_images(inventory) {
                out.looked();
                let known = [("", Shape::Config), ("/config", Shape::Execution)];
                let mut found = known.into_iter().flat_map(|(pointer, shape)| {
                    let object = walk::node_at(document, pointer);
                    let says_something = move |name: &str| object.and_then(|o| o.get(name)).is_some_and(|value| !is_nothing(value));
                    shape
                        .fields()
                        .iter()
                        .filter(move |(name, want)| *want == Want::Any && says_something(name))
                        .map(move |(name, _)| (pointer, *name))
                });
                if let Some((pointer, name)) = found.next() {
                    let count = found.count() as u64 + 1;
                    out.found(walk::key(document, pointer, name), |p| p.code("field", name).count("count", count));
                }
            }
        },
    }
    "config-imageid-note" {
        severity: Info (Note),
        spec: "config.md#imageid" since "1.0",
        needs: Documents,
        title: "The image ID" / "镜像 ID",
        says: "The image ID is {id}: the digest of this config as it stands." / "镜像 ID 是 {id}，即该配置原样字节的摘要。",
        why: "`docker images` and `podman images` show the first twelve digits of it. It is neither the digest that a registry shows, which is the manifest's, nor what Docker shows with the containerd image store. Any change of one byte, white space included, makes another image." / "`docker images` 和 `podman images` 显示它的前十二位。它不同于镜像仓库显示的摘要（那是清单的摘要），也不同于启用 containerd 镜像存储后 Docker 显示的值。改动任何一个字节（包括空白）都会成为另一个镜像。",
        fix: "Nothing has to change. Compare it with what `docker inspect` shows to know whether this is the image that runs." / "无需改动。把它与 `docker inspect` 的结果对照，即可知道正在运行的是否就是该镜像。",
        bad: layout,
        good: || given(artifact()),
        check: |inventory, out| {
            for (document, config) in super::of_root_filesystems(inventory) {
                let Some(facts) = inventory.blobs.get(document.blob).and_then(|blob| blob.facts()) else { continue };
                match chain_id(config) {
                    Some(chain) => out.found_as(document.locus(""), say(
                        "The image ID is {id}: the digest of this config as it stands. The ChainID of its topmost layer is {chain}.",
                        "镜像 ID 是 {id}，即该配置原样字节的摘要。最上层的 ChainID 是 {chain}。",
                    ).code("id", facts.sha256.clone()).code("chain", chain)),
                    None => out.found(document.locus(""), |p| p.code("id", facts.sha256.clone())),
                }
            }
        },
    }
}

/// What containers/image reads of a config at most (`MaxConfigBodySize`).
const CONFIG_BYTES: u64 = 4 * 1024 * 1024;

fn content(inventory: &Inventory, out: &mut Out) {
    for placed in walk::descriptors(inventory) {
        let media_type = placed.descriptor.media_type();
        if placed.role != Role::Config || !mt::is_image_config(media_type) {
            continue;
        }
        let blob = match inventory.content(placed.document, placed.descriptor) {
            Ok(id) => inventory.blobs.get(id),
            Err(missing) => {
                out.missing(missing);
                continue;
            }
        };
        let Some(blob) = blob else { continue };
        let document = blob.document.and_then(|id| inventory.documents.get(id));
        let facts = match (&blob.measured, document) {
            (Measured::Facts(facts), _) => facts,
            (Measured::Not(why), _) => {
                out.missing(Missing {
                    what: blob.path.to_string(),
                    why: why.clone(),
                    at: Some(placed.whole()),
                });
                continue;
            }
        };
        out.looked();
        let root = document.and_then(|d| d.json.root.as_ref());
        let object = root.is_some_and(|root| matches!(root.value, Value::Object(_)));
        // JSON that breaks off, and JSON beyond what is read, are other rules' to say.
        let broken = facts.form == Form::Json && root.is_none();
        let unread = document.is_some_and(|d| d.json.defects.iter().any(is_unread));
        if !object && !broken && !unread {
            let says = with_form(out.says, facts.form).code("media_type", media_type);
            out.found_as(placed.field("mediaType"), says);
            if let Some(last) = out.findings.last_mut() {
                last.related = vec![Locus::whole(&blob.path)];
            }
        }
    }
}

fn is_unread(defect: &JsonDefect) -> bool {
    matches!(
        defect,
        JsonDefect::TooDeep { .. } | JsonDefect::TooManyValues { .. } | JsonDefect::TooLarge { .. }
    )
}

/// A value that a builder writes where it has nothing to say.
fn is_nothing(value: &Node) -> bool {
    match &value.value {
        Value::Null | Value::Bool(false) => true,
        Value::Number(number) => number == "0",
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Bool(true) => false,
    }
}

/// The ChainID of all layers together (config.md#layer-chainid); none where there are no layers or a diffID is no
/// SHA-256 digest.
fn chain_id(config: &Config) -> Option<String> {
    let ids = config.diff_ids();
    let right = |id: &&str| {
        crate::spec::digest(id).is_some_and(|d| d.algorithm == "sha256" && d.is_well_encoded())
    };
    if !ids.iter().all(right) {
        return None;
    }
    let mut ids = ids.into_iter();
    let first = ids.next()?.to_string();
    Some(ids.fold(first, |chain, id| {
        let mut hasher = Hasher::new(Algorithm::Sha256);
        hasher.update(format!("{chain} {id}").as_bytes());
        hasher.finish()
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chains_follow_the_specification() {
        let (a, b) = (examples::sha256(b"a"), examples::sha256(b"b"));
        let read = |ids: &[&String]| {
            let text =
                serde_json::json!({ "rootfs": { "type": "layers", "diff_ids": ids } }).to_string();
            let root = crate::bytes::json::read(text.as_bytes()).root.unwrap();
            chain_id(&crate::artifact::documents::config(&root))
        };
        assert_eq!(read(&[]), None);
        assert_eq!(read(&[&a]), Some(a.clone()));
        assert_eq!(
            read(&[&a, &b]),
            Some(examples::sha256(format!("{a} {b}").as_bytes()))
        );
    }
}
