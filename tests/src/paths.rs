//! Where the built parts are.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use tempfile::TempDir;
use thiserror::Error;

/// Something has not been built.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{} is missing: run `cargo xtask build` first", path.display())]
pub struct NotBuilt {
    /// What is missing.
    pub path: PathBuf,
}

/// The folder of the repository.
pub fn repository() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().unwrap_or(tests).to_path_buf()
}

/// The built extension for Chromium, unpacked.
///
/// # Errors
/// When it has not been built.
pub fn extension() -> Result<PathBuf, NotBuilt> {
    built("target/extension/chromium", "manifest.json")
}

/// The native host's binary.
///
/// # Errors
/// When it has not been built.
pub fn host() -> Result<PathBuf, NotBuilt> {
    built("target/debug/coterie", "")
}

/// A new throwaway folder inside of the repository's own, so that nothing is left outside when a
/// test is killed.
///
/// # Errors
/// When it cannot be made.
pub fn scratch(prefix: &str) -> io::Result<TempDir> {
    let parent = repository().join("target/profiles");
    fs::create_dir_all(&parent)?;
    tempfile::Builder::new().prefix(prefix).tempdir_in(parent)
}

fn built(path: &str, inside: &str) -> Result<PathBuf, NotBuilt> {
    let path = repository().join(path);
    let exists = if inside.is_empty() {
        path.is_file()
    } else {
        path.join(inside).is_file()
    };
    if exists {
        Ok(path)
    } else {
        Err(NotBuilt { path })
    }
}
