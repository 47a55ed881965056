//! Runs the replays over what was given and turns their ends into verdicts. It knows no consumer by name.

use super::remedies::Held;
use super::{Accept, Case, Choices, Consumer, Range, Scope, Stop, Trace, all, find, versions};
use crate::artifact::survey::{self, Closed};
use crate::artifact::{Blob, Inventory, Measured, Missing, Root, Why, graph};
use crate::bytes::sniff::Form;
use crate::bytes::tar::TarDefect;
use crate::report::{Decision, Mark, Step, Verdict};
use crate::text::{Phrase, say};

/// A consumer that was asked for by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Id of the consumer.
    pub consumer: String,
    /// A version of it, in full or in part, where one was given.
    pub version: Option<String>,
}

impl Question {
    /// Reads `ID` or `ID@VERSION`. The error is a sentence for the person who typed it.
    pub fn read(text: &str) -> Result<Question, Phrase> {
        let (id, version) = match text.split_once('@') {
            Some((id, version)) => (id, Some(version)),
            None => (text, None),
        };
        let Some(consumer) = find(id) else {
            return Err(say(
                "There is no consumer {id}. `pullcheck consumers` lists them.",
                "没有名为 {id} 的使用方。可用 `pullcheck consumers` 列出全部。",
            )
            .code("id", id));
        };
        if let Some(version) = version {
            let known = versions::read(version)
                .is_some_and(|v| consumer.ranges.iter().any(|r| r.versions.hold(&v)));
            if !known {
                return Err(say(
                    "Version {version} of {id} is in none of the known ranges: {ranges}.",
                    "{id} 的版本 {version} 不在任何已知范围内：{ranges}。",
                )
                .code("version", version)
                .code("id", id)
                .name(
                    "ranges",
                    consumer
                        .ranges
                        .iter()
                        .map(|r| r.versions.shown)
                        .collect::<Vec<_>>()
                        .join("; "),
                ));
            }
        }
        Ok(Question {
            consumer: consumer.id.to_string(),
            version: version.map(str::to_string),
        })
    }

    /// As it is written: `ID` or `ID@VERSION`.
    pub fn written(&self) -> String {
        match &self.version {
            Some(version) => format!("{}@{version}", self.consumer),
            None => self.consumer.clone(),
        }
    }

    /// Whether these versions are asked about.
    pub fn asks(&self, range: &Range) -> bool {
        match &self.version {
            Some(version) => versions::read(version).is_some_and(|v| range.versions.hold(&v)),
            None => true,
        }
    }
}

/// Whether a verdict answers a question.
pub fn aimed(question: &Question, verdict: &Verdict) -> bool {
    let known = || find(&verdict.consumer);
    question.consumer == verdict.consumer
        && (question.version.is_none()
            || known().is_some_and(|consumer| {
                let mut ranges = consumer.ranges.iter();
                ranges.any(|r| r.versions.shown == verdict.versions && question.asks(r))
            }))
}

/// Judges everything for everyone. With questions, only the consumers asked for are judged, and each of them answers
/// *accepts*, *refuses* or *unknown*; without, a consumer may also answer *not applicable*, unless it is the one that
/// the person deploys to.
pub fn judge(inventory: &Inventory, questions: &[Question], choices: &Choices) -> Vec<Verdict> {
    let mut verdicts = Vec::new();
    let target = choices.target();
    let closed = survey::closed(inventory);
    let cut = closed == Some(Closed::Cut);
    let module = matches!(inventory.form, Some(Form::Wasm { .. }));
    for consumer in all() {
        let asked: Vec<&Question> = questions
            .iter()
            .filter(|q| q.consumer == consumer.id)
            .collect();
        if !questions.is_empty() && asked.is_empty() {
            continue;
        }
        for (artifact, root) in cases(inventory, consumer.scope) {
            let case = Case {
                inventory,
                root,
                consumer: consumer.id,
                choices,
            };
            let aimed_at = |range: &Range| {
                let target = target.as_ref();
                target.is_some_and(|t| t.consumer == consumer.id && t.asks(range))
            };
            let named = !asked.is_empty() || consumer.ranges.iter().any(aimed_at);
            let loads = consumer.scope == Scope::Input && !module;
            if closed.is_some() && !named && !loads {
                continue;
            }
            // What is cut off was meant for a loader; how it ends there is in the replays.
            let wanted = !asked.is_empty() || cut && loads;
            let applies = wanted || closed.is_some() || (consumer.meant_for)(&case);
            if !applies && !named {
                // One word for all versions: many artifacts times many versions would be a lot of it.
                verdicts.push(idle(consumer, &artifact));
                continue;
            }
            for range in consumer.ranges {
                if asked.is_empty() || asked.iter().any(|q| q.asks(range)) {
                    let wanted = wanted || aimed_at(range);
                    let applies = applies || wanted;
                    verdicts.push(match closed.as_ref().and_then(unseen) {
                        Some(because) => Verdict {
                            versions: range.versions.shown.to_string(),
                            verdict: Decision::Unknown,
                            because,
                            ..idle(consumer, &artifact)
                        },
                        None if cut => {
                            let mut answer =
                                verdict(&case, consumer, range, &artifact, applies, wanted);
                            // No other change makes a file whole.
                            answer.fixes.retain(|fix| fix.id == "export-again");
                            answer
                        }
                        None => verdict(&case, consumer, range, &artifact, applies, wanted),
                    });
                }
            }
        }
    }
    verdicts
}

