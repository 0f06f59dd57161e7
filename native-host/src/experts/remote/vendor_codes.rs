//! What vendors' own codes and words mean. They say more than the status, and contradict it often:
//! an empty account is 400, 403 or 429.

use FailureCode::{
    BadRequest, ContentPolicy, KeyRefused, Overloaded, QuotaExhausted, RateLimited, TimedOut,
    TooLong,
};
use coterie_protocol::FailureCode;
use reqwest::StatusCode;

/// Whose numbers a code is one of, where its place in the answer tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    /// `base_resp.status_code`.
    Minimax,
    /// `error_code`.
    Baidu,
    /// `code` beside `sid`.
    Iflytek,
}

const MINIMAX: &[(&str, FailureCode)] = &[
    ("1001", TimedOut),
    ("1002", RateLimited),
    ("1004", KeyRefused),
    ("1008", QuotaExhausted),
    ("1013", Overloaded),
    ("1024", Overloaded),
    ("1026", ContentPolicy),
    ("1027", ContentPolicy),
    ("1033", Overloaded),
    ("1039", TooLong),
    ("1041", RateLimited),
    ("2013", BadRequest),
    ("2049", KeyRefused),
    ("2056", QuotaExhausted),
];

const BAIDU: &[(&str, FailureCode)] = &[
    ("1", Overloaded),
    ("2", Overloaded),
    ("4", RateLimited),
    ("17", QuotaExhausted),
    ("18", RateLimited),
    ("19", QuotaExhausted),
    ("110", KeyRefused),
    ("111", KeyRefused),
    ("336003", BadRequest),
    ("336007", TooLong),
    ("336100", Overloaded),
    ("336103", TooLong),
    ("336501", RateLimited),
    ("336502", RateLimited),
];

const IFLYTEK: &[(&str, FailureCode)] = &[
    ("10007", RateLimited),
    ("10008", Overloaded),
    ("10010", Overloaded),
    ("10012", Overloaded),
    ("10013", ContentPolicy),
    ("10014", ContentPolicy),
    ("10019", ContentPolicy),
    ("10907", TooLong),
    ("11200", KeyRefused),
    ("11201", QuotaExhausted),
    ("11202", RateLimited),
    ("11203", RateLimited),
];

/// Codes and names that mean the same wherever they stand: Zhipu's numbers, and the names of
/// OpenAI, Anthropic, Google, Amazon and those who follow them. Compared without case.
const NAMES: &[(&str, FailureCode)] = &[
    ("1000", KeyRefused),
    ("1001", KeyRefused),
    ("1002", KeyRefused),
    ("1003", KeyRefused),
    ("1004", KeyRefused),
    ("1110", KeyRefused),
    ("1112", KeyRefused),
    ("1113", QuotaExhausted),
    ("1210", BadRequest),
    ("1211", BadRequest),
    ("1214", BadRequest),
    ("1234", Overloaded),
    ("1261", TooLong),
    ("1301", ContentPolicy),
    ("1302", RateLimited),
    ("1303", RateLimited),
    ("1304", QuotaExhausted),
    ("1305", Overloaded),
    ("1308", QuotaExhausted),
    ("1309", QuotaExhausted),
    ("invalid_api_key", KeyRefused),
    ("api_key_invalid", KeyRefused),
    ("authentication_error", KeyRefused),
    ("permission_error", KeyRefused),
    ("unauthenticated", KeyRefused),
    ("permission_denied", KeyRefused),
    ("accessdeniedexception", KeyRefused),
    ("unrecognizedclientexception", KeyRefused),
    ("invalidsignatureexception", KeyRefused),
    ("expiredtokenexception", KeyRefused),
    ("incompletesignature", KeyRefused),
    ("insufficient_quota", QuotaExhausted),
    ("billing_error", QuotaExhausted),
    ("billing_hard_limit_reached", QuotaExhausted),
    ("exceeded_current_quota_error", QuotaExhausted),
    ("insufficient_balance", QuotaExhausted),
    ("arrearage", QuotaExhausted),
    ("accountoverdueerror", QuotaExhausted),
    ("servicequotaexceededexception", QuotaExhausted),
    ("rate_limit_error", RateLimited),
    ("rate_limit_exceeded", RateLimited),
    ("rate_limit_reached_error", RateLimited),
    ("rpm_rate_limit_exceeded", RateLimited),
    ("tpm_rate_limit_exceeded", RateLimited),
    ("resource_exhausted", RateLimited),
    ("throttlingexception", RateLimited),
    ("overloaded_error", Overloaded),
    ("engine_overloaded_error", Overloaded),
    ("api_error", Overloaded),
    ("server_error", Overloaded),
    ("unavailable", Overloaded),
    ("serviceunavailableexception", Overloaded),
    ("internalserverexception", Overloaded),
    ("modelnotreadyexception", Overloaded),
    ("modelstreamerrorexception", Overloaded),
    ("timeout_error", TimedOut),
    ("deadline_exceeded", TimedOut),
    ("modeltimeoutexception", TimedOut),
    ("context_length_exceeded", TooLong),
    ("exceed_context_size_error", TooLong),
    ("string_above_max_length", TooLong),
    ("request_too_large", TooLong),
    ("content_filter", ContentPolicy),
    ("content_policy_violation", ContentPolicy),
    ("data_inspection_failed", ContentPolicy),
    ("datainspectionfailed", ContentPolicy),
    ("sensitivecontentdetected", ContentPolicy),
    ("inputtextsensitivecontentdetected", ContentPolicy),
    ("not_found_error", BadRequest),
    ("invalidparameter", BadRequest),
    ("invalid_parameter", BadRequest),
];

