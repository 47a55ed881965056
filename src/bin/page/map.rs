//! The map: which document names which parts, how large they are, and what is known of each. It shows what the report
//! says and leads to the place of each part.

use crate::map_block::{Stops, detail, drawn, look, percent, state};
use crate::show::{code, word};
use crate::state::{Action, Dispatch, Loaded, Shared};
use pullcheck::map::{Band, Block, Map, Rest, Tree, length};
use pullcheck::report::{Described, Locus, Report};
use pullcheck::text::{Lang, short_bytes};
use std::collections::BTreeSet;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::prelude::*;

/// Artifacts that are drawn before the reader asks for the rest.
const TREES: usize = 4;
/// Documents below one that are drawn before the reader asks for the rest.
const BANDS: usize = 8;
/// Parts of one document that are drawn before the reader asks for the rest.
const BLOCKS: usize = 20;
/// What is drawn at most in one list, whatever the reader asks for; the list of contents has all.
const MOST: usize = 500;
/// Parts in one line of shares from which on the gaps between them are finer.
const FINE: usize = 30;
/// Sizes whose blocks explain the scale.
const SAMPLES: [u64; 3] = [1_000, 1_000_000, 1_000_000_000];

/// Properties of [`MapView`].
#[derive(Properties, PartialEq)]
pub struct MapProps {
    /// Language of the reader.
    pub lang: Lang,
    /// The report.
    pub loaded: Shared<Loaded>,
    /// How actions are sent.
    pub dispatch: Dispatch,
}

/// Whether there is a map: a single box would say nothing that its name does not.
pub fn shows(report: &Report) -> bool {
    let parts = report.artifacts.iter().map(|a| a.descriptors.len());
    parts.sum::<usize>() >= 2
}

/// All artifacts on one map.
#[component]
pub fn MapView(props: &MapProps) -> Html {
    let lang = props.lang;
    let map = use_memo(props.loaded.clone(), |loaded| Map::of(&loaded.report));
    // The block that is pointed at or has the focus.
    let active = use_state(|| None::<Block>);
    // Where a step with the Tab key enters.
    let entry = use_state(|| 0_usize);
    // Documents, by artifact and descriptor, whose parts are all drawn.
    let opened = use_state(BTreeSet::<(usize, usize)>::new);
    let report = &props.loaded.report;
    if !shows(report) {
        return html! {};
    }
    let point = {
        let active = active.clone();
        Callback::from(move |block: Option<Block>| active.set(block))
    };
    let open = {
        let opened = opened.clone();
        Callback::from(move |at: (usize, usize)| {
            let mut now = (*opened).clone();
            now.insert(at);
            opened.set(now);
        })
    };
    let mut canvas = Canvas {
        props,
        active: active.as_ref(),
        opened: &opened,
        point,
        open,
        stops: Stops::new(*entry),
    };
    let all_trees = opened.contains(&ALL_TREES);
    let room = if all_trees { MOST } else { TREES };
    let trees: Html = map
        .trees
        .iter()
        .take(room)
        .map(|tree| canvas.tree(tree))
        .collect();
    let hidden = map.trees.len().saturating_sub(room);
    let rest = Rest {
        count: hidden,
        bytes: 0,
    };
    let more =
        (hidden > 0).then(|| canvas.more(rest, ALL_TREES, !all_trees, ("artifacts", "个制品")));
    let bands = canvas.stops.bands.clone();
    let onkeydown = Callback::from(move |event: KeyboardEvent| steer(&event, &bands));
    let onfocusin = {
        let entry = entry.clone();
        Callback::from(move |event: FocusEvent| {
            let element = event
                .target()
                .and_then(|t| t.dyn_into::<HtmlElement>().ok());
            if let Some(at) = element.and_then(|element| number(&element.id())) {
                entry.set(at);
            }
        })
    };
    let onmouseleave = {
        let point = canvas.point.clone();
        Callback::from(move |_: MouseEvent| point.emit(None))
    };
    html! {
        <section class="map" aria-labelledby="map">
            <h2 id="map">{ word(lang, "Map: what names what, and how large it is", "结构图：谁引用谁，各有多大") }</h2>
            <p class="map-sum">{ sum(&map, lang) }</p>
            { legend(&map, lang) }
            <div class="map-canvas" {onkeydown} {onfocusin} {onmouseleave}>
                { trees }
                { more }
                <div class={classes!("map-detail", active.is_some().then_some("live"))}>{ detail(report, active.as_ref(), lang) }</div>
            </div>
        </section>
    }
}

