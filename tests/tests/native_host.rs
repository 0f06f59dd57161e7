//! The native host as a process, without a browser: lists A3, A4 and A9 on the real binary.

#![expect(clippy::unwrap_used, reason = "a helper that fails fails its test")]

use std::{
    env,
    process::Command,
    time::{Duration, Instant},
};

use coterie_protocol::{Action, Ask, Event, FromHost, MAX_FRAME_TO_HOST, ToHost};
use coterie_tests::{
    PATIENCE, TimedOut,
    experts::{End, NO_DISCOVERY, ScriptedServer},
    figures::{self, Effort},
    host::{CALLER, Host, HostProcess, ends, frame, greeting, request},
    paths, until,
};

/// What the host may take of memory, whatever it is given.
const LARGEST: u64 = 96 * 1024 * 1024;

/// How soon a cancel must reach the expert.
const STOPPED_WITHIN: Duration = Duration::from_millis(200);

fn start(config: &str) -> HostProcess {
    HostProcess::start(&paths::host().unwrap(), CALLER, config).unwrap()
}

fn hello() -> ToHost {
    greeting(&request("test", 0).unwrap())
}

fn ask(number: u64) -> ToHost {
    ToHost::Ask {
        id: request("test", number).unwrap(),
        ask: Ask {
            action: Some(Action::Answer),
            text: "What is a lens?".to_owned(),
            ..Ask::default()
        },
    }
}

/// Whether the input ends after what is sent.
#[derive(Debug, Clone, Copy)]
enum Then {
    Ends,
    Waits,
}

/// A host that gets these bytes ends by itself with this code.
fn check_exit(bytes: &[u8], then: Then, code: i32) {
    let mut host = start(NO_DISCOVERY);
    host.send_bytes(bytes).unwrap();
    if let Then::Ends = then {
        host.close_input();
    }
    assert_eq!(host.exit_code().unwrap(), Some(code), "{bytes:?} {then:?}");
}

#[test]
fn a_header_that_cannot_be_one_ends_the_host_with_65() {
    let above = u32::try_from(MAX_FRAME_TO_HOST).unwrap() + 1;
    for length in [0, above, 0x7FFF_FFFF, 0xFFFF_FFFF, 120_u32.swap_bytes()] {
        check_exit(&length.to_ne_bytes(), Then::Waits, 65);
    }
    for text in [b"/hom", b"data", b"[DEB", b"\r\nC:"] {
        check_exit(text, Then::Waits, 65);
    }
}

#[test]
fn an_input_that_ends_inside_a_frame_ends_the_host_with_65_and_between_frames_with_0() {
    let frame = frame(&hello()).unwrap();
    for cut in [1, 3, 4, 5, frame.len() / 2, frame.len() - 1] {
        check_exit(&frame[..cut], Then::Ends, 65);
    }
    check_exit(b"", Then::Ends, 0);
    check_exit(&frame, Then::Ends, 0);
}

#[test]
fn an_output_that_nobody_reads_any_more_ends_the_host_with_0() {
    let mut idle = start(NO_DISCOVERY);
    idle.close_output();
    idle.send(&hello()).unwrap();
    assert_eq!(idle.exit_code().unwrap(), Some(0));

    let experts = ScriptedServer::start().unwrap();
    let mut writing = start(&experts.config(&["torrent"]));
    writing.send(&hello()).unwrap();
    writing.send(&ask(1)).unwrap();
    until_held_up(&experts);
    writing.close_output();
    assert_eq!(writing.exit_code().unwrap(), Some(0));
    closed_by_host(&experts, 0);
}

/// Waits until an expert cannot get rid of more; gives how many deltas it has sent.
fn until_held_up(experts: &ScriptedServer) -> usize {
    let (mut sent, mut since) = (0, Instant::now());
    until("an expert that is held up", PATIENCE, || {
        let now = experts.requests().last().map_or(0, |record| record.deltas);
        if now != sent {
            (sent, since) = (now, Instant::now());
        }
        let held_up = sent > 0 && since.elapsed() > Duration::from_secs(1);
        Ok::<_, TimedOut>(held_up.then_some(sent))
    })
    .unwrap()
}

/// When the host closed its connection to the expert.
fn closed_by_host(experts: &ScriptedServer, number: usize) -> Instant {
    until("the end of the request at the expert", PATIENCE, || {
        let end = experts.requests().get(number).and_then(|record| record.end);
        let closed = end.filter(|(end, _)| *end == End::ClientClosed);
        Ok::<_, TimedOut>(closed.map(|(_, at)| at))
    })
    .unwrap()
}

