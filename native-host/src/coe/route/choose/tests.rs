use super::*;

fn entrant(id: &str, quality: f64, price: f64, delay: f64) -> Entrant {
    Entrant {
        id: id.to_owned(),
        family: id.split('-').next().unwrap_or(id).to_owned(),
        quality,
        price,
        delay,
        local: id.starts_with("local"),
        engine: id.ends_with("engine"),
        context: None,
        resting: false,
    }
}

fn table() -> Vec<Entrant> {
    vec![
        entrant("local-small", 0.6, 0.0, 6.0),
        entrant("deep-chat", 0.74, 0.000_07, 3.0),
        entrant("open-mini", 0.78, 0.000_16, 1.5),
        entrant("anth-strong", 0.84, 0.002_5, 3.0),
        entrant("open-strong", 0.84, 0.002_6, 2.0),
    ]
}

fn request(measure: Option<Measure>) -> RequestFacts {
    RequestFacts {
        measure,
        difficulty: 0.5,
        tokens: 1_000,
        shapes: Shape::ALL[..4].to_vec(),
        fixed: None,
        warm: None,
    }
}

/// The shape and the experts of the chosen arm.
fn check(
    request: &RequestFacts,
    entrants: &[Entrant],
    weights: Weights,
    constraints: &Constraints,
    expected: &str,
) {
    let decision = choose(request, entrants, &weights, constraints);
    let chosen = decision.chosen.map_or("nobody".to_owned(), |chosen| {
        let stages: Vec<_> = chosen.stages.iter().map(|it| it.join("+")).collect();
        format!("{:?} {}", chosen.shape, stages.join(" "))
    });
    assert_eq!(chosen, expected);
}

#[test]
fn a_checkable_request_is_given_to_a_cheap_pair_first_and_an_open_one_is_not() {
    let free = Constraints::default();
    let weights = Weights::of_money(30.0);
    let number = request(Some(Measure::Number));
    let decision = choose(&number, &table(), &weights, &free);
    let chosen = decision.chosen.expect("somebody");
    assert!(chosen.stages.len() > 1, "{chosen}");
    let alone = decision
        .runners_up
        .iter()
        .all(|it| it.utility <= chosen.utility);
    assert!(alone && decision.runners_up.len() == 5);
    check(&request(None), &table(), weights, &free, "Single open-mini");
}

#[test]
fn the_dearer_money_the_cheaper_the_plan() {
    let free = Constraints::default();
    let open = request(None);
    check(
        &open,
        &table(),
        Weights::of_money(1.0),
        &free,
        "Single anth-strong",
    );
    check(
        &open,
        &table(),
        Weights::of_money(50_000.0),
        &free,
        "Single local-small",
    );
    let hasty = Weights {
        delay: 0.2,
        ..Weights::of_money(1.0)
    };
    check(&open, &table(), hasty, &free, "Single open-mini");
}

#[test]
fn constraints_are_never_broken() {
    let number = request(Some(Measure::Number));
    let local = Constraints {
        local_only: true,
        budget: None,
    };
    check(
        &number,
        &table(),
        Weights::of_money(1.0),
        &local,
        "Single local-small",
    );
    let budget = Constraints {
        local_only: false,
        budget: Some(0.001),
    };
    let decision = choose(&number, &table(), &Weights::of_money(0.0), &budget);
    assert!(decision.chosen.expect("somebody").prospect.price_most <= 0.001);
    let left: Vec<_> = decision
        .left_out
        .iter()
        .filter(|it| it.1 == LeftOut::TooDear)
        .collect();
    assert_eq!(left.len(), 2);
    let mut long = request(None);
    long.tokens = 1_000_000;
    let mut entrants = table();
    for entrant in &mut entrants {
        entrant.context = Some(8_000);
    }
    check(
        &long,
        &entrants,
        Weights::of_money(1.0),
        &Constraints::default(),
        "nobody",
    );
}

#[test]
fn the_readers_choice_and_a_warm_cache_count_and_those_that_rest_come_last() {
    let mut open = request(None);
    let free = Constraints::default();
    open.fixed = Some("deep-chat".to_owned());
    check(
        &open,
        &table(),
        Weights::of_money(1.0),
        &free,
        "Single deep-chat",
    );
    let mut open = request(None);
    open.warm = Some("open-strong".to_owned());
    let warm = Weights {
        warmth: 0.01,
        ..Weights::of_money(1.0)
    };
    check(&open, &table(), warm, &free, "Single open-strong");
    let mut entrants = table();
    entrants[3].resting = true;
    check(
        &request(None),
        &entrants,
        Weights::of_money(1.0),
        &free,
        "Single open-strong",
    );
    for entrant in &mut entrants {
        entrant.resting = true;
    }
    check(
        &request(None),
        &entrants,
        Weights::of_money(1.0),
        &free,
        "Single anth-strong",
    );
}

#[test]
fn two_engines_are_asked_before_a_paid_one() {
    let mut entrants = vec![
        entrant("opus-engine", 0.55, 0.0, 0.5),
        entrant("berga-engine", 0.58, 0.0, 0.4),
        entrant("goo-engine", 0.7, 0.002, 0.6),
    ];
    entrants.push(entrant("open-mini", 0.5, 0.0005, 2.0));
    let mut translate = request(Some(Measure::CharacterF));
    translate.shapes = vec![Shape::EnginesAgreeElsePaid, Shape::AgreeElseStrong];
    check(
        &translate,
        &entrants,
        Weights::of_money(20.0),
        &Constraints::default(),
        "EnginesAgreeElsePaid berga-engine+opus-engine goo-engine",
    );
}

#[test]
fn a_hard_request_gets_a_stronger_plan_than_an_easy_one() {
    let quality = |difficulty| {
        let mut number = request(Some(Measure::Number));
        number.difficulty = difficulty;
        let weights = Weights::of_money(60.0);
        let decision = choose(&number, &table(), &weights, &Constraints::default());
        decision.chosen.expect("somebody").prospect
    };
    let (easy, hard) = (quality(0.1), quality(0.9));
    assert!(
        easy.price < hard.price && easy.quality > hard.quality,
        "{easy:?} {hard:?}"
    );
}

#[test]
fn a_crowd_is_bounded_and_every_decision_explains_itself() {
    let crowd: Vec<_> = (0..200_u32)
        .map(|at| {
            let at = f64::from(at);
            entrant(
                &format!("v{at}-m"),
                0.4 + 0.5 * at / 200.0,
                1e-5 * 1.04_f64.powf(at),
                1.0,
            )
        })
        .collect();
    let decision = choose(
        &request(Some(Measure::Label)),
        &crowd,
        &Weights::of_money(20.0),
        &Constraints::default(),
    );
    assert_eq!(decision.left_out.len(), 200 - MOST_ENTRANTS);
    let lines = decision.explain();
    assert!(lines[0].starts_with("chosen: ") && lines[2].starts_with("instead of: "));
    assert!(
        lines
            .last()
            .is_some_and(|line| line.starts_with("left out: "))
    );
    let nobody = choose(
        &request(None),
        &[],
        &Weights::of_money(20.0),
        &Constraints::default(),
    );
    assert_eq!(nobody.explain()[0], "nobody is left who could do it");
}
