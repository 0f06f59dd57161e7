//! The panel without a mouse.

use coterie_protocol::Action;
use coterie_tests::{browser::Session, pages};

use crate::stage::{Stage, check_no_complaints};

/// Moves on with Tab until an element that matches has the focus.
fn tab_to(session: &Session, selector: &str) {
    let focused = format!("!!document.activeElement?.matches({selector:?})");
    for _ in 0..40 {
        if session.evaluate::<bool>(&focused).unwrap() {
            return;
        }
        session.press("Tab").unwrap();
    }
    panic!("Tab does not reach {selector}");
}

#[test]
fn everything_can_be_done_with_the_keyboard() {
    let stage = Stage::with(&["steady:1ms"]);
    let scene = stage.open(pages::ENGLISH);
    let session = &scene.panel.session;
    let ready = "!!document.querySelector('button.action[data-action=summarize]:not(:disabled)')";
    session.wait_for::<bool>("the action", ready).unwrap();

    tab_to(session, "button.chip");
    session.press("Enter").unwrap();
    session
        .wait_for::<bool>("what was captured", "!!document.querySelector('#captured')")
        .unwrap();
    session.press("Enter").unwrap();

    tab_to(session, "button.action[data-action=summarize]");
    session.press("Enter").unwrap();
    let answer = scene
        .panel
        .wait_for(0, "the answer", |answer| !answer.busy)
        .unwrap();
    assert_eq!(
        answer.heading,
        scene.panel.message("panel_action_summarize").unwrap()
    );

    tab_to(session, "form.composer textarea");
    session.insert_text("Who invented it?").unwrap();
    session.press("Enter").unwrap();
    let answer = scene
        .panel
        .wait_for(1, "the answer", |answer| !answer.busy)
        .unwrap();
    assert_eq!(answer.heading, "Who invented it?");
    check_no_complaints(session);
}

#[test]
fn shift_and_enter_begin_a_line_instead_of_sending() {
    let stage = Stage::with(&["steady:1ms"]);
    let scene = stage.open(pages::ENGLISH);
    let session = &scene.panel.session;
    tab_to(session, "form.composer textarea");
    session.insert_text("One").unwrap();
    session.press("Shift+Enter").unwrap();
    session.insert_text("Two").unwrap();
    let draft: String = session
        .evaluate("document.querySelector('form.composer textarea').value")
        .unwrap();
    assert_eq!(draft, "One\nTwo");
    assert!(scene.panel.answers().unwrap().is_empty());
}

#[test]
fn escape_stops_what_is_being_written() {
    let stage = Stage::with(&["slow-drip:100ms"]);
    let scene = stage.open(pages::ENGLISH);
    let number = scene.panel.click(Action::Explain).unwrap();
    scene.panel.wait_until_writing(number).unwrap();
    scene.panel.session.press("Escape").unwrap();
    let answer = scene.panel.wait_until_ended(number).unwrap();
    let stopped = scene.panel.message("panel_status_stopped").unwrap();
    assert!(answer.state.contains(&stopped), "{answer:?}");
}

#[test]
fn the_end_of_an_answer_is_announced() {
    let stage = Stage::with(&["steady:1ms"]);
    let scene = stage.open(pages::ENGLISH);
    let number = scene.panel.click(Action::Summarize).unwrap();
    scene.panel.wait_until_ended(number).unwrap();
    let spoken = "document.querySelector('[aria-live=polite]')?.innerText.trim() || null";
    let spoken: String = scene
        .panel
        .session
        .wait_for("the announcement", spoken)
        .unwrap();
    let action = scene.panel.message("panel_action_summarize").unwrap();
    assert!(spoken.contains(&action), "{spoken}");
    // Every control has a name for those who cannot see it.
    let nameless = "[...document.querySelectorAll('button, textarea, select, a, summary')]\
        .filter((one) => !(one.innerText?.trim() || one.getAttribute('aria-label') \
        || one.labels?.length)).map((one) => one.outerHTML)";
    let nameless: Vec<String> = scene.panel.session.evaluate(nameless).unwrap();
    assert_eq!(nameless, [""; 0]);
}
