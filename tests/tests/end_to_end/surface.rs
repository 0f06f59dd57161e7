//! Attempts to reach the host from where nobody may: other extensions, pages, forged messages.

use std::{collections::BTreeMap, fs, path::Path};

use coterie_protocol::{Action, MAX_FRAME_TO_HOST};
use coterie_tests::{
    PATIENCE,
    browser::{BrowserError, Session, Tab},
    host::EXTENSION_ID,
    pages,
    panel::{Answer, Panel},
    paths, until,
};
use serde_json::{Value, json};

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
    let protocol = serde_json::json!(coterie_protocol::PROTOCOL);
    format!(
        "{{kind: 'hello', id: '{client}/0', protocol: {protocol}, \
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
    let folder = paths::scratch("other-").unwrap();
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
fn a_page_and_a_frame_of_another_site_reach_nothing_with_messages() {
    let (stage, scene) = scene();
    let page = &scene.tab.page;
    let post = format!(
        "(() => {{ const message = {{to: 'host', from: 'worker', kind: 'handoff', \
           handoff: {{nonce: 'x', action: 'summarize', target: 'page', tab: 1, frame: 0, selection: null}}, \
           message: {}}}; \
           window.postMessage(message, '*'); \
           return typeof chrome === 'object' && !!chrome.runtime?.connect; }})()",
        hello("evil")
    );
    let has_runtime: bool = page.evaluate(&post).unwrap();
    assert!(!has_runtime, "pages can speak to the extension");

    let frame = stage.pages.other_site(pages::HOSTILE_FRAME);
    let embed = format!(
        "new Promise((done) => {{ \
           addEventListener('message', ({{origin, data}}) => {{ \
             if (data.posted) done([origin, data.posted, data.runtime]); }}); \
           const frame = document.createElement('iframe'); \
           frame.src = {}; \
           document.body.append(frame); }})",
        json!(frame)
    );
    let (origin, posted, has_runtime): (String, usize, bool) = page.evaluate(&embed).unwrap();
    assert!(
        frame.starts_with(&origin),
        "{origin} is not the site of {frame}"
    );
    assert!(
        posted > 0 && !has_runtime,
        "frames can speak to the extension"
    );
    assert_eq!(stage.browser.frames().unwrap(), [frame]);
    check_untouched(&stage, &scene);
}

/// Where the browser goes instead of to what may not be opened.
const ERROR_PAGE: &str = "chrome-error://chromewebdata/";

/// The addresses of all files that are packaged.
fn packaged(stage: &Stage) -> Vec<String> {
    fn walk(folder: &Path, under: &str, found: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let path = format!("{under}{}", entry.file_name().to_str().unwrap());
            if entry.file_type().unwrap().is_dir() {
                walk(&entry.path(), &format!("{path}/"), found);
            } else {
                found.push(path);
            }
        }
    }
    let mut files = Vec::new();
    walk(&paths::extension().unwrap(), "", &mut files);
    for file in [
        "manifest.json",
        "panel.html",
        "background.js",
        "page/snapshot.js",
    ] {
        assert!(
            files.iter().any(|found| found == file),
            "{file} of {files:?}"
        );
    }
    files
        .iter()
        .map(|file| stage.browser.extension_url(file))
        .collect()
}

#[test]
fn a_page_can_fetch_no_file_of_the_extension() {
    let (stage, scene) = scene();
    let fetch = format!(
        "Promise.all({}.flatMap((url) => ['cors', 'no-cors'].map((mode) => \
           fetch(url, {{mode}}).then(() => url, () => null))))\
         .then((all) => all.filter((url) => url !== null))",
        json!(packaged(&stage))
    );
    let fetched: Vec<String> = scene.tab.page.evaluate(&fetch).unwrap();
    assert_eq!(fetched, Vec::<String>::new());
    check_untouched(&stage, &scene);
}

