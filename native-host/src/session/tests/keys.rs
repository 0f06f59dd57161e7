//! Keys over a connection: they go in, and nothing of them comes out, in messages or in the log.

use std::{
    io,
    sync::{Arc, Mutex},
};

use coterie_protocol::{KeyPart, Outcome, VendorId};
use tracing_subscriber::{EnvFilter, fmt::MakeWriter};

use super::*;

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
    use base64::Engine as _;
    let encoded = url::form_urlencoded::byte_serialize(CANARY.as_bytes()).collect::<String>();
    let hex = CANARY.bytes().map(|byte| format!("{byte:02x}")).collect();
    let base64 = base64::engine::general_purpose::STANDARD.encode(CANARY);
    let (start, end) = (
        CANARY[..12].to_owned(),
        CANARY[CANARY.len() - 12..].to_owned(),
    );
    for form in [CANARY.to_owned(), encoded, hex, base64, start, end] {
        assert!(!text.contains(&form), "{form} is in: {text}");
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
