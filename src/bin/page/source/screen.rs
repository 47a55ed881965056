//! What the browser is asked for: sizes, selections, scrolling, and where in the document something on the screen stands.

use super::view::View;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{
    Element, HtmlElement, Node, ResizeObserver, ScrollIntoViewOptions, ScrollLogicalPosition,
};

/// Calls back whenever the size of an element changes, until it is dropped.
pub struct Sizes {
    observer: ResizeObserver,
    _call: Closure<dyn FnMut()>,
}

impl Sizes {
    /// Watches an element.
    pub fn watch(element: &Element, call: impl FnMut() + 'static) -> Option<Sizes> {
        let call = Closure::<dyn FnMut()>::new(call);
        let observer = ResizeObserver::new(call.as_ref().unchecked_ref()).ok()?;
        observer.observe(element);
        Some(Sizes {
            observer,
            _call: call,
        })
    }
}

impl Drop for Sizes {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

/// Measures the view by a row that is laid out and not seen. True when it is not as it was.
pub fn measure(outer: &HtmlElement, view: &mut View) -> bool {
    let Some(probe) = outer.query_selector(".probe .text").ok().flatten() else {
        return false;
    };
    let letters = probe.get_bounding_client_rect();
    let count = probe.text_content().map_or(0, |text| text.len());
    let frame = outer.get_bounding_client_rect();
    let width = f64::from(outer.client_width()) - (letters.left() - frame.left());
    if letters.width() <= 0.0 || count == 0 {
        return false;
    }
    let letter = letters.width() / count as f64;
    // Half a column is left for fonts whose wide characters are wider than two narrow ones.
    let columns = (width / letter - 1.5).clamp(8.0, 4000.0) as u32;
    view.measured(columns, letters.height(), f64::from(outer.client_height()))
}

/// Puts heights and positions in place, which no attribute may carry.
pub fn place(outer: &HtmlElement, view: &mut View) {
    let style = |selector: &str, name: &str, value: String| {
        let found = outer.query_selector(selector).ok().flatten();
        if let Some(element) = found.and_then(|one| one.dyn_into::<HtmlElement>().ok()) {
            let _ = element.style().set_property(name, &value);
        }
    };
    style(".track", "height", format!("{}px", view.scroll.height()));
    if let Some(bar) = view.pending.take() {
        outer.set_scroll_top(bar.round() as i32);
    }
    style(
        ".rows",
        "transform",
        format!("translateY({}px)", view.scroll.offset()),
    );
}

/// The byte of what is shown that the selection begins or ends at.
fn byte_at(node: &Node, offset: u32, replaced: usize) -> Option<usize> {
    let element = match node.dyn_ref::<Element>() {
        Some(element) => element.clone(),
        None => node.parent_element()?,
    };
    let held = element.closest("[data-at]").ok().flatten()?;
    let at: usize = held.get_attribute("data-at")?.parse().ok()?;
    if node.node_type() != Node::TEXT_NODE {
        // Before its content or behind it.
        let text = held.text_content().unwrap_or_default();
        let first = held.first_child()?;
        let all = u32::try_from(text.encode_utf16().count()).unwrap_or(u32::MAX);
        return match offset {
            0 => Some(at),
            _ if first.node_type() == Node::TEXT_NODE => byte_at(&first, all, replaced),
            _ => Some(at + text.len()),
        };
    }
    let text = node.text_content()?;
    let mut units = 0;
    let mut bytes = 0;
    for letter in text.chars() {
        if units >= offset {
            break;
        }
        units += u32::try_from(letter.len_utf16()).unwrap_or(1);
        bytes += match letter {
            char::REPLACEMENT_CHARACTER => replaced,
            letter => letter.len_utf8(),
        };
    }
    Some(at + bytes)
}

/// What is selected of the document, as bytes of what is shown. None where the selection reaches out of it. U+FFFD stands
/// for so many bytes: for one that is not UTF-8, or for itself.
pub fn selected(outer: &HtmlElement, replaced: usize) -> Option<(usize, usize)> {
    let selection = web_sys::window()?.get_selection().ok()??;
    if selection.range_count() == 0 {
        return None;
    }
    let range = selection.get_range_at(0).ok()?;
    let (start, end) = (range.start_container().ok()?, range.end_container().ok()?);
    if !outer.contains(Some(&start)) || !outer.contains(Some(&end)) {
        return None;
    }
    let from = byte_at(&start, range.start_offset().ok()?, replaced)?;
    let to = byte_at(&end, range.end_offset().ok()?, replaced)?;
    Some((from.min(to), from.max(to)))
}

/// Brings an element into view and gives it the focus.
pub fn reveal(element: &HtmlElement) {
    let _ = element.focus();
    let options = ScrollIntoViewOptions::new();
    options.set_block(ScrollLogicalPosition::Nearest);
    options.set_inline(ScrollLogicalPosition::Nearest);
    element.scroll_into_view_with_scroll_into_view_options(&options);
}

/// Goes to the row of what is in the input that has this digest. False where there is none on the page.
pub fn go_to_row(digest: &str) -> bool {
    let found = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| {
            // A digest that is looked for stands in the report, and may hold anything.
            let name = digest.replace('\\', "\\\\").replace('"', "\\\"");
            let wanted =
                format!(".contents [data-digest=\"{name}\"], .contents [title=\"{name}\"]");
            document.query_selector(&wanted).ok().flatten()
        });
    let Some(found) = found else {
        return false;
    };
    let row = found
        .closest("tr, [role=treeitem]")
        .ok()
        .flatten()
        .unwrap_or(found);
    let Ok(row) = row.dyn_into::<HtmlElement>() else {
        return false;
    };
    if !row.has_attribute("tabindex") {
        let _ = row.set_attribute("tabindex", "-1");
    }
    let _ = row.focus();
    let options = ScrollIntoViewOptions::new();
    options.set_block(ScrollLogicalPosition::Center);
    row.scroll_into_view_with_scroll_into_view_options(&options);
    true
}

/// Milliseconds on a clock that never goes back.
pub fn now() -> f64 {
    web_sys::window()
        .and_then(|window| window.performance())
        .map_or(0.0, |clock| clock.now())
}
