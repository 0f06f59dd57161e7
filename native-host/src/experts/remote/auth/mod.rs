//! How a request shows that it comes from the reader: the key, or a signature made with it.

mod date;
mod hash;
mod sigv4;
mod tc3;
mod volcengine;

use coterie_protocol::FailureCode;
use reqwest::header::{AUTHORIZATION, HeaderName, HeaderValue};

pub(in crate::experts) use date::Utc;
pub(in crate::experts) use hash::hex;

use super::{Moment, Outgoing};
use crate::experts::{
    ExpertError, Secret,
    catalog::{Auth, Endpoint},
};

/// Adds what the endpoint wants to see.
///
/// # Errors
/// When there is no key, or it has characters or parts that no key of this kind has.
pub(super) fn apply(
    endpoint: &Endpoint,
    request: &mut Outgoing,
    moment: &Moment,
) -> Result<(), ExpertError> {
    let Some(key) = &endpoint.key else {
        return Ok(());
    };
    let unfit = || unfit(endpoint);
    match &endpoint.auth {
        Auth::None | Auth::InRequest => {}
        Auth::Bearer => insert(request, AUTHORIZATION, bearer(key, "Bearer"), unfit)?,
        Auth::Scheme { scheme } => insert(request, AUTHORIZATION, bearer(key, scheme), unfit)?,
        Auth::Header { name } => {
            let name = HeaderName::try_from(name).map_err(|_| unfit())?;
            insert(request, name, key.header(""), unfit)?;
        }
        // A key of one part is none to sign with, but one of Bedrock's own, which are shown.
        Auth::Sigv4 if key.part(1).is_none() => {
            insert(request, AUTHORIZATION, bearer(key, "Bearer"), unfit)?;
        }
        Auth::Sigv4 => {
            let credentials = sigv4::Credentials::of(key).ok_or_else(unfit)?;
            let scope = sigv4::Scope {
                region: endpoint.region.as_deref().ok_or_else(unfit)?,
                service: sigv4::BEDROCK,
            };
            let now = Utc::of(moment.now);
            sigv4::sign(request, &credentials, &scope, &now).ok_or_else(unfit)?;
        }
        Auth::Tc3 => {
            let (id, secret) = pair(key).ok_or_else(unfit)?;
            tc3::sign(request, id, secret, &Utc::of(moment.now)).ok_or_else(unfit)?;
        }
        Auth::Volcengine => {
            let (id, secret) = pair(key).ok_or_else(unfit)?;
            let region = endpoint.region.as_deref();
            let region = region.unwrap_or(volcengine::USUAL_REGION);
            let now = Utc::of(moment.now);
            volcengine::sign(request, id, secret, region, &now).ok_or_else(unfit)?;
        }
    }
    Ok(())
}

/// The parts of a key that has two.
fn pair(key: &Secret) -> Option<(&str, &str)> {
    Some((key.part(0)?, key.part(1)?))
}

fn bearer(key: &Secret, scheme: &str) -> Option<HeaderValue> {
    key.header(&format!("{scheme} "))
}

fn insert(
    request: &mut Outgoing,
    name: HeaderName,
    value: Option<HeaderValue>,
    unfit: impl Fn() -> ExpertError,
) -> Result<(), ExpertError> {
    request.headers.insert(name, value.ok_or_else(unfit)?);
    Ok(())
}

fn unfit(endpoint: &Endpoint) -> ExpertError {
    let message = format!(
        "the key for {} has characters or parts that no such key has",
        endpoint.vendor
    );
    ExpertError::new(FailureCode::KeyRefused, message)
}
