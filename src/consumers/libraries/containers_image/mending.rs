//! Which remedy an error of the library calls for, by its own words. It decides no verdict.

use crate::consumers::{Refusal, remedies_archive as remedies};
use crate::fixes::Fix;
use crate::text::say;

/// A piece of an error text, and the remedies for it.
type Remedies = (&'static str, &'static [fn() -> Fix]);

/// The first piece that stands in an error counts.
const BY_ERROR: &[Remedies] = &[
    ("more than one image in oci", &[choose_image]),
    ("expected 1 item, got", &[choose_tag]),
    ("no descriptor found", &[choose_image]),
    ("matches unsupported manifest", &[choose_image]),
    ("no image found in", &[remedies::single_platform]),
    ("invalid mixed OCI image", &[remedies::rewrite_types]),
    (
        "image-specific operation on artifact",
        &[remedies::pull_as_artifact, copy_artifact],
    ),
    (
        "zstd compression is not",
        &[keep_oci, remedies::recompress_gzip],
    ),
    (
        "unsupported docker v2s2 media type",
        &[remedies::rewrite_types],
    ),
    ("does not support copying multiple images", &[one_platform]),
    ("manifest.json", &[remedies::export_again]),
];

/// A refusal with the remedies for its error; or for an input without any image.
pub(super) fn with_fixes(mut refusal: Refusal, empty: bool) -> Refusal {
    if empty {
        // There is none to choose.
        refusal.fixes.push(remedies::export_again());
        return refusal;
    }
    let known = BY_ERROR
        .iter()
        .find(|(piece, _)| refusal.error.contains(piece));
    match known {
        Some((_, fixes)) => refusal.fixes.extend(fixes.iter().map(|fix| fix())),
        None => refusal.fixes.push(remedies::rebuild()),
    }
    refusal
}

fn choose_image() -> Fix {
    Fix::new(
        "choose-image",
        say(
            "Name the image that you mean, as `index.json` names it, or give its position (skopeo 1.18 and later).",
            "指明所需镜像：使用 `index.json` 中的名称，或给出其序号（skopeo 1.18 及更高版本）。",
        ),
    )
    .with(
        "skopeo",
        "# the names\n{list}\nskopeo copy {source} oci:fixed:{tag}\n# by position, where it has no name\nskopeo copy oci-archive:{file}:@0 oci:fixed:{tag}",
    )
}

fn choose_tag() -> Fix {
    Fix::new(
        "choose-image",
        say(
            "Name the image that you mean by its tag, or by its position.",
            "用标签或序号指明所需镜像。",
        ),
    )
    .with(
        "skopeo",
        "skopeo copy {source} oci:fixed:{tag}\n# by position, where it has no name\nskopeo copy docker-archive:{file}:@0 oci:fixed:{tag}",
    )
}

fn copy_artifact() -> Fix {
    Fix::new(
        "copy-artifact",
        say(
            "Or copy it as it is, without converting it: to a registry, a layout or a folder.",
            "或者原样复制而不转换：复制到镜像仓库、布局或文件夹。",
        ),
    )
    .with(
        "skopeo",
        "skopeo copy --all docker://SOURCE-REGISTRY/REPO:TAG docker://{reference}",
    )
    .with("oras", "oras cp -r SOURCE-REGISTRY/REPO:TAG {reference}")
}

fn keep_oci() -> Fix {
    Fix::new(
        "keep-oci",
        say(
            "Keep OCI's format: Docker's knows no zstd.",
            "保留 OCI 格式：Docker 格式不支持 zstd。",
        ),
    )
    .with(
        "skopeo",
        "skopeo copy --format oci {source} oci-archive:fixed.tar:{tag}",
    )
}

fn one_platform() -> Fix {
    Fix::new(
        "one-platform",
        say(
            "Copy one platform without `--all`, or copy all to a layout or a registry.",
            "不加 `--all` 只复制一个平台，或把全部平台复制到布局或镜像仓库。",
        ),
    )
    .with(
        "skopeo",
        "skopeo copy --override-os {os} --override-arch {arch} {source} docker-archive:fixed.tar:{name}",
    )
}
