//! A circuit breaker: an expert that keeps failing is left alone for a while, then asked once.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::memory::Timestamp;

/// So many failures within [`WINDOW`], and no success between them, open the circuit.
const FAILURES: usize = 3;

/// How long a failure counts.
const WINDOW: Duration = Duration::from_secs(60);

/// The first rest; each that follows without a success between is so many times as long.
const FIRST_REST: Duration = Duration::from_secs(5);
const GROWTH: u32 = 3;

/// The longest rest that a vendor did not ask for.
pub(super) const LONGEST_REST: Duration = Duration::from_secs(300);

/// The longest rest at all.
const LONGEST_ASKED: Duration = Duration::from_secs(24 * 3600);

/// A probe that is not heard of for so long is forgotten.
const PROBE_FORGOTTEN: Duration = Duration::from_secs(300);

/// Whether an expert is asked.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Breaker {
    state: State,
    /// The last failures without a success after them.
    failures: Vec<Timestamp>,
    /// Rests without a success after them.
    rests: u32,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum State {
    /// It is asked.
    #[default]
    Closed,
    /// It rests; afterwards the circuit is half open.
    Open { until: Timestamp },
    /// One call finds out whether it is well again.
    Probing { since: Timestamp },
}

impl Breaker {
    /// Whether a call may be made.
    pub(super) fn is_usable(&self, now: Timestamp) -> bool {
        match self.state {
            State::Closed => true,
            State::Open { until } => now >= until,
            State::Probing { since } => now >= since.after(PROBE_FORGOTTEN),
        }
    }

    /// Whether a call of this host is finding out how it does.
    pub(super) fn is_probing(&self) -> bool {
        matches!(self.state, State::Probing { .. })
    }

    /// Until when it rests, where it does.
    pub(super) fn resting_until(&self, now: Timestamp) -> Option<Timestamp> {
        match self.state {
            State::Open { until } if now < until => Some(until),
            State::Closed | State::Open { .. } | State::Probing { .. } => None,
        }
    }

    /// A call is being made; whether it may be. In a half-open circuit it is the only one.
    pub(super) fn begin(&mut self, now: Timestamp) -> bool {
        let usable = self.is_usable(now);
        if usable && self.state != State::Closed {
            self.state = State::Probing { since: now };
        }
        usable
    }

    /// A call came to its end.
    pub(super) fn succeeded(&mut self) {
        *self = Self::default();
    }

    /// A call failed by the expert's fault. `rest` is what the vendor asks for, or what such a
    /// failure is known to take.
    pub(super) fn failed(&mut self, now: Timestamp, rest: Option<Duration>) {
        self.failures
            .retain(|failure| *failure > now.before(WINDOW));
        self.failures.push(now);
        let was_closed = self.state == State::Closed;
        if was_closed && rest.is_none() && self.failures.len() < FAILURES {
            return;
        }
        // Failures of calls that were under way when it began to rest say nothing new.
        if let Some(until) = self.resting_until(now) {
            let longer = rest.map(|rest| now.after(rest.min(LONGEST_ASKED)));
            self.state = State::Open {
                until: longer.map_or(until, |longer| longer.max(until)),
            };
            return;
        }
        let own = FIRST_REST.saturating_mul(GROWTH.saturating_pow(self.rests));
        let own = own.min(LONGEST_REST);
        let rest = rest.map_or(own, |asked| asked.min(LONGEST_ASKED));
        self.state = State::Open {
            until: now.after(rest),
        };
        self.rests = self.rests.saturating_add(1);
        self.failures.clear();
    }

    /// A call was given up, or failed by no fault of the expert: if it was the probe, the next
    /// may be one.
    pub(super) fn ended(&mut self, now: Timestamp) {
        if let State::Probing { .. } = self.state {
            self.state = State::Open { until: now };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What happens at a second, and whether it is usable afterwards.
    enum Step {
        Begin(bool),
        Succeed,
        Fail,
        FailAsking(u64),
        End,
    }
    use Step::{Begin, End, Fail, FailAsking, Succeed};

    /// Goes through steps; the seconds at which it rests until, at the end.
    fn check(steps: &[(i64, Step)], resting_until: Option<i64>) -> Breaker {
        let mut breaker = Breaker::default();
        let mut now = Timestamp(0);
        for (second, step) in steps {
            now = Timestamp(second * 1000);
            match step {
                Begin(expected) => assert_eq!(breaker.begin(now), *expected, "at {second} s"),
                Succeed => breaker.succeeded(),
                Fail => breaker.failed(now, None),
                FailAsking(rest) => breaker.failed(now, Some(Duration::from_secs(*rest))),
                End => breaker.ended(now),
            }
        }
        let until = breaker.resting_until(now).map(|until| until.0 / 1000);
        assert_eq!(until, resting_until);
        breaker
    }

    #[test]
    fn it_opens_after_three_failures_in_a_minute() {
        check(&[(0, Fail), (1, Fail)], None);
        check(&[(0, Fail), (1, Fail), (59, Fail)], Some(64));
        check(&[(0, Fail), (1, Fail), (60, Fail)], None);
    }

    #[test]
    fn a_success_between_failures_begins_anew() {
        check(
            &[(0, Fail), (1, Fail), (2, Succeed), (3, Fail), (4, Fail)],
            None,
        );
    }

    #[test]
    fn after_its_rest_one_call_is_let_through() {
        let rested = [
            (0, Fail),
            (0, Fail),
            (0, Fail),
            (4, Begin(false)),
            (5, Begin(true)),
            (5, Begin(false)),
            (6, Succeed),
            (6, Begin(true)),
            (6, Begin(true)),
        ];
        assert_eq!(check(&rested, None), Breaker::default());
    }

    #[test]
    fn each_rest_is_longer_up_to_five_minutes() {
        let mut steps = vec![(0, Fail), (0, Fail), (0, Fail)];
        let mut second = 0;
        for rest in [5, 15, 45, 135, 300, 300] {
            steps.push((second + rest - 1, Begin(false)));
            second += rest;
            steps.push((second, Begin(true)));
            steps.push((second, Fail));
        }
        check(&steps, Some(second + 300));
    }

    #[test]
    fn what_the_vendor_asks_for_opens_at_once_and_for_so_long() {
        check(&[(0, FailAsking(40))], Some(40));
        check(&[(0, FailAsking(40)), (10, Fail)], Some(40));
        check(&[(0, FailAsking(40)), (10, FailAsking(60))], Some(70));
        check(&[(0, FailAsking(1_000_000))], Some(86_400));
    }

    #[test]
    fn a_probe_that_is_given_up_leaves_room_for_the_next() {
        let steps = [
            (0, FailAsking(10)),
            (10, Begin(true)),
            (11, Begin(false)),
            (12, End),
            (12, Begin(true)),
            (311, Begin(false)),
            (312, Begin(true)),
        ];
        check(&steps, None);
    }
}
