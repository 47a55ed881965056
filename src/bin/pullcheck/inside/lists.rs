//! How the parts of an artifact and the entries of a layer are laid out, for people and for programs. It reads nothing.

use super::Part;
use crate::show::one_line;
use crate::show::page::{BOLD, DIM, Page, RED, Target, YELLOW};
use crate::terminal::View;
use pullcheck::inside::wasm::{Names, WasmFacts};
use pullcheck::inside::{
    Content, Ended, EntryKind, Inside, Item, cut_short, form_words, permissions, remark, time,
};
use pullcheck::report::Report;
use pullcheck::text::{Lang, Phrase, Text, say, short_bytes, text};
use serde_json::{Value, json};

/// The parts for programs.
pub fn parts_json(report: &Report, parts: &[Part], lang: Lang) -> Value {
    let list: Vec<Value> = parts
        .iter()
        .map(|part| {
            let d = part.described;
            json!({
                "artifact": part.artifact,
                "layer": part.number,
                "depth": d.depth,
                "role": d.role,
                "digest": d.digest,
                "mediaType": d.media_type,
                "size": d.size,
                "platform": d.platform,
                "path": d.path,
            })
        })
        .collect();
    json!({ "schema": "pullcheck-parts/1", "lang": lang.tag(), "input": report.input.name, "parts": list })
}

/// The parts for people.
pub fn parts_text(report: &Report, parts: &[Part], view: View) -> String {
    let mut page = Page::new(view);
    if parts.is_empty() {
        page.say(0, &report.input.says);
        return page.finish();
    }
    let mut artifact = None;
    for part in parts {
        let d = part.described;
        if d.depth == 0 && artifact.replace(part.artifact).is_some() {
            page.gap();
        }
        if d.depth == 0 {
            page.line(0, &format!("{BOLD}{}{BOLD:#}", one_line(part.artifact)));
        }
        let number = part
            .number
            .map_or_else(String::new, |number| number.to_string());
        let size = d.size.map(short_bytes).unwrap_or_default();
        let role = role(&d.role).get(view.lang);
        let indent = usize::try_from(d.depth).unwrap_or(0).min(8) * 2;
        let what = [&d.digest, &d.platform, &d.media_type];
        let mut what: Vec<String> = what
            .into_iter()
            .flatten()
            .map(|text| one_line(text))
            .collect();
        if d.digest.is_none() {
            what.extend(d.path.as_deref().map(one_line));
        }
        if d.path.is_none() && d.depth > 0 {
            what.push(format!(
                "{DIM}{}{DIM:#}",
                text("not here", "不在此处").get(view.lang)
            ));
        }
        page.raw(
            0,
            &format!(
                "{number:>4}  {size:>8}  {}{role}  {}",
                " ".repeat(indent),
                what.join("  ")
            ),
        );
    }
    page.gap();
    page.say(0, &say(
        "`pullcheck ls IMAGE BLOB` looks into a layer by its number, or into any part by the beginning of its digest.",
        "`pullcheck ls IMAGE BLOB` 查看其中的内容：层用编号，任何部分都可用摘要的开头。",
    ));
    page.finish()
}

fn role(role: &str) -> Text {
    match role {
        "index" => text("index", "索引"),
        "manifest" => text("manifest", "清单"),
        "config" => text("config", "配置"),
        "layer" => text("layer", "层"),
        "subject" => text("subject", "subject"),
        "blob" => text("file", "文件"),
        "docker-image" => text("image", "镜像"),
        _ => text("document", "文档"),
    }
}

fn item_json(item: &Item, lang: Lang) -> Value {
    let remarks: Vec<Value> = item
        .odd
        .iter()
        .filter_map(|what| remark(*what))
        .map(|remark| json!({ "says": remark.says.get(lang), "rule": remark.rule }))
        .collect();
    json!({
        "index": item.index,
        "path": item.path,
        "kind": kind_id(item.kind),
        "size": item.size,
        "link": item.link,
        "mode": item.mode,
        "uid": item.uid,
        "gid": item.gid,
        "mtime": item.mtime,
        "whiteout": item.is_whiteout(),
        "remarks": remarks,
    })
}

fn kind_id(kind: EntryKind) -> String {
    match kind {
        EntryKind::Other(flag) => format!("type-{flag}"),
        kind => serde_json::to_value(kind)
            .ok()
            .and_then(|value| value.as_str().map(str::to_string))
            .unwrap_or_default(),
    }
}

/// What is inside a part, for programs.
pub fn inside_json(path: &str, ended: &Ended, lang: Lang) -> Value {
    let inside = &ended.inside;
    let mut value = json!({
        "schema": "pullcheck-inside/1",
        "lang": lang.tag(),
        "path": path,
        "form": form_words(inside.form).get(lang),
        "payload": form_words(inside.payload).get(lang),
        "stored": inside.stored,
        "expanded": inside.expanded,
        "note": cut_short(inside).map(|says| says.render(lang)),
    });
    let Some(map) = value.as_object_mut() else {
        return value;
    };
    match &inside.content {
        Content::Tar { totals, .. } => {
            map.insert("totals".to_string(), json!(totals));
            let entries: Vec<Value> = ended
                .items
                .iter()
                .map(|item| item_json(item, lang))
                .collect();
            map.insert("entries".to_string(), Value::Array(entries));
        }
        Content::Wasm(facts) => {
            map.insert("wasm".to_string(), json!(facts));
        }
        Content::Other => {}
    }
    value
}

