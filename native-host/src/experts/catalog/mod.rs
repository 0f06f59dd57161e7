//! The catalogue: vendors, their models and local runtimes as data, and the reader's own additions.
//! `README.md` beside this file describes the files.

mod date;
mod endpoint;
mod error;
mod files;
mod fill;
mod pricing;
mod quirks;
mod read;
mod resolve;
mod runtime;
mod schema;
mod skill;
#[cfg(test)]
mod tests;
mod vendor;

pub use endpoint::{Auth, DialectName, Endpoint, Thinking};
pub use error::CatalogError;
pub use pricing::{Per, Pricing, Tier};
pub use quirks::{MaxTokensField, Quirks, ThinkingParameter, ThinkingValues};
pub use read::Catalog;
pub use runtime::{Runtime, Runtimes};
pub use schema::{KeyPart, Placeholder, Role};
pub use skill::{Skill, Skills};
pub use vendor::{Check, Model, Vendor};

/// The value of an environment variable, as a function so that tests need not change the process.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The local runtimes of the catalogue.
///
/// # Errors
/// Never; callers that ask so are to ask [`Catalog::runtimes`] instead.
pub fn runtimes() -> Result<Runtimes, CatalogError> {
    Ok(Catalog::built_in().runtimes())
}
