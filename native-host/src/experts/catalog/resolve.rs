//! From rows to vendors: what is missing or cannot be is found here, with its place in the file.

use std::{collections::HashSet, time::Duration};

use coterie_protocol::{Action, Place, VendorId};
use reqwest::Method;
use toml::Spanned;

use super::{
    KeyPart, Placeholder, Pricing, Quirks, Runtime, Thinking, date,
    error::Mistake,
    fill,
    schema::{DiscoveryRow, EndpointRow, ModelRow, PatienceRow, PriceRow, VariantRow, VendorRow},
    vendor::{Address, Model, Vendor},
};
use crate::{experts::BaseUrl, http::Patience};

/// More than any model costs, of a million: a price above is a slip of the pen.
const DEAREST: f64 = 2_000.0;

type Found<T> = Result<T, Mistake>;

/// The vendor of a row.
///
/// # Errors
/// When something is missing or cannot be.
pub(super) fn vendor(row: VendorRow) -> Found<Vendor> {
    let id = needed(row.id, 0, "id")?;
    if id.is_empty()
        || !id
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || letter == '-')
    {
        return Err(Mistake::new(
            0,
            "id",
            format!("`{id}` is not made of letters, digits and hyphens"),
        ));
    }
    let place = row.place.unwrap_or(Place::Cloud);
    let checked = needed(row.checked, 0, "checked")?;
    if date::days(checked.get_ref()).is_none() {
        let what = format!("`{}` is no date such as 2026-11-23", checked.get_ref());
        return Err(Mistake::new(checked.span().start, "checked", what));
    }
    let source = needed(row.source, 0, "source")?;
    for (field, page) in [
        ("source", Some(&source)),
        ("key_page", row.key_page.as_ref()),
    ] {
        if page.is_some_and(|page| !page.starts_with("https://")) {
            return Err(Mistake::new(0, field, "a page begins with https://"));
        }
    }
    let placeholders = each(row.placeholder, placeholder)?;
    let at_address = |at, row| address(at, row, place, &placeholders);
    let addresses = each(row.endpoint, at_address)?;
    if addresses.is_empty() {
        return Err(Mistake::new(0, "endpoint", "a vendor has at least one"));
    }
    one_origin_a_region(&addresses)?;
    let runtime = row.discovery.as_ref().map(|discovery| {
        let base_url = BaseUrl::try_from(discovery.base_url.clone());
        let base_url = base_url.map_err(|error| Mistake::new(0, "base_url", error.to_string()))?;
        Ok(Runtime {
            id: id.clone(),
            name: row.name.clone().unwrap_or_default(),
            base_url,
            owned_by: discovery.owned_by.clone(),
            context: discovery.context,
            dialect: addresses[0].dialect,
        })
    });
    let words = |of: fn(&DiscoveryRow) -> &Vec<String>| {
        let words = row.discovery.as_ref().map(of);
        words.cloned().unwrap_or_default()
    };
    let mut vendor = Vendor {
        id: VendorId(id),
        name: needed(row.name, 0, "name")?,
        place,
        key_page: row.key_page,
        source,
        checked: checked.into_inner(),
        confidence: needed(row.confidence, 0, "confidence")?,
        key: each(row.key, key_part)?,
        variable_regions: row.variable_regions.unwrap_or_default(),
        placeholders,
        addresses,
        models: Vec::new(),
        runtime: runtime.transpose()?,
        not_writers: words(|discovery| &discovery.not_writers),
        translators: words(|discovery| &discovery.translators),
    };
    let mut ids = HashSet::new();
    for row in row.model {
        let at = row.span().start;
        for model in models(at, row.into_inner(), &vendor)? {
            if !ids.insert(model.id.clone()) {
                return Err(Mistake::new(
                    at,
                    "id",
                    format!("`{}` is there twice", model.id),
                ));
            }
            vendor.models.push(model);
        }
    }
    Ok(vendor)
}

fn needed<T>(value: Option<T>, at: usize, field: &str) -> Found<T> {
    value.ok_or_else(|| Mistake::new(at, field, "is missing"))
}

fn each<R, T>(rows: Option<Vec<Spanned<R>>>, make: impl Fn(usize, R) -> Found<T>) -> Found<Vec<T>> {
    let rows = rows.unwrap_or_default().into_iter();
    rows.map(|row| make(row.span().start, row.into_inner()))
        .collect()
}

