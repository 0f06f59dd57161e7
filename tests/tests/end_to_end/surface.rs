//! Attempts to reach the host from where nobody may: other extensions, pages, forged messages.

use std::{collections::BTreeMap, fs, path::Path};

use coterie_protocol::Action;
use coterie_tests::{
    browser::{Session, Tab},
    host::EXTENSION_ID,
    pages,
};
use serde_json::Value;

use crate::stage::{Scene, Stage, check_no_complaints};

const OTHER_MANIFEST: &str = r#"{
  "manifest_version": 3, "name": "Another extension", "version": "1",
  "background": {"service_worker": "worker.js"}, "permissions": ["nativeMessaging"]
}"#;

/// Makes an extension that is not ours.
fn other_extension(folder: &Path) {
    fs::write(folder.join("manifest.json"), OTHER_MANIFEST).unwrap();
    fs::write(folder.join("worker.js"), "globalThis.ready = true;").unwrap();
}

/// Opens a port to the worker from a page of our own, sends these envelopes, and gives what comes
/// back until the worker answers the last one or closes the port.
fn converse(session: &Session, name: &str, envelopes: &str, until: &str) -> Vec<Value> {
    let script = format!(
        "new Promise((done) => {{ \
           const got = []; \
           const port = chrome.runtime.connect({{name: '{name}'}}); \
           port.onDisconnect.addListener(() => done([...got, {{closed: true}}])); \
           port.onMessage.addListener((message) => {{ \
             got.push(message); \
             if (({until})(message, got)) {{ port.disconnect(); done(got); }} \
           }}); \
           for (const envelope of {envelopes}) port.postMessage(envelope); \
         }})"
    );
    session.evaluate(&script).unwrap()
}

/// Greets the host as this client and sends it messages; gives its answers, without those to the
/// greeting, until `count` requests or the host have ended.
fn ask_host(session: &Session, client: &str, messages: &str, count: usize) -> Vec<Value> {
    let envelopes = format!(
        "[{{to: 'worker', kind: 'open', client: '{client}', window: -7}}, ...({messages})\
         .map((message) => ({{to: 'host', message}}))]"
    );
    let until = format!(
        "(message, got) => got.filter((one) => one.from === 'host' && \
         (['done', 'failed', 'cancelled'].includes(one.message.event) \
         || one.message.kind === 'rejected')).length >= {count} \
         || (message.kind === 'host' && ['ended', 'broken'].includes(message.state))"
    );
    let all = converse(session, "panel", &envelopes, &until);
    let from_host = all
        .into_iter()
        .filter(|envelope| envelope["from"] == "host");
    from_host
        .map(|envelope| envelope["message"].clone())
        .collect()
}

fn hello(client: &str) -> String {
    format!(
        "{{kind: 'hello', id: '{client}/0', protocol: {{major: 1, minor: 0}}, \
         client: {{name: 'test', version: '0'}}}}"
    )
}

/// How each request ended, by its id.
fn endings(messages: &[Value]) -> BTreeMap<String, Vec<String>> {
    let mut endings = BTreeMap::<String, Vec<String>>::new();
    for message in messages {
        let event = message["event"].as_str().unwrap_or_default();
        if ["done", "failed", "cancelled"].contains(&event) {
            let id = message["id"].as_str().unwrap_or_default().to_owned();
            let code = message["failure"]["code"].as_str().unwrap_or(event);
            endings.entry(id).or_default().push(code.to_owned());
        }
    }
    endings
}

fn scene() -> (Stage, Scene) {
    let stage = Stage::with(&["steady:1ms"]);
    let scene = stage.open(pages::ENGLISH);
    (stage, scene)
}

/// Nothing has happened: no expert was asked, the panel shows nothing, and it still works.
fn check_untouched(stage: &Stage, scene: &Scene) {
    assert!(scene.panel.answers().unwrap().is_empty());
    assert!(stage.experts.requests().is_empty());
    let number = scene.panel.click(Action::Summarize).unwrap();
    let answer = scene.panel.wait_until_ended(number).unwrap();
    assert_eq!(answer.trouble, "", "{answer:?}");
    assert_eq!(stage.experts.requests().len(), 1);
    assert_eq!(stage.browser.hosts().len(), 1);
}

