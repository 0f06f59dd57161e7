//! What the world outside says: read once at the top, handed down, replaced in tests.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

/// The operating system, as far as browsers' folders differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum System {
    /// Linux and its like.
    Linux,
    /// macOS.
    Mac,
    /// Windows.
    Windows,
}

impl System {
    /// The system that this was built for.
    pub const fn current() -> Self {
        if cfg!(target_os = "macos") {
            Self::Mac
        } else if cfg!(windows) {
            Self::Windows
        } else {
            Self::Linux
        }
    }
}

/// What of the environment registering depends on.
#[derive(Debug, Clone)]
pub struct Environment {
    /// The system.
    pub system: System,
    /// The reader's home.
    pub home: PathBuf,
    /// Where programs keep their settings: `XDG_CONFIG_HOME`.
    pub config: PathBuf,
    /// Where files are that do not stay.
    pub temporary: Vec<PathBuf>,
    /// The running binary.
    pub executable: PathBuf,
}

impl Environment {
    /// The environment of this process; none without a home.
    pub fn of_this_process() -> Option<Self> {
        let executable = std::env::current_exe().ok()?;
        Self::from(|name| std::env::var_os(name), executable)
    }

    /// The environment by the variables that `look_up` knows.
    pub fn from(look_up: impl Fn(&str) -> Option<OsString>, executable: PathBuf) -> Option<Self> {
        let folder = |name| {
            look_up(name)
                .map(PathBuf::from)
                .filter(|path| path.is_absolute())
        };
        let home = folder("HOME").or_else(|| folder("USERPROFILE"))?;
        let usual = ["/tmp", "/var/tmp", "/dev/shm"].map(PathBuf::from);
        Some(Self {
            system: System::current(),
            config: folder("XDG_CONFIG_HOME").unwrap_or_else(|| home.join(".config")),
            temporary: usual.into_iter().chain(folder("TMPDIR")).collect(),
            home,
            executable,
        })
    }

    /// A path as it is in the data: `{home}` and `{config}` stand for folders.
    pub fn expand(&self, pattern: &str) -> PathBuf {
        let (base, rest) = match pattern.split_once('}') {
            Some(("{home", rest)) => (self.home.as_path(), rest),
            Some(("{config", rest)) => (self.config.as_path(), rest),
            _ => (Path::new(""), pattern),
        };
        base.join(rest.trim_start_matches('/'))
    }
}
