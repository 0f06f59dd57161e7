//! The only maker of HTTP clients: redirects off, no referer, time-outs, one TLS stack, and a
//! guard that judges every address before anything is sent to it.

mod guard;
#[cfg(test)]
mod tests;
pub mod timeouts;

use std::sync::{Arc, LazyLock};

use reqwest::{Client, ClientBuilder, Url, redirect::Policy};

pub use self::guard::{AddressError, judgement};
use self::guard::{Confirmed, Guard, LookUp, System};
pub use self::timeouts::Patience;
use crate::experts::Reach;

/// The private hosts that the reader has confirmed: connections belong to the process, and so
/// does this.
static CONFIRMED: LazyLock<Confirmed> = LazyLock::new(Confirmed::default);

/// The client for an address, if anything may be sent there. What is not on this machine is
/// reached through the proxies of the environment, if there are any; they look names up themselves.
///
/// # Errors
/// When nothing may; names are judged later, when they are looked up: see [`judgement`].
pub fn client(url: &Url) -> Result<&'static Client, AddressError> {
    let host = url.host();
    let this_machine = host.is_some_and(|host| Reach::of_host(&host) == Reach::Loopback);
    let guarded = guarded(this_machine).as_ref();
    let (client, guard) = guarded.ok_or(AddressError::NoCertificates)?;
    guard.check(url)?;
    Ok(client)
}

/// Sets the hosts in private networks that the reader has confirmed.
pub fn confirm(hosts: impl IntoIterator<Item = String>) {
    CONFIRMED.set(hosts);
}

fn guarded(this_machine: bool) -> &'static Option<(Client, Guard)> {
    static LOCAL: LazyLock<Option<(Client, Guard)>> = LazyLock::new(|| build_usual(true));
    static CLOUD: LazyLock<Option<(Client, Guard)>> = LazyLock::new(|| build_usual(false));
    if this_machine { &LOCAL } else { &CLOUD }
}

fn build_usual(this_machine: bool) -> Option<(Client, Guard)> {
    let guard = guard(this_machine, CONFIRMED.clone(), Arc::new(System));
    Some((build(guard.clone())?, guard))
}

fn guard(this_machine: bool, confirmed: Confirmed, names: Arc<dyn LookUp>) -> Guard {
    let proxies = guard::proxies(&|name| std::env::var(name).ok());
    Guard {
        this_machine,
        confirmed,
        proxies: Arc::new(proxies),
        names,
    }
}

/// A client as for elsewhere, changed by a test.
#[cfg(test)]
pub(crate) fn client_with(change: impl FnOnce(ClientBuilder) -> ClientBuilder) -> Client {
    let usual = guard(false, Confirmed::default(), Arc::new(System));
    change(builder(usual)).build().unwrap()
}

fn build(guard: Guard) -> Option<Client> {
    builder(guard)
        .build()
        .inspect_err(|error| tracing::error!(%error, "no HTTP client could be made"))
        .ok()
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the one place where clients are made"
)]
fn builder(guard: Guard) -> ClientBuilder {
    // Fails only if a provider was installed before, which serves as well.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = Client::builder()
        .redirect(Policy::none())
        // Who pays for an answer decides whether it is asked for again.
        .retry(reqwest::retry::never())
        .referer(false)
        .connect_timeout(timeouts::connect())
        .user_agent(concat!("coterie/", env!("CARGO_PKG_VERSION")));
    let builder = if guard.this_machine {
        builder.no_proxy()
    } else {
        builder.https_only(true)
    };
    builder.dns_resolver(guard)
}
