//! The head of a result: its sentence with its tone, the reason, how many answer how, and how much could not be checked.
//! Nothing is judged here.

use crate::route::Route;
use crate::show::{brief, linked, phrase, text, word};
use crate::state::{Job, Loaded, Phase, Shared};
use crate::tones::{decision, tone};
use pullcheck::answers::{self, Tone, foreign, rules_that};
use pullcheck::artifact::kinds::InputKind;
use pullcheck::report::{Decision, Outcome, Report, Severity, Verdict};
use pullcheck::text::{Lang, Phrase, Span, say};
use yew::prelude::*;

/// Names that are listed below the sentence; more would hide it.
const LISTED: usize = 12;

/// Who refuses it, by name and versions, where the sentence cannot name all: first those whose newest versions do.
fn refusing(report: &Report, lang: Lang) -> Html {
    let those = answers::refusing(report);
    if those.len() < 2 {
        return html! {};
    }
    let more = those.len().saturating_sub(LISTED);
    let shown = those.iter().take(LISTED).enumerate();
    let names = shown.map(|(at, (id, who, still))| {
        let once = !still && (at == 0 || those.get(at - 1).is_some_and(|(.., before)| *before));
        let joint = match (at, once) {
            (0, true) => word(lang, "Refused in older versions by ", "旧版本拒绝它的有："),
            (0, false) => word(lang, "Refused by ", "拒绝它的有："),
            (_, true) => word(lang, "; in older versions by ", "；旧版本拒绝它的有："),
            (_, false) => word(lang, ", ", "、"),
        };
        let to = Route::Consumer((*id).to_string(), None).address();
        html! { <>{ joint }<a href={to} translate="no">{ who }</a></> }
    });
    html! {
        <p class="refusing">
            { for names }
            if more > 0 {
                { match lang {
                    Lang::En => format!(" and {more} more"),
                    Lang::Zh => format!("，另有 {more} 项"),
                } }
            }
            { word(lang, ".", "。") }
        </p>
    }
}

/// A saying in two: its first sentence, and what follows.
fn halves(says: &Phrase, lang: Lang) -> (Html, Option<Html>) {
    let end = word(lang, ". ", "。");
    let mut halves: [Vec<Html>; 2] = [Vec::new(), Vec::new()];
    let mut half = 0;
    for span in says.spans(lang) {
        let mut put = |half: usize, part: Html| {
            if let Some(parts) = halves.get_mut(half) {
                parts.push(part);
            }
        };
        match span {
            Span::Plain(text) => match text.split_once(end).filter(|_| half == 0) {
                Some((first, rest)) => {
                    put(0, html! { { format!("{first}{}", end.trim_end()) } });
                    half = 1;
                    if !rest.is_empty() {
                        put(1, html! { { rest.to_string() } });
                    }
                }
                None => put(half, html! { { text } }),
            },
            Span::Code(text) => put(half, linked(&text)),
        }
    }
    let [first, rest] = halves;
    let rest = (!rest.is_empty()).then(|| rest.into_iter().collect());
    (first.into_iter().collect(), rest)
}

/// How many rules could not look at all they need: where that is so, no silence below means that all is well.
fn unseen(loaded: &Loaded, lang: Lang) -> Html {
    let count = rules_that(&loaded.report, Outcome::NotRun);
    if count == 0 || !loaded.last || loaded.report.artifacts.is_empty() {
        return html! {};
    }
    // What a document points at cannot be in it.
    let alone = matches!(
        loaded.report.input.kind,
        InputKind::Manifest
            | InputKind::Index
            | InputKind::Config
            | InputKind::DockerManifest
            | InputKind::DockerManifestList
    );
    let says = match count {
        _ if alone => say(
            "A document alone: for the other answers and {n} more rules, give the whole archive or folder.",
            "这里只有文档：要得出其余结论并检查另外 {n} 条规则，请提供整个归档或文件夹。",
        ),
        1 => say(
            "1 rule could not see all that it needs; the end of this page says why.",
            "有 1 条规则缺少所需的内容，原因见页末。",
        ),
        _ => say(
            "{n} rules could not see all that they need; the end of this page says why.",
            "有 {n} 条规则缺少所需的内容，原因见页末。",
        ),
    }
    .count("n", u64::try_from(count).unwrap_or(u64::MAX));
    html! { <p class="unseen">{ phrase(&says, lang) }</p> }
}

