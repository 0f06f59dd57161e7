//! What happens to a request, in the order in which it happens.

use serde::{Deserialize, Serialize};

use crate::{
    Captured, ExpertCard, ExpertId, Failure, FailureCode, KeyState, LanguageTag, Mark, PlanShape,
    PlannedStep, Settings, Understood, UsageReport, VendorCard, VendorId, Version,
};

/// Something that happened to a request. The last three variants are terminal, and exactly one of
/// them ends each request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// How a request in the reader's own words is understood.
    Understood(Understood),
    /// What will be done. A second one adds steps to the first.
    Planned {
        /// The shape of the plan.
        #[serde(default)]
        shape: PlanShape,
        /// The steps, in order.
        steps: Vec<PlannedStep>,
        /// The language of the answer, where known.
        language: Option<LanguageTag>,
        /// The most that all of it may cost, where the prices are known.
        #[serde(default)]
        at_most: Option<Cost>,
    },
    /// An expert has begun a step. A second one for the same step replaces the first, or goes on
    /// where it fell silent.
    StepStarted {
        /// The step.
        step: StepId,
        /// Who does it.
        expert: ExpertCard,
        /// Why this one.
        reason: Reason,
    },
    /// More text of the answer.
    Delta {
        /// The step.
        step: StepId,
        /// Text to append.
        text: String,
    },
    /// Answers of several experts were held against each other.
    Compared {
        /// The steps that gave them.
        steps: Vec<StepId>,
        /// Whether they agree.
        agree: bool,
    },
    /// The whole text of a step is replaced: by the better work of another step, or by its own
    /// with a fault mended.
    Revised {
        /// The step whose text is replaced.
        step: StepId,
        /// The step that it comes from; the same, where it was mended.
        by: StepId,
        /// What stands instead.
        text: String,
    },
    /// The answer of a step was checked, and something remains that the reader should know.
    Marked {
        /// The step.
        step: StepId,
        /// What was found.
        marks: Vec<Mark>,
    },
    /// More of what an expert thought aloud; shown apart from the answer.
    Reasoning {
        /// The step.
        step: StepId,
        /// Text to append.
        text: String,
    },
    /// The page is longer than the expert of a step can read: it reads from the beginning.
    Shortened {
        /// The step.
        step: StepId,
        /// The share of the page's text that it reads, in percent.
        read_percent: u8,
    },
    /// An expert failed at a step before it had said anything; another may follow.
    StepFailed {
        /// The step.
        step: StepId,
        /// What went wrong.
        failure: Failure,
    },
    /// An expert fell silent in the middle of a step. What it said stays; the text that follows
    /// comes from the expert of the next `StepStarted`, which goes on where this one ended.
    Seam {
        /// The step.
        step: StepId,
        /// Characters of the step's text before the seam.
        at: u64,
        /// Why the expert fell silent.
        failure: Failure,
    },
    /// A step waits for its expert, which asked for it or is at its limit.
    Waiting {
        /// The step.
        step: StepId,
        /// For how long, in milliseconds.
        wait_ms: u64,
        /// Why.
        failure: Failure,
    },
    /// Spending comes near a limit that the reader set.
    NearCap {
        /// Spent so far.
        spent: Cost,
        /// The limit.
        cap: Cost,
    },
    /// A step is complete.
    StepFinished {
        /// The step.
        step: StepId,
        /// What it took.
        report: StepReport,
    },
    /// The request is complete.
    Done {
        /// What came of it.
        outcome: Outcome,
    },
    /// The request failed. Text already delivered stays.
    Failed {
        /// What went wrong.
        failure: Failure,
    },
    /// The client cancelled the request. Text already delivered stays.
    Cancelled,
}

impl Event {
    /// Whether nothing may follow.
    pub fn is_terminal(&self) -> bool {
        match self {
            Self::Done { .. } | Self::Failed { .. } | Self::Cancelled => true,
            Self::Understood(_)
            | Self::Planned { .. }
            | Self::Compared { .. }
            | Self::Revised { .. }
            | Self::Marked { .. }
            | Self::StepStarted { .. }
            | Self::Delta { .. }
            | Self::Reasoning { .. }
            | Self::Shortened { .. }
            | Self::StepFailed { .. }
            | Self::Seam { .. }
            | Self::Waiting { .. }
            | Self::NearCap { .. }
            | Self::StepFinished { .. } => false,
        }
    }
}

