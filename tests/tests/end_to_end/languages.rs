//! The panel in Chinese, in the dark, and narrow.

use std::{fs, path::Path};

use coterie_protocol::Action;
use coterie_tests::{browser::Launch, experts::ScriptedServer, pages, panel::Panel, paths};

use crate::stage::{self, Stage, check_no_complaints};

/// The extension without its English texts, so that a browser in any language shows the Chinese
/// ones: language packs of browsers are packages that are rarely installed.
fn chinese_extension(folder: &Path) {
    copy(&paths::extension().unwrap(), folder);
    fs::remove_dir_all(folder.join("_locales/en")).unwrap();
    let manifest = folder.join("manifest.json");
    let text = fs::read_to_string(&manifest).unwrap();
    let mut content: serde_json::Value = serde_json::from_str(&text).unwrap();
    content["default_locale"] = "zh_CN".into();
    fs::write(manifest, content.to_string()).unwrap();
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn is_chinese(text: &str) -> bool {
    text.chars()
        .any(|character| ('\u{4e00}'..='\u{9fff}').contains(&character))
}

#[test]
fn the_panel_speaks_chinese() {
    let folder = paths::scratch("chinese-").unwrap();
    chinese_extension(folder.path());
    let experts = ScriptedServer::start().unwrap();
    let launch = Launch {
        extension: Some(folder.path().to_path_buf()),
        host: Some(stage::host(&experts.config(&["steady:1ms"]))),
        language: Some("zh-CN".to_owned()),
        ..Launch::default()
    };
    let stage = Stage::launch(experts, &launch);
    let scene = stage.open(pages::CHINESE);
    let session = &scene.panel.session;
    let language: String = session.evaluate("document.documentElement.lang").unwrap();
    assert!(language.starts_with("zh"), "{language}");
    let words = "[...document.querySelectorAll('button.action')].map((one) => one.innerText)";
    let words: Vec<String> = session.evaluate(words).unwrap();
    assert_eq!(words.len(), 4);
    assert!(words.iter().all(|word| is_chinese(word)), "{words:?}");
    assert!(is_chinese(&scene.panel.chip().unwrap()));
    let number = scene.panel.click(Action::Summarize).unwrap();
    let answer = scene.panel.wait_until_ended(number).unwrap();
    assert!(is_chinese(&answer.heading), "{answer:?}");
    check_no_complaints(session);
}

#[test]
fn light_and_dark_differ_and_nothing_sticks_out() {
    let stage = Stage::with(&["fast:2000"]);
    let scene = stage.open(pages::ENGLISH);
    let number = scene.panel.click(Action::Summarize).unwrap();
    scene.panel.wait_until_ended(number).unwrap();
    let session = &scene.panel.session;
    let background = |scheme: &str| {
        session.emulate_colour_scheme(scheme).unwrap();
        let colour = "getComputedStyle(document.querySelector('.panel')).backgroundColor + \
                      getComputedStyle(document.body).backgroundColor";
        session.evaluate::<String>(colour).unwrap()
    };
    assert_ne!(background("light"), background("dark"));
    let sticks_out = "document.documentElement.scrollWidth > innerWidth || \
                      document.documentElement.scrollHeight > innerHeight || \
                      [...document.querySelectorAll('.panel .quiet')].some((words) => \
                        words.offsetParent === document.body && words.offsetTop > innerHeight)";
    assert!(!session.evaluate::<bool>(sticks_out).unwrap());
}

#[test]
fn translating_goes_into_the_language_that_the_reader_chose() {
    let stage = Stage::with(&["steady:1ms"]);
    let tab = stage
        .browser
        .open(&stage.pages.url(pages::ENGLISH))
        .unwrap();
    let panel = Panel::open(&stage.browser, &tab).unwrap();
    panel.wait_until_read().unwrap();
    let choose = "(() => { const choice = document.querySelector('.into select'); \
                  choice.value = 'ar'; choice.dispatchEvent(new Event('change', {bubbles: true})); })()";
    panel.session.run(choose).unwrap();
    let number = panel.click(Action::Translate).unwrap();
    let answer = panel.wait_until_ended(number).unwrap();
    assert_eq!(answer.language, "ar", "{answer:?}");
    assert_eq!(answer.direction, "rtl", "{answer:?}");
}
