//! A leaflet of the core as elements of the page: what the static mirrors print, with copy buttons and links behind `#`.
//! It adds no word of its own but those that tell apart what is looked at.

use super::{outside, severity};
use crate::diff::diff;
use crate::route::Route;
use crate::show::{self, block, code, phrase, text, word};
use crate::tones;
use crate::trace::procedure;
use crate::verdict::badge;
use pullcheck::fixes::Fix;
use pullcheck::leaflets::{Bit, Block, Item, Leaflet, Look, Section, To, rightness};
use pullcheck::lessons::Excerpt;
use pullcheck::report::Severity;
use pullcheck::text::Lang;
use yew::prelude::*;

/// All of a leaflet, below the link back to its list.
pub fn leaflet(leaflet: &Leaflet, lang: Lang) -> Html {
    leaflet_with(leaflet, lang, &|_| None)
}

/// As [`leaflet`]; a section holds something else where `own` has it.
pub fn leaflet_with(leaflet: &Leaflet, lang: Lang, own: &dyn Fn(&Section) -> Option<Html>) -> Html {
    html! {
        <>
            { head(leaflet, lang) }
            { for leaflet.sections.iter().map(|one| section(one, own(one), lang)) }
        </>
    }
}

/// Its heading, its answer, and what it is at a glance.
pub fn head(leaflet: &Leaflet, lang: Lang) -> Html {
    // Long names without a space.
    let class = matches!(leaflet.title.as_slice(), [Bit::Code(_)]).then_some("type");
    html! {
        <>
            <h1 tabindex="-1" {class}>{ bits(&leaflet.title, lang) }</h1>
            if !leaflet.lede.is_empty() { <p class="lede">{ bits(&leaflet.lede, lang) }</p> }
            if !leaflet.facts.is_empty() {
                <dl class="facts">
                    { for leaflet.facts.iter().map(|(name, said)| html! {
                        <><dt>{ name.get(lang) }</dt><dd>{ bits(said, lang) }</dd></>
                    }) }
                </dl>
            }
        </>
    }
}

/// Its sections.
pub fn sections(leaflet: &Leaflet, lang: Lang) -> Html {
    let sections = leaflet.sections.iter();
    sections.map(|one| section(one, None, lang)).collect()
}

fn section(section: &Section, own: Option<Html>, lang: Lang) -> Html {
    html! {
        <section>
            <h2>{ phrase(&section.title, lang) }</h2>
            { own.unwrap_or_else(|| pieces(&section.blocks, lang)) }
        </section>
    }
}

/// Some blocks.
pub fn pieces(blocks: &[Block], lang: Lang) -> Html {
    blocks.iter().map(|one| piece(one, lang)).collect()
}

fn piece(piece: &Block, lang: Lang) -> Html {
    match piece {
        Block::Paragraph(said) => html! { <p>{ bits(said, lang) }</p> },
        Block::Heading(said) => html! { <h3>{ bits(said, lang) }</h3> },
        Block::Bullets(items) => html! {
            <ul>{ for items.iter().map(|said| html! { <li>{ bits(said, lang) }</li> }) }</ul>
        },
        Block::Numbered(items) => html! {
            <ol class="checks">{ for items.iter().map(|one| item(one, lang)) }</ol>
        },
        Block::List(items) => html! {
            <ul class="list">{ for items.iter().map(|one| item(one, lang)) }</ul>
        },
        Block::Cards(items) => html! {
            <ul class="cards">{ for items.iter().map(|one| html! {
                <li><h3>{ bits(&one.head, lang) }</h3>{ for one.body.iter().map(|b| self::piece(b, lang)) }</li>
            }) }</ul>
        },
        Block::Verbatim(look, words) => {
            let class = match look {
                Look::Command => "command",
                Look::Error => "error",
                Look::Trigger => "trigger",
            };
            block(words, lang, class)
        }
        Block::Message(template) => message(template),
        Block::Excerpt(lines, severity) => excerpt(lines, *severity, lang),
        Block::Change(pair) => diff(
            pair,
            word(lang, "What changes in the example", "示例中的改动"),
            lang,
        ),
        Block::Steps(steps) => procedure(steps, lang),
        Block::Fix(one) => fix(one, lang),
        Block::Ways(ways) => html! {
            <p class="choices">{ for ways.iter().map(|(to, label)| html! {
                <a class="button" href={address(to)}>{ label.get(lang) }</a>
            }) }</p>
        },
    }
}

