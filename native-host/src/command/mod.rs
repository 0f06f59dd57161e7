//! What can be typed: one file for each group of subcommands.

mod ask;
mod columns;
mod doctor;
mod evaluate;
mod experts;
mod input;
mod install;
mod key;
mod learned;
pub mod native;
mod page;
mod route;
mod stop;
mod table;
mod terminal;
mod usage;

use std::{future::Future, process::ExitCode, time::Duration};

use clap::{Parser, Subcommand};
use coterie_protocol::Action;

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
    /// Condense a text into its main points
    Summarize(ask::Plain),
    /// Put a text into another language
    Translate(ask::Plain),
    /// Tell more about a passage, or make a text longer
    Expand(ask::About),
    /// Make a passage, or a text, understandable
    Explain(ask::About),
    /// Answer a question about a text
    Ask(ask::Question),
    /// Print the article of a page
    Extract(page::Options),
    /// Measure the built-in experts against reference data
    #[command(subcommand)]
    Eval(evaluate::What),
    /// List the experts that can be asked
    Experts(experts::Options),
    /// Set, list, test and remove the keys of vendors
    #[command(subcommand)]
    Key(key::What),
    /// Tell how a request would be understood, planned and given to experts
    Route(route::Options),
    /// Show what was learned of you, or forget it
    Learned(learned::Options),
    /// Tell what was used and spent
    Usage(usage::Options),
    /// Register this program with the browsers that you use
    Install(install::InstallOptions),
    /// Take what `install` wrote away again
    Uninstall(install::UninstallOptions),
    /// Find out whether browsers can reach this program and it can reach its experts, and what to do
    /// if not
    Doctor(doctor::Options),
}

/// Runs a subcommand.
pub fn run(arguments: Arguments) -> Result<ExitCode, Stop> {
    match arguments.command {
        Command::Summarize(options) => block_on(ask::whole(Action::Summarize, options)),
        Command::Translate(options) => block_on(ask::whole(Action::Translate, options)),
        Command::Expand(options) => block_on(ask::about(Action::Expand, options)),
        Command::Explain(options) => block_on(ask::about(Action::Explain, options)),
        Command::Ask(options) => block_on(ask::question(options)),
        Command::Extract(options) => page::extract(&options),
        Command::Eval(what) => evaluate::run(&what),
        Command::Experts(options) => block_on(experts::run(options)),
        Command::Key(what) => block_on(key::run(what)),
        Command::Route(options) => block_on(route::run(options)),
        Command::Learned(options) => block_on(learned::run(options)),
        Command::Usage(options) => block_on(usage::run(options)),
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