/// Why nobody can say what a loader would see, where that is so.
fn unseen(closed: &Closed) -> Option<Phrase> {
    match closed {
        Closed::Cut => None,
        Closed::Packed(_) => Some(say(
            "What is compressed so was not opened.",
            "这种压缩没有解开，其中的内容未知。",
        )),
        Closed::Archives(_) => Some(say(
            "The image archives inside were not judged: give one of them.",
            "其中的镜像归档未判断：请只提供其中一个。",
        )),
    }
}

/// The cases of a scope, each with the artifact id that its verdict carries.
fn cases(inventory: &Inventory, scope: Scope) -> Vec<(String, Option<&Root>)> {
    match (scope, inventory.roots.as_slice()) {
        (_, []) => vec![("*".to_string(), None)],
        (_, [only]) => vec![(only.id.clone(), Some(only))],
        (Scope::Input, [first, ..]) => vec![("*".to_string(), Some(first))],
        (Scope::Root, roots) => roots
            .iter()
            .take(graph::manageable_roots(inventory))
            .map(|r| (r.id.clone(), Some(r)))
            .collect(),
    }
}

/// The word of a consumer that an artifact is not meant for, whatever its version.
fn idle(consumer: &Consumer, artifact: &str) -> Verdict {
    Verdict {
        artifact: artifact.to_string(),
        consumer: consumer.id.to_string(),
        versions: String::new(),
        verdict: Decision::NotApplicable,
        of_form: false,
        error: None,
        because: say("Not meant for {name}.", "并非提供给 {name} 的内容。")
            .name("name", consumer.name),
        at: None,
        steps: Vec::new(),
        fixes: Vec::new(),
    }
}

fn verdict(
    case: &Case,
    consumer: &Consumer,
    range: &Range,
    artifact: &str,
    applies: bool,
    wanted: bool,
) -> Verdict {
    let mut answer = idle(consumer, artifact);
    answer.versions = range.versions.shown.to_string();
    if !applies {
        return answer;
    }
    if !case.inventory.gathered {
        answer.verdict = Decision::Unknown;
        answer.because = say(
            "Reading stopped before all documents were read.",
            "在读完全部文档之前已停止。",
        );
        return answer;
    }
    let mut trace = Trace::default();
    let end = (range.replay)(case, &mut trace).and_then(|accept| whole(case, consumer, accept));
    answer.steps = trace.steps;
    match end {
        Ok(Accept { uses, at, fixes }) => {
            answer.verdict = Decision::Accepts;
            answer.because = uses;
            answer.at = at;
            answer.fixes = fixes;
        }
        Err(Stop::Refuse(refusal)) if refusal.whatever && !wanted => {
            answer.because = refusal.because;
            answer.steps.clear();
        }
        Err(Stop::Refuse(refusal)) => {
            answer.verdict = Decision::Refuses;
            answer.of_form = refusal.of_form;
            answer.error = Some(refusal.error);
            answer.because = refusal.because;
            answer.at = refusal.at;
            answer.fixes = refusal.fixes;
        }
        Err(Stop::Unknown(missing)) => {
            answer.verdict = Decision::Unknown;
            answer.because = unmade(case, &missing).unwrap_or_else(|| lacking(&missing));
            answer.at.clone_from(&missing.at);
            answer.steps.push(Step {
                mark: Mark::Unknown,
                says: answer.because.clone(),
                at: missing.at,
            });
        }
    }
    Held::fill_in(case, consumer, &mut answer.fixes);
    answer
}

