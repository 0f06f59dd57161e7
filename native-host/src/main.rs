//! The command line: thin, each subcommand calls one library function.
//!
//! Started by a browser, which gives an extension's name as the first argument, it speaks native
//! messaging on standard input and output; otherwise it is a tool for the terminal.

mod command;

use std::process::ExitCode;

use clap::Parser;
use coterie_host::install::Caller;

use crate::command::{Arguments, Stop};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args_os()
        .skip(1)
        .map(|argument| argument.to_string_lossy().into_owned())
        .collect();
    let result = match Caller::from_arguments(&arguments) {
        Some(caller) => command::native::run(caller),
        None => parse().and_then(command::run),
    };
    match result {
        Ok(code) => code,
        Err(stop) => stop.report(),
    }
}

/// Reads the arguments. Help and version are an answer, not an error.
fn parse() -> Result<Arguments, Stop> {
    Arguments::try_parse().map_err(|error| Stop::from_usage(&error))
}
