//! The side panel.

mod markdown;
