//! What the panel may read, and what it says when it may not.

use coterie_protocol::Action;
use coterie_tests::{pages, panel::Panel};
use serde_json::{Value, json};

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

/// Notes what the panel asks the browser for, and has the reader decline: what the browser shows to
/// be confirmed is its own, and cannot be clicked in from outside.
const NOTE_ASKING: &str = "(() => { globalThis.asked = []; \
     for (const name of ['request', 'addHostAccessRequest']) { \
       chrome.permissions[name] = (wanted) => { \
         const clicked = navigator.userActivation.isActive; \
         asked.push({ name, wanted, clicked }); \
         return name === 'request' ? Promise.resolve(false) : Promise.resolve(); } } })()";

/// A click on the button with this label asks the browser for just this, in the turn of the click.
fn check_asks(panel: &Panel, label: &str, name: &str, wanted: &Value) {
    let mark = format!(
        "[...document.querySelectorAll('button.plain')]\
         .filter((one) => one.innerText === {label:?})\
         .map((one) => one.setAttribute('data-test', '')).length > 0"
    );
    panel.session.wait_for::<bool>(label, &mark).unwrap();
    panel.session.run("asked.splice(0)").unwrap();
    panel.session.click("[data-test]").unwrap();
    let asked: Vec<Value> = panel
        .session
        .wait_for("what is asked for", "asked.length > 0 && asked")
        .unwrap();
    assert_eq!(
        asked,
        [json!({"name": name, "wanted": wanted, "clicked": true})]
    );
    let unmark = "document.querySelector('[data-test]')?.removeAttribute('data-test')";
    panel.session.run(unmark).unwrap();
}

fn check_says(panel: &Panel, key: &str) {
    let said = format!(
        "[...document.querySelectorAll('.note')].some((one) => one.innerText === {:?})",
        panel.message(key).unwrap()
    );
    panel.session.wait_for::<bool>(key, &said).unwrap();
}

#[test]
fn a_click_asks_for_the_site_that_was_read_or_for_all_and_no_more() {
    let stage = Stage::with(&["steady:1ms"]);
    let scene = stage.open(pages::ENGLISH);
    let panel = &scene.panel;
    panel.session.run(NOTE_ASKING).unwrap();
    panel.session.click("button.chip").unwrap();
    let here = json!({"origins": ["http://127.0.0.1/*", "https://127.0.0.1/*"]});
    check_asks(panel, "Always on 127.0.0.1", "request", &here);
    check_says(panel, "panel_access_declined");
    let all = json!({"origins": ["http://*/*", "https://*/*"]});
    let label = panel.message("panel_access_all").unwrap();
    check_asks(panel, &label, "request", &all);
    check_no_complaints(&panel.session);
}

#[test]
fn a_click_asks_for_the_site_that_is_not_read_yet_or_for_all_and_no_more() {
    let stage = Stage::with(&["steady:1ms"]);
    let scene = stage.open(pages::ENGLISH);
    let other = stage.pages.other_site(pages::CHINESE);
    scene.tab.page.navigate(&other).unwrap();
    let panel = &scene.panel;
    panel.session.run(NOTE_ASKING).unwrap();
    // Its address is not ours to know: the browser is told the tab, and asks the reader itself.
    let tab = "chrome.tabs.query({active: true}).then(([tab]) => tab.id)";
    let tab: i64 = panel.session.evaluate(tab).unwrap();
    let label = panel.message("panel_access_site").unwrap();
    check_asks(
        panel,
        &label,
        "addHostAccessRequest",
        &json!({"tabId": tab}),
    );
    check_says(panel, "panel_access_confirm");
    let all = json!({"origins": ["http://*/*", "https://*/*"]});
    let label = panel.message("panel_access_all").unwrap();
    check_asks(panel, &label, "request", &all);
    check_says(panel, "panel_access_declined");
    check_no_complaints(&panel.session);
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
