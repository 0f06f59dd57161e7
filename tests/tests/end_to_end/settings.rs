//! The choice of an expert, and the settings page.

use coterie_protocol::Action;
use coterie_tests::{browser::Session, pages};
use serde_json::json;

use crate::stage::{Scene, Stage, check_no_complaints};

/// A key that is worth nothing, and must not be found anywhere.
const KEY: &str = "sk-made-up-for-this-test-0123456789";

/// Opens the settings with the gear of the panel.
fn open_settings(stage: &Stage, scene: &Scene) -> Session {
    scene.panel.session.click("button.settings").unwrap();
    let page = stage.browser.extension_page("options.html").unwrap();
    wait(
        &page,
        "the vendors",
        "document.querySelector('.vendor') !== null",
    );
    page
}

#[track_caller]
fn wait(page: &Session, what: &str, script: &str) {
    page.wait_for::<bool>(what, script).unwrap();
}

/// Types into a field.
fn fill(page: &Session, selector: &str, text: &str) {
    page.click(selector).unwrap();
    page.insert_text(text).unwrap();
}

/// Opens the list beside the composer and chooses an expert.
fn choose(scene: &Scene, expert: &str) {
    let session = &scene.panel.session;
    session.click(".picker .pick").unwrap();
    let item = format!(".picker [data-expert={}]", json!(expert));
    session.click(&item).unwrap();
}

#[test]
fn one_click_changes_the_expert_of_the_next_answer_and_of_those_after() {
    let stage = Stage::with(&["steady@first", "steady@second"]);
    let scene = stage.open(pages::ENGLISH);
    choose(&scene, "scripted/steady@second");
    let number = scene.panel.click(Action::Explain).unwrap();
    let answer = scene.panel.wait_until_ended(number).unwrap();
    assert_eq!(answer.expert, "Scripted steady@second");
    assert_eq!(stage.calls("steady@second"), 1);
    assert_eq!(stage.calls("steady@first"), 0);
    // The panel remembers it.
    scene
        .panel
        .session
        .navigate(&stage.browser.extension_url("panel.html"))
        .unwrap();
    let shown = "document.querySelector('.pick')?.innerText.trim() === 'Scripted steady@second'";
    wait(&scene.panel.session, "the choice", shown);
    check_no_complaints(&scene.panel.session);
}

#[test]
fn another_expert_is_asked_the_same() {
    let stage = Stage::with(&["steady@first", "steady@second"]);
    let scene = stage.open(pages::ENGLISH);
    let number = scene.panel.click(Action::Explain).unwrap();
    let first = scene.panel.wait_until_ended(number).unwrap();
    scene
        .panel
        .click_in_answer(number, "button.another")
        .unwrap();
    let other = ".experts [data-expert='scripted/steady@second']";
    scene.panel.click_in_answer(number, other).unwrap();
    let second = scene.panel.wait_until_ended(number + 1).unwrap();
    assert_eq!(second.expert, "Scripted steady@second");
    assert_eq!(second.heading, first.heading);
    assert_eq!(scene.panel.answers().unwrap()[number].text, first.text);
    assert_eq!(
        (stage.calls("steady@first"), stage.calls("steady@second")),
        (1, 1)
    );
    check_no_complaints(&scene.panel.session);
}

#[test]
fn vendors_are_listed_and_found() {
    let stage = Stage::built_in();
    let scene = stage.open(pages::ENGLISH);
    let page = open_settings(&stage, &scene);
    let count = "document.querySelectorAll('.vendor').length";
    let all: usize = page.evaluate(count).unwrap();
    assert!(all > 30, "{all} vendors");
    fill(&page, ".search", "deepseek");
    let found = format!("{count} < {all} && !!document.querySelector('[data-vendor=deepseek]')");
    wait(&page, "the vendor", &found);
    check_no_complaints(&page);
}

