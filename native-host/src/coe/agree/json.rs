//! JSON values in one normal form: keys in order, numbers by value.

use std::fmt::Write as _;

use serde_json::Value;

use super::{number, text};

/// The normal form of the JSON value in an answer, within a fence or words around it.
pub(super) fn normal(answer: &str) -> Option<String> {
    let value = read(answer)?;
    let mut normal = String::new();
    write(&value, &mut normal);
    Some(normal)
}

/// Whether a text is an object or an array.
pub(super) fn is_container(answer: &str) -> bool {
    let text = text::unfenced(answer);
    let value = serde_json::from_str::<Value>(text);
    value.is_ok_and(|value| value.is_object() || value.is_array())
}

fn read(answer: &str) -> Option<Value> {
    let text = text::unfenced(answer);
    if let Ok(value) = serde_json::from_str(text) {
        return Some(value);
    }
    let start = text.find(['{', '['])?;
    let end = text.rfind(['}', ']']).filter(|end| *end > start)?;
    serde_json::from_str(&text[start..=end]).ok()
}

fn write(value: &Value, into: &mut String) {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_by_key(|(key, _)| *key);
            into.push('{');
            for (key, value) in fields {
                let _ = write!(into, "{key:?}:");
                write(value, into);
                into.push(',');
            }
            into.push('}');
        }
        Value::Array(items) => {
            into.push('[');
            for item in items {
                write(item, into);
                into.push(',');
            }
            into.push(']');
        }
        Value::Number(number) => {
            let written = number.to_string();
            match number::numbers(&written).pop() {
                Some(number) => into.push_str(&number.to_string()),
                None => into.push_str(&written),
            }
        }
        Value::String(text) => {
            let _ = write!(into, "{:?}", text.trim());
        }
        other => into.push_str(&other.to_string()),
    }
}
