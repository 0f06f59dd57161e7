//! Why an answer failed, and the one thing to do.

use coterie_protocol::Failure;
use leptos::prelude::*;

use super::{
    command::command,
    header::open_settings,
    page_card::{self, button},
};
use crate::{
    app::App,
    browser::i18n::{say, say_with, seconds},
    conversation::{AnswerKey, Trouble},
    failure::{Remedy, advice, remedy_of},
    messages::Key,
    state::Panel,
};

/// The sentence and the remedy.
pub fn trouble(app: App, key: AnswerKey, trouble: &Trouble) -> impl IntoView + use<> {
    match trouble {
        Trouble::Page(refusal) => {
            let (title, body) = page_card::words(refusal);
            let sentence = format!("{}. {}", say(title), say(body));
            view! {
                <div class="trouble">
                    <p>{sentence}</p>
                    {remedy_of(refusal).map(|to_do| remedy(app, key, to_do))}
                </div>
            }
            .into_any()
        }
        Trouble::Host(failure) => failed(app, key, failure).into_any(),
    }
}

fn failed(app: App, key: AnswerKey, failure: &Failure) -> impl IntoView + use<> {
    let (sentence, to_do) = advice(failure.code);
    let wait = failure
        .retry_after_ms
        .map(|wait| say_with(Key::RetryAfter, &[&seconds(wait)]));
    let detail = failure.message.clone();
    view! {
        <div class="trouble">
            <p>{say(sentence)} " " {wait}</p>
            {remedy(app, key, to_do)}
            <details class="fold">
                <summary>{say(Key::Details)}</summary>
                <p class="detail" lang="en" dir="ltr">{detail}</p>
            </details>
        </div>
    }
}

fn remedy(app: App, key: AnswerKey, remedy: Remedy) -> AnyView {
    match remedy {
        Remedy::Retry => button(say(Key::TryAgain), move || retry(app, key)).into_any(),
        Remedy::ChooseLanguage => {
            let focus = move || app.focus_language.update(|raised| *raised += 1);
            button(say(Key::RemedyLanguage), focus).into_any()
        }
        Remedy::WriteQuestion => {
            let focus = move || app.focus_composer.update(|raised| *raised += 1);
            button(say(Key::RemedyQuestion), focus).into_any()
        }
        Remedy::Run(text) => command(text).into_any(),
        Remedy::Reload => button(say(Key::RemedyReload), reload).into_any(),
        Remedy::ReloadPage => page_card::reload(app).into_any(),
        Remedy::OpenSettings => button(say(Key::OpenSettings), open_settings).into_any(),
        Remedy::OpenExtensions => page_card::open_extensions().into_any(),
    }
}

/// Asks the same again.
pub fn retry(app: App, key: AnswerKey) {
    app.act(|panel: &mut Panel| panel.retry(key));
}

fn reload() {
    if let Err(error) = window().location().reload() {
        crate::browser::warn("reloading the panel", &error);
    }
}
