//! What matters most when an expert is chosen, and how much may be spent.

use coterie_protocol::{Cost, Profile};
use leptos::{ev, prelude::*};

use super::Counter;
use crate::{browser::i18n::say, messages::Key};

/// Currencies in which vendors charge.
const CURRENCIES: [&str; 3] = ["USD", "CNY", "EUR"];

/// The choice of a profile.
pub fn profile(counter: Counter) -> impl IntoView {
    let chosen = Memo::new(move |_| counter.settings.get().map(|settings| settings.profile));
    let one = move |profile: Profile| {
        let (name, note) = words(profile);
        let choose =
            move |_| counter.act(|desk| desk.change(|settings| settings.profile = profile));
        view! {
            <label class="tick">
                <input
                    type="radio"
                    name="profile"
                    value=profile.as_str()
                    prop:checked=move || chosen.get() == Some(profile)
                    on:change=choose
                />
                <span><b>{say(name)}</b><span class="note">{say(note)}</span></span>
            </label>
        }
    };
    view! {
        <section>
            <fieldset>
                <legend><h2>{say(Key::SettingsProfile)}</h2></legend>
                {Profile::ALL.map(one).into_iter().collect::<Vec<_>>()}
            </fieldset>
        </section>
    }
}

fn words(profile: Profile) -> (Key, Key) {
    match profile {
        Profile::Fast => (Key::ProfileFast, Key::ProfileFastNote),
        Profile::Balanced => (Key::ProfileBalanced, Key::ProfileBalancedNote),
        Profile::Best => (Key::ProfileBest, Key::ProfileBestNote),
        Profile::Private => (Key::ProfilePrivate, Key::ProfilePrivateNote),
    }
}

/// The limits of money.
pub fn caps(counter: Counter) -> impl IntoView {
    let settings = counter.settings.get_untracked().unwrap_or_default();
    let shown = |cap: &Option<Cost>| {
        let cap = cap.as_ref();
        RwSignal::new(cap.map(|cap| cap.amount.to_string()).unwrap_or_default())
    };
    let (daily, monthly) = (shown(&settings.daily_cap), shown(&settings.monthly_cap));
    let known = settings.daily_cap.or(settings.monthly_cap);
    let currency = known.map_or_else(|| "USD".to_owned(), |cap| cap.currency);
    let mut currencies: Vec<_> = CURRENCIES.map(str::to_owned).to_vec();
    if !currencies.contains(&currency) {
        currencies.push(currency.clone());
    }
    let currency = RwSignal::new(currency);
    let save = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let currency = currency.get_untracked();
        let (daily, monthly) = (
            cap(&daily.get_untracked(), &currency),
            cap(&monthly.get_untracked(), &currency),
        );
        counter.act(|desk| {
            desk.change(|settings| {
                settings.daily_cap = daily;
                settings.monthly_cap = monthly;
            });
        });
    };
    let amount = |name: &'static str, label: Key, value: RwSignal<String>| {
        view! {
            <label class="field">
                <span>{say(label)}</span>
                <input
                    type="number"
                    name=name
                    min="0"
                    step="any"
                    inputmode="decimal"
                    placeholder=say(Key::SettingsNoCap)
                    prop:value=move || value.get()
                    on:input=move |event| value.set(event_target_value(&event))
                />
            </label>
        }
    };
    let option = move |one: String| {
        let value = one.clone();
        let selected = currency.get_untracked() == one;
        view! { <option value=value selected=selected>{one}</option> }
    };
    view! {
        <section aria-labelledby="caps">
            <h2 id="caps">{say(Key::SettingsCaps)}</h2>
            <p class="note">{say(Key::SettingsCapsNote)}</p>
            <form class="key caps" on:submit=save>
                {amount("daily", Key::SettingsDaily, daily)}
                {amount("monthly", Key::SettingsMonthly, monthly)}
                <label class="field">
                    <span>{say(Key::SettingsCurrency)}</span>
                    <select name="currency" on:change=move |event| currency.set(event_target_value(&event))>
                        {currencies.into_iter().map(option).collect::<Vec<_>>()}
                    </select>
                </label>
                <div class="choices">
                    <button type="submit" class="plain strong">{say(Key::Save)}</button>
                </div>
            </form>
        </section>
    }
}

/// A limit as typed; nothing is no limit.
pub fn cap(typed: &str, currency: &str) -> Option<Cost> {
    let amount: f64 = typed.trim().parse().ok()?;
    (amount.is_finite() && amount >= 0.0).then(|| Cost {
        amount,
        currency: currency.to_owned(),
    })
}
