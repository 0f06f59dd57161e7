//! The vendors that this reader can use: the catalogue, their keys and their settings together.

use std::{sync::Arc, time::Duration};

use coterie_protocol::{
    Confidence, KeyState, ModelCard, OwnEndpoint, Price, Settings, VendorCard, VendorId,
};
use tokio::time::timeout;

use super::{
    BaseUrl, Expert, Secret,
    catalog::{Auth, Catalog, Check, Endpoint, Pricing, Vendor},
    remote::Remote,
};
use crate::keys::{EnvironmentKey, KeyStore};

/// How long the table waits for a keychain; what comes later is there the next time.
const KEYCHAIN: Duration = Duration::from_millis(1500);

/// The values of environment variables and of what the reader set instead.
pub type Values = Arc<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// The vendors that this reader can use.
#[derive(Clone)]
pub struct Vendors {
    catalog: Arc<Catalog>,
    keys: Arc<KeyStore>,
    values: Values,
}

impl Vendors {
    /// These vendors; the keys that the environment has are added to the others.
    pub fn new(catalog: Catalog, keys: KeyStore, values: Values) -> Self {
        let in_environment = catalog.vendors().iter().filter_map(|vendor| {
            let secret = vendor.key_in(&*values)?;
            let region = vendor.region_in(&*values).map(str::to_owned);
            let origins = origins(vendor, region.as_deref(), &values, &secret);
            Some(EnvironmentKey {
                vendor: vendor.id.clone(),
                origins,
                secret,
            })
        });
        let keys = keys.with_environment(in_environment.collect::<Vec<_>>());
        Self {
            catalog: Arc::new(catalog),
            keys: Arc::new(keys),
            values,
        }
    }

    /// Their keys.
    pub fn keys(&self) -> &KeyStore {
        &self.keys
    }

    /// The catalogue.
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// Looks up all keys again: other hosts may have changed them.
    pub async fn load_keys(&self, settings: &Settings) {
        let known = self
            .catalog
            .vendors()
            .iter()
            .map(|vendor| vendor.id.clone());
        let own = settings.own_endpoints.iter().map(own_id);
        let ids: Vec<_> = known.chain(own).collect();
        self.keys.load(&ids).await;
    }

    /// The experts that these settings and keys bring to the table. A keychain that hangs does
    /// not hold up the others.
    pub async fn experts(&self, settings: &Settings) -> Vec<Arc<dyn Expert>> {
        let (vendors, of_keys) = (self.clone(), settings.clone());
        // A task of its own: what comes too late for this time is not lost.
        let loading = tokio::spawn(async move { vendors.load_keys(&of_keys).await });
        if timeout(KEYCHAIN, loading).await.is_err() {
            tracing::info!("the table is set without waiting for all keys");
        }
        let endpoints = self.endpoints(settings).into_iter();
        endpoints
            .map(|endpoint| Arc::new(Remote::new(endpoint)) as Arc<dyn Expert>)
            .collect()
    }

    /// All endpoints with what they need, the wanted ones.
    pub fn endpoints(&self, settings: &Settings) -> Vec<Endpoint> {
        let own = settings.own_endpoints.iter();
        let own = own.filter_map(|own| self.own_endpoint(own));
        let known = self.catalog.vendors().iter();
        let known = known.flat_map(|vendor| self.endpoints_of(vendor));
        let wanted = |endpoint: &Endpoint| !settings.unwanted.contains(&endpoint.id);
        own.chain(known).filter(wanted).collect()
    }

    /// What a vendor has for its key, each at an address that the key belongs to. One that needs
    /// none is used when the reader has named its address: no text goes to a server that nobody
    /// has named.
    fn endpoints_of(&self, vendor: &Vendor) -> Vec<Endpoint> {
        let (key, region) = self.key_and_region(vendor);
        let usable = key.is_some() || !vendor.needs_key() && vendor.is_placed(&*self.values);
        if !usable {
            return Vec::new();
        }
        let endpoints = vendor.endpoints(region.as_deref(), &*self.values, key.as_ref());
        let bound = |endpoint: &Endpoint| {
            endpoint.key.is_none() || self.key_at(&vendor.id, &endpoint.base_url).is_some()
        };
        endpoints.into_iter().filter(bound).collect()
    }

    /// The call that tells whether the key of a vendor works; nothing without a key, or where no
    /// such call is known.
    pub fn check(&self, vendor: &Vendor) -> Option<Check> {
        let (key, region) = self.key_and_region(vendor);
        let check = vendor.check(region.as_deref(), &*self.values, Some(&key?))?;
        self.key_at(&vendor.id, &check.endpoint.base_url)?;
        Some(check)
    }

    /// Addresses that a key may be sent to once it is set.
    pub fn origins(&self, vendor: &Vendor, region: Option<&str>, key: &Secret) -> Vec<String> {
        origins(vendor, region, &self.values, key)
    }

