//! The experts to choose from: beside the composer for what is asked next, and beneath an answer to
//! ask the same of another.

use coterie_protocol::{Action, ExpertCard, ExpertId, Place, Price};
use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, Node};

use super::icon::{Icon, icon};
use crate::{
    announcement::name,
    app::App,
    browser::i18n::{money, say, say_with, seconds},
    conversation::AnswerKey,
    messages::Key,
};

/// The choice of the expert for what is asked next.
pub fn picker(app: App) -> impl IntoView {
    let open = RwSignal::new(false);
    let toggle = NodeRef::<html::Button>::new();
    let chosen = Memo::new(move |_| app.experts.with(|experts| experts.chosen.clone()));
    let shown = move || match chosen.get() {
        None => say(Key::ExpertAuto),
        Some(id) => card(app, &id).map_or(id.0, |card| card.name),
    };
    let is_current = move |id: Option<&ExpertId>| chosen.with(|chosen| chosen.as_ref() == id);
    let list = list(app, open, toggle, true, is_current, move |id| {
        app.choose_expert(id);
    });
    view! {
        <div class="picker">
            <button
                node_ref=toggle
                type="button"
                class="pick"
                aria-haspopup="menu"
                aria-expanded=move || open.get().to_string()
                aria-label=move || say_with(Key::ExpertNow, &[&shown()])
                title=say(Key::Expert)
                on:click=move |_| turn(app, open)
            >
                <span dir="auto">{shown}</span>
                {icon(Icon::Chevron)}
            </button>
            {list}
        </div>
    }
}

/// The button that asks another expert the same, and its list.
pub fn another(app: App, key: AnswerKey) -> (impl IntoView, impl IntoView) {
    let open = RwSignal::new(false);
    let toggle = NodeRef::<html::Button>::new();
    let button = view! {
        <button
            node_ref=toggle
            type="button"
            class="tool another"
            aria-haspopup="menu"
            aria-expanded=move || open.get().to_string()
            aria-label=say(Key::AskAnother)
            title=say(Key::AskAnother)
            on:click=move |_| turn(app, open)
        >
            {icon(Icon::Experts)}
        </button>
    };
    let ask = move |id: Option<ExpertId>| {
        if let Some(id) = id {
            app.act(|panel| panel.ask_another(key, id));
        }
    };
    let list = list(app, open, toggle, false, |_| false, ask);
    (button, list)
}

/// Opens or closes the list; what is shown is looked up anew.
fn turn(app: App, open: RwSignal<bool>) {
    open.update(|open| *open = !*open);
    if open.get_untracked() {
        app.act(|panel| panel.look_for_experts());
    }
}

fn card(app: App, id: &ExpertId) -> Option<ExpertCard> {
    app.experts.with(|experts| {
        let mut all = experts.all.iter();
        all.find(|card| card.id == *id).cloned()
    })
}

/// A menu of the experts. With `auto` its first item leaves the choice to Coterie.
fn list<C, F>(
    app: App,
    open: RwSignal<bool>,
    toggle: NodeRef<html::Button>,
    auto: bool,
    is_current: C,
    choose: F,
) -> impl IntoView
where
    C: Fn(Option<&ExpertId>) -> bool + Copy + Send + Sync + 'static,
    F: Fn(Option<ExpertId>) + Copy + Send + Sync + 'static,
{
    let field = NodeRef::<html::Div>::new();
    let close = move || {
        open.set(false);
        give_focus(toggle);
    };
    let pick = move |id: Option<ExpertId>| {
        close();
        choose(id);
    };
    Effect::new(move |_| {
        if let Some(field) = field.get() {
            enter(&field);
        }
    });
    close_outside(open, field, toggle);
    let ids = move || {
        let ids = |card: &ExpertCard| card.id.clone();
        app.experts
            .with(|experts| experts.all.iter().map(ids).collect::<Vec<_>>())
    };
    let item = move |id: ExpertId| {
        let (wanted, picked, named) = (id.clone(), id.clone(), id.0.clone());
        view! {
            <button
                type="button"
                role="menuitemradio"
                tabindex="-1"
                data-expert=named
                aria-checked=move || is_current(Some(&wanted)).to_string()
                on:click=move |_| pick(Some(picked.clone()))
            >
                {move || card(app, &id).map(|card| about(&card))}
            </button>
        }
    };
    view! {
        <Show when=move || open.get()>
            <div
                node_ref=field
                class="experts"
                role="menu"
                aria-label=say(if auto { Key::Expert } else { Key::AskAnother })
                on:keydown=move |event| keydown(&event, close)
            >
                {auto.then(|| view! {
                    <button
                        type="button"
                        role="menuitemradio"
                        tabindex="-1"
                        data-expert=""
                        aria-checked=move || is_current(None).to_string()
                        on:click=move |_| pick(None)
                    >
                        <span class="who">{say(Key::ExpertAuto)}</span>
                        <span class="what">{say(Key::ExpertAutoNote)}</span>
                    </button>
                })}
                <For each=ids key=Clone::clone children=item />
            </div>
        </Show>
    }
}

