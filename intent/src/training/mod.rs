//! Training: from the lines of the data to the model that ships, the same bytes on every machine.

mod calibrate;
mod corpus;
mod measure;
mod perturb;
mod random;
pub mod samples;
mod split;
mod template;
mod trainer;

pub use corpus::{Corpus, DataError, Line, LinePart};
pub use measure::{Counts, Held, measure};
pub use perturb::Change;
pub use random::Random;
pub use samples::{Sample, SamplePart};
pub use split::{Split, split};
pub use template::{Slots, Template};
pub use trainer::{Settings, Trained, train};
