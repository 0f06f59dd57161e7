//! With a real mouse and a real keyboard, on a display.

use coterie_tests::{
    PATIENCE,
    browser::{Display, Session},
    pages,
    panel::Panel,
    until,
};

use crate::stage::{Stage, check_no_complaints};

/// Where the middle of an element is on the display.
fn on_display(page: &Session, selector: &str) -> (String, String) {
    let script = format!(
        "(() => {{ const e = document.querySelector('{selector}'); \
         e.scrollIntoView({{block: 'center', behavior: 'instant'}}); \
         const r = e.getBoundingClientRect(); \
         const top = screenY + outerHeight - innerHeight; \
         return innerWidth === 0 ? null : \
         [Math.round(screenX + r.x + Math.min(r.width, 400) / 2), Math.round(top + r.y + r.height / 2)]; }})()"
    );
    let (x, y): (i32, i32) = page.wait_for(selector, &script).unwrap();
    (x.to_string(), y.to_string())
}

/// Presses keys until a condition holds in a page.
fn press_until(display: &Display, key: &str, page: &Session, what: &str, condition: &str) {
    until(what, PATIENCE, || {
        if page.evaluate::<bool>(condition)? {
            return Ok(Some(()));
        }
        display.xdotool(&["key", key])?;
        Ok::<_, coterie_tests::browser::BrowserError>(None)
    })
    .unwrap();
}

#[test]
fn a_real_context_menu_opens_the_panel_and_acts() {
    let stage = Stage::on_display(&["steady:1ms"]);
    let tab = stage
        .browser
        .open(&stage.pages.url(pages::ENGLISH))
        .unwrap();
    stage.browser.worker().unwrap();
    let display = stage.browser.display().unwrap();

    // Three clicks select a paragraph; a right click on it opens the menu.
    let (x, y) = on_display(&tab.page, "article p:nth-of-type(2)");
    display
        .xdotool(&[
            "mousemove",
            &x,
            &y,
            "click",
            "--repeat",
            "3",
            "--delay",
            "60",
            "1",
        ])
        .unwrap();
    let selected: String = tab
        .page
        .wait_for("a selection", "getSelection().toString() || null")
        .unwrap();
    display
        .xdotool(&["mousemove", &x, &y, "click", "3"])
        .unwrap();
    // From the end of the menu: Inspect, then ours, whose second item is Summarize.
    display
        .xdotool(&[
            "key", "--delay", "250", "Up", "Up", "Right", "Down", "Return",
        ])
        .unwrap();

    let panel = Panel::find(&stage.browser).unwrap();
    let answer = panel
        .wait_for(0, "the answer", |answer| !answer.busy)
        .unwrap();
    assert_eq!(
        answer.heading,
        panel.message("panel_action_summarize").unwrap()
    );
    let beginning: String = selected.trim().chars().take(30).collect();
    assert!(answer.about.contains(&beginning), "{answer:?}");
    assert!(answer.text.contains("A scripted expert"), "{answer:?}");

    // The keyboard walks into the panel and asks there.
    let session = &panel.session;
    press_until(
        display,
        "F6",
        session,
        "the focus in the panel",
        "document.hasFocus()",
    );
    let in_composer = "!!document.activeElement?.matches('form.composer textarea')";
    press_until(
        display,
        "Tab",
        session,
        "the focus in the composer",
        in_composer,
    );
    display
        .xdotool(&["type", "--delay", "20", "What is a lens?"])
        .unwrap();
    display.xdotool(&["key", "Return"]).unwrap();
    let answer = panel
        .wait_for(1, "the answer", |answer| !answer.busy)
        .unwrap();
    assert_eq!(answer.heading, "What is a lens?");
    assert_eq!(stage.experts.requests().len(), 2);

    let picture = stage.browser.profile().join("display.png");
    display.screenshot(&picture).unwrap();
    check_no_complaints(session);
}
