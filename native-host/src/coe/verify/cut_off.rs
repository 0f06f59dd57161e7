//! Answers that stop before their end.

use coterie_protocol::Finish;

use super::{
    Check, Finding, Severity, code,
    finding::quoted,
    scene::{Scene, lines},
};
use crate::page::is_unspaced;

/// What a sentence may end with, besides closing marks.
const ENDS: &str = ".!?…。！？؟।։።‥．｡";

/// What may stand behind the end of a sentence.
const CLOSING: &str = "\"'”’“‘»«›)]}）」』】》〉*_`~ ⟧";

/// What no text ends with.
const OPEN: &str = ",;:–—，、；：،([{（「『【《„";

/// A line of so many letters, or of so many words, is prose that has to end like it.
const PROSE: usize = 60;

/// Brackets that come in pairs; quotation marks only where both are different.
const PAIRS: [(char, char); 8] = [
    ('(', ')'),
    ('（', '）'),
    ('「', '」'),
    ('『', '』'),
    ('【', '】'),
    ('《', '》'),
    ('«', '»'),
    ('[', ']'),
];

/// Whether the answer breaks off.
pub(super) fn check(scene: &Scene<'_>) -> Vec<Finding> {
    let finding = |severity, what: &str| vec![Finding::new(Check::CutOff, severity, what)];
    let answer = scene.answer.trim_end();
    if scene.material.finish == Finish::Truncated {
        return finding(Severity::Blocking, "it reached a limit of length");
    }
    if answer.is_empty() {
        return Vec::new();
    }
    if code::fenced(answer)
        .last()
        .is_some_and(|(_, closed)| !closed)
        && !ends_in_code(scene.source)
    {
        return finding(Severity::Blocking, "a block of code is not closed");
    }
    // What is the source's own way to end is no fault of the answer.
    let own = scene.kept || scene.only;
    let like_source = own && !scene.source.trim_end().is_empty();
    let last = last_line(answer);
    if ends_in_code(answer) || last.is_empty() {
        return Vec::new();
    }
    let end = |what: &str| {
        let what = format!("it ends with {}, {what}", quoted(tail(last)));
        let severity = if ends_open(last) {
            Severity::Blocking
        } else {
            Severity::Marked
        };
        vec![
            Finding::new(Check::CutOff, severity, what)
                .at(answer.len() - tail(last).len()..answer.len()),
        ]
    };
    if ends_open(last) && !(like_source && ends_open(last_line(scene.source.trim_end()))) {
        return end("in the middle of a sentence");
    }
    let source_ends = ends_well(last_line(scene.source.trim_end()));
    let must_end = if scene.kept && scene.only {
        source_ends
    } else {
        is_prose(last) && has_earlier_sentence(answer)
    };
    if must_end && !ends_well(last) {
        return end("without the end of a sentence");
    }
    if let Some(open) = unclosed(last)
        .filter(|open| !scene.source.contains(*open) || unclosed(last_line(scene.source)).is_none())
    {
        return end(&format!("and {open} is not closed"));
    }
    Vec::new()
}

fn last_line(text: &str) -> &str {
    lines(text).last().map_or("", |(_, line)| line.trim())
}

fn tail(line: &str) -> &str {
    let start = line.char_indices().rev().nth(24).map_or(0, |(at, _)| at);
    &line[start..]
}

fn ends_in_code(text: &str) -> bool {
    let end = text.trim_end().len();
    code::spans(text).iter().any(|span| span.end >= end)
}

fn bare(line: &str) -> &str {
    let line = line.trim_end();
    // Citations stand behind the end of a sentence.
    let without = super::citations::without_trailing(line);
    without.trim_end_matches(|c| CLOSING.contains(c))
}

fn ends_well(line: &str) -> bool {
    let bare = bare(line);
    bare.ends_with(|c| ENDS.contains(c))
}

fn ends_open(line: &str) -> bool {
    line.trim_end().ends_with(|c| OPEN.contains(c))
}

