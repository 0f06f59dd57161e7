//! Placeholders for markup: `⟦1⟧` for what stays as it is, `<1>…</1>`, `⟦1⟧…⟦/1⟧` or `<a1>…</a1>`
//! around what is translated, `{1}` of interfaces. Each of the source has to be in the answer as
//! often, and pairs have to close in the order in which they were opened; where it stands is free.

use std::{collections::BTreeMap, ops::Range};

use super::{Check, Finding, Repair, Severity, finding::quoted, scene::Scene};

/// The longest number of a placeholder, in digits.
const DIGITS: usize = 4;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Slot {
    /// In the form in which it is compared.
    name: String,
    /// Whether it opens or closes something.
    kind: Kind,
    /// Whether it is written as it has to be.
    exact: bool,
    pub(super) span: Range<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Open,
    Close,
    Alone,
}

/// Every placeholder of a text, in order.
pub(super) fn slots(text: &str) -> Vec<Slot> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find(['⟦', '<', '{'])) {
        let start = from + at;
        match read(&text[start..]) {
            Some((slot, length)) => {
                from = start + length;
                found.push(Slot {
                    span: start..from,
                    ..slot
                });
            }
            None => from = start + text[start..].chars().next().map_or(1, char::len_utf8),
        }
    }
    found
}

fn read(text: &str) -> Option<(Slot, usize)> {
    let opening = text.chars().next()?;
    let closing = match opening {
        '⟦' => '⟧',
        '<' => '>',
        _ => '}',
    };
    let inside = &text[opening.len_utf8()..];
    let end = inside.find(closing).filter(|end| *end <= DIGITS + 8)?;
    let whole = &inside[..end];
    let bare: String = whole.split_whitespace().collect();
    let (rest, closes) = bare
        .strip_prefix('/')
        .map_or((bare.as_str(), false), |rest| (rest, true));
    let (rest, alone) = rest
        .strip_suffix('/')
        .map_or((rest, false), |rest| (rest, true));
    let letter = rest
        .chars()
        .next()
        .filter(|first| first.is_ascii_lowercase() && opening != '{');
    let digits = &rest[letter.map_or(0, char::len_utf8)..];
    let fits =
        (1..=DIGITS).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !fits || (opening == '{' && (closes || alone)) {
        return None;
    }
    let kind = match (closes, alone, opening) {
        (true, ..) => Kind::Close,
        (_, true, _) | (.., '{') => Kind::Alone,
        _ => Kind::Open,
    };
    let slot = Slot {
        name: format!("{opening}{bare}{closing}"),
        kind,
        exact: bare == whole,
        span: 0..0,
    };
    Some((slot, opening.len_utf8() + end + closing.len_utf8()))
}

/// Placeholders that are missing, too many, badly nested or badly written.
pub(super) fn check(scene: &Scene<'_>) -> Vec<Finding> {
    let source = slots(scene.source);
    let answer = slots(scene.answer);
    if source.is_empty() && !scene.answer.contains('⟦') {
        return Vec::new();
    }
    let finding = |what: String| Finding::new(Check::Slots, Severity::Blocking, what);
    let mut findings = Vec::new();
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for slot in &source {
        counts.entry(&slot.name).or_default().0 += 1;
    }
    for slot in &answer {
        counts.entry(&slot.name).or_default().1 += 1;
    }
    for (name, (wanted, found)) in counts {
        if wanted != found {
            let name = quoted(name);
            findings.push(finding(format!(
                "the placeholder {name} is there {found} times, not {wanted}"
            )));
        }
    }
    if findings.is_empty() && nests(&source) && !nests(&answer) {
        findings.push(finding(
            "placeholders are not closed in the order in which they open".to_owned(),
        ));
    }
    let inexact = answer.into_iter().filter(|slot| !slot.exact);
    findings.extend(inexact.map(|slot| {
        finding(format!(
            "the placeholder {} has spaces in it",
            quoted(&slot.name)
        ))
        .repaired_by(Repair::Replace(slot.span, slot.name))
    }));
    findings
}

/// Whether pairs close in the order in which they opened. One that has no pair stands alone.
fn nests(slots: &[Slot]) -> bool {
    let closing = |name: &str| {
        let mut characters = name.chars();
        let opening = characters.next().map(String::from).unwrap_or_default();
        format!("{opening}/{}", characters.as_str())
    };
    let mut open: Vec<String> = Vec::new();
    for slot in slots {
        match slot.kind {
            Kind::Open => {
                let closing = closing(&slot.name);
                if slots.iter().any(|slot| slot.name == closing) {
                    open.push(closing);
                }
            }
            Kind::Close if open.pop().as_ref() != Some(&slot.name) => return false,
            Kind::Close | Kind::Alone => {}
        }
    }
    open.is_empty()
}

#[cfg(test)]
mod tests {
    use super::{super::testing, *};

    #[track_caller]
    fn check(source: &str, answer: &str, expected: usize) {
        let found = testing::translation(&[Check::Slots], "en", source, "fr", answer);
        assert_eq!(found.len(), expected, "{answer}: {found:?}");
    }

    #[test]
    fn every_placeholder_is_there_as_often_and_nested() {
        let source = "Press ⟦1⟧ to <2>save <3>all</3></2> of {4}.";
        check(source, "<2><3>Tout</3> enregistrer</2> de {4} avec ⟦1⟧.", 0);
        check(source, "<2><3>Tout</2></3> de {4} avec ⟦1⟧.", 1);
        check(source, "<2>Tout</2> de {4} avec ⟦1⟧.", 2);
        check(source, "<2><3>Tout</3></2> de {4} avec ⟦1⟧⟦1⟧.", 1);
        check("No markup.", "⟦1⟧ Rien.", 1);
    }

    #[test]
    fn what_only_looks_like_one_is_none() {
        check("if a < 1 and b > 2 {x}", "si a < 1 et b > 2 {y}", 0);
    }

    #[test]
    fn spaces_in_a_placeholder_are_taken_out() {
        let found = testing::translation(&[Check::Slots], "en", "Press ⟦1⟧.", "fr", "Tapez ⟦ 1 ⟧.");
        let repaired = super::super::repair("Tapez ⟦ 1 ⟧.", &found);
        assert_eq!(repaired.as_deref(), Some("Tapez ⟦1⟧."));
    }
}
