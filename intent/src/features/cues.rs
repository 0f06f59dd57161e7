//! Cues: what words of many languages have in common, from a lexicon. What is learned of a cue in one
//! language holds in all of them.

use std::{collections::BTreeMap, sync::OnceLock};

use serde::Deserialize;

use super::{Collector, Hasher, Place, View, value};
use crate::{
    Field,
    text::{Script, Token, TokenKind, fold, tokens, without_accents},
};

const FIELDS: &str = include_str!("../../data/lexicon/fields.toml");
const LEXICON: &str = include_str!("../../data/lexicon/cues.toml");

const CUE: u8 = 48;
const CUE_PAIR: u8 = 49;
const FIRST: u8 = 50;
const LAST: u8 = 51;
const TOGETHER: u8 = 52;
const QUESTION: u8 = 53;
const LATER: u8 = 54;
const LATER_ONLY: u8 = 55;
const FIRST_CLAUSE: u8 = 56;
const LAST_CLAUSE: u8 = 57;

/// The longest phrase of the lexicon, in words.
const PHRASE: usize = 4;
/// The longest word of an unspaced script in the lexicon, in characters.
const WORD: usize = 8;
/// As many cues of a text pair with each other.
const MOST: usize = 24;

/// A cue: its number in the lexicon.
pub type Cue = u8;

/// The cues by their words.
#[derive(Debug, Default)]
struct Lexicon {
    names: Vec<String>,
    /// Words and phrases as they stand.
    exact: BTreeMap<String, Vec<Cue>>,
    /// Beginnings of words; of phrases, the last word is one.
    beginnings: BTreeMap<String, Vec<Cue>>,
    /// Words of unspaced scripts and of Korean.
    inside: BTreeMap<String, Vec<Cue>>,
}

#[derive(Deserialize)]
struct File(BTreeMap<String, BTreeMap<String, String>>);

/// How many words of each field a text has, by [`Field::index`].
pub fn fields(text: &str) -> Vec<usize> {
    static READ: OnceLock<Lexicon> = OnceLock::new();
    let lexicon = READ.get_or_init(|| {
        // A test reads it strictly; without it every request is of no field in particular.
        toml::from_str::<File>(FIELDS)
            .map(Lexicon::of)
            .unwrap_or_default()
    });
    let folded = fold(text);
    let found = tokens(&folded);
    let plain: Vec<String> = found
        .iter()
        .map(|token| without_accents(&folded[token.range.clone()]))
        .collect();
    let mut counts = vec![0; Field::ALL.len()];
    for seen in cues_by(lexicon, &found, &plain) {
        let name = lexicon.names.get(usize::from(seen.cue));
        if let Some(field) = name.and_then(|name| name.parse::<Field>().ok()) {
            counts[field.index()] += 1;
        }
    }
    counts
}

fn lexicon() -> &'static Lexicon {
    static READ: OnceLock<Lexicon> = OnceLock::new();
    READ.get_or_init(|| {
        // A test reads it strictly; without it the other features remain.
        toml::from_str::<File>(LEXICON)
            .map(Lexicon::new)
            .unwrap_or_default()
    })
}

/// Lexicons of parameters, whose words are cues as well.
const PARAMETERS: [(&str, &str); 5] = [
    ("tone", include_str!("../../data/lexicon/tones.toml")),
    ("genre", include_str!("../../data/lexicon/formats.toml")),
    (
        "audience",
        include_str!("../../data/lexicon/audiences.toml"),
    ),
    (
        "language",
        include_str!("../../data/lexicon/languages.toml"),
    ),
    (
        "lengthunit",
        include_str!("../../data/lexicon/lengths.toml"),
    ),
];

/// Formats that collections have rather than what is composed.
const COLLECTIONS: [&str; 8] = [
    "list",
    "numbered list",
    "bullet points",
    "table",
    "timeline",
    "checklist",
    "csv",
    "json",
];

impl Lexicon {
    /// The cues of a file.
    fn of(file: File) -> Self {
        let mut lexicon = Self::default();
        for (name, languages) in file.0 {
            let cue = lexicon.cue(&name);
            for word in languages
                .values()
                .flat_map(|words| words.split_whitespace())
            {
                lexicon.add(&word.replace('_', " "), cue);
            }
        }
        lexicon
    }

    /// The cues of a file and the words of the lexicons of parameters.
    fn new(file: File) -> Self {
        let mut lexicon = Self::of(file);
        for (name, text) in PARAMETERS {
            // Tests read them strictly; without them the other cues remain.
            let entries = toml::from_str::<toml::Table>(text).unwrap_or_default();
            for (entry, words) in entries {
                let name = match (name, entry.as_str()) {
                    ("genre", entry) if COLLECTIONS.contains(&entry) => "table",
                    ("lengthunit", "fractions") => "shorten",
                    ("lengthunit", "numbers" | "numerals" | "direction" | "vague") => continue,
                    _ => name,
                };
                let cue = lexicon.cue(name);
                lexicon.add_all(&words, cue);
            }
        }
        lexicon
    }