/// What a reader may want to know before choosing.
fn about(card: &ExpertCard) -> impl IntoView + use<> {
    let (place, class) = place(card.place);
    let vendor = (card.vendor != card.name).then(|| card.vendor.clone());
    let facts: Vec<_> = [
        speed(card),
        Some(price(card.place, card.price.as_ref())),
        skill(card),
    ]
    .into_iter()
    .flatten()
    .map(|fact| view! { <span>{fact}</span> })
    .collect();
    view! {
        <span class="who">
            <b dir="auto">{card.name.clone()}</b>
            {vendor.map(|vendor| view! { <span class="vendor" dir="auto">{vendor}</span> })}
            <span class=class>{say(place)}</span>
        </span>
        <span class="what">{facts}</span>
    }
}

/// Where an expert runs, in a word, and how that is shown.
pub fn place(place: Place) -> (Key, &'static str) {
    match place {
        Place::BuiltIn => (Key::PlaceBuiltIn, "place built-in"),
        Place::ThisMachine => (Key::PlaceThisMachine, "place this-machine"),
        Place::Cloud => (Key::PlaceCloud, "place cloud"),
    }
}

fn speed(card: &ExpertCard) -> Option<String> {
    let seen = card.seen?;
    Some(if seen.resting {
        say(Key::ExpertResting)
    } else {
        say_with(Key::ExpertSpeed, &[&seconds(seen.first_text_ms)])
    })
}

/// What an expert costs.
pub fn price(place: Place, price: Option<&Price>) -> String {
    match price {
        Some(price) if price.input > 0.0 || price.output > 0.0 => {
            let amount = |amount| money(amount, &price.currency);
            say_with(Key::Price, &[&amount(price.input), &amount(price.output)])
        }
        None if place == Place::Cloud => say(Key::PriceUnknown),
        Some(_) | None => say(Key::PriceFree),
    }
}

/// What an expert can do, where that is not everything.
fn skill(card: &ExpertCard) -> Option<String> {
    let can = |action: &Action| card.actions.contains(action);
    if Action::ALL.iter().all(can) {
        return Some(say(Key::SkillAll));
    }
    let names: Vec<_> = Action::ALL
        .into_iter()
        .filter(can)
        .map(|action| say(name(Some(action))))
        .collect();
    (!names.is_empty()).then(|| names.join(", "))
}

fn give_focus(toggle: NodeRef<html::Button>) {
    if let Some(toggle) = toggle.get_untracked() {
        // What cannot take the focus now is not on the screen.
        let _ = toggle.focus();
    }
}

/// Puts the focus on what is chosen, else on the first item.
fn enter(menu: &HtmlElement) {
    let chosen = menu.query_selector("[aria-checked=true]").ok().flatten();
    let first = || menu.query_selector("[role=menuitemradio]").ok().flatten();
    focus(chosen.or_else(first));
}

fn focus(item: Option<web_sys::Element>) {
    if let Some(item) = item.and_then(|item| item.dyn_into::<HtmlElement>().ok()) {
        // What cannot take the focus now is not on the screen.
        let _ = item.focus();
    }
}

/// Arrows move between the items, Escape leaves; neither means anything to the panel then.
fn keydown(event: &ev::KeyboardEvent, close: impl Fn()) {
    let item = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let Some(item) = item else { return };
    let menu = item.parent_element();
    let next = match event.key().as_str() {
        "ArrowDown" => item.next_element_sibling(),
        "ArrowUp" => item.previous_element_sibling(),
        "Home" => menu.and_then(|menu| menu.first_element_child()),
        "End" => menu.and_then(|menu| menu.last_element_child()),
        "Escape" | "Tab" => {
            close();
            None
        }
        _ => return,
    };
    event.prevent_default();
    event.stop_propagation();
    focus(next);
}

/// A press anywhere else closes the list.
fn close_outside(open: RwSignal<bool>, menu: NodeRef<html::Div>, toggle: NodeRef<html::Button>) {
    let listener = window_event_listener(ev::pointerdown, move |event| {
        let target = event
            .target()
            .and_then(|target| target.dyn_into::<Node>().ok());
        let inside =
            |place: Option<HtmlElement>| place.is_some_and(|place| place.contains(target.as_ref()));
        let menu = menu.get_untracked().map(|menu| (*menu).clone());
        let toggle = toggle.get_untracked().map(|button| (*button).clone());
        if open.get_untracked() && !inside(menu) && !inside(toggle) {
            open.set(false);
        }
    });
    on_cleanup(move || listener.remove());
}
