//! The gallery: every example by what it is about. It makes none and checks none; a link opens one in the checker.

use super::PageProps;
use crate::route::Route;
use crate::show::{self, word};
use pullcheck::consumers;
use pullcheck::examples::{Example, gallery};
use pullcheck::rules;
use pullcheck::text::{Lang, Text, say};
use yew::prelude::*;

/// All examples: by subject of the rules, then by family of consumers.
#[component]
pub fn ExamplesPage(props: &PageProps) -> Html {
    let lang = props.lang;
    let families = consumers::FAMILIES.iter().map(|one| (one.id, one.title));
    let groups = rules::subjects().chain(families);
    html! {
        <article class="reference">
            <h1 tabindex="-1">{ word(lang, "Examples", "示例") }</h1>
            <p class="lede">{ show::phrase(
                &say(
                    "{n} inputs, right and wrong, that the page makes itself. Each opens in the checker; each rule's page has two more.",
                    "{n} 个由本页自己生成的输入，有对有错。每个都能在检查器中打开；每条规则的页面另有两个。",
                ).count("n", u64::try_from(gallery::all().count()).unwrap_or(u64::MAX)),
                lang,
            ) }</p>
            { for groups.map(|(id, title)| group(id, title, lang)) }
        </article>
    }
}

fn group(id: &'static str, title: Text, lang: Lang) -> Html {
    let own: Vec<&Example> = gallery::all().filter(|one| one.group == id).collect();
    if own.is_empty() {
        return html! {};
    }
    html! {
        <section key={id}>
            <h2>{ show::text(title, lang) }</h2>
            { list(own, lang) }
        </section>
    }
}

/// Examples as a list: what each is, whether it is right, what to look at.
pub fn list<'e>(examples: impl IntoIterator<Item = &'e Example>, lang: Lang) -> Html {
    let items = examples.into_iter().map(|example| {
        let (class, label) = match example.good {
            true => ("right", word(lang, "right", "正确")),
            false => ("wrong", word(lang, "wrong", "有错")),
        };
        html! {
            <li key={example.id}>
                <a href={Route::Example(example.id.to_string()).address()}>{ show::text(example.title, lang) }</a>
                { " " }<span class={classes!("kind", class)}>{ label }</span>
                <p>{ show::text(example.about, lang) }</p>
            </li>
        }
    });
    html! { <ul class="list examples">{ for items }</ul> }
}
