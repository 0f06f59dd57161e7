//! Bounds on what is parsed: nesting depth and size, so that no page can exhaust stack or time.

use std::{borrow::Cow, ops::Range};

/// The deepest nesting that is kept; browsers stop at 512 themselves.
const MAX_DEPTH: usize = 256;

/// The longest document that is parsed, in bytes: ten times the longest page of the benchmark.
const MAX_BYTES: usize = 16 * 1024 * 1024;

/// Elements that have no content.
const VOID: [&str; 14] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr",
];

/// Elements whose end tag is often left out; the parser closes them by itself.
const SELF_CLOSING: [&str; 18] = [
    "p", "li", "dt", "dd", "option", "optgroup", "tr", "td", "th", "thead", "tbody", "tfoot",
    "colgroup", "caption", "html", "head", "body", "rt",
];

/// Elements whose content is text up to their end tag.
const RAW: [&str; 7] = [
    "script", "style", "textarea", "title", "iframe", "noembed", "xmp",
];

/// The same document without the tags that nest deeper than [`MAX_DEPTH`], their content kept, and
/// cut at [`MAX_BYTES`]. An ordinary page comes back as it is.
pub fn bounded(html: &str) -> Cow<'_, str> {
    let html = &html[..html.floor_char_boundary(MAX_BYTES)];
    let dropped = too_deep(html);
    if dropped.is_empty() {
        return Cow::Borrowed(html);
    }
    let mut kept = String::with_capacity(html.len());
    let mut from = 0;
    for tag in dropped {
        kept.push_str(&html[from..tag.start]);
        from = tag.end;
    }
    kept.push_str(&html[from..]);
    Cow::Owned(kept)
}

/// Where the tags are that nest too deep.
fn too_deep(html: &str) -> Vec<Range<usize>> {
    let mut dropped = Vec::new();
    let mut open: Vec<&str> = Vec::new();
    let mut position = 0;
    while let Some(tag) = next_tag(html, position) {
        position = tag.range.end;
        let within = |names: &[&str]| names.iter().any(|name| tag.is(name));
        if tag.closes {
            if let Some(depth) = open.iter().rposition(|name| tag.is(name)) {
                if depth >= MAX_DEPTH {
                    dropped.push(tag.range.clone());
                }
                open.truncate(depth);
            }
        } else if within(&RAW) {
            position = end_of_raw(html, &tag);
        } else if !within(&VOID) && !within(&SELF_CLOSING) {
            if open.len() >= MAX_DEPTH {
                dropped.push(tag.range.clone());
            }
            // Beyond twice the depth what is dropped need not be told apart any more.
            if open.len() < 2 * MAX_DEPTH {
                open.push(tag.name);
            }
        }
    }
    dropped
}

/// A tag as it stands in the text.
struct Tag<'html> {
    name: &'html str,
    closes: bool,
    range: Range<usize>,
}

impl Tag<'_> {
    fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }
}

/// The next tag at or after a position; comments and declarations are passed over.
fn next_tag(html: &str, mut position: usize) -> Option<Tag<'_>> {
    loop {
        let start = position + html[position..].find('<')?;
        let rest = &html[start + 1..];
        if let Some(comment) = rest.strip_prefix("!--") {
            let length = comment.find("-->").unwrap_or(comment.len());
            position = html.len() - comment.len() + length;
            continue;
        }
        let closes = rest.starts_with('/');
        let body = &rest[usize::from(closes)..];
        if !body.starts_with(|first: char| first.is_ascii_alphabetic()) {
            position = start + 1;
            continue;
        }
        let length = body
            .find(|character: char| character.is_ascii_whitespace() || "/><".contains(character))
            .unwrap_or(body.len());
        let end = end_of_tag(body).unwrap_or(body.len());
        let offset = html.len() - body.len();
        return Some(Tag {
            name: &body[..length],
            closes,
            range: start..offset + end,
        });
    }
}

/// The position after the `>` that ends a tag, quoted attribute values passed over.
fn end_of_tag(tag: &str) -> Option<usize> {
    let mut quote = None;
    let mut after_equals = false;
    for (index, byte) in tag.bytes().enumerate() {
        match (quote, byte) {
            (Some(open), _) if open == byte => quote = None,
            (Some(_), _) => {}
            (None, b'>') => return Some(index + 1),
            (None, b'"' | b'\'') if after_equals => quote = Some(byte),
            _ => {}
        }
        after_equals = byte == b'=' || (after_equals && byte.is_ascii_whitespace());
    }
    None
}

/// The position of the end tag of an element whose content is text.
fn end_of_raw(html: &str, tag: &Tag<'_>) -> usize {
    let mut position = tag.range.end;
    while let Some(found) = html[position..].find("</") {
        position += found;
        let name = html
            .as_bytes()
            .get(position + 2..position + 2 + tag.name.len());
        if name.is_some_and(|name| name.eq_ignore_ascii_case(tag.name.as_bytes())) {
            return position;
        }
        position += 2;
    }
    html.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(html: &str, expected: &str) {
        assert_eq!(bounded(html), expected);
    }

    #[test]
    fn an_ordinary_page_is_left_alone() {
        for html in [
            "",
            "a < b",
            "<p>one<p>two<br><img src='a>b'>",
            "<!-- <div> --><script>if (a < b) { '<div>' }</script><p>x",
            "<div",
            "</div></p>",
            "<!--",
            "<script>",
            "</",
        ] {
            check(html, html);
        }
    }

    #[test]
    fn nesting_beyond_the_limit_loses_its_tags_and_keeps_its_text() {
        let deep = 10_000;
        let html = format!(
            "{}text{}<p>after",
            "<div>".repeat(deep),
            "</div>".repeat(deep)
        );
        let kept = bounded(&html);
        assert_eq!(kept.matches("<div>").count(), MAX_DEPTH);
        assert!(kept.contains("text"));
        assert!(kept.ends_with("<p>after"));
    }

    #[test]
    fn unclosed_paragraphs_and_items_are_no_depth() {
        let html = "<li><p>item".repeat(5_000);
        check(&html, &html);
    }

    #[test]
    fn tags_in_scripts_comments_and_attributes_do_not_count() {
        let script = format!("<script>{}</script>", "<div>".repeat(1_000));
        check(&script, &script);
        let comment = format!("<!--{}-->", "<div>".repeat(1_000));
        check(&comment, &comment);
        let attribute = format!("<a title=\"{}\">x</a>", "<div>".repeat(1_000));
        check(&attribute, &attribute);
    }
}
