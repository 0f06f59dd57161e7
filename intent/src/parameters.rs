//! Parameters.
use crate::{Label, Parameters};
/// Reads.
pub fn parameters(_text: &str, _label: Label) -> Parameters {
    Parameters::default()
}
