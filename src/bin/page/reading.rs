//! How far a run is: bytes of total, what is read now, and the way to stop it.

use crate::route::Route;
use crate::show::{self, code, word};
use crate::state::{Job, Phase};
use gloo::timers::callback::Interval;
use pullcheck::text::{Lang, say, short_bytes};
use std::cell::RefCell;
use std::rc::Rc;
use yew::prelude::*;

/// How often progress is read out, in milliseconds: a voice cannot follow every change.
const SPOKEN: u32 = 2000;

/// What the progress shows.
#[derive(Properties, PartialEq)]
pub struct ReadingProps {
    /// Language of the reader.
    pub lang: Lang,
    /// The run.
    pub job: Job,
    /// Whether nothing else on the page has a heading yet.
    pub heading: bool,
    /// Whether a report of what is known already stands below.
    pub known: bool,
    /// Stops the run.
    pub on_stop: Callback<()>,
}

/// The progress.
#[component]
pub fn Reading(props: &ReadingProps) -> Html {
    let lang = props.lang;
    let job = &props.job;
    let spoken = use_state(String::new);
    let latest = use_mut_ref(String::new);
    *latest.borrow_mut() = words(job, lang);
    use_effect_with((), {
        let spoken = spoken.setter();
        let latest: Rc<RefCell<String>> = latest.clone();
        move |()| {
            let tick = Interval::new(SPOKEN, move || spoken.set(latest.borrow().clone()));
            move || drop(tick)
        }
    });
    let stop = props.on_stop.reform(|_: MouseEvent| ());
    let title = match &job.phase {
        Phase::Reading | Phase::Done => word(lang, "Reading", "正在读取"),
        Phase::Stopping => word(lang, "Stopping", "正在停止"),
        Phase::Stopped => word(lang, "Stopped", "已停止"),
        Phase::Failed(_) => word(lang, "The checker stopped working", "检查程序意外终止"),
    };
    let heading = html! { <>{ title }{ " " }{ code(&job.name) }</> };
    html! {
        <section class={classes!("reading", matches!(job.phase, Phase::Failed(_)).then_some("failed"))}>
            if props.heading { <h1>{ heading }</h1> } else { <p class="title">{ heading }</p> }
            { match &job.phase {
                Phase::Failed(message) => html! {
                    <>
                        <p>{ word(lang,
                            "This is a fault of Pullcheck, not of your file. A new checker is ready: drop the file again, or another one. These are its last words, for a report:",
                            "这是 Pullcheck 自身的缺陷，与你的文件无关。新的检查程序已就绪：可以重新拖入该文件或其他文件。以下是它最后的输出，可用于提交问题：") }</p>
                        <pre translate="no">{ message.clone() }</pre>
                        <p>{ show::phrase(&say(
                            "If it happens again, the command line has more memory and says the same: {command}",
                            "如果再次出现，可以改用命令行：它可用的内存更多，结论相同：{command}",
                        ).code("command", format!("pullcheck check {}", job.name)), lang) }</p>
                    </>
                },
                Phase::Stopped => html! { <><p>{ word(lang, "It was stopped before there was anything to report.", "在得到任何结果之前就已停止。") }</p>
                    <a class="button" href={Route::Home.address()}>{ word(lang, "Check another", "检查另一个") }</a></> },
                _ => html! {
                    <>
                        <progress aria-label={title} max={job.progress.total.max(1).to_string()} value={job.progress.done.to_string()}></progress>
                        <p>{ words(job, lang) }</p>
                        if let Some(current) = current(job, lang) { <p class="current" translate="no">{ current }</p> }
                        <p class="hidden" aria-live="polite">{ (*spoken).clone() }</p>
                        if props.known {
                            <p class="enough">{ word(lang,
                                "What the documents tell stands below already. Stop whenever that is enough: digests and layers that were not read by then are listed as not checked.",
                                "下方已列出仅凭文档就能得出的结论。如果已经足够，可以随时停止：届时尚未读取的摘要和层会列为未检查。") }</p>
                        }
                        <button type="button" class="stop" onclick={stop} disabled={job.phase == Phase::Stopping}>{
                            match props.known {
                                true => word(lang, "Stop and keep this", "停止并保留已有结果"),
                                false => word(lang, "Cancel", "取消"),
                            }
                        }</button>
                    </>
                },
            } }
        </section>
    }
}

/// How far a job is, how fast it goes, and how long it will take.
fn words(job: &Job, lang: Lang) -> String {
    let progress = &job.progress;
    let (done, total) = (short_bytes(progress.done), short_bytes(progress.total));
    if progress.total == 0 {
        return String::new();
    }
    let mut parts = vec![match lang {
        Lang::En => format!("{done} of {total}"),
        Lang::Zh => format!("{done} / {total}"),
    }];
    if let Some(rate) = job.rate.filter(|rate| *rate > 0) {
        parts.push(match lang {
            Lang::En => format!("{}/s", short_bytes(rate)),
            Lang::Zh => format!("每秒 {}", short_bytes(rate)),
        });
        let seconds = progress.total.saturating_sub(progress.done).div_ceil(rate);
        if progress.total > progress.done {
            parts.push(left(seconds, lang));
        }
    }
    parts.join(" · ")
}

/// What is being read; of several the first and how many more.
fn current(job: &Job, lang: Lang) -> Option<String> {
    let (one, rest) = job.progress.current.split_first()?;
    // A file read as a whole is named in the title.
    if rest.is_empty() && *one == job.name {
        return None;
    }
    Some(match (rest.len(), lang) {
        (0, _) => one.clone(),
        (more, Lang::En) => format!("{one} and {more} more"),
        (more, Lang::Zh) => format!("{one} 等 {} 个", more + 1),
    })
}

/// A time to go, rounded so that it does not flicker.
fn left(seconds: u64, lang: Lang) -> String {
    let (minutes, rest) = (seconds / 60, seconds % 60);
    match (minutes, lang) {
        (0, Lang::En) => format!("{rest} s left"),
        (0, Lang::Zh) => format!("还需 {rest} 秒"),
        (_, Lang::En) => format!("{minutes} min {rest} s left"),
        (_, Lang::Zh) => format!("还需 {minutes} 分 {rest} 秒"),
    }
}
