//! Keys over a connection: they go in, and nothing of them comes out, in messages or in the log.

use std::{
    fs, io,
    sync::{Arc, Mutex},
};

use coterie_protocol::{KeyPart, Outcome, OwnEndpoint, Settings, VendorId};
use tokio::net::TcpListener;
use tracing_subscriber::{EnvFilter, fmt::MakeWriter};

use super::*;
use crate::{
    coe::House,
    experts::{Vendors, catalog::Catalog},
    keys::KeyStore,
    manage::Manager,
    memory::{Clock, Database},
};

const CANARY: &str = "sk-canary/0123+456789=abcdefghij";

/// A log in memory.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// Nothing of the key is in a text: as it is, encoded, or in part.
fn check_clean(text: &str) {
    for form in forms() {
        assert!(!text.contains(&form), "{form} is in: {text}");
    }
}

fn forms() -> [String; 6] {
    use base64::Engine as _;
    let encoded = url::form_urlencoded::byte_serialize(CANARY.as_bytes()).collect::<String>();
    let hex = CANARY.bytes().map(|byte| format!("{byte:02x}")).collect();
    let base64 = base64::engine::general_purpose::STANDARD.encode(CANARY);
    let (start, end) = (
        CANARY[..12].to_owned(),
        CANARY[CANARY.len() - 12..].to_owned(),
    );
    [CANARY.to_owned(), encoded, hex, base64, start, end]
}

/// A vendor that refuses every key and repeats it in each of these forms.
async fn repeater() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/v1", listener.local_addr().unwrap());
    let message = format!("bad key {}", forms().join(" "));
    let body = serde_json::json!({"error": {"message": message, "code": CANARY}}).to_string();
    let length = body.len();
    let answer = format!(
        "HTTP/1.1 401 Unauthorized\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\nconnection: close\r\n\r\n{body}"
    );
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let _ = socket.read(&mut [0; 64 * 1024]).await;
            let _ = socket.write_all(answer.as_bytes()).await;
        }
    });
    address
}

#[tokio::test]
async fn a_refused_key_is_in_no_message_and_in_no_file_of_the_memory() {
    let folder = tempfile::tempdir().unwrap();
    let database = Database::open(Some(&folder.path().join("coterie.db")));
    let house = House::new(database.clone(), Clock::system());
    let catalog = Catalog::built_in().clone();
    let vendors = Vendors::new(catalog, KeyStore::default(), Arc::new(|_| None));
    let usage = Arc::new(house.ledger().clone());
    let manager = Manager::new(vendors, Arc::new(house.clone()), usage);
    let coterie = Coterie::managed(Roster::new(), manager).in_house(house);
    let mut browser = Browser::greeted_by(coterie).await;
    let own = OwnEndpoint {
        name: "mine".to_owned(),
        base_url: repeater().await,
        model: "m".to_owned(),
    };
    let settings = Settings {
        own_endpoints: vec![own],
        ..Settings::default()
    };
    let change = ToHost::ChangeSettings {
        id: id("a/1"),
        settings: Box::new(settings),
    };
    let test = ToHost::TestKey {
        id: id("a/3"),
        vendor: VendorId("mine".to_owned()),
    };
    let mut codes = Vec::new();
    for (request, message) in [
        ("a/1", change),
        ("a/2", set_key("a/2", "mine", &[CANARY])),
        ("a/3", test),
        ("a/4", question("a/4")),
    ] {
        browser.send(&message).await;
        let events = browser.events_of(request).await;
        check_clean(&serde_json::to_string(&events).unwrap());
        codes.push(failure_of(events.last().unwrap()));
    }
    let refused = Some(FailureCode::KeyRefused);
    assert_eq!(codes, [None, None, refused, refused]);
    database.settle().await;
    let (mut names, mut folders) = (Vec::new(), vec![folder.path().to_owned()]);
    while let Some(folder) = folders.pop() {
        for file in fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            check_clean(&String::from_utf8_lossy(&fs::read(&path).unwrap()));
            names.push(path.file_name().unwrap().display().to_string());
        }
    }
    for name in ["coterie.db", "coterie.db-wal"] {
        assert!(names.iter().any(|found| found == name), "{names:?}");
    }
}

fn set_key(request: &str, vendor: &str, parts: &[&str]) -> ToHost {
    let parts = parts
        .iter()
        .map(|part| KeyPart((*part).to_owned()))
        .collect();
    ToHost::SetKey {
        id: id(request),
        vendor: VendorId(vendor.to_owned()),
        region: None,
        parts,
        in_file: false,
    }
}

#[tokio::test]
async fn a_key_never_comes_back() {
    let log = Log::default();
    let logging = tracing_subscriber::fmt()
        .with_writer(log.clone())
        .with_env_filter(EnvFilter::new("trace"))
        .finish();
    let guard = tracing::subscriber::set_default(logging);
    let mut browser = Browser::greeted(Roster::new()).await;
    let vendor = || VendorId("deepseek".to_owned());
    browser.send(&set_key("a/1", "deepseek", &[CANARY])).await;
    browser
        .send(&set_key("a/2", "deepseek", &[CANARY, CANARY]))
        .await;
    browser.send(&set_key("a/3", CANARY, &[CANARY])).await;
    browser
        .send(&set_key("a/4", "deepseek", &[&format!("{CANARY}\n")]))
        .await;
    let malformed =
        format!(r#"{{"kind":"set_key","id":"a/5","vendor":"deepseek","parts":"{CANARY}"}}"#);
    browser.send_bytes(malformed.as_bytes()).await;
    browser.send(&ToHost::Vendors { id: id("a/6") }).await;
    browser.send(&ToHost::Settings { id: id("a/7") }).await;
    browser.send(&ToHost::Experts { id: id("a/8") }).await;
    browser
        .send(&ToHost::RemoveKey {
            id: id("a/9"),
            vendor: vendor(),
        })
        .await;
    let mut ended = 0;
    while ended < 9 {
        let message = browser.receive().await.unwrap();
        if let FromHost::Event { event, .. } = &message {
            ended += usize::from(event.is_terminal());
        }
        let failed = matches!(&message, FromHost::Event { id, .. } if *id == super::id("a/3"));
        // The one who names a vendor so is told that there is none of that name.
        if !failed {
            check_clean(&serde_json::to_string(&message).unwrap());
        }
    }
    drop(guard);
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    check_clean(&log);
}

#[tokio::test]
async fn a_key_of_four_long_parts_is_taken_as_far_as_the_vendor_has_them() {
    let mut browser = Browser::greeted(Roster::new()).await;
    let long = "k".repeat(8 * 1024);
    browser
        .send(&set_key("a/1", "tencent-tmt", &[&long, &long]))
        .await;
    let end = browser.end_of("a/1").await;
    assert!(
        matches!(
            end,
            Event::Done {
                outcome: Outcome::Key { .. }
            }
        ),
        "{end:?}"
    );
    let longer = format!("{long}k");
    browser.send(&set_key("a/2", "deepseek", &[&longer])).await;
    let end = browser.end_of("a/2").await;
    assert_eq!(failure_of(&end), Some(FailureCode::KeyStore));
}
