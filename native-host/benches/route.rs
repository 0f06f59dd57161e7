//! How long the choice of a plan, the next move and the comparison of answers take.

use std::hint::black_box;

use coterie_host::coe::{
    agree::{Measure, agree},
    route::{
        Constraints, Deliberation, Entrant, Kind, Limits, Panel, RequestFacts, Seated, Shape,
        Weights, choose,
    },
};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

/// So many experts, better ones dearer, of twenty families.
fn roster(experts: u32) -> Vec<Entrant> {
    let entrant = |at: u32| {
        let place = f64::from(at) / f64::from(experts);
        Entrant {
            id: format!("vendor{}/model{at}", at % 20),
            family: format!("vendor{}", at % 20),
            // Not in step with the price, so that some outdo others.
            quality: 0.5 + 0.4 * place + 0.05 * f64::from(at * 7 % 11) / 11.0,
            price: 1e-5 * 400.0_f64.powf(place),
            delay: 1.0 + f64::from(at * 5 % 7),
            local: at.is_multiple_of(10),
            engine: at.is_multiple_of(13),
            context: Some(32_000),
            resting: at.is_multiple_of(17),
        }
    };
    (0..experts).map(entrant).collect()
}

fn choosing(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("choose");
    let request = RequestFacts {
        measure: Some(Measure::Number),
        difficulty: 0.6,
        tokens: 2_000,
        shapes: Shape::ALL.to_vec(),
        fixed: None,
        warm: Some("vendor3/model3".to_owned()),
    };
    let weights = Weights::of_money(20.0);
    for experts in [5, 20, 200] {
        let roster = roster(experts);
        group.bench_function(BenchmarkId::from_parameter(experts), |bencher| {
            bencher.iter(|| {
                choose(
                    black_box(&request),
                    black_box(&roster),
                    &weights,
                    &Constraints::default(),
                )
            });
        });
    }
    group.finish();
}

fn deciding(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("next move");
    let seats = roster(10).into_iter().map(|entrant| Seated {
        quality: entrant.quality,
        price: entrant.price,
        delay: entrant.delay,
        family: entrant.family,
    });
    let panel = Panel::new(Kind::of(Some(Measure::Number)), &seats.collect::<Vec<_>>());
    let weights = Weights::of_money(20.0);
    let limits = Limits::of(&weights);
    let mut state = Deliberation::new(&panel, weights, limits, Measure::Number, 0.0);
    for (seat, answer) in ["12", "13", "12"].iter().enumerate() {
        group.bench_function(BenchmarkId::new("after answers", seat), |bencher| {
            bencher.iter(|| black_box(&state).next_move());
        });
        state.note(seat, answer, 0.0);
    }
    group.finish();
}

fn agreeing(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("agree");
    let sentence = "The court of the town will hear case 4711 on Monday, 3 May. ";
    for length in [60, 500, 2_000, 8_000] {
        let one: String = sentence.chars().cycle().take(length).collect();
        let other = one.replace("will hear", "is going to hear");
        group.throughput(Throughput::Bytes(2 * length as u64));
        for measure in [Measure::Number, Measure::CharacterF, Measure::KeyFacts] {
            let name = BenchmarkId::new(format!("{measure:?}"), length);
            group.bench_function(name, |bencher| {
                bencher.iter(|| agree(measure, &[black_box(&one), black_box(&other)]));
            });
        }
    }
    group.finish();
}

criterion_group!(benches, choosing, deciding, agreeing);
criterion_main!(benches);
