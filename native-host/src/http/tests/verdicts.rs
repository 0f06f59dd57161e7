//! One table of addresses, of places where answers send us, and of names that turn, each with what
//! is decided about it. What is refused is refused before anything is sent.

use reqwest::dns::Resolve as _;

use super::*;
use crate::experts::{BaseUrl, BaseUrlError, Reach};

/// What is decided about an address that the reader gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// It is used.
    World,
    /// It is used, in the clear as well.
    ThisMachine,
    /// It is used once the reader has confirmed it.
    Confirm,
    /// It leads to where no expert may be.
    Forbidden,
    /// It would send text in the clear.
    NotSecure,
    /// It carries a user.
    NotPlain,
    /// It is not what it seems.
    Unreadable,
}

use Verdict::{Confirm, Forbidden, NotPlain, NotSecure, ThisMachine, Unreadable, World};

const GOOD: [(&str, Verdict); 12] = [
    ("https://api.openai.com/v1", World),
    ("https://api.example.com", World),
    ("https://api.example.com:8443/v1", World),
    ("https://API.Example.COM/", World),
    ("https://api.example.com./v1", World),
    ("  https://api.example.com/v1\n", World),
    ("https://api.example.com/a/../v1", World),
    ("https://api.example.com/%40me/v1", World),
    ("https://metadata.example.com/v1", World),
    ("https://1.1.1.1/v1", World),
    ("https://[2606:4700:4700::1111]/v1", World),
    ("http://127.0.0.1:11434/v1", ThisMachine),
];

const INSIDE: [(&str, Verdict); 12] = [
    ("http://127.1/v1", ThisMachine),
    ("http://0x7f.1/v1", ThisMachine),
    ("http://0177.0.0.1/v1", ThisMachine),
    ("http://2130706433/v1", ThisMachine),
    ("http://127.0.0.1./v1", ThisMachine),
    ("http://localhost./v1", ThisMachine),
    ("http://[0:0:0:0:0:0:0:1]/v1", ThisMachine),
    ("http://[::ffff:127.0.0.1]/v1", Forbidden),
    ("http://10.0.0.1/v1", NotSecure),
    ("https://0xc0a80102/v1", Confirm),
    ("https://[fd12::1]/v1", Confirm),
    ("https://[::ffff:10.0.0.1]/v1", Forbidden),
];

const METADATA: [(&str, Verdict); 8] = [
    ("https://169.254.169.254/v1", Forbidden),
    ("http://2852039166/v1", Forbidden),
    ("https://0xa9fea9fe/v1", Forbidden),
    ("https://[fe80::1]/v1", Forbidden),
    ("https://[::ffff:169.254.169.254]/v1", Forbidden),
    ("https://[64:ff9b::a9fe:a9fe]/v1", Forbidden),
    ("https://[fd00:ec2::254]/v1", Forbidden),
    ("http://metadata.google.internal./v1", Forbidden),
];

const USERS: [(&str, Verdict); 6] = [
    ("https://me@api.openai.com/v1", NotPlain),
    ("https://@api.openai.com/v1", NotPlain),
    ("https://api.openai.com@169.254.169.254/v1", NotPlain),
    ("https://api.openai.com:443@evil.example/v1", NotPlain),
    ("https://api.openai.com%40evil.example/v1", Unreadable),
    ("https://api.openai.com\\@evil.example/v1", Unreadable),
];

/// With the host that the reader is shown and a key is bound to.
const WRITTEN_OTHERWISE: [(&str, Verdict, &str); 3] = [
    (
        "https://b\u{fc}cher.example/v1",
        World,
        "xn--bcher-kva.example",
    ),
    (
        "https://\u{430}pi.openai.com/v1",
        World,
        "xn--pi-6kc.openai.com",
    ),
    (
        "http://127\u{3002}0\u{3002}0\u{3002}1/v1",
        ThisMachine,
        "127.0.0.1",
    ),
];

/// A status, and where it sends us; `{port}` is that of a server on this machine.
const REDIRECTS: [(u16, &str); 4] = [
    (301, "http://127.0.0.1:{port}/v1"),
    (302, "http://localhost:{port}/v1"),
    (307, "//127.0.0.1:{port}/v1"),
    (308, "http://me@127.0.0.1:{port}/v1"),
];

