//! Which rules other programs check too. The table says what was read in their sources; it runs none of them and judges
//! nothing.

use crate::text::{Text, text};

/// A program that checks artifacts, or has to in order to use them.
#[derive(Debug, PartialEq, Eq)]
pub struct Peer {
    /// Its name, as it stands in tables.
    pub name: &'static str,
    /// Its source.
    pub link: &'static str,
    /// What it is as a checker.
    pub about: Text,
}

/// How much of a rule a peer checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// Whatever breaks the rule.
    Whole,
    /// Not everywhere: in some documents, commands or versions only, or by failing at something else because of it.
    Part,
}

/// The peers, those first that are checkers and nothing else. The position of each is its bit in the table below.
pub const PEERS: [Peer; 10] = [
    Peer {
        name: "image-spec schema",
        link: "https://github.com/opencontainers/image-spec/tree/v1.1.1/schema",
        about: text(
            "the JSON schemas of the specification with their Go code; documents only",
            "规范自带的 JSON schema 及其 Go 代码；只看文档",
        ),
    },
    Peer {
        name: "image-tools",
        link: "https://github.com/opencontainers/image-tools",
        about: text(
            "`oci-image-tool validate` and `unpack`; stops at the first problem, unmaintained since 2021",
            "`oci-image-tool validate` 与 `unpack`；遇到第一个问题就停止，2021 年起不再维护",
        ),
    },
    Peer {
        name: "go-containerregistry",
        link: "https://github.com/google/go-containerregistry",
        about: text(
            "`crane validate`; images in registries and from docker save, no OCI layouts",
            "`crane validate`；检查镜像仓库中的镜像和 docker save 的归档，不支持 OCI 布局",
        ),
    },
    Peer {
        name: "umoci",
        link: "https://github.com/opencontainers/umoci",
        about: text(
            "verifies every blob that it reads, strict about the kind of a document",
            "校验读到的每个 blob，对文档种类要求严格",
        ),
    },
    Peer {
        name: "regclient",
        link: "https://github.com/regclient/regclient",
        about: text(
            "verifies digest and size of the blobs that it reads",
            "校验所读 blob 的摘要和大小",
        ),
    },
    Peer {
        name: "oras-go",
        link: "https://github.com/oras-project/oras-go",
        about: text(
            "verifies digest and size of the blobs that it reads; media types only when packing",
            "校验所读 blob 的摘要和大小；只在打包时检查媒体类型",
        ),
    },
    Peer {
        name: "containers/image",
        link: "https://github.com/containers/image",
        about: text(
            "skopeo, podman and buildah; refuses ambiguous documents, verifies digests",
            "skopeo、podman、buildah 所用的库；拒绝有歧义的文档，校验摘要",
        ),
    },
    Peer {
        name: "containerd",
        link: "https://github.com/containerd/containerd",
        about: text(
            "refuses ambiguous documents, verifies digests, and diffIDs when it unpacks",
            "拒绝有歧义的文档，校验摘要，解包时校验 diffID",
        ),
    },
    Peer {
        name: "moby",
        link: "https://github.com/moby/moby",
        about: text(
            "`docker load` and `docker pull`; consistency of archives, and diffIDs",
            "`docker load` 与 `docker pull`；检查归档是否自洽，并校验 diffID",
        ),
    },
    Peer {
        name: "distribution",
        link: "https://github.com/distribution/distribution",
        about: text(
            "the registry; what is pushed to it: kind of document, references, layer URLs",
            "镜像仓库；在推送时检查文档种类、引用和层的 URL",
        ),
    },
];

const SV: u16 = 1;
const IT: u16 = 1 << 1;
const GG: u16 = 1 << 2;
const UM: u16 = 1 << 3;
const RC: u16 = 1 << 4;
const OR: u16 = 1 << 5;
const CI: u16 = 1 << 6;
const CD: u16 = 1 << 7;
const MB: u16 = 1 << 8;
const DI: u16 = 1 << 9;
const ALL: u16 = (1 << PEERS.len()) - 1;

