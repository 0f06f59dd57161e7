//! A running pipeline of Apertium's programs: a text in, its translation out, separated by NUL.

use std::{
    io,
    process::{ExitStatus, Stdio},
    time::Duration,
};

use coterie_protocol::FailureCode;
use thiserror::Error;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    process::{Child, ChildStdin, ChildStdout},
};

use super::{
    format::{Piece, read, write},
    installation::Installation,
};
use crate::experts::ExpertError;

/// The longest translation of one text that is believed, in bytes.
const LONGEST_ANSWER: usize = 16 * 1024 * 1024;

/// Why a pipeline did not translate.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PipelineError {
    /// A program could not be started.
    #[error("{name} could not be started: {reason}")]
    Start {
        /// The program.
        name: &'static str,
        /// What the system says.
        reason: String,
    },
    /// A program ended with an error.
    #[error("{name} ended with {status}")]
    Failed {
        /// The program.
        name: &'static str,
        /// How it ended.
        status: ExitStatus,
    },
    /// The pipeline ended before its answer did.
    #[error("the pipeline of Apertium ended in the middle of a text")]
    Ended,
    /// The pipeline gave no answer.
    #[error("Apertium gave no answer within {} s", after.as_secs_f32())]
    Hung {
        /// How long it was waited for.
        after: Duration,
    },
    /// The pipeline gave something that is not an answer.
    #[error("Apertium gave an answer that cannot be read")]
    Garbage,
}

impl PipelineError {
    /// A program that did not start.
    pub fn start(name: &'static str, error: &io::Error) -> Self {
        Self::Start {
            name,
            reason: error.kind().to_string(),
        }
    }

    /// Whether a new pipeline may do better. One that hung has taken its time already.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Ended | Self::Garbage => true,
            Self::Start { .. } | Self::Failed { .. } | Self::Hung { .. } => false,
        }
    }
}

impl From<PipelineError> for ExpertError {
    fn from(error: PipelineError) -> Self {
        let code = match error {
            PipelineError::Start { .. } | PipelineError::Failed { .. } => FailureCode::Unreachable,
            PipelineError::Ended => FailureCode::EndedEarly,
            PipelineError::Hung { .. } => FailureCode::TimedOut,
            PipelineError::Garbage => FailureCode::MalformedAnswer,
        };
        Self::new(code, error.to_string())
    }
}

/// A running pipeline. Dropping it ends all its programs.
pub struct Pipeline {
    input: ChildStdin,
    output: ChildStdout,
    /// How many texts it has been given; marks each answer.
    texts: u64,
    _group: Group,
}

/// The shell and the programs that it started, in a process group of their own.
struct Group(Child);

impl Drop for Group {
    fn drop(&mut self) {
        let leader = self
            .0
            .id()
            .and_then(|id| rustix::process::Pid::from_raw(id.try_into().ok()?));
        if let Some(leader) = leader {
            // Fails only when everyone in the group has ended.
            let _ = rustix::process::kill_process_group(leader, rustix::process::Signal::KILL);
        }
    }
}

impl Pipeline {
    /// Starts the programs of a mode. They end by themselves when this process does: their input
    /// is then at its end.
    ///
    /// # Errors
    /// When the mode cannot be read or the shell does not start.
    pub async fn start(installation: &Installation, mode: &str) -> Result<Self, PipelineError> {
        let script = installation.script(mode).await?;
        let mut child = installation
            .command("sh")
            // `$1` of a mode says how unknown words are written; `-n` is without a mark.
            .args(["-c", &script, "apertium", "-n", ""])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .process_group(0)
            .spawn()
            .map_err(|error| PipelineError::start("sh", &error))?;
        let pipes = child.stdin.take().zip(child.stdout.take());
        let (input, output) = pipes.ok_or(PipelineError::Ended)?;
        Ok(Self {
            input,
            output,
            texts: 0,
            _group: Group(child),
        })
    }

    /// Translates one text. After an error, or when the future is dropped, the pipeline is in the
    /// middle of an answer and must not be used again.
    ///
    /// # Errors
    /// When the pipeline ends, hangs, or gives what is not an answer.
    pub async fn translate(
        &mut self,
        pieces: &[Piece],
        patience: Duration,
    ) -> Result<Vec<Piece>, PipelineError> {
        self.texts += 1;
        let (stream, stop_added) = write(pieces, self.texts);
        let answer = tokio::time::timeout(patience, self.exchange(&stream)).await;
        let answer = answer.map_err(|_| PipelineError::Hung { after: patience })??;
        let answer = String::from_utf8(answer).map_err(|_| PipelineError::Garbage)?;
        read(&answer, self.texts, stop_added).ok_or(PipelineError::Garbage)
    }

    /// Sends a text while the answer is read: a long one does not fit into the pipes.
    async fn exchange(&mut self, stream: &str) -> Result<Vec<u8>, PipelineError> {
        let (input, output) = (&mut self.input, &mut self.output);
        let send = async {
            input.write_all(stream.as_bytes()).await?;
            input.write_all(b"\0").await?;
            input.flush().await
        };
        let (sent, answer) = tokio::join!(send, until_nul(output));
        sent.map_err(|_| PipelineError::Ended)?;
        answer
    }
}

/// Reads an answer and takes its NUL away.
async fn until_nul(output: &mut ChildStdout) -> Result<Vec<u8>, PipelineError> {
    let mut answer = Vec::new();
    loop {
        let seen = answer.len();
        let read = output.read_buf(&mut answer).await;
        if read.map_err(|_| PipelineError::Ended)? == 0 {
            return Err(PipelineError::Ended);
        }
        match answer[seen..].iter().position(|byte| *byte == 0) {
            Some(end) if seen + end + 1 == answer.len() => {
                answer.pop();
                return Ok(answer);
            }
            // More than one answer to one question, or one without end.
            Some(_) => return Err(PipelineError::Garbage),
            None if answer.len() > LONGEST_ANSWER => return Err(PipelineError::Garbage),
            None => {}
        }
    }
}
