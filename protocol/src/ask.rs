//! What a reader asks for.

use serde::{Deserialize, Serialize};

use crate::{DocumentId, ExpertId, LanguageTag};

/// Something that Coterie can be asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Put into another language.
    Translate,
    /// Condense into the main points.
    Summarize,
    /// Make longer, with more detail.
    Expand,
    /// Make a given text shorter.
    Shorten,
    /// Say otherwise: another style, tone or register.
    Rewrite,
    /// Mend spelling, grammar and punctuation.
    Proofread,
    /// Make understandable.
    Explain,
    /// Answer a question, from the page where it can.
    Answer,
    /// Take items, fields or tables out of the page.
    Extract,
    /// Hold two or more things against each other.
    Compare,
    /// Compose a new text.
    Write,
    /// Write, mend or convert a program.
    Code,
    /// Calculate, solve or prove.
    Math,
    /// Talk about something apart from the page.
    Chat,
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 14] = [
        Self::Translate,
        Self::Summarize,
        Self::Expand,
        Self::Shorten,
        Self::Rewrite,
        Self::Proofread,
        Self::Explain,
        Self::Answer,
        Self::Extract,
        Self::Compare,
        Self::Write,
        Self::Code,
        Self::Math,
        Self::Chat,
    ];

    /// The name used on the wire and in the terminal.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Translate => "translate",
            Self::Summarize => "summarize",
            Self::Expand => "expand",
            Self::Shorten => "shorten",
            Self::Rewrite => "rewrite",
            Self::Proofread => "proofread",
            Self::Explain => "explain",
            Self::Answer => "answer",
            Self::Extract => "extract",
            Self::Compare => "compare",
            Self::Write => "write",
            Self::Code => "code",
            Self::Math => "math",
            Self::Chat => "chat",
        }
    }

    /// The action of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.as_str() == name)
    }
}

/// What the action is done to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// The selected passage.
    Selection,
    /// The article of the page.
    Page,
    /// What the reader is writing.
    Draft,
    /// Several open tabs.
    Tabs,
}

/// How long an answer should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Length {
    /// About so many sentences.
    Sentences(u32),
    /// About so many words; for Chinese, Japanese and the like, characters.
    Words(u32),
    /// About so many characters.
    Characters(u32),
    /// So many paragraphs.
    Paragraphs(u32),
    /// About this share of the original, in percent.
    Percent(u8),
}

/// One request, as the reader made it. What is left out the host decides, and says so.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Ask {
    /// The button or menu item, if one was used; it is never guessed again.
    pub action: Option<Action>,
    /// The reader's own words: a question, an instruction, or nothing.
    pub text: String,
    /// The page it is about.
    pub document: Option<DocumentId>,
    /// What it is done to; without, the selection if there is one, else the page.
    pub target: Option<Target>,
    /// A passage that replaces the document's selection, as when a menu item names it.
    pub selection: Option<String>,
    /// The language of the answer; for a translation, the one to translate into.
    pub language: Option<LanguageTag>,
    /// The reader's own language, that of the browser.
    pub reader_language: Option<LanguageTag>,
    /// The expert that the reader chose; without, Coterie chooses.
    pub expert: Option<ExpertId>,
    /// How long the answer should be.
    pub length: Option<Length>,
    /// The conversation so far, oldest first.
    pub conversation: Vec<Turn>,
    /// Whether only the best will do, whatever it takes.
    pub best: bool,
}

/// One turn of a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    /// Who spoke.
    pub speaker: Speaker,
    /// What was said.
    pub text: String,
}

/// Who spoke in a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Speaker {
    /// The person.
    Reader,
    /// An expert.
    Expert,
}
