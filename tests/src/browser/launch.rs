//! How a browser is started: its options, its fresh profile, its environment.

use std::{
    fs::{self, File},
    io::{Read, Seek, SeekFrom},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use coterie_protocol::HOST_NAME;
use serde_json::json;
use tempfile::TempDir;

use super::{BrowserError, Display, error::at, find};
use crate::{PATIENCE, paths, process::ProcessGroup, until};

/// Always given. The last ones keep bubbles out of pictures and the network out of tests.
const OPTIONS: [&str; 15] = [
    "--remote-debugging-port=0",
    "--enable-unsafe-extension-debugging",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--disable-breakpad",
    "--disable-search-engine-choice-screen",
    "--disable-dev-shm-usage",
    "--disable-features=Translate,MediaRouter,OptimizationHints",
    "--password-store=basic",
    "--use-mock-keychain",
    "--test-type",
];

/// What to launch.
#[derive(Debug, Clone, Default)]
pub struct Launch {
    /// The folder of an unpacked extension to load.
    pub extension: Option<PathBuf>,
    /// The native host to register; without, extensions find none.
    pub host: Option<NativeHost>,
    /// Where the browser shows itself.
    pub window: Window,
    /// The language of the browser's own words, as `zh-CN`; without, `en-US`.
    pub language: Option<String>,
}

/// Where a browser shows itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Window {
    /// Nowhere.
    #[default]
    Headless,
    /// On a virtual display of its own.
    OwnDisplay,
    /// On the display that the person sits at.
    Desktop,
}

/// A native host and what its folders hold.
#[derive(Debug, Clone)]
pub struct NativeHost {
    /// The binary, as an absolute path.
    pub program: PathBuf,
    /// The extensions that may start it.
    pub extension_ids: Vec<String>,
    /// What `config.toml` holds.
    pub config: String,
    /// Environment variables for it, beside those that lead to its folders.
    pub environment: Vec<(String, String)>,
}

/// The size of the window, and of a display of our own, which it fills.
const WINDOW: (u32, u32) = (1440, 960);

/// A running browser before anybody has connected to it.
pub(super) struct Started {
    pub(super) process: ProcessGroup,
    pub(super) display: Option<Display>,
    pub(super) profile: TempDir,
    pub(super) port: u16,
    pub(super) path: String,
}

/// Starts a browser with a fresh profile and waits until its DevTools listen.
pub(super) fn start(launch: &Launch) -> Result<Started, BrowserError> {
    let program = find()?;
    let profile = paths::scratch("profile-").map_err(at("a profile"))?;
    if let Some(host) = &launch.host {
        register(profile.path(), host)?;
    }
    let display = match launch.window {
        Window::OwnDisplay => Some(Display::start(WINDOW.0, WINDOW.1)?),
        Window::Headless | Window::Desktop => None,
    };
    let log = profile.path().join("browser.log");
    let mut command = command(&program, profile.path(), launch);
    if let Some(display) = &display {
        command.env("DISPLAY", display.name());
    }
    command.stderr(File::create(&log).map_err(at(&log))?);
    let mut process =
        ProcessGroup::spawn(&mut command, Some(profile.path())).map_err(|source| {
            let program = program.display().to_string();
            BrowserError::Start { program, source }
        })?;
    let (port, path) = devtools_endpoint(profile.path(), &mut process)?;
    Ok(Started {
        process,
        display,
        profile,
        port,
        path,
    })
}

/// The host's configuration folder in a profile.
pub(super) fn configuration(profile: &Path) -> PathBuf {
    profile.join("host/config/coterie")
}

/// The host's state folder in a profile.
pub(super) fn state(profile: &Path) -> PathBuf {
    profile.join("host/state/coterie")
}

/// Writes the host's manifest where this profile, and no other, finds it, and its configuration.
fn register(profile: &Path, host: &NativeHost) -> Result<(), BrowserError> {
    let origin = |id: &String| format!("chrome-extension://{id}/");
    let manifest = json!({
        "name": HOST_NAME,
        "description": "Coterie",
        "path": host.program,
        "type": "stdio",
        "allowed_origins": host.extension_ids.iter().map(origin).collect::<Vec<_>>(),
    });
    let name = format!("{HOST_NAME}.json");
    write(
        &profile.join("NativeMessagingHosts"),
        &name,
        &manifest.to_string(),
    )?;
    write(&configuration(profile), "config.toml", &host.config)?;
    fs::create_dir_all(state(profile)).map_err(at(state(profile)))
}