#[test]
fn a_key_is_shown_as_set_and_is_found_nowhere_in_the_browser() {
    let stage = Stage::built_in();
    let scene = stage.open(pages::ENGLISH);
    let page = open_settings(&stage, &scene);
    page.click("[data-vendor=deepseek] summary").unwrap();
    fill(&page, "[data-vendor=deepseek] [data-part='0']", KEY);
    page.click("[data-vendor=deepseek] [type=submit]").unwrap();
    let state = "document.querySelector('[data-vendor=deepseek] .key-state.set')?.innerText";
    let rung: String = page.wait_for("the key", state).unwrap();
    assert!(rung.starts_with("Key "), "{rung}");
    let everything = "Promise.all([chrome.storage.local.get(), chrome.storage.session.get()])\
        .then((stored) => JSON.stringify(stored) + document.documentElement.outerHTML \
        + [...document.querySelectorAll('input')].map((one) => one.value).join())";
    let everything: String = page.evaluate(everything).unwrap();
    assert!(!everything.contains(KEY));
    page.click("[data-vendor=deepseek] .remove").unwrap();
    let gone = "!document.querySelector('[data-vendor=deepseek] .key-state.set')";
    wait(&page, "the key to be gone", gone);
    check_no_complaints(&page);
}

#[test]
fn an_own_address_is_added_and_answers() {
    let stage = Stage::built_in();
    let scene = stage.open(pages::ENGLISH);
    let page = open_settings(&stage, &scene);
    fill(&page, "[name=own-name]", "Mine");
    fill(&page, "[name=own-address]", &stage.experts.base_url());
    fill(&page, "[name=own-model]", "steady");
    page.click(".own-form [type=submit]").unwrap();
    wait(
        &page,
        "the address",
        "document.querySelector('.saved')?.innerText === 'Saved.'",
    );
    stage.browser.activate(&scene.tab).unwrap();
    let session = &scene.panel.session;
    session.click(".picker .pick").unwrap();
    let mine = "[...document.querySelectorAll('.picker [data-expert]')]\
        .find((one) => one.innerText.includes('Mine'))?.dataset.expert";
    let id: String = session.wait_for("the own expert", mine).unwrap();
    session
        .click(&format!(".picker [data-expert={}]", json!(id)))
        .unwrap();
    let number = scene.panel.click(Action::Explain).unwrap();
    let answer = scene.panel.wait_until_ended(number).unwrap();
    assert!(answer.text.contains("and the last one"), "{answer:?}");
    assert_eq!(stage.calls("steady"), 1);
    check_no_complaints(session);
}

#[test]
fn limits_and_profile_survive_a_reload() {
    let stage = Stage::built_in();
    let scene = stage.open(pages::ENGLISH);
    let page = open_settings(&stage, &scene);
    let saved = "document.querySelector('.saved')?.innerText === 'Saved.'";
    fill(&page, "[name=daily]", "2.5");
    page.click(".caps [type=submit]").unwrap();
    wait(&page, "the limit", saved);
    page.click("[name=profile][value=private]").unwrap();
    wait(&page, "the profile", saved);
    page.navigate(&stage.browser.extension_url("options.html"))
        .unwrap();
    let kept = "document.querySelector('[name=daily]')?.value === '2.5' \
        && document.querySelector('[name=profile][value=private]').checked";
    wait(&page, "what was saved", kept);
    check_no_complaints(&page);
}

#[test]
fn a_second_expert_goes_on_in_mid_stream_and_the_seam_is_shown_on_request() {
    let stage = Stage::with(&["drop-in-mid-stream", "steady"]);
    let scene = stage.open(pages::ENGLISH);
    let number = scene.panel.click(Action::Explain).unwrap();
    let answer = scene.panel.wait_until_ended(number).unwrap();
    assert_eq!(answer.trouble, "", "{answer:?}");
    assert!(
        answer.text.starts_with("A scripted expert read"),
        "{answer:?}"
    );
    assert!(answer.text.contains("and the last one"), "{answer:?}");
    assert_eq!(answer.expert, "Scripted steady");
    assert!(
        answer
            .why
            .contains("Scripted drop-in-mid-stream fell silent"),
        "{answer:?}"
    );
    let marks = "document.querySelectorAll('.prose .seam').length";
    assert_eq!(scene.panel.session.evaluate::<usize>(marks).unwrap(), 0);
    scene
        .panel
        .click_in_answer(number, ".expert summary")
        .unwrap();
    scene.panel.click_in_answer(number, ".show-seam").unwrap();
    wait(&scene.panel.session, "the mark", &format!("{marks} === 1"));
    let after = scene.panel.answers().unwrap().remove(number);
    assert_eq!(after.text, answer.text);
    scene.panel.click_in_answer(number, ".show-seam").unwrap();
    wait(
        &scene.panel.session,
        "the mark to go",
        &format!("{marks} === 0"),
    );
    check_no_complaints(&scene.panel.session);
}
