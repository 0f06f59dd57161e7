//! The only maker of HTTP clients: redirects off, no referer, time-outs, one TLS stack.

use std::{sync::LazyLock, time::Duration};

use reqwest::{Client, ClientBuilder, redirect::Policy};

/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(10);

/// How long an answer may keep us waiting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// Until its first byte.
    pub first_byte: Duration,
    /// Between two bytes; keep-alive comments count.
    pub idle: Duration,
}

impl Patience {
    /// For vendors.
    pub const CLOUD: Self = Self {
        first_byte: Duration::from_secs(60),
        idle: Duration::from_secs(60),
    };
    /// For this machine, where a model may first have to be loaded.
    pub const THIS_MACHINE: Self = Self {
        first_byte: Duration::from_secs(300),
        idle: Duration::from_secs(60),
    };
}

/// A client for this machine, or one for elsewhere, which honours the proxies of the environment.
/// Nothing, if the system has no usable certificates.
pub fn client(this_machine: bool) -> Option<&'static Client> {
    static LOCAL: LazyLock<Option<Client>> = LazyLock::new(|| build(true));
    static CLOUD: LazyLock<Option<Client>> = LazyLock::new(|| build(false));
    if this_machine {
        LOCAL.as_ref()
    } else {
        CLOUD.as_ref()
    }
}

/// A client as for elsewhere, changed by a test.
#[cfg(test)]
pub(crate) fn client_with(change: impl FnOnce(ClientBuilder) -> ClientBuilder) -> Client {
    change(builder(false)).build().unwrap()
}

fn build(this_machine: bool) -> Option<Client> {
    builder(this_machine)
        .build()
        .inspect_err(|error| tracing::error!(%error, "no HTTP client could be made"))
        .ok()
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the one place where clients are made"
)]
fn builder(this_machine: bool) -> ClientBuilder {
    // Fails only if a provider was installed before, which serves as well.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = Client::builder()
        .redirect(Policy::none())
        // Who pays for an answer decides whether it is asked for again.
        .retry(reqwest::retry::never())
        .referer(false)
        .connect_timeout(CONNECT)
        .user_agent(concat!("coterie/", env!("CARGO_PKG_VERSION")));
    if this_machine {
        builder.no_proxy()
    } else {
        builder.https_only(true)
    }
}
