//! A host's process and its pipes: for what a well-behaved client would not do.

use std::{
    fs,
    io::Write,
    path::Path,
    process::{ChildStdin, ChildStdout, Command, Stdio},
};

use coterie_protocol::ToHost;
use tempfile::TempDir;

use super::{HostError, frame};
use crate::{PATIENCE, paths, process::ProcessGroup};

/// A running host that nobody reads from yet; it ends when dropped.
pub struct HostProcess {
    input: Option<ChildStdin>,
    output: Option<ChildStdout>,
    process: ProcessGroup,
    _folders: TempDir,
}

/// What a host finds where it starts.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    /// The text of `config.toml`.
    pub config: String,
    /// The reader's own files of the catalogue: names, and texts.
    pub catalog: Vec<(String, String)>,
    /// Variables of the environment.
    pub environment: Vec<(String, String)>,
}

/// Memory in RAM as Linux counts it for one process, in bytes. Pages that it shares with others,
/// such as those of the C library, count in full.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Memory {
    /// Now: `VmRSS`.
    pub resident: u64,
    /// The most so far: `VmHWM`.
    pub peak: u64,
}

impl HostProcess {
    /// Starts a host as a browser does, with this configuration.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(program: &Path, caller: &str, config: &str) -> Result<Self, HostError> {
        let surroundings = Surroundings {
            config: config.to_owned(),
            ..Surroundings::default()
        };
        Self::start_in(program, caller, &surroundings)
    }

    /// Starts a host as a browser does, in these surroundings.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start_in(
        program: &Path,
        caller: &str,
        surroundings: &Surroundings,
    ) -> Result<Self, HostError> {
        let folders = paths::scratch("host-")?;
        let configuration = folders.path().join("config/coterie");
        fs::create_dir_all(configuration.join("catalog"))?;
        fs::write(configuration.join("config.toml"), &surroundings.config)?;
        for (name, text) in &surroundings.catalog {
            fs::write(configuration.join("catalog").join(name), text)?;
        }
        let mut command = Command::new(program);
        command
            .arg(caller)
            .env("XDG_CONFIG_HOME", folders.path().join("config"))
            .env("XDG_STATE_HOME", folders.path().join("state"))
            .envs(surroundings.environment.iter().cloned())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut process = ProcessGroup::spawn(&mut command, Some(folders.path()))?;
        Ok(Self {
            input: process.take_stdin(),
            output: process.take_stdout(),
            process,
            _folders: folders,
        })
    }

    /// Sends a message.
    ///
    /// # Errors
    /// When the host does not read.
    pub fn send(&mut self, message: &ToHost) -> Result<(), HostError> {
        self.send_bytes(&frame(message)?)
    }

    /// Sends bytes, which need not be frames.
    ///
    /// # Errors
    /// When the host does not read.
    pub fn send_bytes(&mut self, bytes: &[u8]) -> Result<(), HostError> {
        let input = self.input.as_mut().ok_or(HostError::Ended)?;
        input.write_all(bytes)?;
        input.flush()?;
        Ok(())
    }

    /// Closes the host's input, as a browser does that closes the port.
    pub fn close_input(&mut self) {
        self.input = None;
    }

    /// Closes our end of the host's output: what it writes from now on goes nowhere.
    pub fn close_output(&mut self) {
        self.output = None;
    }

    /// The host's output, for one reader.
    pub(super) fn take_output(&mut self) -> Option<ChildStdout> {
        self.output.take()
    }

    /// Waits until the host has ended by itself; gives its exit code, if no signal ended it.
    ///
    /// # Errors
    /// When it does not end in time.
    pub fn exit_code(&mut self) -> Result<Option<i32>, HostError> {
        self.process.wait(PATIENCE)?;
        Ok(self.process.exit_code()?)
    }

    /// The variables in the environment that the host was started with, as `NAME=value`.
    ///
    /// # Errors
    /// When the host has ended.
    pub fn environment(&self) -> Result<Vec<String>, HostError> {
        let environment = fs::read(format!("/proc/{}/environ", self.process.id()))?;
        let variables = environment.split(|byte| *byte == 0);
        Ok(variables
            .map(|variable| String::from_utf8_lossy(variable).into_owned())
            .collect())
    }

    /// The memory of the host.
    ///
    /// # Errors
    /// When the host has ended.
    pub fn memory(&self) -> Result<Memory, HostError> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let bytes = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            let kibibytes = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
            kibibytes.map(|count: u64| count * 1024)
        };
        let memory = bytes("VmRSS:").zip(bytes("VmHWM:"));
        let (resident, peak) = memory.ok_or(HostError::Ended)?;
        Ok(Memory { resident, peak })
    }
}
