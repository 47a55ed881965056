//! Trivy: images in a registry, and what `--input` names.
//!
//! Read in aquasecurity/trivy `pkg/fanal/image/{remote,archive,docker,oci}.go` and go-containerregistry `pkg/v1/tarball`,
//! `pkg/v1/layout`, 2026-08. Since 0.64.0 a config of another type than an image's is told apart.

use super::contents::{document_at, has_member, image, open, refuse};
use crate::artifact::documents::{Claims, Descriptor};
use crate::artifact::kinds::{InputKind, Packaging};
use crate::artifact::{Document, Missing, Why};
use crate::consumers::ggcr::{self, PlatformText};
use crate::consumers::go_archive::quoted;
use crate::consumers::remedies::Names;
use crate::consumers::{
    Accept, Case, Consumer, Range, Refusal, Scope, Source, Stop, Trace, Versions,
};
use crate::fixes::Fix;
use crate::limits;
use crate::place::Locus;
use crate::spec::media_type as mt;
use crate::text::{Text, say, text};

const WHO: &str = "Trivy";

const SOURCES: &[Source] = &[
    Source {
        repository: "aquasecurity/trivy",
        path: "pkg/fanal/image/{remote,archive,docker,oci}.go",
        at: "2026-08",
    },
    Source {
        repository: "google/go-containerregistry",
        path: "pkg/v1/tarball/image.go, pkg/v1/layout/index.go",
        at: "v0.20.3",
    },
];

/// `trivy image REFERENCE`.
pub static IMAGE: Consumer = Consumer {
    id: "trivy-image",
    name: "Trivy (registry)",
    about: text(
        "Scans an image in a registry: `trivy image REFERENCE`. Out of an index it takes `linux/amd64`, unless `--platform` says otherwise.",
        "扫描镜像仓库中的镜像：`trivy image REFERENCE`。遇到索引时取 `linux/amd64`，除非用 `--platform` 指定。",
    ),
    scope: Scope::Root,
    sources: SOURCES,
    settings: &[],
    ranges: &[
        Range {
            versions: Versions {
                shown: "< 0.64",
                spans: &[("", "0.64.0")],
            },
            label: text("does not tell artifacts apart", "不区分制品"),
            replay: |case, trace| registry(case, trace, false),
        },
        Range {
            versions: Versions {
                shown: "≥ 0.64",
                spans: &[("0.64.0", "")],
            },
            label: text(
                "refuses artifacts by their config type",
                "按配置类型拒绝制品",
            ),
            replay: |case, trace| registry(case, trace, true),
        },
    ],
    meant_for: crate::consumers::containerd::is_image,
};

const ARCHIVE_ABOUT: Text = text(
    "Scans a file or folder: `trivy image --input`. A tar has to be a docker-archive of one image; an OCI layout has to be a folder, and its first entry is taken unless `:TAG` or `@DIGEST` follows the path.",
    "扫描文件或文件夹：`trivy image --input`。tar 必须是只含一个镜像的 docker-archive；OCI 布局必须是文件夹，取第一个条目，除非路径后跟 `:TAG` 或 `@DIGEST`。",
);

/// `trivy image --input`.
pub static INPUT: Consumer = Consumer {
    id: "trivy-input",
    name: "Trivy (--input)",
    about: ARCHIVE_ABOUT,
    scope: Scope::Input,
    sources: SOURCES,
    settings: &[],
    ranges: &[Range {
        versions: Versions {
            shown: "2026",
            spans: &[("", "")],
        },
        label: text(
            "docker-archive, or OCI layout as a folder",
            "docker-archive，或文件夹形式的 OCI 布局",
        ),
        replay: input,
    }],
    meant_for: crate::consumers::containerd::holds_images,
};

fn registry(case: &Case, trace: &mut Trace, tells_artifacts: bool) -> Result<Accept, Stop> {
    let media_type = case.media_type()?;
    let names = Names::of(case);
    let document = case.document()?;
    if let Claims::Manifest(manifest) = &document.claims
        && !mt::is_index(&media_type)
    {
        let config = manifest.config_media_type();
        if !config.is_empty() && !mt::is_image_config(config) {
            let at = document.locus("/config/mediaType");
            if !tells_artifacts {
                return Err(open(config, Why::NotSettled, at));
            }
            let because = say(
                "{who} finds a config of type {type}; it scans images only.",
                "{who} 读到类型为 {type} 的配置；它只扫描镜像。",
            )
            .name("who", WHO)
            .code("type", config);
            let error = format!(
                "unsupported artifact type {} for image {}",
                quoted(config),
                quoted(&names.reference)
            );
            let fix = Fix::new(
                "scan-files",
                say(
                    "Pull the artifact and scan its files.",
                    "拉取制品并扫描其中的文件。",
                ),
            )
            .with(
                "oras",
                format!(
                    "oras pull --output DIRECTORY {}\ntrivy fs DIRECTORY",
                    names.reference
                ),
            );
            return refuse(trace, error, because, at, vec![fix]);
        }
    }
    let found = ggcr::resolve(case, trace, WHO, PlatformText::Short)?;
    image(case, trace, WHO, found.document)?;
    Ok(Accept::using(
        say("{who} scans this image.", "{who} 会扫描这个镜像。").name("who", WHO),
        Some(Locus::whole(&found.document.path)),
    ))
}

