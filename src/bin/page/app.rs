//! The root of the page: wires the address, the worker, drops and pastes to the state, and shows what the address asks for.

use crate::attention::{self, use_attention};
use crate::authors::AuthorsPage;
use crate::bridge::Bridge;
use crate::desk::Desk;
use crate::embed;
use crate::example;
use crate::explain::ExplainView;
use crate::frame::{Bottom, Top};
use crate::home::Home;
use crate::intake;
use crate::keys::{Ask, Help, Keys};
use crate::offline::{OfflineBar, OfflinePage};
use crate::reading::Reading;
use crate::reference::{
    ConsumerPage, ErrorPage, ErrorsPage, ListPage, MediaTypePage, NotFound, PrivacyPage, RulePage,
};
use crate::result::ResultView;
use crate::route::{self, Route};
use crate::shared;
use crate::show::{phrase, word};
use crate::state::{Action, Dispatch, Phase, State};
use crate::theme;
use gloo::events::EventListener;
use gloo::timers::callback::Timeout;
use pullcheck::leaflets::Kind;
use pullcheck::lessons::Sample;
use std::cell::RefCell;
use yew::prelude::*;

/// The page.
#[component]
pub fn App() -> Html {
    let state = use_reducer(State::at_start);
    let dispatch = state.dispatcher();
    let desk = use_memo((), {
        let dispatch = dispatch.clone();
        move |()| Desk {
            bridge: Bridge::new(dispatch.clone()),
            dispatch,
        }
    });
    let framed = match &state.route {
        Route::Embed(embedded) => Some(embedded.clone()),
        _ => None,
    };
    use_effect_with(framed.clone(), {
        let desk = (*desk).clone();
        move |framed| {
            let listeners = match framed {
                Some(embedded) => embed::listen(embedded),
                None => intake::listen(&desk),
            };
            move || drop(listeners)
        }
    });
    use_effect_with((), {
        let desk = (*desk).clone();
        move |()| {
            let listener = on_address(desk.dispatch.clone());
            move || drop(listener)
        }
    });
    use_effect_with((), |()| {
        // The dictionary is read after the first picture, and before it is asked for.
        Timeout::new(0, || {
            pullcheck::errors::all();
        })
        .forget();
    });
    use_effect_with(route::asked(&state.route).choices, {
        let desk = (*desk).clone();
        move |choices| desk.bridge.choose(choices)
    });
    let theme = framed.as_ref().and_then(|embedded| embedded.theme);
    use_effect_with(
        (state.lang, theme.unwrap_or(state.theme)),
        |(lang, theme)| {
            theme.apply();
            theme::apply_language(*lang);
        },
    );
    use_attention(&state);
    let help = use_state(|| false);
    let on_help = {
        let help = help.setter();
        Callback::from(move |open: bool| help.set(open))
    };
    use_effect_with(example_of(&state.route), {
        let desk = (*desk).clone();
        move |id| {
            if let Some(id) = id {
                example::open(&desk, id);
            }
        }
    });
    use_effect_with(shared_in(&state.route), {
        let desk = (*desk).clone();
        move |part| {
            if let Some(part) = part {
                shared::open(&desk, part);
            }
        }
    });
    let lang = state.lang;
    if let Some(embedded) = framed {
        return html! {
            <embed::Frame {lang} what={(*embedded.what).clone()}>
                <ContextProvider<Desk> context={(*desk).clone()}>{ view(&state, &embedded.what, &desk) }</ContextProvider<Desk>>
                { attention::said() }
            </embed::Frame>
        };
    }
    html! {
        <>
            <a class="skip" href="#main" onclick={skip()}>{ word(lang, "Skip to the content", "跳到正文") }</a>
            <Top {lang} theme={state.theme} route={state.route.clone()} has_report={state.job.is_some()} dispatch={dispatch.clone()} />
            <main id="main" tabindex="-1">
                <OfflineBar {lang} />
                { notice(&state, &dispatch) }
                if state.gathering {
                    <div role="status" class="notice"><p>{ word(lang, "Looking through what was given…", "正在查看所提供的内容……") }</p></div>
                }
                <ContextProvider<Desk> context={(*desk).clone()}>{ view(&state, &state.route, &desk) }</ContextProvider<Desk>>
            </main>
            <Bottom {lang} on_keys={on_help.reform(|()| true)} />
            { attention::said() }
            <Keys {lang} desk={(*desk).clone()} />
            <Help {lang} open={*help} on_close={on_help.reform(|()| false)} />
            if reading(&state) {
                <Ask {lang} on_stop={stopper(&desk)} />
            }
            if state.dragging {
                <div class="drop-overlay" aria-hidden="true"><p>{ word(lang, "Drop to check. It stays on this computer.", "松开即可检查，文件不会离开这台电脑。") }</p></div>
            }
        </>
    }
}

/// Whether something is being read, and shown to be.
fn reading(state: &State) -> bool {
    let shown = matches!(
        state.route,
        Route::Check(_) | Route::Shared(..) | Route::Example(..)
    );
    let runs = state.job.as_ref().map(|job| &job.phase);
    shown && matches!(runs, Some(Phase::Reading))
}

fn stopper(desk: &Desk) -> Callback<()> {
    let desk = desk.clone();
    Callback::from(move |()| desk.bridge.stop())
}

/// The example that an address opens.
fn example_of(route: &Route) -> Option<String> {
    match route {
        Route::Example(id, _) => Some(id.clone()),
        Route::Embed(embedded) => example_of(&embedded.what),
        _ => None,
    }
}