#[test]
fn a_reader_that_stalls_costs_no_memory_and_then_gets_everything() {
    const MEBIBYTES: usize = 60;
    let experts = ScriptedServer::start().unwrap();
    let mut process = start(&experts.config(&[&format!("torrent:{MEBIBYTES}")]));
    process.send(&hello()).unwrap();
    process.send(&ask(1)).unwrap();
    let sent = until_held_up(&experts);
    assert!(sent < MEBIBYTES * 16, "nothing held up the expert");
    let held = process.memory().unwrap();
    assert!(held.peak < LARGEST, "{held:?}");

    let mut host = Host::read(process).unwrap();
    let (asked, mut text) = (request("test", 1).unwrap(), String::new());
    loop {
        let (_, message) = host.receive().unwrap();
        if let FromHost::Event {
            event: Event::Delta { text: more, .. },
            ..
        } = &message
        {
            text.push_str(more);
        }
        if ends(&message, &asked).is_some() {
            break;
        }
    }
    assert_eq!(text.len(), MEBIBYTES * 1024 * 1024);
    let numbers = text.lines().map(|line| line.trim().parse().ok());
    assert!(numbers.eq((0..MEBIBYTES * 16 * 1024).map(Some)));
    let all = host.memory().unwrap();
    assert!(all.peak < LARGEST, "{all:?}");
    host.process().close_input();
    assert_eq!(host.process().exit_code().unwrap(), Some(0));
}

#[test]
fn a_cancel_closes_the_connection_to_the_expert_at_once_each_time() {
    let experts = ScriptedServer::start().unwrap();
    let config = experts.config(&["slow-drip:100ms"]);
    let mut host = Host::read(start(&config)).unwrap();
    host.greet("test").unwrap();
    for number in 1..=10 {
        host.send(&ask(number)).unwrap();
        let is_delta = |message: &FromHost| {
            let delta = |event: &Event| matches!(event, Event::Delta { .. });
            matches!(message, FromHost::Event { event, .. } if delta(event)).then_some(())
        };
        host.receive_until(is_delta).unwrap();
        check_cancelled(&mut host, &experts, number);
    }
}

#[test]
fn a_cancel_is_heard_while_nobody_reads() {
    let experts = ScriptedServer::start().unwrap();
    let mut process = start(&experts.config(&["torrent"]));
    process.send(&hello()).unwrap();
    process.send(&ask(1)).unwrap();
    until_held_up(&experts);
    let cancelled = Instant::now();
    let id = request("test", 1).unwrap();
    process.send(&ToHost::Cancel { id }).unwrap();
    let took = closed_by_host(&experts, 0).saturating_duration_since(cancelled);
    assert!(took < STOPPED_WITHIN, "closed after {took:?}");
}

/// The expert sees the end of a request soon after the cancel, which ends the request.
fn check_cancelled(host: &mut Host, experts: &ScriptedServer, number: u64) {
    let id = request("test", number).unwrap();
    let cancelled = Instant::now();
    host.send(&ToHost::Cancel { id: id.clone() }).unwrap();
    let closed = closed_by_host(experts, usize::try_from(number).unwrap() - 1);
    let took = closed.saturating_duration_since(cancelled);
    assert!(took < STOPPED_WITHIN, "{number}: closed after {took:?}");
    host.receive_until(|message| ends(message, &id)).unwrap();
}

#[test]
fn a_host_of_the_tests_has_no_secret_of_whoever_runs_them() {
    const SECRET: &str = "COTERIE_TEST_API_KEY";
    if env::var_os(SECRET).is_some() {
        let environment = start(NO_DISCOVERY).environment().unwrap();
        assert!(environment.iter().any(|one| one.starts_with("PATH=")));
        let secret = environment.iter().find(|one| one.starts_with(SECRET));
        assert_eq!(secret, None);
        return;
    }
    // This very test once more, as somebody runs it who has a key.
    let name = "a_host_of_the_tests_has_no_secret_of_whoever_runs_them";
    let again = Command::new(env::current_exe().unwrap())
        .args(["--exact", name])
        .env(SECRET, "canary")
        .output()
        .unwrap();
    assert!(again.status.success(), "{again:?}");
}

#[test]
fn every_figure_of_the_host_can_be_taken() {
    const MEBIBYTE: u64 = 1024 * 1024;
    let program = paths::host().unwrap();
    let figures = figures::host(&program, Effort::QUICK).unwrap();
    assert_eq!(figures.start_to_handshake.samples, Effort::QUICK.starts);
    assert_eq!(figures.frame_to_upstream.samples, 5);
    assert!(figures.start_to_handshake.min_us > 0);
    for bytes in [figures.idle_bytes, figures.streaming_bytes] {
        assert!((MEBIBYTE..LARGEST).contains(&bytes), "{figures:?}");
    }
}
