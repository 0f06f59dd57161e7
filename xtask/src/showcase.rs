//! What Coterie does on a machine without a screen: each action once, through the real panel.

use std::fs;

use anyhow::{Context, Result, ensure};
use coterie_tests::{
    browser::{Browser, Launch, Session},
    pages::{self, PageServer},
};
use serde::Deserialize;

use crate::project;

/// The actions shown.
const ACTIONS: [&str; 3] = ["summarize", "translate", "expand"];

/// An answer as the panel shows it.
#[derive(Deserialize)]
struct Answer {
    state: String,
    expert: String,
    text: String,
}

/// Asks for each action, prints the answers, saves pictures and says where.
pub fn run(launch: &Launch, pages: &PageServer) -> Result<()> {
    let browser = Browser::launch(launch)?;
    let tab = browser.open(&pages.url(pages::ENGLISH))?;
    let panel = browser.open_panel(&tab, "panel.html")?;
    // The translation engine that is installed by default speaks Spanish.
    panel.run(CHOOSE_SPANISH)?;
    let mut failed = Vec::new();
    for action in ACTIONS {
        let answer = ask(&panel, action)?;
        println!(
            "\n  \u{2500}\u{2500} {action}, by {} \u{2500}\u{2500}\n",
            answer.expert
        );
        for line in answer.text.lines() {
            println!("  {line}");
        }
        if answer.state != "done" {
            failed.push(action);
        }
    }
    save_pictures(&browser, &tab.page, &panel)?;
    ensure!(
        failed.is_empty(),
        "no answer was given for: {}",
        failed.join(", ")
    );
    Ok(())
}

const CHOOSE_SPANISH: &str = "(() => {
    const choice = document.querySelector('select[data-choice=\"language\"]');
    choice.value = 'es';
    choice.dispatchEvent(new Event('change', { bubbles: true }));
})()";

fn ask(panel: &Session, action: &str) -> Result<Answer> {
    let button = format!("button[data-action=\"{action}\"]");
    panel.wait_for::<bool>(
        "the button to be ready",
        &format!(
            "!!document.querySelector('{button}:not([disabled]):not([aria-disabled=\"true\"])')"
        ),
    )?;
    let before: usize = panel.evaluate("document.querySelectorAll('[data-answer]').length")?;
    panel.click(&button)?;
    let answer = format!(
        "(() => {{
            const answers = document.querySelectorAll('[data-answer]');
            const answer = answers[{before}];
            if (!answer || answer.dataset.state === 'running') return null;
            return {{
                state: answer.dataset.state,
                expert: answer.querySelector('[data-expert]')?.innerText ?? 'nobody',
                text: answer.querySelector('[data-text]')?.innerText || answer.innerText,
            }};
        }})()"
    );
    panel
        .wait_for(&format!("the answer to {action}"), &answer)
        .with_context(|| format!("the panel shows: {}", panel.visible_text()))
}

fn save_pictures(browser: &Browser, page: &Session, panel: &Session) -> Result<()> {
    let folder = project::target().join("showcase");
    fs::create_dir_all(&folder)?;
    let (page_picture, panel_picture) = (folder.join("page.png"), folder.join("panel.png"));
    page.screenshot(&page_picture)?;
    panel.screenshot(&panel_picture)?;
    println!(
        "\n  Pictures: {} and {}",
        page_picture.display(),
        panel_picture.display()
    );
    if let Some(display) = browser.display() {
        let whole = folder.join("browser.png");
        display.screenshot(&whole)?;
        println!("  Page and panel together: {}", whole.display());
    }
    Ok(())
}