fn key_part(at: usize, part: KeyPart) -> Found<KeyPart> {
    variables(at, &part.environment)?;
    Ok(part)
}

fn placeholder(at: usize, placeholder: Placeholder) -> Found<Placeholder> {
    variables(at, &placeholder.environment)?;
    variables(at, std::slice::from_ref(&placeholder.name))?;
    Ok(placeholder)
}

/// Names of environment variables are upper case: anything else there may be a key itself.
fn variables(at: usize, names: &[String]) -> Found<()> {
    let fits =
        |letter: char| letter.is_ascii_uppercase() || letter.is_ascii_digit() || letter == '_';
    if names
        .iter()
        .any(|name| name.is_empty() || !name.chars().all(fits))
    {
        let what = "a variable has a name of capital letters, digits and underscores";
        return Err(Mistake::new(at, "environment", what));
    }
    Ok(())
}

fn address(
    at: usize,
    row: EndpointRow,
    place: Place,
    placeholders: &[Placeholder],
) -> Found<Address> {
    let base_url = needed(row.base_url, at, "base_url")?;
    let wrong = |what: String| Mistake::new(at, "base_url", what);
    // A value that any placeholder may have, where none is set.
    let example = |name: &str| {
        let known = placeholders.iter().find(|known| known.name == name)?;
        known.default.is_none().then(|| "x".to_owned())
    };
    let filled = fill::fill(&base_url, placeholders, &example)
        .ok_or_else(|| wrong("has a placeholder that is not described".to_owned()))?;
    let url = BaseUrl::try_from(filled).map_err(|error| wrong(error.to_string()))?;
    if url.is_loopback() != (place == Place::ThisMachine) {
        return Err(wrong(format!("`{url}` is not where `place` says")));
    }
    let check = row.check.map(|check| {
        let method = match check.method.as_str() {
            "GET" => Method::GET,
            "POST" => Method::POST,
            _ => return Err(Mistake::new(at, "check", "`method` is GET or POST")),
        };
        Ok((method, check.path))
    });
    Ok(Address {
        name: row.name,
        region: row.region,
        key_ends: row.key_ends,
        base_url,
        dialect: needed(row.dialect, at, "dialect")?,
        auth: needed(row.auth, at, "auth")?,
        signed_region: row.signed_region,
        check: check.transpose()?,
        patience: row.patience.map(patience),
        quirks: quirks(row.quirks)?.unwrap_or_default(),
    })
}

/// A key is bound to where it belongs: what a region has must be in one place.
fn one_origin_a_region(addresses: &[Address]) -> Found<()> {
    let host = |address: &Address| address.base_url.split('/').nth(2).map(str::to_owned);
    let same = |one: &Address, other: &Address| {
        one.region != other.region || one.key_ends != other.key_ends || host(one) == host(other)
    };
    let apart = addresses
        .iter()
        .any(|one| addresses.iter().any(|other| !same(one, other)));
    if apart {
        let what = "sends the key of one region to two hosts; make it two vendors";
        return Err(Mistake::new(0, "base_url", what));
    }
    Ok(())
}

fn patience(row: PatienceRow) -> Patience {
    Patience {
        first_byte: Duration::from_secs(row.first_byte),
        idle: Duration::from_secs(row.idle),
    }
}

/// Quirks stay a table, so that those of a model can be laid over those of its address.
fn quirks(row: Option<Spanned<toml::Table>>) -> Found<Option<toml::Table>> {
    let Some(row) = row else {
        return Ok(None);
    };
    let at = row.span().start;
    let table = row.into_inner();
    let read: Result<Quirks, _> = table.clone().try_into();
    read.map_err(|error| {
        let what = error
            .message()
            .lines()
            .next()
            .unwrap_or_default()
            .to_owned();
        Mistake::new(at, "quirks", what)
    })?;
    Ok(Some(table))
}

