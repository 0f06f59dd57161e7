use proptest::prelude::*;

use super::*;

/// Groups as text: `0 1|2`, those set aside after `-`.
fn check(measure: Measure, answers: &[&str], expected: &str) {
    let found = agree(measure, answers);
    let group = |group: &Vec<usize>| {
        let group: Vec<_> = group.iter().map(usize::to_string).collect();
        group.join(" ")
    };
    let clusters: Vec<_> = found.clusters.iter().map(group).collect();
    let mut shown = clusters.join("|");
    if !found.set_aside.is_empty() {
        shown = format!("{shown} - {}", group(&found.set_aside));
    }
    assert_eq!(shown.trim(), expected, "{measure:?} of {answers:?}");
}

#[test]
fn a_number_is_the_same_however_it_is_written() {
    let thousand = [
        "1000",
        "1,000",
        "1e3",
        "1 000",
        "1'000.00",
        "$1,000.",
        "1\u{a0}000 km",
        "+1000",
        "１０００",
        "1.0 × 10^3",
        "\\boxed{1{,}000}",
        "1 thousand",
        "1.000,00",
    ];
    check(Measure::Number, &thousand, "0 1 2 3 4 5 6 7 8 9 10 11 12");
    let half = [
        "1/2",
        "0.5",
        ".5",
        "\\frac{1}{2}",
        "$\\dfrac{1}{2}$",
        "2/4",
        "0,5",
        "5e-1",
        "So x = 0.50 m.",
    ];
    check(Measure::Number, &half, "0 1 2 3 4 5 6 7 8");
    check(
        Measure::Number,
        &["1 1/2", "1.5", "3/2", "$-1.5", "-3/2"],
        "0 1 2|3 4",
    );
    check(Measure::Number, &["50%", "50 percent", "50"], "0 1 2");
    check(Measure::Number, &["3万", "30,000", "0.3 million"], "0 1|2");
    check(Measure::Number, &["1/3", "0.333", "0.3333"], "0|1|2");
    let long = [
        "123456789012345678901234567890123",
        "123456789012345678901234567890124",
    ];
    check(Measure::Number, &[long[0], long[1], long[0]], "0 2|1");
    check(Measure::Number, &["-0", "0.0", "0"], "0 1 2");
}

#[test]
fn the_number_of_a_longer_text_is_its_final_answer() {
    let texts = [
        "3 apples and 4 pears: 3 + 4 = 7. The answer is 7, as we saw in step 2.",
        "First 10, then 3 less.\n#### 7",
        "We get 14/2 = 7",
        "Thus \\(x = \\boxed{7}\\), and not 8.",
        "**Answer:** 7 apples",
        "答案是7。",
        "Die Antwort lautet: x = 7",
        "Final answer: $7",
    ];
    check(Measure::Number, &texts, "0 1 2 3 4 5 6 7");
    check(
        Measure::Number,
        &["I use GPT4 and H2O", "4", "no idea at all"],
        "1 - 0 2",
    );
    check(Measure::Number, &["10 - 3", "3", "-3"], "0 1|2");
}

#[test]
fn a_literal_is_its_value_and_a_tuple_is_no_list() {
    check(
        Measure::Literal,
        &["[1, 2]", "[1,2]", "[ 1 , 2, ]", "(1, 2)", "[1, 2.0]"],
        "0 1 2 4|3",
    );
    check(
        Measure::Literal,
        &["'abc'", "\"abc\"", "abc", "`abc`", "```python\n'abc'\n```"],
        "0 1 2 3 4",
    );
    check(
        Measure::Literal,
        &["True", "true", "'True'", "False"],
        "0 1|2|3",
    );
    check(
        Measure::Literal,
        &["{'a': 1, 'b': [2]}", "{\"b\": [2], \"a\": 1}", "{'a': 1}"],
        "0 1|2",
    );
    check(Measure::Literal, &["{1, 2}", "{2, 1}", "[1, 2]"], "0 1|2");
    check(Measure::Literal, &["(1,)", "(1)", "1"], "1 2|0");
    check(Measure::Literal, &["None", "null", "'None'"], "0 1|2");
    check(
        Measure::Literal,
        &["'a\\nb'", "\"a\\nb\"", "'it\\'s'", "\"it's\""],
        "0 1|2 3",
    );
    check(
        Measure::Literal,
        &["assert f(1) == [3]", "The output is: [3]", "[3]"],
        "0 1 2",
    );
    check(Measure::Literal, &["", "''", "''", "  "], "1 2 - 0 3");
}

