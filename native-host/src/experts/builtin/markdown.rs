//! Quoting page text in Markdown so that it shows exactly as it stands on the page.

use super::quotes::Quote;

/// A sentence with its citation: `Rain fell. [¶3]`.
pub fn cited(quote: &Quote) -> String {
    let text = escaped(&quote.text);
    match quote.paragraph {
        Some(number) => format!("{text} [¶{number}]"),
        None => text,
    }
}

/// Text with everything escaped that Markdown would take for a mark.
pub fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    for (at, character) in text.char_indices() {
        let marks = match character {
            '\\' | '`' | '*' | '[' | ']' | '<' | '~' | '|' => true,
            // Within a word an underscore is no mark.
            '_' => !is_inside_word(text, at),
            '&' => is_entity(&text[at + 1..]),
            '#' | '+' | '-' | '>' | '=' => at == 0,
            '.' | ')' => at == digits && digits > 0,
            _ => false,
        };
        if marks {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

fn is_inside_word(text: &str, at: usize) -> bool {
    let before = text[..at].chars().next_back();
    let after = text[at + 1..].chars().next();
    [before, after]
        .iter()
        .all(|next| next.is_some_and(char::is_alphanumeric))
}

/// Whether an ampersand begins a character reference.
fn is_entity(after: &str) -> bool {
    let end = after.bytes().take(32).position(|byte| byte == b';');
    end.is_some_and(|end| {
        let name = after.as_bytes()[..end].iter();
        end > 0
            && name
                .clone()
                .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'#')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_escaped_and_plain_text_is_left_alone() {
        for plain in [
            "a_b",
            "AT&T, 3.14 - 5 (x)",
            "50% #1 = “2”",
            "河流。",
            "1999 was wet.",
        ] {
            assert_eq!(escaped(plain), plain);
        }
        for (text, expected) in [
            ("*a* [b](c)", "\\*a\\* \\[b\\](c)"),
            ("1. one", "1\\. one"),
            ("12) one", "12\\) one"),
            ("# x", "\\# x"),
            ("_a_ &lt; &", "\\_a\\_ \\&lt; &"),
            ("<b>`c`", "\\<b>\\`c\\`"),
        ] {
            assert_eq!(escaped(text), expected);
        }
    }
}
