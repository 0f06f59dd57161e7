//! The catalogue: vendors and local runtimes as data, and the reader's own additions.

mod endpoint;
mod pricing;
mod quirks;

use std::sync::Arc;

use coterie_protocol::{ExpertId, Price};
use serde::Deserialize;

pub use endpoint::{Auth, DialectName, Endpoint, Thinking};
pub use pricing::{Per, Pricing, Tier};
pub use quirks::{MaxTokensField, Quirks, ThinkingParameter, ThinkingValues};

use super::{BaseUrl, Secret};

const VENDORS: &str = include_str!("vendors.toml");
const RUNTIMES: &str = include_str!("runtimes.toml");

/// Vendors of the catalogue.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Vendors {
    vendor: Vec<Vendor>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Vendor {
    id: String,
    name: String,
    base_url: BaseUrl,
    key: Vec<String>,
    #[serde(default = "yes")]
    usage_on_request: bool,
    #[expect(
        dead_code,
        reason = "for those who keep the catalogue; its form is checked by a test"
    )]
    checked: String,
    model: Vec<Model>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Model {
    id: String,
    name: String,
    context: u32,
    input: f64,
    output: f64,
    currency: String,
}

/// Programs that run models on this machine.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Runtimes {
    /// Words in the names of models that do not write text.
    pub not_writers: Vec<String>,
    /// The programs.
    pub runtime: Vec<Runtime>,
}

/// One program that runs models on this machine.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Runtime {
    /// Part of its experts' ids.
    pub id: String,
    /// Its name as shown.
    pub name: String,
    /// Where it listens.
    pub base_url: BaseUrl,
    /// What its models say they are owned by.
    pub owned_by: Option<String>,
    /// Tokens that its models read and write at most, where they do not tell.
    pub context: Option<u32>,
}

/// The value of an environment variable, as a function so that tests need not change the process.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The catalogue's models for which the environment has a key.
///
/// # Errors
/// When the catalogue itself is broken, which a test excludes.
pub fn with_keys(environment: Environment<'_>) -> Result<Vec<Endpoint>, toml::de::Error> {
    let vendors: Vendors = toml::from_str(VENDORS)?;
    let keyed = vendors.vendor.into_iter().filter_map(|vendor| {
        let key = first_key(&vendor.key, environment)?;
        Some((vendor, key))
    });
    Ok(keyed
        .flat_map(|(vendor, key)| endpoints(vendor, &key))
        .collect())
}

/// The local runtimes of the catalogue.
///
/// # Errors
/// When the catalogue itself is broken, which a test excludes.
pub fn runtimes() -> Result<Runtimes, toml::de::Error> {
    toml::from_str(RUNTIMES)
}

impl Runtime {
    /// A model that this runtime offers.
    pub fn endpoint(&self, model: &str) -> Endpoint {
        Endpoint {
            id: ExpertId(format!("{}/{model}", self.id)),
            name: model.to_owned(),
            vendor: self.name.clone(),
            context: self.context,
            ..Endpoint::open_ai(&self.id, self.base_url.clone(), model)
        }
    }
}

fn yes() -> bool {
    true
}

fn first_key(names: &[String], environment: Environment<'_>) -> Option<Secret> {
    names
        .iter()
        .find_map(|name| Secret::new(&environment(name)?))
}

fn endpoints(vendor: Vendor, key: &Secret) -> Vec<Endpoint> {
    let usage_on_request = vendor.usage_on_request;
    let shared = Arc::new((vendor.id, vendor.name, vendor.base_url));
    let endpoint = |model: Model| {
        let (id, name, base_url) = &*shared;
        let quirks = Quirks {
            usage_on_request,
            ..Quirks::default()
        };
        Endpoint {
            name: model.name,
            vendor: name.clone(),
            auth: Auth::Bearer,
            key: Some(key.clone()),
            price: Some(Pricing::flat(&Price {
                input: model.input,
                output: model.output,
                currency: model.currency,
            })),
            context: Some(model.context),
            quirks: Arc::new(quirks),
            ..Endpoint::open_ai(id, base_url.clone(), &model.id)
        }
    };
    vendor.model.into_iter().map(endpoint).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn check(set: &[(&str, &str)], expected_vendors: &[&str]) {
        let environment = |name: &str| {
            set.iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| (*value).to_owned())
        };
        let found = with_keys(&environment).unwrap();
        let vendors: HashSet<_> = found
            .iter()
            .map(|endpoint| endpoint.vendor.as_str())
            .collect();
        assert_eq!(vendors, expected_vendors.iter().copied().collect());
    }

    #[test]
    fn without_a_key_nobody_is_at_the_table() {
        check(&[], &[]);
        check(&[("DEEPSEEK_API_KEY", "  ")], &[]);
    }

    #[test]
    fn a_key_in_the_environment_brings_its_vendor() {
        check(&[("DEEPSEEK_API_KEY", "k")], &["DeepSeek"]);
        check(
            &[("KIMI_API_KEY", "k"), ("OPENAI_API_KEY", "k")],
            &["Moonshot Kimi", "OpenAI"],
        );
    }

    #[test]
    fn every_row_is_whole() {
        let all = with_keys(&|_| Some("k".to_owned())).unwrap();
        let ids: HashSet<_> = all.iter().map(|endpoint| endpoint.id.clone()).collect();
        assert_eq!(ids.len(), all.len(), "an id stands twice");
        for endpoint in all {
            let price = endpoint.price.unwrap().shown().unwrap();
            assert!(
                price.input > 0.0 && price.output >= price.input,
                "{}",
                endpoint.id
            );
            assert!(
                ["USD", "CNY"].contains(&price.currency.as_str()),
                "{}",
                endpoint.id
            );
            assert!(endpoint.context.unwrap() >= 4096 && !endpoint.base_url.is_loopback());
        }
        let dates = VENDORS
            .lines()
            .filter_map(|line| line.strip_prefix("checked = "));
        for date in dates {
            let parts: Vec<_> = date.trim_matches('"').split('-').collect();
            assert!(parts.len() == 3 && parts[0].len() == 4, "{date}");
        }
    }

    #[test]
    fn local_runtimes_are_on_this_machine() {
        let runtimes = runtimes().unwrap();
        assert!(runtimes.runtime.len() >= 4);
        assert!(
            runtimes
                .runtime
                .iter()
                .all(|runtime| runtime.base_url.is_loopback())
        );
    }
}