/// Whether a line is running text rather than a heading, an item, a cell or a title.
fn is_prose(line: &str) -> bool {
    let is_item = line.starts_with(['#', '-', '*', '+', '|', '>', '•', '·', '='])
        || line
            .trim_start_matches(|c: char| c.is_ascii_digit())
            .starts_with(['.', ')', '、']);
    let letters = line.chars().filter(|letter| letter.is_alphabetic());
    // A character says as much as three letters.
    let weight = letters.map(|letter| if is_unspaced(letter) { 3 } else { 1 });
    !is_item && weight.sum::<usize>() >= PROSE
}

/// Whether sentences of this answer end with marks at all.
fn has_earlier_sentence(answer: &str) -> bool {
    let last = last_line(answer);
    let before = &answer[..answer.len() - last.len()];
    before.contains(|c| ENDS.contains(c))
        || bare(last)
            .trim_end_matches(|c| ENDS.contains(c))
            .contains(['.', '。', '！', '？'])
}

/// The last bracket of a line that is opened and not closed.
fn unclosed(line: &str) -> Option<char> {
    let mut open = Vec::new();
    for character in line.chars() {
        if PAIRS.iter().any(|(opening, _)| *opening == character) {
            open.push(character);
        } else if let Some((opening, _)) = PAIRS.iter().find(|(_, closing)| *closing == character)
            && let Some(place) = open.iter().rposition(|found| found == opening)
        {
            open.truncate(place);
        }
    }
    open.pop()
}

#[cfg(test)]
mod tests {
    use super::{super::testing, *};

    #[track_caller]
    fn check(source: &str, answer: &str, expected: Option<Severity>) {
        let found = testing::translation(&[Check::CutOff], "en", source, "de", answer);
        assert_eq!(
            found.first().map(|finding| finding.severity),
            expected,
            "{answer}: {found:?}"
        );
    }

    #[test]
    fn an_answer_ends_as_its_source_does() {
        check("The river rose.", "Der Fluss stieg.", None);
        check("The river rose.", "Der Fluss", Some(Severity::Marked));
        check("The river rose.", "Der Fluss,", Some(Severity::Blocking));
        check("The river", "Der Fluss", None);
        check(
            "He said: “The river rose.”",
            "Er sagte: „Der Fluss stieg.“",
            None,
        );
        check("In this order:", "In dieser Reihenfolge:", None);
        check(
            "The river (in spring) rose",
            "Der Fluss (im Frühling stieg",
            Some(Severity::Marked),
        );
    }

    #[test]
    fn code_is_closed() {
        check("Run it.", "Starten:\n```\nx", Some(Severity::Blocking));
        check("Run it.", "Starten:\n```\nx\n```", None);
    }

    #[test]
    fn a_limit_of_length_is_told() {
        let language = coterie_protocol::LanguageTag::new("en");
        let material = testing::material(coterie_protocol::Action::Answer, "", &language);
        let material = super::super::Material {
            finish: Finish::Truncated,
            ..material
        };
        let found = super::super::verify(&[Check::CutOff], &material, "Yes.");
        assert_eq!(found[0].severity, Severity::Blocking);
    }

    #[track_caller]
    fn check_answer(answer: &str, expected: usize) {
        let language = coterie_protocol::LanguageTag::new("en");
        let material = testing::material(coterie_protocol::Action::Answer, "", &language);
        let found = super::super::verify(&[Check::CutOff], &material, answer);
        assert_eq!(found.len(), expected, "{answer}");
    }

    #[test]
    fn prose_ends_with_a_mark_and_lists_need_none() {
        check_answer(
            "The river rose. It then went on to flood the whole of the lower town and of the",
            1,
        );
        check_answer(
            "The river rose. It flooded the whole of the lower town and the market too. [¶3]",
            0,
        );
        check_answer(
            "It is:\n- the river that rose in the night and flooded the whole of the town",
            0,
        );
        check_answer("42", 0);
        check_answer(
            "河水昨晚上涨。之后水位继续上升，淹没了整个下城区和市场周围的",
            1,
        );
    }
}
