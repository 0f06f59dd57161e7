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
    step(
        "Checking the panel as WebAssembly with clippy",
        clippy_of_panel,
    )?;
    step("Checking the fuzz targets", check_fuzz)?;
    step("Building the tests and the host", || tests(&["--no-run"]))?;
    build::extension()?;
    step("Unit, property and protocol tests", || {
        tests(&["--exclude", "coterie-tests"])
    })?;
    step("Replaying the fuzz corpus", fuzz_corpus)?;
    step("The test helpers", || {
        tests_of_helpers(&[
            "--lib",
            "--bins",
            "--test",
            "manifest",
            "--test",
            "native_host",
        ])
    })?;
    if !options.no_browser {
        step("The browser driver", || {
            tests_of_helpers(&["--test", "browser_driver", "--", "--test-threads=2"])
        })?;
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
    lint(&["--workspace", "--all-targets"])
}

/// What of the panel only a browser can run is compiled, and checked, for no other target.
fn clippy_of_panel() -> Result<()> {
    let target = ["--target", "wasm32-unknown-unknown"];
    lint(&[&["--package", "coterie-panel"], &target[..]].concat())
}

/// The fuzz targets are a workspace of their own, since fuzzing needs a nightly compiler; with this
/// one they are checked, and their corpus is replayed.
fn check_fuzz() -> Result<()> {
    let format = ["fmt", "--manifest-path", FUZZ, "--check"];
    steps::run(
        steps::cargo(&format),
        "run `cargo fmt --manifest-path fuzz/Cargo.toml`",
    )?;
    let folder = ["--target-dir", "target/fuzz"];
    lint(&[&["--manifest-path", FUZZ, "--all-targets"], &folder[..]].concat())
}

/// The manifest of the fuzz targets.
const FUZZ: &str = "fuzz/Cargo.toml";

fn lint(what: &[&str]) -> Result<()> {
    let arguments = [&["clippy", "--locked"], what, &["--", "--deny", "warnings"]].concat();
    steps::run(
        steps::cargo(&arguments),
        "mend what clippy names, or `#[expect]` it with a reason",
    )
}

fn tests(arguments: &[&str]) -> Result<()> {
    run_tests(&[&["--workspace"], arguments].concat())
}

fn tests_of_helpers(arguments: &[&str]) -> Result<()> {
    run_tests(&[&["--package", "coterie-tests"], arguments].concat())
}

fn fuzz_corpus() -> Result<()> {
    run_tests(&["--manifest-path", FUZZ, "--target-dir", "target/fuzz"])
}

/// Runs tests. Those of Apertium fail without it, unless they are told that it cannot be here.
fn run_tests(arguments: &[&str]) -> Result<()> {
    let mut cargo = steps::cargo(&[&["test", "--locked"], arguments].concat());
    if !setup::is_there(&setup::APERTIUM) {
        cargo.env("COTERIE_WITHOUT_APERTIUM", "1");
    }
    steps::run(cargo, "read the failing test's message above")
}
