//! The article of a page: trafilatura in precision mode, checked against how much the page shows.
//!
//! Precision mode is the best there is on news articles and may miss most of a forum, of
//! documentation or of a page made of lists. What it finds is therefore compared with the text
//! that the page shows, and when it is a suspiciously small part, wider readings are tried.

use std::thread;

use coterie_protocol::{Paragraph, ParagraphKind, Span};
use trafilatura::{ExtractionFocus, Options, dom::Document};

use super::{blocks, bounds::bounded, text::one_line};

/// The stack of the thread that extracts, in bytes: the parser's own walks are recursive.
const STACK: usize = 32 * 1024 * 1024;

/// An article found with less than this share of the page's running text is doubted, unless the
/// page says that it is an article: then the rest is what others wrote below it.
const DOUBTFUL_SHARE: f64 = 0.2;

/// A page that says that it is an article is believed from this length on, in bytes.
const BELIEVED: usize = 250;

/// A wider reading replaces a doubted one when it has this many times the text.
const MUCH_MORE: f64 = 1.5;

/// The bytes of a paragraph of running text; menus and captions are mostly shorter. Bytes, because
/// a character of three bytes says about as much as three of one.
const RUNNING_TEXT: usize = 80;

/// What was taken from a page.
#[derive(Debug, Default)]
pub struct Extracted {
    /// The title that the page gives its article; may be empty.
    pub title: String,
    /// The language that the page declares; may be empty.
    pub language: String,
    /// The text.
    pub paragraphs: Vec<Paragraph>,
    /// Whether it is the article or all of the page; nothing when nothing was found.
    pub span: Option<Span>,
}

/// Reads a page. A defect in the parser costs the article, never the process: the work is done in
/// a thread of its own, with a stack that bounded nesting cannot exhaust.
pub fn extract(html: &str) -> Extracted {
    let html = bounded(html);
    let html = html.as_ref();
    let whole = apart(|| Whole::read(html)).unwrap_or_default();
    let article = apart(|| best_article(html, &whole.paragraphs)).flatten();
    let (title, paragraphs, span) = match article {
        Some(article) => (article.title, article.paragraphs, Some(Span::Article)),
        None if whole.paragraphs.is_empty() => (String::new(), Vec::new(), None),
        None => (String::new(), whole.paragraphs, Some(Span::WholePage)),
    };
    Extracted {
        title: if title.is_empty() { whole.title } else { title },
        language: whole.language,
        paragraphs,
        span,
    }
}

/// Does work in a thread of its own; nothing when it panicked or no thread could be had.
fn apart<T: Send>(work: impl FnOnce() -> T + Send) -> Option<T> {
    thread::scope(|scope| {
        let worker = thread::Builder::new()
            .name("page".to_owned())
            .stack_size(STACK)
            .spawn_scoped(scope, work)
            .ok()?;
        worker.join().ok()
    })
}

/// All that a page shows.
#[derive(Debug, Default)]
struct Whole {
    title: String,
    language: String,
    paragraphs: Vec<Paragraph>,
}

impl Whole {
    fn read(html: &str) -> Self {
        let document = Document::parse(html);
        let first = |selector: &str| document.query_selector(document.root(), selector);
        let title = first("head > title").map(|title| one_line(&document.text_content(title)));
        let language = first("html").and_then(|root| document.get_attribute(root, "lang"));
        Self {
            title: title.unwrap_or_default(),
            language: language.unwrap_or_default(),
            paragraphs: blocks::paragraphs(&document),
        }
    }
}

/// An article as one reading of the page found it.
struct Reading {
    title: String,
    paragraphs: Vec<Paragraph>,
    /// The page says that it is an article.
    declared: bool,
}

impl Reading {
    fn bytes(&self) -> usize {
        self.paragraphs
            .iter()
            .map(|paragraph| paragraph.text.len())
            .sum()
    }

    /// Whether this is too small a part of what the page shows.
    fn is_doubtful(&self, running_text: usize) -> bool {
        let small = (self.bytes() as f64) < DOUBTFUL_SHARE * running_text as f64;
        small && !(self.declared && self.bytes() >= BELIEVED)
    }
}

/// The article: the precise reading unless it is doubtful and a wider one finds much more.
fn best_article(html: &str, whole: &[Paragraph]) -> Option<Reading> {
    let running_text = running_text(whole);
    let precise = read(html, ExtractionFocus::FavorPrecision);
    let found = precise.as_ref().map_or(0, Reading::bytes);
    if precise
        .as_ref()
        .is_some_and(|reading| !reading.is_doubtful(running_text))
    {
        return precise;
    }
    let wider = read(html, ExtractionFocus::Balanced)
        .filter(|wider| wider.bytes() as f64 > MUCH_MORE * found as f64);
    wider
        .or(precise)
        .filter(|reading| !reading.is_doubtful(running_text))
}

/// One reading of a page.
fn read(html: &str, focus: ExtractionFocus) -> Option<Reading> {
    let options = Options::default()
        .with_fallback(true)
        .with_exclude_comments(true)
        .with_focus(focus);
    let result = trafilatura::extract(html, &options).ok()?;
    let document = Document::parse(&result.content_html);
    let paragraphs = blocks::paragraphs(&document);
    (!paragraphs.is_empty()).then(|| Reading {
        title: one_line(&result.metadata.title),
        paragraphs,
        declared: result.metadata.page_type.eq_ignore_ascii_case("article"),
    })
}

/// The bytes of a page that stand in paragraphs long enough to be running text.
fn running_text(paragraphs: &[Paragraph]) -> usize {
    paragraphs
        .iter()
        .filter(|paragraph| paragraph.kind != ParagraphKind::TableRow)
        .map(|paragraph| paragraph.text.len())
        .filter(|&bytes| bytes >= RUNNING_TEXT)
        .sum()
}
