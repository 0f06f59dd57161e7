//! Names: people, products and identifiers that have to survive.
//!
//! Between languages with the same letters names keep most of theirs; between scripts only what
//! nobody transliterates is looked for: identifiers, and products with capitals inside.

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

use super::{
    Check, Finding, Severity, code, dates::is_of_calendar, finding::quoted, links, scene::Scene,
};

/// A name has at least so many letters.
const SHORTEST: usize = 3;

/// A name that is asked of a summary stands so often in the source.
const FREQUENT: usize = 3;

/// A word of a text that is no plain word.
struct Token<'t> {
    text: &'t str,
    span: Range<usize>,
}

/// Runs of letters, digits and what joins them within identifiers.
fn tokens(text: &str) -> Vec<Token<'_>> {
    let joins = |c: char| matches!(c, '_' | '-' | '.' | '@' | '#' | '\'' | '’' | '+' | '/');
    let of_token = |c: char| (c.is_alphanumeric() && !crate::page::is_unspaced(c)) || joins(c);
    let mut found = Vec::new();
    let mut start = None;
    for (at, character) in text.char_indices().chain([(text.len(), ' ')]) {
        if of_token(character) {
            start.get_or_insert(at);
        } else if let Some(begin) = start.take() {
            let whole = &text[begin..at];
            let left = whole.trim_start_matches(|c: char| joins(c) && !matches!(c, '@' | '#'));
            let bare = left.trim_end_matches(|c: char| joins(c) && c != '+');
            if !bare.is_empty() {
                let begin = begin + whole.len() - left.len();
                found.push(Token {
                    text: bare,
                    span: begin..begin + bare.len(),
                });
            }
        }
    }
    found
}

/// Whether nobody translates or transliterates this word.
fn is_identifier(word: &str) -> bool {
    if !word.is_ascii() {
        return false;
    }
    let letters = word.chars().filter(char::is_ascii_alphabetic).count();
    if letters == 0 {
        return false;
    }
    let inner: Vec<char> = word.chars().collect();
    let pairs = inner.windows(2);
    let camel = pairs
        .clone()
        .any(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase());
    let joined = inner.windows(3).any(|three| {
        three[1] == '_' && three[0].is_ascii_alphanumeric() && three[2].is_ascii_alphanumeric()
    });
    let handle = inner[0] == '@' && letters >= 2;
    // H5N1, A320; not 5km or 1960s, and not a number after a hyphen, which some write apart.
    let mixed = inner[0].is_ascii_uppercase()
        && pairs
            .into_iter()
            .any(|pair| pair[0].is_ascii_uppercase() && pair[1].is_ascii_digit());
    let surname = ["Mc", "Mac", "De", "Di", "La", "Le", "Fitz", "Van", "O'"]
        .iter()
        .any(|start| word.starts_with(start));
    (camel && !surname && !word.contains('/')) || joined || handle || mixed
}

/// Names of several words, and single ones inside sentences, of a text in Latin letters.
fn proper(text: &str) -> Vec<String> {
    let tokens = tokens(text);
    let mut found = Vec::new();
    let mut run: Vec<&Token<'_>> = Vec::new();
    let ends = |before: &str| {
        let before = before.trim_end();
        before.is_empty()
            || before.ends_with([
                '.', '!', '?', ':', '\n', '"', '“', '„', '«', '(', '*', '#', '-', '•', '…', ';',
                '|', '>', '\'',
            ])
    };
    for token in &tokens {
        let capital = token.text.chars().next().is_some_and(char::is_uppercase);
        let joins = run.last().is_some_and(|last| {
            let between = &text[last.span.end..token.span.start];
            between == " "
        });
        if capital && (joins || run.is_empty()) {
            run.push(token);
            continue;
        }
        close(&mut run, text, &ends, &mut found);
        if capital {
            run.push(token);
        }
    }
    close(&mut run, text, &ends, &mut found);
    found
}

