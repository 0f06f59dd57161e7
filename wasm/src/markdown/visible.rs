//! Characters that cannot be seen, made visible where they could deceive: in addresses and code.

use std::borrow::Cow;

/// The text with each control, direction, invisible and tag character written as `\u{202E}`.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(deceives) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if deceives(character) {
            shown.extend(character.escape_unicode());
        } else {
            shown.push(character);
        }
    }
    Cow::Owned(shown)
}

/// An address as shown beside text: nothing hidden, and not longer than a glance.
pub fn glance(address: &str) -> String {
    const LONGEST: usize = 80;
    let shown = visible(address);
    let mut short: String = shown.chars().take(LONGEST).collect();
    if short.len() < shown.len() {
        short.push('…');
    }
    short
}

fn deceives(character: char) -> bool {
    match character {
        '\n' | '\t' => false,
        // Joiners have honest uses in Persian and in emoji; marks of direction do not in code.
        '\u{AD}' | '\u{61C}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{FEFF}' => true,
        '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{E0000}'..='\u{E007F}' => true,
        _ => character.is_control(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(visible(text), expected);
    }

    #[test]
    fn what_cannot_be_seen_is_spelt_out() {
        check("a\u{202E}b", "a\\u{202e}b");
        check("a\u{2066}b\u{2069}", "a\\u{2066}b\\u{2069}");
        check("x\u{E0041}", "x\\u{e0041}");
        check("\u{1}\u{7f}\u{85}", "\\u{1}\\u{7f}\\u{85}");
        check("pay\u{200B}pal", "pay\\u{200b}pal");
    }

    #[test]
    fn what_can_be_seen_stays() {
        check("if a {\n\tb\n}", "if a {\n\tb\n}");
        check("中文 עברית می\u{200C}خواهم", "中文 עברית می\u{200C}خواهم");
    }

    #[test]
    fn a_long_address_is_cut_at_a_glance() {
        assert_eq!(glance("mailto:a@b.example"), "mailto:a@b.example");
        assert_eq!(glance(&"a".repeat(200)).chars().count(), 81);
    }
}