    /// The number of a cue, a new one where it has none.
    fn cue(&mut self, name: &str) -> Cue {
        let known = self.names.iter().position(|known| known == name);
        let index = known.unwrap_or_else(|| {
            self.names.push(name.to_owned());
            self.names.len() - 1
        });
        Cue::try_from(index).unwrap_or(Cue::MAX)
    }

    /// Adds all words in lists of an entry; what may be another word stays out.
    fn add_all(&mut self, words: &toml::Value, cue: Cue) {
        match words {
            toml::Value::Table(table) => {
                let kept = table
                    .iter()
                    .filter(|(key, _)| *key != "weak" && *key != "canonical");
                for (_, words) in kept {
                    self.add_all(words, cue);
                }
            }
            toml::Value::Array(words) => {
                for word in words.iter().filter_map(toml::Value::as_str) {
                    self.add(word, cue);
                }
            }
            _ => {}
        }
    }

    fn add(&mut self, word: &str, cue: Cue) {
        let word = without_accents(&fold(word));
        let script = word.chars().next().and_then(Script::of);
        let kept = match (word.strip_suffix('*'), script) {
            (_, Some(script)) if script.is_unspaced() || script == Script::Hangul => {
                // One character of a lexicon of parameters says too little.
                self.inside.entry(word.trim_end_matches('*').to_owned())
            }
            (Some(beginning), _) => self.beginnings.entry(beginning.to_owned()),
            (None, _) => self.exact.entry(word),
        };
        let cues = kept.or_default();
        if !cues.contains(&cue) {
            cues.push(cue);
        }
    }

    /// The cues of the words that start at `words[0]`, and how many words they take.
    fn words(&self, words: &[&str]) -> Option<(&[Cue], usize)> {
        for count in (1..=words.len().min(PHRASE)).rev() {
            let phrase = words[..count].join(" ");
            if let Some(cues) = self.exact.get(&phrase) {
                return Some((cues, count));
            }
            // The longest beginning of the last word.
            let fixed = phrase.len() - words[count - 1].len();
            let ends = phrase.char_indices().map(|(at, c)| at + c.len_utf8());
            for end in ends.filter(|&end| end > fixed + 1).rev() {
                if let Some(cues) = self.beginnings.get(&phrase[..end]) {
                    return Some((cues, count));
                }
            }
        }
        None
    }

    /// The cues inside of a run, the longest first at each place.
    fn run(&self, run: &str, mut found: impl FnMut(&[Cue])) {
        let starts: Vec<usize> = run
            .char_indices()
            .map(|(at, _)| at)
            .chain([run.len()])
            .collect();
        let mut at = 0;
        while at + 1 < starts.len() {
            let longest = (1..=WORD.min(starts.len() - 1 - at))
                .rev()
                .find_map(|length| {
                    let cues = self.inside.get(&run[starts[at]..starts[at + length]])?;
                    Some((cues, length))
                });
            match longest {
                Some((cues, length)) => {
                    found(cues);
                    at += length;
                }
                None => at += 1,
            }
        }
    }
}

/// A cue in a text.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Seen {
    cue: Cue,
    /// What it counts.
    value: f32,
    /// The clause in which it stands, from 0.
    clause: usize,
}

/// The cues of a text in order.
fn cues(tokens: &[Token], plain: &[String]) -> Vec<Seen> {
    cues_by(lexicon(), tokens, plain)
}

fn cues_by(lexicon: &Lexicon, tokens: &[Token], plain: &[String]) -> Vec<Seen> {
    let mut found = Vec::new();
    let mut index = 0;
    let (mut clause, mut said) = (0, false);
    while index < tokens.len() {
        let (token, word) = (&tokens[index], plain[index].as_str());
        let value = value(token);
        if token.kind != TokenKind::Mark {
            said = true;
        } else if said && !token.quoted && is_pause(word) {
            clause += 1;
            said = false;
        }
        let seen = |&cue: &Cue| Seen { cue, value, clause };
        let unspaced = token.kind == TokenKind::Run
            || word.chars().any(|c| Script::of(c) == Some(Script::Hangul));
        if unspaced {
            lexicon.run(word, |cues| found.extend(cues.iter().map(seen)));
        } else if token.kind == TokenKind::Word {
            let said = tokens[index..].iter().zip(&plain[index..]).take(PHRASE);
            let words: Vec<&str> = said
                .take_while(|(next, _)| next.kind == TokenKind::Word && next.quoted == token.quoted)
                .map(|(_, plain)| plain.as_str())
                .collect();
            if let Some((cues, count)) = lexicon.words(&words) {
                found.extend(cues.iter().map(seen));
                index += count;
                continue;
            }
        }
        index += 1;
    }
    found
}

