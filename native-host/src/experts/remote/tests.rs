//! The transport against a real server on loopback, which does what its script says.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use coterie_protocol::{Action, FailureCode, Finish, Place, Turn};
use futures::StreamExt as _;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

use super::Remote;
use crate::{
    experts::{BaseUrl, Expert as _, Item, Secret, Task, catalog, catalog::Endpoint, scripted},
    http::Patience,
};

/// What the server does with a connection after it has read the request.
#[derive(Clone)]
enum Act {
    Send(String),
    Wait(Duration),
    /// Keeps the connection open until the client closes it.
    Hold,
}

/// A server that does the same with every connection.
struct Server {
    address: String,
    requests: Arc<Mutex<Vec<String>>>,
    /// Connections that the client has not closed.
    open: Arc<AtomicUsize>,
}

impl Server {
    async fn start(script: impl IntoIterator<Item = Act>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Self {
            address: listener.local_addr().unwrap().to_string(),
            requests: Arc::default(),
            open: Arc::default(),
        };
        let script: Vec<_> = script.into_iter().collect();
        let (requests, open) = (Arc::clone(&server.requests), Arc::clone(&server.open));
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let (script, requests, open) = (script.clone(), requests.clone(), open.clone());
                tokio::spawn(async move { play(socket, &script, &requests, &open).await });
            }
        });
        server
    }

    fn calls(&self) -> usize {
        self.requests.lock().unwrap().len()
    }

    fn expert(&self) -> Remote {
        Remote::new(Endpoint {
            patience: Patience {
                first_byte: Duration::from_millis(300),
                idle: Duration::from_millis(300),
            },
            ..endpoint(&self.address, Some("sk-canary"))
        })
    }
}

async fn play(
    mut socket: TcpStream,
    script: &[Act],
    requests: &Mutex<Vec<String>>,
    open: &AtomicUsize,
) {
    let request = read_request(&mut socket).await;
    requests.lock().unwrap().push(request);
    open.fetch_add(1, Ordering::SeqCst);
    for act in script {
        match act {
            Act::Send(text) => {
                let _ = socket.write_all(text.as_bytes()).await;
            }
            Act::Wait(time) => tokio::time::sleep(*time).await,
            Act::Hold => {
                while socket
                    .read(&mut [0; 64])
                    .await
                    .is_ok_and(|length| length > 0)
                {}
            }
        }
    }
    open.fetch_sub(1, Ordering::SeqCst);
}

async fn read_request(socket: &mut TcpStream) -> String {
    let mut request = Vec::new();
    loop {
        let mut piece = [0; 4096];
        let length = socket.read(&mut piece).await.unwrap();
        request.extend_from_slice(&piece[..length]);
        let text = String::from_utf8_lossy(&request).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "));
            if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
                return text;
            }
        }
        assert!(length > 0, "the request is not whole: {text}");
    }
}

fn endpoint(address: &str, key: Option<&str>) -> Endpoint {
    let mut endpoint = catalog::runtimes().unwrap().runtime[1].endpoint("m");
    endpoint.base_url = BaseUrl::try_from(format!("http://{address}/v1")).unwrap();
    endpoint.auth = catalog::Auth::Bearer;
    endpoint.key = key.and_then(Secret::new);
    endpoint.place = Place::ThisMachine;
    endpoint
}

fn send(text: &str) -> Act {
    Act::Send(text.to_owned())
}

/// The head of an answer that ends with the connection.
fn head(status: &str, headers: &str) -> Act {
    Act::Send(format!(
        "HTTP/1.1 {status}\r\n{headers}connection: close\r\n\r\n"
    ))
}

fn events() -> Act {
    head("200 OK", "content-type: text/event-stream\r\n")
}

