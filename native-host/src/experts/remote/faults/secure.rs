//! Faults of connections that are encrypted or go through a proxy.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use rcgen::{CertifiedKey, KeyPair, generate_simple_self_signed};
use reqwest::{Certificate, ClientBuilder, Proxy};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::ring,
        pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
    },
    server::TlsStream,
};

use super::{Detour, SPEECHES, Speech, TEXT, ask, head, send, server, server::Server};
use crate::http;

type Stream = TlsStream<TcpStream>;

/// What a server says in the dialect, over which version of HTTP.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Version {
    Http1,
    Http2,
}

/// A server with a certificate.
struct Secure {
    port: u16,
    certificate: Certificate,
    /// How many requests it could read.
    requests: Arc<AtomicUsize>,
}

impl Secure {
    /// One whose certificate is for `host`.
    async fn start(host: &str, version: Version, speech: Speech) -> Self {
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(vec![host.to_owned()]).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let secure = Self {
            port: listener.local_addr().unwrap().port(),
            certificate: Certificate::from_der(cert.der()).unwrap(),
            requests: Arc::default(),
        };
        let acceptor = acceptor(cert.der().to_vec(), &signing_key, version);
        let requests = Arc::clone(&secure.requests);
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                if let Ok(stream) = acceptor.accept(socket).await {
                    match version {
                        Version::Http1 => answer(stream, speech, &requests).await,
                        Version::Http2 => go_away(stream, speech, &requests).await,
                    }
                }
            }
        });
        secure
    }

    /// What a client comes to that trusts `trusted`.
    async fn ask(&self, name: &str, speech: Speech, trusted: &Certificate) -> (String, String) {
        let trusted = trusted.clone();
        let detour = world(|builder| builder.no_proxy().tls_certs_only([trusted]));
        let base_url = format!("https://localhost:{}/v1", self.port);
        ask(name, &speech.detoured(&base_url, detour)).await
    }

    fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

fn world(change: impl FnOnce(ClientBuilder) -> ClientBuilder) -> Detour {
    Detour {
        client: Some(http::client_with(change)),
        ..Detour::default()
    }
}

fn acceptor(certificate: Vec<u8>, key: &KeyPair, version: Version) -> TlsAcceptor {
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.into()], key)
        .unwrap();
    if version == Version::Http2 {
        config.alpn_protocols = vec![b"h2".to_vec()];
    }
    TlsAcceptor::from(Arc::new(config))
}

async fn answer(mut stream: Stream, speech: Speech, requests: &AtomicUsize) {
    if server::request(&mut stream).await.is_empty() {
        return;
    }
    requests.fetch_add(1, Ordering::SeqCst);
    let answer = format!(
        "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{}{}",
        speech.text, speech.end
    );
    let _ = stream.write_all(answer.as_bytes()).await;
    let _ = stream.shutdown().await;
}

/// Speaks just as much of HTTP/2 as it takes to begin an answer and go away.
async fn go_away(mut stream: Stream, speech: Speech, requests: &AtomicUsize) {
    const DATA: u8 = 0;
    const HEADERS: u8 = 1;
    const SETTINGS: u8 = 4;
    const GO_AWAY: u8 = 7;
    const END_STREAM: u8 = 1;
    const END_HEADERS: u8 = 4;
    const ACKNOWLEDGED: u8 = 1;
    const STATUS_200: [u8; 1] = [0x88];
    const INTERNAL_ERROR: [u8; 4] = [0, 0, 0, 2];

    let mut preface = [0; 24];
    if stream.read_exact(&mut preface).await.is_err() {
        return;
    }
    let _ = stream.write_all(&frame(SETTINGS, 0, 0, &[])).await;
    loop {
        let mut start = [0; 9];
        if stream.read_exact(&mut start).await.is_err() {
            return;
        }
        let [high, middle, low, kind, flags, id @ ..] = start;
        let length = u32::from_be_bytes([0, high, middle, low]);
        let mut payload = vec![0; usize::try_from(length).unwrap()];
        if stream.read_exact(&mut payload).await.is_err() {
            return;
        }
        if kind == SETTINGS && flags & ACKNOWLEDGED == 0 {
            let _ = stream
                .write_all(&frame(SETTINGS, ACKNOWLEDGED, 0, &[]))
                .await;
        }
        if [DATA, HEADERS].contains(&kind) && flags & END_STREAM > 0 {
            requests.fetch_add(1, Ordering::SeqCst);
            let number = u32::from_be_bytes(id);
            let last = [id, INTERNAL_ERROR].concat();
            let answer = [
                frame(HEADERS, END_HEADERS, number, &STATUS_200),
                frame(DATA, 0, number, speech.text.as_bytes()),
                frame(GO_AWAY, 0, 0, &last),
            ];
            let _ = stream.write_all(&answer.concat()).await;
            let _ = stream.shutdown().await;
            return;
        }
    }
}

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let head = [length[1], length[2], length[3], kind, flags];
    [&head[..], &stream.to_be_bytes(), payload].concat()
}

fn nothing() -> (String, String) {
    (String::new(), "Unreachable".to_owned())
}

#[tokio::test]
async fn a_certificate_that_is_trusted_and_for_this_host_is_spoken_to() {
    for speech in SPEECHES {
        let secure = Secure::start("localhost", Version::Http1, speech).await;
        let answer = secure.ask("trusted", speech, &secure.certificate).await;
        assert_eq!(answer, (TEXT.to_owned(), "Complete".to_owned()));
        assert_eq!(secure.requests(), 1);
    }
}

#[tokio::test]
async fn a_certificate_that_nobody_trusts_is_told_nothing() {
    for speech in SPEECHES {
        let secure = Secure::start("localhost", Version::Http1, speech).await;
        let other = Secure::start("localhost", Version::Http1, speech).await;
        let answer = secure.ask("untrusted", speech, &other.certificate).await;
        assert_eq!((answer, secure.requests()), (nothing(), 0));
    }
}

#[tokio::test]
async fn a_certificate_for_another_host_is_told_nothing() {
    for speech in SPEECHES {
        let secure = Secure::start("v.example", Version::Http1, speech).await;
        let answer = secure.ask("wrong host", speech, &secure.certificate).await;
        assert_eq!((answer, secure.requests()), (nothing(), 0));
    }
}

#[tokio::test]
async fn a_server_that_goes_away_leaves_its_text_and_is_not_asked_again() {
    for speech in SPEECHES {
        let secure = Secure::start("localhost", Version::Http2, speech).await;
        let answer = secure.ask("go away", speech, &secure.certificate).await;
        assert_eq!(answer, (TEXT.to_owned(), "EndedEarly".to_owned()));
        assert_eq!(secure.requests(), 1);
    }
}

#[tokio::test]
async fn a_proxy_that_wants_a_password_does_not_get_the_key() {
    for speech in SPEECHES {
        let refusal = head("407 Proxy Authentication Required", "");
        let proxy = Server::start(vec![refusal, send("no")]).await;
        let through = Proxy::all(format!("http://{}", proxy.address)).unwrap();
        let detour = world(|builder| builder.proxy(through));
        let expert = speech.detoured("https://v.example/v1", detour);
        assert_eq!(ask("proxy", &expert).await, nothing());
        let requests = proxy.requests();
        assert_eq!(requests.len(), 1, "{requests:?}");
        assert!(
            requests[0].starts_with("CONNECT v.example:443 "),
            "{requests:?}"
        );
        assert!(!requests[0].contains(super::CANARY), "{requests:?}");
    }
}
