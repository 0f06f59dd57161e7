//! What networks and servers do wrong, against a real server on loopback, in each of the great
//! dialects: an answer always ends exactly once, keeps the text that came, is asked for exactly
//! once, is not waited for too long, and the key reaches nobody but its own host.

mod secure;
mod server;

use std::time::{Duration, Instant};

use coterie_protocol::{Action, Finish};
use futures::{StreamExt as _, future::join_all};
use tokio::net::{TcpListener, TcpSocket, TcpStream};

use super::{Remote, expert::Detour};
use crate::{
    experts::{
        BaseUrl, Expert as _, Item, Secret,
        catalog::{Auth, DialectName, Endpoint},
        scripted,
    },
    http::Patience,
};
use server::{Act, Server, head, send};

/// How long a server may be silent here.
const PATIENCE: Duration = Duration::from_millis(1_500);

/// How long an answer may take here.
const LONGEST: Duration = Duration::from_secs(3);

/// The key; it must go nowhere else, and come back in nothing.
const CANARY: &str = "sk-canary-0123456789";

/// The text that comes before something goes wrong.
const TEXT: &str = "潮 a";

/// How one dialect says things.
#[derive(Debug, Clone, Copy)]
struct Speech {
    dialect: DialectName,
    /// The header that has the key.
    header: &'static str,
    /// An event that says [`TEXT`].
    text: &'static str,
    /// What ends an answer.
    end: &'static str,
    /// An event that says that the server is overloaded.
    error: &'static str,
}

/// One line for each dialect.
const SPEECHES: [Speech; 3] = [OPENAI_CHAT, ANTHROPIC, GEMINI];

const OPENAI_CHAT: Speech = Speech {
    dialect: DialectName::OpenaiChat,
    header: "authorization",
    text: "data: {\"choices\":[{\"delta\":{\"content\":\"潮 a\"}}]}\n\n",
    end: "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n",
    error: "data: {\"error\":{\"message\":\"busy\",\"code\":503}}\n\n",
};

const ANTHROPIC: Speech = Speech {
    dialect: DialectName::Anthropic,
    header: "x-api-key",
    text: "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\
           \"delta\":{\"type\":\"text_delta\",\"text\":\"潮 a\"}}\n\n",
    end: "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\
          \"end_turn\"}}\n\nevent: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
    error: "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\
            \"message\":\"busy\"}}\n\n",
};

const GEMINI: Speech = Speech {
    dialect: DialectName::Gemini,
    header: "x-goog-api-key",
    text: "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"潮 a\"}]}}]}\n\n",
    end: "data: {\"candidates\":[{\"content\":{\"parts\":[]},\"finishReason\":\"STOP\"}]}\n\n",
    error: "data: {\"error\":{\"code\":503,\"message\":\"busy\",\"status\":\"UNAVAILABLE\"}}\n\n",
};

impl Speech {
    fn endpoint(self, base_url: &str) -> Endpoint {
        let base_url = BaseUrl::try_from(base_url.to_owned()).unwrap();
        Endpoint {
            dialect: self.dialect,
            auth: Auth::Header {
                name: self.header.to_owned(),
            },
            key: Secret::new(CANARY),
            patience: Patience {
                first_byte: PATIENCE,
                idle: PATIENCE,
            },
            ..Endpoint::open_ai("V", base_url, "m")
        }
    }

    /// An expert at this address.
    fn at(self, address: &str) -> Remote {
        self.detoured(&format!("http://{address}/v1"), Detour::default())
    }

    fn detoured(self, base_url: &str, detour: Detour) -> Remote {
        let detour = Detour {
            longest: Some(LONGEST),
            ..detour
        };
        Remote::new(self.endpoint(base_url)).in_world(detour)
    }

    fn half(self) -> &'static str {
        &self.text[..self.text.len() / 3]
    }
}

