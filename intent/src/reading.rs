//! What was read in a request.

use std::{fmt, ops::Range};

use crate::{Field, Label, TargetLabel};

/// A wish for length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LengthWish {
    /// So many words.
    Words(u32),
    /// So many characters.
    Characters(u32),
    /// So many sentences.
    Sentences(u32),
    /// So many paragraphs.
    Paragraphs(u32),
    /// So many bullet points.
    Points(u32),
    /// So many lines.
    Lines(u32),
    /// So many pages.
    Pages(u32),
    /// So many minutes of speaking.
    Minutes(u32),
    /// So many seconds of speaking.
    Seconds(u32),
    /// So much of the length that there is, in percent.
    Share(u32),
    /// Short, with no measure given.
    Short,
    /// Long, with no measure given.
    Long,
}

impl LengthWish {
    /// Shares that have a name, in percent.
    pub const SHARES: [(u32, &str); 9] = [
        (50, "half"),
        (33, "a third"),
        (67, "two thirds"),
        (25, "a quarter"),
        (75, "three quarters"),
        (20, "a fifth"),
        (10, "a tenth"),
        (200, "double"),
        (300, "triple"),
    ];
}

impl fmt::Display for LengthWish {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut counted = |count: u32, one: &str, many: &str| {
            write!(formatter, "{count} {}", if count == 1 { one } else { many })
        };
        match *self {
            Self::Words(count) => counted(count, "word", "words"),
            Self::Characters(count) => counted(count, "char", "chars"),
            Self::Sentences(count) => counted(count, "sentence", "sentences"),
            Self::Paragraphs(count) => counted(count, "paragraph", "paragraphs"),
            Self::Points(count) => counted(count, "bullet point", "bullet points"),
            Self::Lines(count) => counted(count, "line", "lines"),
            Self::Pages(count) => counted(count, "page", "pages"),
            Self::Minutes(count) => counted(count, "minute", "minutes"),
            Self::Seconds(count) => counted(count, "second", "seconds"),
            Self::Share(percent) => {
                let named = Self::SHARES.iter().find(|(share, _)| *share == percent);
                match named {
                    Some((_, name)) => formatter.write_str(name),
                    None => write!(formatter, "{percent}%"),
                }
            }
            Self::Short => formatter.write_str("short"),
            Self::Long => formatter.write_str("long"),
        }
    }
}

/// What was said of how the answer should be. Only what was said: nothing is made up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parameters {
    /// The language of the answer, BCP-47.
    pub target_language: Option<String>,
    /// How long it should be.
    pub length: Option<LengthWish>,
    /// Its tone, one word of English: `formal`, `casual`, `simple`.
    pub tone: Option<String>,
    /// Its form, in English: `table`, `numbered list`, `email`.
    pub format: Option<String>,
    /// For whom it is, in English: `children`, `experts`.
    pub audience: Option<String>,
}

impl Parameters {
    /// Whether nothing was said.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// One thing that is wanted.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// What.
    pub label: Label,
    /// Where it is said, in bytes of the request.
    pub span: Range<usize>,
    /// How.
    pub parameters: Parameters,
    /// The earlier parts whose outcome it works on, by index; without any, the request's target.
    pub takes_from: Vec<usize>,
}

/// What was read in a request.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// All labels with their probabilities, calibrated, the best first. Of a compound request, those
    /// of the part that is done first.
    pub labels: Vec<(Label, f32)>,
    /// What the request is about, and the probability of that.
    pub target: (TargetLabel, f32),
    /// How the answer should be: of all parts together, the earlier before the later.
    pub parameters: Parameters,
    /// The parts in the order of doing; one when the request is simple.
    pub parts: Vec<Part>,
    /// The field that it touches.
    pub field: Field,
    /// How hard it is, from 0 to 1.
    pub difficulty: f32,
    /// Whether two right answers agree: a number, a date, a list, rather than a text of many forms.
    pub checkable: bool,
    /// Whether the best label can be relied on; else the two best are for the reader to choose from.
    pub sure: bool,
}

impl Reading {
    /// The best label.
    pub fn label(&self) -> Label {
        self.labels.first().map_or(Label::Chat, |(label, _)| *label)
    }

    /// Whether several things are wanted.
    pub fn is_compound(&self) -> bool {
        self.parts.len() > 1
    }
}

/// What is there besides the words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Presence {
    /// Something is selected.
    pub selection: bool,
    /// A page is open.
    pub page: bool,
    /// The reader is writing something.
    pub draft: bool,
    /// There are several tabs that could be meant.
    pub tabs: bool,
}

impl Default for Presence {
    /// Anything may be there.
    fn default() -> Self {
        Self {
            selection: true,
            page: true,
            draft: true,
            tabs: true,
        }
    }
}

impl Presence {
    /// Whether a target is there.
    pub fn has(self, target: TargetLabel) -> bool {
        match target {
            TargetLabel::Selection => self.selection,
            TargetLabel::Page => self.page,
            TargetLabel::Draft => self.draft,
            TargetLabel::Tabs => self.tabs,
            TargetLabel::None => true,
        }
    }
}

/// What is known before the words are read.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Prior {
    /// By [`Label::index`], what is added to the logarithm of each label's probability: what this
    /// person does oftener than others.
    pub labels: [f32; 14],
    /// What is there.
    pub presence: Presence,
}