/// Stands for the list of artifacts among the opened documents.
const ALL_TREES: (usize, usize) = (usize::MAX, usize::MAX);

/// What drawing needs to know.
struct Canvas<'p> {
    props: &'p MapProps,
    active: Option<&'p Block>,
    opened: &'p BTreeSet<(usize, usize)>,
    point: Callback<Option<Block>>,
    open: Callback<(usize, usize)>,
    stops: Stops,
}

impl Canvas<'_> {
    fn described(&self, block: &Block) -> Option<&Described> {
        Map::described(&self.props.loaded.report, block)
    }

    fn tree(&mut self, tree: &Tree) -> Html {
        let artifact = self.props.loaded.report.artifacts.get(tree.artifact);
        let name = artifact.map(|a| a.name.clone().unwrap_or_else(|| a.id.clone()));
        let several = self.props.loaded.report.artifacts.len() > 1;
        let band = self.band(&tree.root);
        html! {
            <>
                if several { <h3>{ code(&name.unwrap_or_default()) }</h3> }
                <ul class="bands">{ band }</ul>
            </>
        }
    }

    fn band(&mut self, band: &Band) -> Html {
        let lang = self.props.lang;
        let key = (band.document.artifact, band.document.descriptor);
        self.stops.bands.push(self.stops.next);
        let document = self.block(&band.document, true, band.attestation);
        let platform = self
            .described(&band.document)
            .and_then(|d| d.platform.clone())
            .filter(|platform| !platform.contains("unknown"));
        let holds = self.holds(band);
        // Whoever has seen a document once has seen all its parts.
        let again = band.document.again;
        let (blocks, bands) = if again {
            (html! {}, html! {})
        } else {
            (self.blocks(band, key), self.bands(band, key))
        };
        html! {
            <li class="band" key={format!("{}-{}", key.0, key.1)}>
                <div class="head">
                    { document }
                    if let Some(platform) = platform { { code(&platform) } }
                    if again {
                        <span class="told">{ word(lang, "the same document as above", "与上面是同一文档") }</span>
                    } else if !holds.is_empty() {
                        <span class="told">{ holds }</span>
                    }
                </div>
                { blocks }
                { bands }
            </li>
        }
    }

    /// How many layers, how many bytes, and where most of them are.
    fn holds(&self, band: &Band) -> String {
        let lang = self.props.lang;
        let role = |b: &&Block| self.described(b).is_some_and(|d| d.role == "layer");
        let layers = band.blocks.iter().filter(role).count() as u64;
        if band.blocks.is_empty() {
            return String::new();
        }
        let mut told = match (layers, lang) {
            (1, Lang::En) => format!("1 layer, {} in all", short_bytes(band.bytes)),
            (_, Lang::En) => format!("{layers} layers, {} in all", short_bytes(band.bytes)),
            (_, Lang::Zh) => format!("{layers} 层，共 {}", short_bytes(band.bytes)),
        };
        let size = |b: &Block| self.described(b).and_then(|d| d.size).unwrap_or(0);
        let largest = band
            .blocks
            .iter()
            .filter(role)
            .max_by_key(|b| (size(b), usize::MAX - b.number));
        if let Some(largest) = largest.filter(|b| b.of > 1 && size(b) > band.bytes / 2) {
            let share = percent(size(largest), band.bytes);
            let number = largest.number;
            told += &match lang {
                Lang::En => format!(", {share} of that in layer {number}"),
                Lang::Zh => format!("，其中第 {number} 层占 {share}"),
            };
        }
        told
    }

    fn blocks(&mut self, band: &Band, key: (usize, usize)) -> Html {
        if band.blocks.is_empty() {
            return html! {};
        }
        let opened = self.opened.contains(&key);
        let room = if opened { MOST } else { BLOCKS };
        let report = &self.props.loaded.report;
        let (shown, rest) = band.drawn(report, room);
        let blocks: Html = shown
            .into_iter()
            .map(|block| {
                let inner = self.block(block, false, false);
                html! { <li key={block.descriptor}>{ inner }</li> }
            })
            .collect();
        let more = (rest.count > 0).then(|| {
            let inner = self.more(rest, key, !opened, ("parts", "个部分"));
            html! { <li key="rest">{ inner }</li> }
        });
        html! {
            <>
                { self.shares(band) }
                <ul class="blocks">{ blocks }{ more }</ul>
            </>
        }
    }

    fn bands(&mut self, band: &Band, key: (usize, usize)) -> Html {
        if band.bands.is_empty() {
            return html! {};
        }
        let opened = self.opened.contains(&key);
        let room = if opened { MOST } else { BANDS };
        let report = &self.props.loaded.report;
        let (shown, rest) = band.drawn_below(report, room);
        let bands: Html = shown.into_iter().map(|below| self.band(below)).collect();
        let more = (rest.count > 0).then(|| {
            let inner = self.more(rest, key, !opened, ("manifests", "个清单"));
            html! { <li class="band" key="rest">{ inner }</li> }
        });
        html! { <ul class="bands">{ bands }{ more }</ul> }
    }

    /// True shares of the bytes, in one line.
    fn shares(&self, band: &Band) -> Html {
        let sizes = || {
            band.blocks.iter().filter_map(|b| {
                let described = self.described(b).filter(|d| d.role != "subject")?;
                Some((state(described, self.props.lang).class, described.size?, b))
            })
        };
        if band.bytes == 0 || sizes().count() < 2 {
            return html! {};
        }
        // Thousandths of the whole. What is narrower than one is not seen; that is what the blocks are for.
        let thousandth = |bytes: u64| u128::from(bytes) * 1000 / u128::from(band.bytes);
        let mut before = 0_u64;
        let parts: Html = sizes()
            .filter_map(|(class, size, block)| {
                let start = thousandth(before);
                before = before.saturating_add(size);
                let width = thousandth(before).saturating_sub(start);
                let active = self.active.is_some_and(|a| a.content == block.content);
                (width > 0).then(|| html! {
                    <rect class={classes!(class, active.then_some("active"))} x={start.to_string()} y="0"
                        width={width.to_string()} height="8" />
                })
            })
            .collect();
        html! {
            <svg class={classes!("shares", (sizes().count() > FINE).then_some("many"))} viewBox="0 0 1000 8" preserveAspectRatio="none" aria-hidden="true">{ parts }</svg>
        }
    }

    fn block(&mut self, block: &Block, document: bool, attestation: bool) -> Html {
        let at = self.stops.take();
        let Some(described) = self.described(block) else {
            return html! {};
        };
        let place = described
            .at
            .clone()
            .or_else(|| described.path.clone().map(Locus::whole));
        let onclick = place.map(|at| {
            let dispatch = self.props.dispatch.clone();
            Callback::from(move |_: MouseEvent| dispatch.dispatch(Action::Show(at.clone())))
        });
        let points = |point: &Callback<Option<Block>>| {
            let (point, block) = (point.clone(), block.clone());
            move || point.emit(Some(block.clone()))
        };
        let (over, focused) = (points(&self.point), points(&self.point));
        let same = self.active.is_some_and(|a| a.content == block.content);
        html! {
            <button type="button" id={format!("map-{at}")} tabindex={self.stops.tabindex(at)}
                class={classes!("part", document.then_some("document"),
                    (described.role == "config").then_some("config"), state(described, self.props.lang).class,
                    block.again.then_some("again"), same.then_some("active"))}
                onclick={onclick.unwrap_or_default()}
                onmouseenter={Callback::from(move |_: MouseEvent| over())}
                onfocus={Callback::from(move |_: FocusEvent| focused())}>
                { drawn(described, block, document, attestation, self.props.lang) }
            </button>
        }
    }

    /// What is not drawn by itself; a button, as long as more can be drawn.
    fn more(&mut self, rest: Rest, key: (usize, usize), can: bool, noun: (&str, &str)) -> Html {
        let bytes = if rest.bytes > 0 {
            short_bytes(rest.bytes)
        } else {
            String::new()
        };
        let told = match (self.props.lang, bytes.is_empty()) {
            (Lang::En, true) => format!("and {} more {}", rest.count, noun.0),
            (Lang::En, false) => format!("and {} more {}, {bytes}", rest.count, noun.0),
            (Lang::Zh, true) => format!("另有 {} {}", rest.count, noun.1),
            (Lang::Zh, false) => format!("另有 {} {}，共 {bytes}", rest.count, noun.1),
        };
        if !can {
            return html! { <span class="told">{ told }</span> };
        }
        let at = self.stops.take();
        let open = self.open.clone();
        html! {
            <button type="button" class="rest" id={format!("map-{at}")} tabindex={self.stops.tabindex(at)}
                onclick={Callback::from(move |_: MouseEvent| open.emit(key))}>{ told }</button>
        }
    }
}

