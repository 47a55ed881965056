//! Rules `config-env-*`: the environment variables of a config.

use crate::artifact::{Document, Inventory};
use crate::bytes::json::Node;
use crate::place::Locus;
use crate::rules::{rules, walk};
use std::collections::BTreeMap;

use crate::examples::inputs::{config, edited};

rules! {
    "config-env-format" {
        severity: Error (Must),
        spec: "config.md#properties" since "1.0",
        needs: Documents,
        title: "Environment variable without name or value" / "环境变量缺少名称或等号",
        says: "The variable {found} at {pointer} is not of the form `NAME=value`." / "位于 {pointer} 的变量 {found} 不是 `NAME=value` 的形式。",
        why: "runc does not start the container (`invalid environment variable`), umoci refuses to make a runtime config of it, and the reference validator refuses the image." / "runc 不会启动容器（`invalid environment variable`），umoci 拒绝由它生成运行时配置，官方校验程序也会拒绝该镜像。",
        fix: "Write `NAME=value`; `NAME=` for an empty value. Most often a build script put an unset variable or a list with commas here." / "写成 `NAME=value`；值为空时写 `NAME=`。常见原因是构建脚本在此写入了未设置的变量，或用逗号拼接的列表。",
        trigger: r#"{"config": {"Env": ["foo"]}}"#,
        bad: || edited(config, &[r#"/config/Env: ["PATH=/bin", "foo"]"#]),
        good: || edited(config, &[r#"/config/Env: ["PATH=/bin", "EMPTY=", "A=b=c"]"#]),
        check: |inventory, out| {
            each(inventory, |document, pointer, node, entry| {
                out.looked();
                if entry.split_once('=').is_none_or(|(name, _)| name.is_empty()) {
                    out.found(document.locus_of(node.range.clone(), Some(pointer)), |p| p.code("found", entry).code("pointer", pointer));
                }
            });
        },
    }
    "config-env-newline" {
        severity: Info (Note),
        spec: "config.md#properties" since "1.0",
        needs: Documents,
        title: "Environment variable with a line break" / "环境变量含有换行",
        says: "The value of {name} has a line break." / "变量 {name} 的值含有换行。",
        why: "The reference validator's regular expression does not see past a line break and refuses such an image, though the specification allows it. Tools that write variables into a file line by line cut the value." / "规范允许这样写，但官方校验程序的正则表达式无法跨越换行，会拒绝这样的镜像。逐行把变量写入文件的工具会截断该值。",
        fix: "Nothing has to change; where a tool stumbles, put the text into a file of the image." / "无需改动；若有工具因此出错，可把文本放进镜像中的文件。",
        fine: "Container runtimes hand the value on as it is." / "容器运行时会原样传递该值。",
        trigger: r#"{"config": {"Env": ["A=1\nB"]}}"#,
        bad: || edited(config, &[r#"/config/Env: ["A=1\nB"]"#]),
        good: || edited(config, &[r#"/config/Env: ["A=1"]"#]),
        check: |inventory, out| {
            each(inventory, |document, pointer, node, entry| {
                out.looked();
                if entry.contains(['\n', '\r']) {
                    let name = entry.split('=').next().unwrap_or_default();
                    out.found(document.locus_of(node.range.clone(), Some(pointer)), |p| p.code("name", name));
                }
            });
        },
    }
    "config-env-duplicate" {
        severity: Warning (Ambiguous),
        spec: "config.md#properties" since "1.0",
        needs: Documents,
        title: "Environment variable set twice" / "环境变量重复",
        says: "{name} is set {count} times, to different values." / "变量 {name} 设置了 {count} 次，且值不同。",
        why: "The list is handed to the program as it is: `getenv` of most C libraries finds the first, shells keep the last, and runtimes that clean the list up differ as well. Two parts of one container can see two values." / "列表会原样交给程序：多数 C 库的 `getenv` 取第一个，shell 保留最后一个，会整理列表的运行时做法也不一致。同一容器中的两个部分可能看到不同的值。",
        fix: "Keep one entry. Builders that append instead of replacing are the usual cause." / "只保留一项。常见原因是构建工具只追加而不替换。",
        trigger: r#"{"config": {"Env": ["A=1", "A=2"]}}"#,
        bad: || edited(config, &[r#"/config/Env: ["A=1", "B=1", "A=2"]"#]),
        good: || edited(config, &[r#"/config/Env: ["A=1", "a=2"]"#]),
        check: |inventory, out| {
            for (document, _) in walk::configs(inventory) {
                let mut by_name: BTreeMap<&str, Vec<(&str, Locus)>> = BTreeMap::new();
                for (i, node) in entries(document).iter().enumerate() {
                    out.looked();
                    if let Some((name, value)) = node.as_str().and_then(|entry| entry.split_once('=')) {
                        by_name.entry(name).or_default().push((value, document.locus(&format!("/config/Env/{i}"))));
                    }
                }
                for (name, mut set) in by_name {
                    let count = set.len() as u64;
                    let differ = set.iter().any(|(value, _)| set.first().is_some_and(|(first, _)| first != value));
                    if let Some((_, last)) = set.pop().filter(|_| differ) {
                        let others = set.into_iter().map(|(_, place)| place).collect();
                        out.found_with(last, others, |p| p.code("name", name).count("count", count));
                    }
                }
            }
        },
    }
}

fn entries(document: &Document) -> &[Node] {
    walk::node_at(document, "/config/Env").map_or(&[], Node::items)
}

/// Every entry that is a string, with its place.
fn each(inventory: &Inventory, mut see: impl FnMut(&Document, &str, &Node, &str)) {
    for (document, _) in walk::configs(inventory) {
        for (i, node) in entries(document).iter().enumerate() {
            if let Some(entry) = node.as_str() {
                see(document, &format!("/config/Env/{i}"), node, entry);
            }
        }
    }
}
