//! One governor between hosts: this program starts itself as two hosts with three clients each,
//! which ask as fast as they may. Time goes thirty times as fast as on the wall, in all of them.

#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test program: it has to fail by panicking and to tell its parent what it did"
)]

use std::{
    fmt::Debug,
    io::{BufRead as _, BufReader, Read as _},
    path::Path,
    process::{Child, Command, ExitCode, Stdio},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use coterie_host::{
    experts::governor::{Charge, Estimate, Governor, Limit, LimitTable, Limits, Permit, Refused},
    memory::{
        Call, CallKind, CallOutcome, Clock, Database, Ledger, RequestNumber, Timestamp, settings,
    },
};
use coterie_protocol::{Cost, ExpertId, Place, Settings, Usage, VendorId};

/// Set in the environment of a host: what it does, the database, when time began.
const HOST: &str = "COTERIE_TEST_GOVERNOR";

const START: Timestamp = Timestamp(1_795_428_000_000);
const SPEED: u32 = 30;
const REQUESTS: usize = 10_000;
const CLIENTS: usize = 3;
const PER_MINUTE: usize = 3000;
const TOKENS: u64 = 250_000;
const AT_ONCE: usize = 5;
const MINUTE: i64 = 60_000;

fn main() -> ExitCode {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    if let Some(host) = std::env::var_os(HOST) {
        runtime.block_on(host_of(host.to_str().unwrap()));
        return ExitCode::SUCCESS;
    }
    runtime.block_on(async {
        limits_hold_for_all_hosts_together().await;
        money_is_never_above_its_limit().await;
        a_killed_host_gives_its_share_back().await;
    });
    ExitCode::SUCCESS
}

async fn limits_hold_for_all_hosts_together() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("coterie.db");
    let started = Instant::now();
    let calls = run_two("requests", &path);
    assert_eq!(calls.len(), REQUESTS);
    check_minutes(&calls);
    check_at_once(&calls);
    let ledger = Ledger::new(Database::open(Some(&path)), Clock::new(|| START));
    let report = ledger.usage(1).await.unwrap();
    let entered: u32 = report.lines.iter().map(|line| line.calls).sum();
    assert_eq!(entered as usize, REQUESTS);
    println!(
        "limits held for {REQUESTS} requests in {:?}",
        started.elapsed()
    );
}

/// No minute whatever has more than its limit.
fn check_minutes(calls: &[Made]) {
    let mut calls: Vec<_> = calls.iter().collect();
    calls.sort_by_key(|call| call.admitted);
    let (mut first, mut tokens, mut most) = (0, 0, 0);
    for (last, call) in calls.iter().enumerate() {
        tokens += call.tokens;
        while calls[first].admitted <= call.admitted - MINUTE {
            tokens -= calls[first].tokens;
            first += 1;
        }
        most = most.max(last + 1 - first);
        assert!(most <= PER_MINUTE, "{most} requests in a minute");
        assert!(tokens <= TOKENS, "{tokens} tokens in a minute");
    }
    println!("at most {most} requests in a minute");
}

/// Never more than the limit are under way: at the same moment ends count before beginnings.
fn check_at_once(calls: &[Made]) {
    let begins = calls.iter().map(|call| (call.begun, 1));
    let ends = calls.iter().map(|call| (call.ended, -1));
    let mut changes: Vec<(u128, i64)> = begins.chain(ends).collect();
    changes.sort_unstable();
    let mut under_way = 0;
    for (_, change) in changes {
        under_way += change;
        assert!(
            under_way <= i64::try_from(AT_ONCE).unwrap(),
            "{under_way} at once"
        );
    }
}

async fn money_is_never_above_its_limit() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("coterie.db");
    let database = Database::open(Some(&path));
    let caps = Settings {
        daily_cap: Some(usd(1.0)),
        ..Settings::default()
    };
    settings::save(&database, &caps).await.unwrap();
    let calls = run_two("money", &path);
    let ledger = Ledger::new(database, Clock::new(|| START));
    let spent = ledger.spent_today().await.unwrap()[0].amount;
    assert!(
        (0.8..=1.0).contains(&spent),
        "{spent} spent of 1 by {} calls",
        calls.len()
    );
}

async fn a_killed_host_gives_its_share_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("coterie.db");
    let mut host = start("hold", &path, now_ms());
    let mut line = String::new();
    let output = host.stdout.as_mut().unwrap();
    BufReader::new(output).read_line(&mut line).unwrap();
    assert_eq!(line, "holding\n");
    let governor = governor(&path, now_ms());
    match ask(&governor, 1, 0.0).await {
        Err(Refused::Wait {
            limit: Limit::AtOnce(_),
            ..
        }) => {}
        other => panic!("{other:?}"),
    }
    // The same as SIGKILL: it has no chance to clear up.
    host.kill().unwrap();
    host.wait().unwrap();
    let mut permits = Vec::new();
    for _ in 0..AT_ONCE {
        permits.push(ask(&governor, 1, 0.0).await.unwrap());
    }
}

