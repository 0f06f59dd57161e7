//! Which writing systems a text uses, by its letters.

/// A writing system, as far as telling languages apart needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Script {
    /// Latin letters.
    Latin,
    /// Chinese characters, in Chinese, Japanese or Korean.
    Han,
    /// Hiragana and katakana.
    Kana,
    /// Thai, Lao, Khmer and Burmese, which are written without spaces.
    Unspaced,
    /// Any other letter.
    Other,
}

/// The writing system of a letter; nothing for digits, marks and punctuation.
pub fn of(character: char) -> Option<Script> {
    match character {
        'a'..='z' | 'A'..='Z' | '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => {
            Some(Script::Latin)
        }
        '\u{3040}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' | '\u{ff66}'..='\u{ff9d}' => {
            Some(Script::Kana)
        }
        '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}'
        | '々'
        | '〇' => Some(Script::Han),
        '\u{0e00}'..='\u{0eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
            if character.is_alphabetic() =>
        {
            Some(Script::Unspaced)
        }
        _ if character.is_alphabetic() => Some(Script::Other),
        _ => None,
    }
}

/// Whether a character is written without spaces to its neighbours: Chinese and Japanese with
/// their punctuation.
pub fn is_wide(character: char) -> bool {
    matches!(of(character), Some(Script::Han | Script::Kana))
        || matches!(character, '\u{3000}'..='\u{303f}' | '\u{ff01}'..='\u{ff60}')
}

/// Whether the words of a text in this script cannot be told by spaces, so that characters are
/// counted and compared instead.
pub fn is_unspaced(character: char) -> bool {
    matches!(
        of(character),
        Some(Script::Han | Script::Kana | Script::Unspaced)
    )
}

/// How many letters of each kind a text has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Letters {
    /// Latin.
    pub latin: usize,
    /// Chinese characters.
    pub han: usize,
    /// Hiragana and katakana.
    pub kana: usize,
    /// All others.
    pub other: usize,
}

impl Letters {
    /// Counts the letters of a text.
    pub fn of(text: &str) -> Self {
        let mut letters = Self::default();
        for script in text.chars().filter_map(of) {
            match script {
                Script::Latin => letters.latin += 1,
                Script::Han => letters.han += 1,
                Script::Kana => letters.kana += 1,
                Script::Unspaced | Script::Other => letters.other += 1,
            }
        }
        letters
    }

    /// All letters.
    pub fn total(self) -> usize {
        self.latin + self.han + self.kana + self.other
    }

    /// Whether the text is Chinese or Japanese for the most part. A character says as much as two
    /// or three letters do.
    pub fn is_east_asian(self) -> bool {
        (self.han + self.kana) * 3 > self.total() - self.han - self.kana
    }
}
