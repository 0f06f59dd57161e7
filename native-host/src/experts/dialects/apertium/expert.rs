//! The expert: one pair of Apertium at the table.

use std::sync::Arc;

use async_stream::stream;
use coterie_protocol::{Action, ExpertCard, ExpertId, FailureCode, Finish, Place};
use futures::StreamExt;

use super::{pipeline::PipelineError, translator::Translator};
use crate::experts::{
    Expert, ExpertError, Item, Items, Task,
    dialects::{
        blocks::Block,
        delivered::{blocks_done, continued, whole_blocks_end},
    },
};

/// One pair of Apertium.
pub struct ApertiumExpert {
    pub(super) translator: Arc<Translator>,
    card: ExpertCard,
}

impl ApertiumExpert {
    pub(super) fn new(translator: Arc<Translator>) -> Self {
        let pair = &translator.pair;
        let card = ExpertCard {
            id: ExpertId(format!("apertium/{}", pair.mode)),
            name: format!("Apertium {} → {}", pair.source.name, pair.target.name),
            vendor: "Apertium".to_owned(),
            place: Place::ThisMachine,
            actions: vec![Action::Translate],
            price: None,
            seen: None,
        };
        Self { translator, card }
    }
}

impl Expert for ApertiumExpert {
    fn card(&self) -> &ExpertCard {
        &self.card
    }

    fn can(&self, task: &Task) -> bool {
        let pair = &self.translator.pair;
        let from = task
            .source
            .as_ref()
            .is_some_and(|source| pair.source.is(source));
        task.action == Action::Translate && from && pair.target.is(&task.language)
    }

    fn resumes_at(&self, task: &Task) -> usize {
        whole_blocks_end(&task.delivered)
    }

    fn start(&self, task: Arc<Task>) -> Items {
        let translator = Arc::clone(&self.translator);
        stream! {
            let blocks = Block::of_task(&task);
            if blocks.is_empty() {
                let message = "there is no text to translate";
                yield Item::Failed(ExpertError::new(FailureCode::NothingToRead, message));
                return;
            }
            let done = blocks_done(&task);
            for (index, block) in blocks.iter().enumerate().skip(done) {
                let before = index.checked_sub(1).and_then(|before| blocks.get(before));
                match translated(&translator, block).await {
                    Ok(texts) => {
                        let text = block.render(before, &texts);
                        let is_first = index == done;
                        yield Item::Text(if is_first { continued(&task, &text) } else { text });
                    }
                    Err(error) => {
                        yield Item::Failed(error.into());
                        return;
                    }
                }
            }
            yield Item::Finished(Finish::Complete);
        }
        .boxed()
    }
}

async fn translated(
    translator: &Arc<Translator>,
    block: &Block,
) -> Result<Vec<String>, PipelineError> {
    let mut texts = Vec::new();
    for text in block.texts() {
        texts.push(translator.text(text).await?);
    }
    Ok(texts)
}
