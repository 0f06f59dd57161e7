//! Building the host and the extension.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use crate::{
    manifest::{self, Family},
    project, setup,
    steps::{self, step},
};

/// Files of `extension/` that serve its development and are not shipped.
const NOT_SHIPPED: [&str; 2] = ["jsconfig.json", "types"];

/// Builds everything that a browser needs.
pub fn all() -> Result<()> {
    step("Building the host", host)?;
    extension()
}

/// Builds the command `coterie` into target/debug/.
fn host() -> Result<()> {
    let remedy = "read the compiler's message above; a C compiler (package gcc) is needed";
    steps::run(
        steps::cargo(&["build", "--locked", "--package", "coterie-host"]),
        remedy,
    )
}

/// Builds the extension into target/extension/, once for each browser family.
pub fn extension() -> Result<()> {
    setup::rust()?;
    step("Compiling the panel to WebAssembly", compile_panel)?;
    step("Bundling the extension", || {
        let panel = project::target().join("panel-bundle");
        bundle_panel(&panel)?;
        Family::ALL
            .iter()
            .try_for_each(|family| assemble(*family, &panel))
    })
}

fn compile_panel() -> Result<()> {
    let arguments = [
        "build",
        "--locked",
        "--package",
        "coterie-panel",
        "--profile",
        "panel",
    ];
    let target = ["--target", "wasm32-unknown-unknown"];
    let mut build = steps::cargo(&[&arguments[..], &target].concat());
    build.env("CARGO_ENCODED_RUSTFLAGS", without_places()?);
    steps::run(build, "read the compiler's message above")
}

/// Options for the compiler that keep the folders of this machine out of the panel: messages of
/// panics name their source file.
fn without_places() -> Result<OsString> {
    let mut folders = vec![project::root()];
    let cargo = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let cargo = cargo.or_else(|| Some(std::env::home_dir()?.join(".cargo")));
    let sources = cargo
        .context("there is no home folder")?
        .join("registry/src");
    for registry in fs::read_dir(sources).into_iter().flatten() {
        folders.push(registry?.path());
    }
    folders.sort();
    let mut options = OsString::new();
    for folder in folders {
        if !options.is_empty() {
            options.push("\u{1f}");
        }
        options.push("--remap-path-prefix=");
        options.push(folder);
        options.push("=");
    }
    Ok(options)
}

/// Writes panel.js and panel_bg.wasm.
fn bundle_panel(into: &Path) -> Result<()> {
    let wasm = project::target().join("wasm32-unknown-unknown/panel/coterie_panel.wasm");
    let mut bindgen = Bindgen::new();
    bindgen.input_path(wasm).out_name("panel").typescript(false);
    bindgen
        .remove_name_section(true)
        .remove_producers_section(true);
    bindgen.omit_default_module_path(true);
    bindgen
        .web(true)?
        .generate(into)
        .context("wasm-bindgen could not bundle the panel")
}

fn assemble(family: Family, panel: &Path) -> Result<()> {
    let folder = project::extension(family.name());
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    copy(&project::root().join("extension"), &folder)?;
    copy(panel, &folder)?;
    let manifest = fs::read(project::root().join("manifest.json")).context("manifest.json")?;
    let derived = manifest::derive(&serde_json::from_slice(&manifest)?, family)?;
    fs::write(
        folder.join("manifest.json"),
        serde_json::to_vec_pretty(&derived)?,
    )?;
    Ok(())
}

/// Copies a folder with all that is in it and shipped.
fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| format!("reading {}", from.display()))? {
        let entry = entry?;
        if NOT_SHIPPED.iter().any(|name| entry.file_name() == *name) {
            continue;
        }
        let destination = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &destination)?;
        } else {
            fs::copy(entry.path(), &destination)?;
        }
    }
    Ok(())
}
