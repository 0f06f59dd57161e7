//! The engines: what is sent and what is made of the answers, without a network.

use std::{sync::Arc, time::SystemTime};

use coterie_protocol::{Action, FailureCode, Finish, LanguageTag, Paragraph, ParagraphKind, Usage};

use super::*;
use crate::experts::{BaseUrl, Item, Secret, catalog, catalog::Quirks, remote::Moment, scripted};

/// An endpoint of an engine that takes three texts at once.
fn endpoint() -> Endpoint {
    let mut endpoint = catalog::runtimes().unwrap().runtime[0].endpoint("");
    endpoint.vendor = "Engine".to_owned();
    endpoint.base_url = BaseUrl::try_from("https://engine.example".to_owned()).unwrap();
    endpoint.key = Secret::new("key\nsecret");
    endpoint.quirks = Arc::new(Quirks {
        texts_at_once: Some(3),
        ..Quirks::default()
    });
    endpoint
}

fn task(paragraphs: &[(ParagraphKind, &str)]) -> Task {
    let mut task = scripted::task(Action::Translate);
    let paragraph = |(kind, text): &(ParagraphKind, &str)| Paragraph {
        number: 1,
        kind: *kind,
        text: (*text).to_owned(),
    };
    Arc::make_mut(&mut task.article).paragraphs = paragraphs.iter().map(paragraph).collect();
    task
}

fn exchanges(engine: &Engine, endpoint: &Endpoint, task: &Task) -> Vec<Exchange> {
    let moment = Moment {
        now: SystemTime::UNIX_EPOCH,
        nonce: 42,
    };
    let job = Job {
        endpoint,
        task,
        moment,
    };
    engine.exchanges(&job).unwrap()
}

/// Lets LibreTranslate answer each text in capitals.
fn check(task: &Task, expected: &[&str]) {
    let endpoint = endpoint();
    let mut texts = Vec::new();
    let exchanges = exchanges(&LIBRETRANSLATE, &endpoint, task);
    for mut exchange in exchanges {
        let sent: Value = serde_json::from_slice(&exchange.request.body).unwrap();
        let sent = sent["q"].as_array().unwrap().iter();
        let answer: Vec<_> = sent
            .map(|text| text.as_str().unwrap().to_uppercase())
            .collect();
        let answer = serde_json::json!({"translatedText": answer}).to_string();
        let mut items = exchange.decoder.push(answer.as_bytes());
        items.extend(exchange.decoder.finish());
        assert_eq!(items.pop(), Some(Item::Finished(Finish::Complete)));
        let text = items.iter().find_map(|item| match item {
            Item::Text(text) => Some(text.clone()),
            _ => None,
        });
        texts.push(text.unwrap_or_default());
    }
    assert_eq!(texts, expected);
}

use ParagraphKind::{Code, Heading, ListItem, TableRow, Text};

#[test]
fn each_batch_is_shown_when_it_is_there_and_the_structure_stays() {
    let page = [
        (Heading(1), "title"),
        (Text, "one *and* two"),
        (Code, "let x;"),
        (ListItem, "three"),
        (ListItem, "four"),
        (TableRow, "a\t7\tb"),
        (Code, "end"),
    ];
    check(
        &task(&page),
        &[
            "# TITLE\n\nONE \\*AND\\* TWO\n\n```\nlet x;\n```\n\n- THREE",
            "\n- FOUR\n\n| A | 7 | B |\n| --- | --- | --- |\n\n```\nend\n```",
        ],
    );
}

