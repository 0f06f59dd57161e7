//! How fast the engine is, as JSON lines: event decoding, what each dialect takes for an event and
//! adds to the first token, from a frame in to the request out, and text through a session to a
//! browser that reads at once or slowly.
//!
//! `cargo bench -p coterie-host --bench engine`

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement that goes wrong has to stop, and one that goes well is printed"
)]

mod decode;
mod first_token;
mod task;

use std::{
    hint::black_box,
    sync::Arc,
    time::{Duration, Instant},
};

use coterie_host::{
    coe::Coterie,
    config::Config,
    experts::{
        Expert, Item, Items, Roster, Task,
        governor::{Charge, Estimate, Governor, LimitTable, Limits},
        stream::EventStream,
    },
    memory::{Call, CallKind, CallOutcome, Clock, Database, RequestNumber, settings},
    session,
};
use coterie_protocol::{
    Action, Ask, Cost, ExpertCard, ExpertId, Finish, Place, Settings, ToHost, VendorId,
};
use futures::StreamExt as _;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream},
    net::TcpListener,
};

fn main() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    for size in [16 * 1024, 1024 * 1024] {
        report(
            "event_decoding",
            &json!({"piece_bytes": size, "mb_per_s": decoding(size)}),
        );
    }
    for figures in decode::figures() {
        report("decoding_an_event", &figures);
    }
    for streams in [1, 10, 100] {
        let figures = runtime.block_on(first_token::figures(streams));
        report("added_to_first_token", &figures);
    }
    let mut times = runtime.block_on(overhead(500));
    times.sort_unstable();
    let at = |share: usize| times[times.len() * share / 100].as_micros();
    report(
        "frame_to_request",
        &json!({"n": times.len(), "p50_us": at(50), "p99_us": at(99)}),
    );
    for streams in [1, 10, 100] {
        report("admit_and_settle", &runtime.block_on(admissions(streams)));
    }
    for pause in [Duration::ZERO, Duration::from_millis(5)] {
        report("text_through_session", &runtime.block_on(throughput(pause)));
    }
}

fn report(what: &str, figures: &Value) {
    println!("{}", json!({"measured": what, "figures": figures}));
}

/// Megabytes of a typical stream decoded in a second, best of five.
fn decoding(piece: usize) -> f64 {
    let event = r#"data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":" lighthouse"},"finish_reason":null}]}"#;
    let text = format!("{event}\n\n").repeat(220_000);
    let text = &text.as_bytes()[..32 * 1024 * 1024];
    let once = || {
        let started = Instant::now();
        let mut stream = EventStream::new();
        for piece in text.chunks(piece) {
            black_box(stream.push(piece).unwrap());
        }
        started.elapsed()
    };
    let best = (0..5).map(|_| once()).min().unwrap();
    32.0 * 1.048_576 / best.as_secs_f64()
}

/// From writing a question to a session until its request has arrived at a server on loopback.
async fn overhead(count: u64) -> Vec<Duration> {
    let server = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = server.local_addr().unwrap();
    let settings = format!(
        "[discovery]\nenabled = false\n[[expert]]\nname = 'M'\nvendor = 'V'\nmodel = 'm'\nbase_url = 'http://{address}/v1'\n"
    );
    let config: Config = toml::from_str(&settings).unwrap();
    let mut browser = Browser::connect(Roster::set(&config, &|_| None)).await;
    let (arrived, mut arrivals) = tokio::sync::mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = server.accept().await {
            let arrived = arrived.clone();
            tokio::spawn(async move {
                let mut request = [0; 64 * 1024];
                while socket
                    .read(&mut request)
                    .await
                    .is_ok_and(|length| length > 0)
                {
                    arrived.send(Instant::now()).unwrap();
                    let answer = "HTTP/1.1 200 OK\r\ncontent-length: 14\r\n\r\ndata: [DONE]\n\n";
                    socket.write_all(answer.as_bytes()).await.unwrap();
                }
            });
        }
    });
    let mut times = Vec::new();
    for number in 1..=count {
        let sent = Instant::now();
        browser.ask(number).await;
        times.push(arrivals.recv().await.unwrap() - sent);
        browser.read_to_end_of_request().await;
    }
    times.split_off(times.len() / 10)
}

