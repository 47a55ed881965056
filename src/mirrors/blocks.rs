//! The pieces of a leaflet as HTML elements. It knows nothing of the page around them.

use super::html::Page;
use super::path;
use crate::diff::{self, Change, Line, Pair, Piece};
use crate::fixes::Fix;
use crate::leaflets::{Bit, Block, Item, Kind, Look, To, Topic, plain, rightness};
use crate::lessons::Excerpt;
use crate::media_types;
use crate::report::{Decision, Mark, Severity, Step};
use crate::text::{Phrase, Span, Text, text};

impl Page<'_> {
    pub(super) fn block(&mut self, block: &Block) {
        match block {
            Block::Paragraph(bits) => self.wrapped("p", "", bits),
            Block::Heading(bits) => self.wrapped("h3", "", bits),
            Block::Bullets(items) => {
                self.out.raw("<ul>\n");
                for item in items {
                    self.wrapped("li", "", item);
                }
                self.out.raw("</ul>\n");
            }
            Block::Numbered(items) => self.items("ol", "", "", items),
            Block::List(items) => self.items("ul", "list", "", items),
            Block::Cards(items) => self.items("ul", "cards", "h3", items),
            Block::Verbatim(look, text) => {
                let class = match look {
                    Look::Command => "command",
                    Look::Error => "error",
                    Look::Trigger => "trigger",
                };
                self.verbatim(class, text);
            }
            Block::Message(template) => self.message(template),
            Block::Excerpt(excerpt, severity) => self.excerpt(excerpt, *severity),
            Block::Change(pair) => self.change(pair),
            Block::Steps(steps) => self.steps(steps),
            Block::Fix(fix) => self.fix(fix),
            Block::Ways(ways) => {
                self.out.raw("<p class=\"choices\">");
                for (to, label) in ways {
                    let to = self.target(to);
                    let label = label.get(self.lang);
                    self.out
                        .element("a", &[("class", "button"), ("href", &to)], label);
                }
                self.out.raw("</p>\n");
            }
        }
    }

    fn wrapped(&mut self, name: &str, class: &str, bits: &[Bit]) {
        self.out.open(name, &[("class", class)]);
        self.bits(bits);
        self.out.close(name);
        self.out.raw("\n");
    }

    fn items(&mut self, name: &str, class: &str, heading: &str, items: &[Item]) {
        self.out.open(name, &[("class", class)]);
        self.out.raw("\n");
        for item in items {
            self.out.raw("<li>");
            if heading.is_empty() {
                self.bits(&item.head);
            } else {
                self.wrapped(heading, "", &item.head);
            }
            for block in &item.body {
                self.block(block);
            }
            self.out.raw("</li>\n");
        }
        self.out.close(name);
        self.out.raw("\n");
    }

    fn verbatim(&mut self, class: &str, text: &str) {
        self.out.open(
            "pre",
            &[("class", &format!("block {class}")), ("translate", "no")],
        );
        self.out.element("code", &[], text);
        self.out.raw("</pre>\n");
    }

    fn message(&mut self, template: &str) {
        self.out
            .raw("<pre class=\"message\" translate=\"no\"><code>");
        let mut rest = template;
        while let Some((before, from)) = rest.split_once('<') {
            let Some((name, after)) = from.split_once('>') else {
                break;
            };
            self.out.text(before);
            self.out.element("var", &[], &format!("<{name}>"));
            rest = after;
        }
        self.out.text(rest);
        self.out.raw("</code></pre>\n");
    }

    fn excerpt(&mut self, excerpt: &Excerpt, severity: Option<Severity>) {
        // A pasted text has no path worth telling.
        if excerpt.path != "pasted" {
            self.out.raw("<p class=\"path\">");
            self.code(&excerpt.path);
            self.out.raw("</p>\n");
        }
        let begin = "<pre class=\"source\" translate=\"no\">";
        self.out.raw(begin);
        for line in &excerpt.lines {
            let class = match (line.marked, severity) {
                (true, Some(severity)) => format!("line marked {}", severity_class(severity)),
                (true, None) => "line marked".to_string(),
                (false, _) => "line".to_string(),
            };
            self.out.open("span", &[("class", &class)]);
            self.out.element("b", &[], &line.number.to_string());
            self.out.element("span", &[], &line.text);
            self.out.raw("\n</span>");
        }
        self.out.raw("</pre>\n");
    }

    /// Two texts as one: what went, what came, and a little of what stayed.
    fn change(&mut self, pair: &Pair) {
        if pair.path != "pasted" {
            self.out.raw("<p class=\"path\">");
            self.code(&pair.path);
            self.out.raw("</p>\n");
        }
        self.out.raw("<pre class=\"source diff\" translate=\"no\">");
        for piece in diff::folded(diff::lines(&pair.before, &pair.after), diff::AROUND) {
            match piece {
                Piece::Lines(lines) => lines.iter().for_each(|line| self.changed(line)),
                Piece::Folded(count) => {
                    let told = format!("⋯ {}", diff::unchanged(count).render(self.lang));
                    self.out.element("span", &[("class", "line fold")], &told);
                    self.out.raw("\n");
                }
            }
        }
        self.out.raw("</pre>\n");
    }

    fn changed(&mut self, line: &Line) {
        let (class, sign, name) = match line.change {
            Change::Same => ("line", " ", text("", "")),
            Change::Removed => ("line removed", "−", text("removed: ", "删除：")),
            Change::Added => ("line added", "+", text("added: ", "新增：")),
        };
        let number = line.after.or(line.before).unwrap_or_default();
        self.out.open("span", &[("class", class)]);
        self.out.element("b", &[], &number.to_string());
        self.out.element("i", &[("aria-hidden", "true")], sign);
        if line.change != Change::Same {
            let name = name.get(self.lang);
            self.out.element("span", &[("class", "hidden")], name);
        }
        self.out.element("span", &[], line.text);
        self.out.raw("\n</span>");
    }

    fn steps(&mut self, steps: &[Step]) {
        self.out.raw("<ol class=\"trace\">\n");
        for step in steps {
            let (class, icon, name) = mark(step.mark);
            self.out.open("li", &[("class", class)]);
            self.out
                .element("span", &[("class", "icon"), ("aria-hidden", "true")], icon);
            self.out
                .element("span", &[("class", "hidden")], name.get(self.lang));
            self.phrase(&step.says);
            if let Some(at) = &step.at {
                self.out.raw(" ");
                self.code(&at.show(self.lang));
            }
            self.out.raw("</li>\n");
        }
        self.out.raw("</ol>\n");
    }

    fn fix(&mut self, fix: &Fix) {
        self.out.raw("<div class=\"fix\"><h3>");
        self.phrase(&fix.title);
        self.out.raw("</h3>\n");
        for command in &fix.commands {
            self.out.element(
                "p",
                &[("class", "tool"), ("translate", "no")],
                &command.tool,
            );
            self.verbatim("command", &command.text);
        }
        self.out.raw("</div>\n");
    }

    pub(super) fn bits(&mut self, bits: &[Bit]) {
        for bit in bits {
            self.bit(bit);
        }
    }

    fn bit(&mut self, bit: &Bit) {
        let lang = self.lang;
        match bit {
            Bit::Say(phrase) => self.phrase(phrase),
            Bit::Code(code) => self.code(code),
            Bit::Name(name) => self.out.element("span", &[("translate", "no")], name),
            Bit::Aside(id) => self.out.element("small", &[("translate", "no")], id),
            Bit::Strong(words) => self.out.element("strong", &[], words.get(lang)),
            Bit::Quiet(words) => self.out.element("small", &[], &plain(words, lang)),
            Bit::Place(at) => self.code(&at.show(lang)),
            Bit::Link(to, label) => {
                let outside = matches!(to, To::Outside(_));
                let rel = if outside { "noopener noreferrer" } else { "" };
                let to = self.target(to);
                self.out.open("a", &[("href", &to), ("rel", rel)]);
                // A link holds no other link.
                for bit in label {
                    match bit {
                        Bit::Say(phrase) => self.spans(phrase, false),
                        Bit::Code(code) => self.code(code),
                        bit => self.bit(bit),
                    }
                }
                self.out.close("a");
            }
            Bit::Severity(severity) => {
                let class = format!("severity {}", severity_class(*severity));
                let word = severity.word().get(lang);
                self.out.element("span", &[("class", &class)], word);
            }
            Bit::Decision(answer) => {
                let class = match answer {
                    Decision::Accepts => "badge accepts",
                    Decision::Refuses => "badge refuses",
                    Decision::Unknown => "badge unknown",
                    Decision::NotApplicable => "badge idle",
                };
                self.out.open("span", &[("class", class)]);
                self.out
                    .element("span", &[("aria-hidden", "true")], answer.sign());
                self.out.text(" ");
                self.out.text(answer.word().get(lang));
                self.out.close("span");
            }
            Bit::Right(right) => {
                let class = if *right { "kind right" } else { "kind wrong" };
                self.out
                    .element("span", &[("class", class)], rightness(*right).get(lang));
            }
        }
    }

    pub(super) fn phrase(&mut self, phrase: &Phrase) {
        self.spans(phrase, true);
    }

    /// A sentence; media types in it lead to their pages, unless it is part of a link.
    fn spans(&mut self, phrase: &Phrase, links: bool) {
        for span in phrase.spans(self.lang) {
            match span {
                Span::Plain(text) => self.out.text(&text),
                Span::Code(code) => {
                    let topic = Topic::One(Kind::MediaTypes, code.clone());
                    let known = media_types::find(&code).is_some();
                    if !links || !known || topic == *self.topic {
                        self.code(&code);
                        continue;
                    }
                    let to = self.to(&path(&topic, self.lang));
                    self.out.open("a", &[("class", "type"), ("href", &to)]);
                    self.code(&code);
                    self.out.close("a");
                }
            }
        }
    }

    fn code(&mut self, code: &str) {
        self.out.element("code", &[("translate", "no")], code);
    }

    fn target(&self, to: &To) -> String {
        match to {
            To::Topic(topic) => self.to(&path(topic, self.lang)),
            To::Sample(id) => self.checker(&format!("#/examples/{id}")),
            To::Outside(address) => address.clone(),
        }
    }
}

fn severity_class(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "severity-error",
        Severity::Warning => "severity-warning",
        Severity::Info => "severity-info",
    }
}

fn mark(mark: Mark) -> (&'static str, &'static str, Text) {
    match mark {
        Mark::Pass => ("pass", "✓", text("met: ", "满足：")),
        Mark::Fail => ("fail", "✗", text("not met: ", "不满足：")),
        Mark::Note => ("note", "·", text("note: ", "说明：")),
        Mark::Unknown => ("unknown", "?", text("not known: ", "未知：")),
    }
}
