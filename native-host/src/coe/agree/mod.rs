//! Do the answers of several experts agree?
//!
//! Two cheap experts of different families that agree are almost always right, so agreement decides
//! whether a request is worth a strong expert. Answers are compared by what they say, never by what
//! they are worth: a [`Measure`] brings each into a normal form, or gives two a similarity. Empty
//! answers and refusals agree with nobody, not even with each other.

mod character_f;
mod facts;
mod json;
mod label;
mod literal;
mod number;
mod table;
mod text;

use serde::{Deserialize, Serialize};

use self::table::TABLE;
pub use self::{
    character_f::{Profile, character_f, chr_f},
    number::Number,
};

/// By what answers are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// The value of the final number, however written: 1,000 and 1e3, 1/2 and 0.5, 42 and
    /// "the answer is 42." A unit, currency or per cent sign is not compared.
    Number,
    /// A value as Python or JSON write it: quotes and spaces do not matter, a tuple is no list.
    Literal,
    /// One of several names: upper and lower case do not matter, nor "Answer:" before it.
    Label,
    /// A JSON value: the order of keys and the form of numbers do not matter.
    Json,
    /// Likeness of two texts in their characters (chrF2), for translations.
    CharacterF,
    /// Numbers, dates and names that two texts have in common, for prose.
    KeyFacts,
}

impl Measure {
    /// Every measure.
    pub const ALL: [Self; 6] = [
        Self::Number,
        Self::Literal,
        Self::Label,
        Self::Json,
        Self::CharacterF,
        Self::KeyFacts,
    ];

    /// The measure for answers to an intent (`translate`, `math`, …; what is not in the table is
    /// prose), in a format that was asked for (`json`, `number`, `label`, `literal`; others say
    /// nothing), given what came back. The form of the answers decides only where all have it.
    pub fn for_answers(intent: &str, format: Option<&str>, answers: &[&str]) -> Self {
        match format {
            Some("json") => return Self::Json,
            Some("number") => return Self::Number,
            Some("label") => return Self::Label,
            Some("literal") => return Self::Literal,
            _ => {}
        }
        let usual = TABLE.measure(intent);
        if usual == Self::CharacterF {
            return usual;
        }
        let said: Vec<_> = answers.iter().filter(|it| !it.trim().is_empty()).collect();
        let every = |is: fn(&str) -> bool| !said.is_empty() && said.iter().all(|it| is(it));
        if every(json::is_container) {
            Self::Json
        } else if every(number::is_short) {
            Self::Number
        } else if every(label::is_choice) {
            Self::Label
        } else if every(literal::is_value) {
            Self::Literal
        } else if usual == Self::Number && !said.is_empty() && !every(number::is_found) {
            // A proof or a formula: there is no number to compare. Before anything was said, there
            // may well be one.
            Self::KeyFacts
        } else {
            usual
        }
    }

    /// Whether two answers are compared by a normal form, so that they are the same or not.
    pub fn is_exact(self) -> bool {
        !matches!(self, Self::CharacterF | Self::KeyFacts)
    }

    /// From which similarity on, 0 to 1, two answers agree.
    pub fn threshold(self) -> f64 {
        match self {
            Self::CharacterF => TABLE.thresholds.character_f,
            Self::KeyFacts => TABLE.thresholds.key_facts,
            _ => 1.0,
        }
    }
}

/// How far answers agree.
#[derive(Debug, Clone, PartialEq)]
pub struct Agreement {
    /// By what they were compared.
    pub measure: Measure,
    /// Indices of answers that agree with each other, largest group first, of equal ones that with
    /// the earliest answer; within a group in order. Answers that were set aside are in none.
    pub clusters: Vec<Vec<usize>>,
    /// Indices of answers that are empty, a refusal, or not of the form that the measure needs.
    pub set_aside: Vec<usize>,
    similarity: Vec<f64>,
    answers: usize,
}

impl Agreement {
    /// Whether there are answers and each agrees with each other.
    pub fn all_agree(&self) -> bool {
        self.set_aside.is_empty() && self.clusters.len() == 1
    }

    /// The group that more than half of all answers are in, those set aside counted as answers.
    pub fn majority(&self) -> Option<&[usize]> {
        let first = self.clusters.first()?;
        (2 * first.len() > self.answers).then_some(first)
    }

