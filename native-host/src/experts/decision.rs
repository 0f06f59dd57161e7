//! What to do about a failure: try here once more, ask another expert, or ask the reader.

use std::time::Duration;

use coterie_protocol::FailureCode;

use super::ExpertError;

/// How often an expert is asked again, before its first text.
pub const MOST_RETRIES: u32 = 2;

/// The longest wait before another try; a vendor that asks for more is left alone for now.
pub const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// The wait before the first try again, where the vendor does not say; each later one is twice as
/// long.
const FIRST_WAIT: Duration = Duration::from_millis(500);

/// What to do about a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Try the same expert once more.
    RetryHere {
        /// After so long.
        wait: Duration,
    },
    /// Ask another expert.
    AnotherExpert,
    /// No expert can help: the reader must do something.
    AskReader,
}

/// What kind of remedy a kind of failure has.
enum Remedy {
    /// It may be over soon.
    Time,
    /// It stays with this expert.
    Other,
    /// It stays with the request.
    Reader,
}

impl Decision {
    /// The decision on a failure before the first text, after `retries` tries more than the
    /// first. `spread`, from 0 to 1, keeps those who failed together from coming back together.
    pub fn on(error: &ExpertError, retries: u32, spread: f64) -> Self {
        let may_pass = match remedy(error.code) {
            Remedy::Reader => return Self::AskReader,
            Remedy::Time => error.should_retry != Some(false) && !is_redirect(error),
            Remedy::Other => error.should_retry == Some(true),
        };
        if !may_pass || retries >= MOST_RETRIES {
            return Self::AnotherExpert;
        }
        match error.retry_after {
            Some(wait) if wait > LONGEST_WAIT => Self::AnotherExpert,
            Some(wait) => Self::RetryHere { wait },
            None => Self::RetryHere {
                wait: back_off(retries, spread),
            },
        }
    }
}

/// Doubles, less up to a quarter.
fn back_off(retries: u32, spread: f64) -> Duration {
    let doubled = FIRST_WAIT * 2_u32.pow(retries.min(MOST_RETRIES));
    doubled.mul_f64(1.0 - spread.clamp(0.0, 1.0) / 4.0)
}

fn is_redirect(error: &ExpertError) -> bool {
    error
        .status
        .is_some_and(|status| (300..400).contains(&status))
}

fn remedy(code: FailureCode) -> Remedy {
    match code {
        FailureCode::RateLimited
        | FailureCode::Overloaded
        | FailureCode::Unreachable
        | FailureCode::EndedEarly => Remedy::Time,
        // Who was waited for is not waited for again.
        FailureCode::TimedOut
        | FailureCode::KeyRefused
        | FailureCode::QuotaExhausted
        | FailureCode::TooLong
        | FailureCode::ContentPolicy
        | FailureCode::BadRequest
        | FailureCode::MalformedAnswer
        | FailureCode::NoTranslator
        | FailureCode::CapReached
        | FailureCode::OverBudget
        | FailureCode::KeyStore
        | FailureCode::BadSetting
        | FailureCode::Internal => Remedy::Other,
        FailureCode::NoExpert
        | FailureCode::UnknownExpert
        | FailureCode::NothingToRead
        | FailureCode::NothingAsked
        | FailureCode::UnknownDocument
        | FailureCode::UnknownVendor
        | FailureCode::MalformedMessage
        | FailureCode::TooLarge
        | FailureCode::NotGreeted
        | FailureCode::DuplicateRequest
        | FailureCode::Busy
        | FailureCode::Incompatible => Remedy::Reader,
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::{Instant, sleep};

    use super::*;

    const OTHER: Decision = Decision::AnotherExpert;

    fn retry(milliseconds: u64) -> Decision {
        Decision::RetryHere {
            wait: Duration::from_millis(milliseconds),
        }
    }

    fn error(code: FailureCode) -> ExpertError {
        ExpertError::new(code, "no")
    }

    fn check(error: &ExpertError, retries: u32, expected: Decision) {
        assert_eq!(Decision::on(error, retries, 0.0), expected, "{error:?}");
    }

    #[test]
    fn what_may_pass_is_tried_again_twice() {
        for code in [
            FailureCode::RateLimited,
            FailureCode::Overloaded,
            FailureCode::Unreachable,
            FailureCode::EndedEarly,
        ] {
            check(&error(code), 0, retry(500));
            check(&error(code), 1, retry(1_000));
            check(&error(code), 2, OTHER);
        }
    }

    #[test]
    fn what_stays_is_for_another_expert_or_for_the_reader() {
        for code in [
            FailureCode::KeyRefused,
            FailureCode::QuotaExhausted,
            FailureCode::TooLong,
            FailureCode::ContentPolicy,
            FailureCode::BadRequest,
            FailureCode::TimedOut,
        ] {
            check(&error(code), 0, OTHER);
        }
        check(&error(FailureCode::NothingToRead), 0, Decision::AskReader);
    }

    #[test]
    fn those_who_failed_together_come_back_apart() {
        let error = error(FailureCode::Overloaded);
        assert_eq!(Decision::on(&error, 0, 1.0), retry(375));
        assert_eq!(Decision::on(&error, 1, 0.5), retry(875));
    }

    #[test]
    fn a_redirect_is_not_tried_again() {
        let moved = ExpertError {
            status: Some(307),
            ..error(FailureCode::Unreachable)
        };
        check(&moved, 0, OTHER);
    }

    #[test]
    fn a_vendors_wish_about_trying_again_is_heeded() {
        let wish = |code, should_retry| ExpertError {
            should_retry: Some(should_retry),
            ..error(code)
        };
        check(&wish(FailureCode::Overloaded, false), 0, OTHER);
        check(&wish(FailureCode::BadRequest, true), 0, retry(500));
    }

    /// An expert that always refuses so: how long it is waited for, and how often it is asked.
    async fn ask(error: &ExpertError) -> (Duration, u32) {
        let (begun, mut calls) = (Instant::now(), 1);
        while let Decision::RetryHere { wait } = Decision::on(error, calls - 1, 0.0) {
            sleep(wait).await;
            calls += 1;
        }
        (begun.elapsed(), calls)
    }

    #[tokio::test(start_paused = true)]
    async fn a_wait_is_kept_to_the_millisecond_and_none_is_longer_than_a_minute() {
        for (retry_after_ms, waited_ms, expected_calls) in [
            (Some(0), 0, 3),
            (Some(1_000), 2_000, 3),
            (Some(1_500), 3_000, 3),
            (Some(60_000), 120_000, 3),
            (Some(61_000), 0, 1),
            (Some(3_600_000), 0, 1),
            (Some(999_999_999_999_000), 0, 1),
            (Some(5_000), 10_000, 3),
            (Some(250), 500, 3),
            (None, 1_500, 3),
        ] {
            let refusal = ExpertError {
                retry_after: retry_after_ms.map(Duration::from_millis),
                ..error(FailureCode::RateLimited)
            };
            let expected = (Duration::from_millis(waited_ms), expected_calls);
            assert_eq!(ask(&refusal).await, expected, "{retry_after_ms:?}");
        }
    }
}
