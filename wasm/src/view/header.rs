//! The top of the panel: the page's title and the chip that says what was read of it.

use coterie_protocol::{Captured, Direction, LanguageTag, Span};
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::{
    captured,
    icon::{Icon, icon},
};
use crate::{
    app::{App, PageInView},
    browser::{
        i18n::{count, language_name, say, say_with},
        tabs, warn,
    },
    capture::words,
    messages::Key,
    state::PageState,
};

/// The header.
pub fn header(app: App) -> impl IntoView {
    let is_open = RwSignal::new(false);
    let title = Memo::new(move |_| app.page.with(title));
    let language = Memo::new(move |_| app.page.with(title_language));
    let chip = Memo::new(move |_| app.page.with(Chip::of));
    // Another page closes what was shown of the last one.
    Effect::new(move |_| {
        if chip.with(Option::is_none) {
            is_open.set(false);
        }
    });
    view! {
        <header class="top">
            <div class="bar">
                <span class="mark" aria-hidden="true"></span>
                <div class="heading">
                    <h1
                        class="title"
                        lang=move || language.get().map(|tag| tag.to_string())
                        dir=move || direction(language.get().as_ref())
                        title=move || title.get()
                    >
                        {move || title.get()}
                    </h1>
                    {move || chip.get().map_or_else(
                        || reading(app).into_any(),
                        |chip| chip_button(&chip, is_open).into_any(),
                    )}
                </div>
                <button
                    type="button"
                    class="tool settings"
                    aria-label=say(Key::Settings)
                    title=say(Key::Settings)
                    on:click=move |_| open_settings()
                >
                    {icon(Icon::Settings)}
                </button>
            </div>
            {move || is_open.get().then(|| captured::captured(app))}
        </header>
    }
}

/// Opens the settings in a tab.
pub fn open_settings() {
    spawn_local(async {
        if let Err(error) = tabs::open_settings().await {
            warn("opening the settings", &error);
        }
    });
}

/// What the chip says.
#[derive(Debug, Clone, PartialEq)]
struct Chip {
    what: Key,
    icon: Icon,
    facts: Vec<String>,
}

impl Chip {
    fn of(page: &PageInView) -> Option<Self> {
        let captured = page.state.captured()?;
        let selection = page.state.source().and_then(|source| source.selection());
        let (what, sign, length) = match (selection, captured.span) {
            (Some(text), _) => (Key::ChipSelection, Icon::Selection, words(text)),
            (None, Span::Article) => (Key::ChipArticle, Icon::Page, article_words(captured)),
            (None, Span::WholePage) => (Key::ChipPage, Icon::Page, article_words(captured)),
        };
        let mut facts = vec![length_fact(length, captured.language.as_ref())];
        facts.extend(captured.language.as_ref().map(language_name));
        facts.extend(hidden_fact(captured.hidden.elements));
        Some(Self {
            what,
            icon: sign,
            facts,
        })
    }
}

fn article_words(captured: &Captured) -> usize {
    usize::try_from(captured.words).unwrap_or(usize::MAX)
}

fn length_fact(length: usize, language: Option<&LanguageTag>) -> String {
    let by_character = |tag: &LanguageTag| matches!(tag.primary().as_str(), "zh" | "ja");
    match length {
        _ if language.is_some_and(by_character) => say_with(Key::Characters, &[&count(length)]),
        1 => say(Key::WordsOne),
        _ => say_with(Key::Words, &[&count(length)]),
    }
}

fn hidden_fact(hidden: u32) -> Option<String> {
    match usize::try_from(hidden).unwrap_or(usize::MAX) {
        0 => None,
        1 => Some(say(Key::HiddenOne)),
        many => Some(say_with(Key::Hidden, &[&count(many)])),
    }
}

fn chip_button(chip: &Chip, is_open: RwSignal<bool>) -> impl IntoView + use<> {
    let facts: Vec<_> = chip
        .facts
        .iter()
        .map(|fact| view! { <span>{fact.clone()}</span> })
        .collect();
    view! {
        <button
            type="button"
            class="chip"
            aria-expanded=move || is_open.get().to_string()
            aria-controls="captured"
            on:click=move |_| is_open.update(|open| *open = !*open)
        >
            {icon(chip.icon)}
            <span class="what">{say(chip.what)}</span>
            {facts}
            {icon(Icon::Chevron)}
        </button>
    }
}

/// Stands in the place of the chip while there is none.
fn reading(app: App) -> impl IntoView {
    let is_reading = move || {
        app.page
            .with(|page| matches!(page.state, PageState::Reading | PageState::Read { .. }))
    };
    view! {
        <p class="chip still">
            {move || if is_reading() { say(Key::Reading) } else { say(Key::NoPage) }}
        </p>
    }
}

fn title(page: &PageInView) -> String {
    let captured = page.state.captured().map(|captured| captured.title.clone());
    let read = page
        .state
        .source()
        .map(|source| source.snapshot.title.clone());
    let known = page.tab.as_ref().and_then(|tab| tab.title.clone());
    let titles = [captured, read, known].into_iter().flatten();
    let mut titles = titles.filter(|title| !title.trim().is_empty());
    titles.next().unwrap_or_else(|| say(Key::Untitled))
}

fn title_language(page: &PageInView) -> Option<LanguageTag> {
    let captured = page
        .state
        .captured()
        .and_then(|captured| captured.language.clone());
    captured.or_else(|| page.state.source()?.snapshot.language.clone())
}

/// The direction of a text; where its language is unknown, the browser looks at its letters.
pub fn direction(language: Option<&LanguageTag>) -> &'static str {
    language.map_or("auto", |language| Direction::of(language).as_str())
}
