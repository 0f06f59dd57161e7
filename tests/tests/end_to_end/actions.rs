//! Every action on every kind of page.

use coterie_protocol::{Action, Direction, LanguageTag};
use coterie_tests::{pages, panel::Answer};

use crate::stage::{Scene, Stage, check_no_complaints};

/// The actions that have a button.
const BUTTONS: [Action; 4] = [
    Action::Translate,
    Action::Summarize,
    Action::Expand,
    Action::Explain,
];

/// Does everything on a page with a scripted expert, which must have been sent the words `said`.
fn check(page: &str, said: &str, question: &str) {
    let stage = Stage::with(&["steady:1ms"]);
    let scene = stage.open(page);
    for action in BUTTONS {
        let number = scene.panel.click(action).unwrap();
        let answer = check_answer(&scene, number);
        if action == Action::Translate {
            let original = LanguageTag::new(&scene_language(&scene));
            let translated = LanguageTag::new(&answer.language);
            assert!(!original.same_language(&translated), "{answer:?}");
        }
    }
    let number = scene.panel.ask(question).unwrap();
    let answer = check_answer(&scene, number);
    assert_eq!(answer.heading, question);

    let requests = stage.experts.requests();
    assert_eq!(
        requests.len(),
        BUTTONS.len() + 1,
        "one call for each answer"
    );
    for request in &requests {
        let body = request.body.to_string();
        assert!(body.contains(said), "{page} was not sent: {body:.2000}");
    }
    assert!(requests[BUTTONS.len()].body.to_string().contains(question));
    check_no_complaints(&scene.panel.session);
    check_no_complaints(&stage.browser.worker().unwrap());
}

/// An answer that came to its end and is marked with its language and direction.
fn check_answer(scene: &Scene, number: usize) -> Answer {
    let answer = scene.panel.wait_until_ended(number).unwrap();
    assert!(answer.text.contains("A scripted expert read"), "{answer:?}");
    assert!(answer.text.contains("and the last one"), "{answer:?}");
    assert_eq!(answer.trouble, "", "{answer:?}");
    assert!(answer.expert.contains("Scripted"), "{answer:?}");
    assert!(!answer.facts.is_empty(), "{answer:?}");
    let direction = Direction::of(&LanguageTag::new(&answer.language));
    assert_eq!(answer.direction, direction.as_str(), "{answer:?}");
    assert!(!answer.language.is_empty(), "{answer:?}");
    answer
}

fn scene_language(scene: &Scene) -> String {
    let script = "document.querySelector('h1.title').lang || null";
    let session = &scene.panel.session;
    session.wait_for("the page's language", script).unwrap()
}

#[test]
fn every_action_on_an_english_page() {
    check(
        pages::ENGLISH,
        "Augustin Fresnel",
        "When was the first lens lit?",
    );
}

#[test]
fn every_action_on_a_chinese_page() {
    check(pages::CHINESE, "茶", "这篇文章讲了什么？");
}

#[test]
fn every_action_on_a_mixed_page() {
    check(pages::MIXED, "read-through cache", "为什么 TTL 不宜过长？");
}

#[test]
fn every_action_on_a_right_to_left_page() {
    check(pages::RIGHT_TO_LEFT, "الملاحون", "ما الفكرة الرئيسية؟");
}

#[test]
fn every_action_on_a_very_long_page() {
    check(
        pages::VERY_LONG,
        "high water stood at",
        "How high was the water on day 7?",
    );
}

#[test]
fn the_built_in_experts_summarize_and_expand_without_anybody_else() {
    let stage = Stage::built_in();
    for (page, word) in [(pages::ENGLISH, "len"), (pages::CHINESE, "茶")] {
        let scene = stage.open(page);
        for action in [Action::Summarize, Action::Expand] {
            let number = scene.panel.click(action).unwrap();
            let answer = scene.panel.wait_until_ended(number).unwrap();
            assert_eq!(answer.trouble, "", "{answer:?}");
            assert!(answer.text.contains(word), "{answer:?}");
            let citations = format!(
                "document.querySelectorAll('article.answer')[{number}]\
                 .querySelectorAll('button.citation').length"
            );
            let citations: u32 = scene.panel.session.evaluate(&citations).unwrap();
            assert!(citations > 0, "{action:?} cites nothing: {answer:?}");
        }
        check_no_complaints(&scene.panel.session);
        stage.browser.close_extension_pages("panel.html").unwrap();
        scene.tab.page.close().unwrap();
    }
    assert!(stage.experts.requests().is_empty());
}

#[test]
fn a_citation_shows_its_paragraph() {
    let stage = Stage::with(&["steady:1ms"]);
    stage
        .experts
        .say("Fresnel removed the glass in between [¶3].");
    let scene = stage.open(pages::ENGLISH);
    let number = scene.panel.click(Action::Summarize).unwrap();
    scene.panel.wait_until_ended(number).unwrap();
    let session = &scene.panel.session;
    session.click("button.citation").unwrap();
    let shown: String = session
        .wait_for(
            "the paragraph",
            "document.querySelector('.prose aside')?.innerText ?? null",
        )
        .unwrap();
    assert!(shown.len() > 100, "{shown}");
    check_no_complaints(session);
}

#[test]
fn hidden_text_is_not_sent_and_is_counted() {
    let stage = Stage::with(&["steady:1ms"]);
    let scene = stage.open(pages::HIDDEN);
    let hidden: Vec<String> = scene
        .tab
        .page
        .evaluate(
            "[...document.querySelectorAll('[style*=\"display\"], [hidden], [aria-hidden=true]')]\
             .map((one) => one.textContent.trim()).filter((text) => text.length > 20)",
        )
        .unwrap();
    assert!(!hidden.is_empty(), "the page hides nothing");
    let number = scene.panel.click(Action::Summarize).unwrap();
    scene.panel.wait_until_ended(number).unwrap();
    let sent = stage.experts.requests()[0].last_message().to_owned();
    for text in hidden {
        let beginning: String = text.chars().take(20).collect();
        assert!(!sent.contains(&beginning), "{beginning:?} was sent");
    }
    let chip = scene.panel.chip().unwrap();
    assert!(chip.to_lowercase().contains("hidden"), "{chip}");
}

#[test]
fn a_page_of_a_strict_policy_is_read_all_the_same() {
    let stage = Stage::with(&["steady:1ms"]);
    let scene = stage.open(pages::STRICT);
    let number = scene.panel.click(Action::Explain).unwrap();
    check_answer(&scene, number);
    let sent = stage.experts.requests()[0].body.to_string();
    assert!(sent.contains("Augustin Fresnel"));
    check_no_complaints(&scene.panel.session);
}
