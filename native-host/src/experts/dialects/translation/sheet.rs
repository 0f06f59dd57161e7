//! What is translated and what is there of it so far, shared by the batches of one task.

use std::{
    ops::Range,
    sync::{Mutex, PoisonError},
};

use coterie_protocol::LanguageTag;

use super::batch::{Limits, cut, pack};
use crate::{
    experts::{
        Task,
        dialects::{
            blocks::Block,
            delivered::{blocks_done, continued},
        },
    },
    page::one_line,
};

/// The blocks of a task, its texts in pieces, and the translations that have come.
#[derive(Debug)]
pub(super) struct Sheet {
    task: Task,
    blocks: Vec<Block>,
    /// Blocks before this one have been delivered by another expert.
    first: usize,
    pieces: Vec<Piece>,
    /// What stands between the pieces of one text.
    glue: &'static str,
    progress: Mutex<Progress>,
}

/// A text, or a part of one that is too long.
#[derive(Debug)]
struct Piece {
    block: usize,
    /// Which of the block's texts.
    text: usize,
    source: String,
}

#[derive(Debug)]
struct Progress {
    /// Of the pieces, in order.
    translated: Vec<String>,
    /// The first block that was not given out.
    next: usize,
}

impl Sheet {
    /// What is left to translate of a task.
    pub(super) fn of(task: &Task, limits: Limits) -> Self {
        let blocks = Block::of_task(task);
        let first = blocks_done(task);
        let mut pieces = Vec::new();
        for (index, block) in blocks.iter().enumerate().skip(first) {
            for (number, text) in block.texts().into_iter().enumerate() {
                // Numbers and dashes are the same in every language, and cost money.
                if !text.contains(char::is_alphabetic) {
                    continue;
                }
                let line = one_line(text);
                pieces.extend(cut(&line, limits).into_iter().map(|part| Piece {
                    block: index,
                    text: number,
                    source: part.to_owned(),
                }));
            }
        }
        Self {
            task: task.clone(),
            blocks,
            first,
            pieces,
            glue: glue(&task.language),
            progress: Mutex::new(Progress {
                translated: Vec::new(),
                next: first,
            }),
        }
    }

    /// Which pieces go together.
    pub(super) fn batches(&self, limits: Limits) -> Vec<Range<usize>> {
        pack(self.texts(0..self.pieces.len()), limits)
    }

    /// The source texts of a batch.
    pub(super) fn texts(&self, batch: Range<usize>) -> impl Iterator<Item = &str> {
        let pieces = self.pieces.get(batch).unwrap_or_default();
        pieces.iter().map(|piece| piece.source.as_str())
    }

    /// Characters of a batch.
    pub(super) fn characters(&self, batch: Range<usize>) -> u64 {
        let characters = self.texts(batch).map(|text| text.chars().count() as u64);
        characters.sum()
    }

    /// Takes the translations of the next batch, and gives the blocks that they complete.
    pub(super) fn accept(&self, translations: Vec<String>) -> String {
        let mut progress = self.progress.lock().unwrap_or_else(PoisonError::into_inner);
        progress.translated.extend(translations);
        let mut markdown = String::new();
        while let Some(block) = self.blocks.get(progress.next)
            && let Some(texts) = self.block(progress.next, block, &progress.translated)
        {
            let before = progress.next.checked_sub(1);
            let before = before.and_then(|before| self.blocks.get(before));
            let rendered = block.render(before, &texts);
            markdown += &if progress.next == self.first {
                continued(&self.task, rendered)
            } else {
                rendered
            };
            progress.next += 1;
        }
        markdown
    }

    /// The translated texts of a block, if all are there.
    fn block(&self, index: usize, block: &Block, translated: &[String]) -> Option<Vec<String>> {
        let begin = self.pieces.partition_point(|piece| piece.block < index);
        let pieces = self.pieces[begin..].iter().enumerate();
        let pieces = pieces.take_while(|(_, piece)| piece.block == index);
        let pieces: Vec<_> = pieces.map(|(at, piece)| (begin + at, piece.text)).collect();
        let whole = |(number, source): (usize, &str)| {
            let of_text = pieces.iter().filter(|(_, text)| *text == number);
            let parts = of_text.map(|(at, _)| translated.get(*at).map(|part| one_line(part)));
            let parts: Vec<_> = parts.collect::<Option<_>>()?;
            let untouched = parts.is_empty();
            Some(if untouched {
                source.to_owned()
            } else {
                parts.join(self.glue)
            })
        };
        block.texts().into_iter().enumerate().map(whole).collect()
    }
}

/// What stands between sentences of a language.
fn glue(language: &LanguageTag) -> &'static str {
    let unspaced = ["zh", "ja", "th", "lo", "km", "my", "yue"];
    if unspaced.contains(&language.primary().as_str()) {
        ""
    } else {
        " "
    }
}
