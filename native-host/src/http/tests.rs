//! The guard over real connections on loopback: what is refused has not been sent a byte.

mod verdicts;

use std::{
    collections::{HashMap, VecDeque},
    io,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use futures::{FutureExt as _, future::BoxFuture};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

use super::*;

/// Names that lead where a test says, to another place each time they are looked up.
#[derive(Default)]
struct Script(Mutex<HashMap<String, VecDeque<Vec<SocketAddr>>>>);

impl Script {
    fn leading(name: &str, places: &[&[&str]]) -> Arc<Self> {
        let address = |text: &&str| SocketAddr::new(text.parse().unwrap(), 0);
        let places = places
            .iter()
            .map(|place| place.iter().map(address).collect());
        let script = HashMap::from_iter([(name.to_owned(), places.collect())]);
        Arc::new(Self(Mutex::new(script)))
    }
}

impl LookUp for Script {
    fn look_up(&self, name: String) -> BoxFuture<'static, io::Result<Vec<SocketAddr>>> {
        let mut names = self.0.lock().unwrap();
        let place = names.get_mut(&name).and_then(VecDeque::pop_front);
        let place = place.ok_or_else(|| io::Error::from(io::ErrorKind::NotFound));
        async move { place }.boxed()
    }
}

/// A server that counts who connects, keeps what it is sent and gives one answer.
struct Server {
    port: u16,
    connections: Arc<AtomicUsize>,
    received: Arc<Mutex<Vec<u8>>>,
}

impl Server {
    async fn answering(answer: impl Into<String>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Self {
            port: listener.local_addr().unwrap().port(),
            connections: Arc::default(),
            received: Arc::default(),
        };
        let (connections, received) = (server.connections.clone(), server.received.clone());
        let answer = answer.into();
        tokio::spawn(async move {
            while let Ok((mut socket, _)) = listener.accept().await {
                connections.fetch_add(1, Ordering::SeqCst);
                let mut piece = [0; 4096];
                let length = socket.read(&mut piece).await.unwrap_or(0);
                received.lock().unwrap().extend(&piece[..length]);
                let _ = socket.write_all(answer.as_bytes()).await;
            }
        });
        server
    }

