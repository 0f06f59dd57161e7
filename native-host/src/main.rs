//! The command line: thin, each subcommand calls one library function.

fn main() {}
