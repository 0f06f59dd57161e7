//! What can be typed: one file for each group of subcommands.

mod doctor;
mod install;
pub mod native;
mod stop;
mod table;
mod terminal;

use std::{future::Future, process::ExitCode, time::Duration};

use clap::{Parser, Subcommand};

pub use self::stop::Stop;

/// Collaboration of experts for the pages that you read.
#[derive(Debug, Parser)]
#[command(name = "coterie", version, after_help = stop::EXIT_CODES, arg_required_else_help = true)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Register this program with the browsers that you use
    Install(install::InstallOptions),
    /// Take what `install` wrote away again
    Uninstall(install::UninstallOptions),
    /// Find out whether each browser can reach this program, and what to do if not
    Doctor(doctor::Options),
}

/// Runs a subcommand.
pub fn run(arguments: Arguments) -> Result<ExitCode, Stop> {
    match arguments.command {
        Command::Install(options) => install::install(&options),
        Command::Uninstall(options) => install::uninstall(&options),
        Command::Doctor(options) => block_on(doctor::run(options)),
    }
}

/// Runs something asynchronous to its end. What it leaves behind, such as a read of standard
/// input that nobody waits for any more, does not hold up the end of the process.
fn block_on<T>(future: impl Future<Output = Result<T, Stop>>) -> Result<T, Stop> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Stop::internal(format!("the runtime does not start: {error}")))?;
    let result = runtime.block_on(future);
    runtime.shutdown_timeout(Duration::from_millis(100));
    result
}
