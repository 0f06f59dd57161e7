//! Answers of experts that mean harm.

use coterie_protocol::Action;
use coterie_tests::{experts::MARKDOWN, pages};

use crate::stage::{Scene, Stage, check_no_complaints};

/// Every element that an answer may hold.
const ALLOWED: [&str; 31] = [
    "A",
    "ASIDE",
    "B",
    "BDI",
    "BLOCKQUOTE",
    "BR",
    "BUTTON",
    "CODE",
    "DEL",
    "DIV",
    "EM",
    "H3",
    "H4",
    "H5",
    "H6",
    "HR",
    "INPUT",
    "LI",
    // What a check found in the answer: the panel's own, never the answer's.
    "MARK",
    "OL",
    "P",
    "PRE",
    "SPAN",
    "STRONG",
    "TABLE",
    "TBODY",
    "TD",
    "TH",
    "THEAD",
    "TR",
    "UL",
];

/// Has an expert say this, and gives the scene with the finished answer.
fn hear(stage: &Stage, text: &str) -> Scene {
    stage.experts.say(text);
    let scene = stage.open(pages::ENGLISH);
    scene.panel.session.watch_network().unwrap();
    let number = scene.panel.click(Action::Summarize).unwrap();
    let answer = scene.panel.wait_until_ended(number).unwrap();
    assert_eq!(answer.trouble, "", "{answer:?}");
    assert!(answer.text.contains("The end of the answer."), "{answer:?}");
    scene
}

fn in_prose(scene: &Scene, expression: &str) -> Vec<String> {
    let script =
        format!("[...document.querySelectorAll('.prose *')].flatMap((one) => {{ {expression} }})");
    scene.panel.session.evaluate(&script).unwrap()
}

#[test]
fn hostile_markdown_fetches_nothing_runs_nothing_and_adds_nothing() {
    let stage = Stage::with(&["steady:1ms"]);
    let beacon = stage.pages.url("beacon/");
    let scene = hear(&stage, &MARKDOWN.replace("{beacon}", &beacon));
    let session = &scene.panel.session;

    for element in in_prose(&scene, "return [one.tagName]") {
        assert!(ALLOWED.contains(&element.as_str()), "there is a {element}");
    }
    let marks = "return one.tagName === 'MARK' ? one.getAttributeNames() : []";
    assert_eq!(in_prose(&scene, marks), [""; 0]);
    let handlers = "return one.getAttributeNames().filter((name) => name.startsWith('on') \
                    || ['src', 'srcset', 'style', 'action', 'ping'].includes(name))";
    assert_eq!(in_prose(&scene, handlers), [""; 0]);
    for address in in_prose(&scene, "return one.hasAttribute('href') ? [one.href] : []") {
        assert!(
            address.starts_with("https://") || address.starts_with("http://"),
            "there is a link to {address}"
        );
        assert!(!address.contains('@'), "there is a link to {address}");
    }
    let harmed: bool = session.evaluate("'pwned' in window").unwrap();
    assert!(!harmed, "a script of the answer ran");

    let requests = session.requests().unwrap();
    assert!(requests.is_empty(), "the panel fetched {requests:?}");
    let fetched = stage.pages.requested();
    assert!(
        fetched.iter().all(|path| !path.starts_with("/beacon/")),
        "the beacon was reached: {fetched:?}"
    );
    // A violated policy would be among these.
    check_no_complaints(session);
}

#[test]
fn what_is_good_in_an_answer_looks_right() {
    let stage = Stage::with(&["steady:1ms"]);
    let scene = hear(&stage, MARKDOWN);
    let first = |selector: &str| {
        let script = format!("document.querySelector(`.prose {selector}`)?.innerText ?? null");
        let session = &scene.panel.session;
        session.wait_for::<String>(selector, &script).unwrap()
    };
    assert_eq!(first("h3"), "What a good answer may hold");
    assert_eq!(first("strong"), "strong");
    assert_eq!(first("del"), "deleted");
    assert_eq!(first("ul > li ol > li"), "nested");
    assert_eq!(first("blockquote"), "A quotation.");
    assert_eq!(first("td"), "First");
    assert!(first("pre").contains("</code><script>bad()</script>"));
    assert_eq!(first("a[href^='https://example.org/a']"), "good link");
    first("button.citation");
}
