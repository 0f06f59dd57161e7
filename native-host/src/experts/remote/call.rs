//! A plain call to a vendor besides tasks: to find out whether a key works.

use coterie_protocol::FailureCode;
use reqwest::header::HeaderMap;
use serde_json::Value;

use super::{Outgoing, expert::wire, refusal};
use crate::experts::{ExpertError, catalog::Endpoint};

/// More of an answer is not read.
const ENOUGH: usize = 256 * 1024;

/// Makes a call with the reader's key; gives the head of its answer.
///
/// # Errors
/// When the vendor refuses, with a status or in its answer, or is not reached.
pub async fn call(endpoint: &Endpoint, request: Outgoing) -> Result<HeaderMap, ExpertError> {
    let mut response = wire(endpoint).send_once(request).await?;
    let mut body = Vec::new();
    while body.len() < ENOUGH {
        let broken = |_| {
            let message = format!("the answer of {} broke off", endpoint.vendor);
            ExpertError::new(FailureCode::EndedEarly, message)
        };
        match response.chunk().await.map_err(broken)? {
            Some(bytes) => body.extend_from_slice(&bytes),
            None => break,
        }
    }
    let said = serde_json::from_slice::<Value>(&body).ok();
    match said.and_then(|said| refusal::in_answer(&endpoint.vendor, &said)) {
        Some(refused) => Err(refused),
        None => Ok(response.headers().clone()),
    }
}
