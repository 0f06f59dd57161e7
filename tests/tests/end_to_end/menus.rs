//! The context menu: each item does what it says, whether the panel is open or not.
//!
//! Only a real mouse opens the real menu (see `desktop`); here the worker is told of the click.

use coterie_tests::{browser::Session, pages, panel::Panel};
use serde_json::json;

use crate::stage::{Scene, Stage, check_no_complaints, select};

/// Tells the worker of a click on an item in the tab in front.
fn click(worker: &Session, item: &str, selection: Option<&str>) {
    let mut info = json!({
        "menuItemId": item, "frameId": 0, "editable": false, "pageUrl": "http://127.0.0.1/",
    });
    if let Some(selection) = selection {
        info["selectionText"] = json!(selection);
    }
    let script = format!(
        "chrome.tabs.query({{active: true, lastFocusedWindow: true}})\
         .then(([tab]) => chrome.contextMenus.onClicked.dispatch({info}, tab))"
    );
    worker.run(&script).unwrap();
}

/// Clicks an item on a selected paragraph and expects an answer under this heading.
fn check(stage: &Stage, scene: &Scene, item: &str, heading: &str) {
    let worker = stage.browser.worker().unwrap();
    let number = scene.panel.answers().unwrap().len();
    let passage = select(&scene.tab.page, "article p:nth-of-type(3)");
    click(&worker, item, Some(&passage));
    let answer = scene
        .panel
        .wait_for(number, "the answer to the menu", |answer| !answer.busy)
        .unwrap();
    assert_eq!(answer.heading, scene.panel.message(heading).unwrap());
    assert!(answer.text.contains("A scripted expert"), "{answer:?}");
    let beginning: String = passage.chars().take(30).collect();
    assert!(answer.about.contains(&beginning), "{answer:?}");
    let requests = stage.experts.requests();
    assert_eq!(requests.len(), number + 1, "one call for one click");
    assert!(requests[number].body.to_string().contains(&beginning));
}

#[test]
fn each_item_acts_on_the_selection() {
    let stage = Stage::with(&["steady:1ms"]);
    let scene = stage.open(pages::ENGLISH);
    check(&stage, &scene, "translate", "panel_action_translate");
    check(&stage, &scene, "summarize", "panel_action_summarize");
    check(&stage, &scene, "explain", "panel_action_explain");
    check(&stage, &scene, "expand", "panel_action_expand");
    check_no_complaints(&scene.panel.session);
}

#[test]
fn the_item_of_a_page_summarizes_the_page() {
    let stage = Stage::with(&["steady:1ms"]);
    let scene = stage.open(pages::ENGLISH);
    click(&stage.browser.worker().unwrap(), "summarize-page", None);
    let answer = scene.panel.wait_until_ended(0).unwrap();
    let summarize = scene.panel.message("panel_action_summarize").unwrap();
    assert_eq!(answer.heading, summarize);
    assert!(
        stage.experts.requests()[0]
            .body
            .to_string()
            .contains("Augustin Fresnel")
    );
}

#[test]
fn a_click_while_the_panel_is_closed_is_carried_out_once_it_opens() {
    let stage = Stage::with(&["steady:1ms"]);
    let tab = stage
        .browser
        .open(&stage.pages.url(pages::ENGLISH))
        .unwrap();
    let passage = select(&tab.page, "article p:nth-of-type(3)");
    click(&stage.browser.worker().unwrap(), "explain", Some(&passage));
    let panel = Panel::open(&stage.browser, &tab).unwrap();
    let answer = panel
        .wait_for(0, "the answer to the menu", |answer| !answer.busy)
        .unwrap();
    assert!(answer.text.contains("A scripted expert"), "{answer:?}");
    panel.wait_until_read().unwrap();
    // Delivered once, and acknowledged: nothing waits for the next panel.
    let waiting = "chrome.storage.session.get(null)\
                   .then((all) => Object.keys(all).filter((key) => key.startsWith('handoff:')).length === 0)";
    stage
        .browser
        .worker()
        .unwrap()
        .wait_for::<bool>("the acknowledgement", waiting)
        .unwrap();
    assert_eq!(panel.answers().unwrap().len(), 1);
    assert_eq!(stage.experts.requests().len(), 1);
    check_no_complaints(&panel.session);
}

#[test]
fn every_item_is_in_the_menu() {
    let stage = Stage::built_in();
    let worker = stage.browser.worker().unwrap();
    for item in [
        "translate",
        "summarize",
        "explain",
        "expand",
        "summarize-page",
    ] {
        // The browser lists no items, but refuses to change one that is not there.
        let there = format!(
            "new Promise((done) => chrome.contextMenus.update('{item}', {{}}, \
             () => done(chrome.runtime.lastError === undefined)))"
        );
        worker
            .wait_for::<bool>(&format!("the item {item}"), &there)
            .unwrap();
    }
}
