//! How long the checks of a translation and of a summary take, for 2,000 and 20,000 characters.

#![expect(
    clippy::unwrap_used,
    reason = "a measurement that goes wrong has to stop"
)]

use std::hint::black_box;

use coterie_host::coe::verify::{Material, checks_for, guard, verify};
use coterie_protocol::{Action, Finish, LanguageTag, Paragraph, ParagraphKind};
use criterion::{Criterion, criterion_group, criterion_main};

/// A paragraph with everything that checks look for, in two languages. The numbers in braces differ
/// from paragraph to paragraph.
const ENGLISH: &str = "On Monday, March {day}, Margaret Hale paid $3.{n} million for the old bridge \
    at Ulverton, which is 1,{n}00 metres long and was never finished. The council did not say why \
    it had waited for {n} years. “Nobody asked us,” said the engineer John Thornton, who keeps a \
    diary of the works at https://bridge.example/diary/{n} and calls it `bridge_{n}`. About 4{n} % \
    of the people in the town want it to be rebuilt before winter number {n} comes.";
const GERMAN: &str = "Am Montag, dem {day}. März, zahlte Margaret Hale 3,{n} Millionen Dollar für \
    die alte Brücke in Ulverton, die 1.{n}00 Meter lang ist und nie fertig wurde. Der Rat sagte \
    nicht, warum er {n} Jahre gewartet hatte. „Niemand hat uns gefragt“, sagte der Ingenieur John \
    Thornton, der unter https://bridge.example/diary/{n} ein Tagebuch der Arbeiten führt und sie \
    `bridge_{n}` nennt. Etwa 4{n} % der Menschen in der Stadt wollen, dass sie vor Winter Nummer \
    {n} wieder aufgebaut wird.";

/// Paragraphs of about so many characters in all.
fn text(paragraph: &str, characters: usize) -> Vec<String> {
    let paragraphs = (0..).map(|number| {
        let filled = paragraph.replace("{n}", &(10 + number).to_string());
        filled.replace("{day}", &(1 + number % 28).to_string())
    });
    let mut left = characters;
    paragraphs
        .take_while(|paragraph| {
            let goes_on = left > 0;
            left = left.saturating_sub(paragraph.chars().count());
            goes_on
        })
        .collect()
}

fn checks(criterion: &mut Criterion) {
    let (english, german) = (LanguageTag::new("en"), LanguageTag::new("de"));
    for characters in [2_000, 20_000] {
        let source = text(ENGLISH, characters);
        let translation = text(GERMAN, characters).join("\n\n");
        let numbered: Vec<_> = (1..)
            .zip(&source)
            .map(|(number, text)| Paragraph {
                number,
                kind: ParagraphKind::Text,
                text: text.clone(),
            })
            .collect();
        let joined = source.join("\n\n");
        let material = Material {
            action: Action::Translate,
            source: &joined,
            source_language: Some(&english),
            language: &german,
            paragraphs: &[],
            terms: &[],
            instructions: "Give the translation alone, with nothing added and nothing left out.",
            length: None,
            finish: Finish::Complete,
        };
        let made = checks_for(Action::Translate);
        // What is measured has to be the usual case: nothing is found.
        assert_eq!(verify(made, &material, &translation), Vec::new());
        criterion.bench_function(
            &format!("translation of {characters} characters"),
            |bencher| {
                bencher.iter(|| verify(black_box(made), &material, black_box(&translation)));
            },
        );
        criterion.bench_function(&format!("guard of {characters} characters"), |bencher| {
            bencher.iter(|| guard(black_box(&translation), black_box(&translation), &material));
        });
        let sentences = numbered.iter().map(|paragraph| {
            let first = paragraph.text.split_once(". ").unwrap().0;
            format!("{first} [¶{}].", paragraph.number)
        });
        let summary = sentences.take(6).collect::<Vec<_>>().join(" ");
        let material = Material {
            action: Action::Summarize,
            language: &english,
            paragraphs: &numbered,
            ..material
        };
        let made = checks_for(Action::Summarize);
        criterion.bench_function(&format!("summary of {characters} characters"), |bencher| {
            bencher.iter(|| verify(black_box(made), &material, black_box(&summary)));
        });
    }
}

criterion_group!(benches, checks);
criterion_main!(benches);
