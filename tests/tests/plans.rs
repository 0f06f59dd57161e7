//! Plans of several experts end to end: the real host, its real router, real HTTP. Each plan done
//! well, with the calls counted and the money added up; with each expert failing in each role; and
//! cancelled in each state.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a helper that fails fails its test"
)]

#[path = "plans/play.rs"]
mod play;
#[path = "plans/scenes.rs"]
mod scenes;

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use coterie_protocol::{Event, PlanShape, ToHost};
use coterie_tests::{
    PATIENCE, TimedOut,
    experts::{Behaviour, Cue, End},
    until,
    vendors::Patience,
};
use play::{Fault, Played, Role, Scene, Stage, line, play, role};
use scenes::ALL;

/// How soon after a cancel every connection to an expert is closed: generous, for slow machines.
const A_MOMENT: Duration = Duration::from_secs(2);

/// Every scene at the same time: they wait more than they work.
fn each(check: impl Fn(&'static Scene) + Sync) {
    thread::scope(|threads| {
        let started: Vec<_> = ALL
            .iter()
            .map(|scene| threads.spawn(|| check(scene)))
            .collect();
        let failed = started.into_iter().filter_map(|one| one.join().err());
        assert_eq!(failed.count(), 0, "scenes that failed");
    });
}

#[test]
fn each_plan_is_chosen_and_done_with_every_call_counted_and_every_cent_told() {
    each(|scene| {
        let played = play(scene, None);
        let log = played.log();
        assert_eq!(played.shape(), Some(scene.shape), "{log}");
        assert_eq!(played.seen(), scene.seen, "{log}");
        assert_eq!(played.calls(), scene.calls, "{:?}\n{log}", scene.shape);
        played.check_sound(&format!("{:?}", scene.shape));
        let told = played.told().unwrap();
        assert!((told - played.spent).abs() < play::GRAIN, "{told}: {log}");
    });
}

/// Plays a scene in which an expert fails in a role whenever it is asked, and looks at the end: the
/// right answer, or the whole text of somebody who did not fail, and a mark where that was to be
/// held against another and was not.
fn check_failing(scene: &'static Scene, model: &'static str, of: Role, fault: Fault) {
    let played = play(scene, Some((model, of, fault)));
    let what = format!("{:?}, {model} as {of:?}: {fault:?}", scene.shape);
    played.check_sound(&what);
    assert!(played.told().is_some(), "{what}: no cost\n{}", played.log());
    let (seen, right) = (played.seen(), play::unsigned(scene.seen));
    let compared = matches!(scene.shape, PlanShape::Agree | PlanShape::EnginesAgree);
    // Where one breaks off and another goes on, their text is an answer like any other.
    let needs_mark = compared && matches!(fault, Fault::Error | Fault::Silence);
    let stands = |(_, _, text): &play::Line| {
        let marked = format!("{text} [0: agreement]");
        seen == marked || !needs_mark && play::unsigned(&seen) == *text
    };
    let fine = play::unsigned(&seen) == right || scene.lines.iter().any(stands);
    assert!(fine, "{what}: {seen}\n{}", played.log());
}

#[test]
fn whoever_fails_in_whatever_role_the_reader_gets_an_answer_and_what_is_open_is_marked() {
    let failing = ALL.iter().flat_map(|scene| {
        let roles = scene
            .calls
            .iter()
            .map(move |(model, of, _)| (*scene, *model, *of));
        roles.flat_map(|it| Fault::ALL.map(|fault| (it, fault)))
    });
    thread::scope(|threads| {
        let play = |((scene, model, of), fault)| {
            threads.spawn(move || check_failing(scene, model, of, fault))
        };
        let started: Vec<_> = failing.map(play).collect();
        let failed = started.into_iter().filter_map(|one| one.join().err());
        assert_eq!(failed.count(), 0, "scenes that ended badly");
    });
}

/// Cancels a scene while the expert of its request number `asked` is at work, and all after it.
fn check_cancelled(scene: &'static Scene, asked: usize) {
    let mut stage = Stage::set(scene, Patience(600));
    let arrived = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&arrived);
    stage.server.direct(move |record| {
        let number = seen.fetch_add(1, Ordering::SeqCst);
        let behaviour = if number < asked {
            Behaviour::Steady(Duration::ZERO)
        } else {
            Behaviour::Silence
        };
        let text = line(scene.lines, record);
        Some(Cue { behaviour, text })
    });
    let id = stage.ask(scene);
    until("the request to cancel in", PATIENCE, || {
        let there = stage.server.requests().len() > asked;
        Ok::<_, TimedOut>(there.then_some(()))
    })
    .unwrap();
    let cancelled = Instant::now();
    stage.host.send(&ToHost::Cancel { id: id.clone() }).unwrap();
    let events = stage.events(&id);
    let what = format!("{:?} cancelled in call {asked}", scene.shape);
    assert!(
        matches!(events.last(), Some((_, Event::Cancelled))),
        "{what}"
    );
    let terminal = events.iter().filter(|(_, event)| event.is_terminal());
    assert_eq!(terminal.count(), 1, "{what}");
    let ends = until("the end of every request", PATIENCE, || {
        let ends = stage.server.requests().into_iter().map(|record| record.end);
        Ok::<_, TimedOut>(ends.collect::<Option<Vec<_>>>())
    })
    .unwrap();
    let closed = ends.iter().filter(|(end, _)| *end == End::ClientClosed);
    assert!(closed.clone().count() > 0, "{what}");
    for (_, at) in closed {
        let took = at.saturating_duration_since(cancelled);
        assert!(took < A_MOMENT, "{what}: closed after {took:?}");
    }
    stage.spent();
    assert_eq!(
        stage.server.requests().len(),
        ends.len(),
        "{what}: asked on"
    );
}

