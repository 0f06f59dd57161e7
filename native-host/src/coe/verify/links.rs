//! Addresses: web, mail, and where the links of Markdown lead.

use std::ops::Range;

use super::{Check, Finding, Severity, finding::quoted, scene::Scene};
use crate::page::is_wide;

/// An address in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Link {
    /// As it is compared: without what does not change where it leads.
    pub(super) address: String,
    pub(super) span: Range<usize>,
}

/// How addresses begin.
const BEGINNINGS: [&str; 4] = ["https://", "http://", "ftp://", "www."];

/// Every address of a text, in order.
pub(super) fn links(text: &str) -> Vec<Link> {
    let mut found = Vec::new();
    let mut done = 0;
    let beginnings = text
        .char_indices()
        .filter(|(_, character)| matches!(character, 'h' | 'H' | 'f' | 'w' | 'W' | '@'));
    for (at, character) in beginnings {
        if at < done {
            continue;
        }
        let span = match character {
            '@' => mail(text, at, done),
            _ => web(text, at),
        };
        if let Some(span) = span {
            done = span.end;
            found.push(Link {
                address: normal(&text[span.clone()]),
                span,
            });
        }
    }
    found
}

fn web(text: &str, at: usize) -> Option<Range<usize>> {
    let rest = &text[at..];
    let starts = |beginning: &&&str| {
        let start = rest.get(..beginning.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(beginning))
    };
    let beginning = BEGINNINGS.iter().find(starts)?;
    let preceded = text[..at]
        .chars()
        .next_back()
        .is_some_and(char::is_alphanumeric);
    if preceded && *beginning == "www." {
        return None;
    }
    let end = rest.find(ends).unwrap_or(rest.len());
    let mut address = &rest[..end];
    loop {
        let trimmed = address.trim_end_matches(['.', ',', ';', ':', '!', '?', '*', '_', '\'', '"']);
        let unbalanced =
            trimmed.ends_with(')') && trimmed.matches(')').count() > trimmed.matches('(').count();
        let next = if unbalanced {
            &trimmed[..trimmed.len() - 1]
        } else {
            trimmed
        };
        if next.len() == address.len() {
            break;
        }
        address = next;
    }
    (address.len() > beginning.len()).then(|| at..at + address.len())
}

/// Characters that no address has inside.
fn ends(character: char) -> bool {
    character.is_whitespace()
        || is_wide(character)
        || matches!(
            character,
            '<' | '>' | '"' | '“' | '”' | '«' | '»' | '`' | '|' | '[' | ']' | '⟦' | '⟧' | '…'
        )
}

fn mail(text: &str, at: usize, done: usize) -> Option<Range<usize>> {
    let of_name = |character: &char| {
        character.is_ascii_alphanumeric() || matches!(character, '.' | '_' | '%' | '+' | '-')
    };
    let of_host =
        |character: &char| character.is_ascii_alphanumeric() || matches!(character, '.' | '-');
    let name = text[done..at].chars().rev().take_while(of_name).count();
    let host: usize = text[at + 1..].chars().take_while(of_host).count();
    let host = text[at + 1..at + 1 + host]
        .trim_end_matches(['.', '-'])
        .len();
    let has_point = text[at + 1..at + 1 + host].contains('.');
    (name > 0 && has_point).then(|| at - name..at + 1 + host)
}

fn normal(address: &str) -> String {
    let address = address.trim_end_matches('/');
    let without = address
        .get(..8)
        .filter(|start| start.eq_ignore_ascii_case("https://"))
        .or_else(|| {
            address
                .get(..7)
                .filter(|start| start.eq_ignore_ascii_case("http://"))
        });
    let rest = &address[without.map_or(0, str::len)..];
    let host = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    rest[..host].to_lowercase() + &rest[host..]
}

/// Addresses that the answer lost or invented.
pub(super) fn check(scene: &Scene<'_>) -> Vec<Finding> {
    let (source, answer) = (links(scene.source), links(scene.answer));
    let has = |links: &[Link], link: &Link| links.iter().any(|other| other.address == link.address);
    let mut findings = Vec::new();
    if scene.kept {
        let lost = source.iter().filter(|link| !has(&answer, link));
        findings.extend(lost.map(|link| {
            let what = format!("the address {} is missing", quoted(&link.address));
            Finding::new(Check::Links, Severity::Blocking, what)
        }));
    }
    if scene.only {
        let severity = if scene.kept {
            Severity::Blocking
        } else {
            Severity::Marked
        };
        let new = answer.iter().filter(|link| !has(&source, link));
        findings.extend(new.map(|link| {
            let what = format!("the address {} is not in the source", quoted(&link.address));
            Finding::new(Check::Links, severity, what).at(link.span.clone())
        }));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let found: Vec<_> = links(text).into_iter().map(|link| link.address).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn addresses_end_where_the_sentence_goes_on() {
        check("See https://A.example/B?c=d.", &["a.example/B?c=d"]);
        check("(see http://a.example/x_(y))", &["a.example/x_(y)"]);
        check("请见https://a.example/路。", &["a.example"]);
        check(
            "[text](https://a.example/b/) and www.b.example!",
            &["a.example/b", "www.b.example"],
        );
        check("mail a.b@c.example, @handle, x@y", &["a.b@c.example"]);
        check("http:// nothing", &[]);
    }
}