/// What is inside a part, for people.
pub fn inside_text(path: &str, ended: &Ended, view: View) -> String {
    let mut page = Page::new(view);
    for item in &ended.items {
        page.raw(0, &line(item, &page));
    }
    page.gap();
    let inside = &ended.inside;
    page.say(0, &what(path, inside, view.lang));
    match &inside.content {
        Content::Tar { totals, .. } => {
            page.say(0, &say(
                "{entries} entries: {files} files with {bytes}, {whiteouts} of them whiteouts; entries with a remark: {remarked}.",
                "{entries} 个条目：{files} 个文件，共 {bytes}，其中 {whiteouts} 个 whiteout；有提示的条目：{remarked}。",
            )
            .count("entries", totals.entries)
            .count("files", totals.files)
            .bytes("bytes", totals.bytes)
            .count("whiteouts", totals.whiteouts)
            .count("remarked", totals.remarked));
            if totals.left_out > 0 {
                page.say(
                    0,
                    &say(
                        "{count} more entries are only counted, not listed.",
                        "另有 {count} 个条目只计数，未列出。",
                    )
                    .count("count", totals.left_out),
                );
            }
        }
        Content::Wasm(facts) => wasm(&mut page, facts),
        Content::Other => {}
    }
    if let Some(says) = cut_short(inside) {
        let says = page.phrase(&says);
        page.line(0, &format!("{RED}!{RED:#} {says}"));
    }
    page.finish()
}

fn what(path: &str, inside: &Inside, lang: Lang) -> Phrase {
    let payload = form_words(inside.payload).get(lang).replace('`', "");
    match inside.form == inside.payload {
        true => say("{path} is {what}.", "{path} 是 {what}。"),
        false => say(
            "{path} is {what}, compressed with {by}: {stored} for {expanded}.",
            "{path} 是 {what}，以 {by} 压缩：{expanded} 存为 {stored}。",
        )
        .name("by", form_words(inside.form).get(lang))
        .name("stored", short_bytes(inside.stored))
        .name("expanded", short_bytes(inside.expanded)),
    }
    .code("path", path)
    .name("what", payload)
}

/// An entry as `ls -l` has it, with what is to be said of it.
fn line(item: &Item, page: &Page) -> String {
    let mut line = format!(
        "{}  {:>11}  {:>11}  {}  {}",
        permissions(item.kind, item.mode),
        format!("{}:{}", item.uid, item.gid),
        item.size,
        time(item.mtime),
        one_line(&item.path)
    );
    if let Some(link) = &item.link {
        line.push_str(&format!(" {DIM}->{DIM:#} {}", one_line(link)));
    }
    if item.is_whiteout() {
        line.push_str(&format!("  {DIM}[whiteout]{DIM:#}"));
    }
    for remark in item.odd.iter().filter_map(|what| remark(*what)) {
        let says = remark.says.get(page.lang).replace('`', "");
        let says = match remark.rule {
            Some(rule) => format!("{says}: {}", page.link(Target::Rule(rule), rule)),
            None => says,
        };
        line.push_str(&format!("  {YELLOW}[{says}]{YELLOW:#}"));
    }
    line
}

fn wasm(page: &mut Page, facts: &WasmFacts) {
    let kind = match facts.component {
        true => text("Component", "组件"),
        false => text("Core module", "核心模块"),
    };
    let version = text("version", "版本").get(page.lang);
    let mut first = format!("{}, {version} {}", kind.get(page.lang), facts.version);
    if let Some(abi) = &facts.proxy_abi {
        first.push_str(&format!(", proxy-wasm ABI {}", one_line(abi)));
    }
    page.line(0, &first);
    let lists: [(Text, &Names); 3] = [
        (text("Imports", "导入"), &facts.imports),
        (text("Exports", "导出"), &facts.exports),
        (text("Custom sections", "自定义段"), &facts.custom),
    ];
    for (title, names) in lists {
        if names.count == 0 {
            continue;
        }
        page.line(
            0,
            &format!("{BOLD}{} ({}){BOLD:#}", title.get(page.lang), names.count),
        );
        for one in &names.listed {
            let module = match one.module.as_str() {
                "" => String::new(),
                module => format!("{} ", one_line(module)),
            };
            page.raw(
                2,
                &format!(
                    "{module}{}  {DIM}{}{DIM:#}",
                    one_line(&one.name),
                    one_line(&one.kind)
                ),
            );
        }
        if names.count > names.listed.len() as u64 {
            page.raw(2, "…");
        }
    }
    if let Some(at) = facts.broken_at {
        page.say(
            0,
            &say(
                "It makes no sense from byte {at} on, or ends there.",
                "从第 {at} 字节起无法解读，或在此结束。",
            )
            .count("at", at),
        );
    }
}
