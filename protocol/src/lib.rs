//! Every message between the extension and the native host, and nothing else.
//!
//! The extension sends [`ToHost`], the host answers with [`FromHost`]. Every message belongs to a
//! request, named by the [`RequestId`] that the client chose; a request gets any number of
//! progress events and then **exactly one** terminal event: done, failed or cancelled.
//!
//! This crate does no I/O, knows no browser and no runtime: both ends share it.

mod ask;
mod chunk;
mod event;
mod expert;
mod failure;
mod id;
mod language;
mod message;
mod page;
mod plan;
mod settings;
mod usage;
mod vendor;
mod version;

pub use ask::{Action, Ask, Length, Speaker, Target, Turn};
pub use chunk::{Assembler, Chunk, ChunkError, split};
pub use event::{
    Answered, Cost, Event, Finish, Outcome, Reason, StepId, StepReport, Usage, Welcome,
};
pub use expert::{ExpertCard, ExpertId, Place, Price, Seen};
pub use failure::{Failure, FailureCode};
pub use id::{ClientId, DocumentId, IdError, RequestId};
pub use language::{Direction, LanguageTag};
pub use message::{Client, FromHost, Signal, ToHost};
pub use page::{Captured, Hidden, Paragraph, ParagraphKind, Selection, Snapshot, Span};
pub use plan::{Basis, HabitOf, Mark, PlanShape, PlannedStep, StepRole, Understood};
pub use settings::{OwnEndpoint, Profile, Settings};
pub use usage::{UsageLine, UsageReport};
pub use vendor::{Confidence, KeyPart, KeyState, ModelCard, Rung, VendorCard, VendorId};
pub use version::{Compatibility, PROTOCOL, Version};

/// The largest frame that a browser accepts from a native host, in bytes: one more closes the port.
pub const MAX_FRAME_TO_BROWSER: usize = 1024 * 1024;

/// The largest frame that the host accepts, in bytes. Browsers would send up to 64 MiB.
pub const MAX_FRAME_TO_HOST: usize = 8 * 1024 * 1024;

/// The name under which browsers know the host.
pub const HOST_NAME: &str = "org.coterie.host";
