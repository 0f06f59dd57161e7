//! The language of the answer.

use coterie_protocol::LanguageTag;

use super::{
    Check, Finding, Severity,
    scene::{Scene, lines, prose},
};
use crate::page::{Letters, are_relatives, is_unspaced, language_of};

/// From so many letters on a detector that is sure is believed.
const ENOUGH: usize = 60;

/// A Japanese title hardly has more Chinese characters without any kana.
const ENOUGH_HAN: usize = 24;

/// From this share of Chinese or Japanese characters on, each weighed as three letters, a text is
/// Chinese or Japanese that speaks of things with Latin names.
const EAST_ASIAN: f64 = 0.2;

/// From this share of letters in its own script on, a text is in a language of that script.
const OWN_SCRIPT: f64 = 0.3;

/// A finding if the answer is in another language.
pub(super) fn check(scene: &Scene<'_>) -> Vec<Finding> {
    let text = prose(scene.answer);
    let letters = Letters::of(&text);
    if letters.total() == 0 || letters.total() <= names(&text, scene.source) {
        return Vec::new();
    }
    let Some(found) = other(&text, letters, scene.language) else {
        return Vec::new();
    };
    let what = format!("it is in {found}, not in {}", scene.language);
    vec![Finding::new(Check::Language, Severity::Blocking, what)]
}

/// Letters of words that the source has too and that are no words of a language: a text that
/// consists of them has none.
fn names(text: &str, source: &str) -> usize {
    let words = text.split_whitespace().filter(|word| {
        let is_name = word
            .chars()
            .any(|character| character.is_uppercase() || character.is_ascii_digit());
        is_name && source.contains(word)
    });
    words.map(|word| Letters::of(word).total()).sum()
}

/// The language of a text, if it clearly is not the one expected.
fn other(text: &str, letters: Letters, expected: &LanguageTag) -> Option<LanguageTag> {
    let primary = expected.primary();
    match primary.as_str() {
        "zh" | "ja" => {
            let own = (letters.han + letters.kana) as f64 * 3.0;
            let rest = (letters.latin + letters.other) as f64;
            if own / (own + rest) >= EAST_ASIAN {
                return of_east_asian(text, expected);
            }
        }
        _ if is_of_own_script(&primary) => {
            let own = text
                .chars()
                .filter(|&character| script(character) == Some(primary_script(&primary)));
            if own.count() as f64 / letters.total() as f64 >= OWN_SCRIPT {
                return None;
            }
        }
        _ => {}
    }
    let found = language_of(text, None)?;
    if found.same_language(expected) {
        return None;
    }
    if are_relatives(&found.primary(), &primary) {
        return None;
    }
    // The page's own rule, or so many letters of which every line says the same.
    let believed = language_of(text, Some(expected))?;
    let clear = !believed.same_language(expected)
        || (letters.total() >= ENOUGH && all_lines_agree(text, &found));
    clear.then_some(found)
}

/// Chinese or Japanese, and in which characters.
fn of_east_asian(text: &str, expected: &LanguageTag) -> Option<LanguageTag> {
    // Latin names do not count for or against.
    let own: String = text
        .chars()
        .filter(|&character| is_unspaced(character) || !character.is_alphabetic())
        .collect();
    let found = language_of(&own, None)?;
    if expected.primary() == "ja" && !is_chinese(&own) {
        return None;
    }
    let differs = found.primary() != expected.primary()
        || (expected.as_str().contains('-') && !found.same_language(expected));
    differs.then_some(found)
}

/// Whether a text without kana is Chinese rather than a Japanese address or title.
fn is_chinese(text: &str) -> bool {
    const CHINESE: &str = "这這们們吗嗎你您她很还還个個将將让讓给給从從哪";
    Letters::of(text).han >= ENOUGH_HAN || text.contains(|character| CHINESE.contains(character))
}

/// Whether each line that says anything says the same.
fn all_lines_agree(text: &str, found: &LanguageTag) -> bool {
    lines(text)
        .iter()
        .all(|(_, line)| language_of(line, None).is_none_or(|line| line.same_language(found)))
}

/// A block of letters that one language or a few use.
fn script(character: char) -> Option<&'static str> {
    Some(match character {
        '\u{ac00}'..='\u{d7a3}' | '\u{1100}'..='\u{11ff}' => "hangul",
        '\u{400}'..='\u{52f}' => "cyrillic",
        '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' => "greek",
        '\u{600}'..='\u{6ff}' => "arabic",
        '\u{590}'..='\u{5ff}' => "hebrew",
        '\u{e00}'..='\u{e7f}' => "thai",
        '\u{900}'..='\u{97f}' => "devanagari",
        _ => return None,
    })
}

/// The script of languages that share it with no other, as far as an answer can be mistaken.
fn primary_script(primary: &str) -> &'static str {
    match primary {
        "ko" => "hangul",
        "el" => "greek",
        "he" => "hebrew",
        "th" => "thai",
        _ => "",
    }
}

fn is_of_own_script(primary: &str) -> bool {
    !primary_script(primary).is_empty()
}

#[cfg(test)]
mod tests {
    use super::{super::testing, *};

    const GERMAN: &str =
        "Der Ausschuss wird seinen Bericht im nächsten Monat veröffentlichen, sagte der Leiter.";

    #[track_caller]
    fn check(language: &str, answer: &str, expected: usize) {
        let found = testing::translation(
            &[Check::Language],
            "en",
            "Use MacBook Pro 14.",
            language,
            answer,
        );
        assert_eq!(found.len(), expected, "{language}: {answer} {found:?}");
    }

    #[test]
    fn another_language_is_found() {
        check("de", GERMAN, 0);
        check("fr", GERMAN, 1);
        check("zh-Hans", GERMAN, 1);
        check("en", "委员会将在下个月公布报告。", 1);
        check("ja", "委员会将在下个月公布报告。", 1);
        check("zh-Hans", "委員會將在下個月公布報告。", 1);
        check("zh", "委員會將在下個月公布報告。", 0);
        check("ko", "The committee will publish its report next month.", 1);
    }

    #[test]
    fn short_texts_and_technical_ones_are_not_mistaken() {
        check("fr", "OK", 0);
        check("de", "MacBook Pro", 0);
        check(
            "zh-Hans",
            "使用 Docker Compose 启动 PostgreSQL 和 Redis：`docker compose up -d`",
            0,
        );
        check(
            "ko",
            "Docker Compose로 PostgreSQL 컨테이너를 시작합니다.",
            0,
        );
        check(
            "de",
            "```rust\nfn main() { println!(\"The quick brown fox jumps over the lazy dog\"); }\n```",
            0,
        );
        check("ja", "東京都千代田区", 0);
    }

    #[test]
    fn near_relatives_are_believed() {
        check(
            "nb",
            "Komiteen vil offentliggøre sin rapport om elvens tilstand næste måned, sagde han i går.",
            0,
        );
    }
}
