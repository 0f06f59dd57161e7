//! Experts that fail, and what the reader sees of it.

use coterie_protocol::Action;
use coterie_tests::{
    PATIENCE,
    experts::{End, Record},
    pages,
    panel::Answer,
};

use crate::stage::{Scene, Stage, check_no_complaints};

/// Explains a page with these models.
fn explain(models: &[&str]) -> (Stage, Answer) {
    explain_on(Stage::with(models))
}

fn explain_on(stage: Stage) -> (Stage, Answer) {
    let scene = stage.open(pages::ENGLISH);
    let number = scene.panel.click(Action::Explain).unwrap();
    let answer = scene.panel.wait_until_ended(number).unwrap();
    check_no_complaints(&scene.panel.session);
    (stage, answer)
}

/// The next expert takes over from one that fails before it has said anything, and the reader is
/// told.
fn check_taken_over(model: &str) {
    // A vendor that asks to wait is left alone with all its models.
    let experts = [("scripted", model), ("another", "steady:1ms")];
    let (stage, answer) = explain_on(Stage::with_vendors(&experts));
    assert!(answer.text.contains("and the last one"), "{answer:?}");
    assert_eq!(answer.trouble, "", "{answer:?}");
    assert!(answer.expert.contains("steady"), "{answer:?}");
    assert!(answer.why.contains(model), "{answer:?}");
    assert_eq!(stage.calls("steady:1ms"), 1);
    assert!(
        (1..=3).contains(&stage.calls(model)),
        "{}",
        stage.calls(model)
    );
}

/// An expert that fails in mid-stream leaves its text, marked as incomplete, and is not asked
/// again by itself.
fn check_kept(model: &str) {
    let (stage, answer) = explain(&[model]);
    assert!(!answer.text.is_empty(), "{answer:?}");
    assert!(!answer.trouble.is_empty(), "{answer:?}");
    assert!(!answer.state.is_empty(), "{answer:?}");
    assert_eq!(stage.calls(model), 1);
}

/// Translates a page into a language that no other expert here knows, with this model alone.
fn translate(model: &str) -> (Stage, Scene, usize) {
    let stage = Stage::with(&[model]);
    let scene = stage.open(pages::ENGLISH);
    scene.panel.choose_language("ja").unwrap();
    let number = scene.panel.click(Action::Translate).unwrap();
    (stage, scene, number)
}

/// Of an expert that fails and has nobody behind it the reader is told in this sentence, with these
/// words after it, and is offered this one thing to do.
/// It was asked so often: again only where that may help soon.
fn check_told(model: &str, sentence: &str, words: &str, remedy: &str, calls: usize) {
    let (stage, scene, number) = translate(model);
    let answer = scene.panel.wait_until_ended(number).unwrap();
    assert_eq!(answer.text, "", "{answer:?}");
    let sentence = scene.panel.message(sentence).unwrap();
    let told = "document.querySelector('.trouble > p').innerText.trim()";
    let told: String = scene.panel.session.evaluate(told).unwrap();
    assert_eq!(told, format!("{sentence} {words}").trim());
    let offered = "[...document.querySelectorAll('.trouble > button, .trouble > .command code')]\
                   .map((one) => one.innerText)";
    let offered: Vec<String> = scene.panel.session.evaluate(offered).unwrap();
    assert_eq!(offered, [remedy]);
    assert_eq!(stage.calls(model), calls, "calls of {model}");
    check_no_complaints(&scene.panel.session);
}

#[test]
fn of_an_expert_that_is_rate_limited_the_reader_is_told_how_long_to_wait() {
    let wait = "It asks to wait 120 s.";
    check_told(
        "rate-limited:120",
        "panel_failure_rate_limited",
        wait,
        "Try again",
        1,
    );
}

#[test]
fn of_an_expert_that_is_broken_the_reader_is_told() {
    check_told(
        "server-error",
        "panel_failure_overloaded",
        "",
        "Try again",
        3,
    );
}

#[test]
fn of_an_expert_that_refuses_the_key_the_reader_is_led_to_the_settings() {
    check_told(
        "key-refused",
        "panel_failure_key_refused",
        "",
        "Open settings",
        1,
    );
}

#[test]
fn of_an_event_above_the_limit_the_reader_is_told() {
    check_told(
        "huge-event",
        "panel_failure_malformed_answer",
        "",
        "Try again",
        1,
    );
}

