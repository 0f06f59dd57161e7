//! How long extraction takes for a page and the summarizer for 10,000 words.

#![expect(
    clippy::unwrap_used,
    reason = "a measurement that goes wrong has to stop"
)]

use std::{fmt::Write as _, hint::black_box};

use coterie_host::{
    experts::builtin,
    page::{self, Article, ReadOptions},
};
use criterion::{Criterion, criterion_group, criterion_main};

/// Words that make sentences which differ.
const WORDS: [&str; 24] = [
    "harbour", "tide", "lens", "keeper", "storm", "signal", "coast", "engine", "glass", "beam",
    "weather", "captain", "night", "tower", "river", "lamp", "oil", "ship", "rock", "fog", "sea",
    "clock", "weight", "light",
];

/// The text of a page with so many words, in paragraphs of about a hundred.
fn text(words: usize) -> String {
    let mut text = String::new();
    // A linear congruential generator (Numerical Recipes): the same text each time.
    let mut state = 42_u32;
    for number in 1..=words {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let word = WORDS[state as usize / 7 % WORDS.len()];
        let end = match number {
            _ if number % 100 == 0 => ".\n\n",
            _ if number % 17 == 0 => ". ",
            _ => " ",
        };
        write!(text, "{word}{end}").unwrap();
    }
    text
}

fn html(words: usize) -> String {
    let body = text(words).replace("\n\n", "</p><p>");
    let links = "<li><a href='#'>Another page</a></li>".repeat(40);
    format!(
        "<html><body><nav><ul>{links}</ul></nav><article><h1>Title</h1><p>{body}</p></article></body></html>"
    )
}

fn read(source: &str) -> Article {
    page::read_any(source, &ReadOptions::default()).unwrap()
}

fn extraction(criterion: &mut Criterion) {
    let html = html(1000);
    criterion.bench_function("extraction of a page of 1,000 words", |bencher| {
        bencher.iter(|| read(black_box(&html)));
    });
}

fn summarizing(criterion: &mut Criterion) {
    let article = read(&text(10_000));
    criterion.bench_function("summarizer for 10,000 words", |bencher| {
        bencher.iter(|| builtin::summary(black_box(&article)));
    });
}

criterion_group!(benches, extraction, summarizing);
criterion_main!(benches);
