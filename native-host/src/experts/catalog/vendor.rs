//! A vendor of the catalogue, whole and checked, and the endpoints that it has for a reader.

use std::{collections::BTreeMap, sync::Arc, time::SystemTime};

use coterie_protocol::{Action, Confidence, ExpertId, Place, VendorId};
use reqwest::{Method, Url};

use super::{
    Auth, DialectName, Endpoint, Environment, KeyPart, Placeholder, Pricing, Quirks, Role, Runtime,
    Skills, Thinking, date, fill,
};
use crate::{
    experts::{BaseUrl, Secret},
    http::Patience,
};

/// A vendor, a translation engine, or a program that runs models on this machine.
#[derive(Debug, Clone, PartialEq)]
pub struct Vendor {
    /// Its name among vendors.
    pub id: VendorId,
    /// Its name as shown.
    pub name: String,
    /// Where its models run.
    pub place: Place,
    /// Where a reader gets a key.
    pub key_page: Option<String>,
    /// Where its row is from.
    pub source: String,
    /// When its row was last compared with that, as `2026-11-23`.
    pub checked: String,
    /// How sure its row is.
    pub confidence: Confidence,
    pub(super) key: Vec<KeyPart>,
    pub(super) variable_regions: BTreeMap<String, String>,
    pub(super) placeholders: Vec<Placeholder>,
    pub(super) addresses: Vec<Address>,
    pub(super) models: Vec<Model>,
    pub(super) runtime: Option<Runtime>,
    pub(super) not_writers: Vec<String>,
    pub(super) translators: Vec<String>,
}

/// One model of a vendor.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    /// Its name among the vendor's models.
    pub id: String,
    /// What the vendor calls it; empty for an engine that has but one.
    pub model: String,
    /// Its name as shown.
    pub name: String,
    /// What it is taken for.
    pub roles: Vec<Role>,
    /// Tokens that it reads and writes at most, where known.
    pub context: Option<u32>,
    /// Tokens that it writes at most, where known.
    pub output: Option<u32>,
    /// What it can do.
    pub actions: Vec<Action>,
    /// Whether it thinks before it answers.
    pub thinking: Thinking,
    /// What it is good at.
    pub skills: Skills,
    /// When it has usually begun to speak: 95 times of 100.
    pub first_token: Option<std::time::Duration>,
    /// When the vendor takes it away.
    pub retired: Option<String>,
    /// Its prices, each with the region that it is for.
    pub(super) prices: Vec<(Option<String>, Pricing)>,
    /// Whether it is offered where its price is not known.
    pub(super) price_unknown: bool,
    /// The name of its address, where it is not the unnamed one.
    pub(super) address: Option<String>,
    pub(super) dialect: Option<DialectName>,
    pub(super) patience: Option<Patience>,
    pub(super) quirks: Option<toml::Table>,
}

/// One address of a vendor.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Address {
    pub(super) name: Option<String>,
    pub(super) region: Option<String>,
    /// What keys end with that belong here.
    pub(super) key_ends: Option<String>,
    pub(super) base_url: String,
    pub(super) dialect: DialectName,
    pub(super) auth: Auth,
    pub(super) signed_region: Option<String>,
    pub(super) check: Option<(Method, String)>,
    pub(super) patience: Option<Patience>,
    pub(super) quirks: toml::Table,
}

/// A call that costs nothing and tells whether a key is good.
#[derive(Debug, Clone, PartialEq)]
pub struct Check {
    /// Its method.
    pub method: Method,
    /// Where it goes.
    pub url: Url,
    /// An endpoint with the address that the key is bound to and the way in which it is shown.
    pub endpoint: Endpoint,
}

impl Vendor {
    /// What its key is made of; empty where none is needed.
    pub fn key_parts(&self) -> &[KeyPart] {
        &self.key
    }

    /// Whether its row, and with it its prices, was last looked at before then.
    pub fn checked_before(&self, then: SystemTime) -> bool {
        date::has_come(&self.checked, then)
    }

    /// Whether it can be used only with a key.
    pub fn needs_key(&self) -> bool {
        self.key.iter().any(|part| !part.optional)
    }

    /// The key that the environment has, its parts one a line; nothing if a part is missing that
    /// is needed.
    pub fn key_in(&self, environment: Environment<'_>) -> Option<Secret> {
        let mut parts = Vec::new();
        for part in &self.key {
            let mut values = part.environment.iter().filter_map(|name| environment(name));
            let value = values.find(|value| !value.trim().is_empty());
            match value {
                Some(value) => parts.push(value.trim().to_owned()),
                None if part.optional => parts.push(String::new()),
                None => return None,
            }
        }
        Secret::new(&parts.join("\n"))
    }

    /// Whether the reader has named an address of it.
    pub fn is_placed(&self, fill: Environment<'_>) -> bool {
        let set = |placeholder: &Placeholder| {
            let names = std::iter::once(&placeholder.name).chain(&placeholder.environment);
            names
                .into_iter()
                .any(|name| fill(name).is_some_and(|value| !value.trim().is_empty()))
        };
        self.placeholders.iter().any(set)
    }

    /// The regions that it may be used in, the usual one first; empty where there is but one.
    pub fn regions(&self) -> Vec<&str> {
        let mut regions = Vec::new();
        for address in &self.addresses {
            if let Some(region) = address.region.as_deref()
                && !regions.contains(&region)
            {
                regions.push(region);
            }
        }
        regions
    }

