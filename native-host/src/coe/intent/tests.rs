use coterie_protocol::{Ask, Paragraph, ParagraphKind, Selection};

use super::*;

fn article(language: &str, text: &str) -> Arc<Article> {
    Arc::new(Article {
        title: "Title".to_owned(),
        language: Some(LanguageTag::new(language)),
        span: Span::Article,
        paragraphs: vec![Paragraph {
            number: 1,
            kind: ParagraphKind::Text,
            text: text.to_owned(),
        }],
    })
}

fn translate(source: &str, reader: Option<&str>, asked: Option<&str>) -> String {
    let ask = Ask {
        action: Some(Action::Translate),
        reader_language: reader.map(LanguageTag::new),
        language: asked.map(LanguageTag::new),
        ..Ask::default()
    };
    let request = Request {
        ask,
        article: Some(article(source, "text")),
        selection: None,
        ..Request::default()
    };
    Intent::recognize(request, &Leaning::default())
        .unwrap()
        .language
        .to_string()
}

#[test]
fn a_translation_goes_into_the_readers_language_unless_the_text_is_already_in_it() {
    assert_eq!(translate("en", Some("de"), None), "de");
    assert_eq!(translate("de", Some("de-AT"), None), "en");
    assert_eq!(translate("en", Some("en-GB"), None), "zh-Hans");
    assert_eq!(translate("zh-CN", Some("zh-TW"), None), "zh-TW");
    assert_eq!(translate("zh-CN", Some("zh-Hans"), None), "en");
    assert_eq!(translate("fr", None, None), "en");
}

#[test]
fn a_passage_may_be_in_another_language_than_its_page() {
    let request = Request {
        ask: Ask {
            action: Some(Action::Translate),
            reader_language: Some(LanguageTag::new("en")),
            selection: Some("灯塔警告船只，前方有危险的礁石。".to_owned()),
            ..Ask::default()
        },
        article: Some(article(
            "en",
            "A lighthouse warns ships of rocks and shoals.",
        )),
        selection: None,
        ..Request::default()
    };
    let intent = Intent::recognize(request, &Leaning::default()).unwrap();
    assert_eq!(intent.source.unwrap().primary(), "zh");
    assert_eq!(intent.language.as_str(), "en");
}

#[test]
fn a_language_asked_for_is_never_guessed_again() {
    assert_eq!(translate("en", Some("en"), Some("es")), "es");
    assert_eq!(translate("es", Some("en"), Some("es")), "es");
}

/// What an ask about an English page with the selection "selected" comes to.
fn check(ask: Ask, expected: Result<(Action, Option<&str>), FailureCode>) {
    let request = Request {
        ask,
        article: Some(article("en", "text")),
        selection: Some(Selection {
            text: "selected".to_owned(),
            ..Selection::default()
        }),
        ..Request::default()
    };
    let intent = Intent::recognize(request, &Leaning::default()).map_err(|failure| failure.code);
    let found = intent.map(|intent| (intent.action, intent.passage));
    let expected = expected.map(|(action, passage)| (action, passage.map(str::to_owned)));
    assert_eq!(found, expected);
}

#[test]
fn words_without_an_action_are_read_and_no_words_mean_what_most_want() {
    let ask = |text: &str| Ask {
        text: text.to_owned(),
        ..Ask::default()
    };
    let summary = "Please summarize the selected passage";
    check(ask(summary), Ok((Action::Summarize, Some("selected"))));
    let question = "How much does the ticket cost according to this page?";
    check(ask(question), Ok((Action::Answer, None)));
    check(ask("  "), Ok((Action::Explain, Some("selected"))));
    let nothing = Request {
        ask: ask(" "),
        ..Request::default()
    };
    let failure = Intent::recognize(nothing, &Leaning::default()).unwrap_err();
    assert_eq!(failure.code, FailureCode::NothingAsked);
}

#[test]
fn the_passage_is_the_named_one_else_the_selection_unless_the_page_is_meant() {
    let ask = |target, selection: Option<&str>| Ask {
        action: Some(Action::Explain),
        target,
        selection: selection.map(str::to_owned),
        ..Ask::default()
    };
    let explain = |passage| Ok((Action::Explain, passage));
    check(ask(None, None), explain(Some("selected")));
    check(ask(None, Some("named")), explain(Some("named")));
    check(
        ask(Some(Target::Selection), None),
        explain(Some("selected")),
    );
    check(ask(Some(Target::Page), None), explain(None));
    check(
        ask(Some(Target::Selection), Some(" ")),
        Err(FailureCode::NothingToRead),
    );
}

#[test]
fn a_question_may_stand_alone_but_a_summary_needs_text() {
    let request = |action| Request {
        ask: Ask {
            action: Some(action),
            text: "why?".to_owned(),
            ..Ask::default()
        },
        ..Request::default()
    };
    assert!(Intent::recognize(request(Action::Answer), &Leaning::default()).is_ok());
    let failure = Intent::recognize(request(Action::Summarize), &Leaning::default()).unwrap_err();
    assert_eq!(failure.code, FailureCode::NothingToRead);
}

#[test]
fn other_answers_come_in_the_readers_language() {
    let ask = Ask {
        action: Some(Action::Summarize),
        reader_language: Some(LanguageTag::new("zh-CN")),
        ..Ask::default()
    };
    let request = Request {
        ask,
        article: Some(article("en", "text")),
        selection: None,
        ..Request::default()
    };
    let language = Intent::recognize(request, &Leaning::default())
        .unwrap()
        .language;
    assert_eq!(language.as_str(), "zh-CN");
}
