//! The pasted text with its errors marked. It looks for nothing itself.

use super::number;
use crate::show::{self, CopyButton};
use crate::state::{Pasted, Shared};
use pullcheck::order;
use pullcheck::text::{Lang, say};
use yew::prelude::*;

/// Lines of a pasted text that are shown at first.
const LINES: usize = 12;
/// Lines shown before the message, where the text is longer.
const BEFORE: usize = 3;

/// What is shown of a pasted text.
#[derive(Properties, PartialEq)]
pub struct PastedProps {
    /// Language of the reader.
    pub lang: Lang,
    /// The text.
    pub pasted: Shared<Pasted>,
}

/// The pasted text, the message in it marked; of a long one the lines around the message, until the reader wants all.
#[component]
pub fn PastedText(props: &PastedProps) -> Html {
    let lang = props.lang;
    let whole = use_state(|| false);
    let text = props.pasted.text.as_str();
    let mut marked: Vec<(usize, usize)> = props
        .pasted
        .matches
        .iter()
        .filter(|found| found.within.is_none())
        .filter_map(|found| found.range)
        .collect();
    let first = marked.first().map_or(0, |(start, _)| *start);
    order::own(&mut marked);
    let total = text.lines().count();
    let (from, to) = if *whole || total <= LINES {
        (0, text.len())
    } else {
        window(text, first)
    };
    let toggle = {
        let whole = whole.clone();
        Callback::from(move |_: MouseEvent| whole.set(!*whole))
    };
    let label = if *whole {
        say("Show {n} lines", "只显示 {n} 行").count("n", number(LINES))
    } else {
        say("Show all {n} lines", "显示全部 {n} 行").count("n", number(total))
    };
    html! {
        <>
            <pre class="pasted" tabindex="0" translate="no"><code>{ stretch(text, from, to, &marked) }</code></pre>
            <div class="actions">
                if total > LINES {
                    <button type="button" aria-expanded={whole.to_string()} onclick={toggle}>
                        { show::phrase(&label, lang) }
                    </button>
                }
                <CopyButton {lang} text={text.to_string()} />
            </div>
        </>
    }
}

/// The bytes of the lines to show around the byte `at`.
fn window(text: &str, at: usize) -> (usize, usize) {
    let mut starts = vec![0];
    starts.extend(text.match_indices('\n').map(|(end, _)| end + 1));
    let line = starts
        .partition_point(|start| *start <= at)
        .saturating_sub(1);
    let first = line
        .saturating_sub(BEFORE)
        .min(starts.len().saturating_sub(LINES));
    let from = starts.get(first).copied().unwrap_or(0);
    let to = starts.get(first + LINES).copied().unwrap_or(text.len());
    (from, to)
}

/// A stretch of a text, with what is marked of it; the marks stand in order.
fn stretch(text: &str, from: usize, to: usize, marked: &[(usize, usize)]) -> Html {
    let mut parts: Vec<Html> = Vec::new();
    let mut at = from;
    for (start, end) in marked {
        let (start, end) = ((*start).clamp(at, to.max(at)), (*end).min(to));
        let (Some(before), Some(inside)) = (text.get(at..start), text.get(start..end)) else {
            continue;
        };
        if inside.is_empty() {
            continue;
        }
        parts.push(html! { <>{ before.to_string() }<mark>{ inside.to_string() }</mark></> });
        at = end;
    }
    parts.push(html! { { text.get(at..to).unwrap_or("").to_string() } });
    html! { { for parts } }
}
