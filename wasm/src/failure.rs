//! What a reader is told of a failure, and the one thing to do about it.

use coterie_protocol::FailureCode;

use crate::{capture::Refusal, messages::Key};

/// The one thing to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// Ask again.
    Retry,
    /// Choose another language to translate into.
    ChooseLanguage,
    /// Write what to ask.
    WriteQuestion,
    /// Run this command in a terminal.
    Run(&'static str),
    /// Load the panel anew.
    Reload,
    /// Load the page anew.
    ReloadPage,
    /// Open the browser's own page about extensions.
    OpenExtensions,
    /// Open the settings, where keys and limits are.
    OpenSettings,
}

/// The one thing to do about a page that may not be read, where anything but another page helps.
pub fn remedy_of(refusal: &Refusal) -> Option<Remedy> {
    match refusal {
        Refusal::BrowserPage
        | Refusal::Store
        | Refusal::Pdf
        | Refusal::PageSource
        | Refusal::Gone => None,
        Refusal::LocalFile => Some(Remedy::OpenExtensions),
        Refusal::ErrorPage => Some(Remedy::ReloadPage),
        // Helps once the toolbar button was clicked, as the sentence asks.
        Refusal::NotGranted(_) => Some(Remedy::Retry),
        Refusal::Silent | Refusal::Other(_) => Some(Remedy::Retry),
    }
}

/// The sentence for a kind of failure and the one thing to do about it.
pub fn advice(code: FailureCode) -> (Key, Remedy) {
    use FailureCode as Code;
    match code {
        Code::NoExpert => (Key::FailureNoExpert, Remedy::Run(DOCTOR)),
        Code::NoTranslator => (Key::FailureNoTranslator, Remedy::ChooseLanguage),
        Code::UnknownExpert => (Key::FailureUnknownExpert, Remedy::Retry),
        Code::NothingToRead => (Key::FailureNothingToRead, Remedy::Retry),
        Code::NothingAsked => (Key::FailureNothingAsked, Remedy::WriteQuestion),
        Code::UnknownDocument => (Key::FailureUnknownDocument, Remedy::Retry),
        Code::KeyRefused => (Key::FailureKeyRefused, Remedy::OpenSettings),
        Code::QuotaExhausted => (Key::FailureQuotaExhausted, Remedy::OpenSettings),
        Code::RateLimited => (Key::FailureRateLimited, Remedy::Retry),
        Code::Overloaded => (Key::FailureOverloaded, Remedy::Retry),
        Code::TooLong => (Key::FailureTooLong, Remedy::Retry),
        Code::ContentPolicy => (Key::FailureContentPolicy, Remedy::WriteQuestion),
        Code::BadRequest => (Key::FailureBadRequest, Remedy::Retry),
        Code::Unreachable => (Key::FailureUnreachable, Remedy::Retry),
        Code::TimedOut => (Key::FailureTimedOut, Remedy::Retry),
        Code::EndedEarly => (Key::FailureEndedEarly, Remedy::Retry),
        Code::MalformedAnswer => (Key::FailureMalformedAnswer, Remedy::Retry),
        Code::CapReached => (Key::FailureCapReached, Remedy::OpenSettings),
        Code::OverBudget => (Key::FailureOverBudget, Remedy::Retry),
        Code::KeyStore => (Key::FailureKeyStore, Remedy::Run(DOCTOR)),
        Code::UnknownVendor => (Key::FailureUnknownVendor, Remedy::Reload),
        Code::BadSetting => (Key::FailureBadSetting, Remedy::Retry),
        Code::MalformedMessage => (Key::FailureMalformedMessage, Remedy::Reload),
        Code::TooLarge => (Key::FailureTooLarge, Remedy::Retry),
        Code::NotGreeted => (Key::FailureNotGreeted, Remedy::Reload),
        Code::DuplicateRequest => (Key::FailureDuplicateRequest, Remedy::Retry),
        Code::Busy => (Key::FailureBusy, Remedy::Retry),
        Code::Incompatible => (Key::FailureIncompatible, Remedy::Run(INSTALL)),
        Code::Internal => (Key::FailureInternal, Remedy::Retry),
    }
}

/// Registers the host with the browsers of this machine.
pub const INSTALL: &str = "coterie install";

/// Says which experts there are and what is wrong with the others.
pub const DOCTOR: &str = "coterie doctor";

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// Every code has a variant whose text is named after it: the match above cannot leave one
    /// out, and this sees that none got another's sentence.
    #[test]
    fn each_kind_of_failure_has_its_own_sentence() {
        let codes = [
            "no_expert",
            "no_translator",
            "unknown_expert",
            "nothing_to_read",
            "nothing_asked",
            "unknown_document",
            "key_refused",
            "quota_exhausted",
            "rate_limited",
            "overloaded",
            "too_long",
            "content_policy",
            "bad_request",
            "unreachable",
            "timed_out",
            "ended_early",
            "malformed_answer",
            "cap_reached",
            "key_store",
            "unknown_vendor",
            "bad_setting",
            "malformed_message",
            "too_large",
            "not_greeted",
            "duplicate_request",
            "busy",
            "incompatible",
            "internal",
        ];
        for name in codes {
            let code: FailureCode = serde_json::from_value(json!(name)).unwrap();
            assert_eq!(advice(code).0.name(), format!("panel_failure_{name}"));
        }
    }

    #[test]
    fn nobody_is_asked_to_try_again_where_that_cannot_help() {
        for refusal in [
            Refusal::BrowserPage,
            Refusal::Store,
            Refusal::Pdf,
            Refusal::PageSource,
            Refusal::Gone,
        ] {
            assert_eq!(remedy_of(&refusal), None, "{refusal:?}");
        }
        let check = |refusal, remedy| assert_eq!(remedy_of(&refusal), Some(remedy));
        check(Refusal::LocalFile, Remedy::OpenExtensions);
        check(Refusal::ErrorPage, Remedy::ReloadPage);
        check(Refusal::Silent, Remedy::Retry);
        check(Refusal::NotGranted(None), Remedy::Retry);
    }

    #[test]
    fn a_sentence_that_ends_in_a_colon_is_followed_by_a_command_and_no_other_is() {
        let table = include_str!("../../extension/_locales/en/messages.json");
        let table: Value = serde_json::from_str(table).unwrap();
        for code in [
            FailureCode::KeyRefused,
            FailureCode::KeyStore,
            FailureCode::Incompatible,
            FailureCode::Busy,
        ] {
            let (key, remedy) = advice(code);
            let sentence = table[key.name()]["message"].as_str().unwrap();
            assert_eq!(
                sentence.ends_with(':'),
                matches!(remedy, Remedy::Run(_)),
                "{sentence}"
            );
        }
    }
}
