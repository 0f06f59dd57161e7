//! How a command ends when it does not end well: one sentence and an exit code.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use coterie_protocol::{Failure, FailureCode};

/// For `--help`.
pub const EXIT_CODES: &str = "\
Exit codes (those of sysexits.h, and 130):
    0  done; also when the reader of the output went away
    1  `doctor` found something to do
   64  the command was used wrongly
   65  the input cannot be worked on
   66  the input cannot be opened
   69  no expert can do this, or none could be reached
   70  a defect of Coterie
   73  a file could not be written, or a foreign one is in the way
   74  reading or writing failed
   75  an expert failed for now; try again later
   77  an expert refused the key
   78  the settings have a mistake
  130  stopped with Ctrl-C";

/// Used wrongly.
const USAGE: u8 = 64;
/// A defect.
const INTERNAL: u8 = 70;

/// A command that ends early.
#[derive(Debug)]
pub struct Stop {
    code: u8,
    /// Nothing when there is nothing to say.
    sentence: Option<String>,
}

impl Stop {
    /// Ends with an exit code and a sentence that says what to do.
    pub fn new(code: u8, sentence: impl Into<String>) -> Self {
        Self {
            code,
            sentence: Some(sentence.into()),
        }
    }

    /// Ends because of a defect of ours.
    pub fn internal(sentence: impl Into<String>) -> Self {
        Self::new(INTERNAL, sentence)
    }

    /// Ends with help, the version, or what is wrong with the arguments.
    pub fn from_usage(error: &clap::Error) -> Self {
        // If nobody reads it there is nobody to tell.
        let _ = error.print();
        Self {
            code: if error.use_stderr() { USAGE } else { 0 },
            sentence: None,
        }
    }

    /// Says the sentence on standard error and gives the exit code.
    pub fn report(self) -> ExitCode {
        if let Some(sentence) = self.sentence {
            // If nobody reads it there is nobody to tell.
            let _ = writeln!(io::stderr().lock(), "coterie: {sentence}");
        }
        ExitCode::from(self.code)
    }
}

impl std::fmt::Display for Stop {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.sentence.as_deref().unwrap_or_default())
    }
}

/// Writing to the terminal: when nobody reads any more, that is a clean end.
impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self {
                code: 0,
                sentence: None,
            };
        }
        Self::new(74, format!("reading or writing failed: {error}"))
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        let what = match &failure.expert {
            Some(expert) => format!("{expert}: {}", failure.message),
            None => failure.message.clone(),
        };
        Self::new(
            exit_code(failure.code),
            format!("{what}; {}", remedy(failure.code)),
        )
    }
}

fn exit_code(code: FailureCode) -> u8 {
    match code {
        FailureCode::NothingAsked | FailureCode::UnknownExpert | FailureCode::UnknownVendor => {
            USAGE
        }
        FailureCode::NothingToRead
        | FailureCode::TooLong
        | FailureCode::TooLarge
        | FailureCode::ContentPolicy => 65,
        FailureCode::NoExpert | FailureCode::NoTranslator | FailureCode::Unreachable => 69,
        FailureCode::RateLimited
        | FailureCode::QuotaExhausted
        | FailureCode::Overloaded
        | FailureCode::TimedOut
        | FailureCode::EndedEarly
        | FailureCode::MalformedAnswer
        | FailureCode::CapReached
        | FailureCode::OverBudget
        | FailureCode::Busy => 75,
        FailureCode::KeyStore => 73,
        FailureCode::BadSetting => 78,
        FailureCode::KeyRefused => 77,
        FailureCode::BadRequest
        | FailureCode::UnknownDocument
        | FailureCode::MalformedMessage
        | FailureCode::NotGreeted
        | FailureCode::DuplicateRequest
        | FailureCode::Incompatible
        | FailureCode::Internal => INTERNAL,
    }
}

/// The one thing to do.
fn remedy(code: FailureCode) -> &'static str {
    match code {
        FailureCode::NothingAsked => "say what you want to know",
        FailureCode::UnknownExpert => "choose one that `coterie experts` lists",
        FailureCode::NothingToRead => "give a file that has text in it",
        FailureCode::TooLong | FailureCode::TooLarge => "give a shorter text",
        FailureCode::ContentPolicy => "choose another expert with --expert",
        FailureCode::NoExpert => "start a local model, or set a vendor's key",
        FailureCode::NoTranslator => "see `coterie experts`; --from names the language of the text",
        FailureCode::Unreachable => "check that it runs and that the network is there",
        FailureCode::RateLimited | FailureCode::Overloaded | FailureCode::Busy => {
            "wait a little, or choose another expert with --expert"
        }
        FailureCode::QuotaExhausted => "see your account, or choose another expert with --expert",
        FailureCode::TimedOut | FailureCode::EndedEarly | FailureCode::MalformedAnswer => {
            "try again, or choose another expert with --expert"
        }
        FailureCode::KeyRefused => {
            "check the key in the environment, or set it anew with `coterie key set`"
        }
        FailureCode::KeyStore => "see `coterie key list`, and `coterie key set --help`",
        FailureCode::UnknownVendor => "choose one of `coterie key list`",
        FailureCode::CapReached => {
            "raise your limit in the settings, or use an expert that is free"
        }
        FailureCode::OverBudget => "choose a cheaper expert with --expert",
        FailureCode::BadSetting => "give it as it can be",
        FailureCode::BadRequest => "choose another expert with --expert",
        FailureCode::UnknownDocument
        | FailureCode::MalformedMessage
        | FailureCode::NotGreeted
        | FailureCode::DuplicateRequest
        | FailureCode::Incompatible
        | FailureCode::Internal => "please report this as a defect of Coterie",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_that_went_away_is_a_clean_end() {
        let stop = Stop::from(io::Error::from(io::ErrorKind::BrokenPipe));
        assert_eq!((stop.code, stop.sentence), (0, None));
        assert_eq!(
            Stop::from(io::Error::from(io::ErrorKind::StorageFull)).code,
            74
        );
    }

    #[test]
    fn a_failure_is_told_in_one_sentence_with_what_to_do() {
        let stop = Stop::from(Failure::new(FailureCode::KeyRefused, "the vendor said no"));
        assert_eq!(stop.code, 77);
        let sentence = stop.sentence.unwrap();
        assert!(
            sentence.starts_with("the vendor said no; check the key"),
            "{sentence}"
        );
    }
}
