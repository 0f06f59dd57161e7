//! The training data: what the files say, each line with its labels.

use std::{collections::BTreeMap, str::FromStr};

use sha2::{Digest, Sha256};
use thiserror::Error;

use super::{Slots, Template};
use crate::{Label, TargetLabel};

/// Lexicons that features are made of: another word in them makes another model.
const LEXICONS: [&str; 8] = [
    include_str!("../../data/traditional.txt"),
    include_str!("../../data/lexicon/cues.toml"),
    include_str!("../../data/lexicon/connectors.toml"),
    include_str!("../../data/lexicon/tones.toml"),
    include_str!("../../data/lexicon/formats.toml"),
    include_str!("../../data/lexicon/audiences.toml"),
    include_str!("../../data/lexicon/languages.toml"),
    include_str!("../../data/lexicon/lengths.toml"),
];

/// What is wrong with a line of the training data.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{file}:{line}: {wrong}")]
pub struct DataError {
    /// The file, as it was named.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub wrong: String,
}

/// One part of what a line wants, in the order in which it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinePart {
    /// What is wanted.
    pub label: Label,
    /// What it is read as rightly, too.
    pub also: Vec<Label>,
    /// Its place in the order of doing, from 1.
    pub order: usize,
    /// How it is said.
    pub template: Template,
}

/// A line of the training data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The folder of its language.
    pub language: String,
    /// What it is about, where the file says so.
    pub target: Option<TargetLabel>,
    /// Its parts, in the order in which they are written; one when it is simple.
    pub parts: Vec<LinePart>,
    /// The line as it is written.
    pub written: String,
}

impl Line {
    /// Whether it wants several things.
    pub fn is_compound(&self) -> bool {
        self.parts.len() > 1
    }
}

/// All lines, and what stands in for their slots by language.
#[derive(Debug, Clone, Default)]
pub struct Corpus {
    /// The lines, in the order of the files.
    pub lines: Vec<Line>,
    /// What stands in for slots, by language.
    pub slots: BTreeMap<String, Slots>,
    /// A digest of the files and of the lexicons that features are made of.
    pub digest: [u8; 32],
}

impl Corpus {
    /// Reads files, each `LANGUAGE/NAME.txt` with its text, in the order of their names.
    ///
    /// # Errors
    /// When a line is not what its file should have: all that is wrong.
    pub fn read(files: &BTreeMap<String, String>) -> Result<Self, Vec<DataError>> {
        let mut corpus = Self::default();
        let mut wrong = Vec::new();
        let mut digest = Sha256::new();
        for lexicon in LEXICONS {
            digest.update(lexicon.replace('\r', ""));
        }
        for (file, text) in files {
            // Line ends differ between checkouts.
            let text = text.replace('\r', "");
            for part in [file.as_str(), &text] {
                digest.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_le_bytes());
                digest.update(part);
            }
            corpus.file(file, &text, &mut wrong);
        }
        corpus.digest = digest.finalize().into();
        if wrong.is_empty() {
            Ok(corpus)
        } else {
            Err(wrong)
        }
    }

    fn file(&mut self, file: &str, text: &str, wrong: &mut Vec<DataError>) {
        let Some((language, name)) = file.split_once('/') else {
            return;
        };
        // `answer-2.txt` goes on from `answer.txt`.
        let name = name.trim_end_matches(".txt");
        let name = name.split_once('-').map_or(name, |(name, _)| name);
        let mut section = String::new();
        for (line, number) in text.lines().zip(1..) {
            let line = line.trim();
            if line.is_empty() || line.starts_with("# ") || line == "#" {
                continue;
            }
            if let Some(header) = line
                .strip_prefix('[')
                .and_then(|line| line.strip_suffix(']'))
            {
                header.clone_into(&mut section);
                continue;
            }
            let read = if name == "slots" {
                self.slot(language, &section, line)
            } else {
                read_line(language, name, &section, line).map(|line| self.lines.push(line))
            };
            if let Err(why) = read {
                let (file, line) = (file.to_owned(), number);
                wrong.push(DataError {
                    file,
                    line,
                    wrong: why,
                });
            }
        }
    }

    fn slot(&mut self, language: &str, section: &str, line: &str) -> Result<(), String> {
        let filler = if section == "language" {
            line.split_once('=')
                .ok_or("a language without `= code`")?
                .0
                .trim()
        } else {
            line
        };
        let slots = self.slots.entry(language.to_owned()).or_default();
        slots
            .entry(section.to_owned())
            .or_default()
            .push(filler.to_owned());
        Ok(())
    }
}

