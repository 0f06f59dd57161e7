//! How long extraction takes for a page and the summarizer for 10,000 words.

#![expect(
    clippy::unwrap_used,
    reason = "a measurement that goes wrong has to stop"
)]

use std::{collections::HashSet, hint::black_box};

use coterie_host::{
    experts::builtin,
    page::{self, Article, ReadOptions},
};
use criterion::{Criterion, criterion_group, criterion_main};

/// Words of the language that the text is made of: as many as people use in a long article.
const VOCABULARY: usize = 4_000;

/// Pages as people read them: headings, lists, tables, navigation, four languages.
const PAGES: [(&str, &str); 4] = [
    ("English", include_str!("../../tests/pages/lighthouse.html")),
    ("Chinese", include_str!("../../tests/pages/tea-zh.html")),
    ("Arabic", include_str!("../../tests/pages/market-ar.html")),
    (
        "mixed",
        include_str!("../../tests/pages/release-mixed.html"),
    ),
];

/// The same numbers each time: a linear congruential generator (Numerical Recipes).
struct Numbers(u32);

impl Numbers {
    fn next(&mut self) -> u32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        self.0 >> 8
    }

    fn below(&mut self, bound: usize) -> usize {
        self.next() as usize % bound
    }

    /// From 0 to 1.
    fn share(&mut self) -> f64 {
        f64::from(self.next()) / f64::from(1_u32 << 24)
    }
}

/// Words of two to four syllables, all different.
fn vocabulary(numbers: &mut Numbers) -> Vec<String> {
    const SYLLABLES: [&str; 20] = [
        "ka", "ri", "to", "ne", "sul", "mar", "el", "dor", "vi", "pan", "os", "ter", "lu", "gim",
        "ba", "fen", "cho", "ust", "ary", "in",
    ];
    let mut seen = HashSet::new();
    let mut words = Vec::new();
    while words.len() < VOCABULARY {
        let syllables = 2 + numbers.below(3);
        let word: String = (0..syllables)
            .map(|_| SYLLABLES[numbers.below(SYLLABLES.len())])
            .collect();
        if seen.insert(word.clone()) {
            words.push(word);
        }
    }
    words
}

/// A text with so many words, in sentences of 8 to 30 and paragraphs of three to seven. The word of
/// rank r is r times as rare as the first (Zipf), as in any language: what a ranker has to do
/// depends on how many words sentences share.
fn text(words: usize) -> String {
    let mut numbers = Numbers(42);
    let vocabulary = vocabulary(&mut numbers);
    let weights = (1..=VOCABULARY).map(|rank| 1.0 / rank as f64);
    let sums: Vec<f64> = weights
        .scan(0.0, |sum, weight| {
            *sum += weight;
            Some(*sum)
        })
        .collect();
    let total = sums[VOCABULARY - 1];
    let mut text = String::new();
    let (mut left, mut sentences) = (words, 0);
    while left > 0 {
        let length = (8 + numbers.below(23)).min(left);
        let chosen = (0..length).map(|_| {
            let place = numbers.share() * total;
            let rank = sums.partition_point(|&sum| sum < place);
            vocabulary[rank.min(VOCABULARY - 1)].as_str()
        });
        text.push_str("The ");
        text.push_str(&chosen.skip(1).collect::<Vec<_>>().join(" "));
        left -= length;
        sentences += 1;
        text.push_str(if sentences % (3 + numbers.below(5)) == 0 {
            ".\n\n"
        } else {
            ". "
        });
    }
    text
}

fn read(source: &str) -> Article {
    page::read_any(source, &ReadOptions::default()).unwrap()
}

fn extraction(criterion: &mut Criterion) {
    for (name, html) in PAGES {
        let title = format!("extraction of the {name} page");
        criterion.bench_function(&title, |bencher| bencher.iter(|| read(black_box(html))));
    }
}

fn summarizing(criterion: &mut Criterion) {
    let mut bench = |name: String, article: &Article| {
        criterion.bench_function(&name, |bencher| {
            bencher.iter(|| builtin::summary(black_box(article)));
        });
    };
    bench(
        "summarizer for 10,000 words".to_owned(),
        &read(&text(10_000)),
    );
    for (name, html) in PAGES {
        bench(format!("summarizer for the {name} page"), &read(html));
    }
}

criterion_group!(benches, extraction, summarizing);
criterion_main!(benches);
