//! The model that ships: it belongs to the data, it is made the same way twice, it keeps within its
//! bounds, and small changes of a request move few readings.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot read its data has failed"
)]

use std::{collections::BTreeMap, fs, path::PathBuf};

use coterie_intent::{
    Label, Reader,
    evaluation::{Request, requests},
    model::{Model, ModelError},
    training::{Change, Corpus, Random, Settings, train},
};
use proptest::prelude::*;

fn data() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("data")
}

/// The files of the training data by `LANGUAGE/NAME.txt`.
fn files() -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    for folder in fs::read_dir(data().join("requests")).unwrap() {
        let folder = folder.unwrap().path();
        for file in fs::read_dir(&folder).unwrap() {
            let file = file.unwrap().path();
            let language = folder.file_name().unwrap().to_string_lossy();
            let name = file.file_name().unwrap().to_string_lossy();
            files.insert(
                format!("{language}/{name}"),
                fs::read_to_string(&file).unwrap(),
            );
        }
    }
    files
}

fn corpus() -> Corpus {
    Corpus::read(&files()).unwrap()
}

fn tests() -> Vec<Request> {
    let mut paths: Vec<PathBuf> = fs::read_dir(data().join("test"))
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    paths.sort();
    let all = paths
        .iter()
        .flat_map(|path| requests(&fs::read_to_string(path).unwrap()).unwrap());
    all.collect()
}

fn shipped() -> Vec<u8> {
    fs::read(data().join("../model/requests.bin")).unwrap()
}

#[test]
fn the_model_belongs_to_the_data() {
    let model = Model::from_bytes(&shipped()).unwrap();
    assert!(
        model.digest == corpus().digest,
        "the data has changed since the model was trained: cargo xtask train"
    );
}

#[test]
fn the_model_is_small_and_its_bytes_are_read_as_they_were_written() {
    let bytes = shipped();
    assert!(bytes.len() <= 3_000_000, "{} bytes", bytes.len());
    let model = Model::from_bytes(&bytes).unwrap();
    assert!(model.to_bytes() == bytes);
}

#[test]
fn bytes_of_another_kind_or_cut_off_are_errors() {
    let bytes = shipped();
    let error = |bytes: &[u8]| Model::from_bytes(bytes).unwrap_err();
    assert!(matches!(error(b"GIF8 and so on"), ModelError::Kind { .. }));
    assert!(matches!(error(&bytes[..1000]), ModelError::Short { .. }));
    let mut later = bytes;
    later[4] = 9;
    assert!(matches!(
        error(&later),
        ModelError::Version { found: 9, .. }
    ));
}

#[test]
fn the_same_data_gives_the_same_bytes() {
    let mut corpus = corpus();
    let mut number = 0;
    corpus.lines.retain(|_| {
        number += 1;
        number % 40 == 0
    });
    let settings = Settings {
        rows: 6000,
        boundary_rows: 2000,
        passes: 3,
        ..Settings::default()
    };
    let bytes = || train(&corpus, settings).model.to_bytes();
    assert!(bytes() == bytes());
}

#[test]
fn no_request_of_a_test_is_learned() {
    let plain = |text: &str| -> String {
        text.to_lowercase()
            .chars()
            .filter(|c| c.is_alphanumeric())
            .collect()
    };
    let tests: Vec<String> = tests().iter().map(|request| plain(&request.text)).collect();
    let learned = files();
    let lines = learned.values().flat_map(|text| text.lines());
    let shared: Vec<&str> = lines
        .filter(|line| {
            let said = line.rsplit(" : ").next().unwrap_or(line);
            tests.contains(&plain(said.split(" ~ ").next().unwrap_or(said)))
        })
        .collect();
    assert!(shared.is_empty(), "{shared:#?}");
}

#[test]
fn small_changes_move_few_readings() {
    let reader = Reader::usual();
    let tests = tests();
    let read: Vec<Label> = tests
        .iter()
        .map(|request| reader.read(&request.text).label())
        .collect();
    for change in Change::ALL {
        let mut random = Random::new(7);
        let moved: Vec<String> = tests
            .iter()
            .zip(&read)
            .filter_map(|(request, label)| {
                let changed = change.apply(&request.text, &mut random);
                (reader.read(&changed).label() != *label).then_some(changed)
            })
            .collect();
        let share = moved.len() as f64 / tests.len() as f64;
        assert!(
            share <= 0.05,
            "{change:?} moves {:.1} %: {moved:#?}",
            100.0 * share
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_text_is_read_and_its_parts_lie_in_it(text in "\\PC{0,80}|([a-z]{1,6}[ ,.]{1,2}(and|then|und|再|て|고)?){0,20}") {
        let reading = Reader::usual().read(&text);
        prop_assert_eq!(reading.labels.len(), Label::ALL.len());
        let sum: f32 = reading.labels.iter().map(|(_, probability)| probability).sum();
        prop_assert!((sum - 1.0).abs() < 1e-3);
        prop_assert!(!reading.parts.is_empty());
        for (index, part) in reading.parts.iter().enumerate() {
            prop_assert!(text.get(part.span.clone()).is_some());
            prop_assert!(part.takes_from.iter().all(|&from| from < index));
        }
    }
}