/// A line of a list, and what is said of it.
fn item(item: &Item, lang: Lang) -> Html {
    html! { <li>{ bits(&item.head, lang) }{ for item.body.iter().map(|one| piece(one, lang)) }</li> }
}

/// A way to mend something: with the command of every tool.
pub fn fix(fix: &Fix, lang: Lang) -> Html {
    html! {
        <div class="fix">
            <h3>{ phrase(&fix.title, lang) }</h3>
            { for fix.commands.iter().map(|command| html! {
                <>
                    <p class="tool" translate="no">{ &command.tool }</p>
                    { block(&command.text, lang, "command") }
                </>
            }) }
        </div>
    }
}

/// A message, its variable parts set apart.
fn message(template: &str) -> Html {
    let mut parts: Vec<Html> = Vec::new();
    let mut rest = template;
    while let Some((before, from)) = rest.split_once('<') {
        let Some((name, after)) = from.split_once('>') else {
            break;
        };
        parts.push(html! { { before.to_string() } });
        parts.push(html! { <var>{ format!("<{name}>") }</var> });
        rest = after;
    }
    parts.push(html! { { rest.to_string() } });
    html! { <pre class="message" translate="no"><code>{ for parts }</code></pre> }
}

/// Lines of a document; those of the place are marked, in the colour of a severity or in none.
fn excerpt(excerpt: &Excerpt, severity: Option<Severity>, lang: Lang) -> Html {
    let (class, label) = match severity {
        Some(severity) => (
            Some(tones::severity(severity).1),
            word(lang, "The broken example", "有错的示例"),
        ),
        None => (None, word(lang, "The mended example", "修好后的示例")),
    };
    let lines = excerpt.lines.iter().map(|line| {
        let marked = line.marked.then(|| classes!("marked", class));
        html! {
            <span class={classes!("line", marked)}>
                <span class="number">{ line.number }</span>
                <span class="text">{ line.text.clone() }</span>{ "\n" }
            </span>
        }
    });
    html! {
        <>
            if excerpt.path != "pasted" { <p class="path">{ code(&excerpt.path) }</p> }
            <pre class="source" tabindex="0" translate="no" aria-label={label}>{ for lines }</pre>
        </>
    }
}

fn bits(bits: &[Bit], lang: Lang) -> Html {
    bits.iter().map(|one| bit(one, lang)).collect()
}

fn bit(bit: &Bit, lang: Lang) -> Html {
    match bit {
        Bit::Say(said) => phrase(said, lang),
        Bit::Code(words) => code(words),
        Bit::Name(name) => html! { <span translate="no">{ name }</span> },
        Bit::Aside(id) => html! { <span class="id" translate="no">{ id }</span> },
        Bit::Strong(words) => html! { <strong>{ words.get(lang) }</strong> },
        Bit::Quiet(said) => html! { <span class="id">{ phrase(said, lang) }</span> },
        Bit::Place(at) => code(&at.show(lang)),
        Bit::Link(To::Outside(address), label) => outside(address.clone(), bits(label, lang)),
        Bit::Link(to, label) => {
            // A media type in it would be a link within a link.
            let label = label.iter().map(|one| match one {
                Bit::Say(said) => show::unlinked(said, lang),
                one => self::bit(one, lang),
            });
            html! { <a href={address(to)}>{ for label }</a> }
        }
        Bit::Severity(which) => severity(*which, lang),
        Bit::Decision(which) => badge(*which, lang),
        Bit::Right(right) => {
            let class = if *right { "right" } else { "wrong" };
            html! { <span class={classes!("kind", class)}>{ text(rightness(*right), lang) }</span> }
        }
    }
}

fn address(to: &To) -> String {
    match to {
        To::Topic(topic) => topic.address(),
        To::Sample(id) => Route::example(id).address(),
        To::Outside(address) => address.clone(),
    }
}
