//! OpenAI-compatible addresses of the reader's own.

use coterie_protocol::OwnEndpoint;
use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element as Dom, HtmlInputElement};

use super::{Counter, vendor::take};
use crate::{
    browser::i18n::{say, say_with},
    messages::Key,
};

/// The addresses, and a form that adds one.
pub fn endpoints(counter: Counter) -> impl IntoView {
    let all = Memo::new(move |_| {
        let settings = counter.settings.get();
        settings
            .map(|settings| settings.own_endpoints)
            .unwrap_or_default()
    });
    let add = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let form = event
            .target()
            .and_then(|target| target.dyn_into::<Dom>().ok());
        let Some(form) = form else { return };
        let key = take(&form, 0);
        let fields = ["own-name", "own-address", "own-model"].map(|name| text(&form, name));
        if let [Some(name), Some(base_url), Some(model)] = fields {
            let endpoint = OwnEndpoint {
                name,
                base_url,
                model,
            };
            counter.act(|desk| desk.add_endpoint(endpoint, key));
        }
    };
    let field = |name: &'static str, label: Key, hint: &'static str, kind: &'static str| {
        view! {
            <label class="field">
                <span>{say(label)}</span>
                <input type=kind name=name placeholder=hint dir="auto" spellcheck="false" required />
            </label>
        }
    };
    view! {
        <section aria-labelledby="own">
            <h2 id="own">{say(Key::SettingsOwn)}</h2>
            <p class="note">{say(Key::SettingsOwnNote)}</p>
            <ul class="own">
                <For each=move || all.get() key=|one| format!("{one:?}") children=move |one| known(counter, one) />
            </ul>
            <form class="key own-form" autocomplete="off" on:submit=add>
                {field("own-name", Key::SettingsOwnName, "", "text")}
                {field("own-address", Key::SettingsOwnAddress, "http://127.0.0.1:8080/v1", "url")}
                {field("own-model", Key::SettingsOwnModel, "", "text")}
                <label class="field">
                    <span>{say(Key::SettingsOwnSecret)}</span>
                    <input type="password" autocomplete="new-password" spellcheck="false" dir="ltr" data-part="0" />
                </label>
                <div class="choices">
                    <button type="submit" class="plain strong">{say(Key::Add)}</button>
                </div>
            </form>
        </section>
    }
}

fn known(counter: Counter, one: OwnEndpoint) -> impl IntoView {
    let name = one.name.clone();
    let label = say_with(Key::SettingsOwnRemove, &[&one.name]);
    let remove = move |_| {
        let name = name.clone();
        counter.act(|desk| {
            desk.change(|settings| settings.own_endpoints.retain(|known| known.name != name));
        });
    };
    view! {
        <li>
            <span class="name" dir="auto">{one.name}</span>
            <span class="what"><span dir="ltr">{one.model}</span><span dir="ltr">{one.base_url}</span></span>
            <button type="button" class="plain remove" aria-label=label on:click=remove>{say(Key::Remove)}</button>
        </li>
    }
}

fn text(form: &Dom, name: &str) -> Option<String> {
    let field = form.query_selector(&format!("[name=\"{name}\"]"));
    let field = field.ok().flatten()?.dyn_into::<HtmlInputElement>().ok()?;
    let value = field.value().trim().to_owned();
    (!value.is_empty()).then_some(value)
}
