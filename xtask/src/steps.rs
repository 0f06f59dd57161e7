//! Running commands so that a person sees what happens, how long it takes and what to do about a
//! failure.

use std::{
    process::{Command, Stdio},
    time::Instant,
};

use anyhow::{Context, Result, bail};

use crate::project;

/// Says what is being done, does it, and says how long it took.
pub fn step<T>(title: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    println!("\n\u{25b8} {title}");
    let start = Instant::now();
    let result = work().with_context(|| format!("failed: {title}"))?;
    println!("  {title}: {:.0} s", start.elapsed().as_secs_f64());
    Ok(result)
}

/// A command that runs in the root of the repository.
pub fn command(program: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .current_dir(project::root())
        .stdin(Stdio::null());
    command
}

/// Runs a command to its end; `remedy` says what to do when it fails.
pub fn run(mut command: Command, remedy: &str) -> Result<()> {
    let shown = format!("{command:?}");
    let status = command
        .status()
        .with_context(|| format!("could not start {shown}: {remedy}"))?;
    if !status.success() {
        bail!("{shown} ended with {status}\n  What to do: {remedy}");
    }
    Ok(())
}

/// Whether a command runs and succeeds; what it prints is dropped.
pub fn succeeds(program: &str, arguments: &[&str]) -> bool {
    let mut command = command(program, arguments);
    let quiet = command.stdout(Stdio::null()).stderr(Stdio::null());
    quiet.status().is_ok_and(|status| status.success())
}

/// Cargo, as the one that runs us.
pub fn cargo(arguments: &[&str]) -> Command {
    let program = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    command(&program, arguments)
}
