//! Finding out what stands between a browser and the host: each step by itself, and for each that
//! fails the one thing to do.

use std::{
    collections::HashMap,
    fs,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use serde::Serialize;

use super::{
    Browser, Environment, Existing, Family, HandshakeError, HostManifest, browsers, concerns,
    shake_hands,
};

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// Whose: a browser's title, or `Coterie`.
    pub subject: String,
    /// Which step of the way from the browser to the host.
    pub step: &'static str,
    /// What was found.
    #[serde(flatten)]
    pub finding: Finding,
}

/// What was found at one step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "finding", rename_all = "snake_case")]
pub enum Finding {
    /// It is as it should be.
    Fine {
        /// What it is.
        what: String,
    },
    /// It works, and there is something to know.
    Hint {
        /// What.
        what: String,
    },
    /// It does not work.
    Broken {
        /// What is wrong.
        what: String,
        /// What to do about it.
        remedy: String,
    },
}

/// Everything that was looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Diagnosis {
    /// Each step, in the order of looking.
    pub checks: Vec<Check>,
}

impl Diagnosis {
    /// Whether something needs doing.
    pub fn needs_doing(&self) -> bool {
        let broken = |check: &Check| matches!(check.finding, Finding::Broken { .. });
        self.checks.iter().any(broken)
    }

    /// Notes that a step is as it should be.
    pub fn fine(&mut self, subject: &str, step: &'static str, what: impl Into<String>) {
        self.note(subject, step, Finding::Fine { what: what.into() });
    }

    /// Notes something to know.
    pub fn hint(&mut self, subject: &str, step: &'static str, what: impl Into<String>) {
        self.note(subject, step, Finding::Hint { what: what.into() });
    }

    /// Notes a step that does not work and what to do.
    pub fn broken(
        &mut self,
        subject: &str,
        step: &'static str,
        what: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        let (what, remedy) = (what.into(), remedy.into());
        self.note(subject, step, Finding::Broken { what, remedy });
    }

    fn note(&mut self, subject: &str, step: &'static str, finding: Finding) {
        self.checks.push(Check {
            subject: subject.to_owned(),
            step,
            finding,
        });
    }
}

/// Looks at the binary and at every browser of this reader; starts the host as they would.
pub async fn examine(environment: &Environment, folders: &[PathBuf]) -> Diagnosis {
    let mut diagnosis = Diagnosis::default();
    let mut hands = Handshakes::default();
    for concern in concerns(&environment.executable, environment) {
        diagnosis.hint("Coterie", "binary", concern);
    }
    for folder in folders {
        check_folder(folder, &mut diagnosis);
    }
    let mut used = 0;
    for browser in browsers() {
        if let Some(folder) = browser.sandbox(environment) {
            diagnosis.hint(&browser.title, "package", sandbox_hint(browser, &folder));
        }
        if browser.is_used(environment) {
            used += 1;
            examine_browser(browser, environment, &mut hands, &mut diagnosis).await;
        }
    }
    if used == 0 {
        let remedy = "start your browser once, then run `coterie install`";
        diagnosis.broken("Coterie", "browser", "no browser was found", remedy);
    }
    diagnosis
}

fn sandbox_hint(browser: &Browser, folder: &Path) -> String {
    format!(
        "{} from snap or flatpak ({}) may not start programs outside its sandbox; \
         use the vendor's own package with Coterie",
        browser.title,
        folder.display()
    )
}

/// A folder that Coterie writes to: it, or the nearest one above that exists, must be ours.
fn check_folder(folder: &Path, diagnosis: &mut Diagnosis) {
    let existing = folder.ancestors().find(|folder| folder.exists());
    let shown = folder.display();
    match existing.map(|existing| (existing, is_writable(existing))) {
        Some((_, true)) => diagnosis.fine("Coterie", "folder", format!("{shown} can be written")),
        Some((existing, false)) => {
            let remedy = format!("make {} writable for you", existing.display());
            diagnosis.broken(
                "Coterie",
                "folder",
                format!("{shown} cannot be written"),
                remedy,
            );
        }
        None => diagnosis.hint("Coterie", "folder", format!("{shown} does not exist")),
    }
}

fn is_writable(folder: &Path) -> bool {
    rustix::fs::access(folder, rustix::fs::Access::WRITE_OK).is_ok()
}

