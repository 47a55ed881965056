//! dive, given an archive: `dive --source docker-archive FILE`.
//!
//! Read in wagoodman/dive `dive/image/docker/image_archive.go`, 2025-05-16. A blob is a layer when its name says so, or when
//! it lies under `blobs/` and is a tar as gzip, zstd or plain.

use super::contents::{document_at, has_member, is_tar, open, refuse};
use crate::artifact::Why;
use crate::artifact::documents::Claims;
use crate::artifact::kinds::Packaging;
use crate::consumers::{
    Accept, Case, Consumer, Range, Scope, Source, Stop, Trace, Versions,
    remedies_archive as remedies,
};
use crate::fixes::Fix;
use crate::place::Locus;
use crate::text::{say, text};

const WHO: &str = "dive";

/// The inspector.
pub static CONSUMER: Consumer = Consumer {
    id: "dive",
    name: "dive",
    about: text(
        "Shows what each layer of an archive adds. It reads docker-archives; of an OCI layout without `manifest.json` it takes whatever config and layers it meets.",
        "展示归档中每一层新增的内容。它读取 docker-archive；遇到没有 `manifest.json` 的 OCI 布局，则用它找到的任意配置与层。",
    ),
    scope: Scope::Input,
    sources: &[Source {
        repository: "wagoodman/dive",
        path: "dive/image/docker/image_archive.go",
        at: "2025-05-16",
    }],
    settings: &[],
    ranges: &[Range {
        versions: Versions {
            shown: "2025-05",
            spans: &[("", "")],
        },
        label: text(
            "docker-archive, OCI layout by guessing",
            "docker-archive；OCI 布局靠猜测",
        ),
        replay,
    }],
    meant_for: |case| {
        crate::consumers::containerd::holds_images(case)
            && case.inventory.packaging != Packaging::Folder
    },
};

fn replay(case: &Case, trace: &mut Trace) -> Result<Accept, Stop> {
    let inventory = case.inventory;
    let whole = Locus::whole(&inventory.name);
    match inventory.packaging {
        Packaging::Tar => {}
        Packaging::Gzip | Packaging::Zstd if inventory.bytes >= 512 => {
            let because = say(
                "{who} reads the file as a tar and does not decompress it.",
                "{who} 把文件直接当作 tar 读取，不会解压。",
            )
            .name("who", WHO);
            let fix = Fix::new(
                "decompress",
                say("Decompress the archive first.", "先解压归档。"),
            )
            .with("sh", "{decompress} {file} > plain.tar");
            let error = "archive/tar: invalid tar header".to_string();
            return refuse(trace, error, because, whole, vec![fix]);
        }
        _ => return Err(open(&inventory.name, Why::NotSettled, whole)),
    }
    if !has_member(inventory, "manifest.json") {
        return by_guessing(case, trace);
    }
    let Some(document) = document_at(inventory, "manifest.json") else {
        return Err(open("manifest.json", Why::Unreadable, whole));
    };
    let images = match &document.claims {
        Claims::DockerArchive(images) => images.as_slice(),
        _ => &[],
    };
    let Some(first) = images.first() else {
        return Err(open(
            "manifest.json",
            Why::NotSettled,
            Locus::whole(&document.path),
        ));
    };
    let at = document.locus(&first.pointer);
    let config = first.config.text();
    if !has_member(inventory, config) {
        let because = say(
            "{who} does not find the config {name} in the archive.",
            "{who} 在归档中没有找到配置 {name}。",
        )
        .name("who", WHO)
        .code("name", config);
        return refuse(
            trace,
            "could not find image config".to_string(),
            because,
            at,
            Vec::new(),
        );
    }
    let named = config.ends_with(".json") || config.starts_with("sha256:");
    let parsed = inventory
        .blob_at(config)
        .and_then(|id| inventory.blobs.get(id)?.document)
        .is_some();
    if !(named || config.starts_with("blobs/")) || !parsed {
        return Err(open(config, Why::NotSettled, at));
    }
    for layer in first.layers.value().map_or(&[][..], Vec::as_slice) {
        let layer = layer.text();
        if has_member(inventory, layer) && is_layer(case, layer, &at)? {
            continue;
        }
        let because = say(
            "{who} did not read {name} as a layer; it needs a tar, gzip, zstd or plain, under that name.",
            "{who} 没有把 {name} 读成层；它需要该名称下的 tar（gzip、zstd 或未压缩）。",
        )
        .name("who", WHO)
        .code("name", layer);
        let error = format!("could not find '{layer}' in parsed layers");
        let fix = Fix::new(
            "flatten-archive",
            say(
                "Write the archive again with plain layers.",
                "重新写出各层未压缩的归档。",
            ),
        )
        .with(
            "skopeo",
            "skopeo copy {source} docker-archive:fixed.tar:{name}",
        );
        let fix = if has_member(inventory, layer) {
            fix
        } else {
            remedies::export_again()
        };
        return refuse(trace, error, because, at, vec![fix]);
    }
    trace.pass(
        say(
            "{who} finds the first image of `manifest.json`, its config and its layers.",
            "{who} 读到 `manifest.json` 中的第一个镜像，配置与各层齐全。",
        )
        .name("who", WHO),
        Some(at.clone()),
    );
    Ok(Accept::using(
        say("{who} shows this image.", "{who} 会展示这个镜像。").name("who", WHO),
        Some(at),
    ))
}

