//! Things that end while an answer is arriving: the reader's patience, the host, the worker, the
//! panel, the browser.

use std::{
    fs,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use coterie_protocol::Action;
use coterie_tests::{
    PATIENCE, TimedOut,
    browser::BrowserError,
    experts::{End, Record},
    kill_process, pages,
    panel::{Answer, Panel},
    until,
};

use crate::stage::{Scene, Stage, check_no_complaints};

/// An answer that arrives slowly enough to be interrupted.
const SLOW: &str = "slow-drip:100ms";

/// How soon a stop must reach the expert.
const STOPPED_WITHIN: Duration = Duration::from_millis(200);

fn begin(scene: &Scene) -> usize {
    let number = scene.panel.click(Action::Summarize).unwrap();
    scene.panel.wait_until_writing(number).unwrap();
    number
}

fn closed_by_client(record: &Record) -> Option<Instant> {
    match record.end {
        Some((End::ClientClosed, at)) => Some(at),
        Some((End::Sent, _)) | None => None,
    }
}

/// When the expert saw that the answer is no longer wanted.
fn closed_upstream(stage: &Stage, number: usize) -> Instant {
    until("the end of the request at the expert", PATIENCE, || {
        let requests = stage.experts.requests();
        Ok::<_, TimedOut>(requests.get(number).and_then(closed_by_client))
    })
    .unwrap()
}

/// The text that had arrived is still there, and the reader is told in these words.
fn check_kept(panel: &Panel, number: usize, before: &Answer, state: &str) {
    let answer = panel.wait_until_ended(number).unwrap();
    assert!(
        answer.text.starts_with(&before.text),
        "{before:?} became {answer:?}"
    );
    let expected = panel.message(state).unwrap();
    assert!(
        answer.state.contains(&expected),
        "{answer:?} does not say {expected:?}"
    );
}

/// Notes in the panel when the reader clicks, by the clock of this machine: what this program takes
/// to have a click made is no part of what is promised.
const NOTE_CLICKS: &str = "document.addEventListener('click', () => { \
     globalThis.clickedAt = performance.timeOrigin + performance.now(); }, true)";

/// When the reader last clicked in the panel.
fn clicked(panel: &Panel) -> SystemTime {
    let milliseconds: f64 = panel.session.evaluate("globalThis.clickedAt").unwrap();
    UNIX_EPOCH + Duration::from_secs_f64(milliseconds / 1000.0)
}

#[test]
fn stop_in_mid_stream_closes_upstream_at_once_and_keeps_the_text() {
    let stage = Stage::with(&[SLOW]);
    let scene = stage.open(pages::ENGLISH);
    scene.panel.session.run(NOTE_CLICKS).unwrap();
    let (started, clock) = (Instant::now(), SystemTime::now());
    for _ in 0..5 {
        let number = begin(&scene);
        let before = scene.panel.answers().unwrap().pop().unwrap();
        scene.panel.click_in_answer(number, ".stop").unwrap();
        let closed = clock + (closed_upstream(&stage, number) - started);
        let took = closed
            .duration_since(clicked(&scene.panel))
            .unwrap_or_default();
        assert!(took < STOPPED_WITHIN, "{number}: closed after {took:?}");
        check_kept(&scene.panel, number, &before, "panel_status_stopped");
    }
    check_no_complaints(&scene.panel.session);
}

#[test]
fn a_host_killed_in_mid_stream_leaves_the_text_and_comes_back() {
    let stage = Stage::with(&[SLOW, "steady:1ms"]);
    let scene = stage.open(pages::ENGLISH);
    let number = begin(&scene);
    let before = scene.panel.answers().unwrap().pop().unwrap();
    let hosts = stage.browser.hosts();
    assert_eq!(hosts.len(), 1);
    kill_process(hosts[0]).unwrap();
    check_kept(&scene.panel, number, &before, "panel_status_interrupted");
    closed_upstream(&stage, 0);
    // The worker starts another one by itself, which knows nothing of the page.
    let again = begin(&scene);
    assert_eq!(again, number + 1);
    scene.panel.click_in_answer(again, ".stop").unwrap();
    scene.panel.wait_until_ended(again).unwrap();
    check_no_complaints(&scene.panel.session);
}

#[test]
fn a_worker_killed_in_mid_stream_leaves_the_text_and_comes_back() {
    let stage = Stage::with(&[SLOW]);
    let scene = stage.open(pages::ENGLISH);
    let number = begin(&scene);
    let before = scene.panel.answers().unwrap().pop().unwrap();
    stage.browser.kill_worker().unwrap();
    check_kept(&scene.panel, number, &before, "panel_status_interrupted");
    closed_upstream(&stage, 0);
    let again = begin(&scene);
    scene.panel.click_in_answer(again, ".stop").unwrap();
    scene.panel.wait_until_ended(again).unwrap();
    check_no_complaints(&scene.panel.session);
}

#[test]
fn a_panel_closed_in_mid_stream_stops_the_expert_and_can_be_opened_again() {
    let stage = Stage::with(&[SLOW]);
    let scene = stage.open(pages::ENGLISH);
    begin(&scene);
    scene.panel.session.close().unwrap();
    closed_upstream(&stage, 0);
    until("the end of the host", PATIENCE, || {
        Ok::<_, TimedOut>(stage.browser.hosts().is_empty().then_some(()))
    })
    .unwrap();
    let panel = Panel::open(&stage.browser, &scene.tab).unwrap();
    panel.wait_until_read().unwrap();
    assert!(panel.answers().unwrap().is_empty());
}

#[test]
fn a_browser_that_is_closed_takes_its_host_along() {
    let stage = Stage::with(&[SLOW]);
    let scene = stage.open(pages::ENGLISH);
    begin(&scene);
    let hosts = stage.browser.hosts();
    assert_eq!(hosts.len(), 1);
    let state = stage.browser.host_state();
    let log = fs::read_to_string(state.join("coterie.log")).unwrap();
    assert!(!log.contains("Fresnel"), "the log holds page text: {log}");
    stage.browser.close_gently().unwrap();
    let closed = Instant::now();
    until("the end of the host", PATIENCE, || {
        let command = fs::read(format!("/proc/{}/cmdline", hosts[0])).unwrap_or_default();
        Ok::<_, BrowserError>(command.is_empty().then_some(()))
    })
    .unwrap();
    assert!(
        closed.elapsed() < Duration::from_secs(5),
        "{:?}",
        closed.elapsed()
    );
    closed_upstream(&stage, 0);
}

#[test]
fn two_windows_have_two_panels_and_share_one_host() {
    let stage = Stage::with(&["steady:20ms"]);
    let first = stage.open(pages::ENGLISH);
    let tab = stage
        .browser
        .open_window(&stage.pages.url(pages::CHINESE))
        .unwrap();
    let panel = Panel::open(&stage.browser, &tab).unwrap();
    panel.wait_until_read().unwrap();
    let second = Scene { tab, panel };
    first.panel.click(Action::Explain).unwrap();
    second.panel.click(Action::Summarize).unwrap();
    let one = first.panel.wait_until_ended(0).unwrap();
    let other = second.panel.wait_until_ended(0).unwrap();
    assert_eq!(
        one.heading,
        first.panel.message("panel_action_explain").unwrap()
    );
    assert_eq!(
        other.heading,
        second.panel.message("panel_action_summarize").unwrap()
    );
    for answer in [&one, &other] {
        assert!(answer.text.contains("and the last one"), "{answer:?}");
    }
    assert_eq!(first.panel.answers().unwrap().len(), 1);
    assert_eq!(second.panel.answers().unwrap().len(), 1);
    assert_eq!(stage.browser.hosts().len(), 1);
    // One panel leaves; the other goes on.
    first.panel.session.close().unwrap();
    let number = second.panel.click(Action::Expand).unwrap();
    let answer = second.panel.wait_until_ended(number).unwrap();
    assert!(answer.text.contains("and the last one"), "{answer:?}");
    check_no_complaints(&second.panel.session);
}
