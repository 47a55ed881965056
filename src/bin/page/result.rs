//! The result of a check, from the verdict down to what was not checked. It puts the parts in order; each part
//! shows itself.

use crate::aim::Led;
use crate::contents::Contents;
use crate::coverage::CoverageView;
use crate::export;
use crate::export_menu::ExportMenu;
use crate::fixes::Fixes;
use crate::instead::Instead;
use crate::jumps::Jumps;
use crate::map::MapView;
use crate::matrix::Matrix;
use crate::painting;
use crate::problems::Problems;
use crate::route::{self, Asked, Route};
use crate::share::ShareButton;
use crate::show::{CopyButton, code, phrase, word};
use crate::source::Source;
use crate::state::{Dispatch, Job, Loaded, Pasted, Pointed, Shared, Shown};
use crate::verdict::VerdictHead;
use pullcheck::answers;
use pullcheck::errors::{self, Match};
use pullcheck::join::same_message;
use pullcheck::report::Decision;
use pullcheck::saved;
use pullcheck::text::{Lang, say, short_bytes};
use yew::prelude::*;

/// From this score on, the words of a pasted text are the tool's own.
const OWN_WORDS: u32 = 90;

/// Properties of [`ResultView`].
#[derive(Properties, PartialEq)]
pub struct ResultProps {
    /// Language of the reader.
    pub lang: Lang,
    /// The report and its documents.
    pub loaded: Shared<Loaded>,
    /// What the report is asked for.
    pub asked: Asked,
    /// The latest run.
    pub job: Option<Job>,
    /// The place shown in the source view.
    pub shown: Option<Shown>,
    /// The problem that the reader came to from a document, or by a link.
    pub pointed: Option<Pointed>,
    /// Where the address led.
    pub led: Option<Led>,
    /// The latest pasted error.
    pub pasted: Option<Shared<Pasted>>,
    /// How actions are sent.
    pub dispatch: Dispatch,
    /// The reader wants to check something else.
    pub on_again: Callback<()>,
}

/// Everything about what was checked.
#[component]
pub fn ResultView(props: &ResultProps) -> Html {
    let lang = props.lang;
    let loaded = use_memo(
        (props.loaded.clone(), props.asked.profile),
        |(loaded, profile)| {
            if loaded.report.profile == *profile {
                loaded.clone()
            } else {
                Shared::new(loaded.weighed(*profile))
            }
        },
    );
    let loaded = &*loaded;
    let discreet = use_state(|| false);
    let summary = use_callback(
        (loaded.clone(), lang, *discreet),
        |(), (loaded, lang, discreet)| match discreet {
            true => export::markdown(&export::leave_out(loaded), *lang),
            false => export::markdown(loaded, *lang),
        },
    );
    let below = use_below(loaded, props.led.is_some());
    let same = use_memo(
        (loaded.clone(), props.pasted.clone()),
        |(loaded, pasted)| pasted.as_ref().and_then(|pasted| met(loaded, pasted)),
    );
    let again = props.on_again.reform(|_: MouseEvent| ());
    let input = &loaded.report.input;
    let known = loaded.head().because.is_some();
    let link = route::link();
    let led = match &props.led {
        Some(Led::Consumer(id)) => Some(id.clone()),
        _ => None,
    };
    html! {
        <div class={classes!("result", (below.as_ref() != Some(loaded)).then_some("growing"))}>
            if let Some(version) = &loaded.opened {
                <aside class="notice opened" aria-label={word(lang, "Where this comes from", "来源")}>
                    <p><strong>{ phrase(&saved::opened(version), lang) }</strong></p>
                </aside>
            }
            <VerdictHead {lang} loaded={loaded.clone()} job={props.job.clone()}>
                <p class="given">
                    { code(&input.name) }{ " · " }{ short_bytes(input.bytes) }
                    // With nobody to judge, the headline says already what it is.
                    if known { { " · " }{ phrase(&input.says, lang) } }
                </p>
                <div class="actions">
                    <CopyButton {lang} text={summary}
                        label={match *discreet {
                            true => word(lang, "Copy summary without names", "复制摘要报告（隐去名称）"),
                            false => word(lang, "Copy summary", "复制摘要报告"),
                        }} />
                    <ShareButton {lang} loaded={loaded.clone()} asked={props.asked.clone()} />
                    <ExportMenu {lang} loaded={loaded.clone()} discreet={discreet.clone()} dispatch={props.dispatch.clone()} />
                    <button type="button" onclick={again}>{ word(lang, "Check another", "检查另一个") }</button>
                </div>
                if let Some(met) = &*same { { note(met, lang) } }
                <Jumps {lang} loaded={loaded.clone()} />
            </VerdictHead>
            <Instead {lang} loaded={loaded.clone()} />
            <Matrix {lang} asked={props.asked.clone()} loaded={loaded.clone()} {led} link={link.clone()} dispatch={props.dispatch.clone()} />
            <Fixes {lang} loaded={loaded.clone()} />
            <Problems {lang} loaded={loaded.clone()} pointed={props.pointed.clone()} link={link.clone()} dispatch={props.dispatch.clone()} />
            if let Some(below) = &below {
                <Source {lang} loaded={below.clone()} shown={props.shown.clone()} {link} dispatch={props.dispatch.clone()} />
                <MapView {lang} loaded={below.clone()} dispatch={props.dispatch.clone()} />
                <Contents key={below.job} {lang} loaded={below.clone()} dispatch={props.dispatch.clone()} />
                <CoverageView {lang} loaded={below.clone()} />
            }
            <p class="on-paper">{ format!("Pullcheck {} · {}", env!("CARGO_PKG_VERSION"), today()) }</p>
        </div>
    }
}

