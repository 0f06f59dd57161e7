//! Measurements for `cargo xtask bench`: typed, serialisable, without an opinion.

mod host;
mod panel;
mod spread;

pub use host::{Effort, HostFigures, host};
pub use panel::{FileSize, PanelEffort, PanelFigures, PanelSize, panel, panel_size};
pub use spread::Spread;
use thiserror::Error;

use crate::{TimedOut, browser::BrowserError, host::HostError, paths::NotBuilt};

/// Why something could not be measured.
#[derive(Debug, Error)]
pub enum FigureError {
    /// Something has not been built.
    #[error(transparent)]
    NotBuilt(#[from] NotBuilt),
    /// The host did not play along.
    #[error(transparent)]
    Host(#[from] HostError),
    /// The browser did not play along.
    #[error(transparent)]
    Browser(#[from] BrowserError),
    /// Something did not come about.
    #[error(transparent)]
    TimedOut(#[from] TimedOut),
    /// A file or program could not be used.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}