fn close(
    run: &mut Vec<&Token<'_>>,
    text: &str,
    ends: &impl Fn(&str) -> bool,
    found: &mut Vec<String>,
) {
    // The first word of a sentence has a capital whatever it is.
    let starts = run
        .first()
        .is_some_and(|first| ends(&text[..first.span.start]));
    let words = if starts {
        run.get(1..).unwrap_or_default()
    } else {
        run.as_slice()
    };
    if let (Some(first), Some(last)) = (words.first(), words.last()) {
        let name = &text[first.span.start..last.span.end];
        if words.iter().all(|word| is_of_calendar(word.text)) {
            run.clear();
            return;
        }
        if name.chars().filter(|c| c.is_alphabetic()).count() >= SHORTEST {
            found.push(name.to_owned());
        }
    }
    run.clear();
}

/// Names that a text has again and again, in the order of their first place.
pub(super) fn frequent(text: &str) -> Vec<String> {
    let mut counts: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for (place, name) in proper(text).into_iter().enumerate() {
        counts.entry(name).or_insert((place, 0)).1 += 1;
    }
    let mut names: Vec<_> = counts
        .into_iter()
        .filter(|(_, (_, count))| *count >= FREQUENT)
        .collect();
    names.sort_by_key(|(_, (place, _))| *place);
    names.into_iter().map(|(name, _)| name).take(6).collect()
}

/// Whether a text in lower case has a word that may be a word of a name: endings, accents and the
/// spelling of a neighbour language are let pass.
pub(super) fn is_in(name: &str, lower: &str) -> bool {
    let words: HashSet<&str> = lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let name = name.to_lowercase();
    name.split(|c: char| !c.is_alphanumeric())
        .filter(|part| part.chars().count() >= SHORTEST)
        .any(|part| lower.contains(part) || words.iter().any(|word| resembles(part, word)))
}

/// Whether two words share their beginning, or half of their letters in pairs.
fn resembles(one: &str, other: &str) -> bool {
    let fold = |text: &str| -> Vec<char> { text.chars().map(plain).collect() };
    let (one, other) = (fold(one), fold(other));
    let shared = one.iter().zip(&other).take_while(|(a, b)| a == b).count();
    if shared >= 3 && shared * 2 >= one.len().max(other.len()) {
        return true;
    }
    if one.len() < 4 || other.len() < 4 {
        return false;
    }
    let pairs: HashSet<&[char]> = one.windows(2).collect();
    let common = other.windows(2).filter(|pair| pairs.contains(pair)).count();
    common * 2 >= one.len().max(other.len()) - 1
}

/// A letter without its accent.
fn plain(character: char) -> char {
    match character {
        'á' | 'à' | 'â' | 'ä' | 'ã' | 'å' | 'ā' | 'ă' | 'ą' => 'a',
        'é' | 'è' | 'ê' | 'ë' | 'ě' | 'ē' | 'ę' => 'e',
        'í' | 'ì' | 'î' | 'ï' | 'ī' => 'i',
        'ó' | 'ò' | 'ô' | 'ö' | 'õ' | 'ø' | 'ō' => 'o',
        'ú' | 'ù' | 'û' | 'ü' | 'ů' | 'ū' => 'u',
        'ý' | 'ÿ' => 'y',
        'ç' | 'č' | 'ć' => 'c',
        'š' | 'ś' => 's',
        'ž' | 'ź' | 'ż' => 'z',
        'ñ' | 'ň' | 'ń' => 'n',
        'ř' => 'r',
        'ł' => 'l',
        'ď' => 'd',
        'ť' => 't',
        other => other,
    }
}

fn identifiers(text: &str) -> Vec<&str> {
    let links: Vec<_> = links::links(text)
        .into_iter()
        .map(|link| link.span)
        .collect();
    let of_link = |span: &Range<usize>| {
        links
            .iter()
            .any(|link| link.start < span.end && span.start < link.end)
    };
    tokens(text)
        .into_iter()
        .filter(|token| !of_link(&token.span) && is_identifier(token.text))
        .map(|token| token.text)
        .collect()
}

