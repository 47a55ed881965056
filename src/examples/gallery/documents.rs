//! Examples of documents, as people paste them: one slip each.

use super::examples;
use crate::examples::inputs::{artifact, config, given, image, index, manifest, pasted};
use crate::examples::{Files, descriptor, gzip_layer, json, without, written};
use crate::spec::media_type as mt;

examples! {
    "manifest-right" good "manifest" {
        title: "A manifest as it should be" / "一份正确的清单",
        about: "Pasted alone, without the blobs it names. Look at what Pullcheck does not claim: whatever needs a blob is unknown." / "只粘贴清单，没有它所指的 blob。注意 Pullcheck 不会断言什么：凡是需要 blob 才能判断的，一律是“未知”。",
        file: "manifest.json", breaks: [], refused: [], accepted: [],
        make: || given(manifest()),
    }
    "manifest-comma" bad "json" {
        title: "A manifest with a comma too many" / "多了一个逗号的清单",
        about: "Edited by hand, and the last field kept its comma. Every consumer stops here; the finding names line and column." / "手工编辑后，最后一个字段多留了逗号。所有使用方都会在这里停下；检查结果给出行和列。",
        file: "manifest.json", breaks: ["json-syntax"], refused: [], accepted: [],
        make: || Files::pasted(written(&manifest()).replacen("\"schemaVersion\": 2\n", "\"schemaVersion\": 2,\n", 1)),
    }
    "manifest-layers-twice" bad "json" {
        title: "The same key twice" / "同一个键出现两次",
        about: "Two `layers` in one manifest. Some readers take the first, some the last: two people pull different images under one digest." / "一份清单里有两个 `layers`。有的程序取前一个，有的取后一个：同一个摘要，两个人拉到的镜像却不同。",
        file: "manifest.json", breaks: ["json-duplicate-key"], refused: [], accepted: [],
        make: || Files::pasted(written(&manifest()).replacen("\"layers\":", "\"layers\": [],\n  \"layers\":", 1)),
    }
    "digest-in-capitals" bad "digest" {
        title: "A digest in capital letters" / "大写的摘要",
        about: "Copied from a tool that prints hexadecimal in capitals. The blob is the same and the digest is invalid." / "从输出大写十六进制的工具复制而来。blob 没有变，但摘要不合规范。",
        file: "manifest.json", breaks: ["digest-sha256-encoded"], refused: [], accepted: [],
        make: || pasted(manifest(), |m| {
            let digest = crate::examples::string(&m["config"]["digest"]).to_ascii_uppercase().replace("SHA256:", "sha256:");
            m["config"]["digest"] = json!(digest);
        }),
    }
    "descriptor-without-size" bad "descriptor" {
        title: "A descriptor without a size" / "没有 size 的描述符",
        about: "The size is what lets a consumer stop reading a blob that does not end. Written by scripts that fill in the digest only." / "有了大小，使用方才能在 blob 读不完时停下。只填摘要的脚本会写出这样的描述符。",
        file: "manifest.json", breaks: ["descriptor-size-missing"], refused: [], accepted: [],
        make: || pasted(manifest(), |m| without(&mut m["layers"][0], "size")),
    }
    "media-type-dot-gzip" bad "media-type" {
        title: "`tar.gzip` where `tar+gzip` is meant" / "把 `tar+gzip` 写成了 `tar.gzip`",
        about: "Docker's layer type ends in `.tar.gzip`, OCI's in `.tar+gzip`. A mixture of both is a type that nobody knows." / "Docker 的层类型以 `.tar.gzip` 结尾，OCI 的以 `.tar+gzip` 结尾。两者混写，就成了谁也不认识的类型。",
        file: "manifest.json", breaks: ["media-type-typo"], refused: [], accepted: [],
        make: || pasted(manifest(), |m| m["layers"][0]["mediaType"] = json!("application/vnd.oci.image.layer.v1.tar.gzip")),
    }
    "artifact-manifest-removed" bad "media-type" {
        title: "The artifact manifest that was taken back" / "已被撤回的制品清单",
        about: "A document type of the release candidates of image-spec 1.1, gone before the release. ORAS 0.16 wrote it; registries no longer take it." / "image-spec 1.1 候选版本中的文档类型，正式发布前已删除。ORAS 0.16 会写出它；镜像仓库不再接受。",
        file: "manifest.json", breaks: ["media-type-artifact-manifest"], refused: [], accepted: [],
        make: || given(serde_json::json!({ "mediaType": mt::OCI_ARTIFACT_MANIFEST, "artifactType": "application/vnd.acme.thing",
            "blobs": [descriptor("application/vnd.acme.thing", b"thing")] })),
    }
    "manifest-called-index" bad "manifest" {
        title: "A manifest that says it is an index" / "自称索引的清单",
        about: "The fields are a manifest's, `mediaType` is an index's. Whoever trusts the word and whoever looks at the fields see two things." / "字段是清单的，`mediaType` 却是索引的。只看类型的程序与只看字段的程序，看到的不是同一种东西。",
        file: "manifest.json", breaks: ["manifest-media-type-wrong"], refused: [], accepted: [],
        make: || pasted(manifest(), |m| m["mediaType"] = json!(mt::OCI_INDEX)),
    }
    "artifact-without-type" bad "manifest" {
        title: "An artifact that does not say what it is" / "没有说明自己是什么的制品",
        about: "The config is the empty descriptor, so `artifactType` is required. Without it a registry cannot list it by type." / "配置是空描述符，因此必须写 `artifactType`。缺少它，镜像仓库就无法按类型列出该制品。",
        file: "manifest.json", breaks: ["manifest-artifact-type-required"], refused: [], accepted: [],
        make: || pasted(artifact(), |m| without(m, "artifactType")),
    }
    "index-two-amd64" bad "index" {
        title: "Two images for one platform" / "同一平台有两个镜像",
        about: "Both entries are for linux/amd64. Most consumers take the first, some the last: which one runs is luck." / "两个条目都是 linux/amd64。多数使用方取第一个，有的取最后一个：运行哪一个全凭运气。",
        file: "index.json", breaks: ["index-platform-duplicate"], refused: [], accepted: [],
        make: || pasted(index(), |i| i["manifests"][1]["platform"] = i["manifests"][0]["platform"].clone()),
    }
    "platform-x86-64" bad "platform" {
        title: "`x86_64` instead of `amd64`" / "把 `amd64` 写成 `x86_64`",
        about: "The kernel's name of the architecture; images use Go's. No consumer finds this entry when it looks for amd64." / "这是内核对该架构的叫法；镜像使用 Go 的叫法。按 amd64 查找的使用方找不到这个条目。",
        file: "index.json", breaks: ["platform-architecture-unknown"], refused: [], accepted: [],
        make: || pasted(index(), |i| i["manifests"][0]["platform"]["architecture"] = json!("x86_64")),
    }
    "config-command-is-text" bad "config" {
        title: "A command that is a text instead of a list" / "命令写成了字符串而不是列表",
        about: "A Dockerfile takes `CMD sh`, a config needs `[\"sh\"]`. Go programs refuse the whole config over it." / "Dockerfile 可以写 `CMD sh`，配置里必须是 `[\"sh\"]`。Go 程序会因此拒绝整个配置。",
        file: "config.json", breaks: ["config-entrypoint-type"], refused: [], accepted: [],
        make: || pasted(config(), |c| c["config"]["Cmd"] = json!("sh")),
    }
    "config-diff-ids-turned" bad "config" {
        title: "diffIDs in the wrong order" / "顺序颠倒的 diffID",
        about: "All layers are there and each is right; the config lists them from the top. Every engine that verifies refuses the image." / "所有层都在，每一层也都正确；只是配置从上往下列。凡是做校验的引擎都会拒绝该镜像。",
        file: "image.tar", breaks: ["config-diff-id-order"], refused: ["umoci"], accepted: [],
        make: || image(
            &[gzip_layer("a", b"a"), gzip_layer("b", b"b"), gzip_layer("hello", b"c")],
            |c| crate::examples::reverse(&mut c["rootfs"]["diff_ids"]),
            |_| {},
        ),
    }
    "annotation-yesterday" bad "annotation" {
        title: "A creation date in words" / "用文字写的创建日期",
        about: "`org.opencontainers.image.created` has to be an RFC 3339 date. Clean-up policies and sorting by age pass over it." / "`org.opencontainers.image.created` 必须是 RFC 3339 日期。清理策略和按时间排序都会忽略它。",
        file: "manifest.json", breaks: ["annotation-created-format"], refused: [], accepted: [],
        make: || pasted(manifest(), |m| m["annotations"] = json!({ "org.opencontainers.image.created": "yesterday" })),
    }
}