/// The reader sees that nothing has come yet.
fn check_waiting(scene: &Scene, number: usize) {
    let waiting = scene.panel.message("panel_waiting").unwrap();
    let says = format!(
        "document.querySelectorAll('article.answer')[{number}].innerText.includes({waiting:?})"
    );
    scene
        .panel
        .session
        .wait_for::<bool>("the wait", &says)
        .unwrap();
}

#[test]
fn a_slow_first_word_is_waited_for() {
    let (stage, scene, number) = translate("slow-first-token:2s");
    check_waiting(&scene, number);
    let answer = scene.panel.wait_until_ended(number).unwrap();
    assert!(answer.text.contains("and the last one"), "{answer:?}");
    assert_eq!(stage.calls("slow-first-token:2s"), 1);
    check_no_complaints(&scene.panel.session);
}

#[test]
fn an_expert_that_says_nothing_can_be_stopped() {
    let (stage, scene, number) = translate("silence");
    check_waiting(&scene, number);
    // Before the request is out, there is nothing to be closed.
    stage
        .experts
        .wait_for("the request at the expert", PATIENCE, |_| true)
        .unwrap();
    scene.panel.click_in_answer(number, ".stop").unwrap();
    let answer = scene.panel.wait_until_ended(number).unwrap();
    assert_eq!(
        answer.state,
        scene.panel.message("panel_status_stopped").unwrap()
    );
    let closed = |record: &Record| matches!(record.end, Some((End::ClientClosed, _)));
    stage
        .experts
        .wait_for("the end at the expert", PATIENCE, closed)
        .unwrap();
    check_no_complaints(&scene.panel.session);
}

#[test]
fn another_expert_takes_over_from_one_that_is_rate_limited() {
    check_taken_over("rate-limited:120");
}

#[test]
fn another_expert_takes_over_from_one_that_is_broken() {
    check_taken_over("server-error");
}

#[test]
fn another_expert_takes_over_from_one_that_refuses_the_key() {
    check_taken_over("key-refused");
}

#[test]
fn text_is_kept_when_the_stream_is_dropped() {
    check_kept("drop-in-mid-stream");
}

#[test]
fn text_is_kept_when_an_event_is_malformed() {
    check_kept("malformed-event");
}

#[test]
fn text_is_kept_when_an_error_follows() {
    check_kept("error-after-200");
}

#[test]
fn text_is_kept_when_the_end_marker_is_missing() {
    check_kept("no-end-marker");
}

#[test]
fn every_byte_may_come_by_itself() {
    let (stage, answer) = explain(&["bytewise"]);
    assert!(answer.text.contains("and the last one"), "{answer:?}");
    assert_eq!(stage.calls("bytewise"), 1);
}

#[test]
fn what_an_expert_thinks_aloud_is_not_part_of_the_answer() {
    let (_stage, answer) = explain(&["thinking"]);
    assert!(answer.text.contains("and the last one"), "{answer:?}");
    assert!(!answer.text.contains("Let me think"), "{answer:?}");
}

#[test]
fn thousands_of_deltas_arrive_in_order() {
    let (_stage, answer) = explain(&["fast:3000"]);
    let numbers = answer
        .text
        .split(|character: char| character.is_whitespace() || character == '.')
        .filter_map(|word| word.strip_prefix("word")?.parse::<usize>().ok());
    assert!(numbers.eq(0..3000), "{answer:?}");
}

#[test]
fn an_expert_is_found_where_local_runtimes_listen() {
    let experts = coterie_tests::experts::ScriptedServer::start().unwrap();
    let config = format!(
        "[discovery]\nenabled = true\n[[discovery.runtime]]\nid = \"ollama\"\n\
         name = \"Ollama\"\nbase_url = \"{}\"\n",
        experts.base_url()
    );
    let launch = coterie_tests::browser::Launch {
        extension: Some(coterie_tests::paths::extension().unwrap()),
        host: Some(crate::stage::host(&config)),
        ..coterie_tests::browser::Launch::default()
    };
    let stage = Stage::launch(experts, &launch);
    let scene = stage.open(pages::ENGLISH);
    let number = scene.panel.click(Action::Explain).unwrap();
    let answer = scene.panel.wait_until_ended(number).unwrap();
    assert!(answer.text.contains("and the last one"), "{answer:?}");
    assert_eq!(stage.experts.requests().len(), 1);
}
