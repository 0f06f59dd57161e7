//! Looks up and changes what is kept for the reader; what changes is at the table at once.

use std::{sync::Arc, time::Duration};

use coterie_protocol::{
    Failure, FailureCode, KeyPart, KeyState, Outcome, OwnEndpoint, Settings, VendorId,
};
use futures::FutureExt as _;
use reqwest::{Method, Url, header::HeaderMap};
use tokio::time::timeout;

use super::{NothingUsed, Order, SettingsInMemory, SettingsStore, UsageSource};
use crate::{
    experts::{
        BaseUrl, Roster, Search, Secret, Values, Vendors,
        catalog::{Catalog, Check, Endpoint, Vendor},
        own_id,
        remote::{self, Outgoing},
    },
    http,
    keys::{KeyStore, Record},
};

/// How long a test of a key may take.
const LONGEST_TEST: Duration = Duration::from_secs(10);

/// Looks up and changes what is kept for the reader.
pub struct Manager {
    vendors: Vendors,
    settings: Arc<dyn SettingsStore>,
    usage: Arc<dyn UsageSource>,
    roster: Option<Arc<Roster>>,
}

/// Whose key it is.
enum Owner<'a> {
    Known(&'a Vendor),
    Own(OwnEndpoint),
}

impl Manager {
    /// A manager of these.
    pub fn new(
        vendors: Vendors,
        settings: Arc<dyn SettingsStore>,
        usage: Arc<dyn UsageSource>,
    ) -> Self {
        Self {
            vendors,
            settings,
            usage,
            roster: None,
        }
    }

    /// Looks for the experts that keys and settings bring to the table.
    pub fn search(&self) -> Search {
        let (vendors, settings) = (self.vendors.clone(), Arc::clone(&self.settings));
        Arc::new(move || {
            let (vendors, settings) = (vendors.clone(), Arc::clone(&settings));
            async move {
                let settings = settings.load().await.unwrap_or_else(|failure| {
                    tracing::warn!(failure.message, "the settings are taken as usual");
                    Settings::default()
                });
                http::confirm(settings.confirmed_hosts.iter().cloned());
                vendors.experts(&settings).await
            }
            .boxed()
        })
    }

    /// Tells this table when something changes.
    #[must_use]
    pub fn telling(mut self, roster: Arc<Roster>) -> Self {
        self.roster = Some(roster);
        self
    }

    /// The vendors with their keys.
    pub fn vendors(&self) -> &Vendors {
        &self.vendors
    }

