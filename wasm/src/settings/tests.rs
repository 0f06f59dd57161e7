//! What the settings page does with what it is told.

use coterie_protocol::{
    ClientId, Confidence, Event, Failure, FailureCode, FromHost, KeyPart, KeyState, Outcome,
    OwnEndpoint, PROTOCOL, Place, RequestId, Rung, Settings, ToHost, VendorCard, VendorId, Welcome,
};

use super::{Command, Desk, Said, spending::cap, vendor::matches};
use crate::port::{HostState, Incoming, Outgoing, WorkerNews};

fn card(name: &str) -> VendorCard {
    VendorCard {
        id: VendorId(name.to_lowercase()),
        name: name.to_owned(),
        place: Place::Cloud,
        regions: Vec::new(),
        key_parts: vec!["API key".to_owned()],
        key: KeyState::Missing,
        can_test: true,
        key_page: None,
        checked: "2026-11-23".to_owned(),
        confidence: Confidence::High,
        models: Vec::new(),
    }
}

/// A page with a host that has told everything, and all messages to it.
struct Stage {
    desk: Desk,
    sent: Vec<ToHost>,
}

impl Stage {
    fn ready() -> Self {
        let client = ClientId::try_from("desk".to_owned()).unwrap();
        let mut stage = Self {
            desk: Desk::new(client, "0.1.0".to_owned()),
            sent: Vec::new(),
        };
        stage.act(|desk| {
            desk.receive(Incoming::Worker(WorkerNews::Host {
                state: HostState::Connected,
                detail: None,
                retry_in_ms: None,
            }));
        });
        let welcome = Welcome {
            protocol: PROTOCOL,
            host_version: "0.1.0".to_owned(),
        };
        stage.done(Outcome::Welcome(welcome));
        let told = std::mem::take(&mut stage.sent);
        for message in told {
            let outcome = match message {
                ToHost::Settings { .. } => Outcome::Settings(Settings::default()),
                ToHost::Vendors { .. } => Outcome::Vendors {
                    vendors: vec![card("DeepSeek")],
                },
                _ => continue,
            };
            stage.reply(id(&message), Event::Done { outcome });
        }
        stage
    }

    fn act(&mut self, act: impl FnOnce(&mut Desk)) {
        act(&mut self.desk);
        for command in self.desk.take_commands() {
            if let Command::Post(message) = command
                && let Outgoing::Host { message } = *message
            {
                self.sent.push(message);
            }
        }
    }

    fn reply(&mut self, id: RequestId, event: Event) {
        let message = FromHost::Event { id, event };
        self.act(|desk| desk.receive(Incoming::Host { message }));
    }

    /// Ends the last request.
    fn done(&mut self, outcome: Outcome) {
        let id = id(self.sent.last().unwrap());
        self.reply(id, Event::Done { outcome });
    }

    fn said(&self) -> Option<&Said> {
        self.desk.of_vendors().get(&VendorId("deepseek".to_owned()))
    }
}

fn id(message: &ToHost) -> RequestId {
    match message {
        ToHost::Hello { id, .. }
        | ToHost::Settings { id }
        | ToHost::Vendors { id }
        | ToHost::SetKey { id, .. }
        | ToHost::TestKey { id, .. }
        | ToHost::ChangeSettings { id, .. }
        | ToHost::Usage { id, .. } => id.clone(),
        other => panic!("{other:?} is not sent from here"),
    }
}

#[test]
fn a_key_goes_out_once_and_stays_nowhere() {
    let mut stage = Stage::ready();
    let vendor = VendorId("deepseek".to_owned());
    let parts = vec![KeyPart("sk-tide".to_owned())];
    stage.act(|desk| desk.set_key(&vendor, None, parts, false));
    let told =
        matches!(stage.sent.as_slice(), [ToHost::SetKey { parts, .. }] if parts[0].0 == "sk-tide");
    assert!(told);
    let kept = KeyState::Set {
        rung: Rung::Keychain,
    };
    stage.done(Outcome::Key {
        vendor: vendor.clone(),
        key: kept,
    });
    assert_eq!(stage.said(), Some(&Said::Kept));
    assert_eq!(stage.desk.vendors()[0].key, kept);
    stage.act(|desk| desk.test_key(&vendor));
    stage.done(Outcome::KeyTested { vendor });
    assert_eq!(stage.said(), Some(&Said::Works));
}

#[test]
fn a_change_is_shown_at_once_and_taken_back_when_it_is_refused() {
    let mut stage = Stage::ready();
    stage.act(|desk| desk.change(|settings| settings.daily_cap = cap("5", "USD")));
    assert!(stage.desk.settings().unwrap().daily_cap.is_some());
    let failure = Failure::new(FailureCode::BadSetting, "why");
    let changed = id(stage.sent.last().unwrap());
    stage.reply(changed, Event::Failed { failure });
    assert_eq!(stage.desk.settings(), Some(&Settings::default()));
    assert!(matches!(stage.desk.of_settings(), Some(Said::Failed(_))));
}

#[test]
fn the_key_of_an_own_address_follows_when_the_host_knows_the_address() {
    let mut stage = Stage::ready();
    let endpoint = OwnEndpoint {
        name: "Mine".to_owned(),
        base_url: "http://127.0.0.1:8080/v1".to_owned(),
        model: "small".to_owned(),
    };
    let key = Some(KeyPart("sk-own".to_owned()));
    stage.act(|desk| desk.add_endpoint(endpoint.clone(), key));
    let settings = stage.desk.settings().unwrap().clone();
    assert_eq!(settings.own_endpoints, [endpoint]);
    assert_eq!(stage.sent.len(), 1);
    stage.done(Outcome::Settings(settings));
    let sets =
        |message: &&ToHost| matches!(message, ToHost::SetKey { vendor, .. } if vendor.0 == "Mine");
    assert_eq!(stage.sent.iter().filter(sets).count(), 1);
}

#[test]
fn what_was_under_way_when_the_host_went_is_said_to_be_lost() {
    let mut stage = Stage::ready();
    let vendor = VendorId("deepseek".to_owned());
    stage.act(|desk| desk.test_key(&vendor));
    stage.act(Desk::port_closed);
    assert_eq!(stage.said(), Some(&Said::Lost));
}

#[test]
fn a_vendor_is_found_by_part_of_its_name() {
    let check = |wanted: &str, expected| assert_eq!(matches(&card("DeepSeek"), wanted), expected);
    check("", true);
    check("seek", true);
    check("openai", false);
}

#[test]
fn a_limit_is_a_number_of_money_and_nothing_is_no_limit() {
    let check = |typed: &str, expected: Option<f64>| {
        assert_eq!(cap(typed, "USD").map(|cap| cap.amount), expected, "{typed}");
    };
    check("5", Some(5.0));
    check(" 0.25 ", Some(0.25));
    check("", None);
    check("-1", None);
    check("much", None);
    check("inf", None);
}
