//! `cargo xtask run`: the whole thing, in a real browser, on a sample article.

use std::{path::PathBuf, thread, time::Duration};

use anyhow::{Context, Result};
use clap::Args;
use coterie_tests::{
    browser::{Browser, Launch, NativeHost, Window},
    host::EXTENSION_ID,
    pages::{self, PageServer},
    panel::Panel,
    paths,
};

use crate::{build, setup, showcase, steps::step};

/// How to run.
#[derive(Args)]
pub struct Options {
    /// Act as on a machine without a display: ask by itself, print, save screenshots, end
    #[arg(long)]
    unattended: bool,
    /// Save the picture of the whole browser here too, small enough to keep
    #[arg(long, value_name = "FILE", requires = "unattended")]
    picture: Option<PathBuf>,
}

/// Sets up, builds, and opens the browser on the sample article.
pub fn run(options: &Options) -> Result<()> {
    let attended = !options.unattended && has_display();
    step("Setting up", || {
        setup::rust()?;
        setup::require(&[&setup::BROWSER])?;
        setup::prefer(&[&setup::APERTIUM, &setup::FONTS]);
        if !attended {
            setup::prefer(&[&setup::DISPLAY]);
        }
        Ok(())
    })?;
    build::all()?;
    let pages = PageServer::start().context("no page can be served on loopback")?;
    if attended {
        step("Opening the browser", || beside_a_person(&pages))
    } else {
        step("Asking by itself, since there is no display", || {
            let launch = launch(virtual_window())?;
            showcase::run(&launch, &pages, options.picture.as_deref())
        })
    }
}

/// Opens article and panel, and waits until the person closes the browser.
fn beside_a_person(pages: &PageServer) -> Result<()> {
    let browser = Browser::launch(&launch(Window::Desktop)?)?;
    let tab = browser.open(&pages.url(pages::ENGLISH))?;
    browser.close_empty_tabs()?;
    Panel::open(&browser, &tab)?;
    println!("  The browser is open. Close it to end.");
    while browser.extension_pages("panel.html").is_ok() {
        thread::sleep(Duration::from_millis(500));
    }
    Ok(())
}

fn launch(window: Window) -> Result<Launch> {
    Ok(Launch {
        extension: Some(paths::extension()?),
        host: Some(NativeHost {
            program: paths::host()?,
            extension_ids: vec![EXTENSION_ID.to_owned()],
            config: String::new(),
            environment: Vec::new(),
        }),
        window,
        language: None,
    })
}

/// A display of our own where there is one to be had, for the picture of page and panel together.
fn virtual_window() -> Window {
    if setup::is_there(&setup::DISPLAY) {
        Window::OwnDisplay
    } else {
        Window::Headless
    }
}

fn has_display() -> bool {
    ["DISPLAY", "WAYLAND_DISPLAY"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}
