//! How much fits into a minute: the arithmetic alone.
//!
//! What was sent is summed in slots of a quarter of a second. A slot counts until all of it is
//! more than a minute old, so no minute whatever ever holds more than its limit; the price is
//! that room is seen a quarter of a second late.

use std::time::Duration;

use super::{Limit, Limits};
use crate::memory::Timestamp;

/// The length of a slot, in milliseconds.
const SLOT: i64 = 250;

/// What limits are counted over, in milliseconds.
const MINUTE: i64 = 60_000;

/// What was sent in one slot of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sent {
    /// The number of the slot.
    pub(super) slot: i64,
    /// Requests begun in it.
    pub(super) requests: u64,
    /// Their tokens.
    pub(super) tokens: u64,
}

/// The slot that a moment is in.
pub(super) fn slot_of(moment: Timestamp) -> i64 {
    moment.0.div_euclid(SLOT)
}

/// The oldest slot that still counts.
pub(super) fn oldest_counting(now: Timestamp) -> i64 {
    slot_of(Timestamp(now.0 - MINUTE))
}

/// Whether one more request with so many tokens fits beside what was `sent`, the oldest first;
/// if not, what stands against it and for how long.
pub(super) fn fits(
    sent: &[Sent],
    limits: &Limits,
    tokens: u64,
    now: Timestamp,
) -> Result<(), (Limit, Duration)> {
    if let Some(most) = limits.requests_per_minute {
        let room = u64::from(most).saturating_sub(1);
        wait_for(sent, |sent| sent.requests, room, now)
            .map_err(|wait| (Limit::RequestsPerMinute(most), wait))?;
    }
    if let Some(most) = limits.tokens_per_minute {
        // One that is larger than the limit gets the minute to itself.
        let room = most.saturating_sub(tokens.min(most));
        wait_for(sent, |sent| sent.tokens, room, now)
            .map_err(|wait| (Limit::TokensPerMinute(most), wait))?;
    }
    Ok(())
}

/// How long until what counts of `sent` is no more than `room`.
fn wait_for(
    sent: &[Sent],
    amount: impl Fn(&Sent) -> u64,
    room: u64,
    now: Timestamp,
) -> Result<(), Duration> {
    let oldest = oldest_counting(now);
    let counting = sent.iter().filter(|sent| sent.slot >= oldest);
    let mut all: u64 = counting.clone().map(&amount).sum();
    let mut wait = Duration::ZERO;
    for slot in counting {
        if all <= room {
            break;
        }
        all -= amount(slot);
        // From then on the slot is older than the oldest that counts.
        let gone = Timestamp((slot.slot + 1) * SLOT + MINUTE);
        wait = now.until(gone);
    }
    if wait.is_zero() { Ok(()) } else { Err(wait) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LIMITS: Limits = Limits {
        requests_per_minute: Some(3),
        tokens_per_minute: Some(1000),
        at_once: None,
    };

    /// Sends requests, given as moment and tokens, as soon as they fit; when each was sent.
    fn send(requests: &[(i64, u64)], limits: &Limits) -> Vec<(i64, u64)> {
        let (mut slots, mut sent): (Vec<Sent>, Vec<(i64, u64)>) = (Vec::new(), Vec::new());
        let mut now = 0;
        for &(moment, tokens) in requests {
            now = now.max(moment);
            while let Err((_, wait)) = fits(&slots, limits, tokens, Timestamp(now)) {
                assert!(!wait.is_zero());
                now += i64::try_from(wait.as_millis()).unwrap();
            }
            let slot = slot_of(Timestamp(now));
            slots.push(Sent {
                slot,
                requests: 1,
                tokens,
            });
            sent.push((now, tokens));
        }
        sent
    }

    fn check(requests: &[(i64, u64)], expected: &[i64]) {
        let sent = send(requests, &LIMITS);
        let moments: Vec<_> = sent.iter().map(|(moment, _)| *moment).collect();
        assert_eq!(moments, expected);
    }

    #[test]
    fn as_many_as_the_limit_go_at_once_and_the_next_after_a_minute() {
        check(&[(0, 1); 4], &[0, 0, 0, 60_250]);
        check(
            &[(100, 1), (20_000, 1), (20_000, 1), (30_000, 1)],
            &[100, 20_000, 20_000, 60_250],
        );
    }

    #[test]
    fn tokens_count_as_requests_do() {
        check(&[(0, 600), (0, 400), (0, 1)], &[0, 0, 60_250]);
        check(&[(0, 600), (1000, 500), (1000, 500)], &[0, 60_250, 60_250]);
    }

    #[test]
    fn a_request_above_the_limit_gets_the_minute_to_itself() {
        check(&[(0, 1), (10, 5000), (20, 1)], &[0, 60_250, 120_500]);
    }

    #[test]
    fn what_has_no_limit_goes_at_once() {
        let sent = send(&[(0, 1_000_000); 100], &Limits::NONE);
        assert!(sent.iter().all(|(moment, _)| *moment == 0));
    }

    proptest! {
        #[test]
        fn no_minute_holds_more_than_its_limit(
            gaps in proptest::collection::vec((0i64..40_000, 1u64..900), 1..60),
        ) {
            let mut moment = 0;
            let requests: Vec<_> = gaps.iter().map(|(gap, tokens)| {
                moment += gap;
                (moment, *tokens)
            }).collect();
            let sent = send(&requests, &LIMITS);
            for (start, _) in &sent {
                let minute = sent.iter().filter(|(at, _)| (*start..start + MINUTE).contains(at));
                prop_assert!(minute.clone().count() <= 3);
                prop_assert!(minute.map(|(_, tokens)| tokens).sum::<u64>() <= 1000);
            }
        }
    }
}
