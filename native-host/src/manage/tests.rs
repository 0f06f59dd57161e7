//! The manager over keys of this run: what it is asked comes out, and no key ever does.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use coterie_protocol::{
    FailureCode, KeyPart, KeyState, Outcome, OwnEndpoint, Rung, Settings, VendorId,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

use super::*;
use crate::experts::Roster;

const CANARY: &str = "sk-canary-0123456789";

fn set(vendor: &str, parts: &[&str]) -> Order {
    let parts = parts
        .iter()
        .map(|part| KeyPart((*part).to_owned()))
        .collect();
    Order::SetKey {
        vendor: VendorId(vendor.to_owned()),
        region: None,
        parts,
        in_file: false,
    }
}

fn test(vendor: &str) -> Order {
    let vendor = VendorId(vendor.to_owned());
    Order::TestKey { vendor }
}

fn remove(vendor: &str) -> Order {
    let vendor = VendorId(vendor.to_owned());
    Order::RemoveKey { vendor }
}

fn own(name: &str, base_url: &str) -> OwnEndpoint {
    OwnEndpoint {
        name: name.to_owned(),
        base_url: base_url.to_owned(),
        model: "m".to_owned(),
    }
}

fn change(own_endpoints: Vec<OwnEndpoint>) -> Order {
    Order::ChangeSettings(Box::new(Settings {
        own_endpoints,
        ..Settings::default()
    }))
}

async fn state(manager: &Manager, vendor: &str) -> Option<KeyState> {
    let Ok(Outcome::Vendors { vendors }) = manager.perform(Order::Vendors).await else {
        return None;
    };
    let card = vendors.into_iter().find(|card| card.id.0 == vendor);
    card.map(|card| card.key)
}

/// What cannot be done fails with this code, in words without the key.
async fn check_refused(manager: &Manager, order: Order, code: FailureCode) {
    let failure = manager.perform(order).await.unwrap_err();
    assert_eq!(failure.code, code, "{}", failure.message);
    assert!(!failure.message.contains("canary"), "{}", failure.message);
}

const SET: Option<KeyState> = Some(KeyState::Set { rung: Rung::Memory });

#[tokio::test]
async fn a_key_that_is_set_is_shown_as_set_and_gone_when_removed() {
    let manager = Manager::default();
    assert_eq!(state(&manager, "deepseek").await, Some(KeyState::Missing));
    let outcome = manager.perform(set("deepseek", &[CANARY])).await.unwrap();
    let json = serde_json::to_string(&outcome).unwrap();
    assert!(!json.contains("canary"), "{json}");
    assert_eq!(state(&manager, "deepseek").await, SET);
    manager.perform(remove("deepseek")).await.unwrap();
    assert_eq!(state(&manager, "deepseek").await, Some(KeyState::Missing));
    manager.perform(remove("deepseek")).await.unwrap();
}

#[tokio::test]
async fn every_vendor_has_a_card() {
    let Ok(Outcome::Vendors { vendors }) = Manager::default().perform(Order::Vendors).await else {
        panic!("no vendors");
    };
    let ids: Vec<_> = vendors.iter().map(|card| card.id.0.as_str()).collect();
    for id in ["deepseek", "openai", "anthropic", "tencent-tmt", "bedrock"] {
        assert!(ids.contains(&id), "{id} is not among {ids:?}");
    }
    assert!(vendors.iter().all(|card| card.key_parts.len() <= 4));
}

#[tokio::test]
async fn what_is_no_key_is_refused() {
    let manager = Manager::default();
    let store = FailureCode::KeyStore;
    check_refused(
        &manager,
        set("nobody", &[CANARY]),
        FailureCode::UnknownVendor,
    )
    .await;
    check_refused(&manager, set("deepseek", &[CANARY, CANARY]), store).await;
    check_refused(&manager, set("deepseek", &["sk-canary\nb"]), store).await;
    check_refused(&manager, set("deepseek", &[]), store).await;
    check_refused(&manager, set("tencent-tmt", &[CANARY]), store).await;
    check_refused(&manager, test("deepseek"), store).await;
    let elsewhere = Order::SetKey {
        vendor: VendorId("deepseek".to_owned()),
        region: Some("mars".to_owned()),
        parts: vec![KeyPart(CANARY.to_owned())],
        in_file: false,
    };
    check_refused(&manager, elsewhere, FailureCode::BadSetting).await;
}