fn write(folder: &Path, name: &str, content: &str) -> Result<(), BrowserError> {
    fs::create_dir_all(folder).map_err(at(folder))?;
    let path = folder.join(name);
    fs::write(&path, content).map_err(at(path))
}

fn command(program: &Path, profile: &Path, launch: &Launch) -> Command {
    let language = launch.language.as_deref().unwrap_or("en-US");
    let mut command = Command::new(program);
    command
        .args(OPTIONS)
        .arg(format!("--user-data-dir={}", profile.display()))
        .arg(format!("--window-size={},{}", WINDOW.0, WINDOW.1))
        .arg("--window-position=0,0")
        .arg(format!("--lang={language}"))
        .arg(format!("--accept-lang={language}"))
        // On Linux the browser's own language comes from the environment.
        .env("LANGUAGE", language.replace('-', "_"))
        .env("LANG", format!("{}.UTF-8", language.replace('-', "_")))
        .env_remove("LC_ALL")
        .env("XDG_CONFIG_HOME", profile.join("host/config"))
        .env("XDG_STATE_HOME", profile.join("host/state"))
        .env("XDG_CACHE_HOME", profile.join("host/cache"))
        .env("XDG_DATA_HOME", profile.join("host/data"))
        .stdin(Stdio::null())
        .stdout(Stdio::null());
    match launch.window {
        Window::Headless => {
            command.args(["--headless=new", "--disable-gpu"]);
            command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
        }
        Window::OwnDisplay => {
            command.arg("--disable-gpu").env_remove("WAYLAND_DISPLAY");
        }
        Window::Desktop => {}
    }
    if rustix::process::geteuid().is_root() {
        // Chromium refuses to sandbox as root; the pages visited here are our own.
        command.arg("--no-sandbox");
    }
    for (name, value) in launch.host.iter().flat_map(|host| &host.environment) {
        command.env(name, value);
    }
    command.arg("about:blank");
    command
}

/// Reads where the DevTools listen. The file can be seen empty or half written: it is complete
/// with its second line.
fn devtools_endpoint(
    profile: &Path,
    process: &mut ProcessGroup,
) -> Result<(u16, String), BrowserError> {
    let file = profile.join("DevToolsActivePort");
    until("the DevTools of the browser", PATIENCE, || {
        if let Some(endpoint) = fs::read_to_string(&file).ok().as_deref().and_then(endpoint) {
            return Ok(Some(endpoint));
        }
        if process.has_ended() {
            let said = tail(&profile.join("browser.log"));
            return Err(BrowserError::EndedAtStart { said });
        }
        Ok(None)
    })
}

fn endpoint(content: &str) -> Option<(u16, String)> {
    let (port, path) = content.split_once('\n')?;
    let complete = path.len() > "/devtools/browser/".len();
    Some((port.parse().ok()?, path.trim_end().to_owned())).filter(|_| complete)
}

/// The last characters of a log.
pub(super) fn tail(path: &Path) -> String {
    const TAIL: u64 = 2000;
    let read = || {
        let mut file = File::open(path)?;
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(TAIL)))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        std::io::Result::Ok(String::from_utf8_lossy(&bytes).into_owned())
    };
    read().unwrap_or_else(|error| format!("(no log: {error})"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_half_written_endpoint_is_not_read() {
        assert_eq!(endpoint(""), None);
        assert_eq!(endpoint("4012"), None);
        assert_eq!(endpoint("4012\n"), None);
        let path = "/devtools/browser/0c2a";
        assert_eq!(
            endpoint(&format!("4012\n{path}")),
            Some((4012, path.to_owned()))
        );
    }

    #[test]
    fn the_host_is_registered_in_the_profile_alone() {
        let profile = tempfile::tempdir().unwrap();
        let host = NativeHost {
            program: PathBuf::from("/opt/a folder/coterie"),
            extension_ids: vec!["abc".to_owned()],
            config: "# nothing".to_owned(),
            environment: Vec::new(),
        };
        register(profile.path(), &host).unwrap();
        let manifest = profile
            .path()
            .join("NativeMessagingHosts/org.coterie.host.json");
        let manifest: serde_json::Value =
            serde_json::from_str(&fs::read_to_string(manifest).unwrap()).unwrap();
        assert_eq!(manifest["path"], "/opt/a folder/coterie");
        assert_eq!(manifest["allowed_origins"][0], "chrome-extension://abc/");
        let config = configuration(profile.path()).join("config.toml");
        assert_eq!(fs::read_to_string(config).unwrap(), "# nothing");
    }
}
