//! Keys: kept on the safest rung of a ladder that holds them, bound to the addresses they were
//! given for, and never given back in any message.
//!
//! Environment (only read, and wins), keychain of the system, keyring of the kernel, memory of
//! this run; a file only where the reader asks for one.

mod backend;
mod error;
mod file;
#[cfg(target_os = "linux")]
mod kernel;
mod keychain;
mod record;
mod store;
#[cfg(test)]
mod tests;

pub use backend::{Backend, Memory};
pub use error::KeyError;
pub use file::KeyFile;
#[cfg(target_os = "linux")]
pub use kernel::KernelKeyring;
pub use keychain::Keychain;
pub use record::{EnvironmentKey, Record};
pub use store::{Kept, KeyStore};