    fn calls(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

/// Sends a key to a name over the client of the world; gives why that was refused.
async fn refused(script: Arc<Script>, confirmed: &[&str], url: &str) -> Option<AddressError> {
    let hosts = Confirmed::default();
    hosts.set(confirmed.iter().map(|host| (*host).to_owned()));
    let client = build(guard(false, hosts, script)).unwrap();
    let request = client.post(url).header("x-api-key", "canary").body("text");
    judgement(&request.send().await.unwrap_err())
}

/// A name that leads to these addresses is refused, and nobody has been called.
async fn check_refused(addresses: &[&str]) {
    let server = Server::answering("").await;
    let script = Script::leading("evil.example", &[addresses]);
    let url = format!("https://evil.example:{}/v1", server.port);
    let judgement = refused(script, &[], &url).await;
    assert!(judgement.is_some(), "{addresses:?}");
    assert_eq!(server.calls(), 0, "{addresses:?}");
}

#[tokio::test]
async fn a_name_of_the_world_does_not_lead_inside() {
    for address in [
        "127.0.0.1",
        "::1",
        "10.0.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "0.0.0.0",
        "::ffff:127.0.0.1",
        "fe80::1",
        "fd00:ec2::254",
        "224.0.0.1",
    ] {
        check_refused(&[address]).await;
    }
}

#[tokio::test]
async fn one_bad_address_among_good_ones_is_enough() {
    check_refused(&["1.1.1.1", "127.0.0.1"]).await;
    check_refused(&["2606:4700::1111", "169.254.169.254"]).await;
}

async fn resolves(guard: &Guard, name: &str) -> bool {
    use reqwest::dns::Resolve as _;
    guard.resolve(name.parse().unwrap()).await.is_ok()
}

#[tokio::test]
async fn a_name_that_turns_inside_the_second_time_gains_nothing() {
    for inside in ["169.254.169.254", "127.0.0.1", "10.0.0.1"] {
        let script = Script::leading("turning.example", &[&["1.1.1.1"], &[inside]]);
        let guard = guard(false, Confirmed::default(), script);
        assert!(resolves(&guard, "turning.example").await);
        assert!(!resolves(&guard, "turning.example").await, "{inside}");
    }
}

#[tokio::test]
async fn a_private_host_is_reached_once_the_reader_has_confirmed_it() {
    let script = || Script::leading("models.corp", &[&["10.0.0.1"]]);
    let confirmed = Confirmed::default();
    let guard = |script| guard(false, confirmed.clone(), script);
    assert!(!resolves(&guard(script()), "models.corp").await);
    confirmed.set(["other.corp".to_owned()]);
    assert!(!resolves(&guard(script()), "models.corp").await);
    confirmed.set(["Models.corp".to_owned()]);
    assert!(resolves(&guard(script()), "models.corp").await);
    let metadata = Script::leading("models.corp", &[&["169.254.169.254"]]);
    assert!(!resolves(&guard(metadata), "models.corp").await);
}

#[tokio::test]
async fn the_reader_is_told_which_host_to_confirm() {
    let script = Script::leading("models.corp", &[&["10.0.0.1"]]);
    let judgement = refused(script, &[], "https://models.corp/v1").await;
    let host = "models.corp".to_owned();
    assert_eq!(judgement, Some(AddressError::Unconfirmed { host }));
}

#[tokio::test]
async fn this_machine_is_nowhere_else() {
    for (name, address, expected) in [
        ("localhost", "127.0.0.1", true),
        ("localhost", "::1", true),
        ("localhost", "1.1.1.1", false),
        ("localhost", "10.0.0.1", false),
    ] {
        let script = Script::leading(name, &[&[address]]);
        let guard = guard(true, Confirmed::default(), script);
        assert_eq!(
            resolves(&guard, name).await,
            expected,
            "{name} at {address}"
        );
    }
}

#[test]
fn an_address_that_needs_no_looking_up_is_judged_as_well() {
    for (url, allowed) in [
        ("https://1.1.1.1/", true),
        ("http://127.0.0.1:1/", true),
        ("http://[::1]:1/", true),
        ("https://10.0.0.1/", false),
        ("https://169.254.169.254/", false),
        ("https://[::ffff:1.1.1.1]/", false),
    ] {
        let client = client(&url.parse().unwrap());
        assert_eq!(client.is_ok(), allowed, "{url}");
    }
}

#[tokio::test]
async fn a_key_does_not_follow_a_redirect() {
    let other = Server::answering("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
    for status in [301, 302, 307, 308] {
        let to = format!("http://127.0.0.1:{}/", other.port);
        let answer =
            format!("HTTP/1.1 {status} Moved\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n");
        let server = Server::answering(answer).await;
        let url: Url = format!("http://127.0.0.1:{}/v1", server.port)
            .parse()
            .unwrap();
        let request = client(&url).unwrap().post(url);
        let request = request.header("x-api-key", "canary").body("text");
        assert_eq!(request.send().await.unwrap().status().as_u16(), status);
        let received = server.received.lock().unwrap().clone();
        assert!(String::from_utf8(received).unwrap().contains("canary"));
    }
    assert_eq!(other.calls(), 0);
}

#[test]
fn proxies_are_where_the_reader_has_put_them() {
    let environment = |name: &str| match name {
        "HTTPS_PROXY" => Some("http://me:secret@Proxy.corp:8080".to_owned()),
        "all_proxy" => Some("other.corp:1080".to_owned()),
        _ => None,
    };
    let names = guard::proxies(&environment);
    assert_eq!(names.len(), 2, "{names:?}");
    assert!(names.contains("proxy.corp") && names.contains("other.corp"));
}
