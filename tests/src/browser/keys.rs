//! Key presses as the DevTools want them.

use serde_json::{Value, json};

const SHIFT: u8 = 8;

/// The events of one press: `Enter`, `Shift+Tab`, `a`.
pub(super) fn strokes(press: &str) -> [Value; 2] {
    let (modifiers, key) = modifiers(press);
    let (code, number, text) = describe(key);
    let event = |kind: &str, text: &str| {
        json!({
            "type": kind, "key": key, "code": code, "modifiers": modifiers, "text": text,
            "windowsVirtualKeyCode": number, "nativeVirtualKeyCode": number,
        })
    };
    let text = if modifiers & !SHIFT == 0 { text } else { "" };
    // `rawKeyDown` does what the key does without typing a character.
    let down = if text.is_empty() {
        "rawKeyDown"
    } else {
        "keyDown"
    };
    [event(down, text), event("keyUp", "")]
}

/// Splits off the modifiers, as a DevTools bit set.
fn modifiers(press: &str) -> (u8, &str) {
    let mut set = 0;
    let mut rest = press;
    while let Some((name, after)) = rest.split_once('+').filter(|(_, after)| !after.is_empty()) {
        set |= match name {
            "Alt" => 1,
            "Control" => 2,
            "Meta" => 4,
            "Shift" => SHIFT,
            _ => 0,
        };
        rest = after;
    }
    (set, rest)
}

/// The physical key, its Windows number and the character that it types.
fn describe(key: &str) -> (String, u32, &str) {
    let named = |number, text| (key.to_owned(), number, text);
    match key {
        "Enter" => named(13, "\r"),
        "Tab" => named(9, ""),
        "Escape" => named(27, ""),
        "Backspace" => named(8, ""),
        "Delete" => named(46, ""),
        "End" => named(35, ""),
        "Home" => named(36, ""),
        "ArrowLeft" => named(37, ""),
        "ArrowUp" => named(38, ""),
        "ArrowRight" => named(39, ""),
        "ArrowDown" => named(40, ""),
        " " => ("Space".to_owned(), 32, " "),
        _ => {
            let letter = key.chars().next().unwrap_or(' ').to_ascii_uppercase();
            (format!("Key{letter}"), u32::from(letter), key)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(press: &str, kind: &str, key: &str, modifiers: u8) {
        let [down, up] = strokes(press);
        assert_eq!(down["type"], kind);
        assert_eq!(down["key"], key);
        assert_eq!(down["modifiers"], modifiers);
        assert_eq!(up["type"], "keyUp");
    }

    #[test]
    fn a_press_is_a_key_with_modifiers() {
        check("Enter", "keyDown", "Enter", 0);
        check("Shift+Tab", "rawKeyDown", "Tab", SHIFT);
        check("a", "keyDown", "a", 0);
        check("Control+a", "rawKeyDown", "a", 2);
        check("Control+Shift+y", "rawKeyDown", "y", 2 | SHIFT);
        check("+", "keyDown", "+", 0);
    }
}
