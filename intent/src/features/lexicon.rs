//! A lexicon of cues: words and phrases of many languages, each with what it is a cue for. Words are
//! looked up by hashes that grow letter by letter, so that all beginnings of a word take one pass.

use std::{
    collections::{BTreeMap, HashMap},
    hash::BuildHasherDefault,
};

use serde::Deserialize;

use super::Hasher;
use crate::text::{Script, fold, without_accents};

/// The longest phrase of a lexicon, in words.
pub const PHRASE: usize = 4;
/// The longest word of an unspaced script in a lexicon, in characters.
const WORD: usize = 8;

/// A cue: its number in the lexicon.
pub type Cue = u8;

/// Cues by the hash of a word; nothing depends on the order in which they lie.
type Cues = HashMap<u64, Vec<Cue>, BuildHasherDefault<Hashed>>;

/// Takes keys that are hashes already as they are.
#[derive(Debug, Default)]
struct Hashed(u64);

impl std::hash::Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0 << 8) | u64::from(byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

/// A hash that grows with a word.
fn start() -> Hasher {
    Hasher::new(0)
}

/// The hash of a word or phrase.
fn key(word: &str) -> u64 {
    word.bytes().fold(start(), Hasher::byte).finish()
}

/// The cues by their words.
#[derive(Debug, Default)]
pub struct Lexicon {
    names: Vec<String>,
    /// Words and phrases as they stand.
    exact: Cues,
    /// Beginnings of words; of phrases, the last word is one.
    beginnings: Cues,
    /// Words of unspaced scripts and of Korean.
    inside: Cues,
    /// First words of phrases.
    openings: Cues,
}

/// A file of a lexicon: words by cue and language.
#[derive(Deserialize)]
pub struct File(pub BTreeMap<String, BTreeMap<String, String>>);

/// Lexicons of parameters, whose words are cues as well.
pub const PARAMETERS: [(&str, &str); 5] = [
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
    pub fn of(file: File) -> Self {
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
    pub fn new(file: File) -> Self {
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

    /// The name of a cue.
    pub fn name(&self, cue: Cue) -> &str {
        self.names.get(usize::from(cue)).map_or("", String::as_str)
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
        if let Some((first, _)) = word.split_once(' ') {
            self.openings.entry(key(first)).or_default();
        }
        let kept = match (word.strip_suffix('*'), script) {
            (_, Some(script)) if script.is_unspaced() || script == Script::Hangul => {
                self.inside.entry(key(word.trim_end_matches('*')))
            }
            (Some(beginning), _) => self.beginnings.entry(key(beginning)),
            (None, _) => self.exact.entry(key(&word)),
        };
        let cues = kept.or_default();
        if !cues.contains(&cue) {
            cues.push(cue);
        }
    }

    /// The cues of the words that start at `words[0]`, and how many words they take: the longest phrase,
    /// else the word, else the longest beginning of it.
    pub fn words(&self, words: &[&str]) -> Option<(&[Cue], usize)> {
        let opens = words
            .first()
            .is_some_and(|first| self.openings.contains_key(&key(first)));
        let most = if opens {
            words.len().min(PHRASE)
        } else {
            words.len().min(1)
        };
        for count in (1..=most).rev() {
            let (fixed, last) = words[..count].split_at(count - 1);
            let mut hash = start();
            for word in fixed {
                hash = word.bytes().fold(hash, Hasher::byte).byte(b' ');
            }
            let mut longest = None;
            let mut characters = last[0].char_indices().peekable();
            while let Some((at, character)) = characters.next() {
                let mut bytes = [0; 4];
                hash = character
                    .encode_utf8(&mut bytes)
                    .bytes()
                    .fold(hash, Hasher::byte);
                let key = hash.finish();
                if characters.peek().is_none()
                    && let Some(cues) = self.exact.get(&key)
                {
                    return Some((cues, count));
                }
                // One letter is no beginning.
                if at + character.len_utf8() > 1
                    && let Some(cues) = self.beginnings.get(&key)
                {
                    longest = Some(cues);
                }
            }
            if let Some(cues) = longest {
                return Some((cues, count));
            }
        }
        None
    }

    /// The cues inside of a run, the longest first at each place.
    pub fn run(&self, run: &str, mut found: impl FnMut(&[Cue])) {
        let mut rest = run;
        while let Some(first) = rest.chars().next() {
            let mut hash = start();
            let mut longest = None;
            for (at, character) in rest.char_indices().take(WORD) {
                let mut bytes = [0; 4];
                hash = character
                    .encode_utf8(&mut bytes)
                    .bytes()
                    .fold(hash, Hasher::byte);
                if let Some(cues) = self.inside.get(&hash.finish()) {
                    longest = Some((cues, at + character.len_utf8()));
                }
            }
            let taken = longest.map_or(first.len_utf8(), |(cues, length)| {
                found(cues);
                length
            });
            rest = &rest[taken..];
        }
    }
}
