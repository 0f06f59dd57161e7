//! What the settings page knows, without the browser.
//!
//! A key passes through in one message and is kept nowhere here, except that of an address which
//! the host has to know first.

use std::collections::HashMap;

use coterie_protocol::{
    Client, ClientId, Compatibility, Event, Failure, FromHost, KeyPart, KeyState, Outcome,
    OwnEndpoint, PROTOCOL, RequestId, Settings, ToHost, UsageReport, VendorCard, VendorId,
};

use crate::{
    port::{HostState, Incoming, Outgoing, WorkerCommand, WorkerNews},
    state::Link,
};

/// No window has this number, so that no hand-off comes here.
const NO_WINDOW: i32 = -1;

/// The waits between attempts to reach the worker, in milliseconds.
const WAITS: [u32; 4] = [50, 250, 1_000, 5_000];

/// How many days back is shown at first.
const DAYS: u16 = 7;

/// Something that the browser is to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Send a message through the worker's port.
    Post(Box<Outgoing>),
    /// Open a port to the worker after so many milliseconds.
    Connect {
        /// The wait.
        after_ms: u32,
    },
    /// Show again what has changed.
    Show(Part),
}

/// A part of what is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The connection.
    Link,
    /// The vendors.
    Vendors,
    /// The settings.
    Settings,
    /// What was used.
    Usage,
    /// What came of something that the reader did.
    Said,
}

/// What the reader did with a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deed {
    /// Kept it.
    Set,
    /// Tried it.
    Test,
    /// Had it forgotten.
    Remove,
}

/// What came of something that the reader did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// It is under way.
    Working,
    /// The key is kept.
    Kept,
    /// The key works.
    Works,
    /// The key is forgotten.
    Removed,
    /// The settings are kept.
    Saved,
    /// It failed.
    Failed(Failure),
    /// The host went away before it told.
    Lost,
}

/// What a request is for.
#[derive(Debug, Clone)]
enum Purpose {
    Hello,
    Vendors,
    Settings,
    Change,
    Usage,
    Key(VendorId, Deed),
}

/// The page.
#[derive(Debug)]
pub struct Desk {
    client: ClientId,
    version: String,
    link: Link,
    attempts: usize,
    requests: HashMap<RequestId, Purpose>,
    next: u32,
    commands: Vec<Command>,
    vendors: Vec<VendorCard>,
    /// As shown, and as the host last said.
    settings: Option<Settings>,
    confirmed: Option<Settings>,
    usage: Option<UsageReport>,
    days: u16,
    of_vendors: HashMap<VendorId, Said>,
    of_settings: Option<Said>,
    /// The key of an address that the host does not know yet.
    waiting_key: Option<(VendorId, KeyPart)>,
}

impl Desk {
    /// A page that knows nothing yet.
    pub fn new(client: ClientId, version: String) -> Self {
        Self {
            client,
            version,
            link: Link::Connecting,
            attempts: 0,
            requests: HashMap::new(),
            next: 0,
            commands: Vec::new(),
            vendors: Vec::new(),
            settings: None,
            confirmed: None,
            usage: None,
            days: DAYS,
            of_vendors: HashMap::new(),
            of_settings: None,
            waiting_key: None,
        }
    }

    /// How the connection stands.
    pub fn link(&self) -> &Link {
        &self.link
    }

    /// The vendors, by name.
    pub fn vendors(&self) -> &[VendorCard] {
        &self.vendors
    }

    /// The settings, once they are known.
    pub fn settings(&self) -> Option<&Settings> {
        self.settings.as_ref()
    }

    /// What was used, once it is known.
    pub fn usage(&self) -> Option<&UsageReport> {
        self.usage.as_ref()
    }

    /// What came of what was done with keys.
    pub fn of_vendors(&self) -> &HashMap<VendorId, Said> {
        &self.of_vendors
    }

    /// What came of the last change of the settings.
    pub fn of_settings(&self) -> Option<&Said> {
        self.of_settings.as_ref()
    }

    /// What is to be done now.
    pub fn take_commands(&mut self) -> Vec<Command> {
        std::mem::take(&mut self.commands)
    }

    /// A port to the worker is open.
    pub fn port_opened(&mut self) {
        let open = WorkerCommand::Open {
            client: self.client.clone(),
            window: NO_WINDOW,
        };
        self.commands
            .push(Command::Post(Box::new(Outgoing::Worker(open))));
    }

    /// The port to the worker is closed.
    pub fn port_closed(&mut self) {
        self.lose_host(Link::Connecting);
        let after_ms = WAITS[self.attempts.min(WAITS.len() - 1)];
        self.attempts += 1;
        self.commands.push(Command::Connect { after_ms });
    }

