//! The leaflet of one consumer: its versions, what can be set, what it does with the usual shapes, which errors it prints,
//! where its behaviour was read. What it accepts is checked when the leaflet is written.

use super::{
    Bit, Block, Item, Kind, Leaflet, Look, Section, To, blank, colon, error_item, joined,
    paragraph, section, to_one,
};
use crate::addresses::is_repository;
use crate::consumers::{self, Consumer, Scope, Setting, Source, Takes};
use crate::errors;
use crate::lessons::{Trial, trials, ways};
use crate::report::{Decision, Verdict};
use crate::text::{Text, say, text};

/// The leaflet of a consumer.
pub(super) fn leaflet(consumer: &'static Consumer) -> Leaflet {
    let mut leaflet = outline(consumer);
    leaflet.sections.splice(0..0, tried(consumer));
    leaflet
}

/// What is said of a consumer without trying it: all but its versions and what it does with examples.
pub fn outline(consumer: &'static Consumer) -> Leaflet {
    let name = || say("{consumer}", "{consumer}").name("consumer", consumer.name);
    Leaflet {
        title: vec![Bit::Name(consumer.name.to_string())],
        name: joined(&[
            name(),
            say(
                ": which OCI artifacts it accepts, which it refuses and why",
                "：接受和拒绝哪些 OCI 制品，以及原因",
            ),
        ]),
        about: joined(&[name(), say(": ", "："), consumer.about.into()]),
        lede: vec![consumer.about.into()],
        facts: vec![
            (
                text(
                    "Name for links and the command line",
                    "用于链接和命令行的名称",
                ),
                vec![Bit::Code(consumer.id.to_string())],
            ),
            (
                text("What it is given", "接收的内容"),
                vec![scope(consumer.scope).into()],
            ),
        ],
        sections: known(consumer),
    }
}

/// Its versions, and what it does with examples: checked here and now.
fn tried(consumer: &'static Consumer) -> Vec<Section> {
    let trials = trials(consumer);
    let mut sections = vec![section(
        "versions",
        text("Versions that behave differently", "行为不同的各版本"),
        vec![Block::Cards(
            consumer
                .ranges
                .iter()
                .map(|range| Item {
                    head: vec![Bit::Name(range.versions.shown.to_string())],
                    body: vec![paragraph(range.label)],
                })
                .collect(),
        )],
    )];
    sections.push(section(
        "accepts",
        text("What it accepts", "接受什么"),
        vec![
            paragraph(text(
                "Each of these examples was given to a replay of its code when this page was made.",
                "下列每个示例的结论，都是生成本页时重演其代码得出的。",
            )),
            Block::List(trials.iter().map(trial).collect()),
        ],
    ));
    sections.extend(decides(&trials));
    let fixes = ways(&trials);
    if !fixes.is_empty() {
        sections.push(section(
            "fix",
            text("How to make what it wants", "怎样产出它要的内容"),
            fixes.into_iter().cloned().map(Block::Fix).collect(),
        ));
    }
    sections
}

/// What is known of it without trying.
fn known(consumer: &'static Consumer) -> Vec<Section> {
    let mut sections = Vec::new();
    if !consumer.settings.is_empty() {
        let set = consumer.settings.iter().map(|one| setting(consumer, one));
        sections.push(section(
            "settings",
            text("What can be set", "可设置的项目"),
            vec![Block::List(set.collect())],
        ));
    }
    let mut printed = errors::all()
        .iter()
        .filter(|entry| entry.consumers.iter().any(|id| id == consumer.id))
        .peekable();
    if printed.peek().is_some() {
        sections.push(section(
            "errors",
            text("Errors that it prints", "它会给出的报错"),
            vec![Block::List(printed.map(error_item).collect())],
        ));
    }
    sections.push(section(
        "sources",
        text("Where this was read", "行为依据"),
        vec![
            paragraph(text(
                "Each step is replayed as these sources do it.",
                "每一步都按下列来源中的做法重演。",
            )),
            Block::Bullets(consumer.sources.iter().map(source).collect()),
        ],
    ));
    sections
}

fn scope(scope: Scope) -> Text {
    match scope {
        Scope::Root => text(
            "One artifact, by its name in a registry or layout; each artifact is judged on its own.",
            "单个制品（镜像仓库或布局中的一个名称）；每个制品单独判断。",
        ),
        Scope::Input => text(
            "The archive or folder as a whole; it is judged once.",
            "整个归档或文件夹；只判断一次。",
        ),
    }
}

/// What becomes of one example, by versions.
fn trial(trial: &Trial) -> Item {
    let example = vec![trial.example.title.into()];
    let mut body = Vec::new();
    for (versions, verdict) in &trial.answers {
        let mut line = vec![Bit::Decision(verdict.verdict), blank()];
        if !versions.is_empty() {
            line.push(Bit::Aside(versions.clone()));
            line.push(blank());
        }
        line.push(verdict.because.clone().into());
        body.push(Block::Paragraph(line));
        if let Some(error) = &verdict.error {
            body.push(Block::Verbatim(Look::Error, error.clone()));
        }
    }
    Item {
        head: vec![Bit::Link(to_one(Kind::Examples, trial.example.id), example)],
        body,
    }
}

/// Its steps with the first example that its newest version takes, else with the first that it refuses.
fn decides(trials: &[Trial]) -> Option<Section> {
    let newest = |sought: Decision| {
        trials
            .iter()
            .filter_map(|trial| Some((trial, &trial.answers.last()?.1)))
            .find(|(_, verdict)| verdict.verdict == sought && !verdict.steps.is_empty())
    };
    let (trial, verdict): (&Trial, &Verdict) =
        newest(Decision::Accepts).or_else(|| newest(Decision::Refuses))?;
    Some(section(
        "steps",
        text("How it decides", "如何判断"),
        vec![
            Block::Paragraph(vec![
                text(
                    "The steps of its newest version with the example ",
                    "最新版本处理这个示例的步骤：",
                )
                .into(),
                Bit::Link(
                    to_one(Kind::Examples, trial.example.id),
                    vec![trial.example.title.into()],
                ),
                text(":", "").into(),
            ]),
            Block::Steps(verdict.steps.clone()),
        ],
    ))
}

/// What can be set, and how it is set by address and on the command line.
fn setting(consumer: &Consumer, setting: &Setting) -> Item {
    let key = consumers::key(consumer.id, setting);
    let mut body = vec![paragraph(setting.about)];
    if let Takes::OneOf(values) = setting.takes {
        let values = values.iter().map(|(value, label)| {
            let shown = if value.is_empty() { "\"\"" } else { value };
            vec![Bit::Code(shown.to_string()), colon(), (*label).into()]
        });
        body.push(Block::Bullets(values.collect()));
    }
    Item {
        head: vec![
            Bit::Strong(setting.name),
            blank(),
            Bit::Code(format!("{key}={}", setting.default)),
        ],
        body,
    }
}

fn source(source: &Source) -> Vec<Bit> {
    let name = Bit::Name(source.repository.to_string());
    let name = if is_repository(source.repository) {
        let address = format!("https://github.com/{}", source.repository);
        Bit::Link(To::Outside(address), vec![name])
    } else {
        name
    };
    vec![
        name,
        colon(),
        Bit::Name(source.path.to_string()),
        blank(),
        Bit::Aside(source.at.to_string()),
    ]
}
