//! What the examples of a rule show, the gallery, and writing an example to a file. All that is said of an example comes from
//! the core; this only puts it on lines.

use crate::show::page::{DIM, Page, Target};
use crate::show::{json::pretty, one_line};
use crate::terminal::View;
use pullcheck::examples::gallery;
use pullcheck::lessons::{self, Excerpt, Sample};
use pullcheck::rules::Rule;
use pullcheck::text::{Lang, Phrase, Text, say};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

/// What a rule's examples show: before, who refuses it, after, and how to try it.
pub fn lesson(page: &mut Page, rule: &'static Rule) {
    let lesson = lessons::lesson(rule);
    if let Some(before) = &lesson.before {
        head(
            page,
            "Before: an example that breaks it",
            "修复前：违反它的示例",
        );
        quote(page, before);
    }
    if let Some(finding) = &lesson.finding {
        page.say(4, &finding.says);
    }
    if !lesson.breaks.is_empty() {
        head(page, "Who refuses it", "谁会拒绝");
        for one in &lesson.breaks {
            let name = page.link(Target::Consumer(one.consumer.id), one.consumer.name);
            let line = format!("{name} {}", one.versions);
            page.line(4, line.trim_end());
            page.quote(6, &one.error);
        }
    }
    if let Some(after) = &lesson.after {
        head(page, "After: the same place, mended", "修复后：同一位置");
        quote(page, after);
    }
    head(page, "To try it", "动手试试");
    for sample in [Sample::Broken(rule), Sample::Mended(rule)] {
        page.raw(
            4,
            &format!("pullcheck example {} --output FILE", sample.id()),
        );
    }
}

/// A rule as JSON, with what its examples show.
pub fn with_lesson(mut shown: Value, rule: &'static Rule) -> Value {
    let lesson = lessons::lesson(rule);
    let excerpt = |excerpt: Option<Excerpt>| {
        excerpt.map(|excerpt| {
            let line = |line: &lessons::Line| {
                json!({ "line": line.number, "text": line.text, "marked": line.marked })
            };
            let lines: Vec<Value> = excerpt.lines.iter().map(line).collect();
            json!({ "path": excerpt.path, "lines": lines })
        })
    };
    let breaks: Vec<Value> = lesson
        .breaks
        .iter()
        .map(|one| json!({ "consumer": one.consumer.id, "versions": one.versions, "error": one.error }))
        .collect();
    shown["trigger"] = json!(rule.trigger);
    shown["before"] = json!(excerpt(lesson.before));
    shown["after"] = json!(excerpt(lesson.after));
    shown["breaks"] = json!(breaks);
    shown["examples"] = json!([Sample::Broken(rule).id(), Sample::Mended(rule).id()]);
    shown
}

fn head(page: &mut Page, en: &'static str, zh: &'static str) {
    page.gap();
    page.line(2, pullcheck::text::text(en, zh).get(page.lang));
}

fn quote(page: &mut Page, excerpt: &Excerpt) {
    page.raw(4, &format!("{DIM}{}{DIM:#}", one_line(&excerpt.path)));
    for line in &excerpt.lines {
        let mark = if line.marked { '>' } else { ' ' };
        page.raw(
            4,
            &format!("{mark}{:>4} {}", line.number, one_line(&line.text)),
        );
    }
}

/// The gallery.
pub fn list(json: bool, view: View) -> String {
    let lang = view.lang;
    if json {
        let list = gallery::all().map(|example| {
            json!({
                "id": example.id,
                "group": example.group,
                "good": example.good,
                "title": words(example.title, lang),
                "about": words(example.about, lang),
                "file": example.file,
                "rules": example.breaks,
                "refused_by": example.refused,
                "accepted_by": example.accepted,
            })
        });
        let list: Vec<Value> = list.collect();
        return pretty(
            &json!({ "schema": "pullcheck-examples/1", "lang": lang.tag(), "examples": list }),
        );
    }
    let mut page = Page::new(view);
    let width = gallery::all().map(|one| one.id.len()).max().unwrap_or(0);
    for example in gallery::all() {
        let title = page.phrase(&example.title.into());
        page.hanging(0, &format!("{:width$}  ", example.id), &title);
    }
    page.gap();
    page.say(0, &say(
        "`pullcheck example ID --output FILE` writes one; every rule has two more, `RULE/broken` and `RULE/mended`.",
        "`pullcheck example ID --output FILE` 写出其中一个；每条规则另有两个：`RULE/broken` 和 `RULE/mended`。",
    ));
    page.finish()
}

/// What one example is, and how to write it.
pub fn about(sample: Sample, json: bool, view: View) -> String {
    let lang = view.lang;
    let file = sample.files().saved().0;
    let about = match sample {
        Sample::Shown(example) => example.about,
        Sample::Broken(rule) => rule.why,
        Sample::Mended(rule) => rule.fix,
    };
    if json {
        return pretty(&json!({
            "schema": "pullcheck-example/1",
            "lang": lang.tag(),
            "id": sample.id(),
            "title": words(sample.title(), lang),
            "about": words(about, lang),
            "file": file,
        }));
    }
    let mut page = Page::new(view);
    let title = page.phrase(&sample.title().into());
    page.line(0, &title);
    page.say(2, &about.into());
    page.gap();
    page.raw(
        0,
        &format!("pullcheck example {} --output {file}", sample.id()),
    );
    page.finish()
}

/// Writes an example to a file that is not there yet.
pub fn write(sample: Sample, output: &Path, view: View) -> Result<String, Phrase> {
    let (_, bytes) = sample.files().saved();
    let made = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(output)
        .and_then(|mut file| std::io::Write::write_all(&mut file, &bytes));
    let name = output.display().to_string();
    match made {
        Ok(()) => {
            let mut page = Page::new(view);
            page.say(
                0,
                &say("{name} is written.", "已写出 {name}。").code("name", name),
            );
            Ok(page.finish())
        }
        Err(error) => Err(say(
            "Cannot write {name}: {error}.",
            "无法写入 {name}：{error}。",
        )
        .code("name", name)
        .name("error", error.to_string())),
    }
}

fn words(text: Text, lang: Lang) -> String {
    Phrase::from(text).render(lang)
}