    /// The reader asks to try the host again.
    pub fn reconnect(&mut self) {
        self.set_link(Link::Connecting);
        let again = Box::new(Outgoing::Worker(WorkerCommand::Reconnect));
        self.commands.push(Command::Post(again));
    }

    /// A message came through the port.
    pub fn receive(&mut self, message: Incoming) {
        match message {
            Incoming::Worker(WorkerNews::Host {
                state,
                detail,
                retry_in_ms,
            }) => self.host_is(state, detail, retry_in_ms),
            Incoming::Host {
                message: FromHost::Event { id, event },
            } => self.happened(&id, event),
            Incoming::Worker(WorkerNews::Handoff { .. } | WorkerNews::Granted { .. })
            | Incoming::Host { .. } => {}
        }
    }

    /// Keeps a key. Its parts go out in this one message.
    pub fn set_key(
        &mut self,
        vendor: &VendorId,
        region: Option<String>,
        parts: Vec<KeyPart>,
        in_file: bool,
    ) {
        let purpose = Purpose::Key(vendor.clone(), Deed::Set);
        self.say_of(vendor.clone(), Said::Working);
        let vendor = vendor.clone();
        self.request(purpose, |id| ToHost::SetKey {
            id,
            vendor,
            region,
            parts,
            in_file,
        });
    }

    /// Finds out whether a key works.
    pub fn test_key(&mut self, vendor: &VendorId) {
        self.say_of(vendor.clone(), Said::Working);
        let purpose = Purpose::Key(vendor.clone(), Deed::Test);
        let vendor = vendor.clone();
        self.request(purpose, |id| ToHost::TestKey { id, vendor });
    }

    /// Has a key forgotten.
    pub fn remove_key(&mut self, vendor: &VendorId) {
        self.say_of(vendor.clone(), Said::Working);
        let purpose = Purpose::Key(vendor.clone(), Deed::Remove);
        let vendor = vendor.clone();
        self.request(purpose, |id| ToHost::RemoveKey { id, vendor });
    }

    /// Changes the settings: shown at once, and taken back if the host refuses.
    pub fn change(&mut self, change: impl FnOnce(&mut Settings)) {
        let Some(settings) = &mut self.settings else {
            return;
        };
        change(settings);
        let settings = Box::new(settings.clone());
        self.of_settings = Some(Said::Working);
        self.request(Purpose::Change, |id| ToHost::ChangeSettings {
            id,
            settings,
        });
        self.show(Part::Settings);
        self.show(Part::Said);
    }

    /// Adds an address of the reader's own; its key follows when the host knows it.
    pub fn add_endpoint(&mut self, endpoint: OwnEndpoint, key: Option<KeyPart>) {
        let vendor = VendorId(endpoint.name.clone());
        self.waiting_key = key.map(|key| (vendor, key));
        self.change(|settings| {
            settings
                .own_endpoints
                .retain(|known| known.name != endpoint.name);
            settings.own_endpoints.push(endpoint);
        });
    }

    /// Looks at what was used so many days back.
    pub fn look_back(&mut self, days: u16) {
        self.days = days;
        if self.link == Link::Ready {
            self.request(Purpose::Usage, |id| ToHost::Usage { id, days });
        }
    }

    fn host_is(&mut self, state: HostState, detail: Option<String>, retry_in_ms: Option<u64>) {
        self.attempts = 0;
        match state {
            HostState::Connected => self.greet(),
            HostState::Connecting => self.lose_host(Link::Connecting),
            HostState::Missing => self.lose_host(Link::Missing),
            HostState::Forbidden => self.lose_host(Link::Forbidden),
            HostState::Ended => self.lose_host(Link::Ended { retry_in_ms }),
            HostState::Broken => self.lose_host(Link::Broken(detail.unwrap_or_default())),
        }
    }

    fn greet(&mut self) {
        if matches!(self.link, Link::Greeting | Link::Ready) {
            return;
        }
        self.set_link(Link::Greeting);
        let client = Client {
            name: "extension".to_owned(),
            version: self.version.clone(),
        };
        self.request(Purpose::Hello, |id| ToHost::Hello {
            id,
            protocol: PROTOCOL,
            client,
        });
    }

    fn greeted(&mut self, event: Event) {
        match event {
            Event::Done {
                outcome: Outcome::Welcome(welcome),
            } => match Compatibility::of(PROTOCOL, welcome.protocol) {
                Compatibility::Compatible => {
                    self.set_link(Link::Ready);
                    self.request(Purpose::Settings, |id| ToHost::Settings { id });
                    self.request(Purpose::Vendors, |id| ToHost::Vendors { id });
                    self.look_back(self.days);
                }
                Compatibility::HostTooOld => self.set_link(Link::HostTooOld(welcome.protocol)),
                Compatibility::ExtensionTooOld => {
                    self.set_link(Link::ExtensionTooOld(welcome.protocol));
                }
            },
            Event::Failed { failure } => self.set_link(Link::Broken(failure.message)),
            _ => {}
        }
    }

