//! Code within Markdown: fenced blocks and what stands between backticks.

use std::ops::Range;

use super::scene::lines;

/// The fenced blocks of a text with their fences; whether each is closed.
pub(super) fn fenced(text: &str) -> Vec<(Range<usize>, bool)> {
    let mut found = Vec::new();
    let mut open: Option<(usize, &str)> = None;
    for (start, line) in lines(text) {
        let Some(fence) = fence(line) else { continue };
        match open {
            None => open = Some((start, fence)),
            // A closing fence is at least as long and has nothing after it.
            Some((begin, opening))
                if fence.starts_with(opening) && line.trim().len() == fence.len() =>
            {
                found.push((begin..start + line.len(), true));
                open = None;
            }
            Some(_) => {}
        }
    }
    if let Some((begin, _)) = open {
        found.push((begin..text.len(), false));
    }
    found
}

/// The fence with which a line begins.
pub(super) fn fence(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let mark = line
        .chars()
        .next()
        .filter(|mark| matches!(mark, '`' | '~'))?;
    let length = line.len() - line.trim_start_matches(mark).len();
    // Backticks on the same line make it code within a line.
    let inline = mark == '`' && line[length..].contains('`');
    (length >= 3 && !inline).then(|| &line[..length])
}

/// Everything in a text that is code.
pub(super) fn spans(text: &str) -> Vec<Range<usize>> {
    let mut spans: Vec<_> = fenced(text).into_iter().map(|(range, _)| range).collect();
    let mut start = 0;
    let blocks: Vec<_> = spans
        .iter()
        .cloned()
        .chain(std::iter::once(text.len()..text.len()))
        .collect();
    for block in blocks {
        if let Some(part) = text.get(start..block.start) {
            inline(part, start, &mut spans);
        }
        start = block.end;
    }
    spans
}

fn inline(text: &str, offset: usize, spans: &mut Vec<Range<usize>>) {
    let mut at = 0;
    while let Some(found) = text.get(at..).and_then(|rest| rest.find('`')) {
        let open = at + found;
        let ticks = text[open..].len() - text[open..].trim_start_matches('`').len();
        let inside = open + ticks;
        let mark = &text[open..inside];
        // Code within a line ends on it.
        let line = text[inside..]
            .find('\n')
            .map_or(text.len(), |end| inside + end);
        let Some(close) = text[inside..line].find(mark) else {
            at = inside;
            continue;
        };
        let end = inside + close + ticks;
        spans.push(offset + open..offset + end);
        at = end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let found: Vec<_> = spans(text).into_iter().map(|range| &text[range]).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn code_is_found_in_lines_and_blocks() {
        check("a `b` c ``d`e`` f", &["`b`", "``d`e``"]);
        check(
            "a\n```rust\nx `y`\n```\n`z`",
            &["```rust\nx `y`\n```\n", "`z`"],
        );
        check("one ` tick", &[]);
        check("~~~\nx", &["~~~\nx"]);
    }

    #[test]
    fn a_block_without_its_end_is_open() {
        assert!(!fenced("```\nx\n")[0].1);
        assert!(fenced("````\n```\n````\n")[0].1);
    }
}
