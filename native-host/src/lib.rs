//! The native host: everything that happens between a request and its answer.
//!
//! A request comes in by [`session`] and flows through [`coe`], which gives it to [`experts`];
//! what it is about comes from [`page`].

pub mod coe;
pub mod config;
pub mod evaluation;
pub mod experts;
mod http;
pub mod install;
pub mod keys;
pub mod log;
pub mod manage;
pub mod memory;
pub mod page;
pub mod paths;
pub mod session;