/// Nobody is said to take an archive that is cut off: what is missing might have changed the answer, and readers of
/// whole archives stop at such an end. Nor is one who is given all of it said to take what could not be read.
fn whole(case: &Case, consumer: &Consumer, accept: Accept) -> Result<Accept, Stop> {
    let failed = case.inventory.blobs.iter().find(|blob| {
        let failed = matches!(blob.measured, Measured::Not(Why::ReadFailed(_)));
        failed && consumer.scope == Scope::Input
    });
    if let Some(Blob {
        path,
        measured: Measured::Not(why),
        ..
    }) = failed
    {
        return Err(Stop::Unknown(Missing {
            what: path.to_string(),
            why: why.clone(),
            at: None,
        }));
    }
    match &case.inventory.archive_defect {
        Some(TarDefect::Truncated { .. }) => Err(Stop::Unknown(Missing {
            what: case.inventory.name.clone(),
            why: Why::Truncated,
            at: None,
        })),
        _ => Ok(accept),
    }
}

/// Says that a manifest is missing because there is none yet: what is in hand has to be packed or pushed first.
fn unmade(case: &Case, missing: &Missing) -> Option<Phrase> {
    let manifest = missing.why == Why::NotGiven && missing.what == "manifest";
    (case.inventory.kind.lacks_manifest() && manifest).then(|| {
        say(
            "The manifest that it asks for is only made when this is pushed.",
            "它所需的清单要到推送时才会生成。",
        )
    })
}

/// Says what is missing and why.
pub fn lacking(missing: &Missing) -> Phrase {
    let phrase = match &missing.why {
        Why::NotYet => say("Not read yet: {what}.", "尚未读取：{what}。"),
        Why::Stopped => say(
            "Reading stopped before the end of {what}.",
            "{what} 尚未读完就已停止。",
        ),
        Why::NotGiven => say("{what} was not given.", "没有提供 {what}。"),
        Why::NotInInput => say(
            "{what} is missing from what was given.",
            "提供的内容中缺少 {what}。",
        ),
        Why::TooManyPaths => say(
            "More paths lead through {what} than are followed here.",
            "经过 {what} 的路径过多，此处没有全部跟踪。",
        ),
        Why::BeyondLimits => say(
            "{what} has more values, or nests deeper, than is read here.",
            "{what} 的值过多或嵌套过深，此处未读取。",
        ),
        Why::TooLarge(limit) => say(
            "{what} is larger than the limit of {limit} for such a document.",
            "{what} 超过此类文档的上限 {limit}。",
        )
        .bytes("limit", *limit),
        Why::ExpandsTooMuch => say(
            "{what} decompresses to so much that it was not read to its end.",
            "{what} 解压后的数据过大，未读到末尾。",
        ),
        Why::ReadFailed(words) => say(
            "{what} could not be read ({words}).",
            "无法读取 {what}（{words}）。",
        )
        .name("words", words.clone()),
        Why::ReaderDied(words) => say(
            "What was reading {what} stopped working ({words}).",
            "读取 {what} 的程序意外终止（{words}）。",
        )
        .name("words", words.clone()),
        Why::Truncated => say(
            "The archive ends before {what} does.",
            "归档在 {what} 结束之前就中断了。",
        ),
        Why::NotDocumented => say(
            "Nothing public says whether it takes {what}.",
            "没有公开资料说明它是否接受 {what}。",
        ),
        Why::NotLookedUp => say(
            "The user {what} is looked up in the image's own `/etc/passwd` and `/etc/group`, and the content of \
             files in layers is not read here. All else is as needed.",
            "用户 {what} 要在镜像自身的 `/etc/passwd` 和 `/etc/group` 中查找，而此处不读取层内文件的内容。其余各项均符合要求。",
        ),
        Why::ContentNotRead => say(
            "It depends on what stands inside {what}, and that is not read here. All else is as needed.",
            "结果取决于 {what} 里面的内容，而此处不读取。其余各项均符合要求。",
        ),
        Why::Unreadable => say(
            "{what} is not what it should be, so nothing follows from it.",
            "{what} 的内容不是它应有的样子，无法据此推断。",
        ),
        Why::Outside => say(
            "The rest depends on {what}, which is no part of the artifact.",
            "其余取决于 {what}，它不是制品的一部分。",
        ),
        Why::NotSettled => say(
            "What these versions do with {what} could not be settled from their source.",
            "从源码无法确定这些版本会如何处理 {what}。",
        ),
    };
    phrase.code("what", missing.what.clone())
}