/// Why the sentence is not the last word, if it is not.
fn provisional(loaded: &Loaded, job: Option<&Job>) -> Option<Phrase> {
    if loaded.last && loaded.report.complete {
        return None;
    }
    let phase = job
        .filter(|job| job.number == loaded.job)
        .map(|job| &job.phase);
    Some(match phase {
        Some(Phase::Failed(_)) => say(
            "Provisional: the check broke off. Everything here was known by then.",
            "暂定结果：检查中途出错。以下仅是到那时为止的结果。",
        ),
        Some(Phase::Reading | Phase::Stopping) if !loaded.last => say(
            "Provisional: still reading. This can change.",
            "暂定结果：仍在读取，结论可能改变。",
        ),
        _ => say(
            "Provisional: stopped before the end. Everything here was known by then.",
            "暂定结果：在完成之前已停止。以下仅是到那时为止的结果。",
        ),
    })
}

/// Properties of [`VerdictHead`].
#[derive(Properties, PartialEq)]
pub struct VerdictProps {
    /// Language of the reader.
    pub lang: Lang,
    /// The report.
    pub loaded: Shared<Loaded>,
    /// The run that made it.
    pub job: Option<Job>,
    /// Buttons and notes that stand within the head.
    #[prop_or_default]
    pub children: Children,
}

/// The head of a result.
#[component]
pub fn VerdictHead(props: &VerdictProps) -> Html {
    let lang = props.lang;
    let report = &props.loaded.report;
    let head = props.loaded.head();
    let errors = report
        .findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .count();
    let broken = (errors > 0 && matches!(head.tone, Tone::Accepts | Tone::Conditions)).then(|| {
        word(
            lang,
            "It has errors all the same: see the problems below.",
            "尽管如此，它仍有错误：见下文“问题”。",
        )
    });
    let judged = |v: &Verdict| v.verdict != Decision::NotApplicable;
    // Of what is no image at all, the headline has said enough.
    let idle = (head.tone == Tone::Plain
        && !foreign(report)
        && !report.verdicts.iter().any(judged))
    .then(|| {
        if report.verdicts.is_empty() {
            word(
                lang,
                "No consumer has been judged.",
                "没有对任何使用方作出判断。",
            )
        } else {
            word(
                lang,
                "No consumer known here takes this by itself.",
                "本工具所知的使用方都不会单独使用它。",
            )
        }
    });
    // Where it is only said what something is, the first sentence is the answer and the others are advice.
    let (title, rest) = match head.tone {
        Tone::Plain => halves(&head.says, lang),
        _ => (phrase(&head.says, lang), None),
    };
    let standing = answers::standing(report);
    let tally: Vec<Html> = [
        (Decision::Refuses, standing.refuse),
        (Decision::Accepts, standing.accept),
        (Decision::Unknown, standing.unknown),
    ]
        .into_iter()
        .filter_map(|(sought, n)| {
            let (name, icon, class) = decision(sought);
            let colon = word(lang, ": ", "：");
            (n > 0).then(|| {
                html! {
                    <li class={class}>
                        <span class="icon" aria-hidden="true">{ icon }</span>{ " " }{ name.get(lang) }{ colon }{ n }
                    </li>
                }
            })
        })
        .collect();
    html! {
        <section class={classes!("verdict", tone(head.tone))} aria-labelledby="verdict">
            <h1 id="verdict" tabindex="-1">{ title }</h1>
            if let Some(why) = provisional(&props.loaded, props.job.as_ref()) {
                <p class="provisional" role="status">{ phrase(&why, lang) }</p>
            }
            if let Some(rest) = rest { <p class="because">{ rest }</p> }
            if let Some(because) = &head.because {
                <p class="because">{ brief(because, lang) }</p>
            }
            if let Some(broken) = broken { <p>{ broken }</p> }
            if let Some(idle) = idle { <p>{ idle }</p> }
            if !tally.is_empty() {
                <ul class="tally" aria-label={word(lang, "Consumers by verdict", "按结论统计的使用方")}>{ tally }</ul>
            }
            { refusing(report, lang) }
            { unseen(&props.loaded, lang) }
            { props.children.clone() }
        </section>
    }
}

/// A decision with its icon.
pub fn badge(which: Decision, lang: Lang) -> Html {
    let (name, icon, _) = decision(which);
    html! {
        <span class="badge"><span class="icon" aria-hidden="true">{ icon }</span>{ " " }{ text(name, lang) }</span>
    }
}
