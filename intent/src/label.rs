//! What a request may want, and on what.

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A word that names nothing in a closed list.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{word}` is no {kind}")]
pub struct UnknownName {
    /// What was to be named.
    pub kind: &'static str,
    /// The word.
    pub word: String,
}

/// A closed list whose members have names.
macro_rules! named {
    ($(#[$meta:meta])* $name:ident, $kind:literal, { $($(#[$doc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "lowercase")]
        pub enum $name { $($(#[$doc])* $variant,)* }

        impl $name {
            /// All of them; the position of each is its [`Self::index`].
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Its name.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            /// Its place in [`Self::ALL`].
            pub fn index(self) -> usize {
                self as usize
            }
        }

        impl FromStr for $name {
            type Err = UnknownName;

            fn from_str(word: &str) -> Result<Self, UnknownName> {
                let found = Self::ALL.iter().find(|member| member.as_str() == word);
                found.copied().ok_or_else(|| UnknownName { kind: $kind, word: word.to_owned() })
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.pad(self.as_str())
            }
        }
    };
}

named!(
    /// What is wanted.
    Label, "intent", {
        /// Put into another language.
        Translate = "translate",
        /// Condense into the main points.
        Summarize = "summarize",
        /// Make longer, more detailed.
        Expand = "expand",
        /// Make a given text shorter in its own form.
        Shorten = "shorten",
        /// Another style, tone or wording.
        Rewrite = "rewrite",
        /// Find or mend mistakes.
        Proofread = "proofread",
        /// Make understandable.
        Explain = "explain",
        /// A question that the page answers.
        Answer = "answer",
        /// Items, fields or tables out of the page.
        Extract = "extract",
        /// Two or more things beside each other.
        Compare = "compare",
        /// Compose new text.
        Write = "write",
        /// Write, mend or convert code.
        Code = "code",
        /// Calculate, convert, prove.
        Math = "math",
        /// Small talk and general knowledge.
        Chat = "chat",
    }
);

impl Label {
    /// The ten whose outcome stands in the page or is made of its text.
    pub const MAIN: [Self; 10] = [
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
    ];
}

named!(
    /// What the request is about.
    TargetLabel, "target", {
        /// What is selected.
        Selection = "selection",
        /// The page.
        Page = "page",
        /// What the reader is writing.
        Draft = "draft",
        /// Several open pages.
        Tabs = "tabs",
        /// Nothing but what the request itself says.
        None = "none",
    }
);

named!(
    /// The field of knowledge that a request touches.
    Field, "field", {
        /// No field in particular.
        General = "general",
        /// News and politics.
        News = "news",
        /// Programming and technology.
        Technology = "technology",
        /// Natural sciences and mathematics.
        Science = "science",
        /// Medicine and health.
        Medicine = "medicine",
        /// Law and administration.
        Law = "law",
        /// Money, taxes, business.
        Finance = "finance",
        /// Literature, arts, entertainment.
        Arts = "arts",
        /// Schools, studies, applications.
        Education = "education",
        /// Travel, shopping, food, home.
        Everyday = "everyday",
    }
);