fn delta(text: &str) -> Act {
    let json = format!(r#"{{"choices":[{{"delta":{{"content":"{text}"}}}}]}}"#);
    Act::Send(format!("data: {json}\n\n"))
}

const STOP: &str = "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";

fn task() -> Arc<Task> {
    Arc::new(scripted::task(Action::Summarize))
}

/// The text of an answer and its end, in words.
async fn ask(expert: &Remote) -> (String, String) {
    let items: Vec<_> = expert.start(task()).collect().await;
    let text = items.iter().filter_map(|item| match item {
        Item::Text(text) => Some(text.as_str()),
        _ => None,
    });
    let is_end = |item: &&Item| matches!(item, Item::Finished(_) | Item::Failed(_));
    assert_eq!(items.iter().filter(is_end).count(), 1, "{items:?}");
    let end = match items.last() {
        Some(Item::Finished(Finish::Complete)) => "complete".to_owned(),
        Some(Item::Failed(error)) => {
            assert!(!error.message.contains("canary"), "{error}");
            format!("{:?}", error.code)
        }
        other => panic!("no end: {other:?}"),
    };
    (text.collect(), end)
}

/// What an answer comes to; the server must be asked exactly once.
async fn check(script: impl IntoIterator<Item = Act>, text: &str, end: &str) {
    let server = Server::start(script).await;
    let answer = ask(&server.expert()).await;
    assert_eq!(answer, (text.to_owned(), end.to_owned()));
    assert_eq!(server.calls(), 1);
}

#[tokio::test]
async fn an_answer_streams_and_the_request_is_what_the_dialect_says() {
    let server = Server::start([events(), delta("a"), delta("b"), send(STOP)]).await;
    assert_eq!(
        ask(&server.expert()).await,
        ("ab".to_owned(), "complete".to_owned())
    );
    let request = server.requests.lock().unwrap().remove(0);
    assert!(
        request.starts_with("POST /v1/chat/completions HTTP/1.1\r\n"),
        "{request}"
    );
    for expected in [
        "authorization: Bearer sk-canary",
        r#""stream":true"#,
        r#""model":"m""#,
    ] {
        assert!(request.contains(expected), "{expected} is not in {request}");
    }
    for absent in ["referer", "cookie"] {
        assert!(!request.to_lowercase().contains(absent), "{request}");
    }
}

#[tokio::test]
async fn text_comes_as_it_is_sent_and_not_at_the_end() {
    let server = Server::start([events(), delta("a"), Act::Hold]).await;
    let mut items = server.expert().start(task());
    assert_eq!(items.next().await, Some(Item::Text("a".to_owned())));
}

#[tokio::test]
async fn dropping_the_answer_closes_the_connection() {
    let server = Server::start([events(), delta("a"), Act::Hold]).await;
    let mut items = server.expert().start(task());
    items.next().await;
    assert_eq!(server.open.load(Ordering::SeqCst), 1);
    drop(items);
    let dropped = Instant::now();
    while server.open.load(Ordering::SeqCst) > 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
        assert!(
            dropped.elapsed() < Duration::from_millis(200),
            "still connected"
        );
    }
}

#[tokio::test]
async fn refusals_are_told_apart_and_nothing_is_tried_again() {
    for (status, end) in [
        ("400 Bad Request", "BadRequest"),
        ("401 Unauthorized", "KeyRefused"),
        ("402 Payment Required", "QuotaExhausted"),
        ("404 Not Found", "BadRequest"),
        ("413 Payload Too Large", "TooLong"),
        ("429 Too Many Requests", "RateLimited"),
        ("500 Internal Server Error", "Overloaded"),
        ("529 Overloaded", "Overloaded"),
    ] {
        let body = r#"{"error":{"message":"Incorrect API key sk-canary"}}"#;
        check([head(status, ""), send(body)], "", end).await;
    }
}