/// The documents that an address carries.
fn shared_in(route: &Route) -> Option<String> {
    match route {
        Route::Shared(part, _) => Some(part.clone()),
        _ => None,
    }
}

fn view(state: &State, route: &Route, desk: &Desk) -> Html {
    let lang = state.lang;
    match route {
        Route::Home => html! { <Home {lang} desk={desk.clone()} /> },
        Route::Check(_) => checked(state, route, desk),
        Route::Shared(part, _) => match pullcheck::share::read(part) {
            Ok(sharing) => html! {
                <>
                    { shared::banner(&sharing, lang) }
                    { checked(state, route, desk) }
                </>
            },
            Err(damage) => shared::damaged(&damage, lang),
        },
        Route::Explain => match &state.pasted {
            Some(pasted) => {
                html! { <ExplainView {lang} pasted={pasted.clone()} loaded={state.loaded.clone()} desk={desk.clone()} /> }
            }
            None => html! { <Home {lang} desk={desk.clone()} lost=true /> },
        },
        Route::Rules => html! { <ListPage {lang} kind={Kind::Rules} /> },
        Route::Rule(id) => html! { <RulePage {lang} id={id.clone()} /> },
        Route::Consumers => html! { <ListPage {lang} kind={Kind::Consumers} /> },
        Route::Consumer(id, version) => {
            html! { <ConsumerPage {lang} id={id.clone()} version={version.clone()} /> }
        }
        Route::Errors => html! { <ErrorsPage {lang} /> },
        Route::Search(words) => html! { <ErrorsPage {lang} query={words.clone()} /> },
        Route::Error(id) => html! { <ErrorPage {lang} id={id.clone()} /> },
        Route::MediaTypes => html! { <ListPage {lang} kind={Kind::MediaTypes} /> },
        Route::MediaType(name) => html! { <MediaTypePage {lang} id={name.clone()} /> },
        Route::Examples => html! { <ListPage {lang} kind={Kind::Examples} /> },
        Route::Example(id, _) if Sample::find(id).is_none() => {
            html! { <NotFound {lang} what={route.clone()} /> }
        }
        Route::Example(id, _) => html! {
            <>
                <example::Banner {lang} id={id.clone()} desk={desk.clone()} />
                { checked(state, route, desk) }
            </>
        },
        Route::Privacy => html! { <PrivacyPage {lang} dispatch={desk.dispatch.clone()} /> },
        Route::Offline => html! { <OfflinePage {lang} /> },
        Route::Authors => html! { <AuthorsPage {lang} desk={desk.clone()} /> },
        // A frame holds no frame.
        Route::Embed(_) | Route::Unknown(_) => html! { <NotFound {lang} what={route.clone()} /> },
    }
}

/// The report, with the progress above it while it grows.
fn checked(state: &State, route: &Route, desk: &Desk) -> Html {
    let lang = state.lang;
    let Some(job) = &state.job else {
        // A link or an example is checked as soon as it is shown; only an address of a report can be without one.
        let lost = matches!(state.route, Route::Check(_)) && !state.gathering;
        return html! { <Home {lang} desk={desk.clone()} {lost} /> };
    };
    let on_stop = stopper(desk);
    let on_again = Callback::from(|()| route::go(&Route::Home));
    let reading = job.phase != Phase::Done;
    html! {
        <>
            if reading {
                <Reading {lang} job={job.clone()} on_stop={on_stop} heading={state.loaded.is_none()} known={state.loaded.is_some()} />
            }
            if let Some(loaded) = &state.loaded {
                <ResultView
                    {lang}
                    loaded={loaded.clone()}
                    asked={route::asked(route)}
                    job={Some(job.clone())}
                    shown={state.shown.clone()}
                    pointed={state.pointed.clone()}
                    led={state.led.clone()}
                    pasted={state.pasted.clone()}
                    dispatch={desk.dispatch.clone()}
                    on_again={on_again}
                />
            }
        </>
    }
}

fn notice(state: &State, dispatch: &Dispatch) -> Html {
    let Some(words) = &state.notice else {
        return html! { <div role="status" class="hidden"></div> };
    };
    let lang = state.lang;
    let hush = {
        let dispatch = dispatch.clone();
        Callback::from(move |_: MouseEvent| {
            dispatch.dispatch(Action::Hush);
            enter_main();
        })
    };
    html! {
        <div role="status" class="notice">
            <p>{ phrase(words, lang) }</p>
            <button type="button" onclick={hush}>{ word(lang, "Close", "关闭") }</button>
        </div>
    }
}

/// Follows the address. Another profile of the same report is no other place: the reader stays where they are.
fn on_address(dispatch: Dispatch) -> EventListener {
    let window = gloo::utils::window();
    let last = RefCell::new(Route::read(&route::fragment()).0);
    EventListener::new(&window, "hashchange", move |_| {
        let (route, lang) = Route::read(&route::fragment());
        if let Some(lang) = lang {
            dispatch.dispatch(Action::Lang(lang));
        }
        let before = last.replace(route.clone());
        let same = before.place() == route.place() && route.asked().is_some();
        dispatch.dispatch(Action::Hush);
        dispatch.dispatch(Action::Route(route));
        if same {
            return;
        }
        gloo::utils::window().scroll_to_with_x_and_y(0.0, 0.0);
    })
}

/// The skip link moves the focus itself: its fragment would be taken for an address.
fn skip() -> Callback<MouseEvent> {
    Callback::from(|event: MouseEvent| {
        event.prevent_default();
        enter_main();
    })
}

fn enter_main() {
    if let Some(main) = attention::first("main") {
        attention::focus(&main);
    }
}