    /// The settings as they are.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn settings(&self) -> Result<Settings, Failure> {
        self.settings.load().await
    }

    /// Does what is ordered.
    ///
    /// # Errors
    /// When it cannot be done, in words for the reader.
    pub async fn perform(&self, order: Order) -> Result<Outcome, Failure> {
        match order {
            Order::Vendors => {
                let settings = self.settings().await?;
                self.vendors.load_keys(&settings).await;
                let vendors = self.vendors.cards(&settings);
                Ok(Outcome::Vendors { vendors })
            }
            Order::SetKey {
                vendor,
                region,
                parts,
                in_file,
            } => self.set_key(vendor, region, parts, in_file).await,
            Order::TestKey { vendor } => {
                self.test_key(&vendor).await?;
                Ok(Outcome::KeyTested { vendor })
            }
            Order::RemoveKey { vendor } => self.remove_key(vendor).await,
            Order::Settings => Ok(Outcome::Settings(self.settings().await?)),
            Order::ChangeSettings(settings) => self.change_settings(*settings).await,
            Order::Usage { days } => Ok(Outcome::Usage(self.usage.usage(days).await?)),
        }
    }

    async fn set_key(
        &self,
        id: VendorId,
        region: Option<String>,
        parts: Vec<KeyPart>,
        in_file: bool,
    ) -> Result<Outcome, Failure> {
        let owner = self.owner(&id).await?;
        let limit = match &owner {
            Owner::Known(vendor) => vendor.key_parts().len(),
            Owner::Own(_) => 1,
        };
        if limit == 0 {
            return Err(bad(format!("{id} needs no key")));
        }
        let record = Record::new(id.clone(), region, &parts, limit);
        let mut record = record.map_err(|error| error.to_failure())?;
        record.origins = self.addresses(&owner, &record)?;
        let set = self.vendors.keys().set(record, in_file).await;
        let rung = set.map_err(|error| error.to_failure())?;
        tracing::info!(vendor = %id, ?rung, "a key was set");
        self.changed();
        let key = KeyState::Set { rung };
        Ok(Outcome::Key { vendor: id, key })
    }

    /// The addresses that a key is given for.
    fn addresses(&self, owner: &Owner<'_>, record: &Record) -> Result<Vec<String>, Failure> {
        let vendor = match owner {
            Owner::Known(vendor) => vendor,
            Owner::Own(own) => {
                let address = address(own)?;
                return Ok(vec![address.origin().ascii_serialization()]);
            }
        };
        let needed = vendor.key_parts().iter().filter(|part| !part.optional);
        if record.parts.len() < needed.count() {
            let names = vendor.key_parts().iter().map(|part| part.name.as_str());
            let names: Vec<_> = names.collect();
            let what = format!("the key of {} has {}", vendor.name, names.join(" and "));
            return Err(Failure::new(FailureCode::KeyStore, what));
        }
        let (regions, region) = (vendor.regions(), record.region.as_deref());
        if let Some(region) = region.filter(|region| !regions.contains(region)) {
            let known = if regions.is_empty() {
                "only one region".to_owned()
            } else {
                regions.join(", ")
            };
            let region: String = region.chars().take(40).collect();
            return Err(bad(format!(
                "{} is not in {region}, it has {known}",
                vendor.name
            )));
        }
        let origins = record
            .secret()
            .map(|key| self.vendors.origins(vendor, region, &key));
        let origins = origins.unwrap_or_default();
        if origins.is_empty() {
            let names = vendor.placeholders().iter().map(|part| part.name.as_str());
            let names: Vec<_> = names.collect();
            let what = format!(
                "{} has no address yet; set {} in the environment of the host",
                vendor.name,
                names.join(", ")
            );
            return Err(bad(what));
        }
        Ok(origins)
    }

    async fn test_key(&self, id: &VendorId) -> Result<(), Failure> {
        let owner = self.owner(id).await?;
        let check = match &owner {
            Owner::Known(vendor) => self.check(vendor)?,
            Owner::Own(own) => self.check_own(own)?,
        };
        call(&check).await.map(|_| ())
    }

    /// The call that tests a vendor's key.
    ///
    /// # Errors
    /// When there is no key, or no such call.
    pub fn check(&self, vendor: &Vendor) -> Result<Check, Failure> {
        if let Some(check) = self.vendors.check(vendor) {
            return Ok(check);
        }
        Err(match self.vendors.state(vendor) {
            KeyState::Set { .. } => bad(format!(
                "{} has no call that tests this key without being charged",
                vendor.name
            )),
            KeyState::Missing | KeyState::NotNeeded => no_key(&vendor.name),
        })
    }

    fn check_own(&self, own: &OwnEndpoint) -> Result<Check, Failure> {
        let endpoint = self.vendors.own_endpoint(own);
        let endpoint = endpoint.ok_or_else(|| no_key(&own.name))?;
        Ok(list_models(endpoint))
    }

    async fn remove_key(&self, id: VendorId) -> Result<Outcome, Failure> {
        let owner = self.owner(&id).await?;
        let removed = self.vendors.keys().remove(&id).await;
        removed.map_err(|error| error.to_failure())?;
        tracing::info!(vendor = %id, "a key was forgotten");
        self.changed();
        let key = match owner {
            Owner::Known(vendor) => self.vendors.state(vendor),
            Owner::Own(_) => KeyState::NotNeeded,
        };
        Ok(Outcome::Key { vendor: id, key })
    }

    async fn change_settings(&self, settings: Settings) -> Result<Outcome, Failure> {
        for own in &settings.own_endpoints {
            address(own)?;
            if self.vendors.catalog().vendor(&own.name).is_some() {
                return Err(bad(format!("`{}` is the name of a vendor", own.name)));
            }
        }
        let before = self.settings().await?;
        self.settings.save(settings.clone()).await?;
        for own in &before.own_endpoints {
            self.unlink(own, &settings).await;
        }
        http::confirm(settings.confirmed_hosts.iter().cloned());
        self.changed();
        Ok(Outcome::Settings(settings))
    }

    /// Forgets the key of an own address that is gone or leads elsewhere now.
    async fn unlink(&self, own: &OwnEndpoint, now: &Settings) {
        let same = now
            .own_endpoints
            .iter()
            .find(|other| other.name == own.name);
        let origin = |own: &OwnEndpoint| Some(address(own).ok()?.origin());
        let id = own_id(own);
        let stays = same.is_some_and(|same| origin(same) == origin(own));
        if stays || self.vendors.keys().get(&id).is_none() {
            return;
        }
        if let Err(error) = self.vendors.keys().remove(&id).await {
            // It stays bound to the old address and is used for no other.
            tracing::warn!(%error, "a key without an address could not be forgotten");
        }
    }

    async fn owner(&self, id: &VendorId) -> Result<Owner<'_>, Failure> {
        if let Some(vendor) = self.vendors.catalog().vendor(&id.0) {
            return Ok(Owner::Known(vendor));
        }
        let settings = self.settings().await?;
        let mut own = settings.own_endpoints.into_iter();
        let own = own.find(|own| own.name == id.0);
        own.map(Owner::Own).ok_or_else(|| {
            let id: String = id.0.chars().take(60).collect();
            let message = format!("there is no vendor `{id}`");
            Failure::new(FailureCode::UnknownVendor, message)
        })
    }

    fn changed(&self) {
        if let Some(roster) = &self.roster {
            roster.look_again();
        }
    }
}

