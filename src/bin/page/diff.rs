//! Two texts as one picture: lines that went and lines that came, marked by sign and colour, long unchanged stretches
//! folded. It compares nothing itself.

use crate::show::{code, word};
use pullcheck::diff::{AROUND, Change, Line, Pair, Piece, folded, lines, unchanged};
use pullcheck::text::Lang;
use yew::prelude::*;

/// Lines that are shown at most.
const MOST: usize = 400;

/// What differs between the two texts of a pair.
pub fn diff(pair: &Pair, label: &'static str, lang: Lang) -> Html {
    let mut left = MOST;
    let pieces = folded(lines(&pair.before, &pair.after), AROUND);
    let shown: Html = pieces
        .into_iter()
        .map(|piece| match piece {
            Piece::Folded(count) => fold(count, lang),
            Piece::Lines(lines) => {
                let taken = left.min(lines.len());
                left -= taken;
                let cut = lines.len() - taken;
                html! {
                    <>
                        { for lines.into_iter().take(taken).map(|one| line(&one, lang)) }
                        if cut > 0 { { more(cut, lang) } }
                    </>
                }
            }
        })
        .collect();
    html! {
        <>
            // A pasted text has no path worth telling.
            if pair.path != "pasted" { <p class="path">{ code(&pair.path) }</p> }
            <pre class="diff" tabindex="0" translate="no" aria-label={label}>{ shown }</pre>
        </>
    }
}

fn line(line: &Line, lang: Lang) -> Html {
    let (class, sign, name) = match line.change {
        Change::Same => ("same", " ", ""),
        Change::Removed => ("removed", "−", word(lang, "removed: ", "删除：")),
        Change::Added => ("added", "+", word(lang, "added: ", "新增：")),
    };
    let number = |at: Option<usize>| at.map(|at| at.to_string()).unwrap_or_default();
    let inner = match (
        line.text.get(..line.part.start),
        line.text.get(line.part.clone()),
        line.text.get(line.part.end..),
    ) {
        (Some(head), Some(part), Some(tail)) if !part.is_empty() => {
            html! { <>{ head.to_string() }<b>{ part.to_string() }</b>{ tail.to_string() }</> }
        }
        _ => html! { { line.text.to_string() } },
    };
    html! {
        <span class={classes!("line", class)}>
            <span class="number" aria-hidden="true">{ number(line.before) }</span>
            <span class="number" aria-hidden="true">{ number(line.after) }</span>
            <span class="sign" aria-hidden="true">{ sign }</span>
            if !name.is_empty() { <span class="hidden">{ name }</span> }
            <span class="text">{ inner }</span>{ "\n" }
        </span>
    }
}

fn fold(count: usize, lang: Lang) -> Html {
    let told = unchanged(count).render(lang);
    html! { <span class="line fold"><span class="text">{ "⋯ " }{ told }</span>{ "\n" }</span> }
}

fn more(count: usize, lang: Lang) -> Html {
    let told = match lang {
        Lang::En => format!("{count} more lines"),
        Lang::Zh => format!("另有 {count} 行"),
    };
    html! { <span class="line fold"><span class="text">{ "⋯ " }{ told }</span>{ "\n" }</span> }
}
