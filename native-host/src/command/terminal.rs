//! Writing to the terminal. Nothing here is used while a browser listens.

use std::io::{self, IsTerminal, Write};

use serde::Serialize;

use super::Stop;

/// Writes text to standard output at once.
pub fn write(text: &str) -> Result<(), Stop> {
    let mut output = io::stdout().lock();
    output.write_all(text.as_bytes())?;
    Ok(output.flush()?)
}

/// Writes a line to standard output.
pub fn line(text: &str) -> Result<(), Stop> {
    write(&format!("{text}\n"))
}

/// Writes a value as one line of JSON.
pub fn json(value: &impl Serialize) -> Result<(), Stop> {
    let text = serde_json::to_string(value)
        .map_err(|error| Stop::internal(format!("an answer cannot be written: {error}")))?;
    line(&text)
}

/// Writes a remark to standard error.
pub fn remark(text: &str) -> Result<(), Stop> {
    Ok(writeln!(io::stderr().lock(), "{text}")?)
}

/// Whether a person reads standard error.
pub fn is_watched() -> bool {
    io::stderr().is_terminal()
}
