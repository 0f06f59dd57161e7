//! Translation models: what is sent and what is made of the answers, without a network.

use std::{sync::Arc, time::SystemTime};

use coterie_protocol::{Finish, LanguageTag, Paragraph, ParagraphKind, Usage};
use serde_json::{Value, json};

use super::*;
use crate::experts::{
    Item,
    catalog::{self, Quirks},
    remote::Moment,
    scripted,
};

fn endpoint(model: &str, cumulative_text: bool) -> Endpoint {
    let mut endpoint = catalog::runtimes().unwrap().runtime[0].endpoint(model);
    endpoint.quirks = Arc::new(Quirks {
        cumulative_text,
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

fn job<'a>(endpoint: &'a Endpoint, task: &'a Task) -> Job<'a> {
    let moment = Moment {
        now: SystemTime::UNIX_EPOCH,
        nonce: 42,
    };
    Job {
        endpoint,
        task,
        moment,
    }
}

fn check_body(dialect: &dyn Dialect, model: &str, language: &str, expected: &Value) {
    let mut task = task(&[
        (ParagraphKind::Heading(1), "Ships"),
        (ParagraphKind::Text, "One."),
    ]);
    task.language = LanguageTag::new(language);
    let endpoint = endpoint(model, false);
    let exchanges = dialect.exchanges(&job(&endpoint, &task)).unwrap();
    assert_eq!(exchanges.len(), 1);
    let body: Value = serde_json::from_slice(&exchanges[0].request.body).unwrap();
    assert_eq!(body, *expected);
}

#[test]
fn each_model_is_asked_in_its_own_shape() {
    let text = "# Ships\n\nOne.";
    let told =
        format!("将以下文本翻译为中文，注意只需要输出翻译后的结果，不要额外解释：\n\n{text}");
    check_body(
        &ChatTranslation,
        "hy-mt2-pro",
        "zh-CN",
        &json!({
            "model": "hy-mt2-pro",
            "messages": [{"role": "user", "content": told}],
            "stream": true,
            "stream_options": {"include_usage": true},
        }),
    );
    check_body(
        &QwenMt,
        "qwen-mt-plus",
        "de",
        &json!({
            "model": "qwen-mt-plus",
            "messages": [{"role": "user", "content": text}],
            "stream": true,
            "stream_options": {"include_usage": true},
            "translation_options": {"source_lang": "English", "target_lang": "German"},
        }),
    );
    check_body(
        &DoubaoTranslation,
        "doubao-seed-translation-250915",
        "zh-TW",
        &json!({
            "model": "doubao-seed-translation-250915",
            "input": [{"role": "user", "content": [{
                "type": "input_text",
                "text": text,
                "translation_options": {"source_language": "en", "target_language": "zh-Hant"},
            }]}],
            "stream": true,
        }),
    );
}

/// The texts of the parts of a task, with what goes before and after each.
fn check_parts(task: &Task, context: u32, expected: &[(&str, &str, &str)]) {
    let mut endpoint = endpoint("hy-mt2-pro", false);
    endpoint.context = Some(context);
    let parts = parts(&job(&endpoint, task));
    let parts: Vec<_> = parts
        .iter()
        .map(|part| (&*part.before, &*part.text, &*part.after))
        .collect();
    assert_eq!(parts, expected);
}

#[test]
fn a_long_page_goes_in_parts_and_code_goes_past_the_model() {
    use ParagraphKind::{Code, ListItem, Text};
    let page = [
        (Text, "First of all."),
        (ListItem, "one"),
        (ListItem, "two"),
        (Code, "let x;"),
        (Text, "Last."),
        (Code, "end"),
    ];
    let code = "\n\n```\nlet x;\n```\n\n";
    let end = "\n\n```\nend\n```";
    let whole = "First of all.\n\n- one\n- two";
    check_parts(
        &task(&page),
        4_096,
        &[("", whole, ""), (code, "Last.", end)],
    );
    let mut continued = task(&page);
    continued.delivered = "Zuerst.\n\n- eins\n".to_owned();
    check_parts(
        &continued,
        4_096,
        &[("", "- two", ""), (code, "Last.", end)],
    );
    check_parts(
        &task(&[(Text, "One is short. Two is as well. Three ends it.")]),
        128 + 20,
        &[
            ("", "One is short. Two is as well.", ""),
            (" ", "Three ends it.", ""),
        ],
    );
}

fn items(dialect: &dyn Dialect, cumulative: bool, answer: &str) -> Vec<Item> {
    let mut task = task(&[(ParagraphKind::Text, "One."), (ParagraphKind::Code, "x")]);
    task.delivered = String::new();
    let endpoint = endpoint("qwen-mt-plus", cumulative);
    let exchanges = dialect.exchanges(&job(&endpoint, &task)).unwrap();
    let mut decoder = exchanges.into_iter().next().unwrap().decoder;
    let mut items = Vec::new();
    for byte in answer.bytes() {
        items.extend(decoder.push(&[byte]));
    }
    items.extend(decoder.finish());
    items
}

fn check(dialect: &dyn Dialect, cumulative: bool, answer: &str) {
    let items = items(dialect, cumulative, answer);
    let text: String = items
        .iter()
        .filter_map(|item| match item {
            Item::Text(text) => Some(text.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(text, "Eins, zwei.\n\n```\nx\n```");
    let usage = Usage {
        input_tokens: 3,
        cached_tokens: 0,
        output_tokens: 5,
    };
    assert!(items.contains(&Item::Usage(usage)), "{items:?}");
    assert_eq!(items.last(), Some(&Item::Finished(Finish::Complete)));
}

fn chat(texts: &[&str]) -> String {
    let mut answer = String::new();
    for text in texts {
        let chunk = json!({"choices": [{"index": 0, "delta": {"content": text}}]});
        answer += &format!("data: {chunk}\n\n");
    }
    answer += "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
    answer += "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":5}}\n\n";
    answer + "data: [DONE]\n\n"
}

#[test]
fn text_is_the_same_whether_pieces_repeat_what_came_before_or_not() {
    check(&QwenMt, false, &chat(&["", "Eins,", " zwei", "."]));
    check(
        &QwenMt,
        true,
        &chat(&["", "Eins,", "Eins, zwei", "Eins, zwei.", "Eins, zwei."]),
    );
    check(&QwenMt, true, &chat(&["\n", "\nEins,", "\nEins, zwei."]));
    let whole = json!({
        "choices": [{"message": {"content": "Eins, zwei."}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 3, "completion_tokens": 5},
    });
    check(&ChatTranslation, false, &whole.to_string());
}

#[test]
fn events_of_a_response_are_read_and_others_are_passed_over() {
    let event = |event: Value| format!("event: {}\ndata: {event}\n\n", event["type"]);
    let response = json!({"object": "response", "status": "completed", "error": null,
        "usage": {"input_tokens": 3, "output_tokens": 5},
        "output": [{"content": [{"type": "output_text", "text": "Eins, zwei."}]}]});
    let created = json!({"type": "response.created", "response": {"status": "in_progress"}});
    let completed = json!({"type": "response.completed", "response": response});
    let delta = |text: &str| json!({"type": "response.output_text.delta", "delta": text});
    let answer = [created, delta("Eins,"), delta(" zwei."), completed]
        .map(event)
        .concat();
    check(&DoubaoTranslation, false, &answer);
    check(&DoubaoTranslation, false, &response.to_string());
}

#[test]
fn a_translation_that_is_cut_off_or_refused_is_not_whole() {
    let ended = |reason: &str| {
        let answer = json!({"choices": [{"delta": {"content": "Eins"}, "finish_reason": reason}]});
        let answer = format!("data: {answer}\n\n");
        items(&QwenMt, false, &answer).pop().unwrap()
    };
    assert_eq!(ended("length"), Item::Finished(Finish::Truncated));
    assert!(matches!(
        ended("content_filter"),
        Item::Failed(error) if error.code == FailureCode::ContentPolicy
    ));
}