#[test]
fn a_cancel_in_any_state_closes_every_connection_and_asks_nobody_any_more() {
    each(|scene| {
        let calls: usize = scene.calls.iter().map(|(_, _, count)| count).sum();
        for asked in 0..calls {
            check_cancelled(scene, asked);
        }
    });
}

/// The first text of a draft is there before this role is so much as asked.
fn check_draft_first(
    scene: &'static Scene,
    (first, of): (&'static str, Role),
    deciding: (&str, Role),
) {
    let mut stage = Stage::set(scene, play::PATIENT);
    stage.server.direct(move |record| {
        let text = line(scene.lines, record);
        // The draft comes slowly; whoever is held against it begins when it is half done.
        let behaviour = if record.model == first && role(record) == of {
            Behaviour::Steady(Duration::from_millis(40))
        } else {
            Behaviour::SlowFirstToken(Duration::from_millis(100))
        };
        Some(Cue { behaviour, text })
    });
    let id = stage.ask(scene);
    let events = stage.events(&id);
    let delta =
        |(at, event): &(Instant, Event)| matches!(event, Event::Delta { .. }).then_some(*at);
    let first_text = events.iter().find_map(delta).unwrap();
    let records = stage.server.requests();
    let decided = records
        .iter()
        .find(|record| (record.model.as_str(), role(record)) == deciding);
    let arrived = decided.unwrap().arrived;
    assert!(first_text < arrived, "{:?}: {events:?}", scene.shape);
}

#[test]
fn a_draft_is_read_before_the_deciding_call_is_made() {
    use scenes::{
        DECIDED, ENGINES_DIFFER, FAITHFUL_ELEGANT, PROPOSE_MERGE, SECOND_OPINION, THIRD, VOTED,
    };
    check_draft_first(&DECIDED, ("amber-1", Role::Whole), ("cedar-1", Role::Whole));
    check_draft_first(&THIRD, ("amber-1", Role::Whole), ("dune-1", Role::Whole));
    check_draft_first(&VOTED, ("birch-1", Role::Whole), ("ebony-1", Role::Whole));
    check_draft_first(
        &FAITHFUL_ELEGANT,
        ("amber-1", Role::Translate),
        ("cedar-1", Role::Polish),
    );
    check_draft_first(
        &ENGINES_DIFFER,
        ("madlad-1", Role::Translate),
        ("cedar-1", Role::Translate),
    );
    check_draft_first(
        &PROPOSE_MERGE,
        ("amber-1", Role::Whole),
        ("cedar-1", Role::Merge),
    );
    check_draft_first(
        &SECOND_OPINION,
        ("cedar-1", Role::Whole),
        ("amber-1", Role::Doubt),
    );
}

#[test]
fn an_answer_that_never_ends_is_cut_off_before_it_costs_more_than_was_said() {
    let scene = &scenes::ALONE;
    let mut stage = Stage::set(scene, play::PATIENT);
    stage.server.direct(|_| {
        let behaviour = Behaviour::Fast(20_000);
        Some(Cue {
            behaviour,
            text: String::new(),
        })
    });
    let id = stage.ask(scene);
    let events = stage.events(&id);
    let played = Played {
        spent: stage.spent(),
        records: stage.server.requests(),
        events,
    };
    played.check_sound("endless");
    let at_most = played.at_most().unwrap();
    assert!(
        played.spent > at_most / 2.0,
        "{} of {at_most}",
        played.spent
    );
    let ends = stage
        .server
        .wait_for("the end", PATIENCE, |record| record.end.is_some());
    assert!(matches!(ends.unwrap().end, Some((End::ClientClosed, _))));
}
