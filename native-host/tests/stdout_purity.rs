//! Nothing but frames on standard output: list A7. This program starts itself as a host whose
//! expert, dependencies and children print whatever they like, and reads what arrives.

#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test program: it has to fail by panicking and to print where it must not"
)]

use std::{
    io::{Read as _, Write as _},
    process::{Command, ExitCode, Stdio},
    sync::Arc,
};

use coterie_host::{
    coe::Coterie,
    experts::{Expert, Item, Items, Roster, Task},
    log, session,
};
use coterie_protocol::{Action, Event, ExpertCard, ExpertId, FailureCode, Finish, FromHost, Place};
use futures::StreamExt as _;
use serde_json::json;

/// Set in the environment of the host.
const NOISY: &str = "COTERIE_TEST_NOISY_HOST";

fn main() -> ExitCode {
    if std::env::var_os(NOISY).is_some() {
        return host();
    }
    for (variable, value) in [
        ("RUST_LOG", "trace"),
        ("RUST_BACKTRACE", "full"),
        ("LC_ALL", "C"),
    ] {
        check(variable, value);
    }
    ExitCode::SUCCESS
}

/// The noisy host, with this in its environment, says frames only and answers every request.
fn check(variable: &str, value: &str) {
    let mut host = Command::new(std::env::current_exe().unwrap())
        .env(NOISY, "1")
        .env(variable, value)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut input = host.stdin.take().unwrap();
    let hello = json!({"kind": "hello", "id": "a/0", "protocol": {"major": 1, "minor": 0},
        "client": {"name": "test", "version": "0"}});
    let ask =
        |number, text| json!({"kind": "ask", "id": format!("a/{number}"), "ask": {"text": text}});
    for message in [hello, ask(1, "print"), ask(2, "panic"), ask(3, "child")] {
        let json = message.to_string();
        let length = u32::try_from(json.len()).unwrap();
        input.write_all(&length.to_ne_bytes()).unwrap();
        input.write_all(json.as_bytes()).unwrap();
    }
    let mut output = host.stdout.take().unwrap();
    let mut ends = Vec::new();
    while ends.len() < 4 {
        if let FromHost::Event { id, event } = read_frame(&mut output)
            && event.is_terminal()
        {
            ends.push((id.to_string(), event));
        }
    }
    drop(input);
    let mut rest = Vec::new();
    output.read_to_end(&mut rest).unwrap();
    assert!(
        rest.is_empty(),
        "{variable}: after the last frame: {rest:?}"
    );
    assert!(host.wait().unwrap().success(), "{variable}");
    for (id, end) in ends {
        let panicked =
            matches!(&end, Event::Failed { failure } if failure.code == FailureCode::Internal);
        assert_eq!(panicked, id == "a/2", "{variable}: {id} ended with {end:?}");
    }
}

fn read_frame(output: &mut impl std::io::Read) -> FromHost {
    let mut header = [0; 4];
    output.read_exact(&mut header).unwrap();
    let length = u32::from_ne_bytes(header) as usize;
    assert!(length <= 1024 * 1024, "{header:?} is no length");
    let mut json = vec![0; length];
    output.read_exact(&mut json).unwrap();
    serde_json::from_slice(&json).unwrap()
}

fn host() -> ExitCode {
    log::start(None);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let ended = runtime.block_on(async {
        let (input, output) = session::stdio::take().unwrap();
        println!("[DEBUG] a dependency says hello");
        let roster = Roster::new().with(Arc::new(Noisy::new()));
        session::serve(input, output, Coterie::new(roster)).await
    });
    ended.unwrap();
    ExitCode::SUCCESS
}

/// An expert that prints, panics, or starts a child that prints.
struct Noisy(ExpertCard);

impl Noisy {
    fn new() -> Self {
        Self(ExpertCard {
            id: ExpertId("noisy".to_owned()),
            name: "Noisy".to_owned(),
            vendor: "Test".to_owned(),
            place: Place::BuiltIn,
            actions: Action::ALL.to_vec(),
            price: None,
            seen: None,
        })
    }
}

impl Expert for Noisy {
    fn card(&self) -> &ExpertCard {
        &self.0
    }

    fn can(&self, _task: &Task) -> bool {
        true
    }

    fn start(&self, task: Arc<Task>) -> Items {
        let what = task.instruction.clone();
        let items = futures::stream::once(async move {
            match what.as_str() {
                "print" => println!("data: not a frame"),
                "panic" => panic!("/home: not a frame either"),
                _ => {
                    let child = Command::new("sh").args(["-c", "echo data; cat"]).status();
                    assert!(child.unwrap().success());
                }
            }
            Item::Text("quiet".to_owned())
        });
        items
            .chain(futures::stream::iter([Item::Finished(Finish::Complete)]))
            .boxed()
    }
}
