//! Where one expert went on for another: said beside the experts, and marked in the text on request.

use coterie_protocol::StepId;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element as Dom, Node as DomNode, Text};

use super::prose::with_rules;
use crate::{
    app::App,
    browser::{
        i18n::{say, say_with},
        warn,
    },
    conversation::{AnswerKey, Seam, Step},
    messages::Key,
};

/// The class of a mark.
const MARK: &str = "seam";

/// What is said of the seams of a step.
pub fn seams(
    app: App,
    key: AnswerKey,
    step: StepId,
    last: &str,
    seams: &[Seam],
    running: bool,
) -> impl IntoView + use<> {
    let lines: Vec<_> = seams
        .iter()
        .enumerate()
        .map(|(at, seam)| {
            let next = next_of(seams, at, last);
            let silent = seam.silent.clone().unwrap_or_default();
            view! { <p>{say_with(Key::Seam, &[&next, &silent])}</p> }
        })
        .collect();
    let marked = RwSignal::new(false);
    let toggle = move |event: leptos::ev::MouseEvent| {
        let button = event
            .current_target()
            .and_then(|target| target.dyn_into::<Dom>().ok());
        match button.map(|button| turn(app, key, step, &button, !marked.get_untracked())) {
            Some(Ok(())) => marked.update(|marked| *marked = !*marked),
            Some(Err(error)) => warn("marking a seam", &error),
            None => {}
        }
    };
    // While text arrives its elements are still being replaced.
    let button = (!running && !seams.is_empty()).then(|| {
        view! {
            <button
                type="button"
                class="plain show-seam"
                aria-pressed=move || marked.get().to_string()
                on:click=toggle
            >
                {say(Key::SeamShow)}
            </button>
        }
    });
    (lines, button)
}

/// Who went on at a seam: who fell silent at the next one, else who came last.
fn next_of(seams: &[Seam], at: usize, last: &str) -> String {
    let next = seams.get(at + 1).and_then(|next| next.silent.clone());
    next.unwrap_or_else(|| last.to_owned())
}

/// Marks the seams in the text of a step, or takes the marks away.
fn turn(app: App, key: AnswerKey, step: StepId, button: &Dom, show: bool) -> Result<(), JsValue> {
    let field = format!(".prose[data-step=\"{}\"]", step.0);
    let answer = button.closest("article.answer")?;
    let Some(prose) = answer.and_then(|answer| answer.query_selector(&field).ok().flatten()) else {
        return Ok(());
    };
    while let Some(mark) = prose.query_selector(&format!(".{MARK}"))? {
        mark.remove();
    }
    prose.normalize();
    if !show {
        return Ok(());
    }
    let places = app.answer(key, |answer| {
        let known = answer.steps.iter().find(|known| known.step == step);
        with_rules(answer, |rules| known.map(|step| places(step, rules)))
    });
    // From the last to the first, so that the places before stay where they are.
    for (at, name) in places.flatten().unwrap_or_default().into_iter().rev() {
        let mark = document().create_element("span")?;
        mark.set_attribute("class", MARK)?;
        mark.set_attribute("role", "note")?;
        let words = say_with(Key::SeamHere, &[&name]);
        mark.set_attribute("aria-label", &words)?;
        mark.set_attribute("title", &words)?;
        put(&prose, at, &mark)?;
    }
    Ok(())
}

/// Where the seams are in the text as shown, and who went on there.
fn places(step: &Step, rules: &crate::markdown::Rules<'_>) -> Vec<(u32, String)> {
    let last = step.expert.as_ref().map(|(card, _)| card.name.clone());
    let last = last.unwrap_or_default();
    let place = |(at, seam): (usize, &Seam)| {
        let shown = step.text.shown_before(seam.at, rules);
        let shown = u32::try_from(shown).unwrap_or(u32::MAX);
        (shown, next_of(&step.seams, at, &last))
    };
    step.seams.iter().enumerate().map(place).collect()
}

/// Puts a mark after so many UTF-16 units of the text.
fn put(prose: &Dom, at: u32, mark: &Dom) -> Result<(), JsValue> {
    let mut left = at;
    let Some(text) = text_at(prose, &mut left) else {
        return prose.append_child(mark).map(drop);
    };
    let after: DomNode = text.split_text(left)?.into();
    match after.parent_node() {
        Some(parent) => parent.insert_before(mark, Some(&after)).map(drop),
        None => Ok(()),
    }
}

/// The text node in which a place is; `left` becomes the place within it. What was cited stands
/// beneath its block and is no part of the text.
fn text_at(node: &DomNode, left: &mut u32) -> Option<Text> {
    if node.node_name() == "ASIDE" {
        return None;
    }
    if let Some(text) = node.dyn_ref::<Text>() {
        if *left <= text.length() {
            return Some(text.clone());
        }
        *left -= text.length();
        return None;
    }
    let mut child = node.first_child();
    while let Some(current) = child {
        if let Some(found) = text_at(&current, left) {
            return Some(found);
        }
        child = current.next_sibling();
    }
    None
}
