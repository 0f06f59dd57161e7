//! Filling the placeholders of an address: `https://{RESOURCE}.openai.azure.com`.

use super::{Environment, Placeholder};

/// The text with all placeholders filled; nothing, if one has no value or one that would turn the
/// address into another: inside of an address only a name may stand.
pub(super) fn fill(text: &str, known: &[Placeholder], values: Environment<'_>) -> Option<String> {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let (name, after) = after.split_once('}')?;
        let value = value(name, known, values)?;
        let is_name = |value: &str| {
            value
                .chars()
                .all(|letter| letter.is_ascii_alphanumeric() || "-._".contains(letter))
        };
        if !filled.is_empty() && !is_name(&value) {
            return None;
        }
        filled.push_str(&value);
        rest = after;
    }
    filled.push_str(rest);
    Some(filled)
}

fn value(name: &str, known: &[Placeholder], values: Environment<'_>) -> Option<String> {
    let position = known.iter().position(|known| known.name == name)?;
    let placeholder = &known[position];
    let names = std::iter::once(&placeholder.name).chain(&placeholder.environment);
    let mut set = names.filter_map(|name| values(name));
    let set = set.find(|value| !value.trim().is_empty());
    // Only those before it: a circle cannot be written.
    let usual = || fill(placeholder.default.as_deref()?, &known[..position], values);
    let value = set.or_else(usual)?;
    Some(value.trim().trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn placeholder(name: &str, variable: &str, default: Option<&str>) -> Placeholder {
        Placeholder {
            name: name.to_owned(),
            label: name.to_owned(),
            environment: vec![variable.to_owned()],
            default: default.map(str::to_owned),
        }
    }

    fn check(text: &str, set: &[(&str, &str)], expected: Option<&str>) {
        let known = [
            placeholder("NAME", "MY_NAME", None),
            placeholder("URL", "MY_URL", Some("https://{NAME}.example")),
        ];
        let values = |name: &str| {
            let found = set.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        assert_eq!(fill(text, &known, &values).as_deref(), expected);
    }

    #[test]
    fn values_come_from_settings_then_the_environment_then_the_default() {
        check("https://{NAME}.a", &[("NAME", "x")], Some("https://x.a"));
        check("https://{NAME}.a", &[("MY_NAME", "y")], Some("https://y.a"));
        check("https://{NAME}.a", &[("NAME", " ")], None);
        check("{URL}/v1", &[("NAME", "x")], Some("https://x.example/v1"));
        check(
            "{URL}/v1",
            &[("MY_URL", "https://b/")],
            Some("https://b/v1"),
        );
        check("{UNKNOWN}", &[], None);
    }

    #[test]
    fn a_value_inside_of_an_address_cannot_turn_it_into_another() {
        for value in [
            "evil.example/",
            "a@evil.example",
            "evil.example#",
            "a b",
            "x?y",
            "a:1",
        ] {
            check(
                "https://{NAME}.a",
                &[("NAME", value)],
                (value == "evil.example/").then_some("https://evil.example.a"),
            );
        }
    }
}
