//! What the real Apertium makes of English and Spanish. `cargo xtask test` installs it; on a machine
//! without it these tests fail, unless `COTERIE_WITHOUT_APERTIUM` says that it cannot be had.

use std::{
    cell::RefCell,
    io::Write,
    sync::Arc,
    time::{Duration, Instant},
};

use coterie_protocol::{Finish, ParagraphKind};
use futures::StreamExt;
use proptest::prelude::*;

use super::task;
use crate::experts::{
    Item,
    dialects::apertium::{
        Apertium, Installation, Translator,
        format::{Opaque, Piece, cut},
        pipeline::Pipeline,
    },
};

/// What a test needs of Apertium. None where it may be missing: a test that ran nothing has to be
/// asked for, or nobody would notice.
fn needed<T>(found: Option<T>, what: &str) -> Option<T> {
    let may_be_missing = std::env::var_os("COTERIE_WITHOUT_APERTIUM").is_some();
    assert!(
        found.is_some() || may_be_missing,
        "{what} is missing: install the packages `apertium` and `apertium-eng-spa`, or set \
         COTERIE_WITHOUT_APERTIUM=1 to go without these tests"
    );
    if found.is_none() {
        let _ = writeln!(std::io::stderr(), "skipped: {what} is missing");
    }
    found
}

/// A translator of this pair.
async fn translator(mode: &str) -> Option<Arc<Translator>> {
    let translator = match Apertium::from_environment() {
        Some(apertium) => apertium.translator(mode).await,
        None => None,
    };
    needed(translator, &format!("Apertium {mode}"))
}

async fn check(mode: &str, text: &str, expected: &str) {
    if let Some(translator) = translator(mode).await {
        assert_eq!(translator.text(text).await.unwrap(), expected);
    }
}

async fn check_html(html: &str, expected: &str) {
    if let Some(translator) = translator("eng-spa").await {
        assert_eq!(translator.html(html).await.unwrap(), expected);
    }
}

#[tokio::test]
async fn it_translates_both_ways() {
    check("eng-spa", "The house is green.", "La casa es verde.").await;
    check("spa-eng", "La casa es verde.", "The house is green.").await;
}

#[tokio::test]
async fn unknown_words_come_without_a_mark() {
    check("eng-spa", "The zorkblat is green.", "El zorkblat es verde.").await;
}

#[tokio::test]
async fn characters_of_the_stream_format_do_no_harm() {
    let text = "Pay $5 [now] for a/b, {x} ^2 <b> \\n *star, at a@b.com or https://a.b/the/house.";
    let Some(translator) = translator("eng-spa").await else {
        return;
    };
    let translated = translator.text(text).await.unwrap();
    for kept in [
        "$5",
        "[",
        "]",
        "{x}",
        "^2",
        "<b>",
        "\\n",
        "a@b.com",
        "https://a.b/the/house.",
    ] {
        assert!(translated.contains(kept), "{kept} is not in {translated}");
    }
}

#[tokio::test]
async fn links_and_emphasis_follow_their_words() {
    check_html(
        "I saw the <b>big</b> house and the <a href=\"/d?a=1&amp;b=2\">green doors</a>.",
        "Vi la casa <b>grande</b> y las <a href=\"/d?a=1&amp;b=2\">puertas verdes</a>.",
    )
    .await;
    check_html(
        "Press <code>the house</code> <em>now</em><br>or the <img src=x> red car.",
        "Prensa <code>the house</code> <em>ahora</em><br>o el <img src=x> coche rojo.",
    )
    .await;
}

#[tokio::test]
async fn an_article_comes_block_by_block_as_markdown() {
    use ParagraphKind::{Heading, ListItem, Quote, Text};
    let Some(apertium) = needed(Apertium::from_environment(), "Apertium") else {
        return;
    };
    let article = [
        (Heading(2), "The green house"),
        (Text, "The house is green. The car is red."),
        (ListItem, "One cat"),
        (ListItem, "Two dogs"),
        (Quote, "The school is old."),
    ];
    let task = Arc::new(task("en", "es", &article));
    let experts = apertium.experts().await;
    let able = experts.iter().find(|expert| expert.can(&task));
    let Some(expert) = needed(able, "Apertium from English to Spanish") else {
        return;
    };
    let items: Vec<_> = expert.start(task).collect().await;
    let texts = [
        "## La casa verde",
        "\n\nLa casa es verde. El coche es rojo.",
        "\n\n- Un gato",
        "\n- Dos perros",
        "\n\n> La escuela es vieja.",
    ];
    let mut expected: Vec<_> = texts.map(|text| Item::Text(text.to_owned())).to_vec();
    expected.push(Item::Finished(Finish::Complete));
    assert_eq!(items, expected);
}

/// Prints the figures; what it asserts holds on a busy machine too.
#[tokio::test]
async fn only_the_first_text_waits_for_the_dictionaries() {
    let Some(translator) = translator("eng-spa").await else {
        return;
    };
    let begun = Instant::now();
    translator.text("The house is green.").await.unwrap();
    let first = begun.elapsed();
    let begun = Instant::now();
    for number in 0..50 {
        translator
            .text(&format!("The house number {number} is green."))
            .await
            .unwrap();
    }
    let later = begun.elapsed() / 50;
    let sentence = "The government said that it would build new houses for the people. ";
    let long = sentence.repeat(400);
    let begun = Instant::now();
    translator.text(&long).await.unwrap();
    let words = long.split_whitespace().count() as f64 / begun.elapsed().as_secs_f64();
    let _ = writeln!(
        std::io::stderr(),
        "first {first:?}, later {later:?}, {words:.0} words per second"
    );
    assert!(later < first, "{later:?} is not less than {first:?}");
}

/// Texts of all kinds through one pipeline, which must never break, hang or fall out of step.
#[test]
fn no_text_breaks_the_pipeline() {
    let Some(installation) = needed(installation(), "Apertium") else {
        return;
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let pipeline = runtime.block_on(Pipeline::start(&installation, "eng-spa"));
    let Some(pipeline) = needed(pipeline.ok(), "Apertium eng-spa") else {
        return;
    };
    let pipeline = RefCell::new(pipeline);
    let word = prop_oneof![
        4 => "[a-zA-Z]{1,8}",
        2 => "[\\[\\]{}^$/\\\\@<>*+#~_=:;.,!?'\"-]{1,3}",
        1 => "\\PC{1,4}",
        1 => Just("the house".to_owned()),
        1 => Just("https://a.b/c".to_owned()),
    ];
    let text = proptest::collection::vec((word, " |  |\n|"), 1..12);
    proptest!(ProptestConfig::with_cases(300), |(words in text, tagged in 0_usize..4)| {
        let text: String = words.iter().flat_map(|(word, gap)| [&**word, &**gap]).collect();
        let inside: Vec<usize> = (0..tagged).collect();
        let (mut opaque, mut pieces) = (Opaque::default(), Vec::new());
        cut(&text, &inside, &mut opaque, &mut pieces);
        let mut pipeline = pipeline.borrow_mut();
        let answer = runtime.block_on(pipeline.translate(&pieces, Duration::from_secs(20)));
        let Ok(answer) = answer else {
            return Err(TestCaseError::fail(format!("{text:?}: {answer:?}")));
        };
        let count = |pieces: &[Piece]| {
            pieces.iter().filter(|piece| matches!(piece, Piece::Opaque(_))).count()
        };
        prop_assert_eq!(count(&answer), count(&pieces), "{:?}: {:?}", text, answer);
    });
}

fn installation() -> Option<Installation> {
    Installation::find(&std::env::var_os("PATH")?, None)
}
