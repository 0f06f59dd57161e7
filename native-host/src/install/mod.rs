//! Registering the host with browsers: which file goes where, what is in it, and whether it works.

mod browsers;
mod doctor;
mod environment;
mod executable;
mod handshake;
mod manifest;
mod registration;
#[cfg(test)]
mod tests;

pub use browsers::{Browser, Caller, Family, StrangeCaller, browsers};
pub use doctor::{Check, Diagnosis, Finding, examine};
pub use environment::{Environment, System};
pub use executable::concerns;
pub use handshake::{HandshakeError, shake_hands};
pub use manifest::{Existing, HostManifest};
pub use registration::{Change, Place, RegistrationError, What, install_plan, uninstall_plan};
