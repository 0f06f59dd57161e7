//! What Coterie does on a machine without a screen: each action once, through the real panel.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use coterie_protocol::Action;
use coterie_tests::{
    browser::{Browser, Launch},
    pages::{self, PageServer},
    panel::Panel,
};

use crate::{project, setup};

/// The actions shown.
const ACTIONS: [Action; 3] = [Action::Summarize, Action::Translate, Action::Expand];

/// The language to translate into: the engine that is installed by default speaks it.
const LANGUAGE: &str = "es";

/// Asks for each action, prints the answers, saves pictures and says where.
pub fn run(launch: &Launch, pages: &PageServer, picture: Option<&Path>) -> Result<()> {
    let browser = Browser::launch(launch)?;
    let tab = browser.open(&pages.url(pages::ENGLISH))?;
    browser.close_empty_tabs()?;
    let panel = Panel::open(&browser, &tab)?;
    panel.wait_until_read()?;
    panel.choose_language(LANGUAGE)?;
    let mut saved = Vec::new();
    for action in ACTIONS {
        let number = panel.click(action)?;
        let answer = panel.wait_until_ended(number)?;
        println!(
            "\n  \u{2500}\u{2500} {}, by {} \u{2500}\u{2500}\n",
            answer.heading, answer.expert
        );
        for line in answer.text.lines() {
            println!("  {line}");
        }
        let may_lack = action == Action::Translate && !setup::is_there(&setup::APERTIUM);
        if may_lack && !answer.trouble.is_empty() {
            println!("  {}\n  {}", answer.trouble, setup::APERTIUM.otherwise());
            continue;
        }
        ensure!(
            answer.trouble.is_empty(),
            "{} failed: {}",
            action.as_str(),
            answer.trouble
        );
        if action == Action::Summarize {
            // From the top, with the one who gave it, and no button under the mouse.
            panel.session.click(".title")?;
            let top = "document.querySelector('.conversation').scrollTop = 0";
            panel.session.run(top)?;
            saved = save_pictures(&browser, &tab.page, &panel, picture)?;
        }
    }
    println!("\n  Pictures of page and panel:");
    for picture in saved {
        println!("    {}", picture.display());
    }
    Ok(())
}

fn save_pictures(
    browser: &Browser,
    page: &coterie_tests::browser::Session,
    panel: &Panel,
    picture: Option<&Path>,
) -> Result<Vec<PathBuf>> {
    let folder = project::target().join("showcase");
    fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    let mut saved: Vec<PathBuf> = vec![folder.join("page.png"), folder.join("panel.png")];
    page.screenshot(&saved[0])?;
    panel.session.screenshot(&saved[1])?;
    if let Some(display) = browser.display() {
        saved.push(folder.join("browser.png"));
        display.screenshot(&folder.join("browser.png"))?;
    }
    if let Some(picture) = picture {
        let display = browser.display();
        let display = display.context("a picture of all needs a virtual display")?;
        if let Some(folder) = picture.parent() {
            fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
        }
        display.small_screenshot(picture)?;
        saved.push(picture.to_owned());
    }
    Ok(saved)
}
