//! Rules `config-history-*` and `config-created-*`: how and when an image was made. No history at all is legal.

use crate::artifact::Document;
use crate::bytes::json::Value;
use crate::place::Locus;
use crate::report::Severity;
use crate::rules::{rules, walk};
use crate::spec::date;
use crate::text::say;

use crate::examples::inputs::{config, edited};

rules! {
    "config-history-too-many" {
        severity: Error (Consumers),
        spec: "config.md#properties" since "1.0",
        needs: Documents,
        title: "History of more layers than there are" / "历史记录中的层多于实际的层",
        says: "The history has {found} entries that stand for a layer, and there are only {expected} diffIDs." / "历史记录中有 {found} 条对应层的条目，而 diffID 只有 {expected} 个。",
        why: "Docker refuses the image with `too many non-empty layers in History section`." / "Docker 会拒绝该镜像，报 `too many non-empty layers in History section`。",
        fix: "Set `empty_layer` to `true` on each step that made no layer (`ENV`, `CMD`, `LABEL` …), or leave the history out." / "为没有产生层的步骤（`ENV`、`CMD`、`LABEL` 等）把 `empty_layer` 设为 `true`，或省略历史记录。",
        bad: || edited(config, &[r#"/history: [{ "created_by": "a" }, { "created_by": "b" }]"#]),
        good: || edited(config, &[r#"/history: [{ "created_by": "a" }, { "created_by": "b", "empty_layer": true }]"#]),
        check: |inventory, out| {
            for (document, config) in walk::configs(inventory) {
                let (Some(entries), Some(ids)) = (config.history_layers.value(), config.diff_ids.value()) else { continue };
                out.looked();
                let expected = ids.len() as u64;
                if *entries > expected {
                    out.found_with(document.locus("/history"), vec![document.locus("/rootfs/diff_ids")], |p| {
                        p.count("found", *entries).count("expected", expected)
                    });
                }
            }
        },
    }
    "config-history-too-few" {
        severity: Warning (Ambiguous),
        spec: "config.md#properties" since "1.0",
        needs: Documents,
        title: "History of fewer layers than there are" / "历史记录中的层少于实际的层",
        says: "The history has {found} entries that stand for a layer, and there are {expected} diffIDs: some layers have no step." / "历史记录中有 {found} 条对应层的条目，而 diffID 有 {expected} 个：有些层没有对应的步骤。",
        why: "Which step made which layer cannot be told. `docker history` shows sizes beside the wrong steps, and skopeo fails when it converts such an image to Docker's older formats." / "无法得知哪一步产生了哪一层。`docker history` 会把大小显示在错误的步骤旁，skopeo 将这样的镜像转换为 Docker 的旧格式时会失败。",
        fix: "Add an entry for each layer, in their order, or leave the history out." / "按顺序为每一层补上一条，或省略历史记录。",
        bad: || edited(config, &[r#"/history: [{ "created_by": "a", "empty_layer": true }]"#]),
        good: || edited(config, &[r#"/history: [{ "created_by": "a" }]"#]),
        check: |inventory, out| {
            for (document, config) in walk::configs(inventory) {
                let (Some(entries), Some(ids)) = (config.history_layers.value(), config.diff_ids.value()) else { continue };
                // An empty list says as little as none.
                if walk::node_at(document, "/history").is_none_or(|node| node.items().is_empty()) {
                    continue;
                }
                out.looked();
                let expected = ids.len() as u64;
                if *entries < expected {
                    out.found_with(document.locus("/history"), vec![document.locus("/rootfs/diff_ids")], |p| {
                        p.count("found", *entries).count("expected", expected)
                    });
                }
            }
        },
    }
    "config-history-type" {
        severity: Error (Schema),
        spec: "config.md#properties" since "1.0",
        needs: Documents,
        title: "History that is no list of steps" / "历史记录不是步骤列表",
        says: "{field} holds a JSON `{found}`; it has to be of type `{expected}`." / "{field} 的值是 JSON 的 `{found}`，类型应为 `{expected}`。",
        why: "The history is there to be read and is never used, yet Go decoders refuse the whole config for it: Docker, containerd and Podman cannot load the image." / "历史记录仅供查看，并不参与运行，但 Go 的解码程序仍会因此拒绝整个配置：Docker、containerd 和 Podman 无法加载该镜像。",
        fix: "Write an array of objects; `empty_layer` is `true` or `false`, without quotes." / "写成对象数组；`empty_layer` 的值是不带引号的 `true` 或 `false`。",
        trigger: r#"{"history": "…"}"#,
        bad: || edited(config, &[r#"/history: [{ "created_by": "a", "empty_layer": "false" }]"#]),
        good: || edited(config, &[r#"/history: [{ "created_by": "a", "empty_layer": false }]"#]),
        check: |inventory, out| {
            for (document, _) in walk::configs(inventory) {
                let Some(history) = walk::node_at(document, "/history").filter(|node| !node.is_null()) else { continue };
                out.looked();
                if !matches!(history.value, Value::Array(_)) {
                    out.found(document.locus("/history"), |p| p.code("field", "history").name("found", history.kind()).name("expected", "array"));
                    continue;
                }
                for (i, entry) in history.items().iter().enumerate() {
                    let (pointer, node, expected) = match (&entry.value, entry.get("empty_layer")) {
                        (Value::Object(_), Some(flag)) if !matches!(flag.value, Value::Bool(_) | Value::Null) => {
                            (format!("/history/{i}/empty_layer"), flag, "boolean")
                        }
                        (Value::Object(_), _) => continue,
                        _ => (format!("/history/{i}"), entry, "object"),
                    };
                    out.found(document.locus_of(node.range.clone(), Some(&pointer)), |p| {
                        p.code("field", pointer.trim_start_matches('/')).name("found", node.kind()).name("expected", expected)
                    });
                }
            }
        },
    }
    "config-created-format" {
        severity: Error (Must),
        spec: "config.md#properties" since "1.0",
        needs: Documents,
        title: "Date that is no RFC 3339 date" / "时间不符合 RFC 3339",
        says: "The date at {pointer} is {found}; it has to be written like `2015-10-31T22:22:56Z`." / "位于 {pointer} 的时间是 {found}；应写成 `2015-10-31T22:22:56Z` 的形式。",
        why: "Go decodes it into a time and refuses the whole config for a date that it cannot parse, the empty string included: `parsing time …` from Docker, containerd or Podman comes from here." / "Go 会把它解码为时间，遇到无法解析的值（包括空字符串）就拒绝整个配置：Docker、containerd 或 Podman 报的 `parsing time …` 就源于此。",
        fix: "Write date, `T`, time and zone, as `date -u +%Y-%m-%dT%H:%M:%SZ` does; or leave the field out." / "写成日期、`T`、时间和时区，即 `date -u +%Y-%m-%dT%H:%M:%SZ` 的输出；或省略该字段。",
        trigger: r#"{"created": "2015-10-31 22:22"}"#,
        bad: || edited(config, &[r#"/created: "2015-10-31 22:22""#]),
        good: || edited(config, &[r#"/created: "2015-10-31T22:22:56.015925234Z""#, r#"/history: [{ "created": "2015-10-31T22:22:56+01:00" }]"#]),
        check: |inventory, out| {
            for (document, _) in walk::configs(inventory) {
                for (pointer, text) in dates(document) {
                    out.looked();
                    match date::read(text) {
                        Some(date) if date.go_reads => {}
                        Some(_) => {
                            out.found_as(document.locus(&pointer), say(
                                "The date {found} follows RFC 3339, but Go does not read it: it wants `T` and `Z` as capitals and knows no leap second.",
                                "时间 {found} 符合 RFC 3339，但 Go 无法读取：它要求 `T` 和 `Z` 大写，也不认闰秒。",
                            ).code("found", text));
                            out.weighs(Severity::Warning);
                        }
                        None => out.found(document.locus(&pointer), |p| p.code("pointer", pointer.clone()).code("found", text)),
                    }
                }
            }
        },
    }
    "config-created-odd" {
        severity: Info (Note),
        spec: "config.md#properties" since "1.0",
        needs: Documents,
        title: "Date that says nothing" / "时间没有实际意义",
        says: "The date {found} is not when the image was made. Such dates in this config: {count}." / "时间 {found} 并不是镜像的实际构建时间。该配置中此类时间的数量：{count}。",
        why: "Tools that clean up by age take it for decades old or for made in the future. `docker images` shows `55 years ago` or the like." / "按时间清理的工具会认为它已有几十年，或来自未来。`docker images` 会显示 `55 years ago` 之类的结果。",
        fix: "Nothing has to change. `SOURCE_DATE_EPOCH` set to the time of the last commit gives a date that says something and stays reproducible." / "无需改动。把 `SOURCE_DATE_EPOCH` 设为最后一次提交的时间，既有实际意义，又可复现。",
        fine: "Builders that make reproducible images (ko, Jib, Bazel, Buildpacks, Nix) write such a date on purpose." / "生成可复现镜像的构建工具（ko、Jib、Bazel、Buildpacks、Nix）会有意写入这样的时间。",
        trigger: r#"{"created": "0001-01-01T00:00:00Z"}"#,
        bad: || edited(config, &[r#"/created: "0001-01-01T00:00:00Z""#, r#"/history: [{ "created": "1970-01-01T00:00:00Z" }]"#]),
        good: || edited(config, &[r#"/created: "2024-01-02T03:04:05Z""#]),
        check: |inventory, out| {
            for (document, _) in walk::configs(inventory) {
                let mut odd: Vec<(Locus, &str)> = Vec::new();
                for (pointer, text) in dates(document) {
                    out.looked();
                    if date::read(text).is_some_and(|date| !PLAUSIBLE.contains(&date.year)) {
                        odd.push((document.locus(&pointer), text));
                    }
                }
                let count = odd.len() as u64;
                if let Some((at, found)) = odd.into_iter().next() {
                    out.found(at, |p| p.code("found", found).count("count", count));
                }
            }
        },
    }
}

/// Years in which an image can have been made, with room for clocks: there were no images before, and 1980 is where the
/// dates of zip files begin.
const PLAUSIBLE: std::ops::Range<u32> = 1981..2100;

/// The dates of a config that are strings, with their places.
fn dates(document: &Document) -> Vec<(String, &str)> {
    let mut found = Vec::new();
    let mut add = |pointer: String| {
        if let Some(text) = walk::node_at(document, &pointer).and_then(|node| node.as_str()) {
            found.push((pointer, text));
        }
    };
    add("/created".to_string());
    let entries = walk::node_at(document, "/history").map_or(0, |node| node.items().len());
    for i in 0..entries {
        add(format!("/history/{i}/created"));
    }
    found
}