/// Whether a member counts as a layer: by its name, or under `blobs/` by its bytes.
fn is_layer(case: &Case, name: &str, at: &Locus) -> Result<bool, Stop> {
    let Some(id) = case.inventory.blob_at(name) else {
        return Err(open(name, Why::NotSettled, at.clone()));
    };
    let facts = case.inventory.blob_facts(id, Some(at.clone()))?;
    let tar = is_tar(facts).map_err(|why| open(name, why, at.clone()))?;
    let by_name = [".tar", ".tar.gz", "tgz"]
        .iter()
        .any(|end| name.ends_with(end));
    match (by_name, tar) {
        (_, true) if by_name || name.starts_with("blobs/") => Ok(true),
        // A damaged layer ends with the words of whatever fails in it.
        (true, false) => Err(open(name, Why::NotSettled, at.clone())),
        _ if facts.size == 0 => Err(open(name, Why::NotSettled, at.clone())),
        _ => Ok(false),
    }
}

fn by_guessing(case: &Case, trace: &mut Trace) -> Result<Accept, Stop> {
    let inventory = case.inventory;
    let whole = Locus::whole(&inventory.name);
    // It reads every blob as a layer; one that could not be read decides nothing.
    for (id, blob) in inventory.blobs.iter().enumerate() {
        if blob.path.starts_with("blobs/") && blob.document.is_none() {
            inventory.blob_facts(id, None)?;
        }
    }
    let configs: Vec<_> = inventory
        .documents
        .iter()
        .filter(|document| matches!(document.claims, Claims::Config(_)))
        .collect();
    let Some(config) = configs.first() else {
        // JSON that nothing refers to is not read here, and may be a config.
        let unread = inventory.blobs.iter().find(|blob| {
            let looked_at = blob.path.ends_with(".json") || blob.path.starts_with("blobs/");
            looked_at
                && blob.document.is_none()
                && blob
                    .facts()
                    .is_none_or(|facts| facts.head.starts_with(b"{"))
        });
        if let Some(blob) = unread {
            return Err(open(&blob.path, Why::NotSettled, whole));
        }
        let because = say(
            "{who} finds neither `manifest.json` nor an image config in the archive.",
            "{who} 在归档中既没有找到 `manifest.json`，也没有找到镜像配置。",
        )
        .name("who", WHO);
        return refuse(
            trace,
            "could not find image manifest".to_string(),
            because,
            whole,
            Vec::new(),
        );
    };
    // Fewer layers than the config has: the archive was not read to its end, or its layers are elsewhere.
    let layers = inventory
        .blobs
        .iter()
        .filter(|blob| blob.path.starts_with("blobs/") && blob.document.is_none())
        .count();
    if let Claims::Config(claims) = &config.claims
        && claims.diff_ids().len() > layers
    {
        return Err(open(&inventory.name, Why::NotSettled, whole));
    }
    trace.note(
        say(
            "{who} finds no `manifest.json`; it takes a config that it meets (of {count}) and every tar as a layer, in no certain order.",
            "{who} 没有找到 `manifest.json`；它取遇到的某个配置（共 {count} 个），并把每个 tar 都当作层，顺序不定。",
        )
        .name("who", WHO)
        .count("count", configs.len() as u64),
        Some(Locus::whole(&config.path)),
    );
    let fix = Fix::new(
        "to-docker-archive",
        say(
            "Convert it to a docker-archive, so that layers come in their order.",
            "转换为 docker-archive，使各层按顺序出现。",
        ),
    )
    .with(
        "skopeo",
        "skopeo copy --override-os {os} --override-arch {arch} {source} docker-archive:fixed.tar:{name}",
    );
    Ok(Accept::using(
        say(
            "{who} shows the layers that it meets; with several images or platforms they are mixed up.",
            "{who} 会展示它遇到的各层；含多个镜像或平台时会混在一起。",
        )
        .name("who", WHO),
        Some(Locus::whole(&config.path)),
    )
    .fix(fix))
}