fn input(case: &Case, trace: &mut Trace) -> Result<Accept, Stop> {
    match case.inventory.packaging {
        Packaging::Folder => layout(case, trace),
        Packaging::Tar | Packaging::Gzip => docker_archive(case, trace),
        _ => Err(open(
            &case.inventory.name,
            Why::NotSettled,
            Locus::whole(&case.inventory.name),
        )),
    }
}

/// Both attempts failed, the second because a file is no folder.
fn neither(case: &Case, why: &str) -> String {
    let name = &case.inventory.name;
    format!(
        "2 errors occurred:\n\t* unable to open {name} as a Docker image: {why}\n\t* unable to open {name} as an OCI Image: stat {name}/index.json: not a directory"
    )
}

fn docker_archive(case: &Case, trace: &mut Trace) -> Result<Accept, Stop> {
    let inventory = case.inventory;
    let whole = Locus::whole(&inventory.name);
    let unpack = Fix::new(
        "unpack-layout",
        say(
            "Unpack the archive and give the folder, if it is an OCI layout; or convert it to a docker-archive.",
            "如果归档是 OCI 布局，请解包后给出文件夹；或者转换为 docker-archive。",
        ),
    )
    .with("tar", "mkdir layout && tar -C layout -xf {file}\ntrivy image --input layout")
    .with("skopeo", "skopeo copy --override-os {os} --override-arch {arch} {source} docker-archive:fixed.tar:{name}");
    if !has_member(inventory, "manifest.json") {
        let because = say(
            "{who} finds no `manifest.json` in the tar; it needs a docker-archive, and takes OCI layouts as folders only.",
            "{who} 在 tar 中没有找到 `manifest.json`；它需要 docker-archive，OCI 布局只能以文件夹形式提供。",
        )
        .name("who", WHO);
        let error = neither(case, "file manifest.json not found in tar");
        trace.fail(because.clone(), Some(whole.clone()));
        let refusal = Refusal::new(error, because, Some(whole)).fix(unpack);
        return Err(match inventory.kind {
            InputKind::OciLayout => refusal.of_form(),
            _ => refusal,
        }
        .into());
    }
    let Some(document) = document_at(inventory, "manifest.json") else {
        return Err(open("manifest.json", Why::Unreadable, whole));
    };
    let images = match &document.claims {
        Claims::DockerArchive(images) => images.as_slice(),
        _ => &[],
    };
    let [only] = images else {
        if images.is_empty() {
            return Err(open(
                "manifest.json",
                Why::NotSettled,
                Locus::whole(&document.path),
            ));
        }
        let because = say(
            "{who} finds several images ({count}) in the archive; it needs one.",
            "{who} 在归档中读到 {count} 个镜像；它只需要一个。",
        )
        .name("who", WHO)
        .count("count", images.len() as u64);
        let error = neither(
            case,
            "tarball must contain only a single image to be used with tarball.Image",
        );
        let fix = Fix::new(
            "save-one",
            say("Save one image into the archive.", "归档中只保存一个镜像。"),
        )
        .with("docker", "docker save -o fixed.tar {name}");
        return refuse(
            trace,
            error,
            because,
            Locus::whole(&document.path),
            vec![fix],
        );
    };
    let layers: Vec<&str> = only
        .layers
        .value()
        .map(|layers| layers.iter().map(|layer| layer.text()).collect())
        .unwrap_or_default();
    for name in std::iter::once(only.config.text()).chain(layers.first().copied()) {
        if !has_member(inventory, name) {
            let because = say(
                "{who} does not find {name} in the archive, which `manifest.json` names.",
                "{who} 在归档中没有找到 `manifest.json` 所指的 {name}。",
            )
            .name("who", WHO)
            .code("name", name);
            let error = neither(case, &format!("file {name} not found in tar"));
            return refuse(
                trace,
                error,
                because,
                document.locus(&only.pointer),
                Vec::new(),
            );
        }
    }
    let config = inventory
        .blob_at(only.config.text())
        .and_then(|id| inventory.blobs.get(id)?.document)
        .and_then(|id| inventory.documents.get(id));
    let count = match config.map(|document| &document.claims) {
        Some(Claims::Config(config)) => config.diff_ids().len(),
        _ => {
            return Err(open(
                only.config.text(),
                Why::NotSettled,
                document.locus(&only.pointer),
            ));
        }
    };
    if count != layers.len() {
        return Err(open(
            "rootfs.diff_ids",
            Why::NotSettled,
            document.locus(&only.pointer),
        ));
    }
    for layer in layers {
        let at = document.locus(&only.pointer);
        let Some(id) = inventory.blob_at(layer) else {
            return Err(open(layer, Why::NotInInput, at));
        };
        match super::contents::is_tar(inventory.blob_facts(id, Some(at.clone()))?) {
            Ok(true) => {}
            Ok(false) => return Err(open(layer, Why::NotSettled, at)),
            Err(why) => return Err(open(layer, why, at)),
        }
    }
    trace.pass(
        say(
            "{who} finds a docker-archive of one image, its config and its layers.",
            "{who} 读到只含一个镜像的 docker-archive，配置与各层齐全。",
        )
        .name("who", WHO),
        Some(Locus::whole(&document.path)),
    );
    Ok(Accept::using(
        say("{who} scans this archive.", "{who} 会扫描这个归档。").name("who", WHO),
        Some(Locus::whole(&document.path)),
    ))
}