pub fn collect(
    folded: &str,
    tokens: &[Token],
    plain: &[String],
    place: Place,
    collector: &mut Collector,
) {
    let mut all = cues(tokens, plain);
    let last_clause = last_clause(tokens, plain);
    all.dedup_by_key(|seen| seen.cue);
    all.truncate(MOST);
    let question = folded.contains(['?', '？']);
    let add = |collector: &mut Collector, kind: u8, cues: &[Cue], value: f32| {
        let hash = cues
            .iter()
            .fold(Hasher::new(kind), |hash, &cue| hash.byte(cue));
        collector.add(View::Cues, hash, value);
    };
    for (index, &Seen { cue, value, clause }) in all.iter().enumerate() {
        add(collector, CUE, &[cue], value);
        add(collector, QUESTION, &[cue, u8::from(question)], 0.5 * value);
        // People say what is there first, and last what they want.
        if last_clause > 0 && clause == last_clause {
            add(collector, LAST_CLAUSE, &[cue], 0.8 * value);
        } else if last_clause > 0 && clause == 0 {
            add(collector, FIRST_CLAUSE, &[cue], 0.8 * value);
        }
        for other in &all[index + 1..] {
            let (low, high) = (cue.min(other.cue), cue.max(other.cue));
            add(
                collector,
                TOGETHER,
                &[low, high],
                0.4 * value.min(other.value),
            );
        }
    }
    for pair in all.windows(2) {
        let value = pair[0].value.min(pair[1].value);
        add(
            collector,
            CUE_PAIR,
            &[pair[0].cue, pair[1].cue],
            0.7 * value,
        );
    }
    if place == Place::Later {
        add(collector, LATER, &[u8::MAX], 1.0);
        for seen in &all {
            add(collector, LATER, &[seen.cue], 0.7 * seen.value);
        }
        // The only cue but those that connect.
        let names = &lexicon().names;
        let connects = |cue: Cue| matches!(names[usize::from(cue)].as_str(), "also" | "before");
        let mut rest = all
            .iter()
            .map(|seen| seen.cue)
            .filter(|&cue| !connects(cue));
        if let (Some(only), None) = (rest.next(), rest.next()) {
            add(collector, LATER_ONLY, &[only], 1.0);
        }
    }
    if let (Some(first), Some(last)) = (all.first(), all.last()) {
        add(collector, FIRST, &[first.cue], 0.7 * first.value);
        add(collector, LAST, &[last.cue], 0.7 * last.value);
    }
}

/// The number of the last clause that says something, from 0.
fn last_clause(tokens: &[Token], plain: &[String]) -> usize {
    let (mut clause, mut said, mut last) = (0, false, 0);
    for (token, word) in tokens.iter().zip(plain) {
        if token.kind != TokenKind::Mark {
            (said, last) = (true, clause);
        } else if said && !token.quoted && is_pause(word) {
            (clause, said) = (clause + 1, false);
        }
    }
    last
}

/// Whether a mark ends a clause.
fn is_pause(mark: &str) -> bool {
    matches!(
        mark,
        "," | "."
            | ";"
            | ":"
            | "?"
            | "!"
            | "，"
            | "。"
            | "、"
            | "；"
            | "："
            | "？"
            | "！"
            | "…"
            | "—"
            | "–"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let folded = fold(text);
        let found = tokens(&folded);
        let plain: Vec<String> = found
            .iter()
            .map(|token| without_accents(&folded[token.range.clone()]))
            .collect();
        let names: Vec<&str> = cues(&found, &plain)
            .iter()
            .map(|seen| lexicon().names[usize::from(seen.cue)].as_str())
            .collect();
        assert_eq!(names, expected);
    }

    #[test]
    fn the_lexicon_is_read() {
        assert!(toml::from_str::<File>(LEXICON).is_ok());
        let fields = toml::from_str::<File>(FIELDS).unwrap();
        for name in fields.0.keys() {
            assert!(name.parse::<Field>().is_ok(), "{name}");
        }
        for (name, text) in PARAMETERS {
            assert!(toml::from_str::<toml::Table>(text).is_ok(), "{name}");
        }
    }

    #[test]
    fn words_phrases_and_runs_give_their_cues() {
        check("sum up the website", &["summarize", "page"]);
        check("Übersetze die Website", &["translate", "page"]);
        check("翻译选中的", &["translate", "selection"]);
        check("xyzzy", &[]);
    }
}