/// Runs two hosts to their end: what they did.
fn run_two(what: &str, path: &Path) -> Vec<Made> {
    let began = now_ms();
    let hosts = [start(what, path, began), start(what, path, began)];
    let mut calls = Vec::new();
    for mut host in hosts {
        let mut said = String::new();
        host.stdout
            .take()
            .unwrap()
            .read_to_string(&mut said)
            .unwrap();
        assert!(host.wait().unwrap().success());
        calls.extend(said.lines().map(Made::read));
    }
    calls
}

fn start(what: &str, path: &Path, began: u128) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .env(HOST, format!("{what} {began} {}", path.display()))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// A call that was made: when it was admitted by the governor's clock, and when it began and
/// ended on the wall, in nanoseconds.
struct Made {
    admitted: i64,
    tokens: u64,
    begun: u128,
    ended: u128,
}

impl Made {
    fn read(line: &str) -> Self {
        let mut words = line.split(' ');
        Self {
            admitted: next(&mut words),
            tokens: next(&mut words),
            begun: next(&mut words),
            ended: next(&mut words),
        }
    }
}

fn next<'a, T: std::str::FromStr<Err: Debug>>(words: &mut impl Iterator<Item = &'a str>) -> T {
    words.next().unwrap().parse().unwrap()
}

/// A host.
async fn host_of(arguments: &str) {
    let mut words = arguments.splitn(3, ' ');
    let (what, began): (String, u128) = (next(&mut words), next(&mut words));
    let governor = governor(Path::new(words.next().unwrap()), began);
    if what == "hold" {
        let mut permits = Vec::new();
        for _ in 0..AT_ONCE {
            permits.push(ask(&governor, 1, 0.1).await.unwrap());
        }
        println!("holding");
        // Until it is killed.
        std::io::stdin().read_line(&mut String::new()).unwrap();
        drop(permits);
        return;
    }
    let each = REQUESTS.div_ceil(2 * CLIENTS);
    let clients = (0..CLIENTS).map(|number| {
        let (governor, costs) = (governor.clone(), what == "money");
        let requests = each.min(REQUESTS / 2 - number * each);
        tokio::spawn(async move { client(&governor, requests, costs).await })
    });
    let clients: Vec<_> = clients.collect();
    for client in clients {
        for call in client.await.unwrap() {
            println!(
                "{} {} {} {}",
                call.admitted, call.tokens, call.begun, call.ended
            );
        }
    }
}

/// Makes so many calls, as fast as it may; those that cost, until it may no longer.
async fn client(governor: &Governor, requests: usize, costs: bool) -> Vec<Made> {
    let mut made = Vec::new();
    let mut request = 0;
    while request < requests {
        let tokens = 1 + (request as u64 * 37) % 199;
        let reserved = if costs { 0.02 } else { 0.0 };
        let permit = match ask(governor, tokens, reserved).await {
            Ok(permit) => permit,
            Err(Refused::Wait { wait, .. }) => {
                let wait = (wait / SPEED).max(Duration::from_millis(1));
                tokio::time::sleep(wait).await;
                continue;
            }
            Err(Refused::Cap(_)) => return made,
        };
        let begun = now_ns();
        if request % 16 == 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        made.push(Made {
            admitted: permit.admitted_at().0,
            tokens,
            begun,
            ended: now_ns(),
        });
        permit.settle(call(tokens, if costs { 0.01 } else { 0.0 }));
        request += 1;
    }
    made
}

fn governor(path: &Path, began: u128) -> Governor {
    let limits = Limits {
        requests_per_minute: Some(u32::try_from(PER_MINUTE).unwrap()),
        tokens_per_minute: Some(TOKENS),
        at_once: Some(u32::try_from(AT_ONCE).unwrap()),
    };
    let clock = Clock::new(move || {
        let passed = now_ms().saturating_sub(began) * u128::from(SPEED);
        START.after(Duration::from_millis(u64::try_from(passed).unwrap()))
    });
    let limits = LimitTable::usual().with(vendor(), limits);
    Governor::new(Database::open(Some(path)), limits, clock)
}

async fn ask(governor: &Governor, tokens: u64, reserved: f64) -> Result<Permit, Refused> {
    let estimate = Estimate {
        tokens,
        charge: Charge::UpTo(usd(reserved)),
    };
    governor.admit(&vendor(), Place::Cloud, estimate).await
}

fn call(tokens: u64, cost: f64) -> Call {
    Call {
        request: RequestNumber::random(),
        vendor: vendor(),
        vendor_name: "V".to_owned(),
        expert: ExpertId("v/x".to_owned()),
        kind: CallKind::First,
        outcome: CallOutcome::Done,
        started: START,
        first_text: None,
        duration: Duration::ZERO,
        usage: Some(Usage {
            input_tokens: tokens,
            ..Usage::default()
        }),
        cost: Some(usd(cost)),
        estimated: false,
    }
}

fn vendor() -> VendorId {
    VendorId("v".to_owned())
}

fn usd(amount: f64) -> Cost {
    Cost {
        amount,
        currency: "USD".to_owned(),
    }
}

fn now_ms() -> u128 {
    now_ns() / 1_000_000
}

fn now_ns() -> u128 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_nanos()
}
