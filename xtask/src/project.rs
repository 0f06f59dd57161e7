//! Where things are in this repository.

use std::path::{Path, PathBuf};

/// The root of the repository.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// Where everything that is built goes.
pub fn target() -> PathBuf {
    root().join("target")
}

/// The extension as a browser loads it.
pub fn extension(browser: &str) -> PathBuf {
    target().join("extension").join(browser)
}
