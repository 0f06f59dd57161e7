//! The native host: everything that happens between a request and its answer.
//!
//! A request flows through [`coe`], which gives it to [`experts`]; what it is about comes from
//! [`page`].

pub mod experts;
pub mod page;
