//! The plain answer to "what is this?" for everything that people give, images or not. It judges nothing.

use super::strangers::{bundle, compressed, stranger};
use crate::artifact::kinds::{InputKind, Packaging};
use crate::artifact::survey::{self, Closed};
use crate::artifact::{Blob, Inventory, Measured, Why};
use crate::bytes::json::JsonDefect;
use crate::bytes::sniff::Form;
use crate::bytes::tar::TarDefect;
use crate::limits;
use crate::report::Input;
use crate::text::{Phrase, say};

/// The answer to "what is this?".
pub fn input(inventory: &Inventory) -> Input {
    Input {
        name: inventory.name.clone(),
        bytes: inventory.bytes,
        kind: inventory.kind,
        packaging: inventory.packaging,
        says: among(inventory, input_says(inventory, inventory.form)),
    }
}

/// Adds that other files were given with the one that is judged.
fn among(inventory: &Inventory, mut says: Phrase) -> Phrase {
    if inventory.beside > 0 {
        says.en
            .to_mut()
            .push_str(" Of the {others} files that were given, it is the one that was judged.");
        says.zh
            .to_mut()
            .push_str("所提供的 {others} 个文件中只判断了它。");
        says = says.count("others", inventory.beside.saturating_add(1));
    }
    says
}

/// What stands in the way of judging it.
fn closed(inventory: &Inventory) -> Option<Phrase> {
    Some(match survey::closed(inventory)? {
        Closed::Cut => say(
            "Cut off after {size}: this is not the whole file. Download or save it again.",
            "文件不完整，只有 {size}，后面的内容被截断。请重新下载或重新保存。",
        )
        .bytes("size", inventory.bytes),
        Closed::Packed(form) => say(
            "Compressed with {name}, which is not opened here. Decompress it (`{name} -d …`), and give what comes out.",
            "用 {name} 压缩，此处不解开。请先解压（`{name} -d …`），再提供解压后的文件。",
        )
        .name("name", compression_name(form)),
        Closed::Archives(paths) => {
            let says = match paths.len() {
                1 => say(
                    "{files} files; one of them is an image archive, {first}. Give this one.",
                    "{files} 个文件，其中一个是镜像归档：{first}。请只提供它。",
                ),
                2 => say(
                    "Two image archives: {first} and {last}. Give one of them.",
                    "两个镜像归档：{first} 和 {last}。请只提供其中一个。",
                ),
                _ => say(
                    "{n} image archives, from {first} to {last}. Give one of them.",
                    "{n} 个镜像归档，从 {first} 到 {last}。请只提供其中一个。",
                ),
            };
            says.count("files", inventory.blobs.len() as u64)
                .count("n", paths.len() as u64)
                .code("first", paths.first().cloned().unwrap_or_default())
                .code("last", paths.last().cloned().unwrap_or_default())
        }
    })
}

