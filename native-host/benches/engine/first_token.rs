//! What an expert adds to the time until the first token, against a bare call to the same server.

use std::time::{Duration, Instant};

use coterie_host::experts::{Expert as _, Item, catalog::DialectName, remote::Remote};
use futures::{StreamExt as _, future::join_all};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

use crate::task::{Exchanges, exchange};

/// Answers measured at each number of streams, at least.
const ANSWERS: usize = 2000;

const FIRST: &str = "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n";
const LAST: &str =
    "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";

/// The figures with so many streams at once.
pub async fn figures(streams: usize) -> Value {
    let server = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/v1", server.local_addr().unwrap());
    tokio::spawn(serve(server));
    let exchanges = Exchanges::of(DialectName::OpenaiChat, &url);
    let expert = Remote::new(exchanges.endpoint.clone());
    let client = client();
    let (mut bare, mut whole) = (Vec::new(), Vec::new());
    // In turn, so that whatever else the machine does concerns both; the first tenth warms up.
    let rounds = ANSWERS.div_ceil(streams);
    for round in 0..rounds + rounds / 10 + 1 {
        let bare_times = join_all((0..streams).map(|_| call(&client, &exchanges))).await;
        let times = join_all((0..streams).map(|_| ask(&expert, &exchanges))).await;
        if round > rounds / 10 {
            bare.extend(bare_times);
            whole.extend(times);
        }
    }
    let (bare, whole) = (Spread::of(bare), Spread::of(whole));
    json!({"streams": streams, "n": rounds * streams, "bare_p50_us": bare.p50,
        "bare_p99_us": bare.p99, "added_p50_us": whole.p50 - bare.p50,
        "added_p99_us": whole.p99 - bare.p99})
}

/// Microseconds; as signed numbers, because what is added may be less than what varies.
struct Spread {
    p50: i64,
    p99: i64,
}

impl Spread {
    fn of(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        let at =
            |share: usize| i64::try_from(times[times.len() * share / 100].as_micros()).unwrap();
        Self {
            p50: at(50),
            p99: at(99),
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "what is measured against has to be bare"
)]
fn client() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().build().unwrap()
}

/// The time until the first token of a bare call with the same request.
async fn call(client: &reqwest::Client, exchanges: &Exchanges) -> Duration {
    let request = exchange(exchanges).unwrap().request;
    let started = Instant::now();
    let response = client
        .request(request.method, request.url)
        .headers(request.headers)
        .body(request.body)
        .send();
    let mut response = response.await.unwrap();
    response.chunk().await.unwrap().unwrap();
    let took = started.elapsed();
    while response.chunk().await.unwrap().is_some() {}
    took
}

/// The time until the first token of an expert.
async fn ask(expert: &Remote, exchanges: &Exchanges) -> Duration {
    let started = Instant::now();
    let mut items = expert.start(exchanges.task.clone());
    let mut took = None;
    while let Some(item) = items.next().await {
        if matches!(item, Item::Text(_)) {
            took.get_or_insert(started.elapsed());
        }
    }
    took.unwrap()
}

/// Answers every request with a token at once, and ends a little later.
async fn serve(server: TcpListener) {
    while let Ok((socket, _)) = server.accept().await {
        socket.set_nodelay(true).unwrap();
        tokio::spawn(answer(socket));
    }
}

async fn answer(mut socket: TcpStream) {
    const PAUSE: Duration = Duration::from_millis(5);
    let length = FIRST.len() + LAST.len();
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: {length}\r\n\r\n"
    );
    let first = [head.as_str(), FIRST].concat();
    while read(&mut socket).await.is_some() {
        socket.write_all(first.as_bytes()).await.unwrap();
        tokio::time::sleep(PAUSE).await;
        socket.write_all(LAST.as_bytes()).await.unwrap();
    }
}

/// Reads one request; nothing when the client has gone.
async fn read(socket: &mut TcpStream) -> Option<()> {
    let mut request = Vec::new();
    let mut piece = vec![0; 16 * 1024];
    loop {
        let length = socket
            .read(&mut piece)
            .await
            .ok()
            .filter(|read| *read > 0)?;
        request.extend_from_slice(&piece[..length]);
        let Some(end) = request.windows(4).position(|end| end == b"\r\n\r\n") else {
            continue;
        };
        let head = String::from_utf8_lossy(&request[..end]);
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "));
        let length: usize = length.map_or(0, |length| length.parse().unwrap());
        if request.len() >= end + 4 + length {
            return Some(());
        }
    }
}
