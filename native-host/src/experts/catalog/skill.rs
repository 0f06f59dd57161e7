//! What a model is good at, before anybody on this machine has seen it at work.

use std::collections::BTreeMap;

use serde::Deserialize;

/// How good a model is at what, from 0 to 1: what public comparisons say, to be replaced by what is
/// seen here.
pub type Skills = BTreeMap<Skill, f64>;

/// Something that a model can be good at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Skill {
    /// Putting into another language.
    Translate,
    /// Condensing.
    Summarize,
    /// Writing and expanding.
    Write,
    /// Explaining.
    Explain,
    /// Answering questions.
    Answer,
    /// Code.
    Code,
    /// Mathematics and logic.
    Math,
}