#[test]
fn a_page_can_neither_frame_nor_open_the_panel() {
    let (stage, scene) = scene();
    let page = &scene.tab.page;
    let panel = stage.browser.extension_url("panel.html");
    let frame = format!(
        "new Promise((done) => {{ const frame = document.createElement('iframe'); \
           frame.src = '{panel}'; frame.onload = frame.onerror = () => done(true); \
           document.body.append(frame); }})"
    );
    page.evaluate::<bool>(&frame).unwrap();
    let tree = page.call("Page.getFrameTree", json!({})).unwrap();
    let landed = &tree["frameTree"]["childFrames"][0]["frame"]["url"];
    assert_eq!(landed, ERROR_PAGE);
    assert_eq!(stage.browser.frames().unwrap(), Vec::<String>::new());

    let before = stage.browser.pages().unwrap();
    let open = format!("!!window.open('{panel}')");
    let opened: bool = page.evaluate_as_gesture(&open).unwrap();
    assert!(opened, "no tab was opened, so nothing was tried");
    let opened = stage.browser.new_page(&before).unwrap();
    // The browser lists the error page under the address that was asked for, so ask it itself.
    let landed =
        "document.readyState === 'complete' && location.href !== 'about:blank' && location.href";
    let landed = until("the page that was opened", PATIENCE, || {
        match opened.evaluate::<Value>(landed) {
            Ok(Value::String(landed)) => Ok(Some(landed)),
            // The blank document was torn down while the script ran in it.
            Ok(_) | Err(BrowserError::Refused { .. } | BrowserError::Threw { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    });
    assert_eq!(landed.unwrap(), ERROR_PAGE);
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
    assert_eq!(got, [json!({"closed": true})]);
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
fn a_request_sent_again_after_its_end_is_a_new_one() {
    let (stage, scene) = scene();
    let ask = "{kind: 'ask', id: 'again/1', ask: {action: 'answer', text: 'What is a lens?'}}";
    let messages = format!("[{}, {ask}]", hello("again"));
    // A name is free when the last event of its request has gone out, and not before.
    for count in 1..=2 {
        let answers = ask_host(&scene.panel.session, "again", &messages, 2);
        assert_eq!(endings(&answers)["again/1"], ["done"]);
        assert_eq!(stage.experts.requests().len(), count);
    }
    assert!(scene.panel.answers().unwrap().is_empty());
}

/// A request for the experts whose JSON has so many bytes.
fn padded(id: &str, bytes: usize) -> String {
    format!(
        "((message) => {{ message.more = 'x'.repeat({bytes} - JSON.stringify(message).length); \
           return message; }})({{kind: 'experts', id: '{id}', more: ''}})"
    )
}

#[test]
fn a_message_larger_than_the_host_takes_fails_alone() {
    let stage = Stage::with(&["slow-drip"]);
    let other = stage.open(pages::ENGLISH);
    let number = other.panel.click(Action::Summarize).unwrap();
    other.panel.wait_until_writing(number).unwrap();
    let tab = stage
        .browser
        .open_window(&stage.pages.url(pages::CHINESE))
        .unwrap();
    let panel = Panel::open(&stage.browser, &tab).unwrap();
    panel.wait_until_read().unwrap();
    let host = stage.browser.hosts();
    assert_eq!(host.len(), 1);

    let messages = format!(
        "[{}, {}, {}, {}, {{kind: 'experts', id: 'large/4'}}]",
        hello("large"),
        padded("large/1", 10 * 1024 * 1024),
        padded("large/2", MAX_FRAME_TO_HOST + 1),
        padded("large/3", MAX_FRAME_TO_HOST),
    );
    let ends = endings(&ask_host(&panel.session, "large", &messages, 5));
    let expected = [
        ("large/0", "done"),
        ("large/1", "too_large"),
        ("large/2", "too_large"),
        ("large/3", "done"),
        ("large/4", "done"),
    ];
    let expected = expected.map(|(id, end)| (id.to_owned(), vec![end.to_owned()]));
    assert_eq!(ends, expected.into());
    check_no_complaints(&stage.browser.worker().unwrap());

    // The one host of both windows still writes the answer of the other.
    assert_eq!(stage.browser.hosts(), host);
    let before = other.panel.answers().unwrap().pop().unwrap();
    assert!(before.busy, "{before:?}");
    let goes_on = |answer: &Answer| answer.text.len() > before.text.len();
    let after = other
        .panel
        .wait_for(number, "more of the answer", goes_on)
        .unwrap();
    assert_eq!((after.state, after.trouble), (String::new(), String::new()));
}
