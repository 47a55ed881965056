//! Where the reader's attention is led: the title of the window, the focus after another page or a finished check, and what
//! a voice says without moving the focus. The title never holds anything of what was checked: browsers keep it in their
//! history.

use crate::aim::Led;
use crate::route::Route;
use crate::show::word;
use crate::state::{Phase, State};
use gloo::timers::callback::Timeout;
use pullcheck::answers::Tone;
use pullcheck::text::Lang;
use std::cell::Cell;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, ScrollIntoViewOptions, ScrollLogicalPosition};
use yew::prelude::*;

/// How long the place for announcements stays empty before it speaks, in milliseconds: the same words twice are no change.
const PAUSE: u32 = 60;

thread_local! {
    /// What the next page is to be entered at, where that is not its heading.
    static AIM: Cell<Option<&'static str>> = const { Cell::new(None) };
}

/// What decides where the attention goes.
#[derive(Clone, PartialEq)]
struct Seen {
    place: Route,
    lang: Lang,
    /// The run that has ended, and how.
    ended: Option<(u32, End)>,
    /// The verdict in a sentence, and its tone.
    verdict: Option<(String, Tone)>,
    /// Whether there is a run.
    running: bool,
    /// Where the address leads in the report.
    led: Option<Led>,
}

/// How a run ended.
#[derive(Clone, Copy, PartialEq)]
enum End {
    Done,
    Stopped,
    Failed,
}

/// Follows what is shown with the title, the focus and announcements.
#[hook]
pub fn use_attention(state: &State) {
    let before = use_mut_ref(|| None::<Seen>);
    let verdict = use_memo((state.loaded.clone(), state.lang), |(loaded, lang)| {
        let head = loaded.as_ref()?.head();
        Some((head.says.render(*lang), head.tone))
    });
    let now = Seen {
        place: state.route.place(),
        lang: state.lang,
        ended: ended(state),
        verdict: (*verdict).clone(),
        running: state.job.is_some(),
        led: state.led.clone(),
    };
    use_effect_with(now, move |now| {
        entitle(now);
        if let Some(before) = before.borrow_mut().replace(now.clone()) {
            attend(&before, now);
        }
    });
}

fn ended(state: &State) -> Option<(u32, End)> {
    let job = state.job.as_ref()?;
    let end = match &job.phase {
        Phase::Failed(_) => End::Failed,
        Phase::Stopped => End::Stopped,
        _ => state
            .loaded
            .as_ref()
            .filter(|l| l.last)
            .map(|_| End::Done)?,
    };
    Some((job.number, end))
}

/// Whether the page shows a report, or will.
fn reports(place: &Route) -> bool {
    matches!(
        place,
        Route::Check(_) | Route::Shared(..) | Route::Example(..)
    )
}

fn attend(before: &Seen, now: &Seen) {
    if before.led != now.led {
        match &now.led {
            None | Some(Led::Nowhere(_)) => {}
            // These bring themselves into view once they are unfolded.
            Some(Led::Problem(..) | Led::Place(_)) => return,
            Some(Led::Consumer(_)) => {
                Timeout::new(0, reveal).forget();
                return;
            }
            Some(Led::Part(id)) => {
                let id = *id;
                Timeout::new(0, move || lead_to(id)).forget();
                return;
            }
        }
    }
    if before.place != now.place {
        let heading = match AIM.with(Cell::take) {
            Some(aim) => first(aim).or_else(heading),
            None => heading(),
        };
        // What an address brings along is checked now, and has the focus when that is done.
        let comes = matches!(now.place, Route::Example(..) | Route::Shared(..))
            && heading.as_ref().is_some_and(|h| h.id() == "verdict");
        if let Some(heading) = heading.filter(|_| !comes) {
            focus(&heading);
        }
        return;
    }
    if !reports(&now.place) {
        return;
    }
    let words = match now.ended {
        None => return,
        Some(_) if now.ended == before.ended => None,
        Some((_, End::Stopped)) => Some(word(now.lang, "Stopped.", "已停止。")),
        Some((_, End::Failed)) => Some(word(
            now.lang,
            "The checker stopped working.",
            "检查程序意外终止。",
        )),
        Some((_, End::Done)) => Some(""),
    };
    let verdict = now.verdict.as_ref().map(|(says, _)| says.clone());
    let verdict = verdict.unwrap_or_default();
    match words {
        // To be given the focus it has to be laid out, which takes as long as to draw it: the page hears in between.
        Some(words) => {
            Timeout::new(0, move || lead_to_verdict(words, &verdict)).forget();
        }
        // Another consumer to deploy to: the same report has another verdict.
        None if before.lang == now.lang && before.verdict != now.verdict => announce(&verdict),
        None => {}
    }
}

