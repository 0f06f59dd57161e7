//! The text of an answer on the page: nodes of a [`Stream`] made into elements, and only those
//! touched again that have changed.

use coterie_protocol::StepId;
use leptos::{ev, html, prelude::*};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Document, Element as Dom, Node as DomNode, Text};

use super::{conversation::Follow, header::direction};
use crate::{
    app::App,
    browser::{
        addresses::BrowserAddresses,
        i18n::{say, say_with},
        warn,
    },
    conversation::{Answer, AnswerKey, Step},
    markdown::{Element, Node, Rules, Stream, Tag, mark},
    messages::Key,
};

/// The text of a step.
pub fn prose(app: App, key: AnswerKey, step: StepId, version: ArcRwSignal<u32>) -> impl IntoView {
    let field = NodeRef::<html::Div>::new();
    let follow = use_context::<Follow>();
    let image = say(Key::Image);
    let seen = version.clone();
    let language = Memo::new(move |_| {
        seen.track();
        app.answer(key, |answer| answer.language.clone()).flatten()
    });
    let seen = version.clone();
    let writing = Memo::new(move |_| {
        seen.track();
        app.answer(key, |answer| answer.is_writing(step)) == Some(true)
    });
    let painter = StoredValue::new_local(Painter::default());
    Effect::new(move |_| {
        version.track();
        let Some(field) = field.get() else { return };
        let painted = app.answer_mut(key, |answer| {
            painter.try_update_value(|painter| painter.paint(&field, answer, step, &image))
        });
        if let Some(Some(Err(error))) = painted {
            warn("showing an answer", &error);
        }
        if let Some(follow) = follow {
            follow.follow();
        }
    });
    view! {
        <div
            node_ref=field
            class="prose"
            data-step=step.0.to_string()
            class:writing=move || writing.get()
            lang=move || language.get().map(|tag| tag.to_string())
            dir=move || direction(language.get().as_ref())
            on:click=move |event| clicked(app, key, &event)
        ></div>
    }
}

/// What an expert thought aloud, folded.
pub fn reasoning(
    app: App,
    key: AnswerKey,
    step: StepId,
    version: ArcRwSignal<u32>,
) -> impl IntoView {
    let text = Memo::new(move |_| {
        version.track();
        let text = |answer: &Answer| find(answer, step).map(|step| step.reasoning.clone());
        app.answer(key, text).flatten().unwrap_or_default()
    });
    let has_any = Memo::new(move |_| text.with(|text| !text.is_empty()));
    view! {
        <Show when=move || has_any.get()>
            <details class="fold reasoning">
                <summary>{say(Key::Reasoning)}</summary>
                <p dir="auto">{move || text.get()}</p>
            </details>
        </Show>
    }
}

fn find(answer: &Answer, step: StepId) -> Option<&Step> {
    answer.steps.iter().find(|known| known.step == step)
}

/// What the text of an answer is rendered by.
fn rules<'a>(answer: &Answer, image: &'a str) -> Rules<'a> {
    let paragraphs = answer
        .captured
        .as_ref()
        .map_or(0, |captured| captured.paragraphs.len());
    Rules {
        addresses: &BrowserAddresses,
        last_paragraph: u32::try_from(paragraphs).unwrap_or(u32::MAX),
        image,
    }
}