/// What an answer comes to: its text and its one end.
async fn ask(name: &str, expert: &Remote) -> (String, String) {
    let asked = Instant::now();
    let task = std::sync::Arc::new(scripted::task(Action::Summarize));
    let items: Vec<_> = expert.start(task).collect().await;
    let took = asked.elapsed();
    let limit = LONGEST + Duration::from_secs(1);
    assert!(took <= limit, "{name} took {took:?}");
    let is_end = |item: &&Item| matches!(item, Item::Finished(_) | Item::Failed(_));
    assert_eq!(items.iter().filter(is_end).count(), 1, "{name}: {items:?}");
    assert!(!format!("{items:?}").contains(CANARY), "{name}: {items:?}");
    let end = match items.last() {
        Some(Item::Finished(Finish::Complete)) => "Complete".to_owned(),
        Some(Item::Failed(error)) => {
            assert!(error.message.contains('V'), "{name} blames nobody: {error}");
            format!("{:?}", error.code)
        }
        other => panic!("{name} ends with {other:?}"),
    };
    let text = items.iter().filter_map(|item| match item {
        Item::Text(text) => Some(text.as_str()),
        _ => None,
    });
    (text.collect(), end)
}

/// A server that does this once leaves this text and this end, and is asked once.
async fn check(speech: Speech, name: &str, script: Vec<Act>, text: &str, end: &str) {
    let name = format!("{name} in {:?}", speech.dialect);
    let server = Server::start(script).await;
    let answer = ask(&name, &speech.at(&server.address)).await;
    assert_eq!(answer, (text.to_owned(), end.to_owned()), "{name}");
    let requests = server.requests();
    assert_eq!(requests.len(), 1, "{name}: {requests:?}");
    assert!(requests[0].contains(CANARY), "{name} has no key");
}

fn events() -> Act {
    head("200 OK", "content-type: text/event-stream\r\n")
}

/// Something between what comes and what does not, so that both are read.
fn pause() -> Act {
    Act::Pause(Duration::from_millis(150))
}

#[tokio::test]
async fn connections_that_are_not_made_end_at_once_or_in_time() {
    let gone = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let refused = gone.local_addr().unwrap().to_string();
    drop(gone);
    let (_hole, swallowed) = black_hole().await;
    for speech in SPEECHES {
        for (name, address, end) in [
            ("refused", refused.as_str(), "Unreachable"),
            ("a black hole", &swallowed, "TimedOut"),
        ] {
            let answer = ask(name, &speech.at(address)).await;
            assert_eq!(answer, (String::new(), end.to_owned()), "{name}");
        }
        let nobody = Detour {
            to: Some("nobody.invalid:80".to_owned()),
            ..Detour::default()
        };
        let expert = speech.detoured("https://v.example/v1", nobody);
        let (_, end) = ask("an unknown name", &expert).await;
        // Where there is nobody to ask for names, asking takes its time.
        assert!(["Unreachable", "TimedOut"].contains(&end.as_str()), "{end}");
    }
}

/// An address at which nobody accepts: its queue is full.
async fn black_hole() -> (Vec<TcpStream>, String) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let fill = || tokio::time::timeout(Duration::from_millis(100), TcpStream::connect(address));
    let filled = join_all((0..8).map(|_| fill())).await;
    let held = filled.into_iter().filter_map(|made| made.ok()?.ok());
    // The listener lives as long as the process, and its queue stays full.
    std::mem::forget(listener);
    (held.collect(), address.to_string())
}

#[tokio::test]
async fn connections_that_end_or_stall_keep_the_text_that_came() {
    let text = |speech: Speech| send(speech.text);
    let cases = SPEECHES.into_iter().flat_map(|speech| {
        let said = || vec![events(), text(speech)];
        let then = |more: Vec<Act>| [said(), more].concat();
        let trickle = speech
            .end
            .bytes()
            .flat_map(|byte| [Act::Send(vec![byte]), pause()]);
        let pings = (0..60).flat_map(|_| [send(": ping\n\n"), pause()]);
        let half = || send(speech.half());
        [
            ("accept and close", vec![], "", "Unreachable"),
            ("headers never", vec![Act::Hold], "", "TimedOut"),
            ("nothing but a head", vec![events()], "", "EndedEarly"),
            (
                "reset in mid-event",
                then(vec![half(), pause(), Act::Reset]),
                TEXT,
                "EndedEarly",
            ),
            ("end in mid-event", then(vec![half()]), TEXT, "EndedEarly"),
            ("end without end mark", said(), TEXT, "EndedEarly"),
            (
                "stall before the first byte",
                vec![events(), Act::Hold],
                "",
                "TimedOut",
            ),
            (
                "stall in mid-stream",
                then(vec![Act::Hold]),
                TEXT,
                "TimedOut",
            ),
            ("a trickle", then(trickle.collect()), TEXT, "TimedOut"),
            (
                "pings only",
                [vec![events()], pings.collect()].concat(),
                "",
                "TimedOut",
            ),
        ]
        .map(|(name, script, text, end)| check(speech, name, script, text, end))
    });
    join_all(cases).await;
}