fn read_line(language: &str, name: &str, section: &str, line: &str) -> Result<Line, String> {
    let target = match section {
        "" => None,
        section => Some(TargetLabel::from_str(section).map_err(|error| error.to_string())?),
    };
    let label = |word: &str| Label::from_str(word.trim()).map_err(|error| error.to_string());
    let parts = if name == "compound" || name == "single" {
        let (labels, text) = line.split_once(" : ").ok_or("no ` : ` after the intents")?;
        let labels: Vec<&str> = labels.split('>').collect();
        let (texts, also) = and_also(text)?;
        let texts: Vec<&str> = texts.split('‖').collect();
        if labels.len() != texts.len() {
            return Err(format!(
                "{} intents but {} parts",
                labels.len(),
                texts.len()
            ));
        }
        let several = labels.len() > 1;
        let parts = labels
            .iter()
            .zip(texts)
            .zip(1..)
            .map(|((word, text), place)| {
                let (word, order) = match word.split_once('@') {
                    Some((word, order)) => {
                        let order = order.trim().parse::<usize>();
                        (word, order.map_err(|error| format!("`{word}@`: {error}"))?)
                    }
                    None => (*word, place),
                };
                Ok(LinePart {
                    label: label(word)?,
                    also: if several { Vec::new() } else { also.clone() },
                    order,
                    template: Template::parse(text.trim())?,
                })
            });
        parts.collect::<Result<Vec<_>, String>>()?
    } else {
        let (text, also) = and_also(line)?;
        vec![LinePart {
            label: label(name)?,
            also,
            order: 1,
            template: Template::parse(text)?,
        }]
    };
    Ok(Line {
        language: language.to_owned(),
        target,
        parts,
        written: line.to_owned(),
    })
}

/// The text, and the other right readings after ` ~ `.
fn and_also(line: &str) -> Result<(&str, Vec<Label>), String> {
    let mut ends = line.split(" ~ ");
    let text = ends.next().unwrap_or(line);
    let also = ends
        .flat_map(|end| end.split([',', ' ', '~']))
        .filter(|word| !word.is_empty());
    let also = also.map(|word| Label::from_str(word).map_err(|error| error.to_string()));
    Ok((
        text.trim_end_matches(" ~").trim(),
        also.collect::<Result<_, _>>()?,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn corpus(file: &str, text: &str) -> Result<Corpus, Vec<DataError>> {
        Corpus::read(&BTreeMap::from([(file.to_owned(), text.to_owned())]))
    }

    #[test]
    fn lines_carry_their_labels_and_targets() {
        let read = corpus("en/answer.txt", "# note\n[page]\nwhat is it ~ explain\n").unwrap();
        let line = &read.lines[0];
        assert_eq!(line.target, Some(TargetLabel::Page));
        assert_eq!(line.parts[0].label, Label::Answer);
        assert_eq!(line.parts[0].also, [Label::Explain]);
    }

    #[test]
    fn compound_lines_carry_the_order_of_doing() {
        let text = "translate@2 > proofread@1 : before you put it into German ‖ fix the typos";
        let read = corpus("en/compound.txt", text).unwrap();
        let orders: Vec<usize> = read.lines[0].parts.iter().map(|part| part.order).collect();
        assert_eq!(orders, [2, 1]);
    }

    #[test]
    fn what_is_wrong_is_named_by_file_and_line() {
        let wrong = corpus("en/compound.txt", "\ntranslate > math : only one").unwrap_err();
        assert_eq!(
            wrong[0].to_string(),
            "en/compound.txt:2: 2 intents but 1 parts"
        );
    }
}