    /// The group that has more answers than each other one, at least two.
    pub fn plurality(&self) -> Option<&[usize]> {
        let first = self.clusters.first()?;
        let second = self.clusters.get(1).map_or(1, Vec::len);
        (first.len() > second).then_some(first)
    }

    /// Similarity of two answers, 0 to 1; 0 where one was set aside or is not there.
    pub fn similarity(&self, one: usize, other: usize) -> f64 {
        if one >= self.answers || other >= self.answers {
            return 0.0;
        }
        let at = one * self.answers + other;
        self.similarity.get(at).copied().unwrap_or(0.0)
    }

    /// Mean similarity of all pairs, 0 to 1; 1 for a single answer that was not set aside.
    pub fn score(&self) -> f64 {
        if self.answers < 2 {
            return if self.set_aside.is_empty() { 1.0 } else { 0.0 };
        }
        let pairs = (0..self.answers).flat_map(|one| (0..one).map(move |other| (one, other)));
        let sum: f64 = pairs.map(|(one, other)| self.similarity(one, other)).sum();
        sum / (self.answers * (self.answers - 1) / 2) as f64
    }

    /// The group of an answer, by its place in [`Self::clusters`].
    pub fn cluster_of(&self, answer: usize) -> Option<usize> {
        let holds = |cluster: &Vec<usize>| cluster.contains(&answer);
        self.clusters.iter().position(holds)
    }
}

/// What one answer is brought to before it is compared.
enum Form {
    Key(String),
    Characters(Profile),
    Facts(facts::Facts),
}

/// Compares answers. Answers of equal normal form are one group; for a measure of similarity, an
/// answer joins the first group with each of whose members it agrees.
///
/// Takes microseconds for short answers, about a millisecond for two texts of 10,000 characters.
pub fn agree(measure: Measure, answers: &[&str]) -> Agreement {
    let forms: Vec<_> = answers.iter().map(|answer| form(measure, answer)).collect();
    let count = answers.len();
    let mut similarity = vec![0.0; count * count];
    for one in 0..count {
        for other in 0..=one {
            let (Some(left), Some(right)) = (&forms[one], &forms[other]) else {
                continue;
            };
            let like = if one == other {
                1.0
            } else {
                alike(left, right)
            };
            similarity[one * count + other] = like;
            similarity[other * count + one] = like;
        }
    }
    let mut clusters: Vec<Vec<usize>> = Vec::new();
    let mut set_aside = Vec::new();
    for (index, form) in forms.iter().enumerate() {
        if form.is_none() {
            set_aside.push(index);
            continue;
        }
        let joins = |cluster: &&mut Vec<usize>| {
            let near = |member: &usize| similarity[index * count + member] >= measure.threshold();
            cluster.iter().all(near)
        };
        match clusters.iter_mut().find(joins) {
            Some(cluster) => cluster.push(index),
            None => clusters.push(vec![index]),
        }
    }
    // Stable: of equal groups the one with the earliest answer stays first.
    clusters.sort_by_key(|cluster| std::cmp::Reverse(cluster.len()));
    Agreement {
        measure,
        clusters,
        set_aside,
        similarity,
        answers: count,
    }
}

fn form(measure: Measure, answer: &str) -> Option<Form> {
    if answer.trim().is_empty() || text::is_refusal(answer, measure == Measure::CharacterF) {
        return None;
    }
    match measure {
        Measure::Number => number::of_answer(answer).map(|number| Form::Key(number.to_string())),
        Measure::Literal => Some(Form::Key(literal::normal(answer))),
        Measure::Label => label::normal(answer).map(Form::Key),
        Measure::Json => json::normal(answer).map(Form::Key),
        Measure::CharacterF => Some(Form::Characters(Profile::new(answer))),
        Measure::KeyFacts => Some(Form::Facts(facts::Facts::of(answer))),
    }
}

fn alike(left: &Form, right: &Form) -> f64 {
    match (left, right) {
        (Form::Key(left), Form::Key(right)) if left == right => 1.0,
        (Form::Characters(left), Form::Characters(right)) => {
            // The score is of a text against a reference; answers are neither.
            f64::midpoint(character_f(left, right), character_f(right, left))
        }
        (Form::Facts(left), Form::Facts(right)) => left.similarity(right),
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests;
