//! Parser events into nodes.

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag as Start};

use super::{
    Alignment, Node, Rules, Tag,
    citation::{self, Piece},
    link::{self, Verdict},
    visible::{glance, visible},
};

/// Elements nested deeper are opened up: their text stays, at the depth reached.
const DEEPEST: usize = 24;

/// Elements beyond this many are not made: their text stays.
const MOST: usize = 20_000;

/// How Markdown is read. Raw HTML is parsed only to be shown as the text that it is.
pub(super) fn options() -> Options {
    Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS
}

/// Renders a whole text.
pub fn render(source: &str, rules: &Rules<'_>) -> Vec<Node> {
    let mut builder = Builder::new(rules);
    for event in Parser::new_ext(source, options()) {
        builder.take(event);
    }
    builder.finish()
}

/// What an open frame becomes when it closes.
enum Kind {
    Root,
    Element(Tag),
    /// A link to the address as written.
    Link(String),
    /// An image at the address as written.
    Image(String),
}

struct Frame {
    kind: Kind,
    children: Vec<Node>,
}

struct Builder<'a> {
    rules: &'a Rules<'a>,
    frames: Vec<Frame>,
    /// Text not yet cut at its citations: the parser splits text at every bracket.
    pending: String,
    /// Open elements that are not made.
    passed_over: usize,
    made: usize,
    columns: Vec<Alignment>,
    column: usize,
}