/// Leads to the end of a run, told in a few words of its own or else by the verdict.
fn lead_to_verdict(words: &str, verdict: &str) {
    // Who does something else at the moment is told and not torn away.
    if busy() {
        announce(if words.is_empty() { verdict } else { words });
        return;
    }
    if let Some(heading) = heading() {
        // What has the focus already is not read out again.
        if gloo::utils::document().active_element().as_ref() == Some(&heading) {
            announce(verdict);
        } else {
            focus(&heading);
        }
    }
}

/// Whether the reader has the focus on something that they chose themselves.
fn busy() -> bool {
    let Some(active) = gloo::utils::document().active_element() else {
        return false;
    };
    let idle = active.matches("body, main, main h1, .reading *");
    !idle.unwrap_or(true)
}

fn entitle(now: &Seen) {
    let lang = now.lang;
    let home = word(
        lang,
        "Pullcheck: will it pull?",
        "Pullcheck：这个镜像拉得下来吗？",
    );
    let words = match &now.place {
        Route::Home => None,
        Route::Explain => Some(word(lang, "What an error means", "报错的含义").to_string()),
        place if reports(place) && now.running => Some(
            match (now.ended, &now.verdict) {
                (None, _) => word(lang, "Reading", "正在读取"),
                (Some((_, End::Failed)), _) => word(lang, "Stopped working", "意外终止"),
                (Some((_, End::Stopped)), _) => word(lang, "Stopped", "已停止"),
                (_, Some((_, Tone::Refuses))) => word(lang, "Refused", "会被拒绝"),
                (_, Some((_, Tone::Accepts))) => word(lang, "Accepted", "可被接受"),
                (_, Some((_, Tone::Unknown))) => word(lang, "Can't tell", "无法判断"),
                _ => word(lang, "Report", "报告"),
            }
            .to_string(),
        ),
        Route::Check(_) => None,
        // All else that has a heading is built in.
        _ => heading().and_then(|heading| heading.text_content()),
    };
    gloo::utils::document().set_title(&match words {
        Some(words) => format!("{} · Pullcheck", words.trim()),
        None => home.to_string(),
    });
}

/// The heading of the page.
fn heading() -> Option<Element> {
    first("main h1")
}

/// The first element that fits.
pub fn first(selector: &str) -> Option<Element> {
    gloo::utils::document()
        .query_selector(selector)
        .ok()
        .flatten()
}

/// Puts the focus on an element, also where the keyboard alone would pass it by.
pub fn focus(element: &Element) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        if element.tab_index() < 0 {
            let _ = element.set_attribute("tabindex", "-1");
        }
        let _ = element.focus();
    }
}

/// Takes the focus from the heading of the progress, which goes when a report comes. Taken out with the focus on it, it would
/// have the browser lay out at once all that has just been drawn.
pub fn leave_reading() {
    let active = gloo::utils::document().active_element();
    if let Some(active) = active.and_then(|active| active.dyn_into::<HtmlElement>().ok())
        && active.matches(".reading h1").unwrap_or(false)
    {
        let _ = active.blur();
    }
}

/// Leads to the part of the page below the heading with this id.
pub fn lead_to(id: &str) {
    if let Some(heading) = first(&format!("#{id}")) {
        heading.scroll_into_view();
        focus(&heading);
    }
}

/// Brings what is marked as pointed at into view, and puts the focus there.
pub fn reveal() {
    if let Some(element) = first("#pointed, .pointed") {
        focus(&element);
        let options = ScrollIntoViewOptions::new();
        options.set_block(match element.matches("article").unwrap_or(false) {
            // What is long is read from its beginning.
            true => ScrollLogicalPosition::Start,
            false => ScrollLogicalPosition::Center,
        });
        element.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

/// Has the next page entered at this element instead of its heading.
pub fn aim(selector: &'static str) {
    AIM.with(|aim| aim.set(Some(selector)));
}

/// Has a voice say something, while the focus stays where it is. Of a page behind an open dialog nothing would be heard.
pub fn announce(words: &str) {
    let Some(place) = first("dialog[open] .said").or_else(|| first("#said")) else {
        return;
    };
    place.set_text_content(None);
    let words = words.to_string();
    Timeout::new(PAUSE, move || place.set_text_content(Some(&words))).forget();
}

/// The place where announcements stand.
pub fn said() -> Html {
    html! { <p id="said" class="said hidden" role="status"></p> }
}
