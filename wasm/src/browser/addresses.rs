//! Addresses as the browser itself reads them.

use crate::markdown::{Address, Addresses};

/// The browser's parser of addresses.
pub struct BrowserAddresses;

impl Addresses for BrowserAddresses {
    fn parse(&self, text: &str) -> Option<Address> {
        let url = web_sys::Url::new(text).ok()?;
        let tail = |part: String| part.chars().skip(1).count();
        Some(Address {
            scheme: url.protocol().trim_end_matches(':').to_owned(),
            host: url.host(),
            has_user: !url.username().is_empty() || !url.password().is_empty(),
            tail: tail(url.search()) + tail(url.hash()),
            href: url.href(),
        })
    }
}
