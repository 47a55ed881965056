//! A row of the tree: what a part is, how large it is, and whether its content is as declared. It decides nothing.

use super::details;
use super::opened::Opened;
use super::outline::{Act, Links, Part, Shown, View, has_children};
use crate::show::{CopyButton, linked, word};
use crate::state::{Action, Dispatch, Loaded, Shared};
use pullcheck::media_types;
use pullcheck::report::{Artifact, Content, Described};
use pullcheck::spec::ecosystem;
use pullcheck::text::{Lang, Text, bytes, short_bytes, text};
use std::rc::Rc;
use yew::prelude::*;

/// The deepest level with an indent of its own.
const DEEPEST: u32 = 6;
/// Columns of the table.
const COLUMNS: &str = "5";

/// All that a row is drawn from.
pub struct Context<'c> {
    /// Language of the reader.
    pub lang: Lang,
    /// Which row it is.
    pub part: Part,
    /// Its artifact.
    pub artifact: &'c Artifact,
    /// The report.
    pub loaded: &'c Shared<Loaded>,
    /// What is the same and refers to what.
    pub links: &'c Shared<Links>,
    /// Whether what hangs below it is folded.
    pub folded: bool,
    /// The largest size in the artifact, in bytes.
    pub largest: u64,
    /// What the reader has opened.
    pub view: &'c Rc<Shown>,
    /// How the reader's doings are sent.
    pub turn: &'c UseReducerDispatcher<View>,
    /// How actions are sent.
    pub dispatch: &'c Dispatch,
}

impl Context<'_> {
    /// What a click on something in this row does.
    pub fn act(&self, act: Act) -> Callback<MouseEvent> {
        let (turn, artifact) = (self.turn.clone(), self.part.artifact);
        Callback::from(move |_| turn.dispatch((artifact, act.clone())))
    }
}

/// The row, with its details and its content below it where they are open.
pub fn row(context: &Context) -> Html {
    let (lang, row) = (context.lang, context.part.row);
    let Some(described) = context.artifact.descriptors.get(row) else {
        return html! {};
    };
    let depth = format!("depth-{}", described.depth.min(DEEPEST));
    let details = context.view.details.contains(&row);
    let opened = context.view.opened == Some(row);
    html! {
        <>
            <tr key={row} class={depth.clone()} data-role={described.role.clone()}>
                <th scope="row">
                    { twig(described, context) }
                    { tags(described, context) }
                </th>
                <td>{ media_type(described, lang) }</td>
                <td class="size">{ size(described, context.largest, lang) }</td>
                <td class="digest">{ digest(described, lang) }</td>
                <td class="state">{ content(described, lang) }{ doings(described, context, details, opened) }</td>
            </tr>
            if details {
                <tr key={format!("{row}-details")} class={classes!("below", depth.clone())}>
                    <td colspan={COLUMNS} id={format!("{}-details", context.part.id())}>{ details::details(described, context) }</td>
                </tr>
            }
            if opened {
                <tr key={format!("{row}-inside")} class="below inside">
                    <td colspan={COLUMNS} id={format!("{}-inside", context.part.id())}>
                        <Opened {lang} loaded={context.loaded.clone()} path={described.path.clone().unwrap_or_default()}
                            title={title(described, context.part, context.artifact, lang)}
                            on_close={close(context)} />
                    </td>
                </tr>
            }
        </>
    }
}

/// Closes what is open.
fn close(context: &Context) -> Callback<()> {
    let (turn, artifact) = (context.turn.clone(), context.part.artifact);
    Callback::from(move |()| turn.dispatch((artifact, Act::Open(None))))
}

/// What a part is called, for links to it and headings about it.
pub fn title(described: &Described, part: Part, artifact: &Artifact, lang: Lang) -> String {
    let role = role_words(&described.role).get(lang);
    if let Some(platform) = &described.platform {
        return format!("{role} {platform}");
    }
    if described.role != "layer" {
        return role.to_string();
    }
    // Layers are counted below their manifest.
    let rows = artifact.descriptors.get(..=part.row).unwrap_or_default();
    let siblings = rows
        .iter()
        .rev()
        .take_while(|row| row.depth >= described.depth);
    let number = siblings
        .filter(|row| row.role == "layer" && row.depth == described.depth)
        .count();
    format!("{role} {number}")
}

/// The role in words.
pub fn role_words(role: &str) -> Text {
    match role {
        "index" => text("Index", "索引"),
        "manifest" => text("Manifest", "清单"),
        "config" => text("Config", "配置"),
        "layer" => text("Layer", "层"),
        "subject" => text("Subject", "subject（所附属的对象）"),
        "blob" => text("File", "文件"),
        "docker-image" => text("Image of a docker-archive", "docker-archive 中的镜像"),
        "docker-archive-manifest" => text(
            "`manifest.json` of a docker-archive",
            "docker-archive 的 `manifest.json`",
        ),
        "oci-layout" => text("Layout", "布局"),
        _ => text("Document", "文档"),
    }
}