/// The report for the parts that nobody sees at first: it comes to them once the verdict is painted, so that the page hears
/// its reader in between. Where the address leads into them, they stand at once. None of another check.
#[hook]
fn use_below(loaded: &Shared<Loaded>, at_once: bool) -> Option<Shared<Loaded>> {
    let below = use_state(|| None::<Shared<Loaded>>);
    use_effect_with(loaded.clone(), {
        let below = below.setter();
        move |loaded| {
            let loaded = loaded.clone();
            painting::after(move || below.set(Some(loaded)));
        }
    });
    if at_once {
        return Some(loaded.clone());
    }
    (*below).clone().filter(|below| below.job == loaded.job)
}

/// The day, for paper and badges.
pub fn today() -> String {
    let iso = String::from(js_sys::Date::new_0().to_iso_string());
    iso.get(..10).unwrap_or_default().to_string()
}

/// A pasted error that this input brings about.
#[derive(PartialEq)]
struct Met {
    /// Name and versions of the consumer that prints it.
    who: String,
    /// Id of the entry that both texts fit.
    entry: String,
    /// Whether all numbers that both texts give are the same.
    exact: bool,
}

/// The refusal whose error fits the same entry of the dictionary as the pasted text, if there is one.
fn met(loaded: &Loaded, pasted: &Pasted) -> Option<Met> {
    let fits: Vec<&Match> = pasted
        .matches
        .iter()
        .enumerate()
        .filter(|(at, found)| *at == 0 || found.score >= OWN_WORDS)
        .map(|(_, found)| found)
        .collect();
    let mut best: Option<Met> = None;
    for verdict in &loaded.report.verdicts {
        let Some(error) = verdict
            .error
            .as_ref()
            .filter(|_| verdict.verdict == Decision::Refuses)
        else {
            continue;
        };
        // The best entry is what the error is; the others only resemble it.
        let Some(own) = errors::explain(error).into_iter().next() else {
            continue;
        };
        let Some(found) = fits.iter().find(|found| found.id == own.id) else {
            continue;
        };
        let exact = same_message(&own, found);
        if best.as_ref().is_none_or(|best| exact && !best.exact) {
            let name = answers::name(&verdict.consumer);
            best = Some(Met {
                who: format!("{name} {}", verdict.versions)
                    .trim_end()
                    .to_string(),
                entry: own.id,
                exact,
            });
        }
    }
    best
}

fn note(met: &Met, lang: Lang) -> Html {
    let says = if met.exact {
        say(
            "This produces the very error that you pasted: {who} stops with it.",
            "它会引发你粘贴的那条错误：{who} 正是因此停止。",
        )
    } else {
        say(
            "This produces the error that you pasted, with other values in it: {who} stops with it.",
            "它会引发你粘贴的那种错误，只是其中的值不同：{who} 正是因此停止。",
        )
    }
    .name("who", met.who.clone());
    html! {
        <p class="same-error">
            { phrase(&says, lang) }{ " " }
            <a href={Route::Error(met.entry.clone()).address()}>{ word(lang, "About this error", "关于这条错误") }</a>
        </p>
    }
}
