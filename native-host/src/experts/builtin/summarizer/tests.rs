use coterie_protocol::{LanguageTag, Paragraph, ParagraphKind, Span, StepRole};
use proptest::prelude::*;

use super::*;
use crate::page::Article;

fn task(paragraphs: &[&str], length: Option<Length>) -> Task {
    let paragraph = |(text, number): (&&str, u32)| Paragraph {
        number,
        kind: ParagraphKind::Text,
        text: (*text).to_owned(),
    };
    Task {
        action: Action::Summarize,
        instruction: String::new(),
        article: Arc::new(Article {
            title: String::new(),
            language: Some(LanguageTag::new("en")),
            span: Span::Article,
            paragraphs: paragraphs.iter().zip(1..).map(paragraph).collect(),
        }),
        passage: None,
        source: None,
        language: LanguageTag::new("en"),
        length,
        conversation: Vec::new(),
        delivered: String::new(),
        role: StepRole::Whole,
        handed: Vec::new(),
    }
}

/// The summary's sentences without their list marks; each must stand in the paragraph that it
/// cites.
#[track_caller]
fn check(task: &Task) -> Vec<String> {
    let summary = summarize(task).unwrap().concat();
    let cited = summary.lines().filter(|line| line.contains("[¶"));
    let sentences: Vec<String> = cited
        .flat_map(|line| line.trim_start_matches("- ").split_inclusive(']'))
        .map(|sentence| sentence.trim().to_owned())
        .collect();
    for sentence in &sentences {
        let (text, number) = sentence.trim_end_matches(']').rsplit_once(" [¶").unwrap();
        let paragraph = &task.article.paragraphs[number.parse::<usize>().unwrap() - 1];
        assert!(
            paragraph.text.contains(text),
            "{text:?} is not in ¶{number}"
        );
    }
    sentences
}

const RIVER: [&str; 4] = [
    "The river rose by two metres on Monday. Rain had fallen for three days without a break.",
    "Officials closed the bridge in the evening. Traffic went through the hills instead.",
    "A baker carried flour to the upper floor. He said that he had never seen such water.",
    "The water fell on Thursday. The bridge will open again when engineers have looked at it.",
];

#[test]
fn a_length_in_sentences_is_kept() {
    for count in 1..=6 {
        assert_eq!(
            check(&task(&RIVER, Some(Length::Sentences(count)))).len(),
            count as usize
        );
    }
}

#[test]
fn a_length_in_words_is_kept_within_a_tenth() {
    let words = |count| -> u32 {
        let sentences = check(&task(&RIVER, Some(Length::Words(count))));
        sentences
            .iter()
            .map(|sentence| crate::page::words(sentence) - 1)
            .sum()
    };
    for count in [10, 20, 40] {
        assert!(
            words(count) <= count + count / 10,
            "{} words for {count}",
            words(count)
        );
    }
}

#[test]
fn a_longer_summary_goes_through_the_page() {
    let sentences = check(&task(&RIVER, Some(Length::Sentences(4))));
    let paragraphs: Vec<_> = sentences
        .iter()
        .map(|sentence| &sentence[sentence.len() - 2..])
        .collect();
    assert_eq!(paragraphs, ["1]", "2]", "3]", "4]"]);
}

#[test]
fn a_text_that_is_short_already_is_given_as_it_is_and_said_to_be_so() {
    let task = task(&RIVER[..1], None);
    assert_eq!(check(&task).len(), 2);
    assert!(summarize(&task).unwrap()[0].contains("short already"));
}

#[test]
fn a_summary_in_another_language_than_the_page_says_that_it_quotes() {
    let task = Task {
        language: LanguageTag::new("zh-CN"),
        ..task(&RIVER, None)
    };
    assert!(summarize(&task).unwrap()[0].contains("不做翻译"));
    check(&task);
}

#[test]
fn chinese_is_cut_at_its_own_marks() {
    let page = [
        "河水周一上涨了两米。大雨连续下了三天没有停。",
        "傍晚官员关闭了大桥！车辆只好绕道山区行驶。",
        "周四水位开始下降。工程师检查之后大桥将重新开放。",
    ];
    assert_eq!(check(&task(&page, Some(Length::Sentences(2)))).len(), 2);
}

#[test]
fn only_the_passage_is_summarized_when_there_is_one() {
    let passage = Some(RIVER[2].to_owned());
    let task = Task {
        passage,
        ..task(&RIVER, Some(Length::Sentences(1)))
    };
    assert!(check(&task)[0].ends_with("[¶3]"));
}

#[test]
fn nothing_to_read_is_said_to_be_so() {
    assert_eq!(summarize(&task(&[], None)), Err(NothingToRead));
}

proptest! {
    #[test]
    fn any_text_is_summarized_the_same_each_time(
        paragraphs in prop::collection::vec("[a-zA-Z0-9 .!?,。！？河水\\[\\]*#¶\"”-]{0,200}", 0..12),
        count in 1_u32..8,
    ) {
        let paragraphs: Vec<_> = paragraphs.iter().map(String::as_str).collect();
        let task = task(&paragraphs, Some(Length::Sentences(count)));
        let summary = summarize(&task);
        prop_assert_eq!(&summary, &summarize(&task));
        if let Ok(pieces) = summary {
            let citations = pieces.concat().matches(" [¶").count();
            prop_assert!(citations <= count as usize);
        }
    }
}