#[test]
fn a_label_has_no_case_and_no_words_before_it() {
    check(
        Measure::Label,
        &[
            "B",
            "b",
            "(B)",
            "B.",
            "Answer: B",
            "The answer is (B).",
            "B) Paris",
            "option b",
        ],
        "0 1 2 3 4 5 6 7",
    );
    check(
        Measure::Label,
        &["Not spam", "not spam.", "NOT  SPAM", "spam"],
        "0 1 2|3",
    );
    check(Measure::Label, &["Yes", "yes!", "**Yes**", "no"], "0 1 2|3");
    check(Measure::Label, &["C++", "C", "c#"], "0|1|2");
}

#[test]
fn a_json_value_has_no_order_of_keys() {
    check(
        Measure::Json,
        &[
            "{\"a\": 1.0, \"b\": [1, 2]}",
            "Here it is:\n```json\n{\"b\":[1,2],\"a\":1}\n```",
            "{\"a\": 1, \"b\": [2, 1]}",
            "no JSON",
        ],
        "0 1|2 - 3",
    );
    check(Measure::Json, &["{\"a\": \"1\"}", "{\"a\": 1}"], "0|1");
}

#[test]
fn translations_agree_when_most_of_their_characters_do() {
    let texts = [
        "The court will hear the case on Monday.",
        "The court is going to hear the case on Monday.",
        "Tomorrow it rains in the mountains of the north.",
    ];
    check(Measure::CharacterF, &texts, "0 1|2");
    check(
        Measure::CharacterF,
        &["I'm sorry, I was late.", "I'm sorry I was late."],
        "0 1",
    );
    check(
        Measure::CharacterF,
        &["I can't assist with that.", "I can't assist with that."],
        "- 0 1",
    );
    check(
        Measure::CharacterF,
        &[
            "法院将于周一审理此案。",
            "法院将在周一审理此案。",
            "明天下雨。",
        ],
        "0 1|2",
    );
}

#[test]
fn the_character_f_score_is_the_published_one() {
    // By hand: one of three characters differs; 2/3, 1/2 of runs of 1 and 2, 0 of 3.
    let expected = (2.0 / 3.0 + 1.0 / 2.0) / 3.0;
    assert!((chr_f("abd", "abc") - expected).abs() < 1e-9);
    // Recall weighs four times in the mean: 2 of 2 against 2 of 4 characters, 1 of 1 against 1 of 3.
    let (precision, recall) = (1.0, (0.5 + 1.0 / 3.0) / 2.0);
    let expected = 5.0 * precision * recall / (4.0 * precision + recall);
    assert!((chr_f("ab", "abcd") - expected).abs() < 1e-9);
    assert!((chr_f("a b\tc", "abc") - 1.0).abs() < 1e-9);
    assert_eq!((chr_f("", "abc"), chr_f(" ", "")), (0.0, 1.0));
}

#[test]
fn prose_agrees_by_its_facts() {
    let texts = [
        "The battery of the Aria 3 lasts 12 hours and weighs 240 g.",
        "It weighs 240 g; the Aria 3 runs for 12 hours.",
        "The Aria 3 lasts for 9 hours.",
    ];
    check(Measure::KeyFacts, &texts, "0 1|2");
    let plain = [
        "Returns are free within the first month.",
        "Within the first month returns are free of charge.",
        "Nobody knows where the river ends.",
    ];
    check(Measure::KeyFacts, &plain, "0 1|2");
}

#[test]
fn refusals_agree_with_nobody() {
    let refused = [
        "I'm sorry, but I can't help with that.",
        "I'm sorry, but I can't help with that.",
        "42",
    ];
    check(Measure::Number, &refused, "2 - 0 1");
    check(
        Measure::Label,
        &["I don't know.", "抱歉，我无法回答", "yes"],
        "2 - 0 1",
    );
    check(
        Measure::KeyFacts,
        &["As an AI language model, I cannot say.", "Berlin"],
        "1 - 0",
    );
    check(Measure::Label, &["unknowns", "Sorrel"], "0|1");
}

