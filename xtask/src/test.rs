//! `cargo xtask test`: everything that must hold before a change lands.

use anyhow::Result;
use clap::Args;

use crate::{
    build, setup,
    steps::{self, step},
};

/// What to test.
#[derive(Args)]
pub struct Options {
    /// Leave out the tests that start a browser
    #[arg(long)]
    no_browser: bool,
}

/// Sets up, checks and tests.
pub fn run(options: &Options) -> Result<()> {
    step("Setting up", || {
        setup::rust()?;
        setup::rust_components()?;
        setup::require(&[&setup::BROWSER, &setup::DISPLAY, &setup::NODE])?;
        setup::prefer(&[&setup::APERTIUM, &setup::FONTS]);
        Ok(())
    })?;
    step("Checking the format", || {
        steps::run(
            steps::cargo(&["fmt", "--all", "--check"]),
            "run `cargo fmt --all`",
        )
    })?;
    step("Checking the scripts of the extension", scripts)?;
    step("Checking with clippy", clippy)?;
    step("Building the tests and the host", || tests(&["--no-run"]))?;
    build::extension()?;
    step("Unit, property and protocol tests", || {
        tests(&["--exclude", "coterie-tests"])
    })?;
    step("Replaying the fuzz corpus", fuzz_corpus)?;
    step("The test helpers", || {
        tests_of_helpers(&["--lib", "--bins", "--test", "manifest"])
    })?;
    if !options.no_browser {
        step("End to end in a real browser", || {
            tests_of_helpers(&["--test", "end_to_end", "--", "--test-threads=2"])
        })?;
    }
    println!("\nEverything holds.");
    Ok(())
}

/// Type-checks and tests the JavaScript of the extension.
fn scripts() -> Result<()> {
    let remedy = "read the message above; the packages are in package.json";
    let npm = |arguments: &[&str]| steps::run(steps::command("npm", arguments), remedy);
    npm(&["ci", "--no-audit", "--no-fund", "--loglevel=error"])?;
    npm(&["run", "--silent", "check"])?;
    npm(&["run", "--silent", "test"])
}

fn clippy() -> Result<()> {
    let arguments = [
        "clippy",
        "--workspace",
        "--all-targets",
        "--",
        "--deny",
        "warnings",
    ];
    steps::run(
        steps::cargo(&arguments),
        "mend what clippy names, or `#[expect]` it with a reason",
    )
}

fn tests(arguments: &[&str]) -> Result<()> {
    let arguments = [&["test", "--workspace"], arguments].concat();
    steps::run(
        steps::cargo(&arguments),
        "read the failing test's message above",
    )
}

fn tests_of_helpers(arguments: &[&str]) -> Result<()> {
    let arguments = [&["test", "--package", "coterie-tests"], arguments].concat();
    steps::run(
        steps::cargo(&arguments),
        "read the failing test's message above",
    )
}

/// The fuzz targets are a workspace of their own, since fuzzing needs a nightly compiler; their
/// corpus is replayed with this one.
fn fuzz_corpus() -> Result<()> {
    let arguments = [
        "test",
        "--manifest-path",
        "fuzz/Cargo.toml",
        "--target-dir",
        "target/fuzz",
    ];
    steps::run(
        steps::cargo(&arguments),
        "read the failing input's name above",
    )
}