#[test]
fn a_text_of_several_batches_is_shown_whole() {
    let mut task = task(&[
        (Text, "first"),
        (Text, "One. Two. Three. Four."),
        (Text, "last"),
    ]);
    let mut endpoint = endpoint();
    endpoint.quirks = Arc::new(Quirks {
        characters_at_once: Some(10),
        ..Quirks::default()
    });
    let sent = |task: &Task| {
        let exchanges = exchanges(&LIBRETRANSLATE, &endpoint, task);
        let bodies = exchanges.iter().map(|exchange| {
            let body: Value = serde_json::from_slice(&exchange.request.body).unwrap();
            body["q"].to_string()
        });
        bodies.collect::<Vec<_>>()
    };
    let expected = [
        r#"["first"]"#,
        r#"["One. Two."]"#,
        r#"["Three."]"#,
        r#"["Four."]"#,
        r#"["last"]"#,
    ];
    assert_eq!(
        sent(&task).join(""),
        expected
            .join("")
            .replace(r#""Four."]["last"]"#, r#""Four.","last"]"#)
    );
    task.delivered = "erstens\n\n".to_owned();
    assert_eq!(sent(&task)[0], expected[1]);
}

#[test]
fn after_another_expert_only_what_is_missing_is_translated() {
    let mut task = task(&[(Heading(2), "title"), (ListItem, "one"), (ListItem, "two")]);
    task.delivered = "## Titel\n\n- eins".to_owned();
    check(&task, &["\n- TWO"]);
    task.delivered.push('\n');
    check(&task, &["- TWO"]);
    task.delivered = "## Titel\n\n- eins\n- zwei".to_owned();
    check(&task, &[]);
}

/// What a whole answer of an engine to the texts `one` and `two` is made into.
fn answered(engine: &Engine, answer: &str) -> Vec<Item> {
    let task = task(&[(Text, "one"), (Text, "two")]);
    let endpoint = endpoint();
    let mut exchange = exchanges(engine, &endpoint, &task).remove(0);
    let mut items = exchange.decoder.push(answer.as_bytes());
    items.extend(exchange.decoder.finish());
    items
}

fn check_answer(engine: &Engine, answer: &str, characters: u64) {
    let items = answered(engine, answer);
    let usage = Usage {
        input_tokens: characters,
        ..Usage::default()
    };
    assert_eq!(items[0], Item::Text("eins\n\nzwei".to_owned()), "{answer}");
    assert_eq!(items[1], Item::Usage(usage), "{answer}");
    assert_eq!(
        items.last(),
        Some(&Item::Finished(Finish::Complete)),
        "{answer}"
    );
}

#[test]
fn the_answer_of_each_engine_is_read() {
    check_answer(
        &DEEPL,
        r#"{"translations":[{"text":"eins","billed_characters":3},{"text":"zwei","billed_characters":4}]}"#,
        7,
    );
    check_answer(
        &DEEPL,
        r#"{"translations":[{"text":"eins"},{"text":"zwei"}]}"#,
        6,
    );
    check_answer(
        &GOOGLE,
        r#"{"data":{"translations":[{"translatedText":"eins"},{"translatedText":"zwei"}]}}"#,
        6,
    );
    check_answer(
        &MICROSOFT,
        r#"[{"translations":[{"text":"eins","to":"de"}]},{"translations":[{"text":"zwei","to":"de"}]}]"#,
        6,
    );
    check_answer(&LIBRETRANSLATE, r#"{"translatedText":["eins","zwei"]}"#, 6);
    check_answer(
        &BAIDU_FANYI,
        r#"{"from":"en","to":"de","trans_result":[{"src":"one","dst":"eins"},{"src":"two","dst":"zwei"}]}"#,
        6,
    );
    check_answer(
        &TENCENT_TMT,
        r#"{"Response":{"TargetTextList":["eins","zwei"],"UsedAmount":6,"RequestId":"r"}}"#,
        6,
    );
    check_answer(
        &VOLCENGINE_MT,
        r#"{"TranslationList":[{"Translation":"eins"},{"Translation":"zwei"}],"ResponseMetadata":{"Error":null}}"#,
        6,
    );
}

fn check_failure(engine: &Engine, answer: &str, expected: FailureCode) {
    match answered(engine, answer).as_slice() {
        [Item::Failed(error)] => assert_eq!(error.code, expected, "{answer}: {error}"),
        items => panic!("{answer} gave {items:?}"),
    }
}

#[test]
fn an_answer_with_too_few_or_too_many_texts_is_malformed() {
    for texts in [
        r#"[]"#,
        r#"["eins"]"#,
        r#"["eins","zwei","drei"]"#,
        r#"["eins",2]"#,
        "null",
    ] {
        let answer = format!(r#"{{"translatedText":{texts}}}"#);
        check_failure(&LIBRETRANSLATE, &answer, FailureCode::MalformedAnswer);
    }
    check_failure(&MICROSOFT, "{}", FailureCode::MalformedAnswer);
    check_failure(
        &MICROSOFT,
        r#"[{"translations":[]}]"#,
        FailureCode::MalformedAnswer,
    );
}

#[test]
fn a_refusal_with_a_status_of_success_is_one() {
    check_failure(
        &BAIDU_FANYI,
        r#"{"error_code":"54004","error_msg":"Please recharge"}"#,
        FailureCode::QuotaExhausted,
    );
    check_failure(
        &TENCENT_TMT,
        r#"{"Response":{"Error":{"Code":"RequestLimitExceeded","Message":"slow"},"RequestId":"r"}}"#,
        FailureCode::RateLimited,
    );
    check_failure(
        &VOLCENGINE_MT,
        r#"{"ResponseMetadata":{"RequestId":"r","Error":{"Code":"-415","Message":"no"}}}"#,
        FailureCode::BadRequest,
    );
}

#[test]
fn a_service_of_apertium_tells_its_status_in_the_answer() {
    let mut task = task(&[(Text, "one"), (Text, "two")]);
    task.language = LanguageTag::new("es");
    let endpoint = endpoint();
    let answered = |answer: &str| {
        let mut exchange = exchanges(&APERTIUM_APY, &endpoint, &task).remove(0);
        assert_eq!(
            exchange.request.body,
            b"langpair=eng%7Cspa&markUnknown=no&q=one%0A%0Atwo"
        );
        exchange.decoder.push(answer.as_bytes());
        exchange.decoder.finish()
    };
    let items =
        answered(r#"{"responseData":{"translatedText":"uno\n\ndos"},"responseStatus":200}"#);
    assert_eq!(items[0], Item::Text("uno\n\ndos".to_owned()));
    let items = answered(r#"{"responseData":{"translatedText":null},"responseStatus":400}"#);
    assert!(matches!(&items[0], Item::Failed(error) if error.code == FailureCode::BadRequest));
}

#[test]
fn a_key_for_the_free_api_is_not_sent_to_the_paid_one() {
    let task = task(&[(Text, "one")]);
    let fits = |host: &str, key: &str| {
        let mut endpoint = endpoint();
        endpoint.base_url = BaseUrl::try_from(format!("https://{host}")).unwrap();
        endpoint.key = Secret::new(key);
        let moment = Moment::now();
        let job = Job {
            endpoint: &endpoint,
            task: &task,
            moment,
        };
        DEEPL.exchanges(&job).is_ok()
    };
    assert!(fits("api.deepl.com", "k") && fits("api-free.deepl.com", "k:fx"));
    assert!(!fits("api.deepl.com", "k:fx") && !fits("api-free.deepl.com", "k"));
}

#[test]
fn only_translations_between_known_languages_can_be_done() {
    let endpoint = endpoint();
    let mut task = task(&[(Text, "one")]);
    assert!(DEEPL.can(&endpoint, &task));
    task.language = LanguageTag::new("tlh");
    assert!(!DEEPL.can(&endpoint, &task));
    let task = scripted::task(Action::Summarize);
    assert!(!DEEPL.can(&endpoint, &task));
}
