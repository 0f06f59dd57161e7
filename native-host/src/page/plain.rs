//! Plain text and Markdown as paragraphs, and telling HTML from them.

use coterie_protocol::{Paragraph, ParagraphKind};

use super::{blocks::number, text::Gathered};

/// How far into a document is looked for a sign of HTML, in bytes.
const LOOK: usize = 4096;

/// Tags that only an HTML document has near its beginning.
const TELLING: [&str; 14] = [
    "<!doctype html",
    "<html",
    "<head",
    "<body",
    "<title",
    "<meta",
    "<div",
    "<p>",
    "<p ",
    "<article",
    "<section",
    "<main",
    "<table",
    "<h1",
];

/// Whether a document is HTML, by its content: the first sign is a tag, or a telling tag stands
/// near the beginning.
pub fn is_html(text: &str) -> bool {
    let start = text.trim_start_matches('\u{feff}').trim_start();
    let beginning = start[..start.floor_char_boundary(LOOK)].to_ascii_lowercase();
    let says_so = ["<!doctype html", "<html", "<?xml"];
    says_so.iter().any(|tag| beginning.starts_with(tag))
        || (beginning.starts_with('<') && TELLING.iter().any(|tag| beginning.contains(tag)))
        || (beginning.contains("</") && TELLING[..6].iter().any(|tag| beginning.contains(tag)))
}

/// The text of the first heading.
pub fn title(paragraphs: &[Paragraph]) -> Option<&str> {
    paragraphs
        .iter()
        .find(|paragraph| matches!(paragraph.kind, ParagraphKind::Heading(_)))
        .map(|paragraph| paragraph.text.as_str())
}

/// The paragraphs of a plain text or Markdown document, numbered from 1.
pub fn paragraphs(text: &str) -> Vec<Paragraph> {
    let mut reader = Reader::default();
    for line in text.trim_start_matches('\u{feff}').lines() {
        reader.line(line);
    }
    reader.close();
    number(reader.found)
}

/// Reads line by line. Inline marks (emphasis, links) stay as written: they are part of a plain
/// text, and in Markdown experts read them well.
#[derive(Default)]
struct Reader {
    open: Gathered,
    kind: Option<ParagraphKind>,
    /// The fence that ends the code being read, and the code.
    code: Option<(String, Vec<String>)>,
    found: Vec<(ParagraphKind, String)>,
}

impl Reader {
    fn line(&mut self, line: &str) {
        let trimmed = line.trim();
        if let Some((fence, _)) = &self.code {
            if trimmed.starts_with(fence.as_str()) {
                self.close();
            } else if let Some((_, lines)) = &mut self.code {
                lines.push(line.to_owned());
            }
        } else if let Some(fence) = fence(trimmed) {
            self.close();
            self.code = Some((fence.to_owned(), Vec::new()));
        } else if trimmed.is_empty() || is_rule(trimmed) {
            self.rule_or_gap(trimmed);
        } else {
            self.text(trimmed);
        }
    }

    /// A blank line ends a paragraph; a rule under one line makes it a heading.
    fn rule_or_gap(&mut self, line: &str) {
        let underlined = line.starts_with('=') || line.starts_with("--");
        if underlined && self.kind == Some(ParagraphKind::Text) {
            let level = if line.starts_with('=') { 1 } else { 2 };
            self.kind = Some(ParagraphKind::Heading(level));
        }
        self.close();
    }

    fn text(&mut self, line: &str) {
        let (kind, rest) = kind_of(line);
        let continues = kind == ParagraphKind::Text
            || (kind == ParagraphKind::Quote && self.kind == Some(ParagraphKind::Quote));
        if !continues || self.kind.is_none() {
            self.close();
            self.kind = Some(kind);
        }
        if !self.open_joins(rest) {
            self.open.push(" ");
        }
        self.open.push(rest);
        if matches!(kind, ParagraphKind::Heading(_) | ParagraphKind::TableRow) {
            self.close();
        }
    }

    /// Chinese and Japanese lines are joined without a space.
    fn open_joins(&self, next: &str) -> bool {
        let wide = |character: char| super::language::is_wide(character);
        self.open.last().is_some_and(wide) && next.chars().next().is_some_and(wide)
    }

    /// Ends what is being read.
    fn close(&mut self) {
        if let Some((_, lines)) = self.code.take() {
            let text = lines.join("\n");
            if !text.trim().is_empty() {
                self.found.push((ParagraphKind::Code, text));
            }
        }
        let text = self.open.take();
        let kind = self.kind.take().unwrap_or(ParagraphKind::Text);
        if !text.is_empty() {
            self.found.push((kind, text));
        }
    }
}

/// What a line begins, and its text without the mark.
fn kind_of(line: &str) -> (ParagraphKind, &str) {
    let hashes = line.bytes().take_while(|&byte| byte == b'#').count();
    let after = &line[hashes..];
    if let Ok(level @ 1..=6) = u8::try_from(hashes)
        && after.starts_with(' ')
    {
        let text = after.trim().trim_end_matches('#').trim_end();
        return (ParagraphKind::Heading(level), text);
    }
    if let Some(rest) = line.strip_prefix('>') {
        return (ParagraphKind::Quote, rest.trim_start());
    }
    if let Some(rest) = list_item(line) {
        return (ParagraphKind::ListItem, rest);
    }
    (ParagraphKind::Text, line)
}

/// The text of a list item: `- x`, `* x`, `+ x`, `12. x`, `3) x`, `• x`.
fn list_item(line: &str) -> Option<&str> {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let marked = if (1..=3).contains(&digits) {
        line[digits..].strip_prefix(['.', ')'])
    } else {
        line.strip_prefix(['-', '*', '+', '•'])
    };
    marked?.strip_prefix([' ', '\t']).map(str::trim_start)
}

/// The mark that fences code, at least three long.
fn fence(line: &str) -> Option<&str> {
    ["```", "~~~"]
        .into_iter()
        .find(|fence| line.starts_with(fence))
}

/// Whether a line only rules off: `---`, `***`, `===`.
fn is_rule(line: &str) -> bool {
    let first = line.chars().next().unwrap_or(' ');
    line.len() >= 3 && "-*_=".contains(first) && line.chars().all(|character| character == first)
}