/// What there is in all.
fn sum(map: &Map, lang: Lang) -> String {
    let bytes = short_bytes(map.bytes);
    match lang {
        Lang::En => format!(
            "{} contents, {bytes} by what is declared; what several documents share counts once.",
            map.contents
        ),
        Lang::Zh => format!(
            "共 {} 项内容，按声明合计 {bytes}；多个文档共用的内容只计一次。",
            map.contents
        ),
    }
}

/// What the marks and lengths mean; of the states, those that occur.
fn legend(map: &Map, lang: Lang) -> Html {
    let states = map.states.iter().map(|(content, count)| {
        let shown = look(*content, lang);
        html! {
            <li class={shown.class}>
                <svg class="brick" width="26" height="18" aria-hidden="true"><text x="11.5" y="12.2">{ shown.icon }</text></svg>
                { match lang {
                    Lang::En => format!("{count} {}", shown.name),
                    Lang::Zh => format!("{count} 项{}", shown.name),
                } }
            </li>
        }
    });
    let samples = SAMPLES.iter().map(|bytes| {
        html! {
            <li>
                <svg class="brick" width={length(*bytes).to_string()} height="12" aria-hidden="true"></svg>
                { short_bytes(*bytes) }
            </li>
        }
    });
    html! {
        <div class="map-legend">
            <ul>
                { for states }
                if map.read > 0 {
                    <li class="verified">
                        <svg class="brick" width="26" height="18" aria-hidden="true"><text x="11.5" y="12.2">{ "✓" }</text></svg>
                        { match lang {
                            Lang::En => format!("{} read, with nothing declared", map.read),
                            Lang::Zh => format!("{} 项已读取（没有声明可比较）", map.read),
                        } }
                    </li>
                }
                if map.shared {
                    <li class="verified again">
                        <svg class="brick" width="26" height="18" aria-hidden="true"></svg>
                        { word(lang, "×2 in two documents, hollow where it was drawn before", "×2 由两个文档共用，空心表示前面已画过") }
                    </li>
                }
            </ul>
            <ul class="scale">{ for samples }</ul>
            <p>{ word(
                lang,
                "Each doubling makes a block longer by the same amount, so that a small config is seen beside a large layer. \
                 The thin line above the blocks shows true shares.",
                "字节数每翻一倍，方块增加相同的长度，因此很小的配置也能与很大的层并排看清。方块上方的细线表示真实占比。",
            ) }</p>
        </div>
    }
}

