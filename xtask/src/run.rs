//! `cargo xtask run`: the whole thing, in a real browser, on a sample article.

use anyhow::Result;
use clap::Args;

/// How to run.
#[derive(Args)]
pub struct Options {
    /// Act as on a machine without a display: run by itself, print, save a screenshot, end
    #[arg(long)]
    unattended: bool,
}

/// Sets up, builds, and opens the browser.
pub fn run(_options: &Options) -> Result<()> {
    Ok(())
}