    fn happened(&mut self, id: &RequestId, event: Event) {
        if !event.is_terminal() {
            return;
        }
        match self.requests.remove(id) {
            Some(Purpose::Hello) => self.greeted(event),
            Some(Purpose::Key(vendor, deed)) => self.key_event(vendor, deed, event),
            Some(Purpose::Change) => self.change_event(event),
            Some(Purpose::Vendors | Purpose::Settings | Purpose::Usage) => self.told(event),
            None => {}
        }
    }

    fn told(&mut self, event: Event) {
        match event {
            Event::Done {
                outcome: Outcome::Vendors { vendors },
            } => {
                self.vendors = vendors;
                self.show(Part::Vendors);
            }
            Event::Done {
                outcome: Outcome::Settings(settings),
            } => self.keep(settings),
            Event::Done {
                outcome: Outcome::Usage(usage),
            } => {
                self.usage = Some(usage);
                self.show(Part::Usage);
            }
            Event::Failed { failure } => {
                self.of_settings = Some(Said::Failed(failure));
                self.show(Part::Said);
            }
            _ => {}
        }
    }

    fn key_event(&mut self, vendor: VendorId, deed: Deed, event: Event) {
        let said = match event {
            Event::Done {
                outcome: Outcome::Key { vendor, key },
            } => {
                self.key_is(&vendor, key);
                match deed {
                    Deed::Remove => Said::Removed,
                    Deed::Set | Deed::Test => Said::Kept,
                }
            }
            Event::Done {
                outcome: Outcome::KeyTested { .. },
            } => Said::Works,
            Event::Failed { failure } => Said::Failed(failure),
            _ => Said::Lost,
        };
        self.say_of(vendor, said);
    }

    fn key_is(&mut self, vendor: &VendorId, key: KeyState) {
        match self.vendors.iter_mut().find(|card| card.id == *vendor) {
            Some(card) => card.key = key,
            // An address of the reader's own, which is not in the list yet.
            None => {
                self.request(Purpose::Vendors, |id| ToHost::Vendors { id });
            }
        }
        self.show(Part::Vendors);
    }

    fn change_event(&mut self, event: Event) {
        match event {
            Event::Done {
                outcome: Outcome::Settings(settings),
            } => {
                self.keep(settings);
                self.of_settings = Some(Said::Saved);
                if let Some((vendor, key)) = self.waiting_key.take() {
                    self.set_key(&vendor, None, vec![key], false);
                }
                self.request(Purpose::Vendors, |id| ToHost::Vendors { id });
            }
            other => {
                self.waiting_key = None;
                self.settings.clone_from(&self.confirmed);
                self.of_settings = Some(match other {
                    Event::Failed { failure } => Said::Failed(failure),
                    _ => Said::Lost,
                });
                self.show(Part::Settings);
            }
        }
        self.show(Part::Said);
    }

    fn keep(&mut self, settings: Settings) {
        self.confirmed = Some(settings.clone());
        // What the reader has changed since is on its way and not to be undone.
        let changing = |purpose: &Purpose| matches!(purpose, Purpose::Change);
        if !self.requests.values().any(changing) {
            self.settings = Some(settings);
        }
        self.show(Part::Settings);
    }

    fn say_of(&mut self, vendor: VendorId, said: Said) {
        self.of_vendors.insert(vendor, said);
        self.show(Part::Said);
    }

    fn request(&mut self, purpose: Purpose, message: impl FnOnce(RequestId) -> ToHost) {
        self.next += 1;
        let id = RequestId::new(self.client.clone(), self.next.into());
        self.requests.insert(id.clone(), purpose);
        let message = message(id);
        self.commands
            .push(Command::Post(Box::new(Outgoing::Host { message })));
    }

    fn lose_host(&mut self, link: Link) {
        for purpose in std::mem::take(&mut self.requests).into_values() {
            match purpose {
                Purpose::Key(vendor, _) => self.say_of(vendor, Said::Lost),
                Purpose::Change => {
                    self.of_settings = Some(Said::Lost);
                    self.show(Part::Said);
                }
                Purpose::Hello | Purpose::Vendors | Purpose::Settings | Purpose::Usage => {}
            }
        }
        self.waiting_key = None;
        self.set_link(link);
    }

    fn set_link(&mut self, link: Link) {
        if self.link != link {
            self.link = link;
            self.show(Part::Link);
        }
    }

    fn show(&mut self, part: Part) {
        self.commands.push(Command::Show(part));
    }
}