/// Names that are lost, or that only the answer has.
pub(super) fn check(scene: &Scene<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let (source, answer) = (scene.source.to_lowercase(), scene.answer.to_lowercase());
    let has = |text: &str, word: &str| text.contains(&word.to_lowercase());
    let mut seen = HashSet::new();
    let mut finding = |severity, name: &str, what: &str| {
        if seen.insert(name.to_owned()) {
            let what = format!("{} {what}", quoted(name));
            findings.push(Finding::new(Check::Names, severity, what));
        }
    };
    if scene.kept {
        for word in identifiers(scene.source)
            .into_iter()
            .filter(|word| !has(&answer, word))
        {
            finding(Severity::Marked, word, "of the source is missing");
        }
        let code: Vec<_> = code::spans(scene.source)
            .into_iter()
            .map(|span| &scene.source[span])
            .collect();
        for code in code
            .into_iter()
            .filter(|code| code.len() < 80 && !code.contains('\n'))
        {
            let bare = code.trim_matches('`').trim();
            if !has(&answer, bare) {
                finding(
                    Severity::Blocking,
                    bare,
                    "is code of the source and missing",
                );
            }
        }
    }
    // Who writes another script may write a name in Latin letters that the source spells out.
    if !scene.is_latin() {
        return findings;
    }
    if scene.only {
        for word in identifiers(scene.answer)
            .into_iter()
            .filter(|word| !has(&source, word))
        {
            finding(Severity::Marked, word, "is not in the source");
        }
    }
    // German writes every noun with a capital.
    let german = scene.translated
        && scene
            .source_language
            .is_some_and(|source| source.primary() == "de");
    if scene.kept && !german {
        let lost = proper(scene.source)
            .into_iter()
            .filter(|name| is_person_like(name, scene.translated) && !is_in(name, &answer));
        for name in lost {
            finding(Severity::Marked, &name, "of the source is missing");
        }
    }
    if scene.only && !scene.translated {
        let new = proper(scene.answer)
            .into_iter()
            // Who condenses may abbreviate.
            .filter(|name| scene.kept || name.contains(' '))
            .filter(|name| !is_in(name, &source));
        for name in new {
            finding(Severity::Marked, &name, "is not in the source");
        }
    }
    findings
}

/// Whether a name is one that translators leave: several words, of which none is an acronym.
fn is_person_like(name: &str, translated: bool) -> bool {
    if !translated {
        return true;
    }
    let words: Vec<&str> = name.split(' ').collect();
    let acronym = |word: &&str| {
        word.chars()
            .filter(|c| c.is_alphabetic())
            .all(char::is_uppercase)
    };
    words.len() >= 2 && !words.iter().any(acronym)
}

#[cfg(test)]
mod tests {
    use super::{super::testing, *};

    #[track_caller]
    fn check(from: &str, source: &str, to: &str, answer: &str, expected: usize) {
        let found = testing::translation(&[Check::Names], from, source, to, answer);
        assert_eq!(found.len(), expected, "{answer}: {found:?}");
    }

    #[test]
    fn names_survive_between_languages_with_the_same_letters() {
        let source = "In May, the engineer Margaret Hale met Prime Minister Jan Novák.";
        check(
            "en",
            source,
            "es",
            "En mayo, la ingeniera Margaret Hale se reunió con el primer ministro Jan Novák.",
            0,
        );
        check(
            "en",
            source,
            "es",
            "En mayo, la ingeniera se reunió con el primer ministro Jan Novák.",
            1,
        );
        check(
            "en",
            "He lives in the United States.",
            "es",
            "Vive en los Estados Unidos.",
            0,
        );
    }

    #[test]
    fn identifiers_survive_between_scripts() {
        check(
            "en",
            "Call get_user on the iPhone.",
            "zh",
            "在 iPhone 上调用 get_user。",
            0,
        );
        check(
            "en",
            "Call get_user on the iPhone.",
            "zh",
            "在手机上调用它。",
            2,
        );
        check(
            "en",
            "Run `cargo test` now.",
            "ja",
            "今すぐ `cargo test` を実行する。",
            0,
        );
        check("en", "Run `cargo test` now.", "ja", "今すぐ実行する。", 1);
        check(
            "en",
            "Margaret Hale met McDonald.",
            "zh",
            "玛格丽特·黑尔会见了麦克唐纳。",
            0,
        );
    }

    #[test]
    fn in_one_language_new_names_are_told() {
        let source = "The engineer Margaret Hale met the council.";
        check(
            "en",
            source,
            "en",
            "The council was met by Margaret Hale.",
            0,
        );
        check(
            "en",
            source,
            "en",
            "The council was met by Margaret Hale and John Thornton.",
            1,
        );
        check("en", source, "en", "The council was met.", 1);
    }
}
