//! A translation as Markdown: the article's own structure around translated text.

use std::borrow::Cow;

use coterie_protocol::{Paragraph, ParagraphKind};

use crate::experts::Task;

/// One block of what is translated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    kind: ParagraphKind,
    text: String,
}

impl Block {
    /// The blocks of what a task works on: its passage, else the article.
    pub fn of_task(task: &Task) -> Vec<Self> {
        match &task.passage {
            Some(passage) => Self::of_passage(passage),
            None => Self::of_article(&task.article.paragraphs),
        }
    }

    /// The blocks of an article.
    pub fn of_article(paragraphs: &[Paragraph]) -> Vec<Self> {
        let block = |paragraph: &Paragraph| Self {
            kind: paragraph.kind,
            text: paragraph.text.trim().to_owned(),
        };
        let blocks = paragraphs.iter().map(block);
        blocks.filter(|block| !block.text.is_empty()).collect()
    }

    /// The blocks of a passage: its lines.
    pub fn of_passage(passage: &str) -> Vec<Self> {
        let lines = passage
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty());
        let block = |line: &str| Self {
            kind: ParagraphKind::Text,
            text: line.to_owned(),
        };
        lines.map(block).collect()
    }

    /// Whether it is code, which nobody translates.
    pub fn is_code(&self) -> bool {
        self.kind == ParagraphKind::Code
    }

    /// The texts to translate: for a row of a table its cells, for code none.
    pub fn texts(&self) -> Vec<&str> {
        match self.kind {
            ParagraphKind::Code => Vec::new(),
            ParagraphKind::TableRow => self.text.split('\t').collect(),
            ParagraphKind::Heading(_)
            | ParagraphKind::Text
            | ParagraphKind::ListItem
            | ParagraphKind::Quote => vec![&self.text],
        }
    }

    /// The block as Markdown with its translated texts, after the block `before` it.
    pub fn render(&self, before: Option<&Self>, translated: &[String]) -> String {
        let same = before.is_some_and(|before| before.kind == self.kind);
        let text = translated
            .iter()
            .map(|text| escape(text))
            .collect::<Vec<_>>();
        let line = text.join(" ");
        let body = match self.kind {
            ParagraphKind::Heading(level) => format!("{} {line}", hashes(level)),
            ParagraphKind::Text => line,
            ParagraphKind::ListItem => format!("- {line}"),
            ParagraphKind::Quote => format!("> {line}"),
            ParagraphKind::Code => fenced(&self.text),
            ParagraphKind::TableRow => row(&text, same),
        };
        format!("{}{body}", self.gap(before.is_some(), same))
    }

    /// What stands between this block and the one before.
    fn gap(&self, follows: bool, same: bool) -> &'static str {
        match self.kind {
            _ if !follows => "",
            ParagraphKind::ListItem | ParagraphKind::TableRow if same => "\n",
            ParagraphKind::Quote if same => "\n>\n",
            _ => "\n\n",
        }
    }
}

fn hashes(level: u8) -> String {
    "#".repeat(usize::from(level.clamp(1, 6)))
}

/// Code between fences that are longer than any inside it.
fn fenced(code: &str) -> String {
    let mut fence = "```".to_owned();
    while code.contains(&fence) {
        fence.push('`');
    }
    format!("{fence}\n{code}\n{fence}")
}

/// A row of a table; the first of a table is its head.
fn row(cells: &[Cow<'_, str>], follows_a_row: bool) -> String {
    let cells: Vec<_> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
    let row = format!("| {} |", cells.join(" | "));
    if follows_a_row {
        return row;
    }
    format!("{row}\n|{}", " --- |".repeat(cells.len()))
}

/// Escapes what Markdown would take for markup: the text has none.
fn escape(text: &str) -> Cow<'_, str> {
    let needs = |character: char| "\\`*_[]<>#+-~|=".contains(character) || character == '&';
    let numbered = text.starts_with(|character: char| character.is_ascii_digit());
    if !numbered && !text.contains(needs) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 8);
    let mut characters = text.char_indices().peekable();
    let mut previous = ' ';
    while let Some((at, character)) = characters.next() {
        let next = characters.peek().map_or(' ', |(_, next)| *next);
        if is_markup(character, previous, next, &text[..at]) {
            escaped.push('\\');
        }
        escaped.push(character);
        previous = character;
    }
    Cow::Owned(escaped)
}

/// Whether `character` would be read as markup between these two and after this text.
fn is_markup(character: char, previous: char, next: char, before: &str) -> bool {
    let at_start = before.is_empty();
    match character {
        '`' | '[' | '<' | '\\' => true,
        ']' => next == '(' || next == '[' || next == ':',
        '*' => !next.is_whitespace() || !previous.is_whitespace() || at_start,
        '_' => !(previous.is_alphanumeric() && next.is_alphanumeric()),
        '~' => next == '~' || previous == '~' || at_start,
        '&' => next == '#' || next.is_ascii_alphabetic(),
        '#' | '+' | '-' | '>' | '=' | '|' => at_start,
        '.' | ')' => {
            let number = !at_start && before.bytes().all(|byte| byte.is_ascii_digit());
            number && next.is_whitespace()
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(paragraphs: &[(ParagraphKind, &str)], expected: &str) {
        let paragraphs: Vec<_> = paragraphs
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
            let texts: Vec<_> = block
                .texts()
                .iter()
                .map(|text| text.to_uppercase())
                .collect();
            let before = index.checked_sub(1).map(|before| &blocks[before]);
            markdown += &block.render(before, &texts);
        }
        assert_eq!(markdown, expected);
    }

    #[test]
    fn the_structure_of_the_article_stays() {
        use ParagraphKind::{Code, Heading, ListItem, Quote, Text};
        check(
            &[
                (Heading(1), "title"),
                (Text, "first"),
                (ListItem, "one"),
                (ListItem, "two"),
                (Heading(3), "more"),
                (Quote, "said"),
                (Quote, "again"),
                (Code, "let x = `a`;"),
                (Text, "end"),
            ],
            "# TITLE\n\nFIRST\n\n- ONE\n- TWO\n\n### MORE\n\n> SAID\n>\n> AGAIN\n\n\
             ```\nlet x = `a`;\n```\n\nEND",
        );
    }

    #[test]
    fn rows_make_a_table_whose_first_is_the_head() {
        let row = ParagraphKind::TableRow;
        check(
            &[(row, "a\tb"), (row, "c|d\te")],
            "| A | B |\n| --- | --- |\n| C\\|D | E |",
        );
    }

    #[test]
    fn text_that_looks_like_markup_is_escaped_and_other_text_is_not() {
        let escaped = |text, expected: &str| assert_eq!(escape(text), expected);
        escaped(
            "Plain text, with a snake_case - and 3 * 4.",
            "Plain text, with a snake_case - and 3 * 4.",
        );
        escaped(
            "*a* _b_ `c` [d](e) <f>",
            "\\*a\\* \\_b\\_ \\`c\\` \\[d\\](e) \\<f>",
        );
        escaped("1. June", "1\\. June");
        escaped("# a", "\\# a");
        escaped("AT&T &amp;", "AT\\&T \\&amp;");
    }
}
