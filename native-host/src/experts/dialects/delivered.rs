//! How much of a translation another expert has delivered before it fell silent: whole blocks are
//! counted, so that the next expert begins with the first that is missing.

use super::blocks::Block;
use crate::experts::Task;

/// How many blocks of what is translated have been delivered. The last one counts as whole: what
/// was cut off in the middle of a block has been taken away before.
pub fn blocks_done(task: &Task) -> usize {
    let done = if task.passage.is_some() {
        // A passage has no structure but its lines.
        task.delivered.lines().filter(|line| has_text(line)).count()
    } else {
        markdown_blocks(&task.delivered)
    };
    done.min(Block::of_task(task).len())
}

/// Where the last block that was begun begins, in bytes of what was delivered: what comes after is
/// done anew, since nobody knows whether it was whole.
pub fn whole_blocks_end(delivered: &str) -> usize {
    delivered.rfind('\n').map_or(0, |end| end + 1)
}

/// The first text after what was delivered, without the line breaks that it ended with.
pub(super) fn continued(task: &Task, text: &str) -> String {
    let there = trailing_breaks(&task.delivered);
    let doubled = text.len() - text.trim_start_matches('\n').len();
    text[doubled.min(there)..].to_owned()
}

fn trailing_breaks(text: &str) -> usize {
    text.len() - text.trim_end_matches('\n').len()
}

/// The blocks of Markdown, counted as the paragraphs of an article are: each item of a list and
/// each row of a table is one.
fn markdown_blocks(markdown: &str) -> usize {
    let mut blocks = 0;
    let mut before = Line::Blank;
    let mut fence: Option<&str> = None;
    for line in markdown.lines() {
        if let Some(open) = fence {
            if line.trim() == open {
                fence = None;
                before = Line::Blank;
            }
            continue;
        }
        let kind = Line::of(line);
        if kind == Line::Fence {
            let marks = line.trim();
            let end = marks.find(|mark| mark != '`').unwrap_or(marks.len());
            fence = Some(&marks[..end]);
        }
        blocks += usize::from(kind.begins_a_block(before));
        before = kind;
    }
    blocks
}

/// What a line of Markdown is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Line {
    Blank,
    Heading,
    Item,
    Quote,
    QuotedBlank,
    Row,
    HeadOfTable,
    Fence,
    Text,
}

impl Line {
    fn of(line: &str) -> Self {
        let text = line.trim();
        let quoted = text.strip_prefix('>').map(str::trim);
        match text.chars().next() {
            None => Self::Blank,
            Some('>') if quoted == Some("") => Self::QuotedBlank,
            Some('>') => Self::Quote,
            Some('#') => Self::Heading,
            Some('`') if text.starts_with("```") => Self::Fence,
            Some('|') if !has_text(text) => Self::HeadOfTable,
            Some('|') => Self::Row,
            _ if is_item(text) => Self::Item,
            _ => Self::Text,
        }
    }

    fn begins_a_block(self, before: Self) -> bool {
        match self {
            Self::Blank | Self::QuotedBlank | Self::HeadOfTable => false,
            Self::Heading | Self::Item | Self::Row | Self::Fence => true,
            Self::Quote => before != Self::Quote,
            // A line of text after one of the same paragraph or item goes on with it.
            Self::Text => !matches!(before, Self::Text | Self::Item | Self::Quote),
        }
    }
}

/// `- `, `* `, `+ ` or `1. `.
fn is_item(text: &str) -> bool {
    let after_mark = text.strip_prefix(['-', '*', '+']);
    let number = text.trim_start_matches(|digit: char| digit.is_ascii_digit());
    let after_number = number.strip_prefix(['.', ')']).filter(|_| number != text);
    let after = after_mark.or(after_number);
    after.is_some_and(|after| after.starts_with(' '))
}

fn has_text(line: &str) -> bool {
    line.contains(|letter: char| !letter.is_whitespace() && !"|-:".contains(letter))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use coterie_protocol::{Action, Paragraph, ParagraphKind};

    use super::*;

    #[test]
    fn a_block_that_was_begun_is_done_anew() {
        assert_eq!(whole_blocks_end("# Title\n\nHalf a par"), 9);
        assert_eq!(whole_blocks_end("- one\n- tw"), 6);
        assert_eq!(whole_blocks_end("one\n"), 4);
        assert_eq!(whole_blocks_end("Half a"), 0);
    }
    use crate::experts::scripted;

    fn check(delivered: &str, expected: usize) {
        assert_eq!(markdown_blocks(delivered), expected, "{delivered:?}");
    }

    #[test]
    fn what_is_rendered_is_counted_again() {
        use ParagraphKind::{Code, Heading, ListItem, Quote, TableRow, Text};
        let kinds = [
            (Heading(1), "Title"),
            (Text, "1. June was - warm"),
            (Text, "# not a heading"),
            (ListItem, "one"),
            (ListItem, "- two"),
            (Code, "a\n\n# b\n- c"),
            (Quote, "said"),
            (Quote, "again"),
            (TableRow, "a\tb"),
            (TableRow, "c\td"),
            (Text, "end"),
        ];
        let paragraphs: Vec<_> = kinds
            .iter()
            .map(|(kind, text)| Paragraph {
                number: 1,
                kind: *kind,
                text: (*text).to_owned(),
            })
            .collect();
        let blocks = Block::of_article(&paragraphs);
        let mut markdown = String::new();
        for (index, block) in blocks.iter().enumerate() {
            let texts: Vec<_> = block.texts().into_iter().map(str::to_owned).collect();
            let before = index.checked_sub(1).map(|before| &blocks[before]);
            markdown += &block.render(before, &texts);
            check(&markdown, index + 1);
        }
    }

    #[test]
    fn what_a_model_wrote_is_counted_as_well() {
        check("", 0);
        check("One line\nand its second.\n\nTwo.\n", 2);
        check("* one\n  goes on\n* two\n\n2) three", 3);
        check("| a | b |\n|:---|---:|\n| c | d |", 2);
        check("> said\n> and more\n>\n> again", 2);
    }

    #[test]
    fn a_passage_is_counted_by_lines_and_never_beyond_its_end() {
        let mut task = scripted::task(Action::Translate);
        task.passage = Some("one\n\ntwo\nthree".to_owned());
        task.delivered = "eins\nzwei".to_owned();
        assert_eq!(blocks_done(&task), 2);
        task.delivered = "eins\nzwei\ndrei\nvier".to_owned();
        assert_eq!(blocks_done(&task), 3);
        let article = Arc::make_mut(&mut task.article);
        article.paragraphs.clear();
        task.passage = None;
        assert_eq!(blocks_done(&task), 0);
    }

    #[test]
    fn line_breaks_that_were_delivered_are_not_repeated() {
        let mut task = scripted::task(Action::Translate);
        let mut after = |delivered: &str, text: &str| {
            task.delivered = delivered.to_owned();
            continued(&task, text)
        };
        assert_eq!(after("a", "\n\nb"), "\n\nb");
        assert_eq!(after("a\n", "\n\nb"), "\nb");
        assert_eq!(after("a\n\n\n", "\n\nb"), "b");
        assert_eq!(after("a\n\n", "b"), "b");
    }
}
