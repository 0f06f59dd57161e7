use std::{fmt::Write as _, fs, io::Write as _, path::Path};

use flate2::{Compression, write::GzEncoder};
use tempfile::TempDir;

use super::*;

/// The same numbers each time (SplitMix64).
struct Numbers(u64);

impl Numbers {
    fn share(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// Outcomes of four experts of four families: two cheap, one middling, one strong and dear. Right
/// answers are equal, wrong ones seldom; half of the requests are hard for all.
fn answered(rows: usize) -> String {
    let experts = [
        ("ant-small", 0.00007, 0.72),
        ("bee-mini", 0.00016, 0.76),
        ("cat-mid", 0.0009, 0.74),
        ("dog-strong", 0.0025, 0.84),
    ];
    let mut numbers = Numbers(7);
    let mut lines = String::new();
    for row in 0..rows {
        let hard = 0.5 * (numbers.share() - 0.5);
        let shown = experts.map(|(name, cost, quality)| {
            let right = numbers.share() < quality - hard;
            let answer = if right { row } else { 1_000 + (numbers.share() * 9.0) as usize };
            let score = u8::from(right);
            format!(r#""{name}": {{"score": {score}, "cost": {cost}, "answer": "{answer}.0", "chars": 9}}"#)
        });
        let shown = shown.join(", ");
        let task = ["gsm", "math-l5"][row % 2];
        let _ = writeln!(
            lines,
            r#"{{"id": "r{row}", "task": "{task}", "prompt": "How many {row}?", "experts": {{{shown}}}}}"#
        );
    }
    lines
}

/// A pair without answers: the weak one fails where the prompt says so.
fn pair(rows: usize) -> String {
    let mut numbers = Numbers(3);
    let mut lines = String::new();
    for row in 0..rows {
        let proof = row.is_multiple_of(3);
        let weak = u8::from(numbers.share() < if proof { 0.2 } else { 0.85 });
        let strong = u8::from(numbers.share() < 0.88);
        let words = if proof {
            "prove the lemma"
        } else {
            "name the capital"
        };
        let task = ["algebra", "geography", "law", "logic"][row % 4];
        let _ = writeln!(
            lines,
            r#"{{"id": "p{row}", "task": "{task}", "prompt": "Please {words} of {row}", "experts": {{"weak": {{"score": {weak}, "cost": 0.24}}, "strong": {{"score": {strong}, "cost": 24.7}}}}}}"#
        );
    }
    lines
}

/// Translations: two free engines agree where they are good, a paid one is good everywhere.
fn translated(rows: usize) -> String {
    let mut numbers = Numbers(5);
    let mut lines = String::new();
    for row in 0..rows {
        let easy = numbers.share() < 0.5;
        let text = format!("the court of town number {row} will hear the case on monday morning");
        let other = if easy {
            format!("{text} already")
        } else {
            format!("monkeys eat bananas {row}")
        };
        let score = if easy { 0.72 } else { 0.4 };
        let _ = writeln!(
            lines,
            r#"{{"id": "t{row}", "task": "translate:de-en", "prompt": "Das Gericht der Stadt {row} verhandelt am Montag", "experts": {{"opusmt": {{"score": {score}, "answer": "{text}"}}, "argos": {{"score": {score}, "answer": "{other}"}}, "google": {{"score": 0.7, "answer": "{text}!"}}}}}}"#
        );
    }
    lines
}

fn written(folder: &TempDir, name: &str, lines: &str) -> PathBuf {
    let path = folder.path().join(name);
    if Path::new(name).extension().is_some_and(|it| it == "gz") {
        let file = fs::File::create(&path).expect("file");
        let mut encoder = GzEncoder::new(file, Compression::fast());
        encoder.write_all(lines.as_bytes()).expect("written");
        encoder.finish().expect("written");
    } else {
        fs::write(&path, lines).expect("written");
    }
    path
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("folder")
}

fn texts(given: &[&str]) -> Vec<String> {
    given.iter().map(|it| (*it).to_owned()).collect()
}

fn of(path: PathBuf) -> ReplayOptions {
    ReplayOptions {
        files: vec![path],
        ..ReplayOptions::default()
    }
}

#[test]
fn collaboration_saves_money_on_experts_that_err_differently() {
    let folder = folder();
    let report = replay(&of(written(&folder, "a.jsonl.gz", &answered(700)))).expect("replayed");
    assert_eq!(report.best_single.name, "dog-strong");
    assert_eq!(report.pool.len(), 4);
    assert!(report.rows + report.fitted_rows == 700 && report.rows > 300);
    let best = report.best_single.priced.quality.value;
    assert!(
        report.oracle.quality.value > best && report.oracle.cost < report.best_single.priced.cost
    );
    let parity = report.saving_at_parity;
    assert!(parity.figure.value > 0.3, "{parity:?}");
    assert!(parity.figure.low <= parity.figure.value && parity.figure.value <= parity.figure.high);
    assert!(
        (parity.figure.value - (1.0 - parity.cost / report.best_single.priced.cost)).abs() < 1e-9
    );
    assert!((parity.difference.value - (parity.quality - best)).abs() < 1e-9);
    assert!(report.gain_at_no_more_cost.cost <= 1.1 * report.best_single.priced.cost);
    assert!(report.apgr.is_none());
    assert!(
        report
            .curve
            .windows(2)
            .all(|pair| pair[0].cost <= pair[1].cost + 1e-4)
    );
    let shares: f64 = report.ways.iter().map(|(_, share)| share).sum();
    assert!(shares > 0.8 && report.tasks.len() == 2);
}

#[test]
fn the_report_has_the_keys_that_are_promised() {
    let folder = folder();
    let report = replay(&of(written(&folder, "a.jsonl", &answered(200)))).expect("replayed");
    let json = serde_json::to_value(&report).expect("JSON");
    for key in [
        "best_single",
        "oracle",
        "task_prior",
        "saving_at_parity",
        "gain_at_no_more_cost",
        "within_0_3",
    ] {
        for figure in ["value", "low", "high"] {
            assert!(json[key][figure].is_f64(), "{key} {figure}: {json}");
        }
    }
    assert!(json["apgr"].is_null() && json.as_object().is_some_and(|it| it.contains_key("apgr")));
    let point = &json["curve"][0];
    assert!(point["cost"].is_f64() && point["quality"]["low"].is_f64());
    let table = report.to_string();
    for part in [
        "best single: dog-strong",
        "saving at parity",
        "oracle",
        "ways at parity",
    ] {
        assert!(table.contains(part), "{table}");
    }
}

#[test]
fn a_pair_is_routed_by_what_the_prompt_says() {
    let folder = folder();
    let path = written(&folder, "p.jsonl", &pair(600));
    let report = replay(&of(path.clone())).expect("replayed");
    let apgr = report.apgr.expect("a pair");
    assert!(apgr.value > 0.65 && apgr.low > 0.5, "{apgr:?}");
    // Two thirds need the strong one little, one third much.
    let between = report
        .curve
        .iter()
        .filter(|point| point.cost > 5.0 && point.cost < 15.0);
    let best = report.best_single.priced.quality.value;
    assert!(between.clone().count() > 0, "{:?}", report.curve);
    assert!(
        between
            .clone()
            .all(|point| point.quality.value > best - 0.05)
    );
    let by_task = ReplayOptions {
        folds: Some(2),
        by_task: true,
        ..of(path)
    };
    let report = replay(&by_task).expect("replayed");
    assert_eq!(report.rows, 600);
    assert!(report.apgr.expect("a pair").value > 0.6);
}

#[test]
fn free_engines_that_agree_save_the_paid_one() {
    let folder = folder();
    let report = replay(&of(written(&folder, "t.jsonl", &translated(300)))).expect("replayed");
    assert_eq!(report.best_single.name, "google");
    assert!(report.best_single.priced.cost > 0.0, "assumed prices count");
    assert!(report.apgr.expect("free and paid").value > 0.7);
    assert!(report.saving_at_parity.figure.value > 0.3);
    assert!(report.gain_at_no_more_cost.figure.value > 0.0);
}

#[test]
fn an_expert_that_dwarfs_the_others_is_also_left_out() {
    let folder = folder();
    let mut lines = String::new();
    for (row, line) in answered(300).lines().enumerate() {
        let score = u8::from(!row.is_multiple_of(20));
        let thinker = format!(
            r#""experts": {{"o1-thinks": {{"score": {score}, "cost": 0.02, "answer": "{}"}}, "#,
            if score > 0 { row } else { 7_777 }
        );
        let _ = writeln!(lines, "{}", line.replacen("\"experts\": {", &thinker, 1));
    }
    let report = replay(&of(written(&folder, "o.jsonl", &lines))).expect("replayed");
    assert_eq!(report.best_single.name, "o1-thinks");
    let without = report.without_reasoning.expect("the others");
    assert_eq!(
        (without.pool.len(), without.best_single.name.as_str()),
        (4, "dog-strong")
    );
}

#[test]
fn other_files_can_be_fitted_on_and_scored() {
    let folder = folder();
    let one = written(&folder, "one.jsonl", &answered(200));
    let two = written(&folder, "two.jsonl", &answered(150));
    let path = |path: &PathBuf| path.display().to_string();
    let rows = |options: &ReplayOptions| {
        let report = replay(options).expect("replayed");
        (report.fitted_rows, report.rows)
    };
    let fit = vec![path(&one)];
    let files = ReplayOptions {
        fit: fit.clone(),
        ..of(two.clone())
    };
    assert_eq!(rows(&files), (200, 150));
    let paths = ReplayOptions {
        fit,
        score: vec![format!("{},{}", path(&two), path(&two))],
        ..ReplayOptions::default()
    };
    assert_eq!(rows(&paths), (200, 300));
    let all = ReplayOptions {
        fit: texts(&["all"]),
        score: texts(&["all"]),
        ..of(two.clone())
    };
    assert_eq!(rows(&all), (150, 150));
    let tasks = ReplayOptions {
        fit: texts(&["task:0/2"]),
        ..of(two)
    };
    let found = replay(&tasks).map(|report| report.tasks.len());
    // Two tasks may fall into the same half.
    assert!(matches!(found, Ok(1) | Err(ReplayError::EmptyPart { .. })));
}

#[test]
fn nothing_of_the_scored_part_is_seen_before() {
    let folder = folder();
    let lines = answered(300);
    let options = of(written(&folder, "a.jsonl", &lines));
    let scored = Part::Rows { index: 1, count: 2 };
    // Right and wrong exchanged in the scored part only: what is asked must stay the same.
    let mut turned = String::new();
    for line in lines.lines() {
        let record: Record = serde_json::from_str(line).expect("a record");
        let line = if scored.has(&record) {
            line.replace("\"score\": 1", "\"score\": x")
                .replace("\"score\": 0", "\"score\": 1")
                .replace("\"score\": x", "\"score\": 0")
        } else {
            line.to_owned()
        };
        let _ = writeln!(turned, "{line}");
    }
    let one = replay(&options).expect("replayed");
    let other = replay(&of(written(&folder, "b.jsonl", &turned))).expect("replayed");
    assert_eq!(one.ways, other.ways);
    assert!((one.saving_at_parity.cost - other.saving_at_parity.cost).abs() < 1e-12);
    assert!(one.saving_at_parity.quality > other.saving_at_parity.quality);
}

#[test]
fn a_pool_can_be_taken() {
    let folder = folder();
    let path = written(&folder, "a.jsonl", &answered(120));
    let only = ReplayOptions {
        experts: texts(&["ant-small", "dog-strong"]),
        ..of(path.clone())
    };
    let report = replay(&only).expect("replayed");
    assert_eq!(report.pool, ["ant-small", "dog-strong"]);
    assert!(report.apgr.is_some(), "a pair");
    let without = ReplayOptions {
        without: texts(&["dog-strong"]),
        ..of(path)
    };
    assert_eq!(replay(&without).expect("replayed").pool.len(), 3);
}

#[test]
fn what_is_wrong_is_said_with_file_and_line() {
    let folder = folder();
    let good = answered(20);
    fn check(options: &ReplayOptions, expected: &str) {
        let error = replay(options).expect_err("refused").to_string();
        assert!(
            error.contains(expected),
            "{error:?} should have {expected:?}"
        );
    }
    check(
        &of(PathBuf::from("/nowhere/x.jsonl")),
        "cannot open /nowhere/x.jsonl",
    );
    check(
        &of(written(&folder, "empty.jsonl", "\n")),
        "empty.jsonl has no outcomes",
    );
    let bad = written(&folder, "bad.jsonl", &format!("{good}{{\"id\": 3}}\n"));
    check(&of(bad), "bad.jsonl, line 21 is not");
    let high = written(
        &folder,
        "high.jsonl",
        &good.replacen("\"score\": 1", "\"score\": 3", 1),
    );
    check(&of(high), "is 3, not between 0 and 1");
    let fine = written(&folder, "fine.jsonl", &good);
    let with = |fit: &[&str], experts: &[&str]| ReplayOptions {
        fit: texts(fit),
        experts: texts(experts),
        ..of(fine.clone())
    };
    check(&with(&["2/2"], &[]), "neither a file nor");
    check(&with(&["half"], &[]), "neither a file nor");
    check(
        &with(&[], &["nobody"]),
        "no outcome has the expert \"nobody\"; there are ant-small",
    );
    check(&with(&[], &["ant-small"]), "the pool has 1 experts");
    check(
        &ReplayOptions {
            folds: Some(1),
            ..of(fine.clone())
        },
        "1 folds cannot be made",
    );
    check(&ReplayOptions::default(), "no files were given");
    check(
        &with(&["999/1000"], &[]),
        "nothing to fit on: 999/1000 has none of the 20",
    );
}

#[test]
fn parts_are_stable_and_apart() {
    let record = |id: &str, task: &str| Record {
        id: id.to_owned(),
        task: task.to_owned(),
        prompt: String::new(),
        experts: std::collections::BTreeMap::default(),
    };
    assert_eq!(stable_hash("a"), 0xca97_8112_ca1b_bdca, "SHA-256 of a");
    let mut counts = [0; 2];
    for at in 0..400 {
        let record = record(&format!("id {at}"), "task");
        let inside = |index| Part::Rows { index, count: 2 }.has(&record);
        assert!(inside(0) != inside(1));
        counts[usize::from(inside(1))] += 1;
    }
    assert!(counts[0] > 150 && counts[1] > 150, "{counts:?}");
    let (one, other) = (record("x", "law"), record("y", "law"));
    let part = Part::Tasks { index: 0, count: 2 };
    assert_eq!(part.has(&one), part.has(&other));
}