/// Goes the way that a browser goes, as far as it leads.
async fn examine_browser(
    browser: &Browser,
    environment: &Environment,
    hands: &mut Handshakes,
    diagnosis: &mut Diagnosis,
) {
    let title = &browser.title;
    let Some(folder) = browser.manifests(environment) else {
        return;
    };
    let file = folder.join(format!("{}.json", coterie_protocol::HOST_NAME));
    let install = format!("run `coterie install --browser {}`", browser.name);
    let manifest = match Existing::at(&file) {
        Ok(Existing::Ours(manifest)) => manifest,
        found => return diagnose_manifest(title, &file, found, &install, diagnosis),
    };
    diagnosis.fine(title, "manifest", format!("{}", file.display()));
    if !check_manifest(browser, &file, &manifest, &install, diagnosis) {
        return;
    }
    let arguments = browser.family.arguments(&file);
    match hands.shake(Path::new(&manifest.path), &arguments).await {
        Ok(version) => diagnosis.fine(title, "handshake", format!("host {version} answers")),
        Err(error) => {
            let what = format!("the host {}: {error}", manifest.path);
            diagnosis.broken(title, "handshake", what, handshake_remedy(&error, &install));
        }
    }
}

fn diagnose_manifest(
    title: &str,
    file: &Path,
    found: std::io::Result<Existing>,
    install: &str,
    diagnosis: &mut Diagnosis,
) {
    let shown = file.display();
    let (what, remedy) = match found {
        Ok(Existing::Foreign(why)) => (
            format!("{shown} is not Coterie's: {why}"),
            format!("{install} --replace"),
        ),
        Err(error) => (
            format!("{shown} cannot be read: {error}"),
            format!("make {shown} readable"),
        ),
        Ok(_) => (format!("{shown} is not there"), install.to_owned()),
    };
    diagnosis.broken(title, "manifest", what, remedy);
}

/// Whether a browser would accept the manifest and find the program.
fn check_manifest(
    browser: &Browser,
    file: &Path,
    manifest: &HostManifest,
    install: &str,
    diagnosis: &mut Diagnosis,
) -> bool {
    let title = &browser.title;
    let program = Path::new(&manifest.path);
    let mut all_well = true;
    let mut complain = |step, what: String| {
        diagnosis.broken(title, step, what, install);
        all_well = false;
    };
    if manifest.kind != "stdio" {
        complain(
            "manifest",
            format!("{} is of type {}", file.display(), manifest.kind),
        );
    }
    if manifest.callers(browser.family) != browser.family.callers() {
        complain("ids", format!("{} names other extensions", file.display()));
    }
    if !program.is_absolute() || !is_executable(program) {
        complain(
            "program",
            format!("{} is not a program that can be started", manifest.path),
        );
    }
    all_well
}

fn is_executable(program: &Path) -> bool {
    fs::metadata(program).is_ok_and(|found| found.is_file() && found.mode() & 0o111 != 0)
}

fn handshake_remedy(error: &HandshakeError, install: &str) -> String {
    match error {
        HandshakeError::Incompatible { .. } => install.to_owned(),
        HandshakeError::Start(_) | HandshakeError::Silent | HandshakeError::NoAnswer(_) => {
            format!("build or install Coterie again, then {install}")
        }
    }
}

impl Family {
    /// The arguments with which a browser of this family starts the host.
    pub fn arguments(self, manifest: &Path) -> Vec<String> {
        let caller = self.callers().into_iter().next().unwrap_or_default();
        match self {
            Self::Chromium => vec![caller],
            Self::Firefox => vec![manifest.display().to_string(), caller],
        }
    }
}

/// Handshakes already made: browsers mostly share one host.
#[derive(Default)]
struct Handshakes(HashMap<PathBuf, Result<String, HandshakeError>>);

impl Handshakes {
    async fn shake(
        &mut self,
        program: &Path,
        arguments: &[String],
    ) -> Result<String, HandshakeError> {
        if let Some(known) = self.0.get(program) {
            return known.clone();
        }
        let shaken = shake_hands(program, arguments).await;
        let shaken = shaken.map(|welcome| welcome.host_version);
        self.0.insert(program.to_owned(), shaken.clone());
        shaken
    }
}
