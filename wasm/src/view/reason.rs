//! Why an expert was chosen, in words.

use coterie_protocol::{Cost, Reason};

use crate::{
    browser::i18n::{duration, money, say, say_with},
    failure::advice,
    messages::Key,
};

/// Why.
pub fn why(reason: &Reason) -> String {
    match reason {
        Reason::Chosen => say(Key::ReasonChosen),
        Reason::OnThisMachine => say(Key::ReasonThisMachine),
        Reason::HasKey => say(Key::ReasonKeySet),
        Reason::BuiltIn => say(Key::ReasonBuiltIn),
        Reason::Rated {
            quality_percent,
            cost,
            first_text_ms,
            learned,
        } => rated(*quality_percent, cost.as_ref(), *first_text_ms, *learned),
        Reason::Hedge { expert } => say_with(Key::ReasonHedge, &[&expert.0]),
        Reason::InsteadOf { expert, failure } => {
            say_with(Key::ReasonInstead, &[&expert.0, &say(advice(*failure).0)])
        }
    }
}

/// What is known of what was weighed; what is not known is left out. Each further piece brings its
/// own comma.
fn rated(quality: u8, cost: Option<&Cost>, first_text_ms: Option<u64>, learned: bool) -> String {
    let mut words = say_with(Key::ReasonRated, &[&quality.to_string()]);
    match cost {
        Some(cost) if cost.amount > 0.0 => {
            let cost = money(cost.amount, &cost.currency);
            words.push_str(&say_with(Key::RatedCost, &[&cost]));
        }
        Some(_) => words.push_str(&say(Key::RatedFree)),
        None => {}
    }
    if let Some(first_text_ms) = first_text_ms {
        words.push_str(&say_with(Key::RatedSpeed, &[&duration(first_text_ms)]));
    }
    if learned {
        words.push_str(&say(Key::RatedLearned));
    }
    words
}
