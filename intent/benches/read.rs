//! How long a reading takes, by the length of the request, and what the model takes in memory.

#![expect(
    clippy::print_stderr,
    reason = "a benchmark talks to a person in a terminal"
)]

use std::{hint::black_box, time::Instant};

use coterie_intent::Reader;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

/// Lengths in characters.
const LENGTHS: [usize; 4] = [60, 500, 2000, 8000];

/// A request with a text of its own: what is wanted stands at its start and at its end.
fn request(characters: usize) -> String {
    let frame = "sum this up, then put it into French and write a mail: ";
    let filler =
        "The ferry leaves at nine, and the keeper of the light writes down each turn of the tide. ";
    frame
        .chars()
        .chain(filler.chars().cycle())
        .take(characters)
        .collect()
}

fn read(criterion: &mut Criterion) {
    let reader = Reader::usual();
    if let Some(model) = reader.model() {
        eprintln!("model: {} KB", model.to_bytes().len() / 1000);
    }
    let mut group = criterion.benchmark_group("read");
    for length in LENGTHS {
        let text = request(length);
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_with_input(
            BenchmarkId::from_parameter(length),
            &text,
            |bencher, text| {
                bencher.iter(|| black_box(reader.read(black_box(text))));
            },
        );
        let mut times: Vec<_> = (0..1000)
            .map(|_| {
                let start = Instant::now();
                black_box(reader.read(black_box(&text)));
                start.elapsed()
            })
            .collect();
        times.sort_unstable();
        eprintln!(
            "read {length} characters: p50 {:?}, p99 {:?}",
            times[500], times[990]
        );
    }
    group.finish();
}

criterion_group!(benches, read);
criterion_main!(benches);
