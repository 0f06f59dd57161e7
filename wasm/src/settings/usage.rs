//! What was used and spent, out of the ledger.

use coterie_protocol::{Cost, UsageLine};
use leptos::prelude::*;

use super::Counter;
use crate::{
    browser::i18n::{count, money, say, say_with},
    messages::Key,
};

/// How far back a reader can look, in days.
const SPANS: [u16; 3] = [1, 7, 30];

/// The figures.
pub fn usage(counter: Counter) -> impl IntoView {
    let lines = move || {
        let report = counter.usage.get();
        report.map(|report| report.lines).unwrap_or_default()
    };
    let totals = move || {
        let report = counter.usage.get()?;
        let today = (Key::UsageToday, sum(&report.today));
        let month = (Key::UsageMonth, sum(&report.month));
        let total = |(key, sum): (Key, String)| view! { <p>{say_with(key, &[&sum])}</p> };
        Some([today, month].map(total).into_iter().collect::<Vec<_>>())
    };
    let option = |days: u16| {
        let name = say_with(Key::UsageDays, &[&days.to_string()]);
        view! { <option value=days.to_string() selected=days == 7>{name}</option> }
    };
    let look = move |event| {
        if let Ok(days) = event_target_value(&event).parse() {
            counter.act(|desk| desk.look_back(days));
        }
    };
    let heads = [
        Key::UsageDay,
        Key::UsageVendor,
        Key::UsageModel,
        Key::UsageCalls,
        Key::UsageFailures,
        Key::UsageTokensIn,
        Key::UsageTokensOut,
        Key::UsageMoney,
    ];
    let head = |key: Key| view! { <th scope="col">{say(key)}</th> };
    view! {
        <section aria-labelledby="usage">
            <h2 id="usage">{say(Key::Usage)}</h2>
            <p class="note">{say(Key::UsageNote)}</p>
            <label class="field span">
                <span>{say(Key::UsageSpan)}</span>
                <select on:change=look>{SPANS.map(option).into_iter().collect::<Vec<_>>()}</select>
            </label>
            <div class="totals">{totals}</div>
            <div class="figures" tabindex="0" role="region" aria-labelledby="usage">
                <table>
                    <thead><tr>{heads.map(head).into_iter().collect::<Vec<_>>()}</tr></thead>
                    <tbody>{move || lines().iter().map(row).collect::<Vec<_>>()}</tbody>
                </table>
                <p class="found">{move || lines().is_empty().then(|| say(Key::UsageNone))}</p>
            </div>
        </section>
    }
}

fn row(line: &UsageLine) -> impl IntoView + use<> {
    let whole = |number: u64| {
        let number = count(usize::try_from(number).unwrap_or(usize::MAX));
        marked(number, line.estimated)
    };
    let cost = match &line.cost {
        Some(cost) => marked(money(cost.amount, &cost.currency), line.estimated),
        None => say(Key::UsageUnknown),
    };
    let model = line
        .expert
        .0
        .split_once('/')
        .map_or(line.expert.0.as_str(), |(_, model)| model);
    view! {
        <tr>
            <td>{line.day.clone()}</td>
            <td dir="auto">{line.vendor.clone()}</td>
            <td dir="ltr">{model.to_owned()}</td>
            <td class="number">{line.calls}</td>
            <td class="number">{line.failures}</td>
            <td class="number">{whole(line.input_tokens)}</td>
            <td class="number">{whole(line.output_tokens)}</td>
            <td class="number">{cost}</td>
        </tr>
    }
}

fn marked(figure: String, estimated: bool) -> String {
    if estimated {
        say_with(Key::Estimated, &[&figure])
    } else {
        figure
    }
}

fn sum(costs: &[Cost]) -> String {
    let amounts: Vec<_> = costs
        .iter()
        .map(|cost| money(cost.amount, &cost.currency))
        .collect();
    if amounts.is_empty() {
        say(Key::UsageNothing)
    } else {
        amounts.join(" + ")
    }
}