/// Words in messages, where no code tells; the first that is found counts.
const WORDS: &[(&str, FailureCode)] = &[
    ("insufficient balance", QuotaExhausted),
    ("balance is insufficient", QuotaExhausted),
    ("insufficient_quota", QuotaExhausted),
    ("insufficient quota", QuotaExhausted),
    ("exceeded your current quota", QuotaExhausted),
    ("credit balance", QuotaExhausted),
    ("available credits", QuotaExhausted),
    ("billing", QuotaExhausted),
    ("余额", QuotaExhausted),
    ("欠费", QuotaExhausted),
    ("context_length", TooLong),
    ("context length", TooLong),
    ("maximum context", TooLong),
    ("context window", TooLong),
    ("prompt is too long", TooLong),
    ("input is too long", TooLong),
    ("too many tokens", TooLong),
    ("content_filter", ContentPolicy),
    ("content policy", ContentPolicy),
    ("content management policy", ContentPolicy),
    ("moderation", ContentPolicy),
    ("api key not valid", KeyRefused),
    ("rate limit", RateLimited),
];

/// The kind of a failure.
pub(super) fn failure<'a>(
    status: StatusCode,
    family: Option<Family>,
    code: &'a str,
    names: impl Iterator<Item = &'a str>,
    message: &str,
) -> FailureCode {
    if status.is_redirection() {
        return FailureCode::Unreachable;
    }
    let by_name = || {
        let mut all = std::iter::once(code).chain(names);
        all.find_map(|name| find(NAMES, name))
    };
    let named = match family {
        // Their numbers mean something else elsewhere.
        Some(Family::Minimax) => find(MINIMAX, code),
        Some(Family::Baidu) => find(BAIDU, code),
        Some(Family::Iflytek) | None => find(IFLYTEK, code).or_else(by_name),
    };
    // iFlytek calls each refusal an `api_error`, those of a bad request as well.
    let is_believed =
        |failure: &FailureCode| *failure != Overloaded || status != StatusCode::BAD_REQUEST;
    let named = named.filter(is_believed);
    let by_words = || {
        let message = message.to_lowercase();
        let said = WORDS.iter().find(|(words, _)| message.contains(words));
        said.map(|(_, failure)| *failure)
    };
    // What a vendor calls a bad key is one, whatever it says about it.
    let words = (status != StatusCode::UNAUTHORIZED)
        .then(by_words)
        .flatten();
    match (named, words) {
        (Some(KeyRefused | RateLimited | BadRequest | Overloaded), Some(QuotaExhausted)) => {
            QuotaExhausted
        }
        (Some(failure), _) => failure,
        (None, Some(word)) => word,
        (None, None) => by_status(status),
    }
}

fn find(table: &[(&str, FailureCode)], name: &str) -> Option<FailureCode> {
    let same = |(known, _): &&(&str, FailureCode)| known.eq_ignore_ascii_case(name);
    table.iter().find(same).map(|(_, failure)| *failure)
}

fn by_status(status: StatusCode) -> FailureCode {
    match status.as_u16() {
        401 | 403 => KeyRefused,
        // 456 is DeepL's own.
        402 | 456 => QuotaExhausted,
        408 | 504 => TimedOut,
        413 => TooLong,
        429 => RateLimited,
        400..=499 => BadRequest,
        _ => Overloaded,
    }
}
