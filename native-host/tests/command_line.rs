//! The real binary, as a person in a terminal and as a browser would start it, in a home of its
//! own, with a scripted Apertium and no other expert that could be found.

#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "the helpers of a test fail it by panicking"
)]

use std::{
    fs,
    io::{Read, Write},
    net::TcpListener,
    os::unix::fs::PermissionsExt,
    path::PathBuf,
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

use coterie_host::install::{Family, shake_hands};
#[cfg(target_os = "linux")]
use coterie_protocol::FromHost;
use coterie_protocol::{Event, Outcome};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

struct Home {
    folder: TempDir,
}

impl Home {
    fn new() -> Self {
        let home = Self {
            folder: TempDir::new().unwrap(),
        };
        home.write(
            "config/coterie/config.toml",
            "[discovery]\nenabled = false\n[keys]\nsystem = false\n",
        );
        home.write(
            "share/apertium/modes/eng-spa.mode",
            "exec sed -zu 's/house/casa/g'",
        );
        home.program("apertium", "echo '  eng-spa'");
        home.program("apertium-wblank-mode", "cat \"$2\"");
        home
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn write(&self, path: &str, text: &str) -> PathBuf {
        let file = self.path(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, text).unwrap();
        file
    }

    fn program(&self, name: &str, script: &str) {
        let file = self.write(&format!("bin/{name}"), &format!("#!/bin/sh\n{script}\n"));
        fs::set_permissions(file, fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_coterie"));
        command
            .args(arguments)
            .env_clear()
            .env(
                "PATH",
                format!("{}:/usr/bin:/bin", self.path("bin").display()),
            )
            .env("HOME", self.path("home"))
            .env("XDG_CONFIG_HOME", self.path("config"))
            .env("XDG_STATE_HOME", self.path("state"))
            .current_dir(self.folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    fn start(&self, arguments: &[&str]) -> Child {
        self.command(arguments).spawn().unwrap()
    }

    /// Runs to the end with this on standard input.
    fn run(&self, arguments: &[&str], input: &str) -> Output {
        let mut child = self.start(arguments);
        // A command that refuses its arguments does not read.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        child.wait_with_output().unwrap()
    }

    /// Runs and compares exit code and standard output; gives standard error.
    fn check(&self, arguments: &[&str], input: &str, code: i32, output: &str) -> String {
        let run = self.run(arguments, input);
        let error = String::from_utf8(run.stderr).unwrap();
        let found = String::from_utf8(run.stdout).unwrap();
        assert_eq!(
            (run.status.code(), found.as_str()),
            (Some(code), output),
            "{arguments:?}: {error}"
        );
        error
    }

    /// Runs what must fail, with one sentence on standard error that has these words.
    fn check_refused(&self, arguments: &[&str], input: &str, code: i32, words: &[&str]) {
        let error = self.check(arguments, input, code, "");
        assert_eq!(error.trim_end().lines().count(), 1, "{error}");
        for word in words {
            assert!(error.contains(word), "{word} is not in: {error}");
        }
    }
}

fn ends_within(child: &mut Child, limit: Duration) -> Option<i32> {
    let begun = Instant::now();
    while begun.elapsed() < limit {
        if let Some(status) = child.try_wait().unwrap() {
            return status.code();
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    child.kill().unwrap();
    panic!("the process did not end within {limit:?}");
}

const TRANSLATE: [&str; 5] = ["translate", "--from", "en", "--to", "es"];

#[test]
fn standard_input_a_dash_and_a_file_are_translated_and_nothing_else_is_said() {
    let home = Home::new();
    assert_eq!(home.check(&TRANSLATE, "My house.\n", 0, "My casa.\n"), "");
    let dash = [&TRANSLATE[..], &["-"]].concat();
    assert_eq!(home.check(&dash, "My house.\n", 0, "My casa.\n"), "");
    let file = home.write(
        "text.md",
        "# The house\n\nOne house.\n\n- two house\n- three\n",
    );
    let file = file.display().to_string();
    let named = [&TRANSLATE[..], &[&file]].concat();
    let expected = "# The casa\n\nOne casa.\n\n- two casa\n- three\n";
    assert_eq!(home.check(&named, "", 0, expected), "");
}

#[test]
fn an_html_page_is_translated_as_its_article() {
    let page = "<!doctype html><html lang=en><title>T</title><body><article><h1>A house</h1>\
                <p>This is the house that the family built by the river long ago.</p>\
                </article></body></html>";
    let output = Home::new().run(&TRANSLATE, page);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("This is the casa that the family"), "{text}");
    assert!(!text.contains('<'), "{text}");
}

#[test]
fn who_answered_is_said_on_request() {
    let home = Home::new();
    let arguments = [&TRANSLATE[..], &["--verbose"]].concat();
    let error = home.check(&arguments, "My house.", 0, "My casa.\n");
    assert!(
        error.starts_with("coterie: Apertium English → Spanish, "),
        "{error}"
    );
    assert!(error.trim_end().ends_with(" s, free"), "{error}");
}

#[test]
fn json_gives_each_event_on_a_line_of_its_own() {
    let home = Home::new();
    let output = home.run(
        &[&TRANSLATE[..], &["--json"]].concat(),
        "My house.\n\nA second house.",
    );
    let text = String::from_utf8(output.stdout).unwrap();
    let events: Vec<Event> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let deltas: String = events
        .iter()
        .filter_map(|event| match event {
            Event::Delta { text, .. } => Some(text.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(deltas, "My casa.\n\nA second casa.");
    assert!(matches!(events[0], Event::Planned { .. }));
    let last = events.last().unwrap();
    assert!(
        matches!(
            last,
            Event::Done {
                outcome: Outcome::Answered(_)
            }
        ),
        "{last:?}"
    );
    assert_eq!(events.iter().filter(|event| event.is_terminal()).count(), 1);
    assert_eq!(output.stderr, b"");
}

#[test]
fn a_failure_in_json_is_an_event_too() {
    let home = Home::new();
    let output = home.run(
        &["translate", "--from", "en", "--to", "fi", "--json"],
        "My house.",
    );
    let text = String::from_utf8(output.stdout).unwrap();
    let last: Event = serde_json::from_str(text.lines().last().unwrap()).unwrap();
    assert!(matches!(last, Event::Failed { .. }), "{last:?}");
    assert_eq!(output.status.code(), Some(69));
}

#[test]
fn what_cannot_be_done_is_said_in_one_sentence_with_an_exit_code_of_its_own() {
    let home = Home::new();
    let to_finnish = ["translate", "--from", "en", "--to", "fi"];
    home.check_refused(&to_finnish, "My house.", 69, &["en", "fi", "--from"]);
    home.check_refused(&["summarize", "nowhere.txt"], "", 66, &["nowhere.txt"]);
    home.check_refused(&["summarize", "/"], "", 66, &["/"]);
    home.check_refused(&["summarize"], "", 65, &["no text"]);
    let chosen = [&TRANSLATE[..], &["--expert", "nobody/here"]].concat();
    home.check_refused(
        &chosen,
        "My house.",
        64,
        &["nobody/here", "coterie experts"],
    );
    let gbk = home.path("gbk.txt");
    fs::write(&gbk, b"\xd6\xd0\xce\xc4").unwrap();
    home.check_refused(
        &["extract", &gbk.display().to_string()],
        "",
        65,
        &["UTF-8", "iconv"],
    );
    home.write("config/coterie/config.toml", "[discovery]\nenable = true\n");
    let error = home.check(&TRANSLATE, "My house.", 78, "");
    assert!(
        error.contains("config.toml") && error.contains("`enable`"),
        "{error}"
    );
}

#[test]
fn wrong_arguments_are_explained() {
    let home = Home::new();
    for arguments in [
        &["nonsense"][..],
        &["summarize", "--length", "0"],
        &["summarize", "--length", "3", "--words", "4"],
        &["ask"],
        &[],
    ] {
        let run = home.run(arguments, "");
        assert_eq!(run.status.code(), Some(64), "{arguments:?}");
        assert!(
            !run.stderr.is_empty() && run.stdout.is_empty(),
            "{arguments:?}"
        );
    }
    assert_eq!(home.run(&["--help"], "").status.code(), Some(0));
}

#[test]
fn an_expert_that_breaks_in_the_middle_leaves_its_text_and_an_exit_code() {
    let home = Home::new();
    home.write(
        "share/apertium/modes/eng-spa.mode",
        "exec sed -zu '/crash/Q; s/house/casa/g'",
    );
    let error = home.check(&TRANSLATE, "My house.\n\nA crash.", 75, "My casa.\n");
    assert!(error.contains("apertium/eng-spa"), "{error}");
}

#[test]
fn control_c_ends_an_answer_with_130_and_keeps_what_was_said() {
    let home = Home::new();
    let hang = "sed -zu '/slow/Q; s/house/casa/g'; sleep 1000";
    home.write("share/apertium/modes/eng-spa.mode", hang);
    let mut child = home.start(&TRANSLATE);
    child
        .stdin
        .take()
        .unwrap()
        .write_all(b"My house.\n\nA slow one.")
        .unwrap();
    let mut output = child.stdout.take().unwrap();
    let mut first = [0; 8];
    output.read_exact(&mut first).unwrap();
    assert_eq!(&first, b"My casa.");
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    assert_eq!(ends_within(&mut child, Duration::from_secs(5)), Some(130));
    let mut rest = String::new();
    output.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "\n");
}

#[test]
fn programs_of_a_pipeline_do_not_outlive_the_host_however_it_ends() {
    let home = Home::new();
    let pids = home.path("pids");
    let mode = format!(
        "echo $$ > '{}'; sed -zu 's/a/b/' | cat > /dev/null",
        pids.display()
    );
    home.write("share/apertium/modes/eng-spa.mode", &mode);
    let mut child = home.start(&TRANSLATE);
    let mut input = child.stdin.take().unwrap();
    input.write_all(b"My house.").unwrap();
    drop(input);
    wait_until("the pipeline starts", || {
        fs::read_to_string(&pids).is_ok_and(|pid| pid.ends_with('\n'))
    });
    child.kill().unwrap();
    child.wait().unwrap();
    let process = PathBuf::from("/proc").join(fs::read_to_string(&pids).unwrap().trim());
    let state = || fs::read_to_string(process.join("stat"));
    // Where nobody collects the dead they stay in the list.
    wait_until("the pipeline ends", || {
        state().map_or(true, |state| state.contains(") Z "))
    });
}

fn wait_until(what: &str, happened: impl Fn() -> bool) {
    for _ in 0..1000 {
        if happened() {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("waited 10 s in vain until {what}");
}

#[test]
fn a_reader_that_goes_away_is_a_clean_end() {
    let home = Home::new();
    let text = "My house.\n\n".repeat(2000);
    let file = home.write("long.txt", &text).display().to_string();
    let mut child = home.start(&[&TRANSLATE[..], &[&file]].concat());
    let mut output = child.stdout.take().unwrap();
    output.read_exact(&mut [0; 8]).unwrap();
    drop(output);
    assert_eq!(ends_within(&mut child, Duration::from_secs(20)), Some(0));
    let mut error = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut error)
        .unwrap();
    assert_eq!(error, "");
}

#[test]
fn experts_are_listed_for_people_and_for_programs() {
    let home = Home::new();
    let output = home.run(&["experts"], "");
    let text = String::from_utf8(output.stdout).unwrap();
    let apertium = [
        "apertium/eng-spa",
        "English → Spanish",
        "this machine",
        "free",
        "translate",
    ];
    let row = |line: &str| apertium.iter().all(|word| line.contains(word));
    assert!(text.lines().any(row), "{text}");
    let output = home.run(&["experts", "--json"], "");
    let experts: Vec<coterie_protocol::ExpertCard> =
        serde_json::from_slice(&output.stdout).unwrap();
    assert!(
        experts
            .iter()
            .any(|expert| expert.id.0 == "apertium/eng-spa")
    );
}

const CANARY: &str = "sk-canary-0123456789abcdef";

#[test]
fn a_key_is_kept_in_a_file_only_when_that_is_allowed_and_another_process_finds_it() {
    let home = Home::new();
    let set = ["key", "set", "deepseek"];
    home.check_refused(&set, CANARY, 73, &["--file"]);
    assert!(!home.path("config/coterie/keys.json").exists());
    let allowed = [&set[..], &["--file"]].concat();
    let told = "the key of DeepSeek is in a file that only you can read\n";
    home.check(&allowed, &format!("{CANARY}\n"), 0, told);
    let file = home.path("config/coterie/keys.json");
    let mode = fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let list = String::from_utf8(home.run(&["key", "list"], "").stdout).unwrap();
    let row = list.lines().find(|line| line.starts_with("deepseek "));
    assert!(
        row.unwrap().ends_with("in a file that only you can read"),
        "{list}"
    );
    assert!(!list.contains("canary"), "{list}");
    let experts = String::from_utf8(home.run(&["experts"], "").stdout).unwrap();
    assert!(experts.contains("deepseek/"), "{experts}");
    let forgotten = "the key of DeepSeek is forgotten\n";
    home.check(&["key", "remove", "deepseek"], "", 0, forgotten);
    let missing = "there was no key of DeepSeek\n";
    home.check(&["key", "remove", "deepseek"], "", 0, missing);
    assert!(!fs::read_to_string(&file).unwrap().contains("canary"));
}

#[test]
fn what_is_no_key_and_who_is_no_vendor_is_told() {
    let home = Home::new();
    home.check_refused(&["key", "set", "nobody"], CANARY, 64, &["coterie key list"]);
    home.check_refused(&["key", "set", "deepseek"], "", 73, &["coterie key"]);
    home.check_refused(
        &["key", "test", "deepseek"],
        "",
        73,
        &["no key for DeepSeek"],
    );
    let three = format!("{CANARY}\n{CANARY}\n{CANARY}\n");
    home.check_refused(&["key", "set", "deepseek"], &three, 73, &["3 parts"]);
}

#[test]
fn a_key_in_the_environment_is_shown_and_left_to_the_reader() {
    let home = Home::new();
    let run = |arguments: &[&str]| {
        let mut command = home.command(arguments);
        let command = command.env("DEEPSEEK_API_KEY", CANARY).stdin(Stdio::null());
        let output = command.output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8(said).unwrap();
        assert!(!said.contains("canary"), "{said}");
        (output.status.code(), said)
    };
    let (_, list) = run(&["key", "list"]);
    let row = list.lines().find(|line| line.starts_with("deepseek "));
    assert!(row.unwrap().ends_with("in the environment"), "{list}");
    let (code, said) = run(&["key", "remove", "deepseek"]);
    assert_eq!(code, Some(73), "{said}");
}

#[test]
fn children_get_no_key_of_the_environment() {
    let home = Home::new();
    let seen = home.path("environment");
    let script = format!("env > '{}'; cat \"$2\"", seen.display());
    home.program("apertium-wblank-mode", &script);
    let mode = format!("env >> '{}'; exec sed -zu 's/house/casa/g'", seen.display());
    home.write("share/apertium/modes/eng-spa.mode", &mode);
    let mut command = home.command(&TRANSLATE);
    let command = command.env("DEEPSEEK_API_KEY", CANARY);
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"My house.").unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "My casa.\n");
    let seen = fs::read_to_string(&seen).unwrap();
    assert!(seen.contains("PATH="), "{seen}");
    assert!(!seen.contains("canary"), "{seen}");
}

/// Nothing of the key is in these bytes: as it is, encoded, or in part.
#[cfg(target_os = "linux")]
fn check_clean(place: &std::path::Path, bytes: &[u8]) {
    use base64::Engine as _;
    let text = String::from_utf8_lossy(bytes);
    let hex: String = CANARY.bytes().map(|byte| format!("{byte:02x}")).collect();
    let base64 = base64::engine::general_purpose::STANDARD_NO_PAD.encode(CANARY);
    let (start, end) = (&CANARY[..12], &CANARY[CANARY.len() - 12..]);
    for form in [CANARY, &hex, &base64, start, end] {
        let place = place.display();
        assert!(!text.contains(form), "{form} is in {place}: {text}");
    }
}

/// Checks every file in a folder; gives their names.
#[cfg(target_os = "linux")]
fn check_files(folder: &std::path::Path) -> Vec<String> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            names.extend(check_files(&path));
        } else if let Ok(bytes) = fs::read(&path) {
            // What was there a moment ago may have been taken away.
            check_clean(&path, &bytes);
            names.push(path.file_name().unwrap().display().to_string());
        }
    }
    names
}

#[cfg(target_os = "linux")]
#[test]
fn a_key_is_nowhere_to_be_seen_of_a_running_host() {
    let home = Home::new();
    let errors = fs::File::create(home.path("errors")).unwrap();
    let mut command = home.command(&[&Family::Chromium.callers()[0]]);
    let mut host = command
        .env("RUST_LOG", "trace")
        .stderr(errors)
        .spawn()
        .unwrap();
    let (mut input, mut output) = (host.stdin.take().unwrap(), host.stdout.take().unwrap());
    let messages = [
        serde_json::json!({"kind": "hello", "id": "a/0", "protocol": coterie_protocol::PROTOCOL,
            "client": {"name": "test", "version": "0"}}),
        serde_json::json!({"kind": "set_key", "id": "a/1", "vendor": "deepseek",
            "parts": [CANARY], "in_file": false}),
        // Its answer waits until the database is open.
        serde_json::json!({"kind": "settings", "id": "a/2"}),
    ];
    for message in messages {
        let json = message.to_string();
        let length = u32::try_from(json.len()).unwrap();
        input.write_all(&length.to_ne_bytes()).unwrap();
        input.write_all(json.as_bytes()).unwrap();
    }
    let (mut said, mut ends) = (Vec::new(), 0);
    while ends < 3 {
        let mut header = [0; 4];
        output.read_exact(&mut header).unwrap();
        let mut json = vec![0; u32::from_ne_bytes(header) as usize];
        output.read_exact(&mut json).unwrap();
        let message: FromHost = serde_json::from_slice(&json).unwrap();
        if let FromHost::Event { event, .. } = message {
            assert!(!matches!(event, Event::Failed { .. }), "{event:?}");
            ends += usize::from(event.is_terminal());
        }
        said.extend(json);
    }
    check_clean(&PathBuf::from("standard output"), &said);
    let process = PathBuf::from(format!("/proc/{}", host.id()));
    for file in ["cmdline", "environ"] {
        let file = process.join(file);
        let bytes = fs::read(&file).unwrap();
        assert!(!bytes.is_empty());
        check_clean(&file, &bytes);
    }
    let names = check_files(home.folder.path());
    for name in ["coterie.log", "coterie.db", "coterie.db-wal", "errors"] {
        assert!(names.iter().any(|found| found == name), "{names:?}");
    }
    drop(input);
    assert_eq!(ends_within(&mut host, Duration::from_secs(5)), Some(0));
    check_files(home.folder.path());
}

#[test]
fn usage_is_told_even_when_there_is_none() {
    let home = Home::new();
    home.check(&["usage", "--days", "7"], "", 0, "nothing was used\n");
    assert_eq!(
        home.run(&["usage", "--days", "0"], "").status.code(),
        Some(64)
    );
}

#[test]
fn a_page_is_extracted_as_text_and_as_json() {
    let home = Home::new();
    let page = "# A title\n\nSome text of the page, in English, as it is.\n\n- one\n- two\n";
    home.check(&["extract"], page, 0, page);
    let output = home.run(&["extract", "--json"], page);
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["title"], "A title");
    assert_eq!(json["paragraphs"][2]["number"], 3);
    assert_eq!(json["paragraphs"][2]["text"], "one");
}

#[test]
fn installing_shows_each_path_does_it_and_takes_it_away_again() {
    let home = Home::new();
    fs::create_dir_all(home.path("config/chromium")).unwrap();
    let file = home.path("config/chromium/NativeMessagingHosts/org.coterie.host.json");
    let told = |what: &str| format!("Chromium: {}: {what}\n", file.display());
    home.check(&["install", "--dry-run"], "", 0, &told("would be written"));
    assert!(!file.exists());
    home.check(&["install"], "", 0, &told("written"));
    home.check(&["install"], "", 0, &told("nothing to do"));
    home.check(&["uninstall"], "", 0, &told("removed"));
    assert!(!file.exists());
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(&file, "{}").unwrap();
    let error = home.check(&["install"], "", 73, &told("left alone: not Coterie's"));
    assert!(error.contains("--replace"), "{error}");
    home.check(&["install", "--replace"], "", 0, &told("replaced"));
}

#[test]
fn the_doctor_goes_the_way_of_the_browser_and_its_exit_code_says_whether_it_leads_to_the_end() {
    let home = Home::new();
    fs::create_dir_all(home.path("config/chromium")).unwrap();
    let output = home.run(&["doctor"], "");
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        text.contains("run `coterie install --browser chromium`"),
        "{text}"
    );
    home.run(&["install"], "");
    let output = home.run(&["doctor", "--json"], "");
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{json}");
    let steps = json["checks"].as_array().unwrap();
    let handshake = steps
        .iter()
        .find(|check| check["step"] == "handshake")
        .unwrap();
    assert_eq!(handshake["finding"], "fine");
}

/// A server on loopback that answers everything so; gives its host and port.
fn server(answer: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = listener.local_addr().unwrap().to_string();
    let answer = format!("HTTP/1.1 {answer}");
    std::thread::spawn(move || {
        for socket in listener.incoming() {
            let mut socket = socket.unwrap();
            let _ = socket.read(&mut [0; 4096]);
            let _ = socket.write_all(answer.as_bytes());
        }
    });
    host
}

/// A host and port where nobody listens.
fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().to_string()
}

#[test]
fn the_doctor_says_of_each_runtime_and_each_own_expert_whether_it_answers() {
    let home = Home::new();
    let list = r#"{"object":"list","data":[]}"#;
    let length = list.len();
    let there = server(&format!(
        "200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{list}"
    ));
    let other = server("404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    let wary = server("401 Unauthorized\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    let nobody = nobody();
    let runtime = |name: &str, host: &str| {
        format!(
            "[[discovery.runtime]]\nid = '{name}'\nname = '{name}'\nbase_url = 'http://{host}/v1'\n"
        )
    };
    let expert = |name: &str, host: &str| {
        format!(
            "[[expert]]\nname = '{name}'\nvendor = '{name}'\nmodel = 'm'\n\
             base_url = 'http://{host}/v1'\n"
        )
    };
    let config = [
        "[keys]\nsystem = false\n".to_owned(),
        runtime("Awake", &there),
        runtime("Asleep", &nobody),
        expert("here", &there),
        expert("listless", &other),
        expert("wary", &wary),
        expert("gone", &nobody),
    ];
    home.write("config/coterie/config.toml", &config.concat());
    let output = home.run(&["doctor"], "");
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stdout).unwrap();
    for line in [
        format!("ok    Awake, answer: somebody answers at {there}"),
        format!("note  Asleep, answer: Asleep at {nobody} could not be reached"),
        format!("ok    here/m, answer: somebody answers at {there}"),
        format!("ok    listless/m, answer: somebody answers at {other}"),
        "FAIL  wary/m, answer: ".to_owned(),
        format!("FAIL  gone/m, answer: gone at {nobody} could not be reached"),
    ] {
        let told = text.lines().filter(|told| told.starts_with(&line)).count();
        assert_eq!(told, 1, "{line} in {text}");
    }
}

#[tokio::test]
async fn a_browser_that_starts_the_host_is_welcomed() {
    let home = Home::new();
    // The handshake gives the host its own environment: this puts it into its own home.
    let (config, state) = (home.path("config"), home.path("state"));
    let script = format!(
        "XDG_CONFIG_HOME='{}' XDG_STATE_HOME='{}' exec '{}' \"$@\"",
        config.display(),
        state.display(),
        env!("CARGO_BIN_EXE_coterie")
    );
    home.program("host", &script);
    for family in [Family::Chromium, Family::Firefox] {
        let arguments = family.arguments(&PathBuf::from("/somewhere/org.coterie.host.json"));
        let welcome = shake_hands(&home.path("bin/host"), &arguments)
            .await
            .unwrap();
        assert_eq!(welcome.host_version, env!("CARGO_PKG_VERSION"));
    }
    assert!(state.join("coterie/coterie.log").is_file());
}

#[test]
fn an_extension_that_is_not_ours_gets_no_byte() {
    let home = Home::new();
    let strange = "chrome-extension://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/";
    home.check_refused(&[strange], "\u{2}\0\0\0{}", 77, &[strange]);
}

#[test]
fn the_host_ends_within_a_second_of_the_end_of_its_input() {
    let home = Home::new();
    let mut child = home.start(&[&Family::Chromium.callers()[0]]);
    drop(child.stdin.take());
    assert_eq!(ends_within(&mut child, Duration::from_secs(1)), Some(0));
}
