//! An answer while it arrives: finished blocks are frozen, only the last one is rendered again.

use pulldown_cmark::{Event, Parser};

use super::{
    Node, Rules,
    build::{options, render},
    citation,
};

/// A tail longer than this is rendered again only when it has grown by a sixteenth, so that the
/// work for one endless block stays in proportion to its length.
const LONG_TAIL: usize = 4096;

/// Stands at a place in a text while it is looked for. Private to us: no text means anything by it.
const MARK: char = '\u{F8FF}';

/// A text that grows, and its blocks.
#[derive(Debug, Clone, Default)]
pub struct Stream {
    source: String,
    blocks: Vec<Node>,
    /// Blocks that no longer change until the end, and where in the source they end.
    frozen_blocks: usize,
    frozen_bytes: usize,
    /// How much of the source the blocks show.
    shown_bytes: usize,
    finished: bool,
    /// Whether text was taken back since the blocks were rendered.
    was_cut: bool,
    /// Bytes parsed so far: what the work is measured by.
    parsed_bytes: usize,
}

impl Stream {
    /// Appends text. Nothing is rendered before [`Self::refresh`].
    pub fn push(&mut self, text: &str) {
        self.source.push_str(text);
        self.finished = false;
    }

    /// Takes back everything after so many characters. Blocks are rendered anew from the beginning,
    /// since the text that stays may mean something else without what followed it.
    pub fn cut(&mut self, characters: usize) {
        let Some((at, _)) = self.source.char_indices().nth(characters) else {
            return;
        };
        self.source.truncate(at);
        self.blocks.clear();
        (self.frozen_blocks, self.frozen_bytes, self.shown_bytes) = (0, 0, 0);
        self.finished = false;
        self.was_cut = true;
    }

    /// Puts another text in the place of this one.
    pub fn replace(&mut self, text: &str) {
        *self = Self {
            source: text.to_owned(),
            was_cut: true,
            ..Self::default()
        };
    }

    /// How much of the text as shown stands before a place in the source, in UTF-16 units, which
    /// are what the page counts in.
    pub fn shown_before(&self, characters: usize, rules: &Rules<'_>) -> usize {
        let place = self.source.char_indices().nth(characters);
        let at = place.map_or(self.source.len(), |(at, _)| at);
        let (before, after) = self.source.split_at(at);
        let units = |text: &str| text.encode_utf16().count();
        let text = |source: &str| {
            let blocks = render(source, rules);
            blocks.iter().map(Node::text).collect::<String>()
        };
        let marked = text(&format!("{before}{MARK}{after}"));
        match marked.split_once(MARK) {
            Some((shown, _)) => units(shown),
            // Inside what is not shown, as an address.
            None => units(&text(before)),
        }
    }

    /// The text so far, as the expert wrote it.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The blocks as last rendered.
    pub fn blocks(&self) -> &[Node] {
        &self.blocks
    }

    /// Brings the blocks up to date; gives the first that may have changed, if any has.
    pub fn refresh(&mut self, rules: &Rules<'_>) -> Option<usize> {
        let unseen = self.source.len() - self.shown_bytes;
        let tail = self.source.len() - self.frozen_bytes;
        let is_early = self.finished || unseen == 0 || (tail > LONG_TAIL && unseen < tail / 16);
        if is_early && !self.was_cut {
            return None;
        }
        self.was_cut = false;
        let first = self.frozen_blocks;
        let before = self.shown_bytes.max(self.frozen_bytes);
        self.blocks.truncate(self.frozen_blocks);
        // Only whole lines settle what came before: `2` may still become the list item `2.`.
        if self.source[before..].contains('\n') {
            self.freeze(rules);
        }
        let tail = &self.source[self.frozen_bytes..];
        let settled = &tail[..citation::settled(tail)];
        self.parsed_bytes += settled.len();
        self.blocks.extend(render(settled, rules));
        self.shown_bytes = self.source.len();
        Some(first)
    }

    /// Renders everything once more, now that nothing can follow; gives the first block that may
    /// have changed. A definition at the end may have made a link of what stood in the first line.
    pub fn finish(&mut self, rules: &Rules<'_>) -> Option<usize> {
        if self.finished {
            return None;
        }
        self.parsed_bytes += self.source.len();
        let blocks = render(&self.source, rules);
        let same = self
            .blocks
            .iter()
            .zip(&blocks)
            .take_while(|(old, new)| old == new);
        let first = same.count();
        self.blocks = blocks;
        self.frozen_blocks = self.blocks.len();
        self.frozen_bytes = self.source.len();
        self.shown_bytes = self.source.len();
        self.finished = true;
        self.was_cut = false;
        Some(first)
    }

    /// Freezes every block but the last one that has begun in the whole lines of the tail.
    fn freeze(&mut self, rules: &Rules<'_>) {
        let tail = &self.source[self.frozen_bytes..];
        let lines = &tail[..tail.rfind('\n').map_or(0, |at| at + 1)];
        self.parsed_bytes += lines.len();
        let last = last_block(lines);
        if last == 0 {
            return;
        }
        self.parsed_bytes += last;
        self.blocks.extend(render(&lines[..last], rules));
        self.frozen_blocks = self.blocks.len();
        self.frozen_bytes += last;
    }

    #[cfg(test)]
    pub(super) fn parsed_bytes(&self) -> usize {
        self.parsed_bytes
    }
}

/// Where the last top-level block begins, at the start of its line.
fn last_block(source: &str) -> usize {
    let mut depth = 0_usize;
    let mut last = 0;
    for (event, range) in Parser::new_ext(source, options()).into_offset_iter() {
        match event {
            Event::Start(_) => {
                if depth == 0 {
                    last = range.start;
                }
                depth += 1;
            }
            Event::End(_) => depth = depth.saturating_sub(1),
            _ if depth == 0 => last = range.start,
            _ => {}
        }
    }
    // An indented block's range may begin after its indent, which is part of its meaning.
    source[..last].rfind('\n').map_or(0, |at| at + 1)
}
