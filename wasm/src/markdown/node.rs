//! The tree that an answer becomes. Nothing outside this list can reach the page.

use super::Link;

/// A piece of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    /// Text, shown as it is.
    Text(String),
    /// An element with what it holds.
    Element(Element),
}

/// An element of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element {
    /// What it is.
    pub tag: Tag,
    /// What it holds.
    pub children: Vec<Node>,
}

/// Every element that an answer may hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tag {
    /// A paragraph.
    Paragraph,
    /// A heading of level 1 to 6 within the answer.
    Heading(u8),
    /// A quotation.
    Quote,
    /// A block of code, with its language as written: letters, digits, `+`, `#`, `-`.
    CodeBlock(Option<String>),
    /// Code.
    Code,
    /// A list without numbers.
    List,
    /// A numbered list and its first number.
    NumberedList(u64),
    /// An item of a list.
    Item,
    /// The box of a task, which cannot be ticked here.
    Task(bool),
    /// What lets a wide table scroll by itself.
    TableFrame,
    /// A table.
    Table,
    /// The head of a table.
    TableHead,
    /// A row of a table.
    Row,
    /// A cell of a table's head.
    HeadCell(Alignment),
    /// A cell of a table.
    Cell(Alignment),
    /// A line between parts.
    Rule,
    /// A line break.
    Break,
    /// Strong emphasis.
    Strong,
    /// Emphasis.
    Emphasis,
    /// Text struck through.
    Deleted,
    /// A link that opens at once.
    Link(Link),
    /// A link that asks first, showing its whole address.
    CarefulLink(Link),
    /// The host of a link or image, set apart from the text around it.
    Host,
    /// A link that leads nowhere, or an image, which is never fetched.
    Inert,
    /// A citation of a paragraph of the page.
    Citation(u32),
    /// Words that a check found fault with.
    Doubtful,
}

/// How a column of a table is aligned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alignment {
    /// As the language runs.
    Start,
    /// In the middle.
    Centre,
    /// Against the language.
    End,
}

impl Node {
    /// An element.
    pub fn element(tag: Tag, children: Vec<Self>) -> Self {
        Self::Element(Element { tag, children })
    }

    /// An element with nothing but text.
    pub fn labelled(tag: Tag, text: impl Into<String>) -> Self {
        Self::element(tag, vec![Self::Text(text.into())])
    }

    /// All text in it, in order.
    pub fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Element(element) => element.children.iter().map(Self::text).collect(),
        }
    }
}

impl Tag {
    /// The name of the element.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Paragraph => "p",
            // The panel's own headings are the first two levels.
            Self::Heading(1) => "h3",
            Self::Heading(2) => "h4",
            Self::Heading(3) => "h5",
            Self::Heading(_) => "h6",
            Self::Quote => "blockquote",
            Self::CodeBlock(_) => "pre",
            Self::Code => "code",
            Self::List => "ul",
            Self::NumberedList(_) => "ol",
            Self::Item => "li",
            Self::Task(_) => "input",
            Self::TableFrame => "div",
            Self::Table => "table",
            Self::TableHead => "thead",
            Self::Row => "tr",
            Self::HeadCell(_) => "th",
            Self::Cell(_) => "td",
            Self::Rule => "hr",
            Self::Break => "br",
            Self::Strong => "strong",
            Self::Emphasis => "em",
            Self::Deleted => "del",
            Self::Link(_) => "a",
            Self::CarefulLink(_) | Self::Citation(_) => "button",
            // `bdi`: an address keeps its direction whatever the language around it.
            Self::Host => "bdi",
            Self::Inert => "span",
            Self::Doubtful => "mark",
        }
    }

    /// The attributes of the element.
    pub fn attributes(&self) -> Vec<(&'static str, String)> {
        let own = |pairs: &[(&'static str, &str)]| {
            pairs
                .iter()
                .map(|(name, value)| (*name, (*value).to_owned()))
                .collect()
        };
        match self {
            Self::CodeBlock(language) => {
                let mut attributes: Vec<_> = own(&[("dir", "ltr"), ("tabindex", "0")]);
                attributes.extend(language.iter().map(|name| ("data-language", name.clone())));
                attributes
            }
            Self::Code => own(&[("dir", "ltr")]),
            Self::NumberedList(first) => vec![("start", first.to_string())],
            Self::Task(done) => {
                let mut attributes: Vec<_> = own(&[("type", "checkbox"), ("disabled", "")]);
                attributes.extend(done.then(|| ("checked", String::new())));
                attributes
            }
            Self::TableFrame => own(&[("class", "table"), ("tabindex", "0")]),
            Self::HeadCell(alignment) | Self::Cell(alignment) => match alignment {
                Alignment::Start => Vec::new(),
                Alignment::Centre => own(&[("class", "centre")]),
                Alignment::End => own(&[("class", "end")]),
            },
            Self::Link(link) => own(&[
                ("href", &link.address),
                ("target", "_blank"),
                ("rel", "noopener noreferrer"),
            ]),
            Self::CarefulLink(link) => own(&[
                ("type", "button"),
                ("class", "link"),
                ("data-address", &link.address),
            ]),
            Self::Host => own(&[("class", "host")]),
            Self::Inert => own(&[("class", "inert")]),
            Self::Citation(number) => {
                let mut attributes: Vec<_> = own(&[("type", "button"), ("class", "citation")]);
                attributes.push(("data-paragraph", number.to_string()));
                attributes
            }
            Self::Paragraph
            | Self::Heading(_)
            | Self::Quote
            | Self::List
            | Self::Item
            | Self::Table
            | Self::TableHead
            | Self::Row
            | Self::Rule
            | Self::Break
            | Self::Strong
            | Self::Emphasis
            | Self::Deleted
            | Self::Doubtful => Vec::new(),
        }
    }
}