    /// Every vendor, as the settings page shows it.
    pub fn cards(&self, settings: &Settings) -> Vec<VendorCard> {
        let own = settings.own_endpoints.iter();
        let own = own.filter_map(|own| self.own_card(own));
        let known = self.catalog.vendors().iter();
        let mut cards: Vec<_> = own
            .chain(known.map(|vendor| self.card(vendor, settings)))
            .collect();
        cards.sort_by_cached_key(|card| card.name.to_lowercase());
        cards
    }

    fn card(&self, vendor: &Vendor, settings: &Settings) -> VendorCard {
        let (key, region) = self.key_and_region(vendor);
        let region = region.or_else(|| vendor.regions().first().map(|region| (*region).to_owned()));
        let models = vendor.models().iter().map(|model| {
            let id = coterie_protocol::ExpertId(format!("{}/{}", vendor.id, model.id));
            ModelCard {
                wanted: !settings.unwanted.contains(&id),
                id,
                name: model.name.clone(),
                context: model.context,
                price: model.price(region.as_deref()).and_then(Pricing::shown),
            }
        });
        let any_key = key.or_else(|| Secret::new("key"));
        let check = vendor.check(region.as_deref(), &*self.values, any_key.as_ref());
        VendorCard {
            id: vendor.id.clone(),
            name: vendor.name.clone(),
            place: vendor.place,
            regions: vendor.regions().into_iter().map(str::to_owned).collect(),
            key_parts: vendor
                .key_parts()
                .iter()
                .map(|part| part.name.clone())
                .collect(),
            key: self.state(vendor),
            can_test: check.is_some() && !vendor.key_parts().is_empty(),
            key_page: vendor.key_page.clone(),
            checked: vendor.checked.clone(),
            confidence: vendor.confidence,
            models: models.collect(),
        }
    }

    /// Whether a vendor of the catalogue has its key.
    pub fn state(&self, vendor: &Vendor) -> KeyState {
        match self.keys.state(&vendor.id) {
            KeyState::Missing if !vendor.needs_key() => KeyState::NotNeeded,
            state => state,
        }
    }

    /// An address of the reader's own, with its key if one was given for just this address.
    pub fn own_endpoint(&self, own: &OwnEndpoint) -> Option<Endpoint> {
        let base_url = BaseUrl::try_from(own.base_url.clone()).ok()?;
        let key = self.key_at(&own_id(own), &base_url);
        let auth = if key.is_some() {
            Auth::Bearer
        } else {
            Auth::None
        };
        Some(Endpoint {
            auth,
            key,
            ..Endpoint::open_ai(&own.name, base_url, &own.model)
        })
    }

    fn own_card(&self, own: &OwnEndpoint) -> Option<VendorCard> {
        let endpoint = self.own_endpoint(own)?;
        let key = match self.keys.state(&own_id(own)) {
            KeyState::Set { rung } if endpoint.key.is_some() => KeyState::Set { rung },
            _ => KeyState::NotNeeded,
        };
        let model = ModelCard {
            id: endpoint.id,
            name: own.model.clone(),
            wanted: true,
            context: None,
            price: None::<Price>,
        };
        Some(VendorCard {
            id: own_id(own),
            name: own.name.clone(),
            place: endpoint.place,
            regions: Vec::new(),
            key_parts: vec!["API key".to_owned()],
            key,
            can_test: true,
            key_page: None,
            checked: String::new(),
            confidence: Confidence::Low,
            models: vec![model],
        })
    }

    fn key_and_region(&self, vendor: &Vendor) -> (Option<Secret>, Option<String>) {
        if let Some(key) = vendor.key_in(&*self.values) {
            let region = vendor.region_in(&*self.values);
            return (Some(key), region.map(str::to_owned));
        }
        match self.keys.get(&vendor.id) {
            Some(kept) => (kept.record.secret(), kept.record.region.clone()),
            None => (None, None),
        }
    }

    fn key_at(&self, vendor: &VendorId, address: &BaseUrl) -> Option<Secret> {
        let origin = address.origin().ascii_serialization();
        self.keys.key(vendor, &origin).map(|(key, _)| key)
    }
}

/// The name under which the key of an own address is kept.
pub fn own_id(own: &OwnEndpoint) -> VendorId {
    VendorId(own.name.clone())
}

fn origins(vendor: &Vendor, region: Option<&str>, values: &Values, key: &Secret) -> Vec<String> {
    let endpoints = vendor.endpoints(region, &**values, Some(key)).into_iter();
    let check = vendor.check(region, &**values, Some(key));
    let check = check.map(|check| check.endpoint);
    let addresses = endpoints
        .chain(check)
        .map(|endpoint| endpoint.base_url.origin());
    let mut origins: Vec<_> = addresses
        .map(|origin| origin.ascii_serialization())
        .collect();
    origins.sort();
    origins.dedup();
    origins
}
