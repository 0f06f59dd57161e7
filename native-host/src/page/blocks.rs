//! From a document tree to paragraphs: each block of text once, in order, with what it is.

use coterie_protocol::{Paragraph, ParagraphKind};
use trafilatura::dom::{Document, NodeId};

use super::text::Gathered;

/// Elements that show no text of their own, or none that belongs to a page's content.
const SILENT: [&str; 22] = [
    "head", "script", "style", "noscript", "template", "svg", "math", "iframe", "object", "embed",
    "audio", "video", "canvas", "select", "datalist", "textarea", "button", "input", "map",
    "dialog", "frameset", "rp",
];

/// Elements that stand in a line of text. Everything else is a block.
const INLINE: [&str; 44] = [
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em",
    "font", "i", "img", "ins", "kbd", "label", "mark", "meter", "nobr", "output", "picture",
    "progress", "q", "rb", "rt", "ruby", "s", "samp", "slot", "small", "span", "strike", "strong",
    "sub", "sup", "time", "tt", "u", "var", "wbr", "graphic",
];

/// The deepest element that is looked into; what is parsed is bounded before, this is the safety net.
const MAX_DEPTH: usize = 1_000;

/// The paragraphs of a document's body, numbered from 1.
pub fn paragraphs(document: &Document) -> Vec<Paragraph> {
    let mut walk = Walk {
        document,
        open: Gathered::default(),
        found: Vec::new(),
    };
    let root = document.body().unwrap_or_else(|| document.root());
    walk.children(root, ParagraphKind::Text, 0);
    walk.close(ParagraphKind::Text);
    number(walk.found)
}

/// Paragraphs with their numbers.
pub fn number(found: Vec<(ParagraphKind, String)>) -> Vec<Paragraph> {
    (1..)
        .zip(found)
        .map(|(number, (kind, text))| Paragraph { number, kind, text })
        .collect()
}

struct Walk<'document> {
    document: &'document Document,
    /// The text of the block that is being read.
    open: Gathered,
    found: Vec<(ParagraphKind, String)>,
}

impl Walk<'_> {
    fn children(&mut self, parent: NodeId, kind: ParagraphKind, depth: usize) {
        if depth > MAX_DEPTH {
            return;
        }
        for child in self.document.child_nodes(parent) {
            if self.document.is_text(child) {
                self.open.push(&self.document.text_content(child));
            } else if self.document.is_element(child) {
                self.element(child, kind, depth + 1);
            }
        }
    }

    fn element(&mut self, element: NodeId, kind: ParagraphKind, depth: usize) {
        let name = self.document.tag_name(element);
        match name {
            "br" if self.open.ends_with_break() => self.close(kind),
            "br" => self.open.line_break(),
            "pre" | "listing" | "plaintext" => self.code(element, kind),
            "tr" if !self.is_layout(element) => self.row(element, kind),
            name if SILENT.contains(&name) || self.is_hidden(element) => {}
            name if INLINE.contains(&name) => self.children(element, kind, depth),
            name => {
                self.close(kind);
                let inner = kind_of(name, kind);
                self.children(element, inner, depth);
                self.close(inner);
            }
        }
    }

    /// Ends the block that is being read.
    fn close(&mut self, kind: ParagraphKind) {
        let text = self.open.take();
        if !text.is_empty() {
            self.found.push((kind, text));
        }
    }

    fn code(&mut self, element: NodeId, kind: ParagraphKind) {
        self.close(kind);
        let text = self.document.text_content(element);
        let text = text.trim_matches(['\n', '\r']).trim_end();
        if !text.trim().is_empty() {
            self.found.push((ParagraphKind::Code, text.to_owned()));
        }
    }

    fn row(&mut self, row: NodeId, kind: ParagraphKind) {
        self.close(kind);
        let cells: Vec<String> = self
            .document
            .children(row)
            .into_iter()
            .map(|cell| self.cell(cell))
            .collect();
        if cells.iter().any(|cell| !cell.is_empty()) {
            let text = cells.join("\t");
            self.found
                .push((ParagraphKind::TableRow, text.trim_end().to_owned()));
        }
    }

    /// The text of a cell in one line.
    fn cell(&mut self, cell: NodeId) -> String {
        let mut inside = Walk {
            document: self.document,
            open: Gathered::default(),
            found: Vec::new(),
        };
        inside.children(cell, ParagraphKind::Text, 0);
        inside.close(ParagraphKind::Text);
        let blocks: Vec<String> = inside
            .found
            .into_iter()
            .map(|(_, text)| text.replace(['\n', '\t'], " "))
            .collect();
        blocks.join(" ")
    }

    /// Whether a row only arranges the page: one cell, or cells with whole blocks in them.
    fn is_layout(&self, row: NodeId) -> bool {
        let cells = self.document.children(row);
        let has_blocks = |cell: &NodeId| {
            ["table", "h1", "h2", "h3", "ul", "ol", "blockquote", "pre"]
                .iter()
                .any(|tag| {
                    !self
                        .document
                        .get_elements_by_tag_name(*cell, tag)
                        .is_empty()
                })
                || self.document.get_elements_by_tag_name(*cell, "p").len() > 2
        };
        cells.len() < 2 || cells.iter().any(has_blocks)
    }

    fn is_hidden(&self, element: NodeId) -> bool {
        let attribute = |name| self.document.get_attribute(element, name);
        let style = attribute("style").unwrap_or_default().replace(' ', "");
        attribute("hidden").is_some()
            || attribute("aria-hidden").is_some_and(|value| value == "true")
            || style.contains("display:none")
            || style.contains("visibility:hidden")
    }
}

/// What the text directly inside an element is.
fn kind_of(name: &str, outer: ParagraphKind) -> ParagraphKind {
    match name {
        "h1" => ParagraphKind::Heading(1),
        "h2" => ParagraphKind::Heading(2),
        "h3" => ParagraphKind::Heading(3),
        "h4" => ParagraphKind::Heading(4),
        "h5" => ParagraphKind::Heading(5),
        "h6" => ParagraphKind::Heading(6),
        "li" | "dt" | "dd" => ParagraphKind::ListItem,
        "blockquote" => ParagraphKind::Quote,
        "table" | "article" | "main" | "body" => ParagraphKind::Text,
        _ => outer,
    }
}
