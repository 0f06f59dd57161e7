//! A place where keys can be kept.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use coterie_protocol::Rung;
use zeroize::Zeroizing;

use super::KeyError;

/// A place where keys can be kept. Its methods may take long; they are called off the threads
/// that serve requests.
pub trait Backend: Send + Sync + 'static {
    /// Which place it is.
    fn rung(&self) -> Rung;

    /// What is kept under a name.
    ///
    /// # Errors
    /// When that cannot be found out.
    fn read(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeyError>;

    /// Keeps a value under a name, instead of what was there.
    ///
    /// # Errors
    /// When it cannot be kept.
    fn write(&self, name: &str, value: &[u8]) -> Result<(), KeyError>;

    /// Forgets what is kept under a name, if anything; whether something was.
    ///
    /// # Errors
    /// When it cannot be forgotten.
    fn remove(&self, name: &str) -> Result<bool, KeyError>;
}

/// The memory of this run.
#[derive(Default)]
pub struct Memory(Mutex<HashMap<String, Zeroizing<Vec<u8>>>>);

impl Backend for Memory {
    fn rung(&self) -> Rung {
        Rung::Memory
    }

    fn read(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeyError> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(kept.get(name).cloned())
    }

    fn write(&self, name: &str, value: &[u8]) -> Result<(), KeyError> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.insert(name.to_owned(), Zeroizing::new(value.to_vec()));
        Ok(())
    }

    fn remove(&self, name: &str) -> Result<bool, KeyError> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(kept.remove(name).is_some())
    }
}
