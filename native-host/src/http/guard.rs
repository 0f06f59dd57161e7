//! Who a connection is made to: names are looked up once, every address is judged, and the
//! connection goes to a judged address. A name that leads elsewhere the second time gains nothing.

use std::{
    collections::HashSet,
    io,
    net::SocketAddr,
    sync::{Arc, PoisonError, RwLock},
};

use futures::{FutureExt as _, future::BoxFuture};
use reqwest::{
    Url,
    dns::{Addrs, Name, Resolve, Resolving},
};
use thiserror::Error;

use crate::experts::Reach;

/// Why nothing was sent.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum AddressError {
    /// It is in a private network that the reader has not confirmed.
    #[error("{host} is in a private network; confirm it in the settings to use it")]
    Unconfirmed {
        /// The host.
        host: String,
    },
    /// It leads to where no expert may be.
    #[error("{host} leads to {address}, where no expert may be")]
    Forbidden {
        /// The host.
        host: String,
        /// Where it leads.
        address: String,
    },
    /// This system cannot tell one vendor from another.
    #[error("this system has no certificates to check vendors with")]
    NoCertificates,
}

/// The hosts in private networks that the reader has confirmed.
#[derive(Debug, Clone, Default)]
pub struct Confirmed(Arc<RwLock<HashSet<String>>>);

impl Confirmed {
    /// Confirms these and no others.
    pub fn set(&self, hosts: impl IntoIterator<Item = String>) {
        let hosts = hosts.into_iter().map(|host| host.to_lowercase()).collect();
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = hosts;
    }

    fn has(&self, host: &str) -> bool {
        let hosts = self.0.read().unwrap_or_else(PoisonError::into_inner);
        hosts.contains(host)
    }
}

/// Looks names up.
pub trait LookUp: Send + Sync {
    /// The addresses of a name.
    fn look_up(&self, name: String) -> BoxFuture<'static, io::Result<Vec<SocketAddr>>>;
}

/// Looks names up as the system does.
pub struct System;

impl LookUp for System {
    fn look_up(&self, name: String) -> BoxFuture<'static, io::Result<Vec<SocketAddr>>> {
        async move { Ok(tokio::net::lookup_host((name, 0)).await?.collect()) }.boxed()
    }
}

/// Judges addresses before anything is sent to them.
#[derive(Clone)]
pub struct Guard {
    /// Whether only this machine may be reached.
    pub this_machine: bool,
    /// Private hosts that may be reached.
    pub confirmed: Confirmed,
    /// Names of proxies, which the reader has put into the environment.
    pub proxies: Arc<HashSet<String>>,
    /// How names are looked up.
    pub names: Arc<dyn LookUp>,
}

impl Guard {
    /// Judges a host that is an address already: those are never looked up.
    ///
    /// # Errors
    /// When nothing may be sent there.
    pub fn check(&self, url: &Url) -> Result<(), AddressError> {
        let name = url.host_str().unwrap_or_default();
        let reach = url.host().map(|host| Reach::of_host(&host));
        self.judge(name, name, reach.unwrap_or(Reach::Forbidden))
    }

    fn judge(&self, host: &str, address: &str, reach: Reach) -> Result<(), AddressError> {
        let own = host == address || host == "localhost";
        let allowed = match reach {
            Reach::Public => !self.this_machine,
            // A name of the world that leads to this machine may be somebody's trick.
            Reach::Loopback => own || self.confirmed.has(host),
            Reach::Private if self.this_machine => false,
            Reach::Private if self.confirmed.has(host) => true,
            Reach::Private => {
                let host = host.to_owned();
                return Err(AddressError::Unconfirmed { host });
            }
            Reach::Forbidden => false,
        };
        let forbidden = || AddressError::Forbidden {
            host: host.to_owned(),
            address: address.to_owned(),
        };
        allowed.then_some(()).ok_or_else(forbidden)
    }

    /// All addresses of a name, if each of them is allowed.
    fn judged(&self, host: &str, found: Vec<SocketAddr>) -> Result<Vec<SocketAddr>, AddressError> {
        if !self.proxies.contains(host) {
            for address in &found {
                let ip = address.ip();
                self.judge(host, &ip.to_string(), Reach::of(ip))?;
            }
        }
        Ok(found)
    }
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.clone();
        let host = name.as_str().to_lowercase();
        async move {
            let found = guard.names.look_up(host.clone()).await?;
            let judged = guard.judged(&host, found)?;
            Ok(Box::new(judged.into_iter()) as Addrs)
        }
        .boxed()
    }
}

/// The judgement that kept a request from being sent, if that is why it failed.
pub fn judgement(error: &reqwest::Error) -> Option<AddressError> {
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        if let Some(judgement) = error.downcast_ref::<AddressError>() {
            return Some(judgement.clone());
        }
        cause = error.source();
    }
    None
}

/// The names of the proxies in the environment.
pub fn proxies(environment: &dyn Fn(&str) -> Option<String>) -> HashSet<String> {
    const VARIABLES: [&str; 6] = [
        "HTTPS_PROXY",
        "https_proxy",
        "ALL_PROXY",
        "all_proxy",
        "HTTP_PROXY",
        "http_proxy",
    ];
    let host = |value: String| {
        let whole = Url::parse(&value).ok().filter(Url::has_host);
        let url = whole.or_else(|| Url::parse(&format!("http://{value}")).ok())?;
        url.host_str().map(str::to_lowercase)
    };
    let values = VARIABLES.iter().filter_map(|name| environment(name));
    values.filter_map(host).collect()
}