    /// The region that the variable stands for in which the environment has the key; keys of
    /// different regions are different keys.
    pub fn region_in(&self, environment: Environment<'_>) -> Option<&str> {
        let variables = self.key.iter().flat_map(|part| &part.environment);
        let set = |name: &&String| environment(name).is_some_and(|value| !value.trim().is_empty());
        let variable = variables.into_iter().find(set)?;
        self.variable_regions.get(variable).map(String::as_str)
    }

    /// The parts of its address that each reader has another one of.
    pub fn placeholders(&self) -> &[Placeholder] {
        &self.placeholders
    }

    /// Its models.
    pub fn models(&self) -> &[Model] {
        &self.models
    }

    /// What is found on this machine, if it is a program that runs models there.
    pub fn runtime(&self) -> Option<&Runtime> {
        self.runtime.as_ref()
    }

    /// Its models at their addresses in a region, or in the usual one. What has no price there is
    /// not offered there. `fill` knows the values of placeholders, by their names and those of
    /// their environment variables.
    pub fn endpoints(
        &self,
        region: Option<&str>,
        fill: Environment<'_>,
        key: Option<&Secret>,
    ) -> Vec<Endpoint> {
        let now = SystemTime::now();
        let retired = |date: &String| date::has_come(date, now);
        let offered = self
            .models
            .iter()
            .filter(|model| !model.retired.as_ref().is_some_and(retired));
        offered
            .filter_map(|model| self.endpoint(model, region, fill, key))
            .collect()
    }

    /// One of its models at its address, as [`endpoints`](Self::endpoints) gives it.
    pub fn endpoint(
        &self,
        model: &Model,
        region: Option<&str>,
        fill: Environment<'_>,
        key: Option<&Secret>,
    ) -> Option<Endpoint> {
        let region = region.or_else(|| self.usual_region());
        let named = |address: &&Address| address.name == model.address;
        let address = self.here(region, key).find(named)?;
        let price = model.price(region);
        if price.is_none() && !model.prices.is_empty() && !model.price_unknown {
            return None;
        }
        let mut quirks = address.quirks.clone();
        quirks.extend(model.quirks.clone().unwrap_or_default());
        let patience = model.patience.or(address.patience);
        Some(Endpoint {
            name: model.name.clone(),
            actions: model.actions.clone(),
            dialect: model.dialect.unwrap_or(address.dialect),
            model: fill::fill(&model.model, &self.placeholders, fill)?,
            price: price.cloned(),
            context: model.context,
            output: model.output,
            thinking: model.thinking,
            skills: model.skills.clone(),
            first_token: model.first_token,
            // Was read before, when the row was checked.
            quirks: Arc::new(quirks.try_into::<Quirks>().unwrap_or_default()),
            patience: patience.unwrap_or_else(|| self.patience()),
            ..self.plain(&model.id, address, fill, key)?
        })
    }

    /// The call that tells whether a key is good, where it has one.
    pub fn check(
        &self,
        region: Option<&str>,
        fill: Environment<'_>,
        key: Option<&Secret>,
    ) -> Option<Check> {
        let region = region.or_else(|| self.usual_region());
        let address = self
            .here(region, key)
            .find(|address| address.check.is_some())?;
        let (method, path) = address.check.clone()?;
        let endpoint = self.plain("", address, fill, key)?;
        let (path, query) = path.split_once('?').unwrap_or((&path, ""));
        let mut url = endpoint.base_url.call(path);
        url.set_query(Some(query).filter(|query| !query.is_empty()));
        Some(Check {
            method,
            url,
            endpoint,
        })
    }

    /// What is true of all models at an address.
    fn plain(
        &self,
        model: &str,
        address: &Address,
        fill: Environment<'_>,
        key: Option<&Secret>,
    ) -> Option<Endpoint> {
        let filled = |text: &str| fill::fill(text, &self.placeholders, fill);
        let base_url = BaseUrl::try_from(filled(&address.base_url)?).ok()?;
        let signed = address.signed_region.as_deref().and_then(filled);
        Some(Endpoint {
            id: ExpertId(format!("{}/{model}", self.id)),
            vendor: self.name.clone(),
            vendor_id: self.id.clone(),
            place: if base_url.is_loopback() {
                Place::ThisMachine
            } else {
                self.place
            },
            dialect: address.dialect,
            auth: address.auth.clone(),
            key: key.cloned(),
            region: signed.or_else(|| address.region.clone()),
            patience: self.patience(),
            ..Endpoint::open_ai(&self.id.0, base_url, model)
        })
    }

    fn patience(&self) -> Patience {
        match self.place {
            Place::Cloud => Patience::cloud(),
            Place::BuiltIn | Place::ThisMachine => Patience::this_machine(),
        }
    }

    fn usual_region(&self) -> Option<&str> {
        self.addresses.first()?.region.as_deref()
    }

    /// The addresses of a region that such a key belongs to.
    fn here(&self, region: Option<&str>, key: Option<&Secret>) -> impl Iterator<Item = &Address> {
        let here = move |address: &&Address| {
            let ends = address.key_ends.as_deref();
            let fits = ends.is_none_or(|end| key.is_some_and(|key| key.ends_with(end)));
            fits && (address.region.is_none() || address.region.as_deref() == region)
        };
        self.addresses.iter().filter(here)
    }
}

impl Model {
    /// Its price in a region, where known.
    pub fn price(&self, region: Option<&str>) -> Option<&Pricing> {
        let here = |(of, _): &&(Option<String>, Pricing)| of.is_none() || of.as_deref() == region;
        self.prices.iter().find(here).map(|(_, price)| price)
    }
}
