//! What experts that read plain language are told: texts from `prompts.toml`, the task filled in,
//! and everything that comes from the page framed as quoted material.

mod material;
mod texts;

use coterie_protocol::{Length, Speaker};
use serde::Serialize;

use super::Task;
use material::Material;
use texts::Texts;

/// One message to an expert, as most of them take it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Message {
    /// Who speaks.
    pub role: Role,
    /// What is said.
    pub content: String,
}

/// Who speaks, in the words that most vendors share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Coterie.
    System,
    /// The reader.
    User,
    /// The expert.
    Assistant,
}

/// A conversation that asks for a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prompt {
    /// The messages, in order.
    pub messages: Vec<Message>,
    /// How much of the page's text is in them, in percent; below 100 when it had to be cut.
    pub read_percent: u8,
}

/// Writes the conversation for a task; the material takes at most `budget` tokens, by estimate.
pub fn write(task: &Task, budget: usize) -> Prompt {
    let texts = Texts::get();
    let action = texts.action(task.action);
    let role = texts.role(task.role);
    let cite = role.and_then(|role| role.cite).unwrap_or(action.cite);
    let material = Material::of(task, cite, budget);
    let language = texts.language_name(&task.language);
    let fill = |text: &str| {
        let length = length(task.length).unwrap_or_else(|| action.default_length.clone());
        text.replace("{language}", &language)
            .replace("{length}", &length)
    };
    let mut rules = texts.rules.always.clone();
    if material.is_numbered() {
        rules.push('\n');
        rules.push_str(&texts.rules.citations);
    }
    if !task.handed.is_empty() {
        rules.push('\n');
        rules.push_str(&texts.rules.handed);
    }
    let what = if task.passage.is_some() {
        &action.passage
    } else {
        &action.page
    };
    let whole = fill(what);
    let mut request = role.map_or_else(
        || whole.clone(),
        |role| fill(&role.text).replace("{action}", &whole),
    );
    if !task.instruction.is_empty() {
        request.push_str("\n\nThe reader's words:\n");
        request.push_str(&task.instruction);
    }
    let mut messages = vec![say(Role::System, fill(&rules))];
    messages.extend(task.conversation.iter().map(|turn| {
        let role = match turn.speaker {
            Speaker::Reader => Role::User,
            Speaker::Expert => Role::Assistant,
        };
        say(role, turn.text.clone())
    }));
    messages.push(say(Role::User, format!("{}{request}", material.text)));
    if !task.delivered.is_empty() {
        messages.push(say(Role::Assistant, task.delivered.clone()));
        messages.push(say(Role::User, texts.rules.go_on.clone()));
    }
    Prompt {
        messages,
        read_percent: material.read_percent,
    }
}

/// The same conversation for experts that know no system: its text goes before the reader's.
pub fn without_system(messages: Vec<Message>) -> Vec<Message> {
    let (system, mut messages) = split_system(messages);
    if let Some(first) = messages.iter_mut().find(|said| said.role == Role::User)
        && !system.is_empty()
    {
        first.content = format!("{system}\n\n{}", first.content);
    }
    messages
}

/// What the system says, and what the others say.
pub fn split_system(messages: Vec<Message>) -> (String, Vec<Message>) {
    let is_system = |said: &Message| said.role == Role::System;
    let (system, others): (Vec<_>, Vec<_>) = messages.into_iter().partition(is_system);
    let system: Vec<_> = system.into_iter().map(|said| said.content).collect();
    (system.join("\n\n"), others)
}

/// About how many tokens a text is: four letters of an alphabet, or one character of Chinese and
/// the like, make a token. Estimates too many rather than too few.
pub fn estimate_tokens(text: &str) -> usize {
    let quarters: usize = text
        .chars()
        .map(|letter| if letter < '\u{2E80}' { 1 } else { 4 })
        .sum();
    quarters.div_ceil(4)
}

fn say(role: Role, content: String) -> Message {
    Message { role, content }
}

fn length(length: Option<Length>) -> Option<String> {
    Some(match length? {
        Length::Sentences(1) => " in one sentence".to_owned(),
        Length::Sentences(count) => format!(" in about {count} sentences"),
        Length::Words(count) => format!(" in about {count} words"),
        Length::Characters(count) => format!(" in about {count} characters"),
        Length::Paragraphs(1) => " in one paragraph".to_owned(),
        Length::Paragraphs(count) => format!(" in {count} paragraphs"),
        Length::Percent(share) => format!(" to about {share} percent of its length"),
    })
}

#[cfg(test)]
mod tests;