#[tokio::test]
async fn a_key_brings_its_experts_to_the_table_at_once_and_takes_them_away() {
    let manager = Manager::default();
    let roster = Arc::new(Roster::new().searching(manager.search()));
    let manager = manager.telling(Arc::clone(&roster));
    assert!(roster.current().await.is_empty());
    manager.perform(set("deepseek", &[CANARY])).await.unwrap();
    let experts = roster.current().await;
    assert!(!experts.is_empty());
    assert!(
        experts
            .iter()
            .all(|expert| expert.card().vendor == "DeepSeek")
    );
    let unwanted = Settings {
        unwanted: experts
            .iter()
            .map(|expert| expert.card().id.clone())
            .collect(),
        ..Settings::default()
    };
    let order = Order::ChangeSettings(Box::new(unwanted));
    manager.perform(order).await.unwrap();
    assert!(roster.current().await.is_empty());
    manager.perform(change(Vec::new())).await.unwrap();
    assert_eq!(roster.current().await.len(), experts.len());
    manager.perform(remove("deepseek")).await.unwrap();
    assert!(roster.current().await.is_empty());
}

#[tokio::test]
async fn the_key_of_an_own_address_does_not_follow_it_elsewhere() {
    let manager = Manager::default();
    let at = |url: &str| change(vec![own("mine", url)]);
    manager.perform(at("https://a.example/v1")).await.unwrap();
    manager.perform(set("mine", &[CANARY])).await.unwrap();
    assert_eq!(state(&manager, "mine").await, SET);
    manager.perform(at("https://a.example/v2")).await.unwrap();
    assert_eq!(state(&manager, "mine").await, SET, "the same server");
    manager.perform(at("https://b.example/v2")).await.unwrap();
    assert_eq!(state(&manager, "mine").await, Some(KeyState::NotNeeded));
    manager.perform(at("https://a.example/v1")).await.unwrap();
    assert_eq!(
        state(&manager, "mine").await,
        Some(KeyState::NotNeeded),
        "it is forgotten"
    );
}

#[tokio::test]
async fn an_own_address_takes_no_vendors_name_and_is_a_fit_one() {
    let manager = Manager::default();
    let bad = FailureCode::BadSetting;
    check_refused(
        &manager,
        change(vec![own("deepseek", "https://a.example")]),
        bad,
    )
    .await;
    check_refused(&manager, change(vec![own("mine", "http://a.example")]), bad).await;
    check_refused(
        &manager,
        change(vec![own("mine", "https://169.254.169.254")]),
        bad,
    )
    .await;
}

/// A server that answers every request in one way and counts them.
async fn server(status: &str, body: &str) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/v1", listener.local_addr().unwrap());
    let calls = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&calls);
    let length = body.len();
    let answer =
        format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}");
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::SeqCst);
            let _ = socket.read(&mut [0; 4096]).await;
            let _ = socket.write_all(answer.as_bytes()).await;
        }
    });
    (address, calls)
}

/// A test of a key against a server that answers so.
async fn tested(status: &str, body: &str) -> Result<Outcome, coterie_protocol::Failure> {
    let (address, calls) = server(status, body).await;
    let manager = Manager::default();
    manager
        .perform(change(vec![own("mine", &address)]))
        .await
        .unwrap();
    manager.perform(set("mine", &[CANARY])).await.unwrap();
    let tested = manager.perform(test("mine")).await;
    assert_eq!(calls.load(Ordering::SeqCst), 1);
    tested
}

#[tokio::test]
async fn a_key_that_works_is_said_to_work() {
    let vendor = VendorId("mine".to_owned());
    let works = tested("200 OK", r#"{"object":"list","data":[]}"#).await;
    assert_eq!(works.unwrap(), Outcome::KeyTested { vendor });
}

#[tokio::test]
async fn a_key_that_is_refused_is_said_to_be_and_not_repeated() {
    for (status, body) in [
        (
            "401 Unauthorized",
            format!(r#"{{"error":{{"message":"bad key {CANARY}"}}}}"#),
        ),
        (
            "403 Forbidden",
            format!(r#"{{"message":"sk-canary-01 is not allowed: {CANARY}"}}"#),
        ),
    ] {
        let failure = tested(status, &body).await.unwrap_err();
        assert_eq!(failure.code, FailureCode::KeyRefused, "{}", failure.message);
        assert!(!failure.message.contains("canary"), "{}", failure.message);
    }
}

#[tokio::test]
async fn nobody_there_is_no_refusal_of_the_key() {
    let manager = Manager::default();
    let nobody = own("mine", "http://127.0.0.1:9/v1");
    manager.perform(change(vec![nobody])).await.unwrap();
    manager.perform(set("mine", &[CANARY])).await.unwrap();
    check_refused(&manager, test("mine"), FailureCode::Unreachable).await;
}
