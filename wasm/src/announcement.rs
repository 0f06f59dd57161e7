//! What is read aloud when an answer has ended: once, and never word by word.

use coterie_protocol::Action;

use crate::{
    browser::i18n::{say, say_with},
    conversation::{Answer, Phase, Trouble},
    failure::advice,
    messages::Key,
    view::page_card,
};

/// The announcement of an answer's end.
pub fn of(answer: &Answer) -> String {
    let action = say(name(answer.question.action));
    match &answer.phase {
        Phase::Preparing | Phase::Waiting | Phase::Writing | Phase::Done(_) => {
            say_with(Key::AnnounceDone, &[&action])
        }
        Phase::Stopped => say_with(Key::AnnounceStopped, &[&action]),
        Phase::Interrupted => say_with(Key::AnnounceInterrupted, &[&action]),
        Phase::Failed(trouble) => say_with(Key::AnnounceFailed, &[&action, &why(trouble)]),
    }
}

/// The name of an action; without one, the reader asked in words of their own.
pub fn name(action: Option<Action>) -> Key {
    match action {
        Some(Action::Translate) => Key::ActionTranslate,
        Some(Action::Summarize) => Key::ActionSummarize,
        Some(Action::Expand) => Key::ActionExpand,
        Some(Action::Shorten) => Key::ActionShorten,
        Some(Action::Rewrite) => Key::ActionRewrite,
        Some(Action::Proofread) => Key::ActionProofread,
        Some(Action::Explain) => Key::ActionExplain,
        Some(Action::Extract) => Key::ActionExtract,
        Some(Action::Compare) => Key::ActionCompare,
        Some(Action::Write) => Key::ActionWrite,
        Some(Action::Code) => Key::ActionCode,
        Some(Action::Math) => Key::ActionMath,
        Some(Action::Chat) => Key::ActionChat,
        Some(Action::Answer) | None => Key::ActionAnswer,
    }
}

fn why(trouble: &Trouble) -> String {
    match trouble {
        Trouble::Host(failure) => say(advice(failure.code).0),
        Trouble::Page(refusal) => say(page_card::words(refusal).0),
    }
}
