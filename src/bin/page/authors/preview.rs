//! What a badge and a frame will look like, made in the page itself: a real frame would be a request, and the network is
//! closed. What is previewed can be looked at and not used.

use crate::desk::Desk;
use crate::embed;
use crate::example;
use crate::reference::{ConsumerPage, ErrorPage, RulePage};
use crate::result::ResultView;
use crate::route::{Asked, Route};
use crate::state::{Loaded, Shared};
use pullcheck::lessons::Sample;
use pullcheck::protocol::Effort;
use pullcheck::text::Lang;
use yew::prelude::*;

/// A badge, as a document shows it.
pub fn badge(svg: &str, says: &str) -> Html {
    let encoded = String::from(js_sys::encode_uri_component(svg));
    let source = format!("data:image/svg+xml,{encoded}");
    html! { <img class="badge-preview" src={source} alt={says.to_string()} height="20" /> }
}

/// Properties of [`FramePreview`].
#[derive(Properties, PartialEq)]
pub struct PreviewProps {
    /// Language of the frame.
    pub lang: Lang,
    /// The class of its colours; empty for the reader's.
    pub theme: &'static str,
    /// What is framed.
    pub what: Route,
    /// Where actions would go.
    pub desk: Desk,
}

/// A page as it stands in a frame.
#[component]
pub fn FramePreview(props: &PreviewProps) -> Html {
    let lang = props.lang;
    let checked = use_memo(props.what.clone(), |what| match what {
        Route::Example(id, _) => Sample::find(id).map(check),
        _ => None,
    });
    let page = match &props.what {
        Route::Rule(id) => html! { <RulePage {lang} id={id.clone()} /> },
        Route::Error(id) => html! { <ErrorPage {lang} id={id.clone()} /> },
        Route::Consumer(id, version) => {
            html! { <ConsumerPage {lang} id={id.clone()} version={version.clone()} /> }
        }
        Route::Example(id, _) => html! {
            <>
                <example::Banner {lang} id={id.clone()} desk={props.desk.clone()} />
                if let Some(loaded) = &*checked {
                    <ResultView
                        {lang}
                        loaded={loaded.clone()}
                        asked={Asked::default()}
                        job={None}
                        shown={None}
                        pointed={None}
                        led={None}
                        pasted={None}
                        dispatch={props.desk.dispatch.clone()}
                        on_again={Callback::noop()}
                    />
                }
            </>
        },
        _ => html! {},
    };
    html! {
        <div class={classes!("frame-preview", props.theme)} lang={lang.tag()} inert=true aria-hidden="true">
            <embed::Frame {lang} what={props.what.clone()} preview=true>{ page }</embed::Frame>
        </div>
    }
}

/// Checks an example here: the report that the reader may have open stays what it is.
fn check(sample: Sample) -> Shared<Loaded> {
    let (report, sources) = sample.files().report_and_sources();
    Shared::new(Loaded {
        job: 0,
        last: true,
        report,
        sources,
        effort: Effort::default(),
        opened: None,
        said: Default::default(),
    })
}
