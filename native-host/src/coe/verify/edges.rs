//! What experts say about themselves before and after the answer: refusals, announcements,
//! farewells. A source that begins or ends so too may have it so.

use std::{collections::BTreeMap, sync::LazyLock};

use coterie_protocol::Action;
use serde::Deserialize;

use super::{
    Check, Finding, Repair, Severity, code,
    finding::quoted,
    scene::{Scene, lines},
};
use crate::page::sentences;

const SOURCE: &str = include_str!("phrases.toml");

static TABLE: LazyLock<Table> = LazyLock::new(|| toml::from_str(SOURCE).unwrap_or_default());

type Lists = BTreeMap<String, Vec<String>>;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    refusal: Lists,
    opening: Lists,
    closing: Lists,
}

/// An announcement or a farewell is no longer, in characters.
const LONGEST: usize = 240;

/// A refusal stands within so many characters of the beginning.
const REFUSAL_WITHIN: usize = 160;

/// An answer longer than so many characters does what was asked after its apology.
const REFUSAL_UP_TO: usize = 1_200;

fn has(lists: &Lists, text: &str, test: impl Fn(&str, &str) -> bool) -> bool {
    let text = folded(text);
    lists.values().flatten().any(|phrase| test(&text, phrase))
}

/// Lower case, straight quotation marks, no marks of Markdown before it.
fn folded(text: &str) -> String {
    let text = text.trim_start_matches(|c: char| {
        matches!(c, '*' | '_' | '#' | '>' | '"' | '“' | '「') || c.is_whitespace()
    });
    text.to_lowercase().replace('’', "'")
}

fn starts_with(text: &str, phrase: &str) -> bool {
    text.strip_prefix(phrase).is_some_and(|rest| {
        // A whole word where words are written apart.
        let last = phrase.chars().next_back();
        let next = rest.chars().next();
        !(last.is_some_and(|c| c.is_alphabetic() && !is_joined(c))
            && next.is_some_and(char::is_alphanumeric))
    })
}

/// Scripts whose words are joined with what follows, or inflected.
fn is_joined(character: char) -> bool {
    crate::page::is_unspaced(character)
        || matches!(character, '\u{ac00}'..='\u{d7a3}' | '\u{600}'..='\u{6ff}')
}

/// Whether the answer declines.
pub(super) fn refusal(scene: &Scene<'_>) -> Vec<Finding> {
    if scene.answer.chars().nth(REFUSAL_UP_TO).is_some() {
        return Vec::new();
    }
    let found = |text: &str| {
        let start: String = text.trim_start().chars().take(REFUSAL_WITHIN).collect();
        let first = lines(&start)
            .first()
            .map_or(String::new(), |(_, line)| (*line).to_owned());
        let in_sentence = |sentence: &&str| {
            has(&TABLE.refusal, sentence, |text, phrase| {
                text.starts_with(phrase)
            })
        };
        sentences(&first)
            .into_iter()
            .take(2)
            .find(in_sentence)
            .map(str::to_owned)
    };
    // A page may begin with an apology of its own; an answer to a greeting need not.
    if matches!(scene.material.action, Action::Translate) && found(scene.source).is_some() {
        return Vec::new();
    }
    found(scene.answer)
        .map(|sentence| {
            Finding::new(
                Check::Refusal,
                Severity::Blocking,
                format!("it declines: {}", quoted(&sentence)),
            )
        })
        .into_iter()
        .collect()
}

/// Announcements and farewells around the answer, which are cut.
pub(super) fn preamble(scene: &Scene<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let from = scene.answer.len() - scene.answer.trim_start().len();
    let opening =
        opening(&scene.answer[from..]).filter(|_| opening(scene.source.trim_start()).is_none());
    let start = opening.map_or(0, |length| from + length);
    let finding = |range: std::ops::Range<usize>, what: &str| {
        let what = format!("{what} {}", quoted(&scene.answer[range.clone()]));
        Finding::new(Check::Preamble, Severity::Blocking, what).repaired_by(Repair::Cut(range))
    };
    if opening.is_some() {
        findings.push(finding(0..start, "it begins with the announcement"));
    }
    let rest = &scene.answer[start..];
    if let Some(length) = closing(rest).filter(|_| closing(scene.source).is_none()) {
        let end = scene.answer.len();
        findings.push(finding(end - length..end, "it ends with the farewell"));
    }
    findings
}