/// Leave to make a call, asked for by so many streams at once under a limit of money, in a file.
async fn admissions(streams: u32) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let database = Database::open(Some(&folder.path().join("coterie.db")));
    let usd = |amount| Cost {
        amount,
        currency: "USD".to_owned(),
    };
    let settings = Settings {
        daily_cap: Some(usd(1000.0)),
        ..Settings::default()
    };
    settings::save(&database, &settings).await.unwrap();
    let limits = Limits {
        requests_per_minute: Some(1_000_000),
        tokens_per_minute: Some(1_000_000_000),
        at_once: Some(1000),
    };
    let vendor = VendorId("v".to_owned());
    let table = LimitTable::usual().with(vendor.clone(), limits);
    let governor = Governor::new(database.clone(), table, Clock::system());
    let call = Call {
        request: RequestNumber::random(),
        vendor: vendor.clone(),
        vendor_name: "V".to_owned(),
        expert: ExpertId("v/x".to_owned()),
        kind: CallKind::First,
        outcome: CallOutcome::Done,
        started: Clock::system().now(),
        first_text: None,
        duration: Duration::ZERO,
        usage: None,
        cost: Some(usd(0.000_1)),
        estimated: false,
    };
    let (mut admitted, mut whole) = (Vec::new(), Vec::new());
    for _ in 0..2000 / streams {
        let asking = (0..streams).map(|_| {
            let estimate = Estimate {
                tokens: 100,
                charge: Charge::UpTo(usd(0.001)),
            };
            let (governor, vendor, call) = (governor.clone(), vendor.clone(), call.clone());
            tokio::spawn(async move {
                let started = Instant::now();
                let permit = governor
                    .admit(&vendor, Place::Cloud, estimate)
                    .await
                    .unwrap();
                let admitted = started.elapsed();
                permit.settle(call);
                admitted
            })
        });
        let started = Instant::now();
        for time in futures::future::join_all(asking).await {
            admitted.push(time.unwrap());
        }
        database.settle().await;
        whole.push(started.elapsed() / streams);
    }
    admitted.sort_unstable();
    whole.sort_unstable();
    let at = |times: &[Duration], share: usize| times[times.len() * share / 100].as_micros();
    json!({
        "streams": streams,
        "admit_p50_us": at(&admitted, 50),
        "admit_p99_us": at(&admitted, 99),
        "with_settling_p50_us": at(&whole, 50),
    })
}

/// A megabyte a word at a time, to a browser that pauses after each frame.
async fn throughput(pause: Duration) -> Value {
    const WORDS: usize = 200_000;
    let mut browser = Browser::connect(Roster::new().with(Arc::new(Words::new(WORDS)))).await;
    let started = Instant::now();
    browser.ask(1).await;
    let mut frames = 0;
    while !browser.read_frame().await {
        frames += 1;
        if !pause.is_zero() {
            tokio::time::sleep(pause).await;
        }
    }
    let seconds = started.elapsed().as_secs_f64();
    json!({"pause_ms": pause.as_millis(), "deltas": WORDS, "frames": frames, "seconds": seconds})
}

/// The extension's end of a session.
struct Browser {
    to_host: DuplexStream,
    from_host: DuplexStream,
}

impl Browser {
    async fn connect(roster: Roster) -> Self {
        let (to_host, input) = tokio::io::duplex(64 * 1024);
        let (output, from_host) = tokio::io::duplex(64 * 1024);
        tokio::spawn(session::serve(input, output, Coterie::new(roster)));
        let mut browser = Self { to_host, from_host };
        let hello = json!({"kind": "hello", "id": "a/0", "protocol": coterie_protocol::PROTOCOL,
            "client": {"name": "bench", "version": "0"}});
        browser.send(&hello.to_string()).await;
        browser.read_to_end_of_request().await;
        browser
    }

    async fn ask(&mut self, number: u64) {
        let ask = Ask {
            text: "why?".to_owned(),
            ..Ask::default()
        };
        let id = format!("a/{number}").try_into().unwrap();
        let message = serde_json::to_string(&ToHost::Ask { id, ask }).unwrap();
        self.send(&message).await;
    }

    async fn send(&mut self, json: &str) {
        let length = u32::try_from(json.len()).unwrap();
        self.to_host.write_all(&length.to_ne_bytes()).await.unwrap();
        self.to_host.write_all(json.as_bytes()).await.unwrap();
    }

    /// Reads one frame; true if it ends a request.
    async fn read_frame(&mut self) -> bool {
        let length = self.from_host.read_u32_le().await.unwrap();
        let mut json = vec![0; length as usize];
        self.from_host.read_exact(&mut json).await.unwrap();
        let message: Value = serde_json::from_slice(&json).unwrap();
        ["done", "failed", "cancelled"]
            .iter()
            .any(|end| message["event"] == *end)
    }

    async fn read_to_end_of_request(&mut self) {
        while !self.read_frame().await {}
    }
}

/// An expert that says many words at once.
struct Words(ExpertCard, usize);

impl Words {
    fn new(count: usize) -> Self {
        let card = ExpertCard {
            id: ExpertId("words".to_owned()),
            name: "Words".to_owned(),
            vendor: "Bench".to_owned(),
            place: Place::BuiltIn,
            actions: Action::ALL.to_vec(),
            price: None,
            seen: None,
        };
        Self(card, count)
    }
}

impl Expert for Words {
    fn card(&self) -> &ExpertCard {
        &self.0
    }

    fn can(&self, _task: &Task) -> bool {
        true
    }

    fn start(&self, _task: Arc<Task>) -> Items {
        let words = futures::stream::iter(0..self.1).map(|_| Item::Text("word ".to_owned()));
        words
            .chain(futures::stream::iter([Item::Finished(Finish::Complete)]))
            .boxed()
    }
}
