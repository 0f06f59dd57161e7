//! What the panel may read, and what it says when it may not.

use coterie_protocol::Action;
use coterie_tests::{pages, panel::Panel};

use crate::stage::{Stage, check_no_complaints};

#[test]
fn a_page_of_the_browser_cannot_be_read_and_the_panel_says_so() {
    let stage = Stage::with(&["steady:1ms"]);
    let tab = stage.browser.open("chrome://version/").unwrap();
    let panel = Panel::open(&stage.browser, &tab).unwrap();
    let expected = panel.message("panel_page_browser_title").unwrap();
    assert_eq!(panel.notice().unwrap(), expected);
    let disabled = "[...document.querySelectorAll('button.action')].every((one) => one.disabled)";
    panel
        .session
        .wait_for::<bool>("actions that cannot be used", disabled)
        .unwrap();
    check_no_complaints(&panel.session);
}

#[test]
fn another_site_is_not_read_until_the_reader_grants_it() {
    let stage = Stage::with(&["steady:1ms"]);
    let scene = stage.open(pages::ENGLISH);
    scene
        .tab
        .page
        .navigate(&stage.pages.other_site(pages::CHINESE))
        .unwrap();
    let panel = &scene.panel;
    let expected = panel.message("panel_page_not_granted_title").unwrap();
    assert_eq!(panel.notice().unwrap(), expected);
    // One click on the toolbar grants it, and the open panel reads it.
    stage.browser.click_action(&scene.tab).unwrap();
    panel.wait_until_read().unwrap();
    let number = panel.click(Action::Summarize).unwrap();
    let answer = panel.wait_until_ended(number).unwrap();
    assert_eq!(answer.trouble, "", "{answer:?}");
    assert!(stage.experts.requests()[0].body.to_string().contains('茶'));
}

#[test]
fn the_panel_follows_the_reader_within_a_site_and_between_tabs() {
    let stage = Stage::with(&["steady:1ms"]);
    let scene = stage.open(pages::ENGLISH);
    let title = "document.querySelector('h1.title').innerText";
    let english: String = scene.panel.session.evaluate(title).unwrap();
    scene
        .tab
        .page
        .navigate(&stage.pages.url(pages::CHINESE))
        .unwrap();
    let changed = format!("{title} !== {english:?} && {title}.includes('茶') && {title}");
    let chinese: String = scene
        .panel
        .session
        .wait_for("the other title", &changed)
        .unwrap();
    // Another tab has not been granted.
    stage.browser.open(&stage.pages.url(pages::MIXED)).unwrap();
    let expected = scene.panel.message("panel_page_not_granted_title").unwrap();
    assert_eq!(scene.panel.notice().unwrap(), expected);
    stage.browser.activate(&scene.tab).unwrap();
    let back = format!("{title} === {chinese:?}");
    scene
        .panel
        .session
        .wait_for::<bool>("the way back", &back)
        .unwrap();
}

#[test]
fn what_the_reader_has_selected_is_what_is_worked_on() {
    let stage = Stage::with(&["steady:1ms"]);
    let tab = stage
        .browser
        .open(&stage.pages.url(pages::ENGLISH))
        .unwrap();
    let passage = crate::stage::select(&tab.page, "blockquote p");
    let panel = Panel::open(&stage.browser, &tab).unwrap();
    panel.wait_until_read().unwrap();
    let number = panel.click(Action::Explain).unwrap();
    let answer = panel.wait_until_ended(number).unwrap();
    let beginning: String = passage.chars().take(30).collect();
    assert!(answer.about.contains(&beginning), "{answer:?}");
    assert!(
        stage.experts.requests()[0]
            .body
            .to_string()
            .contains(&beginning)
    );
}
