//! How a scripted expert behaves, chosen by the name of the model.

use std::time::Duration;

/// What a model does with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Behaviour {
    /// Answers with a short pause between deltas.
    Steady(Duration),
    /// Answers without pauses, with so many deltas.
    Fast(usize),
    /// Waits before the first delta.
    SlowFirstToken(Duration),
    /// Answers with a long pause between deltas.
    SlowDrip(Duration),
    /// Breaks the connection after so many deltas.
    DropInMidStream(usize),
    /// 429, asking to wait so many seconds.
    RateLimited(u64),
    /// 401.
    KeyRefused,
    /// 500.
    ServerError,
    /// An event that is no JSON, after two deltas.
    MalformedEvent,
    /// An error event, after two deltas.
    ErrorAfter200,
    /// Ends the body in good order, but says neither how it finished nor that it is done.
    NoEndMarker,
    /// So many mebibytes as fast as they are taken, in large deltas.
    Torrent(usize),
    /// One event of so many bytes.
    HugeEvent(usize),
    /// Takes the request and says nothing, not even a head.
    Silence,
    /// Every byte in a packet of its own.
    Bytewise,
    /// Rich and hostile Markdown.
    Markdown,
    /// Thinks aloud before it answers.
    Thinking,
}

/// Every name, with what a missing parameter means. The parameter follows a colon:
/// `slow-first-token:800ms`, `fast:5000`.
const NAMES: [(&str, Behaviour); 17] = [
    ("steady", Behaviour::Steady(Duration::from_millis(15))),
    ("fast", Behaviour::Fast(1000)),
    (
        "slow-first-token",
        Behaviour::SlowFirstToken(Duration::from_secs(2)),
    ),
    ("slow-drip", Behaviour::SlowDrip(Duration::from_millis(250))),
    ("drop-in-mid-stream", Behaviour::DropInMidStream(5)),
    ("rate-limited", Behaviour::RateLimited(7)),
    ("key-refused", Behaviour::KeyRefused),
    ("server-error", Behaviour::ServerError),
    ("malformed-event", Behaviour::MalformedEvent),
    ("error-after-200", Behaviour::ErrorAfter200),
    ("no-end-marker", Behaviour::NoEndMarker),
    ("torrent", Behaviour::Torrent(32)),
    ("huge-event", Behaviour::HugeEvent(5 * 1024 * 1024)),
    ("silence", Behaviour::Silence),
    ("bytewise", Behaviour::Bytewise),
    ("markdown", Behaviour::Markdown),
    ("thinking", Behaviour::Thinking),
];

impl Behaviour {
    /// The names of all models.
    pub fn models() -> impl Iterator<Item = &'static str> {
        NAMES.iter().map(|(name, _)| *name)
    }

    /// Reads a model's name. Whatever follows an `@` only tells experts apart.
    pub fn of(model: &str) -> Option<Self> {
        let model = model.split('@').next().unwrap_or_default();
        let (name, parameter) = match model.split_once(':') {
            Some((name, parameter)) => (name, Some(parameter)),
            None => (model, None),
        };
        let (_, behaviour) = NAMES.iter().find(|(known, _)| *known == name)?;
        match parameter {
            None => Some(*behaviour),
            Some(parameter) => behaviour.with(parameter),
        }
    }

    fn with(self, parameter: &str) -> Option<Self> {
        let count = || parameter.parse().ok();
        match self {
            Self::Steady(_) => duration(parameter).map(Self::Steady),
            Self::Fast(_) => count().map(Self::Fast),
            Self::SlowFirstToken(_) => duration(parameter).map(Self::SlowFirstToken),
            Self::SlowDrip(_) => duration(parameter).map(Self::SlowDrip),
            Self::DropInMidStream(_) => count().map(Self::DropInMidStream),
            Self::RateLimited(_) => parameter.parse().ok().map(Self::RateLimited),
            Self::Torrent(_) => count().map(Self::Torrent),
            Self::HugeEvent(_) => count().map(Self::HugeEvent),
            Self::KeyRefused
            | Self::ServerError
            | Self::MalformedEvent
            | Self::ErrorAfter200
            | Self::NoEndMarker
            | Self::Silence
            | Self::Bytewise
            | Self::Markdown
            | Self::Thinking => None,
        }
    }

    /// Between two deltas.
    pub(super) fn pace(self) -> Duration {
        match self {
            Self::Steady(pace) | Self::SlowDrip(pace) => pace,
            _ => Duration::ZERO,
        }
    }
}

/// Reads `800ms` or `3s`.
fn duration(text: &str) -> Option<Duration> {
    let milliseconds = text
        .strip_suffix("ms")
        .and_then(|number| number.parse().ok());
    let seconds = || {
        text.strip_suffix('s')?
            .parse()
            .ok()
            .map(Duration::from_secs)
    };
    milliseconds.map(Duration::from_millis).or_else(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(model: &str, expected: Option<Behaviour>) {
        assert_eq!(Behaviour::of(model), expected, "{model}");
    }

    #[test]
    fn a_name_is_a_behaviour_with_or_without_parameter() {
        let milliseconds = Duration::from_millis;
        check("silence", Some(Behaviour::Silence));
        check("slow-drip", Some(Behaviour::SlowDrip(milliseconds(250))));
        check(
            "slow-first-token:800ms",
            Some(Behaviour::SlowFirstToken(milliseconds(800))),
        );
        check("steady:3s", Some(Behaviour::Steady(milliseconds(3000))));
        check("fast:5000", Some(Behaviour::Fast(5000)));
        check("steady@second", Some(Behaviour::Steady(milliseconds(15))));
        for name in Behaviour::models() {
            assert!(Behaviour::of(name).is_some(), "{name}");
        }
    }

    #[test]
    fn other_names_are_unknown() {
        for model in ["", "gpt", "steady:", "steady:fast", "silence:3s", "fast:-1"] {
            check(model, None);
        }
    }
}
