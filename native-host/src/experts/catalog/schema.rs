//! The rows of the catalogue as its files have them. Everything may be left out in a row, because a
//! reader's own row is laid over a built-in one; what is missing in the end is found by
//! [`vendor`](super::vendor).

use std::collections::BTreeMap;

use coterie_protocol::{Action, Confidence, Place};
use serde::Deserialize;
use toml::Spanned;

use super::{Auth, DialectName, Per, Skills, Thinking, Tier};

/// One file: one vendor.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct VendorRow {
    pub(super) id: Option<String>,
    pub(super) name: Option<String>,
    pub(super) place: Option<Place>,
    pub(super) key_page: Option<String>,
    pub(super) source: Option<String>,
    pub(super) checked: Option<Spanned<String>>,
    pub(super) confidence: Option<Confidence>,
    pub(super) key: Option<Vec<Spanned<KeyPart>>>,
    pub(super) variable_regions: Option<BTreeMap<String, String>>,
    pub(super) placeholder: Option<Vec<Spanned<Placeholder>>>,
    pub(super) endpoint: Option<Vec<Spanned<EndpointRow>>>,
    pub(super) discovery: Option<DiscoveryRow>,
    pub(super) model: Vec<Spanned<ModelRow>>,
}

/// One part of a vendor's key.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyPart {
    /// What the vendor calls it: `API key`, `Secret id`.
    pub name: String,
    /// Environment variables that may hold it, the first that is set counts.
    pub environment: Vec<String>,
    /// Whether the vendor does without it.
    #[serde(default)]
    pub optional: bool,
}

/// A part of an address that each reader has another one of.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Placeholder {
    /// Its name, which stands in the address in braces.
    pub name: String,
    /// As shown to readers.
    pub label: String,
    /// Environment variables that may hold it, the first that is set counts.
    #[serde(default)]
    pub environment: Vec<String>,
    /// What stands there where nothing is set; may hold placeholders that come before this one.
    pub default: Option<String>,
}

/// One address of a vendor.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct EndpointRow {
    pub(super) name: Option<String>,
    pub(super) region: Option<String>,
    pub(super) key_ends: Option<String>,
    pub(super) base_url: Option<String>,
    pub(super) dialect: Option<DialectName>,
    pub(super) auth: Option<Auth>,
    pub(super) signed_region: Option<String>,
    pub(super) check: Option<CheckRow>,
    pub(super) patience: Option<PatienceRow>,
    pub(super) quirks: Option<Spanned<toml::Table>>,
}

/// A call that costs nothing and tells whether a key is good.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CheckRow {
    pub(super) method: String,
    pub(super) path: String,
}

/// How long an answer may keep us waiting, in seconds.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PatienceRow {
    pub(super) first_byte: u64,
    pub(super) idle: u64,
}

/// How the models of a local runtime are found.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DiscoveryRow {
    pub(super) base_url: String,
    pub(super) owned_by: Option<String>,
    pub(super) context: Option<u32>,
    #[serde(default)]
    pub(super) not_writers: Vec<String>,
    #[serde(default)]
    pub(super) translators: Vec<String>,
}

/// One model.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct ModelRow {
    pub(super) id: Option<String>,
    pub(super) model: Option<String>,
    pub(super) name: Option<String>,
    pub(super) roles: Option<Vec<Role>>,
    pub(super) endpoint: Option<String>,
    pub(super) dialect: Option<DialectName>,
    pub(super) context: Option<u32>,
    pub(super) output: Option<u32>,
    pub(super) price: Option<Vec<PriceRow>>,
    pub(super) price_unknown: Option<String>,
    pub(super) actions: Option<Vec<Action>>,
    pub(super) thinking: Option<Thinking>,
    pub(super) skills: Option<Skills>,
    pub(super) first_token: Option<f64>,
    pub(super) patience: Option<PatienceRow>,
    pub(super) retired: Option<String>,
    pub(super) quirks: Option<Spanned<toml::Table>>,
    pub(super) variant: Option<Vec<VariantRow>>,
}

/// The same model told to think, or not to: an expert of its own.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct VariantRow {
    pub(super) suffix: String,
    pub(super) name: Option<String>,
    pub(super) thinking: Thinking,
    #[serde(default)]
    pub(super) skills: Skills,
    pub(super) first_token: Option<f64>,
    pub(super) patience: Option<PatienceRow>,
}

/// What a model costs, in one region or in all.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PriceRow {
    pub(super) region: Option<String>,
    pub(super) currency: String,
    #[serde(default)]
    pub(super) per: Per,
    pub(super) tier: Vec<Tier>,
}

/// What a model is taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The vendor's best.
    Flagship,
    /// Cheap for what it does.
    Cheap,
    /// Speaks soon and quickly.
    Fast,
    /// Reads long texts.
    Long,
    /// Thinks before it answers.
    Reasoning,
    /// Translates, and may do nothing else.
    Translation,
    /// Made for code.
    Code,
    /// Made for mathematics.
    Math,
    /// Made for medicine.
    Medical,
    /// Reads pictures.
    Vision,
}

impl VendorRow {
    /// This row with another one laid over it: what the other says counts. Endpoints, keys and
    /// placeholders are replaced together, models one by one.
    pub(super) fn under(mut self, over: Self) -> Self {
        let untouched = |model: Spanned<ModelRow>| Spanned::new(0..0, model.into_inner());
        self.model = self.model.into_iter().map(untouched).collect();
        for model in over.model {
            let same = |known: &&mut Spanned<ModelRow>| known.get_ref().id == model.get_ref().id;
            match self.model.iter_mut().find(same) {
                Some(known) => {
                    let (span, row) = (model.span(), model.into_inner());
                    *known = Spanned::new(span, known.get_ref().clone().under(row));
                }
                None => self.model.push(model),
            }
        }
        Self {
            id: over.id.or(self.id),
            name: over.name.or(self.name),
            place: over.place.or(self.place),
            key_page: over.key_page.or(self.key_page),
            source: over.source.or(self.source),
            checked: over.checked.or(self.checked),
            confidence: over.confidence.or(self.confidence),
            key: over.key.or(self.key),
            variable_regions: over.variable_regions.or(self.variable_regions),
            placeholder: over.placeholder.or(self.placeholder),
            endpoint: over.endpoint.or(self.endpoint),
            discovery: over.discovery.or(self.discovery),
            model: self.model,
        }
    }
}

impl ModelRow {
    fn under(self, over: Self) -> Self {
        Self {
            id: over.id.or(self.id),
            model: over.model.or(self.model),
            name: over.name.or(self.name),
            roles: over.roles.or(self.roles),
            endpoint: over.endpoint.or(self.endpoint),
            dialect: over.dialect.or(self.dialect),
            context: over.context.or(self.context),
            output: over.output.or(self.output),
            price: over.price.or(self.price),
            price_unknown: over.price_unknown.or(self.price_unknown),
            actions: over.actions.or(self.actions),
            thinking: over.thinking.or(self.thinking),
            skills: over.skills.or(self.skills),
            first_token: over.first_token.or(self.first_token),
            patience: over.patience.or(self.patience),
            retired: over.retired.or(self.retired),
            quirks: over.quirks.or(self.quirks),
            variant: over.variant.or(self.variant),
        }
    }
}