/// The model of a row and its variants.
fn models(at: usize, row: ModelRow, vendor: &Vendor) -> Found<Vec<Model>> {
    let id = needed(row.id, at, "id")?;
    let name = needed(row.name, at, "name")?;
    let price_unknown = row.price_unknown.is_some();
    let prices = prices(at, row.price, price_unknown, vendor)?;
    if let Some(date) = &row.retired {
        let days = date::days(date).ok_or_else(|| {
            Mistake::new(
                at,
                "retired",
                format!("`{date}` is no date such as 2026-11-23"),
            )
        })?;
        if date::days(&vendor.checked).is_some_and(|checked| days < checked) {
            return Err(Mistake::new(
                at,
                "retired",
                "was gone before the row was checked",
            ));
        }
    }
    let known = |address: &Address| address.name == row.endpoint;
    if !vendor.addresses.iter().any(known) {
        return Err(Mistake::new(at, "endpoint", "is not the name of any"));
    }
    let model = Model {
        model: row.model.unwrap_or_else(|| id.clone()),
        id,
        name,
        roles: row.roles.unwrap_or_default(),
        context: row.context,
        output: row.output,
        actions: row.actions.unwrap_or_else(|| Action::ALL.to_vec()),
        thinking: row.thinking.unwrap_or_default(),
        skills: row.skills.unwrap_or_default(),
        first_token: first_token(at, row.first_token)?,
        retired: row.retired,
        prices,
        price_unknown,
        address: row.endpoint,
        dialect: row.dialect,
        patience: row.patience.map(patience),
        quirks: quirks(row.quirks)?,
    };
    if model
        .skills
        .values()
        .any(|skill| !(0.0..=1.0).contains(skill))
    {
        return Err(Mistake::new(at, "skills", "is not between 0 and 1"));
    }
    let variants = row.variant.unwrap_or_default().into_iter();
    let variants = variants.map(|row| variant(at, &model, row));
    let variants: Vec<_> = variants.collect::<Found<_>>()?;
    Ok(std::iter::once(model).chain(variants).collect())
}

fn variant(at: usize, of: &Model, row: VariantRow) -> Found<Model> {
    let said = if row.thinking == Thinking::Off {
        "not thinking"
    } else {
        "thinking"
    };
    let mut skills = of.skills.clone();
    skills.extend(row.skills);
    Ok(Model {
        id: format!("{}:{}", of.id, row.suffix),
        name: row.name.unwrap_or_else(|| format!("{} ({said})", of.name)),
        thinking: row.thinking,
        skills,
        first_token: first_token(at, row.first_token)?.or(of.first_token),
        patience: row.patience.map(patience).or(of.patience),
        ..of.clone()
    })
}

fn first_token(at: usize, seconds: Option<f64>) -> Found<Option<Duration>> {
    let wrong = |_| Mistake::new(at, "first_token", "is no number of seconds");
    let time = seconds.map(Duration::try_from_secs_f64).transpose();
    time.map_err(wrong)
}

fn prices(
    at: usize,
    rows: Option<Vec<PriceRow>>,
    unknown: bool,
    vendor: &Vendor,
) -> Found<Vec<(Option<String>, Pricing)>> {
    let rows = rows.unwrap_or_default();
    if rows.is_empty() && !unknown && vendor.place != Place::ThisMachine {
        return Err(Mistake::new(
            at,
            "price",
            "is missing; what is free costs 0",
        ));
    }
    rows.into_iter().map(|row| price(at, row, vendor)).collect()
}

fn price(at: usize, row: PriceRow, vendor: &Vendor) -> Found<(Option<String>, Pricing)> {
    let wrong = |what: &str| Err(Mistake::new(at, "price", what));
    if row
        .region
        .as_deref()
        .is_some_and(|region| !vendor.regions().contains(&region))
    {
        return wrong("is for a region that has no endpoint");
    }
    let upper = |letter: char| letter.is_ascii_uppercase();
    if row.currency.len() != 3 || !row.currency.chars().all(upper) {
        return wrong("has a currency that is no code such as USD");
    }
    let sane = |price: f64| (0.0..=DEAREST).contains(&price);
    let tiers = &row.tier;
    if !tiers.iter().all(|tier| {
        let cached = tier.cached.unwrap_or(tier.input);
        sane(tier.input) && sane(tier.output) && sane(cached) && cached <= tier.input
    }) {
        return wrong("is below 0, above all that is known, or dearer where it was cached");
    }
    let limits: Vec<_> = tiers
        .iter()
        .map(|tier| tier.up_to.unwrap_or(u64::MAX))
        .collect();
    if limits.last() != Some(&u64::MAX) || !limits.is_sorted_by(|one, next| one < next) {
        return wrong("needs tiers that rise, the last without `up_to`");
    }
    let pricing = Pricing {
        currency: row.currency,
        per: row.per,
        tier: row.tier,
    };
    Ok((row.region, pricing))
}
