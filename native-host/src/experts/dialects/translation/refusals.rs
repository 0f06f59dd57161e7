//! What the codes mean with which engines refuse, from `refusals.toml`.

use std::{collections::BTreeMap, sync::LazyLock};

use coterie_protocol::FailureCode;

use super::Refusal;
use crate::experts::ExpertError;

const SOURCE: &str = include_str!("refusals.toml");

/// The longest part of an engine's own message that is kept, in characters.
const LONGEST_MESSAGE: usize = 300;

type Table = BTreeMap<String, BTreeMap<String, FailureCode>>;

static TABLE: LazyLock<Table> = LazyLock::new(|| toml::from_str(SOURCE).unwrap_or_default());

/// The error for a refusal.
pub(super) fn error(vendor: &str, engine: &str, refusal: Refusal) -> ExpertError {
    let said: String = refusal.message.chars().take(LONGEST_MESSAGE).collect();
    let message = format!("{vendor} declined with code {}: {said}", refusal.code);
    ExpertError {
        request_id: refusal.request_id,
        vendor_code: Some(refusal.code.clone()),
        ..ExpertError::new(meaning(engine, &refusal.code), message)
    }
}

/// The kind of a code, of its class (`AuthFailure` of `AuthFailure.SecretIdNotFound`), or of any
/// that nobody knows.
fn meaning(engine: &str, code: &str) -> FailureCode {
    let class = code.split('.').next().unwrap_or_default();
    let known = |codes: &BTreeMap<_, _>| codes.get(code).or_else(|| codes.get(class)).copied();
    let meaning = TABLE.get(engine).and_then(known);
    meaning.unwrap_or(FailureCode::Overloaded)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(engine: &str, code: &str, expected: FailureCode) {
        assert_eq!(meaning(engine, code), expected, "{engine} {code}");
    }

    #[test]
    fn a_code_is_known_by_itself_or_by_its_class() {
        check("baidu_fanyi", "54003", FailureCode::RateLimited);
        check(
            "tencent_tmt",
            "AuthFailure.SecretIdNotFound",
            FailureCode::KeyRefused,
        );
        check(
            "tencent_tmt",
            "FailedOperation.NoFreeAmount",
            FailureCode::QuotaExhausted,
        );
        check(
            "tencent_tmt",
            "FailedOperation.Other",
            FailureCode::Overloaded,
        );
        check("volcengine_mt", "-429", FailureCode::RateLimited);
        check("nobody", "1", FailureCode::Overloaded);
    }

    #[test]
    fn the_table_can_be_read() {
        assert!(toml::from_str::<Table>(SOURCE).unwrap().len() >= 4);
    }
}
