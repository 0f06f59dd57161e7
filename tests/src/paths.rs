//! Where the built parts are.

use std::path::{Path, PathBuf};

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

/// Where throwaway profiles are made.
pub fn profiles() -> PathBuf {
    repository().join("target/profiles")
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
