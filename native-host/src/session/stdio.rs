//! Standard input and output for frames alone.
//!
//! A dependency or a child process that prints would be read as the length of a frame. So frames
//! get descriptors of their own, which nobody inherits; in their old places stand standard error
//! and an empty input.

use std::{
    fs::File,
    io,
    os::fd::{AsFd, OwnedFd},
};

use rustix::{
    fs::{FileType, fstat},
    io::fcntl_dupfd_cloexec,
    stdio,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::unix::pipe,
};

/// Descriptors below this one have names; ours gets a higher number.
const FIRST_FREE: i32 = 3;

/// What the extension sends.
pub type Input = Box<dyn AsyncRead + Send + Unpin>;

/// What the extension receives.
pub type Output = Box<dyn AsyncWrite + Send + Unpin>;

/// Takes standard input and output away from everybody else. To be called once, in a runtime,
/// before anything is printed or started.
///
/// # Errors
/// When the descriptors cannot be copied.
pub fn take() -> io::Result<(Input, Output)> {
    let input = fcntl_dupfd_cloexec(stdio::stdin(), FIRST_FREE)?;
    let output = fcntl_dupfd_cloexec(stdio::stdout(), FIRST_FREE)?;
    stdio::dup2_stdin(File::open("/dev/null")?)?;
    stdio::dup2_stdout(stdio::stderr())?;
    Ok((reader(input)?, writer(output)?))
}

/// A pipe, which is what browsers give, is waited for by the runtime; anything else by a thread.
fn reader(input: OwnedFd) -> io::Result<Input> {
    if is_pipe(&input)? {
        return Ok(Box::new(pipe::Receiver::from_owned_fd(input)?));
    }
    Ok(Box::new(tokio::fs::File::from_std(File::from(input))))
}

fn writer(output: OwnedFd) -> io::Result<Output> {
    if is_pipe(&output)? {
        return Ok(Box::new(pipe::Sender::from_owned_fd(output)?));
    }
    Ok(Box::new(tokio::fs::File::from_std(File::from(output))))
}

fn is_pipe(descriptor: impl AsFd) -> io::Result<bool> {
    let mode = fstat(descriptor)?.st_mode;
    Ok(FileType::from_raw_mode(mode) == FileType::Fifo)
}
