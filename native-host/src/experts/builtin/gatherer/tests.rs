use coterie_protocol::{Action, LanguageTag, Paragraph, ParagraphKind, Span, StepRole};

use super::*;
use crate::page::Article;

const LENS: [&str; 6] = [
    "A lighthouse was once a fire that somebody carried upstairs.",
    "A Fresnel lens is a set of glass rings that bend light into one beam.",
    "The lens was lighter because the glass that bends nothing was left out.",
    "The first lens was lit on 25 July 1823 at the mouth of the river.",
    "Keepers wound the clockwork every four hours through the night.",
    "Sailors praised the lens in letters to the commission.",
];

const TEA: [&str; 4] = [
    "绿茶和红茶来自同一种植物。",
    "杀青是指用高温迅速破坏茶叶中的氧化酶的工序。",
    "杀青的锅温在二百二十摄氏度左右，因为温度不够叶梗会发红。",
    "嫩芽做的绿茶适合八十摄氏度的水。",
];

fn task(action: Action, paragraphs: &[&str], language: &str) -> Task {
    let paragraph = |(text, number): (&&str, u32)| Paragraph {
        number,
        kind: ParagraphKind::Text,
        text: (*text).to_owned(),
    };
    Task {
        action,
        instruction: String::new(),
        article: Arc::new(Article {
            title: String::new(),
            language: None,
            span: Span::Article,
            paragraphs: paragraphs.iter().zip(1..).map(paragraph).collect(),
        }),
        passage: None,
        source: None,
        language: LanguageTag::new(language),
        length: None,
        conversation: Vec::new(),
        delivered: String::new(),
        role: StepRole::Whole,
        handed: Vec::new(),
    }
}

/// The answer has these lines in this order, and none of the others that start with a quotation.
#[track_caller]
fn check(task: &Task, expected: &[&str]) -> String {
    let answer = gather(task).unwrap().concat();
    let quoted = answer
        .lines()
        .filter(|line| line.trim_start().starts_with(['-', '#']));
    assert_eq!(quoted.collect::<Vec<_>>(), expected, "{answer}");
    answer
}

#[test]
fn a_passage_is_expanded_by_what_the_page_says_sorted_by_what_it_tells() {
    let task = Task {
        passage: Some("the glass lens".to_owned()),
        ..task(Action::Expand, &LENS, "en")
    };
    let answer = check(
        &task,
        &[
            "### What it is",
            "- A Fresnel lens is a set of glass rings that bend light into one beam. [¶2]",
            "### Why",
            "- The lens was lighter because the glass that bends nothing was left out. [¶3]",
            "### Numbers and dates",
            "- The first lens was lit on 25 July 1823 at the mouth of the river. [¶4]",
            "### More about it",
            "- Sailors praised the lens in letters to the commission. [¶6]",
        ],
    );
    assert!(
        answer.starts_with("*Quoted from the page"),
        "it says that it quotes"
    );
}

#[test]
fn the_passage_itself_is_not_repeated() {
    let task = Task {
        passage: Some(LENS[1].to_owned()),
        ..task(Action::Expand, &LENS, "en")
    };
    let answer = gather(&task).unwrap().concat();
    assert!(
        !answer.contains("[¶2]") && answer.contains("[¶3]"),
        "{answer}"
    );
}

#[test]
fn chinese_is_gathered_and_headed_in_chinese() {
    let task = Task {
        passage: Some("杀青".to_owned()),
        ..task(Action::Explain, &TEA, "zh-CN")
    };
    check(
        &task,
        &[
            "### 是什么",
            "- 杀青是指用高温迅速破坏茶叶中的氧化酶的工序。 [¶2]",
            "### 原因",
            "- 杀青的锅温在二百二十摄氏度左右，因为温度不够叶梗会发红。 [¶3]",
        ],
    );
}

#[test]
fn a_question_is_answered_by_the_sentences_nearest_to_it() {
    let question = "When was the first lens lit?".to_owned();
    let task = Task {
        instruction: question,
        ..task(Action::Answer, &LENS, "en")
    };
    let answer = gather(&task).unwrap().concat();
    let first = answer.lines().find(|line| line.starts_with('-'));
    assert_eq!(
        first,
        Some("- The first lens was lit on 25 July 1823 at the mouth of the river. [¶4]")
    );
}

#[test]
fn a_question_that_the_page_does_not_answer_is_said_to_be_so() {
    for (question, language, words) in [
        ("Who won the cup?", "en", "Connect a model"),
        ("谁赢了比赛？", "zh", "连接一个模型"),
    ] {
        let task = Task {
            instruction: question.to_owned(),
            ..task(Action::Answer, &LENS, language)
        };
        assert!(check(&task, &[]).contains(words));
    }
}

#[test]
fn a_page_is_expanded_by_its_points_and_no_sentence_stands_twice() {
    let answer = gather(&task(Action::Expand, &LENS, "en")).unwrap().concat();
    for number in 1..=LENS.len() {
        assert!(
            answer.matches(&format!("[¶{number}]")).count() <= 1,
            "{answer}"
        );
    }
    assert!(
        answer.lines().any(|line| line.starts_with("- **")),
        "{answer}"
    );
}

#[test]
fn a_length_is_kept() {
    let length = Some(Length::Sentences(2));
    let passage = Some("lens".to_owned());
    let task = Task {
        passage,
        length,
        ..task(Action::Explain, &LENS, "en")
    };
    let answer = gather(&task).unwrap().concat();
    assert_eq!(answer.matches("[¶").count(), 2, "{answer}");
}

#[test]
fn without_text_it_is_not_the_one_to_ask() {
    let gatherer = Gatherer::new();
    assert!(!gatherer.can(&task(Action::Answer, &[], "en")));
    assert!(!gatherer.can(&task(Action::Translate, &LENS, "en")));
    assert!(gatherer.can(&task(Action::Answer, &LENS, "en")));
}