/// Rule, who checks all of it, who checks a part of it. A rule without a row is checked by none of them.
const CHECKED: &[(&str, u16, u16)] = &[
    ("json-syntax", ALL, 0),
    ("json-bom", ALL, 0),
    ("json-root-type", ALL, 0),
    ("json-trailing-data", CD | CI | DI, SV | MB),
    ("json-key-case", 0, CI | CD),
    ("json-number-form", SV, 0),
    ("json-null-value", SV, 0),
    ("json-type", SV, IT | GG | UM | RC | OR | CI | CD | MB | DI),
    (
        "digest-syntax",
        SV | IT | GG | UM | RC | OR | CI | CD | DI,
        0,
    ),
    (
        "digest-sha256-encoded",
        IT | GG | UM | RC | OR | CI | CD | DI,
        SV,
    ),
    (
        "digest-sha512-encoded",
        IT | GG | UM | RC | OR | CI | CD | DI,
        SV,
    ),
    ("digest-algorithm-unregistered", GG | UM | OR, 0),
    ("digest-algorithm-not-sha256", GG | UM, 0),
    ("digest-algorithm-weak", 0, GG | UM | OR),
    ("digest-known-content", 0, UM),
    ("descriptor-type", SV, 0),
    ("descriptor-media-type-missing", SV, 0),
    ("descriptor-digest-missing", SV, 0),
    ("descriptor-size-missing", SV, 0),
    ("descriptor-media-type-syntax", SV, OR),
    ("descriptor-size-negative", UM | CD, SV),
    ("descriptor-size-range", ALL, 0),
    ("descriptor-urls-type", SV, 0),
    ("descriptor-url-syntax", SV | DI, 0),
    ("descriptor-url-scheme", 0, DI),
    ("descriptor-data-base64", SV, GG | UM | RC | OR | CI | CD),
    ("descriptor-data-mismatch", UM | RC, OR),
    ("descriptor-data-size-mismatch", UM | RC, 0),
    ("descriptor-artifact-type-syntax", 0, SV),
    ("descriptor-annotations-type", SV, 0),
    ("descriptor-empty-content", UM, 0),
    ("media-type-typo", 0, CD),
    ("media-type-layer-suffix", UM, 0),
    ("media-type-zstd", IT, GG),
    ("media-type-docker-schema1", 0, CD | MB),
    ("media-type-artifact-manifest", 0, CD | DI),
    ("media-type-unknown", IT, 0),
    ("media-type-document-mismatch", RC | CD | CI | UM | DI, GG),
    ("media-type-document-docker-oci", RC | UM | DI, 0),
    ("manifest-schema-version", SV | IT | DI, 0),
    ("manifest-media-type-wrong", UM | DI | RC, CD),
    ("manifest-has-index-fields", UM | CD | CI | DI, 0),
    ("manifest-has-schema1-fields", CI, CD),
    ("manifest-config-missing", SV, 0),
    ("manifest-layers-missing", SV, 0),
    ("manifest-layers-empty", SV, 0),
    ("manifest-artifact-type-required", 0, OR),
    ("manifest-artifact-type-syntax", SV, OR),
    ("manifest-config-media-type-portable", IT, 0),
    ("manifest-layer-media-type-portable", IT | UM, CD),
    ("manifest-image-with-empty-config", CD | MB, 0),
    ("manifest-subject-invalid", SV, 0),
    ("manifest-layer-count", MB, 0),
    ("manifest-size", DI | CI | OR | CD, RC),
    ("index-schema-version", SV, 0),
    ("index-media-type-wrong", UM | RC, CD),
    ("index-has-manifest-fields", UM | CD | CI | DI, 0),
    ("index-manifests-missing", SV, 0),
    ("index-manifests-null", SV | IT, 0),
    ("index-manifests-empty", 0, IT),
    ("index-entry-media-type-portable", IT, 0),
    ("index-nested", IT, 0),
    ("index-artifact-type-syntax", SV, 0),
    ("index-subject-invalid", SV, 0),
    ("platform-architecture-missing", SV, 0),
    ("platform-os-missing", SV, 0),
    ("platform-type", SV, 0),
    ("platform-os-unknown", 0, SV),
    ("platform-combination", 0, SV),
    ("platform-config-mismatch", GG, 0),
    ("config-architecture-missing", SV, 0),
    ("config-os-missing", SV, 0),
    ("config-rootfs-missing", SV | MB | CI, 0),
    ("config-rootfs-type", SV | GG | UM, 0),
    ("config-diff-ids-missing", SV, 0),
    ("config-diff-id-syntax", GG, 0),
    ("config-diff-ids-count", CD | MB | CI, UM | GG),
    ("config-diff-id-mismatch", GG | UM | CD | MB, CI),
    ("config-history-too-many", MB, 0),
    ("config-history-too-few", 0, CI),
    ("config-history-type", SV, 0),
    ("config-created-format", SV | GG | UM | CI | CD | MB, 0),
    ("config-section-type", SV, 0),
    ("config-env-format", SV | UM, 0),
    ("config-env-newline", 0, SV),
    ("config-entrypoint-type", SV, 0),
    ("config-set-type", SV, 0),
    ("config-user-format", UM, IT),
    ("config-labels", SV, 0),
    ("config-content-type", CD | CI | MB, 0),
    ("config-size", CI, 0),
    ("annotation-not-map", SV, 0),
    ("annotation-value-not-string", SV, 0),
    ("annotation-created-format", 0, OR),
    ("annotation-base-pair", 0, RC),
    ("annotation-ref-name-grammar", UM | CI, 0),
    ("layout-header-missing", IT | UM | RC | OR, CD),
    ("layout-header-invalid", SV | IT | UM | RC | OR | CD, 0),
    ("layout-version-unknown", SV | IT | UM | RC | OR | CD, 0),
    ("layout-index-missing", IT | UM | RC | CD | CI, 0),
    ("layout-index-invalid", SV | IT, 0),
    ("layout-blobs-missing", IT | UM, 0),
    ("layout-blobs-entry-missing", IT, 0),
    (
        "layout-blob-digest-mismatch",
        0,
        IT | UM | RC | OR | CD | GG,
    ),
    ("layout-blob-size-mismatch", IT | UM | RC | OR | CD | GG, 0),
    ("layout-blob-missing", IT | GG | UM, 0),
    ("layout-ref-name-absent", CI, 0),
    ("layout-root-nested", CD | OR | RC | MB, 0),
    ("layout-index-descriptor-kind", IT, GG),
    ("archive-unknown-kind", CD | MB, 0),
    ("archive-truncated", IT | GG | RC | OR | CI | CD | MB, 0),
    ("archive-path-escape", MB, 0),
    ("docker-archive-manifest-missing", MB | CI | GG, 0),
    ("docker-archive-legacy-only", MB, 0),
    ("docker-archive-manifest-null", MB | GG, 0),
    ("docker-archive-manifest-large", CI, 0),
    ("docker-archive-config-missing", MB | CD | CI | GG, 0),
    ("docker-archive-config-invalid", MB | CI, 0),
    ("docker-archive-layer-missing", MB | CD | CI | GG, 0),
    ("docker-archive-layers-count", MB | CI | GG, CD),
    ("docker-archive-diff-id-mismatch", MB | CD | GG, CI),
    ("docker-archive-layer-shared", CI, 0),
    ("docker-archive-repo-tag", MB | CI | CD, 0),
    ("docker-archive-multi", GG | CI, 0),
    ("layer-compression-mismatch", UM, GG),
    ("layer-compression-unsupported", CD | UM, 0),
    ("layer-not-tar", GG | CD | MB | UM, 0),
    ("layer-gzip-truncated", GG | UM | CI | CD | MB, 0),
    ("layer-gzip-checksum", GG | UM | CI | CD | MB, 0),
    ("layer-gzip-trailing", GG | MB, CD),
    ("layer-zstd-truncated", UM | CI | CD | MB, 0),
    ("layer-zstd-checksum", UM | CI | CD | MB, 0),
    ("tar-header", IT | GG | UM | CI | CD | MB, 0),
    ("tar-truncated", IT | GG | UM | CI | CD | MB, 0),
    ("tar-duplicate-path", IT, GG),
    ("tar-path-escape", MB | IT, 0),
    ("tar-path-through-file", 0, CD | MB),
    ("tar-path-nul", IT | GG | UM | CI | CD | MB, 0),
    ("tar-path-backslash", 0, MB),
    ("tar-root-type", UM, 0),
    ("tar-type-unknown", CD | MB | UM, 0),
    ("tar-sparse-gnu", CD | MB | UM, 0),
    ("tar-hardlink-missing", CD | MB | UM, 0),
    ("tar-hardlink-forward", CD | MB | UM, 0),
    ("tar-hardlink-escape", MB | IT, 0),
    ("tar-symlink-outside", IT, 0),
    ("tar-pax-global", UM, 0),
    ("tar-pax-malformed", IT | GG | UM | CI | CD | MB, 0),
    ("tar-id-large", 0, CD),
    ("whiteout-empty-name", UM | CD, 0),
    ("whiteout-dot-name", CD, 0),
    ("whiteout-aufs-meta", 0, MB),
];

