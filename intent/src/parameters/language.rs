//! The language of the answer. A language may also be named as the one that a text is in, or inside
//! of what is translated: the words around it tell.

use std::{collections::BTreeMap, sync::OnceLock};

use super::{
    Said,
    lexicon::{Hit, Lexicon, joins},
};
use crate::Label;

const LANGUAGES: &str = include_str!("../../data/lexicon/languages.toml");
const OWN: &str = include_str!("../../data/lexicon/own_language.toml");
const AROUND: &str = include_str!("../../data/lexicon/language-context.toml");

/// What the words around a language say: they stand right before it or right after it.
#[derive(Debug, Default, serde::Deserialize)]
struct Around {
    /// Before a language to translate into.
    into: Vec<String>,
    /// After one.
    into_after: Vec<String>,
    /// Before the language that a text is in.
    from: Vec<String>,
    /// After it.
    from_after: Vec<String>,
    /// Before a language that the reader can read.
    known: Vec<String>,
    /// In the words before that: the reader cannot.
    not: Vec<String>,
    /// May stand between.
    between: Vec<String>,
}

#[derive(Debug, Default, serde::Deserialize)]
struct Names {
    #[serde(default)]
    names: Vec<String>,
    #[serde(default)]
    weak: Vec<String>,
}

/// How words name a language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Naming {
    /// By its name.
    Name,
    /// By a word that is a language only where the words around say so.
    Weak,
    /// As the reader's own: that of the request.
    Own,
}

struct Languages {
    lexicon: Lexicon,
    /// By entry: the tag, and how the words name it.
    tags: Vec<(String, Naming)>,
    around: Around,
}

fn languages() -> &'static Languages {
    static READ: OnceLock<Languages> = OnceLock::new();
    READ.get_or_init(|| {
        // Tests read them strictly; without them nothing is found.
        let names: BTreeMap<String, Names> = toml::from_str(LANGUAGES).unwrap_or_default();
        let mut around: Around = toml::from_str(AROUND).unwrap_or_default();
        for list in [
            &mut around.into,
            &mut around.into_after,
            &mut around.from,
            &mut around.from_after,
            &mut around.known,
            &mut around.not,
            &mut around.between,
        ] {
            for word in list.iter_mut() {
                *word = crate::text::without_accents(&crate::text::fold(word));
            }
            list.sort_by_key(|word| std::cmp::Reverse(word.len()));
        }
        let mut read = Languages {
            lexicon: Lexicon::default(),
            tags: Vec::new(),
            around,
        };
        for (tag, names) in names {
            for (words, naming) in [(names.names, Naming::Name), (names.weak, Naming::Weak)] {
                for word in words {
                    read.lexicon.add(&word, read.tags.len());
                }
                read.tags.push((tag.clone(), naming));
            }
        }
        let own: BTreeMap<String, BTreeMap<String, Vec<String>>> =
            toml::from_str(OWN).unwrap_or_default();
        for (tag, words) in own.into_values().flatten() {
            for word in words {
                read.lexicon.add(&word, read.tags.len());
            }
            read.tags.push((tag, Naming::Own));
        }
        read.lexicon = read.lexicon.sorted();
        read
    })
}

/// How sure it is that a language is the one of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Sign {
    /// The words around say that a text is in it.
    Source,
    /// Nothing is said.
    Bare,
    /// The reader knows it.
    Known,
    /// The words around say so.
    Target,
}

/// The language of the answer that is asked for.
pub fn target(said: &Said, label: Label) -> Option<String> {
    if matches!(
        label,
        Label::Answer | Label::Math | Label::Code | Label::Chat | Label::Proofread
    ) {
        return None;
    }
    let languages = languages();
    let hits = languages.lexicon.find(&said.text);
    let mut best: Option<(Sign, String)> = None;
    for hit in &hits {
        let (tag, naming) = languages.tags.get(hit.entry)?;
        let sign = match naming {
            Naming::Own => Sign::Target,
            _ => languages.around.sign(&said.text, hit),
        };
        if *naming == Naming::Weak && sign != Sign::Target {
            continue;
        }
        // Of equal signs, the later one: `from …, not Spanish, into …` ends with what is wanted.
        if best.as_ref().is_none_or(|(other, _)| sign >= *other) {
            best = Some((sign, tag.clone()));
        }
    }
    let (sign, tag) = best?;
    let wanted = match label {
        Label::Translate => sign > Sign::Source,
        _ => sign == Sign::Target,
    };
    let tag = if tag == "zh-Hans" && said.traditional {
        "zh-Hant".to_owned()
    } else {
        tag
    };
    wanted.then_some(tag)
}

impl Around {
    fn sign(&self, text: &str, hit: &Hit) -> Sign {
        let mut before = text[..hit.range.start].trim_end();
        let after = text[hit.range.end..].trim_start();
        for _ in 0..2 {
            if let Some(rest) = self
                .between
                .iter()
                .find_map(|word| ends_with_word(before, word))
            {
                before = rest.trim_end();
            }
        }
        let stands = |words: &[String]| words.iter().find_map(|word| ends_with_word(before, word));
        let follows = |words: &[String]| words.iter().any(|word| starts_with_word(after, word));
        if stands(&self.from).is_some() || follows(&self.from_after) {
            return Sign::Source;
        }
        if let Some(rest) = stands(&self.known) {
            let words: Vec<&str> = rest.split_whitespace().rev().take(5).collect();
            let denied = self.not.iter().any(|word| {
                words.contains(&word.as_str())
                    || word.chars().all(joins) && rest.ends_with(word.as_str())
            });
            return if denied { Sign::Source } else { Sign::Known };
        }
        if stands(&self.into).is_some() || follows(&self.into_after) {
            return Sign::Target;
        }
        // по-русски, auf's, version française: some names say it by themselves.
        let name = &text[hit.range.clone()];
        if name.starts_with("по-") || name.starts_with("по ") || name.ends_with('로') {
            return Sign::Target;
        }
        Sign::Bare
    }
}

fn ends_with_word<'text>(text: &'text str, word: &str) -> Option<&'text str> {
    let rest = text.strip_suffix(word)?;
    let joined = word.chars().next().is_some_and(joins);
    (joined || !rest.ends_with(char::is_alphanumeric)).then_some(rest)
}

fn starts_with_word(text: &str, word: &str) -> bool {
    let joined = word.chars().next_back().is_some_and(joins);
    text.strip_prefix(word)
        .is_some_and(|rest| joined || !rest.starts_with(char::is_alphanumeric))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lexicons_are_read() {
        assert!(toml::from_str::<BTreeMap<String, Names>>(LANGUAGES).is_ok());
        assert!(toml::from_str::<Around>(AROUND).is_ok());
        assert!(toml::from_str::<BTreeMap<String, BTreeMap<String, Vec<String>>>>(OWN).is_ok());
    }
}
