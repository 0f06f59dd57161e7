//! How a built-in expert replies: composed away from the threads that serve connections, then
//! streamed piece by piece.

use coterie_protocol::{Action, ExpertCard, ExpertId, FailureCode, Finish, Place};
use futures::{StreamExt, stream};

use crate::experts::{ExpertError, Item, Items};

/// The card of a built-in expert.
pub fn card(id: &str, name: &str, actions: &[Action]) -> ExpertCard {
    ExpertCard {
        id: ExpertId(id.to_owned()),
        name: name.to_owned(),
        vendor: "Coterie".to_owned(),
        place: Place::BuiltIn,
        actions: actions.to_vec(),
        price: None,
        seen: None,
    }
}

/// Why there is nothing to reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NothingToRead;

/// The pieces of an answer that `compose` makes, each as it is to be appended.
pub fn reply(
    compose: impl FnOnce() -> Result<Vec<String>, NothingToRead> + Send + 'static,
) -> Items {
    let composed = async { tokio::task::spawn_blocking(compose).await };
    let items = stream::once(composed).flat_map(|composed| {
        let items = match composed {
            Ok(Ok(pieces)) => finished(pieces),
            Ok(Err(NothingToRead)) => {
                vec![failed(
                    FailureCode::NothingToRead,
                    "the page has no sentences to choose from",
                )]
            }
            Err(_) => vec![failed(
                FailureCode::Internal,
                "a built-in expert stopped by a defect",
            )],
        };
        stream::iter(items)
    });
    items.boxed()
}

fn finished(pieces: Vec<String>) -> Vec<Item> {
    let texts = pieces.into_iter().map(Item::Text);
    texts.chain([Item::Finished(Finish::Complete)]).collect()
}

fn failed(code: FailureCode, message: &str) -> Item {
    Item::Failed(ExpertError::new(code, message))
}