/// The peers that check a rule too, and how much of it.
pub fn peers(rule: &str) -> impl Iterator<Item = (&'static Peer, Extent)> + use<> {
    let row = CHECKED.iter().find(|(id, ..)| *id == rule);
    let (whole, part) = row.map_or((0, 0), |(_, whole, part)| (*whole, *part));
    PEERS.iter().enumerate().filter_map(move |(at, peer)| {
        let bit = 1_u16 << at;
        if whole & bit != 0 {
            Some((peer, Extent::Whole))
        } else {
            (part & bit != 0).then_some((peer, Extent::Part))
        }
    })
}

/// How many rules each peer checks wholly, and how many in part only.
pub fn shares() -> impl Iterator<Item = (&'static Peer, usize, usize)> {
    PEERS.iter().enumerate().map(|(at, peer)| {
        let bit = 1_u16 << at;
        let count = |of: fn(&(&str, u16, u16)) -> u16| {
            CHECKED.iter().filter(|row| of(row) & bit != 0).count()
        };
        (peer, count(|row| row.1), count(|row| row.2))
    })
}

/// How many rules none of the peers checks, not even in part.
pub fn unchecked() -> usize {
    super::all().count().saturating_sub(CHECKED.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{all, find};

    #[test]
    fn each_row_is_a_rule_of_its_own_with_a_peer() {
        for (at, (id, whole, part)) in CHECKED.iter().enumerate() {
            assert!(find(id).is_some(), "{id} is no rule");
            assert!(whole | part != 0, "{id}: a row without peers");
            assert_eq!(whole & part, 0, "{id}: wholly and in part");
            assert!(
                CHECKED[..at].iter().all(|(other, ..)| other != id),
                "{id} twice"
            );
        }
    }

    #[test]
    fn a_bit_is_the_peer_that_it_is_named_for() {
        let bits = [SV, IT, GG, UM, RC, OR, CI, CD, MB, DI];
        let names = [
            "schema",
            "tools",
            "registry",
            "umoci",
            "regclient",
            "oras",
            "image",
            "containerd",
            "moby",
            "distribution",
        ];
        for (at, peer) in PEERS.iter().enumerate() {
            assert_eq!(bits[at], 1 << at);
            assert!(
                peer.name.ends_with(names[at]) || peer.name.starts_with(names[at]),
                "{}",
                peer.name
            );
        }
        assert_eq!(ALL, bits.iter().sum::<u16>());
        let found: Vec<_> = peers("manifest-has-schema1-fields")
            .map(|(p, e)| (p.name, e))
            .collect();
        assert_eq!(
            found,
            [
                ("containers/image", Extent::Whole),
                ("containerd", Extent::Part)
            ]
        );
        assert_eq!(peers("json-duplicate-key").count(), 0);
    }

    #[test]
    fn shares_add_up() {
        let rules = all().count();
        let pairs: usize = all().map(|rule| peers(rule.id).count()).sum();
        assert_eq!(
            shares().map(|(_, whole, part)| whole + part).sum::<usize>(),
            pairs
        );
        assert_eq!(
            unchecked(),
            all().filter(|rule| peers(rule.id).next().is_none()).count()
        );
        assert!(shares().all(|(_, whole, part)| whole + part < rules));
    }
}
