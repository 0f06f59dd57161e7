//! `coterie install` and `coterie uninstall`.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Args;
use coterie_host::install::{
    Change, Environment, RegistrationError, What, concerns, install_plan, uninstall_plan,
};

use super::{Stop, terminal};

#[derive(Debug, Args)]
struct Where {
    /// Only for this browser: chrome, chromium, edge, brave, vivaldi, firefox (may be repeated)
    #[arg(long, value_name = "NAME")]
    browser: Vec<String>,
    /// In this user-data folder of a browser, wherever it is
    #[arg(long, value_name = "DIR")]
    profile: Option<PathBuf>,
    /// Only say what would be done
    #[arg(long)]
    dry_run: bool,
}

#[derive(Debug, Args)]
pub struct InstallOptions {
    #[command(flatten)]
    place: Where,
    /// Replace manifests that are not Coterie's
    #[arg(long)]
    replace: bool,
}

#[derive(Debug, Args)]
pub struct UninstallOptions {
    #[command(flatten)]
    place: Where,
}

/// Registers this program.
pub fn install(options: &InstallOptions) -> Result<ExitCode, Stop> {
    let environment = environment()?;
    for concern in concerns(&environment.executable, &environment) {
        terminal::remark(&format!("coterie: careful: {concern}"))?;
    }
    let place = &options.place;
    let profile = absolute(place.profile.as_deref())?;
    let changes = install_plan(
        &environment,
        &place.browser,
        profile.as_deref(),
        options.replace,
    );
    carry_out(
        &changes.map_err(|error| stop(&error))?,
        place.dry_run,
        "use --replace to replace it",
    )
}

/// Takes this program's registrations away.
pub fn uninstall(options: &UninstallOptions) -> Result<ExitCode, Stop> {
    let place = &options.place;
    let profile = absolute(place.profile.as_deref())?;
    let changes = uninstall_plan(&environment()?, &place.browser, profile.as_deref());
    carry_out(
        &changes.map_err(|error| stop(&error))?,
        place.dry_run,
        "remove it by hand if you want",
    )
}

/// What registering depends on.
pub fn environment() -> Result<Environment, Stop> {
    let missing = "HOME is not set; set it to your home folder";
    Environment::of_this_process().ok_or_else(|| Stop::new(78, missing))
}

fn absolute(profile: Option<&Path>) -> Result<Option<PathBuf>, Stop> {
    Ok(profile.map(std::path::absolute).transpose()?)
}

/// Does each change, or says what it would be. What is refused is told at the end, after
/// everything else was done.
fn carry_out(changes: &[Change], dry_run: bool, remedy: &str) -> Result<ExitCode, Stop> {
    let mut refused = Vec::new();
    for change in changes {
        if !dry_run {
            change.apply().map_err(|error| stop(&error))?;
        }
        if dry_run || change.what != What::Nothing || changes.len() == 1 {
            terminal::line(&told(change, dry_run))?;
        }
        if let What::Refuse(why) = &change.what {
            refused.push(format!("{}: {why}", change.place.file.display()));
        }
    }
    if refused.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    let refused = refused.join("; ");
    Err(Stop::new(
        73,
        format!("a manifest that is not Coterie's was left alone: {refused}; {remedy}"),
    ))
}

fn told(change: &Change, dry_run: bool) -> String {
    let what = match (&change.what, dry_run) {
        (What::Nothing, _) => "nothing to do",
        (What::Create(_), true) => "would be written",
        (What::Create(_), false) => "written",
        (What::Replace(_), true) => "would be replaced",
        (What::Replace(_), false) => "replaced",
        (What::Remove, true) => "would be removed",
        (What::Remove, false) => "removed",
        (What::Refuse(_), _) => "left alone: not Coterie's",
    };
    format!(
        "{}: {}: {what}",
        change.place.title,
        change.place.file.display()
    )
}

fn stop(error: &RegistrationError) -> Stop {
    let code = match error {
        RegistrationError::UnknownBrowser { .. } | RegistrationError::UnknownFolder { .. } => 64,
        RegistrationError::NoBrowser => 69,
        RegistrationError::StrangePath(_) => 78,
        RegistrationError::Io { .. } => 73,
    };
    Stop::new(code, error.to_string())
}