/// Looks at an answer's text as it is rendered.
pub fn with_rules<T>(answer: &Answer, look: impl FnOnce(&Rules<'_>) -> T) -> T {
    look(&rules(answer, &say(Key::Image)))
}

/// The elements that stand for the blocks of a stream.
#[derive(Default)]
struct Painter {
    /// What was painted, and the element that holds it.
    blocks: Vec<(Node, Dom)>,
    /// Which text of the step it is of.
    edition: u32,
    /// The words that are marked in it.
    words: Vec<String>,
}

impl Painter {
    fn paint(
        &mut self,
        field: &Dom,
        answer: &mut Answer,
        step: StepId,
        image: &str,
    ) -> Result<(), JsValue> {
        let running = answer.is_running();
        let rules = rules(answer, image);
        let Some(step) = answer.steps.iter_mut().find(|known| known.step == step) else {
            return Ok(());
        };
        let changed = if running {
            step.text.refresh(&rules)
        } else {
            step.text.finish(&rules)
        };
        let mut first = changed;
        if self.edition != step.edition {
            // Another text, beside which no paragraph stands that was cited in the one before.
            self.blocks
                .drain(..)
                .for_each(|(_, holder)| holder.remove());
            self.edition = step.edition;
            first = Some(0);
        }
        let words = step.marked_words();
        if self.words != words {
            self.words = words;
            first = Some(0);
        }
        let class = step.is_new.then_some("new");
        first.map_or(Ok(()), |first| {
            self.repaint(field, &step.text, first, class)
        })
    }

    fn repaint(
        &mut self,
        field: &Dom,
        stream: &Stream,
        first: usize,
        class: Option<&str>,
    ) -> Result<(), JsValue> {
        let document = document();
        for (at, block) in stream.blocks().iter().enumerate().skip(first) {
            let block = mark(block.clone(), &self.words);
            match self.blocks.get_mut(at) {
                Some((painted, holder)) => {
                    if let Some(shown) = holder.first_child() {
                        patch(&document, &shown, painted, &block)?;
                    }
                    *painted = block;
                }
                None => {
                    // A paragraph cited in the block is shown beneath it, in the same holder.
                    let holder = document.create_element("div")?;
                    if let Some(class) = class {
                        holder.set_class_name(class);
                    }
                    holder.append_child(&make(&document, &block)?)?;
                    field.append_child(&holder)?;
                    self.blocks.push((block, holder));
                }
            }
        }
        for (_, holder) in self.blocks.drain(stream.blocks().len()..) {
            holder.remove();
        }
        Ok(())
    }
}

/// Makes the elements of a node.
fn make(document: &Document, node: &Node) -> Result<DomNode, JsValue> {
    let Element { tag, children } = match node {
        Node::Text(text) => return Ok(document.create_text_node(text).into()),
        Node::Element(element) => element,
    };
    let element = document.create_element(tag.name())?;
    for (name, value) in tag.attributes() {
        element.set_attribute(name, &value)?;
    }
    if let Tag::Citation(number) = tag {
        element.set_attribute("aria-expanded", "false")?;
        element.set_attribute(
            "aria-label",
            &say_with(Key::Citation, &[&number.to_string()]),
        )?;
    }
    for child in children {
        element.append_child(&make(document, child)?)?;
    }
    Ok(element.into())
}

/// Makes what is shown of one node show another. Text that has only grown is appended to.
fn patch(document: &Document, shown: &DomNode, before: &Node, now: &Node) -> Result<(), JsValue> {
    match (before, now) {
        _ if before == now => Ok(()),
        (Node::Text(before), Node::Text(now)) if shown.is_instance_of::<Text>() => {
            let shown: &Text = shown.unchecked_ref();
            match now.strip_prefix(before.as_str()) {
                Some(more) => shown.append_data(more),
                None => {
                    shown.set_data(now);
                    Ok(())
                }
            }
        }
        (Node::Element(before), Node::Element(now)) if before.tag == now.tag => {
            patch_children(document, shown, &before.children, &now.children)
        }
        _ => {
            let parent = shown
                .parent_node()
                .ok_or("what is shown is not on the page")?;
            parent.replace_child(&make(document, now)?, shown).map(drop)
        }
    }
}

fn patch_children(
    document: &Document,
    shown: &DomNode,
    before: &[Node],
    now: &[Node],
) -> Result<(), JsValue> {
    let mut child = shown.first_child();
    for (before, now) in before.iter().zip(now) {
        let Some(current) = child else { break };
        // Taken first: patching may put another node in the place of this one.
        child = current.next_sibling();
        patch(document, &current, before, now)?;
    }
    for _ in now.len()..before.len() {
        if let Some(last) = shown.last_child() {
            shown.remove_child(&last)?;
        }
    }
    for new in now.iter().skip(before.len()) {
        shown.append_child(&make(document, new)?)?;
    }
    Ok(())
}

/// Citations and careful links are buttons; one listener serves all of them.
fn clicked(app: App, key: AnswerKey, event: &ev::MouseEvent) {
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<Dom>().ok());
    let Some(button) = target.and_then(|target| target.closest("button").ok().flatten()) else {
        return;
    };
    if let Some(address) = button.get_attribute("data-address") {
        app.careful_link.set(Some(address));
    } else if let Some(number) = button
        .get_attribute("data-paragraph")
        .and_then(|number| number.parse().ok())
        && let Err(error) = toggle_citation(app, key, &button, number)
    {
        warn("showing a paragraph", &error);
    }
}

/// Shows the cited paragraph beneath the block, or takes it away again.
fn toggle_citation(app: App, key: AnswerKey, button: &Dom, number: u32) -> Result<(), JsValue> {
    let Some(holder) = button.closest(".prose > div")? else {
        return Ok(());
    };
    let open = holder.query_selector(&format!("aside[data-paragraph=\"{number}\"]"))?;
    button.set_attribute(
        "aria-expanded",
        if open.is_some() { "false" } else { "true" },
    )?;
    if let Some(open) = open {
        open.remove();
        return Ok(());
    }
    let cited = app.answer(key, |answer| {
        let captured = answer.captured.as_ref()?;
        let paragraph = captured
            .paragraphs
            .iter()
            .find(|paragraph| paragraph.number == number)?;
        Some((paragraph.text.clone(), captured.language.clone()))
    });
    let Some((text, language)) = cited.flatten() else {
        return Ok(());
    };
    let aside = document().create_element("aside")?;
    aside.set_attribute("data-paragraph", &number.to_string())?;
    aside.set_attribute(
        "aria-label",
        &say_with(Key::Citation, &[&number.to_string()]),
    )?;
    aside.set_attribute("dir", direction(language.as_ref()))?;
    if let Some(language) = language {
        aside.set_attribute("lang", language.as_str())?;
    }
    let label = document().create_element("b")?;
    label.set_text_content(Some(&number.to_string()));
    aside.append_child(&label)?;
    aside.append_child(&document().create_text_node(&text))?;
    holder.append_child(&aside).map(drop)
}