/// The bytes of the announcement with which a text begins, with the space behind it.
fn opening(text: &str) -> Option<usize> {
    if code::fence(text).is_some() {
        return None;
    }
    let line = text.split_inclusive('\n').next()?;
    let is_last = line.len() == text.trim_end().len() || line.len() == text.len();
    let opens =
        |part: &str| part.chars().nth(LONGEST).is_none() && has(&TABLE.opening, part, starts_with);
    let bare = line.trim_end().trim_end_matches(['*', '_']);
    let mut end = 0;
    // "Sure! Here is the translation:" in a line of its own, or before the answer in its line.
    if opens(bare) && !is_last && ends_like_one(bare) {
        end = line.len();
    } else {
        let part = announced(line).filter(|length| opens(&line[..*length]));
        if let Some(length) = part {
            end = length;
        }
    }
    if end == 0 || text[end..].trim().is_empty() {
        return None;
    }
    // A rule or a second announcement may follow.
    let rest = &text[end..];
    let mut space = rest.len() - rest.trim_start().len();
    let after = rest.trim_start();
    if let Some(line) = after
        .split_inclusive('\n')
        .next()
        .filter(|line| matches!(line.trim(), "---" | "***" | "———"))
    {
        space += line.len();
    }
    let begun = end + space;
    let tail = &text[begun..];
    Some(begun + tail.len() - tail.trim_start().len())
}

/// Whether a line announces what follows.
fn ends_like_one(line: &str) -> bool {
    line.ends_with([':', '：', '!', '！'])
        || (line.ends_with(['.', '。']) && sentences(line).len() <= 2)
}

/// The bytes of "Here is the translation:" or "Sure!" at the start of a line that goes on.
fn announced(line: &str) -> Option<usize> {
    let limit = line
        .char_indices()
        .nth(LONGEST / 3)
        .map_or(line.len(), |(at, _)| at);
    let colon = line[..limit].find([':', '：']).filter(|at| {
        // Not the one of a time or an address.
        let next = line[*at..].chars().nth(1);
        !next.is_some_and(|next| next.is_ascii_digit() || next == '/')
    });
    let end = colon.or_else(|| {
        let first = line[..limit].find(['!', '！'])?;
        (line[..first].split_whitespace().count() <= 2 && line[..first].chars().count() <= 12)
            .then_some(first)
    })?;
    // The announcement speaks of the answer, not of what it says.
    let mark = line[end..].chars().next().map_or(1, char::len_utf8);
    let said = folded(&line[..end + mark]);
    let about = ABOUT.iter().any(|word| said.contains(word));
    let alone = said.chars().count() <= 12 && line[end..].starts_with(['!', '！']);
    let emphasis = &line[end + mark..];
    let closed = if line.starts_with(['*', '_']) {
        emphasis.len() - emphasis.trim_start_matches(['*', '_']).len()
    } else {
        0
    };
    (about || alone).then_some(end + mark + closed)
}

/// Words for the answer in announcements that share its line.
const ABOUT: [&str; 32] = [
    "translat",
    "summar",
    "version",
    "rewrit",
    "answer",
    "text",
    "译",
    "翻譯",
    "譯",
    "摘要",
    "总结",
    "總結",
    "版本",
    "要約",
    "訳",
    "번역",
    "요약",
    "traduc",
    "resum",
    "traduct",
    "résum",
    "übersetz",
    "zusammenfass",
    "tradução",
    "перевод",
    "резюме",
    "traduzione",
    "riassunto",
    "ترجم",
    "respuesta",
    "réponse",
    "antwort",
];

/// The bytes of the farewell with which a text ends, with the space before it.
fn closing(text: &str) -> Option<usize> {
    let trimmed = text.trim_end();
    let (start, line) = lines(trimmed).pop()?;
    let line_start = start + line.len() - line.trim_start().len();
    let says = |part: &str| {
        part.chars().nth(LONGEST).is_none()
            && has(&TABLE.closing, part, |text, phrase| {
                text.starts_with(phrase)
            })
    };
    let begin = if says(line) && start > 0 {
        line_start
    } else {
        let last = sentences(line)
            .pop()
            .filter(|last| says(last) && last.len() < line.trim().len())?;
        trimmed.len() - last.len()
    };
    let before = trimmed[..begin].trim_end();
    let before = before.strip_suffix("---").map_or(before, str::trim_end);
    (!before.is_empty()).then(|| text.len() - before.len())
}