impl Default for Manager {
    /// Nothing is kept beyond this run.
    fn default() -> Self {
        let values: Values = Arc::new(|_| None);
        let vendors = Vendors::new(Catalog::built_in().clone(), KeyStore::default(), values);
        Self::new(
            vendors,
            Arc::new(SettingsInMemory::default()),
            Arc::new(NothingUsed),
        )
    }
}

/// The call for which whoever speaks as OpenAI does asks no money.
pub fn list_models(endpoint: Endpoint) -> Check {
    Check {
        method: Method::GET,
        url: endpoint.base_url.call("models"),
        endpoint,
    }
}

/// Makes a call that costs nothing; gives the head of its answer.
///
/// # Errors
/// When the key is refused, or nobody answers.
pub async fn call(check: &Check) -> Result<HeaderMap, Failure> {
    call_within(LONGEST_TEST, check).await
}

/// The same, with so much time.
pub async fn call_within(limit: Duration, check: &Check) -> Result<HeaderMap, Failure> {
    let Check {
        method,
        url,
        endpoint,
    } = check;
    let call = remote::call(endpoint, request(method, url));
    let answer = timeout(limit, call).await;
    let late = |_| {
        let (vendor, limit) = (&endpoint.vendor, limit.as_secs());
        let message = format!("{vendor} did not answer within {limit} seconds");
        Failure::new(FailureCode::TimedOut, message)
    };
    answer
        .map_err(late)?
        .map_err(|error| failure(endpoint, &error))
}

fn request(method: &Method, url: &Url) -> Outgoing {
    Outgoing {
        method: method.clone(),
        url: url.clone(),
        headers: HeaderMap::new(),
        body: Vec::new(),
    }
}

fn failure(endpoint: &Endpoint, error: &crate::experts::ExpertError) -> Failure {
    let mut failure = Failure::new(error.code, error.message.clone());
    let wait = error.retry_after.map(|wait| wait.as_millis());
    failure.retry_after_ms = wait.and_then(|wait| u64::try_from(wait).ok());
    if let Some(key) = &endpoint.key {
        failure.message = Secret::redact(key, &failure.message);
    }
    failure
}

fn address(own: &OwnEndpoint) -> Result<BaseUrl, Failure> {
    BaseUrl::try_from(own.base_url.clone()).map_err(|error| bad(error.to_string()))
}

fn bad(message: String) -> Failure {
    Failure::new(FailureCode::BadSetting, message)
}

fn no_key(vendor: &str) -> Failure {
    Failure::new(
        FailureCode::KeyStore,
        format!("there is no key for {vendor}"),
    )
}
