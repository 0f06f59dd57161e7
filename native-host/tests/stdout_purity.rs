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
    fs,
    io::{Read as _, Write as _},
    path::Path,
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

/// Names the log file, in the environment of the host.
const NOISY: &str = "COTERIE_TEST_NOISY_HOST";

/// What the reader asks, what the page says, what the expert answers and its key: none may be
/// logged, not even by a panic that repeats it.
const PRIVATE: [&str; 4] = [
    "Heliotrope?",
    "Aquamarine",
    "Vermilion.",
    "sk-canary-0123456789",
];

fn main() -> ExitCode {
    if let Some(log) = std::env::var_os(NOISY) {
        return host(Path::new(&log));
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
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("coterie.log");
    let errors = folder.path().join("errors");
    let mut host = Command::new(std::env::current_exe().unwrap())
        .env(NOISY, &log)
        .env_remove("RUST_LOG")
        .env_remove("RUST_BACKTRACE")
        .env(variable, value)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(fs::File::create(&errors).unwrap())
        .spawn()
        .unwrap();
    let mut input = host.stdin.take().unwrap();
    let hello = json!({"kind": "hello", "id": "a/0", "protocol": coterie_protocol::PROTOCOL,
        "client": {"name": "test", "version": "0"}});
    let [question, page, answer, _] = PRIVATE;
    let capture = json!({"kind": "capture", "id": "a/9", "snapshot": {"url": "https://example.org/",
        "title": page, "html": format!("<article><p>{}</p></article>", page.repeat(20))}});
    let ask = |number, text| {
        let text = format!("{text} {question}");
        json!({"kind": "ask", "id": format!("a/{number}"), "ask": {"text": text}})
    };
    let messages = [
        hello,
        capture,
        ask(1, "print"),
        ask(2, "panic"),
        ask(3, "child"),
    ];
    let count = messages.len();
    for message in messages {
        let json = message.to_string();
        let length = u32::try_from(json.len()).unwrap();
        input.write_all(&length.to_ne_bytes()).unwrap();
        input.write_all(json.as_bytes()).unwrap();
    }
    let mut output = host.stdout.take().unwrap();
    let (mut ends, mut said) = (Vec::new(), String::new());
    while ends.len() < count {
        if let FromHost::Event { id, event } = read_frame(&mut output) {
            if let Event::Delta { text, .. } = &event {
                said.push_str(text);
            }
            if event.is_terminal() {
                ends.push((id.to_string(), event));
            }
        }
    }
    assert!(said.contains(answer), "{variable}: {said}");
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
    check_log(&log, value == "trace");
    for file in [&log, &errors] {
        let text = fs::read_to_string(file).unwrap();
        assert!(text.contains("a task panicked"), "{variable}: {text}");
        let way = text.contains("std::panicking");
        assert_eq!(way, value == "full", "{variable}: {text}");
        check_private(&text);
    }
}

fn check_private(text: &str) {
    for private in PRIVATE {
        assert!(!text.contains(private), "{private} is in: {text}");
    }
}

/// The log says what it was told to say, which is never what the page, the reader or an expert said.
fn check_log(path: &Path, everything: bool) {
    let log = fs::read_to_string(path).unwrap();
    assert!(log.contains(" INFO coterie_host::session"), "{log}");
    assert_eq!(log.contains("TRACE dependency"), everything, "{log}");
    check_private(&log);
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

fn host(log_file: &Path) -> ExitCode {
    log::start(Some(log_file));
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
            tracing::trace!(target: "dependency", "says everything");
            match what.split(' ').next().unwrap_or_default() {
                "print" => println!("data: not a frame"),
                "panic" => panic!("/home: not a frame either: {what} {}", PRIVATE.join(" ")),
                _ => {
                    let child = Command::new("sh").args(["-c", "echo data; cat"]).status();
                    assert!(child.unwrap().success());
                }
            }
            Item::Text(PRIVATE[2].to_owned())
        });
        items
            .chain(futures::stream::iter([Item::Finished(Finish::Complete)]))
            .boxed()
    }
}
