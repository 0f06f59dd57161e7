//! Build, run, test and measure Coterie: `cargo xtask help` lists what there is.

#![expect(clippy::print_stdout, reason = "xtask talks to a person in a terminal")]

mod bench;
mod build;
mod manifest;
mod project;
mod run;
mod setup;
mod showcase;
mod steps;
mod test;
mod train;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Everything that is done to this repository.
#[derive(Parser)]
#[command(bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build the host and the extension into target/
    Build,
    /// Build, then open a browser on a sample article with the side panel beside it
    Run(run::Options),
    /// Measure, and print beside what we aim for
    Bench,
    /// Train the model that reads requests, and print what it reaches
    Train,
    /// Check and test everything
    Test(test::Options),
}

fn main() -> ExitCode {
    let ended = match Arguments::parse().command {
        Command::Build => build::all(),
        Command::Bench => bench::run(),
        Command::Run(options) => run::run(&options),
        Command::Train => train::run(),
        Command::Test(options) => test::run(&options),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("\n{error:#}");
            ExitCode::FAILURE
        }
    }
}