fn input_says(inventory: &Inventory, form: Option<Form>) -> Phrase {
    if let Some(folder) = &inventory.nested_under {
        return say(
            "An image archive wrapped in a folder, {folder}. Readers look for its files at the top and find nothing.",
            "镜像归档外面多包了一层文件夹 {folder}。读取程序只在最上层查找，因此什么也找不到。",
        )
        .code("folder", format!("{folder}/"));
    }
    if let Some(TarDefect::Truncated {
        in_entry, missing, ..
    }) = &inventory.archive_defect
    {
        return say(
            "A tar archive that is cut off after {size}, inside or after {entry}: at least {missing} are missing. Download or save it again.",
            "tar 归档不完整，只有 {size}，断在 {entry} 之内或之后，至少缺少 {missing}。请重新下载或重新保存。",
        )
        .bytes("size", inventory.bytes)
        .bytes("missing", *missing)
        .code("entry", in_entry.clone());
    }
    if let Some(says) = closed(inventory) {
        return says;
    }
    match inventory.kind {
        InputKind::OciLayout => packed(
            inventory,
            say(
                "An OCI image layout in a folder.",
                "文件夹形式的 OCI 镜像布局。",
            ),
            say("An OCI image layout in a tar.", "tar 形式的 OCI 镜像布局。"),
            say(
                "An OCI image layout in a compressed tar.",
                "压缩 tar 形式的 OCI 镜像布局。",
            ),
        ),
        InputKind::DockerArchive => packed(
            inventory,
            say(
                "An unpacked docker-archive (`docker save`).",
                "解开的 docker-archive（`docker save` 的产物）。",
            ),
            say(
                "A docker-archive, as `docker save` writes it.",
                "docker-archive，即 `docker save` 写出的归档。",
            ),
            say("A compressed docker-archive.", "压缩过的 docker-archive。"),
        ),
        InputKind::DockerArchiveWithOciLayout => packed(
            inventory,
            say(
                "A folder with an OCI image layout and a docker-archive's `manifest.json`.",
                "文件夹中既有 OCI 镜像布局，也有 docker-archive 的 `manifest.json`。",
            ),
            say(
                "OCI image layout and docker-archive in one, as `docker save` of Engine 25 and later writes it.",
                "同时是 OCI 镜像布局和 docker-archive，Engine 25 及以后的 `docker save` 写出的就是这种归档。",
            ),
            say(
                "OCI image layout and docker-archive in one, compressed.",
                "同时是 OCI 镜像布局和 docker-archive，并经过压缩。",
            ),
        ),
        InputKind::DockerArchiveLegacy => say(
            "An image archive of Docker before 1.10: `repositories` without `manifest.json`.",
            "Docker 1.10 以前的镜像归档：只有 `repositories`，没有 `manifest.json`。",
        ),
        InputKind::LooseFiles => say(
            "{count} loose files, matched with each other by digest.",
            "{count} 个零散文件，按摘要相互对应。",
        )
        .count("count", inventory.blobs.len() as u64),
        InputKind::Manifest => say("An OCI image manifest.", "一份 OCI 镜像清单。"),
        InputKind::Index => say("An OCI image index.", "一份 OCI 镜像索引。"),
        InputKind::Config => say("An image config.", "一份镜像配置。"),
        InputKind::DockerManifest => {
            say("A Docker schema 2 manifest.", "一份 Docker schema 2 清单。")
        }
        InputKind::DockerManifestList => {
            say("A Docker manifest list.", "一份 Docker manifest list。")
        }
        InputKind::DockerSchema1 => {
            say("A Docker schema 1 manifest.", "一份 Docker schema 1 清单。")
        }
        InputKind::DockerArchiveManifest => say(
            "The `manifest.json` of a docker-archive, without the archive.",
            "docker-archive 的 `manifest.json`，但没有归档本身。",
        ),
        InputKind::OciLayoutFile => say(
            "The `oci-layout` file of a layout, without the layout.",
            "布局中的 `oci-layout` 文件，但没有布局本身。",
        ),
        InputKind::ArtifactManifest => say(
            "An artifact manifest of the image-spec 1.1 release candidates, withdrawn before 1.1.0.",
            "image-spec 1.1 候选版中的 artifact manifest，在 1.1.0 之前已被撤回。",
        ),
        InputKind::OtherJson => other_json(inventory),
        InputKind::WasmModule => say(
            "A WebAssembly core module, not packed as an artifact.",
            "一个 WebAssembly 核心模块，尚未打包为制品。",
        ),
        InputKind::WasmComponent => say(
            "A WebAssembly component, not packed as an artifact.",
            "一个 WebAssembly 组件，尚未打包为制品。",
        ),
        InputKind::Tar => bundle(inventory).unwrap_or_else(|| lone_tar(inventory)),
        InputKind::Text if strange(inventory).is_some() => other(inventory, form),
        InputKind::Text => say(
            "Text that is not JSON: perhaps an error message. Paste it to have it explained.",
            "不是 JSON 的文本，可能是一段报错。请粘贴它以获得解释。",
        ),
        InputKind::Empty => match inventory.packaging {
            Packaging::Folder | Packaging::Files => {
                say("The folder holds no files.", "文件夹中没有文件。")
            }
            _ => say("The file is empty: 0 bytes.", "文件为空：0 字节。"),
        },
        InputKind::Other => other(inventory, form),
    }
}

fn packed(inventory: &Inventory, folder: Phrase, tar: Phrase, compressed: Phrase) -> Phrase {
    match inventory.packaging {
        Packaging::Folder | Packaging::Files => folder,
        Packaging::Gzip | Packaging::Zstd => compressed,
        _ => tar,
    }
}

