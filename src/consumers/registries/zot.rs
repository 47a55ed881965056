//! zot, a registry for OCI's types: Docker's are taken only where its configuration says so.
//!
//! Read in project-zot/zot `pkg/api/routes.go` (`UpdateManifest`) and `pkg/storage/common/common.go` (`ValidateManifest`), v2.

use super::hosted::{any_manifest, pushable, refuse};
use crate::consumers::pushing::{Put, push};
use crate::consumers::remedies::{self, Names};
use crate::consumers::{Consumer, Range, Scope, Setting, Source, Stop, Takes, Trace, Versions};
use crate::spec::media_type as mt;
use crate::text::{say, text};

/// `http.compat`.
const COMPAT: Setting = Setting {
    id: "compat",
    shared: false,
    name: text("Compatibility", "兼容选项"),
    about: text(
        "`http.compat` in its configuration: with `docker2s2`, Docker's schema 2 manifests and lists are taken too.",
        "其配置中的 `http.compat`：设为 `docker2s2` 后也接受 Docker schema 2 的清单与清单列表。",
    ),
    takes: Takes::OneOf(&[
        ("none", text("Not set", "未设置")),
        ("docker2s2", text("`docker2s2`", "`docker2s2`")),
    ]),
    default: "none",
};

/// The registry.
pub static CONSUMER: Consumer = Consumer {
    id: "zot",
    name: "zot",
    about: text(
        "A registry that stores OCI's types and, unless it is told otherwise, nothing else.",
        "只保存 OCI 类型的镜像仓库，除非另行配置。",
    ),
    scope: Scope::Root,
    sources: &[Source {
        repository: "project-zot/zot",
        path: "pkg/api/routes.go, pkg/storage/common/common.go",
        at: "v2",
    }],
    settings: &[COMPAT],
    ranges: &[Range {
        versions: Versions {
            shown: "≥ 2.0",
            spans: &[("2.0.0", "")],
        },
        label: text("OCI's types only, by default", "默认仅 OCI 类型"),
        replay: |case, trace| push(case, trace, "zot", check),
    }],
    meant_for: pushable,
};

fn check(put: &Put, trace: &mut Trace) -> Result<(), Stop> {
    let docker = matches!(put.media_type, mt::DOCKER_MANIFEST | mt::DOCKER_LIST);
    if !docker || put.case.set(&COMPAT) == "docker2s2" {
        return any_manifest(put, trace);
    }
    let because = say(
        "{who} finds a document of type {type}; without `docker2s2` in `http.compat` it takes OCI's types only.",
        "{who} 读到类型为 {type} 的文档；`http.compat` 中没有 `docker2s2` 时，它只接受 OCI 类型。",
    )
    .code("type", put.media_type);
    let fix = remedies::to_oci(&Names::of(put.case));
    refuse(
        put,
        trace,
        "415 Unsupported Media Type".to_string(),
        because,
        "",
        vec![fix],
    )
}