impl<'a> Builder<'a> {
    fn new(rules: &'a Rules<'a>) -> Self {
        Self {
            rules,
            frames: vec![Frame {
                kind: Kind::Root,
                children: Vec::new(),
            }],
            pending: String::new(),
            passed_over: 0,
            made: 0,
            columns: Vec::new(),
            column: 0,
        }
    }

    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(start) => self.open(start),
            Event::End(_) => self.close(),
            Event::Text(text) | Event::Html(text) => self.pending.push_str(&text),
            Event::InlineHtml(html) if is_line_break(&html) => self.leaf(Tag::Break, None),
            Event::InlineHtml(text) => self.pending.push_str(&text),
            Event::Code(code) => self.leaf(Tag::Code, Some(&visible(&code))),
            Event::SoftBreak => self.pending.push('\n'),
            Event::HardBreak => self.leaf(Tag::Break, None),
            Event::Rule => self.leaf(Tag::Rule, None),
            Event::TaskListMarker(done) => self.leaf(Tag::Task(done), None),
            // Not switched on; should they come all the same, they are text.
            Event::InlineMath(text) | Event::DisplayMath(text) | Event::FootnoteReference(text) => {
                self.pending.push_str(&text);
            }
        }
    }

    fn open(&mut self, start: Start<'_>) {
        self.flush();
        if self.passed_over > 0 || self.frames.len() > DEEPEST || self.made >= MOST {
            self.passed_over += 1;
            return;
        }
        self.made += 1;
        let kind = self.kind(start);
        self.frames.push(Frame {
            kind,
            children: Vec::new(),
        });
    }

    fn kind(&mut self, start: Start<'_>) -> Kind {
        Kind::Element(match start {
            Start::Link { dest_url, .. } => return Kind::Link(dest_url.into_string()),
            Start::Image { dest_url, .. } => return Kind::Image(dest_url.into_string()),
            Start::Heading { level, .. } => Tag::Heading(level as u8),
            Start::BlockQuote(_) => Tag::Quote,
            Start::CodeBlock(kind) => Tag::CodeBlock(language(&kind)),
            Start::List(None) => Tag::List,
            Start::List(Some(first)) => Tag::NumberedList(first),
            Start::Item => Tag::Item,
            Start::Table(columns) => {
                self.columns = columns.into_iter().map(alignment).collect();
                Tag::Table
            }
            Start::TableHead => {
                self.column = 0;
                Tag::TableHead
            }
            Start::TableRow => {
                self.column = 0;
                Tag::Row
            }
            Start::TableCell => self.cell(),
            Start::Emphasis => Tag::Emphasis,
            Start::Strong => Tag::Strong,
            Start::Strikethrough => Tag::Deleted,
            Start::Paragraph
            | Start::HtmlBlock
            | Start::FootnoteDefinition(_)
            | Start::DefinitionList
            | Start::DefinitionListTitle
            | Start::DefinitionListDefinition
            | Start::Superscript
            | Start::Subscript
            | Start::MetadataBlock(_) => Tag::Paragraph,
        })
    }

    fn cell(&mut self) -> Tag {
        let alignment = self.columns.get(self.column).copied();
        let alignment = alignment.unwrap_or(Alignment::Start);
        self.column += 1;
        let in_head = matches!(self.top(), Some(Kind::Element(Tag::TableHead)));
        if in_head {
            Tag::HeadCell(alignment)
        } else {
            Tag::Cell(alignment)
        }
    }

    fn close(&mut self) {
        self.flush();
        if self.passed_over > 0 {
            self.passed_over -= 1;
            return;
        }
        if self.frames.len() < 2 {
            return;
        }
        let Some(Frame { kind, children }) = self.frames.pop() else {
            return;
        };
        match kind {
            Kind::Root => self.extend(children),
            Kind::Link(address) => self.link(&address, children),
            Kind::Image(address) => self.image(&address, &children),
            Kind::Element(tag @ Tag::CodeBlock(_)) => self.code_block(tag, &children),
            Kind::Element(tag @ Tag::TableHead) => {
                let row = Node::element(Tag::Row, children);
                self.push(Node::element(tag, vec![row]));
            }
            Kind::Element(tag @ Tag::Table) => {
                let table = Node::element(tag, children);
                self.push(Node::element(Tag::TableFrame, vec![table]));
            }
            Kind::Element(tag) => self.push(Node::element(tag, children)),
        }
    }

    fn link(&mut self, written: &str, children: Vec<Node>) {
        let text: String = children.iter().map(Node::text).collect();
        let (tag, host) = match link::judge(self.rules.addresses, written, &text) {
            Verdict::Open(link) => (Tag::Link(link.clone()), link.shown_host),
            Verdict::Ask(link) => (Tag::CarefulLink(link.clone()), link.shown_host),
            Verdict::Refuse => {
                self.extend(children);
                return self.inert_address(written, &text);
            }
        };
        // Without text there would be nothing to see of it, nor to click.
        let children = if text.trim().is_empty() {
            vec![Node::Text(host.clone().unwrap_or_default())]
        } else {
            children
        };
        self.push(Node::element(tag, children));
        if let Some(host) = host {
            self.push(Node::labelled(Tag::Host, host));
        }
    }

    /// Tells where a link that is not followed would have led.
    fn inert_address(&mut self, written: &str, text: &str) {
        if !written.is_empty() && written != text && written != format!("mailto:{text}") {
            self.push(Node::labelled(Tag::Inert, glance(written)));
        }
    }

    fn image(&mut self, written: &str, children: &[Node]) {
        let text: String = children.iter().map(Node::text).collect();
        let text = text.trim();
        let name = if text.is_empty() {
            self.rules.image
        } else {
            text
        };
        let mut chip = vec![Node::Text(visible(name).into_owned())];
        if let Some(address) = self.rules.addresses.parse(written)
            && !address.host.is_empty()
        {
            chip.push(Node::labelled(Tag::Host, address.host));
        }
        self.push(Node::element(Tag::Inert, chip));
    }

    fn code_block(&mut self, tag: Tag, children: &[Node]) {
        let text: String = children.iter().map(Node::text).collect();
        let code = visible(text.strip_suffix('\n').unwrap_or(&text)).into_owned();
        self.push(Node::element(tag, vec![Node::labelled(Tag::Code, code)]));
    }

    /// An element that holds at most text.
    fn leaf(&mut self, tag: Tag, text: Option<&str>) {
        if self.passed_over > 0 || self.made >= MOST {
            self.pending.push_str(text.unwrap_or(" "));
            return;
        }
        self.flush();
        self.made += 1;
        let children = text.map(|text| Node::Text(text.to_owned()));
        self.push(Node::element(tag, children.into_iter().collect()));
    }

    /// Turns the pending text into nodes.
    fn flush(&mut self) {
        if self.pending.is_empty() {
            return;
        }
        let text = std::mem::take(&mut self.pending);
        if !self.may_cite() {
            return self.push(Node::Text(text));
        }
        for piece in citation::split(&text, self.rules.last_paragraph) {
            self.push(match piece {
                Piece::Text(text) => Node::Text(text.to_owned()),
                Piece::Citation(number) => {
                    Node::labelled(Tag::Citation(number), number.to_string())
                }
            });
        }
    }

    /// A button must not stand inside a link, and code is quoted as it is.
    fn may_cite(&self) -> bool {
        self.frames.iter().all(|frame| match &frame.kind {
            Kind::Root => true,
            Kind::Element(tag) => !matches!(tag, Tag::CodeBlock(_)),
            Kind::Link(_) | Kind::Image(_) => false,
        })
    }

    fn top(&self) -> Option<&Kind> {
        self.frames.last().map(|frame| &frame.kind)
    }

    fn push(&mut self, node: Node) {
        self.extend(vec![node]);
    }

    fn extend(&mut self, nodes: Vec<Node>) {
        if let Some(frame) = self.frames.last_mut() {
            frame.children.extend(nodes);
        }
    }

    fn finish(mut self) -> Vec<Node> {
        self.flush();
        self.frames.truncate(1);
        self.frames
            .pop()
            .map(|root| root.children)
            .unwrap_or_default()
    }
}

/// A line break is the one piece of HTML that experts need: table cells have no other.
fn is_line_break(html: &str) -> bool {
    matches!(html, "<br>" | "<br/>" | "<br />")
}

fn alignment(alignment: pulldown_cmark::Alignment) -> Alignment {
    match alignment {
        pulldown_cmark::Alignment::None | pulldown_cmark::Alignment::Left => Alignment::Start,
        pulldown_cmark::Alignment::Center => Alignment::Centre,
        pulldown_cmark::Alignment::Right => Alignment::End,
    }
}

/// The language of a code block, if it is a plain word.
fn language(kind: &CodeBlockKind<'_>) -> Option<String> {
    let CodeBlockKind::Fenced(info) = kind else {
        return None;
    };
    let word = info.split_whitespace().next()?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"+#-".contains(&byte);
    (word.len() <= 20 && word.bytes().all(plain)).then(|| word.to_owned())
}
