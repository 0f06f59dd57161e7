//! What checks and other experts found in a text and could not mend.

use coterie_protocol::{Mark, StepId};
use leptos::prelude::*;

use super::{
    icon::{Icon, icon},
    look::Look,
};
use crate::{
    browser::i18n::{count, say, say_with},
    messages::Key,
};

/// The check by which another expert doubts.
const SECOND_OPINION: &str = "second_opinion";

/// The warning under a text, with what was found when opened.
pub fn marks(look: &Look, step: StepId) -> impl IntoView + use<> {
    let marks = look.of_step(step, |_, step| step.marks.clone());
    let is_there = Memo::new(move |_| marks.with(|marks| !marks.is_empty()));
    view! {
        <Show when=move || is_there.get()>
            <details class="fold marks">
                <summary>
                    {icon(Icon::Notice)}
                    <span>{move || marks.with(|marks| summary(marks))}</span>
                </summary>
                <ul>{move || marks.get().into_iter().map(line).collect::<Vec<_>>()}</ul>
            </details>
        </Show>
    }
}

fn summary(marks: &[Mark]) -> String {
    let doubts = marks.iter().all(|mark| mark.check == SECOND_OPINION);
    match (marks.len(), doubts) {
        (1, true) => say(Key::DoubtsOne),
        (1, false) => say(Key::MarksOne),
        (many, true) => say_with(Key::Doubts, &[&count(many)]),
        (many, false) => say_with(Key::Marks, &[&count(many)]),
    }
}

fn line(mark: Mark) -> impl IntoView {
    // Checks speak English; an expert speaks as it likes.
    let language = (mark.check != SECOND_OPINION).then_some("en");
    let title = title(&mark.check).map_or_else(|| mark.check.clone(), say);
    view! {
        <li>
            <b>{title}</b>
            {mark.words.map(|words| view! { <q dir="auto">{words}</q> })}
            <span lang=language dir="auto">{mark.what}</span>
        </li>
    }
}

/// A short title of a check that the panel knows.
fn title(check: &str) -> Option<Key> {
    Some(match check {
        "language" => Key::CheckLanguage,
        "numbers" => Key::CheckNumbers,
        "dates" => Key::CheckDates,
        "units" => Key::CheckUnits,
        "names" => Key::CheckNames,
        "links" => Key::CheckLinks,
        "slots" => Key::CheckSlots,
        "negation" => Key::CheckNegation,
        "length_ratio" => Key::CheckLengthRatio,
        "untranslated" => Key::CheckUntranslated,
        "repetition" => Key::CheckRepetition,
        "cut_off" => Key::CheckCutOff,
        "refusal" => Key::CheckRefusal,
        "preamble" => Key::CheckPreamble,
        "leakage" => Key::CheckLeakage,
        "json" => Key::CheckJson,
        "terms" => Key::CheckTerms,
        "citations" => Key::CheckCitations,
        "key_facts" => Key::CheckKeyFacts,
        "sentence_count" => Key::CheckSentenceCount,
        "agreement" => Key::CheckAgreement,
        "guard" => Key::CheckGuard,
        SECOND_OPINION => Key::CheckSecondOpinion,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_has_the_title_that_is_named_after_it() {
        for check in [
            "language",
            "numbers",
            "dates",
            "units",
            "names",
            "links",
            "slots",
            "negation",
            "length_ratio",
            "untranslated",
            "repetition",
            "cut_off",
            "refusal",
            "preamble",
            "leakage",
            "json",
            "terms",
            "citations",
            "key_facts",
            "sentence_count",
            "agreement",
            "guard",
            "second_opinion",
        ] {
            let title = title(check).map(Key::name);
            assert_eq!(title, Some(format!("panel_check_{check}").as_str()));
        }
        assert_eq!(title("a_check_of_a_later_host"), None);
    }
}
