//! Vendors: their keys and their models.

use coterie_protocol::{
    Confidence, KeyPart, KeyState, ModelCard, Place, Rung, VendorCard, VendorId,
};
use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element as Dom, HtmlInputElement};

use super::{Counter, page::words};
use crate::{
    browser::i18n::{count, say, say_with},
    messages::Key,
    view::{
        experts::{place, price},
        icon::{Icon, icon},
    },
};

/// The vendors with a search box.
pub fn vendors(counter: Counter) -> impl IntoView {
    let wanted = RwSignal::new(String::new());
    let ids = Memo::new(move |_| {
        let wanted = wanted.get().trim().to_lowercase();
        counter.vendors.with(|vendors| {
            let found = vendors.iter().filter(|card| matches(card, &wanted));
            found.map(|card| card.id.clone()).collect::<Vec<_>>()
        })
    });
    let is_empty = move || ids.with(Vec::is_empty) && counter.vendors.with(|all| !all.is_empty());
    view! {
        <section aria-labelledby="vendors">
            <h2 id="vendors">{say(Key::SettingsVendors)}</h2>
            <p class="note">{say(Key::SettingsVendorsNote)}</p>
            <input
                type="search"
                class="search"
                aria-label=say(Key::SettingsSearch)
                placeholder=say(Key::SettingsSearch)
                on:input=move |event| wanted.set(event_target_value(&event))
            />
            <p class="found" role="status">
                {move || is_empty().then(|| say(Key::SettingsNoneFound))}
            </p>
            <div class="rows">
                <For each=move || ids.get() key=Clone::clone children=move |id| row(counter, &id) />
            </div>
        </section>
    }
}

/// Whether a vendor or one of its models is what the reader looks for.
pub fn matches(card: &VendorCard, wanted: &str) -> bool {
    let holds = |text: &str| text.to_lowercase().contains(wanted);
    let model = |model: &ModelCard| holds(&model.name) || holds(&model.id.0);
    holds(&card.name) || holds(&card.id.0) || card.models.iter().any(model)
}

fn row(counter: Counter, id: &VendorId) -> Option<impl IntoView + use<>> {
    let find = {
        let id = id.clone();
        move |vendors: &Vec<VendorCard>| vendors.iter().find(|card| card.id == id).cloned()
    };
    let card = counter.vendors.with_untracked(&find)?;
    let now = Memo::new(move |_| counter.vendors.with(&find));
    let key = Memo::new(move |_| now.get().map(|card| card.key));
    let models = Memo::new(move |_| now.get().map(|card| card.models).unwrap_or_default());
    let (word, class) = place(card.place);
    let (checked, sure) = (card.checked.clone(), confidence(card.confidence));
    let at = card.place;
    let facts = (!checked.is_empty())
        .then(|| view! { <p class="note">{say_with(Key::SettingsChecked, &[&checked])} " " {say(sure)}</p> });
    Some(view! {
        <details class="vendor" data-vendor=card.id.0.clone()>
            <summary>
                <span class="name" dir="auto">{card.name.clone()}</span>
                <span class=class>{say(word)}</span>
                <span class="key-state" class:set=move || matches!(key.get(), Some(KeyState::Set { .. }))>
                    {move || key.get().map(state)}
                </span>
                {icon(Icon::Chevron)}
            </summary>
            {(!card.key_parts.is_empty()).then(|| key_form(counter, &card, key))}
            <fieldset class="models">
                <legend>{say(Key::SettingsModels)}</legend>
                {move || models.get().iter().map(|card| model(counter, at, card)).collect::<Vec<_>>()}
            </fieldset>
            {facts}
        </details>
    })
}

/// How a key stands, in words.
fn state(key: KeyState) -> String {
    match key {
        KeyState::NotNeeded => say(Key::SecretNotNeeded),
        KeyState::Missing => say(Key::SecretMissing),
        KeyState::Set { rung } => say(match rung {
            Rung::Environment => Key::RungEnvironment,
            Rung::Keychain => Key::RungKeychain,
            Rung::KernelKeyring => Key::RungKernel,
            Rung::Memory => Key::RungMemory,
            Rung::File => Key::RungFile,
        }),
    }
}

fn confidence(confidence: Confidence) -> Key {
    match confidence {
        Confidence::High => Key::ConfidenceHigh,
        Confidence::Medium => Key::ConfidenceMedium,
        Confidence::Low => Key::ConfidenceLow,
    }
}