fn layout(case: &Case, trace: &mut Trace) -> Result<Accept, Stop> {
    let inventory = case.inventory;
    let name = &inventory.name;
    let Some(mut document) = document_at(inventory, "index.json") else {
        if has_member(inventory, "index.json") {
            return Err(open(
                "index.json",
                Why::Unreadable,
                Locus::whole("index.json"),
            ));
        }
        let because = say(
            "{who} finds no `index.json` in the folder; a folder has to be an OCI layout.",
            "{who} 在文件夹中没有找到 `index.json`；文件夹必须是 OCI 布局。",
        )
        .name("who", WHO);
        let error = format!(
            "unable to open {name} as an OCI Image: stat {name}/index.json: no such file or directory"
        );
        return refuse(trace, error, because, Locus::whole(name), Vec::new());
    };
    for depth in 0..=limits::INDEX_DEPTH {
        let Claims::Index(index) = &document.claims else {
            return Err(open(
                &document.path,
                Why::Unreadable,
                Locus::whole(&document.path),
            ));
        };
        let Some(entry) = index.manifests().first() else {
            let because = say(
                "{who} finds an index without entries.",
                "{who} 读到的索引中没有条目。",
            )
            .name("who", WHO);
            // The words of an empty nested index are those of a reference that nothing matches.
            let error = if depth == 0 {
                "no valid manifest"
            } else {
                "invalid OCI image ref"
            };
            let at = document.locus("/manifests");
            return refuse(trace, error.to_string(), because, at, Vec::new());
        };
        trace.note(
            say(
                "{who} takes the first entry, {digest}; it does not look at platforms here.",
                "{who} 取第一个条目 {digest}；此处不看平台。",
            )
            .name("who", WHO)
            .code("digest", entry.digest()),
            Some(document.locus(&entry.pointer)),
        );
        if mt::is_index(entry.media_type()) {
            document = inventory.target(document, entry)?;
            continue;
        }
        return manifest(case, trace, document, entry);
    }
    Err(Missing {
        what: document.path.clone(),
        why: Why::TooManyPaths,
        at: Some(Locus::whole(&document.path)),
    }
    .into())
}

fn manifest(
    case: &Case,
    trace: &mut Trace,
    document: &Document,
    entry: &Descriptor,
) -> Result<Accept, Stop> {
    if !mt::is_manifest(entry.media_type()) {
        let because = say(
            "{who} finds an entry of type {type}; it needs a manifest.",
            "{who} 读到类型为 {type} 的条目；它需要清单。",
        )
        .name("who", WHO)
        .code("type", entry.media_type());
        let error = format!(
            "invalid OCI image: unexpected media type for {}: {}",
            entry.digest(),
            entry.media_type()
        );
        return refuse(
            trace,
            error,
            because,
            document.locus(&entry.pointer),
            Vec::new(),
        );
    }
    let found = case.inventory.target(document, entry)?;
    image(case, trace, WHO, found)?;
    Ok(Accept::using(
        say("{who} scans this image.", "{who} 会扫描这个镜像。").name("who", WHO),
        Some(Locus::whole(&found.path)),
    ))
}
