//! Whether a model is told to think, and in which words.

use crate::experts::catalog::{Endpoint, Thinking, ThinkingValues};

/// Tells a model to think or not.
#[derive(Debug, Clone, Copy)]
pub(super) struct Switch<'a> {
    /// Whether to think.
    pub(super) on: bool,
    values: Option<&'a ThinkingValues>,
}

/// What an endpoint is told; nothing where nothing is to be said.
pub(super) fn of(endpoint: &Endpoint) -> Option<Switch<'_>> {
    let on = match endpoint.thinking {
        Thinking::Unsaid | Thinking::Always => return None,
        Thinking::On => true,
        Thinking::Off => false,
    };
    let values = endpoint.quirks.thinking_values.as_ref();
    Some(Switch { on, values })
}

impl Switch<'_> {
    /// The vendor's own word, else the usual one.
    pub(super) fn word(self, on: &str, off: &str) -> String {
        let (own_on, own_off) = self.values.map_or((on, off), |values| {
            (values.on.as_str(), values.off.as_str())
        });
        if self.on { own_on } else { own_off }.to_owned()
    }
}