#[test]
fn another_extension_reaches_neither_worker_nor_host() {
    let (stage, scene) = scene();
    let folder = tempfile::tempdir().unwrap();
    other_extension(folder.path());
    let other = stage.browser.load(folder.path()).unwrap();
    let worker = stage.browser.worker_of(&other).unwrap();
    let connect = format!(
        "new Promise((done) => {{ \
           const port = chrome.runtime.connect('{EXTENSION_ID}', {{name: 'panel'}}); \
           port.onMessage.addListener((message) => done('answered ' + JSON.stringify(message))); \
           port.onDisconnect.addListener(() => done(chrome.runtime.lastError?.message ?? 'closed')); \
           try {{ port.postMessage({{to: 'worker', kind: 'open', client: 'evil', window: 1}}); }} catch {{}} \
         }})"
    );
    let answer: String = worker.evaluate(&connect).unwrap();
    assert!(!answer.starts_with("answered"), "{answer}");
    let send = format!(
        "chrome.runtime.sendMessage('{EXTENSION_ID}', {{to: 'host', message: {}}})\
         .then((answer) => answer === undefined ? 'nothing' : 'answered', (error) => 'refused')",
        hello("evil")
    );
    let answer: String = worker.evaluate(&send).unwrap();
    assert_ne!(answer, "answered");
    let native = "new Promise((done) => { \
         const port = chrome.runtime.connectNative('org.coterie.host'); \
         port.onMessage.addListener(() => done('answered')); \
         port.onDisconnect.addListener(() => done(chrome.runtime.lastError?.message)); })";
    let answer: String = worker.evaluate(native).unwrap();
    assert!(answer.contains("forbidden"), "{answer}");
    check_untouched(&stage, &scene);
}

#[test]
fn a_page_and_a_frame_in_it_reach_nothing_with_messages() {
    let (stage, scene) = scene();
    let page = &scene.tab.page;
    let post = format!(
        "(() => {{ const message = {{to: 'host', from: 'worker', kind: 'handoff', \
           handoff: {{nonce: 'x', action: 'summarize', target: 'page', tab: 1, frame: 0, selection: null}}, \
           message: {}}}; \
           window.postMessage(message, '*'); \
           const frame = document.createElement('iframe'); \
           document.body.append(frame); \
           frame.contentWindow.parent.postMessage(message, '*'); \
           frame.contentWindow.postMessage(message, '*'); \
           return typeof chrome === 'object' && !!chrome.runtime?.connect; }})()",
        hello("evil")
    );
    let has_runtime: bool = page.evaluate(&post).unwrap();
    assert!(!has_runtime, "pages can speak to the extension");
    check_untouched(&stage, &scene);
}

#[test]
fn a_page_can_neither_frame_nor_open_nor_fetch_the_extension() {
    let (stage, scene) = scene();
    let page = &scene.tab.page;
    for file in [
        "panel.html",
        "panel.js",
        "panel_bg.wasm",
        "manifest.json",
        "page/snapshot.js",
    ] {
        let url = stage.browser.extension_url(file);
        let fetch = format!("fetch('{url}').then(() => 'fetched', () => 'refused')");
        assert_eq!(
            page.evaluate::<String>(&fetch).unwrap(),
            "refused",
            "{file}"
        );
    }
    let panel = stage.browser.extension_url("panel.html");
    let before = stage.browser.extension_pages("panel.html").unwrap();
    let frame = format!(
        "new Promise((done) => {{ const frame = document.createElement('iframe'); \
           frame.src = '{panel}'; frame.onload = frame.onerror = () => done(true); \
           document.body.append(frame); }})"
    );
    page.evaluate::<bool>(&frame).unwrap();
    let opened = format!("(() => {{ const opened = window.open('{panel}'); return !!opened; }})()");
    let _blank: bool = page.evaluate_as_gesture(&opened).unwrap();
    assert_eq!(stage.browser.extension_pages("panel.html").unwrap(), before);
    stage.browser.activate(&scene.tab).unwrap();
    check_untouched(&stage, &scene);
}