/// Where a name leads once it is trusted, and whether the reader could confirm it.
const TURNING: [(&str, Verdict); 3] = [
    ("169.254.169.254", Forbidden),
    ("127.0.0.1", Forbidden),
    ("10.0.0.1", Confirm),
];

fn verdict(text: &str) -> Verdict {
    match BaseUrl::try_from(text.to_owned()) {
        Ok(url) => match url.reach() {
            Reach::Public => World,
            Reach::Loopback => ThisMachine,
            Reach::Private => Confirm,
            Reach::Forbidden => Forbidden,
        },
        Err(BaseUrlError::Forbidden(_)) => Forbidden,
        Err(BaseUrlError::NotSecure(_)) => NotSecure,
        Err(BaseUrlError::NotPlain(_)) => NotPlain,
        Err(BaseUrlError::Unreadable(_)) => Unreadable,
    }
}

fn verdict_of(judgement: Option<&AddressError>) -> Option<Verdict> {
    match judgement? {
        AddressError::Unconfirmed { .. } => Some(Confirm),
        AddressError::Forbidden { .. } => Some(Forbidden),
        AddressError::NoCertificates => None,
    }
}

/// Whoever makes connections decides the same as whoever reads addresses.
fn check(text: &str, expected: Verdict) {
    assert_eq!(verdict(text), expected, "{text}");
    let guard = guard(false, Confirmed::default(), Arc::new(Script::default()));
    let judged = guard.check(&text.trim().parse().unwrap());
    let judged = verdict_of(judged.as_ref().err());
    match expected {
        World | ThisMachine => assert_eq!(judged, None, "{text}"),
        Confirm => assert_eq!(judged, Some(expected), "{text}"),
        // A name with a dot at its end reaches the guard without it, and resolved.
        Forbidden if !text.contains("internal.") => assert_eq!(judged, Some(expected), "{text}"),
        Forbidden | NotSecure | NotPlain | Unreadable => {}
    }
}

/// The key reaches the origin that it was meant for, and not whom that one names.
async fn check_redirect(status: u16, to: &str) {
    let other = Server::answering("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
    let to = to.replace("{port}", &other.port.to_string());
    let answer = format!("HTTP/1.1 {status} Moved\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n");
    let origin = Server::answering(answer).await;
    let url: Url = format!("http://127.0.0.1:{}/v1", origin.port)
        .parse()
        .unwrap();
    let request = client(&url).unwrap().post(url);
    let request = request.header("x-api-key", "canary").body("text");
    assert_eq!(request.send().await.unwrap().status().as_u16(), status);
    assert_eq!((origin.calls(), other.calls()), (1, 0), "{status} to {to}");
    let sent = String::from_utf8(origin.received.lock().unwrap().clone()).unwrap();
    assert!(sent.contains("canary"), "{status} to {to}");
}

/// A name that has led to the world is judged again when it leads elsewhere.
async fn check_turning(inside: &str, expected: Verdict) {
    let script = Script::leading("turning.example", &[&["1.1.1.1"], &[inside]]);
    let guard = guard(false, Confirmed::default(), script);
    let resolve = || guard.resolve("turning.example".parse().unwrap());
    assert!(resolve().await.is_ok(), "{inside}");
    let error = resolve().await.err().unwrap();
    let judgement = error.downcast_ref::<AddressError>();
    assert_eq!(verdict_of(judgement), Some(expected), "{inside}");
}

#[tokio::test]
async fn each_address_gets_just_its_verdict_and_a_key_reaches_its_origin_only() {
    let mut cases = 0;
    for (text, expected) in [&GOOD[..], &INSIDE, &METADATA].concat() {
        check(text, expected);
        cases += 1;
    }
    for (text, expected) in USERS {
        assert_eq!(verdict(text), expected, "{text}");
        cases += 1;
    }
    for (text, expected, host) in WRITTEN_OTHERWISE {
        check(text, expected);
        let url = BaseUrl::try_from(text.to_owned()).unwrap();
        assert_eq!(url.host_name(), host, "{text}");
        cases += 1;
    }
    for (status, to) in REDIRECTS {
        check_redirect(status, to).await;
        cases += 1;
    }
    for (inside, expected) in TURNING {
        check_turning(inside, expected).await;
        cases += 1;
    }
    assert_eq!(cases, 48);
}