/// A step of a plan, numbered from 0 within its request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct StepId(pub u32);

/// Why an expert was given a step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "because", rename_all = "snake_case")]
pub enum Reason {
    /// The reader chose it.
    Chosen,
    /// It runs on this machine, so the text stays here and it costs nothing.
    OnThisMachine,
    /// The reader has a key for it.
    HasKey,
    /// Nothing else here can do this.
    BuiltIn,
    /// Its expected quality is best for what it costs and takes.
    Rated {
        /// The quality expected of it at this, in percent.
        quality_percent: u8,
        /// The money expected, where its price is known.
        cost: Option<Cost>,
        /// When it usually begins to speak, in milliseconds, where known.
        first_text_ms: Option<u64>,
        /// Whether what this reader did before speaks for it.
        learned: bool,
    },
    /// The one asked first has not spoken by the time at which it usually has.
    Hedge {
        /// The one asked first.
        expert: ExpertId,
    },
    /// It takes over from one that failed.
    InsteadOf {
        /// The one that failed.
        expert: ExpertId,
        /// How it failed.
        failure: FailureCode,
    },
}

/// What a finished step took.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StepReport {
    /// Whether the expert came to its end.
    pub finish: Finish,
    /// From the start of the step to its first text, in milliseconds.
    pub first_text_ms: Option<u64>,
    /// The whole step, in milliseconds.
    pub duration_ms: u64,
    /// Tokens, where the expert reported them.
    pub usage: Option<Usage>,
    /// Money, where known.
    pub cost: Option<Cost>,
    /// Whether tokens or money are an estimate, since the expert reported none.
    #[serde(default)]
    pub estimated: bool,
}

/// How an expert ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finish {
    /// It said all that it had to say.
    Complete,
    /// It reached a limit of length.
    Truncated,
}

/// Tokens, as reported by an expert; a later report replaces an earlier one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Tokens sent; for an engine priced by the character, characters.
    pub input_tokens: u64,
    /// Those of the tokens sent that the vendor had cached.
    #[serde(default)]
    pub cached_tokens: u64,
    /// Tokens received, reasoning included.
    pub output_tokens: u64,
}

/// Money spent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cost {
    /// How much.
    pub amount: f64,
    /// ISO 4217: `USD`, `CNY`.
    pub currency: String,
}

/// What came of a request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// The greeting was answered.
    Welcome(Welcome),
    /// A page was read.
    Captured(Captured),
    /// A question was answered.
    Answered(Answered),
    /// The experts at the table.
    Experts {
        /// All of them, best first.
        experts: Vec<ExpertCard>,
    },
    /// The vendors of the catalogue.
    Vendors {
        /// All of them, by name.
        vendors: Vec<VendorCard>,
    },
    /// A key was kept or forgotten.
    Key {
        /// Whose.
        vendor: VendorId,
        /// How it stands now.
        key: KeyState,
    },
    /// A key works.
    KeyTested {
        /// Whose.
        vendor: VendorId,
    },
    /// The settings.
    Settings(Settings),
    /// What was used and spent.
    Usage(UsageReport),
    /// What the reader did with an answer was taken note of.
    Noted,
}

/// The host's answer to a greeting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Welcome {
    /// The protocol that the host speaks.
    pub protocol: Version,
    /// The host's own version.
    pub host_version: String,
}

/// What an answer took altogether.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answered {
    /// From the arrival of the request to its end, in milliseconds.
    pub duration_ms: u64,
    /// From the arrival of the request to the first text, in milliseconds.
    pub first_text_ms: Option<u64>,
    /// Money, where known.
    pub cost: Option<Cost>,
    /// Whether the money is an estimate.
    #[serde(default)]
    pub estimated: bool,
    /// Whether the last expert came to its end.
    pub finish: Finish,
}