fn other_json(inventory: &Inventory) -> Phrase {
    let Some(document) = inventory.documents.first() else {
        return say(
            "A JSON file of {size}: larger than {limit}, the limit for a document. No manifest, index or config is this large.",
            "一个 {size} 的 JSON 文件，超过文档上限 {limit}。没有哪份清单、索引或配置会这么大。",
        )
        .bytes("size", inventory.bytes)
        .bytes("limit", limits::DOCUMENT_BYTES);
    };
    let deep = |d: &JsonDefect| matches!(d, JsonDefect::TooDeep { .. });
    if document.json.defects.iter().any(deep) {
        return say(
            "JSON nested deeper than {limit} levels. No document of the specification nests deeper than ten.",
            "嵌套超过 {limit} 层的 JSON。规范中的文档嵌套不超过十层。",
        )
        .count("limit", limits::JSON_DEPTH as u64);
    }
    if document.json.root.is_none() {
        return say(
            "It begins like JSON, but is not valid JSON: the first mistake is listed below.",
            "开头像 JSON，但并不是合法的 JSON：下面列出第一处错误。",
        );
    }
    say(
        "JSON, but neither a manifest, an index nor a config.",
        "是 JSON，但既不是清单，也不是索引或配置。",
    )
}

fn lone_tar(inventory: &Inventory) -> Phrase {
    let entries = inventory
        .blobs
        .first()
        .and_then(Blob::facts)
        .and_then(|facts| facts.tar.as_ref())
        .map(|tar| tar.entries);
    match (entries, inventory.packaging) {
        (Some(0), _) => say(
            "A tar archive without entries.",
            "没有任何条目的 tar 归档。",
        ),
        (Some(entries), Packaging::Gzip | Packaging::Zstd) => say(
            "A compressed tar with {count} entries and no image metadata: a layer, or a root filesystem.",
            "压缩的 tar，含 {count} 个条目，没有镜像元数据：可能是一个层，或根文件系统。",
        )
        .count("count", entries),
        (Some(entries), _) => say(
            "A tar with {count} entries and no image metadata: a layer, or a root filesystem.",
            "tar 归档，含 {count} 个条目，没有镜像元数据：可能是一个层，或根文件系统。",
        )
        .count("count", entries),
        (None, _) => say(
            "A tar without image metadata: a layer, or a root filesystem.",
            "没有镜像元数据的 tar：可能是一个层，或根文件系统。",
        ),
    }
}

fn other(inventory: &Inventory, form: Option<Form>) -> Phrase {
    match form {
        Some(Form::Html) => say(
            "An HTML page, not an image. A sign-in or error page was probably saved in its place; download it again.",
            "这是一个 HTML 网页，不是镜像。下载时保存下来的多半是登录页或错误页，请重新下载。",
        ),
        Some(Form::Zip) => say(
            "A zip archive. No consumer reads images from zip: unpack it, and give what is inside.",
            "这是 zip 压缩包。没有使用方会从 zip 读取镜像：请先解压，再提供其中的内容。",
        ),
        Some(Form::SevenZip) => say(
            "A 7-Zip archive. No consumer reads images from it: unpack it, and give what is inside.",
            "这是 7-Zip 压缩包。没有使用方会从中读取镜像：请先解压，再提供其中的内容。",
        ),
        Some(Form::Utf16) => say(
            "Text or data in UTF-16. PowerShell's `>` writes that and destroys archives: use `docker save -o image.tar IMAGE`.",
            "UTF-16 编码的文本或数据。PowerShell 的 `>` 会这样写出并毁掉归档：请改用 `docker save -o image.tar IMAGE`。",
        ),
        Some(Form::Elf) => say(
            "An ELF program or library, not an image.",
            "这是 ELF 程序或库，不是镜像。",
        ),
        Some(Form::Pdf) => say("A PDF document, not an image.", "这是 PDF 文档，不是镜像。"),
        Some(Form::Ar) => say(
            "An `ar` archive, such as a Debian package; not an image.",
            "这是 `ar` 归档（例如 Debian 软件包），不是镜像。",
        ),
        Some(Form::Squashfs) => say(
            "A squashfs file system, not an image archive.",
            "这是 squashfs 文件系统，不是镜像归档。",
        ),
        _ if inventory
            .blobs
            .first()
            .is_some_and(|b| matches!(b.measured, Measured::Not(Why::ReadFailed(_)))) =>
        {
            say("The file could not be read.", "无法读取该文件。")
        }
        _ if matches!(inventory.packaging, Packaging::Gzip | Packaging::Zstd) => {
            compressed(inventory)
        }
        _ => strange(inventory).unwrap_or_else(|| {
            say(
                "Bytes of no format that images and artifacts use.",
                "不属于镜像或制品所用的任何格式。",
            )
        }),
    }
}

/// What the first bytes of a single file tell of it.
fn strange(inventory: &Inventory) -> Option<Phrase> {
    stranger(inventory.blobs.first().and_then(Blob::facts)?)
}

fn compression_name(form: Form) -> &'static str {
    match form {
        Form::Xz => "xz",
        Form::Bzip2 => "bzip2",
        _ => "lz4",
    }
}
