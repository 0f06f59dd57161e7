//! The scripts that need to be told apart: some put spaces between words, others do not.

/// The script of a character, as far as reading requests asks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Script {
    /// Latin letters.
    Latin,
    /// Cyrillic letters.
    Cyrillic,
    /// Chinese characters, also those of Japanese.
    Han,
    /// Hiragana and katakana.
    Kana,
    /// Korean syllables and letters.
    Hangul,
    /// Thai, Lao, Khmer and Burmese: no spaces between words.
    Southeast,
    /// Any other letter.
    Other,
}

impl Script {
    /// The script of a letter, without one for everything that is none.
    pub fn of(character: char) -> Option<Self> {
        let script = match u32::from(character) {
            0x41..=0x5A | 0x61..=0x7A | 0xAA | 0xBA | 0xC0..=0x24F | 0x1E00..=0x1EFF => Self::Latin,
            0x400..=0x52F => Self::Cyrillic,
            0x3005 | 0x3007 | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF => Self::Han,
            0x20000..=0x3134F => Self::Han,
            0x3041..=0x3096 | 0x30A1..=0x30FA | 0x30FC..=0x30FE => Self::Kana,
            0x1100..=0x11FF | 0x3131..=0x318E | 0xAC00..=0xD7A3 => Self::Hangul,
            0x0E01..=0x0E4E | 0x0E80..=0x0EDF | 0x1000..=0x109F | 0x1780..=0x17DD => {
                Self::Southeast
            }
            // Marks that belong to the letter before them.
            0x300..=0x36F | 0x591..=0x5C7 | 0x610..=0x61A | 0x64B..=0x65F | 0x900..=0xDFF => {
                Self::Other
            }
            _ if character.is_alphabetic() => Self::Other,
            _ => return None,
        };
        Some(script)
    }

    /// Whether words of this script stand together without spaces.
    pub fn is_unspaced(self) -> bool {
        matches!(self, Self::Han | Self::Kana | Self::Southeast)
    }
}
