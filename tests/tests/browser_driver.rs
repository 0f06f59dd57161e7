//! The browser driver against a tiny extension with a tiny native host, both made here.

#![expect(clippy::unwrap_used, reason = "a helper that fails fails its test")]

use std::{fs, os::unix::fs::PermissionsExt, path::PathBuf};

use coterie_tests::{
    PATIENCE, TimedOut,
    browser::{Browser, BrowserError, Launch, NativeHost, Window},
    paths, until,
};
use tempfile::TempDir;

const MANIFEST: &str = r#"{
  "manifest_version": 3, "name": "Tiny", "version": "1", "default_locale": "en",
  "permissions": ["nativeMessaging", "sidePanel", "activeTab", "scripting"],
  "background": {"service_worker": "worker.js"},
  "action": {}, "side_panel": {"default_path": "panel.html"}
}"#;

const WORKER: &str = r#"
chrome.action.onClicked.addListener((tab) => chrome.sidePanel.open({ windowId: tab.windowId }));
globalThis.greeting = new Promise((resolve) => {
  globalThis.port = chrome.runtime.connectNative("org.coterie.host");
  port.onMessage.addListener(resolve);
  port.onDisconnect.addListener(() => resolve({ lost: chrome.runtime.lastError.message }));
});
"#;

const PANEL: &str = r#"<!doctype html><title>Tiny</title><meta charset="utf-8">
<input id="field"><button id="go">Go</button><p id="out"></p><script src="panel.js"></script>"#;

const PANEL_SCRIPT: &str = r#"
document.querySelector('#go').addEventListener("click", () => {
  document.querySelector('#out').textContent = document.querySelector('#field').value;
});
"#;

/// Says `{"hi":1}` as a frame, and stays until its standard input ends.
const HOST: &str = "#!/bin/sh\nprintf '\\010\\000\\000\\000{\"hi\":1}'\ncat >/dev/null\n";

struct Tiny {
    folder: TempDir,
}

impl Tiny {
    fn new() -> Self {
        let folder = paths::scratch("tiny-").unwrap();
        let tiny = Self { folder };
        let extension = tiny.extension();
        let locale = extension.join("_locales/en");
        fs::create_dir_all(&locale).unwrap();
        fs::write(locale.join("messages.json"), "{}").unwrap();
        let files = [
            ("manifest.json", MANIFEST),
            ("worker.js", WORKER),
            ("panel.html", PANEL),
            ("panel.js", PANEL_SCRIPT),
        ];
        for (name, content) in files {
            fs::write(extension.join(name), content).unwrap();
        }
        fs::write(tiny.host(), HOST).unwrap();
        fs::set_permissions(tiny.host(), fs::Permissions::from_mode(0o755)).unwrap();
        tiny
    }

    fn extension(&self) -> PathBuf {
        self.folder.path().join("extension")
    }

    fn host(&self) -> PathBuf {
        self.folder.path().join("host.sh")
    }

    /// The id of an extension without a key is made from its path, so it is read from a browser.
    fn id(&self) -> String {
        let launch = Launch {
            extension: Some(self.extension()),
            ..Launch::default()
        };
        Browser::launch(&launch).unwrap().extension_id().to_owned()
    }

    fn launch(&self, window: Window) -> Browser {
        let host = NativeHost {
            program: self.host(),
            extension_ids: vec![self.id()],
            config: String::new(),
            environment: Vec::new(),
        };
        let launch = Launch {
            extension: Some(self.extension()),
            host: Some(host),
            window,
            ..Launch::default()
        };
        Browser::launch(&launch).unwrap()
    }
}

