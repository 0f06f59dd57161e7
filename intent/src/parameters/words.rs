//! Tone, format and audience: the first word of a lexicon, the longest at its place.

use std::{collections::BTreeMap, sync::OnceLock};

use super::{
    Said,
    lexicon::{Hit, Lexicon},
};
use crate::Label;

/// A lexicon whose entries have names.
struct Named {
    names: Vec<String>,
    lexicon: Lexicon,
}

impl Named {
    /// From a file of `[name]` with a list of words for each language.
    fn new(toml: &str) -> Self {
        // A test reads it strictly; without it nothing is found.
        let read: BTreeMap<String, BTreeMap<String, Vec<String>>> =
            toml::from_str(toml).unwrap_or_default();
        let mut named = Self {
            names: Vec::new(),
            lexicon: Lexicon::default(),
        };
        for (entry, (name, languages)) in read.into_iter().enumerate() {
            named.names.push(name);
            for word in languages.values().flatten() {
                named.lexicon.add(word, entry);
            }
        }
        named.lexicon = named.lexicon.sorted();
        named
    }

    fn name(&self, hit: &Hit) -> Option<&str> {
        self.names.get(hit.entry).map(String::as_str)
    }
}

const TONES: &str = include_str!("../../data/lexicon/tones.toml");
const FORMATS: &str = include_str!("../../data/lexicon/formats.toml");
const AUDIENCES: &str = include_str!("../../data/lexicon/audiences.toml");

/// Tones that are parameters of something else than style: shortening is short by itself.
const NOT_OF_SHORTENING: [&str; 1] = ["concise"];

/// The tone that is asked for.
pub fn tone(said: &Said, label: Label) -> Option<String> {
    static READ: OnceLock<Named> = OnceLock::new();
    let styled = matches!(
        label,
        Label::Rewrite | Label::Write | Label::Explain | Label::Expand
    );
    if !styled {
        return None;
    }
    let tones = READ.get_or_init(|| Named::new(TONES));
    let hits = tones.lexicon.find(&said.text);
    let names: Vec<&str> = hits.iter().filter_map(|hit| tones.name(hit)).collect();
    let found = match label {
        // What is wrong with the tone is said before the tone that is wanted.
        Label::Rewrite => names.last(),
        Label::Write => names.first(),
        Label::Explain => names.iter().find(|&&name| name == "simple"),
        Label::Expand => names
            .iter()
            .find(|&&name| matches!(name, "formal" | "casual" | "polite" | "natural")),
        _ => None,
    };
    let found = found.copied().filter(|name| {
        label == Label::Rewrite && names.len() == 1 || !NOT_OF_SHORTENING.contains(name)
    });
    found.map(str::to_owned)
}

/// Formats that a collection or an overview can have; what is composed can have the others, too.
const OF_COLLECTIONS: [&str; 10] = [
    "list",
    "numbered list",
    "bullet points",
    "table",
    "timeline",
    "checklist",
    "json",
    "csv",
    "markdown",
    "yaml",
];
/// Formats of other labels than composing.
const OF_STYLE: [&str; 8] = [
    "list",
    "numbered list",
    "bullet points",
    "table",
    "tweet",
    "checklist",
    "steps",
    "timeline",
];

/// The form that is asked for.
pub fn format(said: &Said, label: Label) -> Option<String> {
    static READ: OnceLock<Named> = OnceLock::new();
    let formats = READ.get_or_init(|| Named::new(FORMATS));
    let hits = formats.lexicon.find(&said.text);
    let names: Vec<&str> = hits.iter().filter_map(|hit| formats.name(hit)).collect();
    let found = match label {
        Label::Write => names.first(),
        Label::Extract => {
            let fit = |name: &&&str| OF_COLLECTIONS.contains(name);
            names
                .iter()
                .find(|name| fit(name) && **name != "list")
                .or_else(|| names.iter().find(fit))
        }
        Label::Summarize | Label::Compare | Label::Rewrite | Label::Explain => names
            .iter()
            .find(|name| OF_STYLE.contains(name) && **name != "list"),
        _ => None,
    };
    found.map(|name| (*name).to_owned())
}

/// Words before an audience.
const FOR: [&str; 30] = [
    "for",
    "for a",
    "for my",
    "for the",
    "to",
    "to a",
    "to my",
    "to the",
    "like",
    "like a",
    "so a",
    "so my",
    "fur",
    "fur einen",
    "fur eine",
    "fur meine",
    "fur meinen",
    "an",
    "pour",
    "pour un",
    "pour une",
    "pour mon",
    "para",
    "para un",
    "para mi",
    "para um",
    "pra",
    "для",
    "как",
    "a un",
];
/// Signs of an audience around it, in unspaced scripts and in Korean.
const FOR_BEFORE: [&str; 5] = ["给", "跟", "对", "让", "为"];
const FOR_AFTER: [&str; 10] = [
    "向け",
    "に",
    "でも",
    "にも",
    "听",
    "看",
    "能懂",
    "에게",
    "한테",
    "도 이해",
];

/// For whom the answer is.
pub fn audience(said: &Said, label: Label) -> Option<String> {
    static READ: OnceLock<Named> = OnceLock::new();
    if !matches!(
        label,
        Label::Write | Label::Explain | Label::Rewrite | Label::Summarize
    ) {
        return None;
    }
    let audiences = READ.get_or_init(|| Named::new(AUDIENCES));
    let hits = audiences.lexicon.find(&said.text);
    let meant = hits.iter().find(|hit| {
        let before = said.text[..hit.range.start].trim_end();
        let after = said.text[hit.range.end..].trim_start();
        let words = before.rsplitn(3, ' ').take(2).collect::<Vec<_>>();
        let two = match words.as_slice() {
            [last, second] => format!("{second} {last}"),
            [last] => (*last).to_owned(),
            _ => String::new(),
        };
        FOR.iter()
            .any(|word| two == *word || words.first() == Some(word))
            || FOR_BEFORE.iter().any(|word| before.ends_with(word))
            || FOR_AFTER.iter().any(|word| after.starts_with(word))
    });
    audiences.name(meant?).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lexicons_are_read() {
        for toml in [TONES, FORMATS, AUDIENCES] {
            let read: Result<BTreeMap<String, BTreeMap<String, Vec<String>>>, _> =
                toml::from_str(toml);
            assert!(read.is_ok(), "{read:?}");
        }
    }
}
