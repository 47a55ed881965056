//! The page and its worker, in one WebAssembly module: with a window it draws the page, without one it checks files.
//! Here nothing is judged; the core does that, in the worker.

mod aim;
mod app;
mod attention;
mod authors;
mod bridge;
mod clipboard;
mod contents;
mod coverage;
mod desk;
mod diff;
mod embed;
mod example;
mod explain;
mod export;
mod export_menu;
mod file_source;
mod fixes;
mod folded;
mod frame;
mod home;
mod instead;
mod intake;
mod jumps;
mod keys;
mod lock;
mod map;
mod map_block;
mod matrix;
mod message;
mod offline;
mod painting;
mod print;
mod problem_filter;
mod problems;
mod reading;
mod reference;
mod reopen;
mod result;
mod route;
mod settings;
mod share;
mod shared;
mod show;
mod source;
mod state;
mod stored;
mod strip;
mod theme;
mod tones;
mod trace;
mod unread;
mod verdict;
mod walk;
mod worker;

fn main() {
    match web_sys::window().and_then(|window| window.document()) {
        Some(document) => {
            if let Some(place) = document.get_element_by_id("app") {
                yew::Renderer::<app::App>::with_root(place).render();
            }
        }
        None => worker::start(),
    }
}