#[tokio::test]
async fn a_vendors_wish_to_wait_is_passed_on() {
    let script = [
        head("429 Too Many Requests", "retry-after: 7\r\n"),
        send("{}"),
    ];
    let server = Server::start(script).await;
    let items: Vec<_> = server.expert().start(task()).collect().await;
    let [Item::Failed(error)] = items.as_slice() else {
        panic!("{items:?}");
    };
    assert_eq!(error.retry_after, Some(Duration::from_secs(7)));
    assert_eq!(error.status, Some(429));
}

/// Refuses every request that has a field, and answers others.
async fn refusing(field: &'static str) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = Server {
        address: listener.local_addr().unwrap().to_string(),
        requests: Arc::default(),
        open: Arc::default(),
    };
    let (requests, open) = (Arc::clone(&server.requests), Arc::clone(&server.open));
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let refused = requests.lock().unwrap().is_empty();
            let body = format!(r#"{{"detail":[{{"loc":["body","{field}"]}}]}}"#);
            let script = if refused {
                vec![head("422 Unprocessable", ""), Act::Send(body)]
            } else {
                vec![events(), delta("a"), send(STOP)]
            };
            play(socket, &script, &requests, &open).await;
        }
    });
    server
}

#[tokio::test]
async fn a_vendor_that_refuses_a_field_is_asked_once_more_without_it() {
    let server = refusing("stream_options").await;
    assert_eq!(
        ask(&server.expert()).await,
        ("a".to_owned(), "complete".to_owned())
    );
    let requests = server.requests.lock().unwrap().clone();
    let has = requests
        .iter()
        .map(|request| request.contains("stream_options"));
    assert_eq!(has.collect::<Vec<_>>(), [true, false]);
    let server = refusing("messages").await;
    assert_eq!(ask(&server.expert()).await.1, "BadRequest");
    assert_eq!(server.calls(), 1);
}

#[tokio::test]
async fn headers_of_the_catalogue_go_with_each_request() {
    let server = Server::start([events(), delta("a"), send(STOP)]).await;
    let quirks = catalog::Quirks {
        headers: vec![("x-version".to_owned(), "2".to_owned())],
        ..catalog::Quirks::default()
    };
    let expert = Remote::new(Endpoint {
        quirks: Arc::new(quirks),
        ..endpoint(&server.address, None)
    });
    assert_eq!(ask(&expert).await.1, "complete");
    assert!(server.requests.lock().unwrap()[0].contains("\r\nx-version: 2\r\n"));
}