/// The number in the id of a block.
fn number(id: &str) -> Option<usize> {
    id.strip_prefix("map-")?.parse().ok()
}

/// Arrow keys go from block to block, up and down from document to document.
fn steer(event: &KeyboardEvent, bands: &[usize]) {
    if event.ctrl_key() || event.alt_key() || event.meta_key() {
        return;
    }
    let element = event
        .target()
        .and_then(|t| t.dyn_into::<HtmlElement>().ok());
    let Some(at) = element.and_then(|element| number(&element.id())) else {
        return;
    };
    let to = match event.key().as_str() {
        "ArrowRight" => at.checked_add(1),
        "ArrowLeft" => at.checked_sub(1),
        "ArrowDown" => bands.iter().copied().find(|start| *start > at),
        "ArrowUp" => bands.iter().copied().rev().find(|start| *start < at),
        "Home" => Some(0),
        "End" => bands.last().copied(),
        _ => return,
    };
    event.prevent_default();
    let target = to.and_then(|to| {
        let document = gloo::utils::document();
        document.get_element_by_id(&format!("map-{to}"))
    });
    if let Some(target) = target.and_then(|t| t.dyn_into::<HtmlElement>().ok()) {
        // Where the focus cannot go, it stays.
        let _ = target.focus();
    }
}
