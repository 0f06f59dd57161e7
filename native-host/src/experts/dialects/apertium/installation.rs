//! Where Apertium is installed on this machine and which pairs it has.

use std::{
    ffi::{OsStr, OsString},
    path::PathBuf,
    process::Stdio,
    time::Duration,
};

use tokio::process::Command;

use super::{languages::Pair, pipeline::PipelineError};

/// How long a question to Apertium's own programs may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// An installation of Apertium.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installation {
    /// The folder with `apertium` and the other programs.
    pub programs: PathBuf,
    /// The folder with `modes`.
    pub data: PathBuf,
}

impl Installation {
    /// Looks for `apertium` along `path`, the value of `PATH`. Its data lies beside it, unless
    /// `data` (the value of `APERTIUM_DATADIR`) says otherwise.
    pub fn find(path: &OsStr, data: Option<OsString>) -> Option<Self> {
        let has_apertium = |folder: &PathBuf| folder.join("apertium").is_file();
        let programs = std::env::split_paths(path)
            .filter(|folder| folder.is_absolute())
            .find(has_apertium)?;
        let beside = || Some(programs.parent()?.join("share/apertium"));
        let data = data.map(PathBuf::from).or_else(beside)?;
        Some(Self { programs, data })
    }

    /// Asks which pairs there are. Those between languages that Coterie does not know are left out.
    ///
    /// # Errors
    /// When `apertium -l` does not run, fails, or does not answer.
    pub async fn pairs(&self) -> Result<Vec<Pair>, PipelineError> {
        let mut command = self.command("apertium");
        let listed = run(command.arg("-l").arg("-d").arg(&self.data), "apertium -l").await?;
        Ok(listed
            .lines()
            .filter_map(|line| Pair::parse(line.trim()))
            .collect())
    }

    /// The shell script that runs a mode's programs, each told to flush at every NUL.
    ///
    /// # Errors
    /// When `apertium-wblank-mode` does not run, fails, or does not answer.
    pub async fn script(&self, mode: &str) -> Result<String, PipelineError> {
        let mut command = self.command("apertium-wblank-mode");
        let file = self.data.join("modes").join(format!("{mode}.mode"));
        run(command.arg("-z").arg(file), "apertium-wblank-mode").await
    }

    /// When pairs were last added or removed: the state of the folder that lists them.
    pub fn changed(&self) -> Option<std::time::SystemTime> {
        std::fs::metadata(self.data.join("modes"))
            .ok()?
            .modified()
            .ok()
    }

    /// A program of this installation, or the shell, with the environment that they need.
    pub fn command(&self, program: &str) -> Command {
        let own = self.programs.join(program);
        let mut command = Command::new(if own.is_file() {
            own
        } else {
            PathBuf::from(program)
        });
        // Keys stand in the environment, and these programs are not ours: they get what they need.
        command.env_clear();
        for name in ["HOME", "TMPDIR", "LD_LIBRARY_PATH"] {
            command.envs(std::env::var_os(name).map(|value| (name, value)));
        }
        command
            .env("LC_ALL", "C.UTF-8")
            .env("PATH", self.search_path())
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true);
        command
    }

    /// `PATH` with this installation first: the modes name their programs without a folder.
    fn search_path(&self) -> OsString {
        let inherited = std::env::var_os("PATH").unwrap_or_default();
        let folders = std::iter::once(self.programs.clone())
            .chain(std::env::split_paths(&inherited))
            .filter(|folder| !folder.as_os_str().is_empty());
        std::env::join_paths(folders).unwrap_or(inherited)
    }
}

/// Runs a command to its end and gives what it wrote.
async fn run(command: &mut Command, name: &'static str) -> Result<String, PipelineError> {
    let output = tokio::time::timeout(PATIENCE, command.output()).await;
    let output = output.map_err(|_| PipelineError::Hung { after: PATIENCE })?;
    let output = output.map_err(|error| PipelineError::start(name, &error))?;
    if !output.status.success() {
        return Err(PipelineError::Failed {
            name,
            status: output.status,
        });
    }
    String::from_utf8(output.stdout).map_err(|_| PipelineError::Garbage)
}