/// The fold and the role; the role is a button where the descriptor's own place can be shown.
fn twig(described: &Described, context: &Context) -> Html {
    let lang = context.lang;
    let name = title(described, context.part, context.artifact, lang);
    let name = name.replace('`', "");
    let id = context.part.id();
    let rows = &context.artifact.descriptors;
    let fold = has_children(rows, context.part.row).then(|| {
        let mut folded = context.view.folded(rows);
        if !folded.remove(&context.part.row) {
            folded.insert(context.part.row);
        }
        let label = match (context.folded, lang) {
            (true, Lang::En) => format!("Unfold {name}"),
            (true, Lang::Zh) => format!("展开{name}"),
            (false, Lang::En) => format!("Fold {name}"),
            (false, Lang::Zh) => format!("折叠{name}"),
        };
        let onclick = context.act(Act::Fold(folded.into_iter().collect()));
        html! { <button type="button" class="fold" aria-expanded={(!context.folded).to_string()} aria-label={label} {onclick}></button> }
    });
    let role = match &described.at {
        Some(at) => {
            let onclick = {
                let (at, dispatch) = (at.clone(), context.dispatch.clone());
                Callback::from(move |_: MouseEvent| dispatch.dispatch(Action::Show(at.clone())))
            };
            html! { <button type="button" class="place" {id} title={at.show(lang)} {onclick}>{ name }</button> }
        }
        None => html! { <span class="role" {id} tabindex="-1">{ name }</span> },
    };
    html! {
        <span class="twig">
            { fold.unwrap_or_else(|| html! { <span class="leaf"></span> }) }
            <span>
                { role }
                <span class="hidden">{ match lang {
                    Lang::En => format!(", level {}", described.depth),
                    Lang::Zh => format!("，第 {} 级", described.depth),
                } }</span>
            </span>
        </span>
    }
}

/// What a part has to do with others, in a few words; where they are, the details say.
fn tags(described: &Described, context: &Context) -> Html {
    let lang = context.lang;
    let same = context.links.same(described, context.part).len();
    let referrers = context.links.referrers(described).len();
    let mut tags = Vec::new();
    if let Some(kind) = &described.artifact_type
        && context.part.row > 0
    {
        tags.push(html! { <span class="tag">{ linked(kind) }</span> });
    }
    if same > 0 {
        tags.push(html! { <span class="tag">{ match lang {
            Lang::En => format!("the same content stands here {} times", same + 1),
            Lang::Zh => format!("相同内容在此出现 {} 次", same + 1),
        } }</span> });
    }
    if referrers > 0 {
        tags.push(html! { <span class="tag">{ match (referrers, lang) {
            (1, Lang::En) => "1 referrer".to_string(),
            (n, Lang::En) => format!("{n} referrers"),
            (n, Lang::Zh) => format!("{n} 个 referrer"),
        } }</span> });
    }
    tags.into_iter().collect()
}

/// The media type in words and as it is written.
fn media_type(described: &Described, lang: Lang) -> Html {
    let Some(name) = &described.media_type else {
        return html! {};
    };
    html! { <>{ type_words(name, lang) }<br />{ linked(name) }</> }
}

/// A media type in a few words: whose it is, what it is, how it is packed.
fn type_words(name: &str, lang: Lang) -> String {
    let Some(known) = media_types::find(name) else {
        return match (ecosystem::maker(name), lang) {
            (Some(maker), Lang::En) => format!("a type of {maker}"),
            (Some(maker), Lang::Zh) => format!("{maker} 的类型"),
            (None, Lang::En) => "not in the dictionary".to_string(),
            (None, Lang::Zh) => "词典中没有".to_string(),
        };
    };
    let role = known.role.word().get(lang);
    let mut words = match known.maker() {
        "" => role.to_string(),
        maker => format!("{maker} {role}"),
    };
    let ends = |ends: &[&str]| ends.iter().any(|end| name.ends_with(end));
    let packed = if ends(&["+gzip", ".gzip", "+gz"]) {
        "gzip"
    } else if ends(&["+zstd", ".zstd"]) {
        "zstd"
    } else if name.ends_with("tar") {
        word(lang, "plain tar", "未压缩的 tar")
    } else {
        return words;
    };
    words.push_str(word(lang, ", ", "，"));
    words.push_str(packed);
    words
}

/// The size with a bar, as long as its share of the largest.
fn size(described: &Described, largest: u64, lang: Lang) -> Html {
    let Some(size) = described.size else {
        return html! {};
    };
    // A share for the eye: whole per cents, and a little of the smallest.
    let share = (size as f64 / largest.max(1) as f64 * 100.0).clamp(1.0, 100.0);
    html! {
        <>
            <span title={bytes(size, lang)}>{ short_bytes(size) }</span>
            <svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
                <rect width={format!("{share:.1}")} height="4" />
            </svg>
        </>
    }
}