fn key_form(
    counter: Counter,
    card: &VendorCard,
    key: Memo<Option<KeyState>>,
) -> impl IntoView + use<> {
    let id = card.id.clone();
    let (vendor, tested, removed) = (id.clone(), id.clone(), id.clone());
    let count = card.key_parts.len();
    let is_set = move || matches!(key.get(), Some(KeyState::Set { .. }));
    let save = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let form = event
            .target()
            .and_then(|target| target.dyn_into::<Dom>().ok());
        let Some(form) = form else { return };
        let parts: Option<Vec<_>> = (0..count).map(|at| take(&form, at)).collect();
        let Some(parts) = parts else { return };
        let region = chosen(&form, ".region");
        let in_file = is_ticked(&form, ".in-file");
        counter.act(|desk| desk.set_key(&vendor, region, parts, in_file));
    };
    let said = Memo::new(move |_| counter.of_vendors.with(|said| said.get(&id).cloned()));
    let can_test = card.can_test;
    view! {
        <form class="key" autocomplete="off" on:submit=save>
            {card.key_parts.iter().enumerate().map(|(at, part)| view! {
                <label class="field">
                    <span dir="auto">{part.clone()}</span>
                    <input type="password" autocomplete="new-password" spellcheck="false" dir="ltr" required data-part=at.to_string() />
                </label>
            }).collect::<Vec<_>>()}
            {regions(card)}
            <label class="tick">
                <input type="checkbox" class="in-file" />
                <span>{say(Key::SecretInFile)}</span>
            </label>
            <div class="choices">
                <button type="submit" class="plain strong">{say(Key::Save)}</button>
                <Show when=move || can_test && is_set()>
                    {
                        let vendor = tested.clone();
                        view! {
                            <button type="button" class="plain test" on:click=move |_| counter.act(|desk| desk.test_key(&vendor))>
                                {say(Key::SecretTest)}
                            </button>
                        }
                    }
                </Show>
                <Show when=is_set>
                    {
                        let vendor = removed.clone();
                        view! {
                            <button type="button" class="plain remove" on:click=move |_| counter.act(|desk| desk.remove_key(&vendor))>
                                {say(Key::Remove)}
                            </button>
                        }
                    }
                </Show>
                {key_page(card)}
            </div>
            <p class="result" role="status" aria-live="polite">{move || said.get().map(|said| words(&said))}</p>
        </form>
    }
}

fn regions(card: &VendorCard) -> Option<impl IntoView + use<>> {
    let option = |region: &String| view! { <option value=region.clone()>{region.clone()}</option> };
    (card.regions.len() > 1).then(|| {
        view! {
            <label class="field">
                <span>{say(Key::SettingsRegion)}</span>
                <select class="region">{card.regions.iter().map(option).collect::<Vec<_>>()}</select>
            </label>
        }
    })
}

/// Where a key is got; nothing but a web address is opened.
fn key_page(card: &VendorCard) -> Option<impl IntoView + use<>> {
    let page = card.key_page.clone()?;
    page.starts_with("https://").then(|| {
        view! { <a href=page target="_blank" rel="noopener noreferrer">{say(Key::SecretGet)}</a> }
    })
}

/// Takes one part of a key out of its field, which is empty from then on.
pub fn take(form: &Dom, part: usize) -> Option<KeyPart> {
    let field = form.query_selector(&format!("[data-part=\"{part}\"]"));
    let field = field.ok().flatten()?.dyn_into::<HtmlInputElement>().ok()?;
    let value = field.value().trim().to_owned();
    field.set_value("");
    (!value.is_empty()).then_some(KeyPart(value))
}

fn chosen(form: &Dom, selector: &str) -> Option<String> {
    let field = form.query_selector(selector).ok().flatten()?;
    let field = field.dyn_into::<web_sys::HtmlSelectElement>().ok()?;
    Some(field.value())
}

fn is_ticked(form: &Dom, selector: &str) -> bool {
    let field = form.query_selector(selector).ok().flatten();
    let field = field.and_then(|field| field.dyn_into::<HtmlInputElement>().ok());
    field.is_some_and(|field| field.checked())
}

fn model(counter: Counter, at: Place, card: &ModelCard) -> impl IntoView + use<> {
    let id = card.id.clone();
    let is_wanted = {
        let id = id.clone();
        move || {
            counter.settings.with(|settings| {
                let unwanted = settings.as_ref().map(|settings| &settings.unwanted);
                unwanted.is_none_or(|unwanted| !unwanted.contains(&id))
            })
        }
    };
    let turn = move |event: ev::Event| {
        let wanted = event_target_checked(&event);
        let id = id.clone();
        counter.act(|desk| {
            desk.change(|settings| {
                settings.unwanted.retain(|known| *known != id);
                if !wanted {
                    settings.unwanted.push(id);
                }
            });
        });
    };
    let context = card.context.map(|tokens| {
        let tokens = count(usize::try_from(tokens).unwrap_or(usize::MAX));
        view! { <span>{say_with(Key::SettingsContext, &[&tokens])}</span> }
    });
    view! {
        <label class="tick" data-model=card.id.0.clone()>
            <input type="checkbox" prop:checked=is_wanted on:change=turn />
            <span class="model">
                <span dir="auto">{card.name.clone()}</span>
                <span class="what">{context}<span>{price(at, card.price.as_ref())}</span></span>
            </span>
        </label>
    }
}