#[test]
fn majority_and_plurality_count_those_set_aside() {
    let found = agree(Measure::Number, &["1", "1", "2", ""]);
    assert_eq!(
        (found.majority(), found.plurality()),
        (None, Some(&[0, 1][..]))
    );
    assert!(!found.all_agree());
    let found = agree(Measure::Number, &["2", "1", "1.0"]);
    assert_eq!(found.majority(), Some(&[1, 2][..]));
    assert_eq!(
        (
            found.cluster_of(0),
            found.cluster_of(2),
            found.cluster_of(9)
        ),
        (Some(1), Some(0), None)
    );
    assert!((found.score() - 1.0 / 3.0).abs() < 1e-9);
    let tie = agree(Measure::Number, &["2", "1", "1", "2"]);
    assert_eq!((tie.majority(), tie.plurality()), (None, None));
    let none = agree(Measure::Number, &[]);
    assert!(!none.all_agree() && none.majority().is_none());
    assert!(agree(Measure::Number, &["5"]).all_agree());
}

#[test]
fn the_measure_follows_the_intent_and_the_form_of_the_answers() {
    fn check(intent: &str, format: Option<&str>, answers: &[&str], expected: Measure) {
        let found = Measure::for_answers(intent, format, answers);
        assert_eq!(found, expected, "{intent} {format:?} {answers:?}");
    }
    check("translate", None, &["12", "12"], Measure::CharacterF);
    check(
        "math",
        None,
        &[
            "The answer is 12 m.",
            "Let us see… so it is 12 and no more than that.",
        ],
        Measure::Number,
    );
    check(
        "math",
        None,
        &["A proof by induction", "See above"],
        Measure::KeyFacts,
    );
    check("answer", None, &["$12", "12 dollars"], Measure::Number);
    check("answer", None, &["B", "(C)"], Measure::Label);
    check("answer", None, &["{\"a\": 1}", "[1]"], Measure::Json);
    check("extract", Some("json"), &["oops"], Measure::Json);
    check("code", None, &["[1, 2]", "(1, 2)"], Measure::Literal);
    check(
        "summarize",
        None,
        &["It rains in May.", "May is wet."],
        Measure::KeyFacts,
    );
    check("nothing known", None, &[], Measure::KeyFacts);
    check("math", None, &[], Measure::Number);
}

fn measure() -> impl Strategy<Value = Measure> {
    proptest::sample::select(Measure::ALL.to_vec())
}

proptest! {
    #[test]
    fn each_answer_is_in_one_group_or_set_aside(
        measure in measure(),
        answers in proptest::collection::vec("\\PC{0,40}", 0..6),
    ) {
        let answers: Vec<_> = answers.iter().map(String::as_str).collect();
        let found = agree(measure, &answers);
        let mut seen: Vec<_> = found.clusters.concat();
        seen.extend(&found.set_aside);
        seen.sort_unstable();
        prop_assert_eq!(seen, (0..answers.len()).collect::<Vec<_>>());
        for one in 0..answers.len() {
            for other in 0..answers.len() {
                let like = found.similarity(one, other);
                prop_assert!((0.0..=1.0 + 1e-9).contains(&like));
                prop_assert!((like - found.similarity(other, one)).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn the_same_answer_twice_agrees_and_order_does_not_matter(
        measure in measure(),
        one in "[a-zA-Z0-9 .,'\"\\[\\]{}]{1,30}",
        other in "[a-zA-Z0-9 .,'\"\\[\\]{}]{1,30}",
    ) {
        let twice = agree(measure, &[&one, &one]);
        prop_assert!(twice.all_agree() || twice.set_aside.len() == 2);
        let there = agree(measure, &[&one, &other]);
        let back = agree(measure, &[&other, &one]);
        prop_assert_eq!(there.all_agree(), back.all_agree());
        prop_assert!((there.score() - back.score()).abs() < 1e-12);
    }

    #[test]
    fn a_whole_number_is_read_in_every_form(value in -1_000_000_000_i64..1_000_000_000) {
        let digits = value.unsigned_abs().to_string();
        let groups: Vec<_> = digits.as_bytes().rchunks(3).rev().collect();
        let sign = if value < 0 { "-" } else { "" };
        let groups: Vec<_> = groups.iter().map(|it| String::from_utf8_lossy(it)).collect();
        let forms = [
            value.to_string(),
            format!("{sign}{}", groups.join(",")),
            format!("{value}.00"),
            format!("{value}e0"),
            format!("We find x = {value}."),
            format!("It is 17, then 3. The answer is {value} units."),
            format!("\\boxed{{{value}}}"),
        ];
        let forms: Vec<_> = forms.iter().map(String::as_str).collect();
        prop_assert!(agree(Measure::Number, &forms).all_agree(), "{forms:?}");
        let next = (value + 1).to_string();
        prop_assert!(!agree(Measure::Number, &[forms[0], &next]).all_agree());
    }
}