#[cfg(test)]
mod tests {
    use super::{super::testing, *};

    #[test]
    fn the_table_is_well_formed() {
        let table: Table = toml::from_str(SOURCE).unwrap();
        for lists in [&table.refusal, &table.opening, &table.closing] {
            for language in ["en", "zh", "ja", "ko", "es", "fr", "de", "pt", "ru"] {
                assert!(lists.contains_key(language), "{language}");
            }
            for phrase in lists.values().flatten() {
                assert_eq!(*phrase, phrase.to_lowercase());
                assert!(
                    !phrase.trim().is_empty() && !phrase.contains('’'),
                    "{phrase}"
                );
            }
        }
    }

    #[track_caller]
    fn check(answer: &str, expected: &str) {
        let found = testing::translation(&[Check::Preamble], "ru", "Река поднялась.", "en", answer);
        let repaired = super::super::repair(answer, &found).unwrap_or_else(|| answer.to_owned());
        assert_eq!(repaired, expected);
    }

    #[test]
    fn announcements_and_farewells_are_cut() {
        check(
            "Sure, here is the translation:\n\nThe river rose.",
            "The river rose.",
        );
        check("Sure! The river rose.", "The river rose.");
        check("**Translation:** The river rose.", "The river rose.");
        check("当然，以下是翻译：\n河水上涨了。", "河水上涨了。");
        check("译文：河水上涨了。", "河水上涨了。");
        check("はい、以下は翻訳です：\n\n川が増水した。", "川が増水した。");
        check(
            "Hier ist die Übersetzung:\n---\nDer Fluss stieg.",
            "Der Fluss stieg.",
        );
        check(
            "The river rose.\n\nLet me know if you need anything else!",
            "The river rose.",
        );
        check("The river rose. I hope this helps!", "The river rose.");
        check("河水上涨了。\n\n希望这对您有帮助！", "河水上涨了。");
        check(
            "Certainly.\n\nThe river rose.\n\n---\nWould you like me to shorten it?",
            "The river rose.",
        );
    }

    #[test]
    fn what_belongs_to_the_answer_stays() {
        for answer in [
            "Here is where the river rose.",
            "Sure-footed goats crossed the river.",
            "Of course the river rose; nobody had seen so much rain in years.",
            "Summary: the river rose.\n",
            "当然河水上涨了。",
            "Let me know if the river rises.",
            "At 10:30 the river rose.",
        ] {
            let expected = if answer.starts_with("Summary") {
                "the river rose.\n"
            } else {
                answer
            };
            check(answer, expected);
        }
    }

    #[test]
    fn a_source_that_announces_may_be_translated() {
        let found = testing::translation(
            &[Check::Preamble],
            "en",
            "Here is the summary:\nThe river rose.\nLet me know if it rises.",
            "de",
            "Hier ist die Zusammenfassung:\nDer Fluss stieg.\nLass mich wissen, wenn er steigt.",
        );
        assert!(found.is_empty(), "{found:?}");
    }

    #[track_caller]
    fn check_refusal(source: &str, answer: &str, expected: usize) {
        let found = testing::translation(&[Check::Refusal], "en", source, "zh", answer);
        assert_eq!(found.len(), expected, "{answer}");
    }

    #[test]
    fn refusals_are_found_at_the_beginning() {
        check_refusal(
            "The river rose.",
            "I'm sorry, but I can’t help with that.",
            1,
        );
        check_refusal("The river rose.", "作为一个AI语言模型，我无法翻译。", 1);
        check_refusal("The river rose.", "很抱歉，我无法翻译这段内容。", 1);
        check_refusal(
            "The river rose.",
            "河水上涨了。他说：“抱歉，我无法过河。”",
            0,
        );
        check_refusal("Sorry, I can't come.", "抱歉，我不能来。", 0);
    }
}
