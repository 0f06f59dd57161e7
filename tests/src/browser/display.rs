//! A display of our own for a browser with a window, and a real mouse and keyboard on it.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
};

use super::BrowserError;
use crate::process::ProcessGroup;

/// A virtual X display with a window manager; it ends when dropped.
pub struct Display {
    name: String,
    // Ended in this order: the manager first.
    _manager: ProcessGroup,
    _server: ProcessGroup,
}

impl Display {
    /// Starts a display of this size on a number that is free.
    ///
    /// # Errors
    /// When Xvfb or openbox is not installed or does not start.
    pub fn start(width: u32, height: u32) -> Result<Self, BrowserError> {
        let screen = format!("{width}x{height}x24");
        let mut server = start(
            Command::new("Xvfb")
                .args([
                    "-displayfd",
                    "1",
                    "-screen",
                    "0",
                    &screen,
                    "-nolisten",
                    "tcp",
                ])
                .stdout(Stdio::piped()),
        )?;
        let name = format!(":{}", number_of(&mut server)?);
        let manager = start(
            Command::new("openbox")
                .args(["--config-file", "/dev/null"])
                .env("DISPLAY", &name)
                .stdout(Stdio::null()),
        )?;
        Ok(Self {
            name,
            _manager: manager,
            _server: server,
        })
    }

    /// The name for `DISPLAY`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Saves what the whole display shows.
    ///
    /// # Errors
    /// When ImageMagick is not installed or fails.
    pub fn screenshot(&self, path: &Path) -> Result<(), BrowserError> {
        let path = path.to_string_lossy();
        self.command("import", &["-window", "root", &path])
            .map(drop)
    }

    /// Saves the same with a palette of 256 colours, to be kept and published.
    ///
    /// # Errors
    /// When ImageMagick is not installed or fails.
    pub fn small_screenshot(&self, path: &Path) -> Result<(), BrowserError> {
        let path = format!("PNG8:{}", path.display());
        let colours = ["-dither", "None", "-colors", "256"];
        let arguments = [&["-window", "root"], &colours[..], &[&path]].concat();
        self.command("import", &arguments).map(drop)
    }

    /// Works the real mouse and keyboard: the arguments of `xdotool`.
    ///
    /// # Errors
    /// When xdotool is not installed or fails.
    pub fn xdotool(&self, arguments: &[&str]) -> Result<String, BrowserError> {
        self.command("xdotool", arguments)
    }

    fn command(&self, program: &str, arguments: &[&str]) -> Result<String, BrowserError> {
        let output = Command::new(program)
            .args(arguments)
            .env("DISPLAY", &self.name)
            .stdin(Stdio::null())
            .output()
            .map_err(|source| BrowserError::Start {
                program: program.to_owned(),
                source,
            })?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        Err(BrowserError::Display {
            command: format!("{program} {}", arguments.join(" ")),
            detail: String::from_utf8_lossy(&output.stderr).into_owned(),
        })
    }
}

fn start(command: &mut Command) -> Result<ProcessGroup, BrowserError> {
    command.stdin(Stdio::null()).stderr(Stdio::null());
    ProcessGroup::spawn(command, None).map_err(|source| BrowserError::Start {
        program: command.get_program().to_string_lossy().into_owned(),
        source,
    })
}

/// The number that the server chose: it writes it when it is ready.
fn number_of(server: &mut ProcessGroup) -> Result<u32, BrowserError> {
    let mut line = String::new();
    if let Some(output) = server.take_stdout() {
        // A server that dies closes the pipe, so this does not hang.
        let _read = BufReader::new(output).read_line(&mut line);
    }
    line.trim().parse().map_err(|_| BrowserError::Display {
        command: "Xvfb".to_owned(),
        detail: format!("it gave no display number but {line:?}"),
    })
}