/// The digest, and whether the content has it.
fn digest(described: &Described, lang: Lang) -> Html {
    let (icon, words, class) = state(described.content);
    // Of what was given by itself nobody says what it has to be.
    let declared = described.at.is_some() && described.digest.is_some()
        || described.content == Content::Missing;
    html! {
        <>
            if let Some(digest) = &described.digest {
                <span class="short">
                    <code translate="no" title={digest.clone()}>{ short(digest) }</code>
                    <CopyButton {lang} text={digest.clone()} />
                </span>
            }
            if declared {
                <span class={classes!("checked", class)}><span class="icon" aria-hidden="true">{ icon }</span>{ words.get(lang) }</span>
            }
            if let Some(got) = &described.measured_digest {
                <span class="got">{ word(lang, "got ", "实为 ") }<code translate="no" title={got.clone()}>{ short(got) }</code></span>
            }
            if let Some(got) = described.measured_size {
                <span class="got" title={bytes(got, lang)}>{ match lang {
                    Lang::En => format!("got {got} bytes"),
                    Lang::Zh => format!("实为 {got} 字节"),
                } }</span>
            }
        </>
    }
}

/// The state of a content: icon, words, class.
fn state(content: Content) -> (&'static str, Text, &'static str) {
    match content {
        Content::Verified => ("✓", text("as declared", "与声明一致"), "verified"),
        Content::Differs => ("✗", text("differs", "不一致"), "differs"),
        Content::Missing => ("✗", text("missing", "缺失"), "missing"),
        Content::NotGiven => ("–", text("not given", "未提供"), "not-given"),
        Content::Unread => ("?", text("not read to its end", "未读完"), "unread"),
    }
}

/// What was measured of the content.
fn content(described: &Described, lang: Lang) -> Html {
    let mut facts = Vec::new();
    let document = !matches!(described.role.as_str(), "layer" | "blob");
    if let Some(compression) = described.compression.as_deref()
        && !(document && compression == "none")
    {
        facts.push(match compression {
            "none" => word(lang, "not compressed", "未压缩").to_string(),
            other => other.to_string(),
        });
    }
    facts.extend(described.entries.map(|count| match (count, lang) {
        (1, Lang::En) => "1 entry".to_string(),
        (n, Lang::En) => format!("{n} entries"),
        (n, Lang::Zh) => format!("{n} 个条目"),
    }));
    let diff_id = match (&described.declared_diff_id, &described.diff_id) {
        (Some(declared), Some(measured)) if declared == measured => {
            Some(("✓", text("diffID matches", "diffID 一致"), "verified"))
        }
        (Some(_), Some(_)) => Some(("✗", text("diffID differs", "diffID 不符"), "differs")),
        (Some(_), None) => Some(("?", text("diffID not checked", "diffID 未检查"), "unread")),
        (None, _) => None,
    };
    html! {
        <>
            if !facts.is_empty() { <span class="facts-line">{ facts.join(" · ") }</span> }
            if let Some((icon, words, class)) = diff_id {
                <span class={classes!("checked", class)}><span class="icon" aria-hidden="true">{ icon }</span>{ words.get(lang) }</span>
            }
        </>
    }
}

/// What one can do with a part: see its details, look inside.
fn doings(described: &Described, context: &Context, details: bool, opened: bool) -> Html {
    let (lang, row) = (context.lang, context.part.row);
    let name = title(described, context.part, context.artifact, lang);
    let here = context.loaded.last
        && context.loaded.opened.is_none()
        && described.path.is_some()
        && matches!(
            described.content,
            Content::Verified | Content::Differs | Content::Unread
        )
        && matches!(described.role.as_str(), "layer" | "blob" | "config");
    let id = context.part.id();
    html! {
        <span class="doings">
            <button type="button" class="more" aria-expanded={details.to_string()} aria-controls={details.then(|| format!("{id}-details"))}
                onclick={context.act(Act::Details(row))}>
                { word(lang, "Details", "详情") }<span class="hidden">{ format!(" {name}") }</span>
            </button>
            if here {
                <button type="button" class="more open" aria-expanded={opened.to_string()} aria-controls={opened.then(|| format!("{id}-inside"))}
                    onclick={context.act(Act::Open((!opened).then_some(row)))}>
                    { word(lang, "Look inside", "查看内容") }<span class="hidden">{ format!(" {name}") }</span>
                </button>
            }
        </span>
    }
}

/// The algorithm and the first characters of a digest.
pub fn short(digest: &str) -> String {
    match digest.split_once(':') {
        Some((algorithm, hex)) if hex.chars().count() > 12 => {
            let start: String = hex.chars().take(12).collect();
            format!("{algorithm}:{start}…")
        }
        _ => digest.to_string(),
    }
}