#[tokio::test]
async fn answers_that_are_none_are_failures() {
    let cases = SPEECHES.into_iter().flat_map(|speech| {
        let text = || send(speech.text);
        let html = head("200 OK", "content-type: text/html\r\n");
        let json = || head("200 OK", "content-type: application/json\r\n");
        let gzip = head("200 OK", "content-encoding: gzip\r\n");
        let chunked = || head("200 OK", "transfer-encoding: chunked\r\n");
        let chunk = format!("{:x}\r\n{}\r\n", speech.text.len(), speech.text);
        let longer = head("200 OK", "content-length: 9999\r\n");
        let shorter = head("200 OK", "content-length: 10\r\n");
        let early = send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n");
        let error = r#"{"error":{"code":503,"message":"busy"}}"#;
        [
            (
                "a page to log in",
                vec![html, send("<html>Log in</html>")],
                "",
                "EndedEarly",
            ),
            (
                "an error as JSON",
                vec![json(), send(error)],
                "",
                "Overloaded",
            ),
            (
                "an error in the stream",
                vec![events(), text(), send(speech.error)],
                TEXT,
                "Overloaded",
            ),
            (
                "cut gzip",
                vec![gzip, Act::Send(vec![0x1F, 0x8B, 8, 0, 0, 0])],
                "",
                "EndedEarly",
            ),
            (
                "a bad chunk",
                vec![chunked(), send(&chunk), send("zz\r\n")],
                TEXT,
                "EndedEarly",
            ),
            (
                "a cut chunk",
                vec![chunked(), send(&chunk), send("ff\r\n")],
                TEXT,
                "EndedEarly",
            ),
            (
                "too long a length",
                vec![longer, text()],
                TEXT,
                "EndedEarly",
            ),
            (
                "too short a length",
                vec![shorter, text()],
                "",
                "EndedEarly",
            ),
            (
                "early heads",
                vec![early, events(), text(), send(speech.end)],
                TEXT,
                "Complete",
            ),
        ]
        .map(|(name, script, text, end)| check(speech, name, script, text, end))
    });
    join_all(cases).await;
}

#[tokio::test]
async fn refusals_are_told_apart() {
    let cases = SPEECHES.into_iter().flat_map(|speech| {
        [
            ("401 Unauthorized", "KeyRefused"),
            ("403 Forbidden", "KeyRefused"),
            ("404 Not Found", "BadRequest"),
            ("413 Payload Too Large", "TooLong"),
            ("429 Too Many Requests", "RateLimited"),
            ("500 Internal Server Error", "Overloaded"),
            ("502 Bad Gateway", "Overloaded"),
            ("503 Service Unavailable", "Overloaded"),
            ("529 Overloaded", "Overloaded"),
        ]
        .map(|(status, end)| {
            let body = format!(r#"{{"error":{{"message":"no {CANARY}","type":"{CANARY}"}}}}"#);
            check(speech, status, vec![head(status, ""), send(&body)], "", end)
        })
    });
    join_all(cases).await;
}

#[tokio::test]
async fn redirects_take_the_key_nowhere() {
    for speech in SPEECHES {
        for status in ["301 Moved", "302 Found", "307 Temporary", "308 Permanent"] {
            let other = Server::start(vec![events()]).await;
            let location = format!("location: http://{}/v1/x\r\n", other.address);
            check(
                speech,
                status,
                vec![head(status, &location)],
                "",
                "Unreachable",
            )
            .await;
            assert_eq!(other.requests(), Vec::<String>::new(), "{status}");
        }
    }
}
