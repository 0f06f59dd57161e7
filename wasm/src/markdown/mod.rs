//! An expert's answer: Markdown in, a tree of allowed nodes out, never HTML text.
//!
//! What an expert writes is data. It can choose among the [`Tag`]s, and nothing else: it names no
//! attribute, no class, no address that is fetched, and no link that is not a plain web address.

mod build;
mod citation;
mod doubtful;
mod link;
mod node;
mod stream;
#[cfg(test)]
mod tests;
mod visible;

#[cfg(test)]
use build::render;
pub use doubtful::mark;
pub use link::{Address, Addresses, Link};
pub use node::{Alignment, Element, Node, Tag};
pub use stream::Stream;
pub use visible::visible;

/// What rendering depends on besides the text.
pub struct Rules<'a> {
    /// Takes addresses apart as the browser does.
    pub addresses: &'a dyn Addresses,
    /// The highest paragraph that can be cited; a citation beyond it stays text.
    pub last_paragraph: u32,
    /// What stands for an image that has no description.
    pub image: &'a str,
}