#[test]
fn what_a_message_says_of_its_sender_does_not_count() {
    let (stage, scene) = scene();
    // A page of our own that is not the panel, and claims to be it.
    let tab: Tab = stage
        .browser
        .open(&stage.browser.extension_url("manifest.json"))
        .unwrap();
    let open = "[{to: 'worker', kind: 'open', client: 'forged', window: 1, \
                 sender: {id: chrome.runtime.id, url: chrome.runtime.getURL('panel.html')}, \
                 origin: chrome.runtime.getURL('')}]";
    let got = converse(&tab.page, "panel", open, "() => true");
    assert_eq!(got, [serde_json::json!({"closed": true})]);
    tab.page.close().unwrap();
    stage.browser.activate(&scene.tab).unwrap();
    // A panel that speaks in the name of another client.
    let messages = format!(
        "[{}, {{kind: 'experts', id: 'somebody/1'}}, {{kind: 'experts', id: 'honest/2'}}]",
        hello("honest")
    );
    let answers = ask_host(&scene.panel.session, "honest", &messages, 2);
    let ends = endings(&answers);
    assert_eq!(ends.keys().collect::<Vec<_>>(), ["honest/0", "honest/2"]);
    check_untouched(&stage, &scene);
}

#[test]
fn a_request_before_the_greeting_is_refused() {
    let (stage, scene) = scene();
    let messages = "[{kind: 'experts', id: 'hasty/1'}]";
    let answers = ask_host(&scene.panel.session, "hasty", messages, 1);
    assert_eq!(endings(&answers)["hasty/1"], ["not_greeted"]);
    check_untouched(&stage, &scene);
}

#[test]
fn five_requests_at_once_are_all_answered_and_one_sent_twice_only_once() {
    let (stage, scene) = scene();
    let messages = format!(
        "[{}, ...[1, 2, 3, 4, 5].map((n) => ({{kind: 'experts', id: `five/${{n}}`}}))]",
        hello("five")
    );
    let answers = ask_host(&scene.panel.session, "five", &messages, 6);
    let ends = endings(&answers);
    assert_eq!(ends.len(), 6);
    assert!(ends.values().all(|end| end == &["done"]), "{ends:?}");

    let slow = "{kind: 'ask', id: 'twice/1', ask: {action: 'answer', text: 'What is a lens?'}}";
    let messages = format!("[{}, {slow}, {slow}]", hello("twice"));
    let answers = ask_host(&scene.panel.session, "twice", &messages, 3);
    assert_eq!(endings(&answers)["twice/1"], ["done"]);
    let refused = answers.iter().filter(|answer| answer["kind"] == "rejected");
    let codes: Vec<_> = refused.map(|answer| &answer["failure"]["code"]).collect();
    assert_eq!(codes, ["duplicate_request"]);
    assert_eq!(stage.experts.requests().len(), 1);
    assert!(scene.panel.answers().unwrap().is_empty());
}

#[test]
fn a_message_of_ten_megabytes_is_refused_and_the_panel_works_on() {
    let (stage, scene) = scene();
    let messages = format!(
        "[{}, {{kind: 'ask', id: 'large/1', ask: {{text: 'x'.repeat(10 * 1024 * 1024)}}}}, \
         {{kind: 'experts', id: 'large/2'}}]",
        hello("large")
    );
    let script_ends = ask_host(&scene.panel.session, "large", &messages, 2);
    let ends = endings(&script_ends);
    assert_eq!(ends["large/0"], ["done"], "{ends:?}");
    assert_ne!(ends.get("large/1"), Some(&vec!["done".to_owned()]));
    check_no_complaints(&stage.browser.worker().unwrap());
    until_works(&scene);
}

/// The panel answers again, whatever has happened to the host meanwhile.
fn until_works(scene: &Scene) {
    let number = scene.panel.click(Action::Summarize).unwrap();
    let answer = scene.panel.wait_until_ended(number).unwrap();
    assert!(answer.text.contains("A scripted expert"), "{answer:?}");
}
