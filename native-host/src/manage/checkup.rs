//! A look at each vendor with a key: whether it answers, and what its answer tells of our clock.
//! And a knock at every other place with experts: whether somebody is there.

use std::time::{Duration, SystemTime};

use coterie_protocol::{Failure, FailureCode, KeyState};
use futures::future::join_all;
use reqwest::header::{DATE, HeaderMap};

use super::{
    Manager,
    manager::{call, call_within, list_models},
};
use crate::{
    experts::catalog::{Endpoint, Vendor},
    http,
};

/// How long a place may take to answer a knock.
const LONGEST_KNOCK: Duration = Duration::from_secs(5);

/// Signatures are refused when the clock is off by more.
const CLOCK: Duration = Duration::from_secs(5 * 60);

/// Prices that nobody has looked at for longer may have changed.
const PRICES: Duration = Duration::from_secs(90 * 24 * 60 * 60);

/// What was found of one vendor.
#[derive(Debug)]
pub struct Checkup {
    /// Its name as shown.
    pub vendor: String,
    /// Where its key is.
    pub key: KeyState,
    /// Whether it takes the key; nothing where it cannot be asked without being charged.
    pub answer: Option<Result<(), Failure>>,
    /// How far our clock is from its, where that is too far.
    pub clock_off: Option<Duration>,
    /// When its prices were last looked at, where that is long ago.
    pub old_prices: Option<String>,
}

/// What was found at a place with experts that is no account with a vendor.
#[derive(Debug)]
pub struct Knock {
    /// Where it is: host, and port where one is given.
    pub host: String,
    /// Whether somebody is there, and takes the key if there is one.
    pub answer: Result<(), Failure>,
}

impl Knock {
    /// Asks for a list of models, which costs nothing. Who has no such list is there all the same.
    pub async fn at(endpoint: Endpoint) -> Self {
        let host = endpoint.base_url.host();
        let answer = call_within(LONGEST_KNOCK, &list_models(endpoint)).await;
        let answer = match answer {
            Err(failure) if failure.code != FailureCode::BadRequest => Err(failure),
            Ok(_) | Err(_) => Ok(()),
        };
        Self { host, answer }
    }
}

impl Manager {
    /// Where experts are that need no vendor's key: the reader's own addresses, and vendors that
    /// the reader runs.
    ///
    /// # Errors
    /// When the settings cannot be read.
    pub async fn own_places(&self) -> Result<Vec<Endpoint>, Failure> {
        let settings = self.settings().await?;
        self.vendors().load_keys(&settings).await;
        http::confirm(settings.confirmed_hosts.iter().cloned());
        let own = |endpoint: &Endpoint| {
            let vendor = self.vendors().catalog().vendor(&endpoint.vendor_id.0);
            let state = vendor.map(|vendor| self.vendors().state(vendor));
            !matches!(state, Some(KeyState::Set { .. }))
        };
        let endpoints = self.vendors().endpoints(&settings).into_iter();
        Ok(endpoints.filter(own).collect())
    }

    /// Looks at every vendor with a key.
    ///
    /// # Errors
    /// When the settings cannot be read.
    pub async fn check_up(&self) -> Result<Vec<Checkup>, Failure> {
        self.vendors().load_keys(&self.settings().await?).await;
        let vendors = self.vendors().catalog().vendors().iter();
        let keyed = vendors.filter(|vendor| {
            let state = self.vendors().state(vendor);
            matches!(state, KeyState::Set { .. })
        });
        Ok(join_all(keyed.map(|vendor| self.check_up_on(vendor))).await)
    }

    async fn check_up_on(&self, vendor: &Vendor) -> Checkup {
        let answer = match self.check(vendor) {
            Ok(check) => Some(call(&check).await),
            Err(_) => None,
        };
        let now = SystemTime::now();
        let head = answer.as_ref().and_then(|answer| answer.as_ref().ok());
        let old = now
            .checked_sub(PRICES)
            .is_some_and(|then| vendor.checked_before(then));
        Checkup {
            vendor: vendor.name.clone(),
            key: self.vendors().state(vendor),
            clock_off: head.and_then(|head| clock_off(head, now)),
            answer: answer.map(|answer| answer.map(|_| ())),
            old_prices: old.then(|| vendor.checked.clone()),
        }
    }
}

/// How far a clock is off that says `now` when an answer comes with this head, if that is too far.
fn clock_off(head: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let date = httpdate::parse_http_date(head.get(DATE)?.to_str().ok()?).ok()?;
    let off = now
        .duration_since(date)
        .unwrap_or_else(|early| early.duration());
    (off > CLOCK).then_some(off)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(date: &'static str, expected: Option<u64>) {
        let head = HeaderMap::from_iter([(DATE, date.parse().unwrap())]);
        let now = httpdate::parse_http_date("Mon, 23 Nov 2026 10:00:00 GMT").unwrap();
        assert_eq!(
            clock_off(&head, now),
            expected.map(Duration::from_secs),
            "{date}"
        );
    }

    #[test]
    fn a_clock_that_is_off_by_more_than_five_minutes_is_told_either_way() {
        check("Mon, 23 Nov 2026 10:00:01 GMT", None);
        check("Mon, 23 Nov 2026 09:55:00 GMT", None);
        check("Mon, 23 Nov 2026 09:54:59 GMT", Some(301));
        check("Mon, 23 Nov 2026 11:00:00 GMT", Some(3600));
        check("no date", None);
    }
}