#[test]
fn page_panel_and_worker_are_reached_and_nothing_is_left() {
    let tiny = Tiny::new();
    let browser = tiny.launch(Window::Headless);
    let worker = browser.worker().unwrap();
    let greeting: serde_json::Value = worker.evaluate("greeting").unwrap();
    assert_eq!(greeting["hi"], 1);
    let hosts = browser.hosts();
    assert_eq!(hosts.len(), 1, "one host for one port");

    let tab = browser
        .open("data:text/html,<title>Page</title><p>text")
        .unwrap();
    assert_eq!(
        tab.page.evaluate::<String>("document.title").unwrap(),
        "Page"
    );
    let panel = browser.open_panel(&tab, "panel.html").unwrap();
    panel.click("#field").unwrap();
    panel.insert_text("潮汐").unwrap();
    panel.press("!").unwrap();
    panel.press("Tab").unwrap();
    panel.press("Enter").unwrap();
    let said: String = panel
        .wait_for(
            "the echo",
            "document.querySelector('#out').textContent || null",
        )
        .unwrap();
    assert_eq!(said, "潮汐!");
    let kind = "chrome.runtime.getContexts({}).then(all => all.map(one => one.contextType).join())";
    let kinds: String = worker.evaluate(kind).unwrap();
    assert!(kinds.contains("SIDE_PANEL"), "{kinds}");

    let shot = browser.profile().join("panel.png");
    panel.screenshot(&shot).unwrap();
    assert_eq!(&fs::read(&shot).unwrap()[1..4], b"PNG");

    let profile = browser.profile();
    drop(browser);
    assert!(!profile.exists(), "the profile stays");
    for host in hosts {
        until("the end of the host", PATIENCE, || {
            // A process that has ended and was not waited for has an empty command line.
            let command = fs::read(format!("/proc/{host}/cmdline")).unwrap_or_default();
            Ok::<_, TimedOut>(command.is_empty().then_some(()))
        })
        .unwrap();
    }
}

#[test]
fn a_killed_worker_is_gone_and_comes_back_when_needed() {
    let tiny = Tiny::new();
    let browser = tiny.launch(Window::Headless);
    let memory = "globalThis.memory === 1";
    browser
        .worker()
        .unwrap()
        .run("globalThis.memory = 1")
        .unwrap();
    assert!(browser.worker().unwrap().evaluate::<bool>(memory).unwrap());
    browser.kill_worker().unwrap();
    let tab = browser.open("data:text/html,x").unwrap();
    browser.open_panel(&tab, "panel.html").unwrap();
    assert!(!browser.worker().unwrap().evaluate::<bool>(memory).unwrap());
}

#[test]
fn a_browser_that_was_closed_before_leaves_nothing_outside_of_its_profile() {
    let browser = Tiny::new().launch(Window::Headless);
    let profile = browser.profile();
    let socket = fs::read_link(profile.join("SingletonSocket")).unwrap();
    assert!(!socket.starts_with(&profile) && socket.exists());
    browser.close_gently().unwrap();
    drop(browser);
    assert!(!profile.exists() && !socket.exists());
}

#[test]
fn what_goes_wrong_is_said() {
    let tiny = Tiny::new();
    let launch = Launch {
        extension: Some(tiny.extension()),
        ..Launch::default()
    };
    let browser = Browser::launch(&launch).unwrap();
    let worker = browser.worker().unwrap();
    let greeting: serde_json::Value = worker.evaluate("greeting").unwrap();
    assert_eq!(
        greeting["lost"],
        "Specified native messaging host not found."
    );
    let threw = worker.evaluate::<String>("nonsense()").unwrap_err();
    assert!(matches!(&threw, BrowserError::Threw { message, .. } if message.contains("nonsense")));
    let wrong = worker.evaluate::<String>("3").unwrap_err();
    assert!(matches!(wrong, BrowserError::Unexpected { .. }), "{wrong}");

    let tab = browser.open("data:text/html,x").unwrap();
    tab.page
        .run("setTimeout(() => { throw new Error('late'); })")
        .unwrap();
    let complaint = until("the complaint", PATIENCE, || {
        Ok::<_, BrowserError>(tab.page.complaints()?.pop())
    });
    assert!(complaint.unwrap().text.contains("late"));
}

#[test]
fn a_window_on_its_own_display_can_be_photographed() {
    let tiny = Tiny::new();
    let browser = tiny.launch(Window::OwnDisplay);
    let tab = browser
        .open("data:text/html,<body style='background:teal'>")
        .unwrap();
    browser.open_panel(&tab, "panel.html").unwrap();
    let display = browser.display().unwrap();
    let windows = display
        .xdotool(&["search", "--sync", "--onlyvisible", "--class", "chromium"])
        .unwrap();
    assert!(!windows.trim().is_empty());
    let shot = browser.profile().join("display.png");
    display.screenshot(&shot).unwrap();
    assert!(fs::metadata(&shot).unwrap().len() > 1000);
}