#[tokio::test]
async fn the_name_of_a_request_comes_from_the_head_of_its_answer() {
    let named = head("200 OK", "x-request-id: r1\r\n");
    let server = Server::start([named, delta("a"), send(STOP)]).await;
    let items: Vec<_> = server.expert().start(task()).collect().await;
    let id = items.iter().find_map(|item| match item {
        Item::Metadata(metadata) => metadata.request_id.clone(),
        _ => None,
    });
    assert_eq!(id.as_deref(), Some("r1"));
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_names_where_it_would_go() {
    for status in [
        "301 Moved",
        "302 Found",
        "307 Temporary Redirect",
        "308 Permanent Redirect",
    ] {
        let other = Server::start([events()]).await;
        let location = format!("location: http://{}/v1/chat/completions\r\n", other.address);
        let server = Server::start([head(status, &location)]).await;
        let items: Vec<_> = server.expert().start(task()).collect().await;
        let [Item::Failed(error)] = items.as_slice() else {
            panic!("{items:?}");
        };
        assert_eq!(error.code, FailureCode::Unreachable);
        assert!(error.message.contains("127.0.0.1"), "{error}");
        assert_eq!(
            (server.calls(), other.calls()),
            (1, 0),
            "key and page went on"
        );
    }
}

#[tokio::test]
async fn a_connection_that_breaks_keeps_the_text_that_came() {
    check([events(), delta("a")], "a", "EndedEarly").await;
    check(
        [events(), delta("a"), send("data: {\"cho")],
        "a",
        "EndedEarly",
    )
    .await;
    let chunked = head("200 OK", "transfer-encoding: chunked\r\n");
    check([chunked, send("zz\r\n")], "", "EndedEarly").await;
    let longer = head("200 OK", "content-length: 9999\r\n");
    check([longer, delta("a")], "a", "EndedEarly").await;
    check([], "", "Unreachable").await;
    check([events()], "", "EndedEarly").await;
}

#[tokio::test]
async fn nobody_there_is_told_at_once() {
    let gone = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = gone.local_addr().unwrap().to_string();
    drop(gone);
    let asked = Instant::now();
    let answer = ask(&Remote::new(endpoint(&address, None))).await;
    assert_eq!(answer.1, "Unreachable");
    assert!(asked.elapsed() < Duration::from_secs(1));
}

#[tokio::test]
async fn silence_is_not_waited_for_for_ever() {
    check([Act::Hold], "", "TimedOut").await;
    check([events(), Act::Hold], "", "TimedOut").await;
    check([events(), delta("a"), Act::Hold], "a", "TimedOut").await;
}

#[tokio::test]
async fn signs_of_life_keep_an_answer_waiting() {
    let pause = || Act::Wait(Duration::from_millis(200));
    let ping = || send(": ping\n\n");
    let script = [
        events(),
        ping(),
        pause(),
        ping(),
        pause(),
        ping(),
        pause(),
        delta("a"),
        send(STOP),
    ];
    check(script, "a", "complete").await;
}

#[tokio::test]
async fn after_the_models_end_a_connection_that_stays_open_is_no_failure() {
    check(
        [events(), delta("a"), send(STOP), Act::Hold],
        "a",
        "complete",
    )
    .await;
}

#[tokio::test]
async fn an_error_in_the_answer_ends_it_without_the_key() {
    let error = "data: {\"error\":{\"message\":\"bad key sk-canary\",\"code\":401}}\n\n";
    check([events(), delta("a"), send(error)], "a", "KeyRefused").await;
}

#[tokio::test]
async fn a_server_that_does_not_stream_is_understood() {
    let json = r#"{"choices":[{"message":{"content":"a"},"finish_reason":"stop"}]}"#;
    for kind in ["application/json", "text/plain", "text/event-stream"] {
        let head = head("200 OK", &format!("content-type: {kind}\r\n"));
        check([head, send(json)], "a", "complete").await;
    }
}

#[tokio::test]
async fn what_is_no_answer_at_all_is_a_failure() {
    let html = head("200 OK", "content-type: text/html\r\n");
    check([html, send("<html>Please log in</html>")], "", "EndedEarly").await;
}

#[tokio::test]
async fn a_key_that_no_header_can_carry_is_told_before_anything_is_sent() {
    let server = Server::start([events()]).await;
    let expert = Remote::new(endpoint(&server.address, Some("a\nb-canary")));
    assert_eq!(ask(&expert).await.1, "KeyRefused");
    assert_eq!(server.calls(), 0);
}

#[tokio::test]
async fn a_long_conversation_leaves_less_room_for_the_page() {
    let share = async |words: usize| {
        let server = Server::start([events(), delta("a"), send(STOP)]).await;
        let mut task = scripted::task(Action::Answer);
        let article = Arc::make_mut(&mut task.article);
        let paragraph = article.paragraphs[0].clone();
        article.paragraphs = vec![paragraph; 400];
        task.instruction = "why?".to_owned();
        task.conversation = vec![Turn {
            speaker: coterie_protocol::Speaker::Reader,
            text: "word ".repeat(words),
        }];
        let items: Vec<_> = server.expert().start(Arc::new(task)).collect().await;
        match items.first() {
            Some(Item::Shortened { read_percent }) => *read_percent,
            other => panic!("not shortened: {other:?}"),
        }
    };
    let (short, long) = (share(1).await, share(1500).await);
    assert!(
        long + 20 < short,
        "{long} % with a conversation, {short} % without"
    );
}
