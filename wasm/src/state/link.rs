//! The connection: port to the worker, host behind it, and whether both ends understand each other.

use coterie_protocol::{Client, Compatibility, Event, Failure, Outcome, PROTOCOL, ToHost, Version};

use super::{Command, Panel, Part, Purpose};
use crate::port::{HostState, WorkerCommand};

/// How the connection stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Link {
    /// The worker is reaching for the host.
    Connecting,
    /// The host is there and was greeted.
    Greeting,
    /// Everything works.
    Ready,
    /// The host is not installed.
    Missing,
    /// The host was installed for another extension.
    Forbidden,
    /// The host ended; the worker tries again by itself after so long.
    Ended {
        /// In milliseconds.
        retry_in_ms: Option<u64>,
    },
    /// Something else; what was said of it.
    Broken(String),
    /// The reader has to update the host, which speaks this version.
    HostTooOld(Version),
    /// The reader has to update the extension; the host speaks this version.
    ExtensionTooOld(Version),
}

/// The waits between attempts to reach the worker, in milliseconds.
const WAITS: [u32; 5] = [50, 250, 1_000, 2_000, 5_000];

impl Panel {
    /// A port to the worker is open.
    pub fn port_opened(&mut self) {
        self.tell_worker(WorkerCommand::Open {
            client: self.client.clone(),
            window: self.window,
        });
    }

    /// The port to the worker is closed: the browser has ended the worker.
    pub fn port_closed(&mut self) {
        self.lose_host(Link::Connecting);
        let attempt = usize::try_from(self.attempts).unwrap_or(usize::MAX);
        let after_ms = WAITS[attempt.min(WAITS.len() - 1)];
        self.attempts += 1;
        self.commands.push(Command::Connect { after_ms });
    }

    /// The reader asks to try the host again.
    pub fn reconnect(&mut self) {
        self.set_link(Link::Connecting);
        self.tell_worker(WorkerCommand::Reconnect);
    }

    pub(super) fn host_is(&mut self, state: HostState, detail: Option<String>, retry: Option<u64>) {
        self.attempts = 0;
        match state {
            HostState::Connected => self.greet(),
            HostState::Connecting => self.lose_host(Link::Connecting),
            HostState::Missing => self.lose_host(Link::Missing),
            HostState::Forbidden => self.lose_host(Link::Forbidden),
            HostState::Ended => self.lose_host(Link::Ended { retry_in_ms: retry }),
            HostState::Broken => self.lose_host(Link::Broken(detail.unwrap_or_default())),
        }
    }

    /// The worker tells the state to each new port: an old host is not greeted twice.
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

    pub(super) fn greeted(&mut self, event: Event) {
        match event {
            Event::Done {
                outcome: Outcome::Welcome(welcome),
            } => match Compatibility::of(PROTOCOL, welcome.protocol) {
                Compatibility::Compatible => self.ready(),
                Compatibility::HostTooOld => self.set_link(Link::HostTooOld(welcome.protocol)),
                Compatibility::ExtensionTooOld => {
                    self.set_link(Link::ExtensionTooOld(welcome.protocol));
                }
            },
            Event::Failed {
                failure: Failure { message, .. },
            } => self.set_link(Link::Broken(message)),
            _ => {}
        }
    }

    fn ready(&mut self) {
        self.set_link(Link::Ready);
        self.look_for_experts();
        self.capture_page();
        self.proceed_with_prepared();
    }

    fn lose_host(&mut self, link: Link) {
        self.requests.clear();
        self.documents.clear();
        for answer in &mut self.answers {
            if answer.is_running() && answer.request.is_some() {
                answer.interrupt();
                self.commands.push(Command::Show(Part::Answer(answer.key)));
                self.commands.push(Command::Announce(answer.key));
            }
        }
        self.set_link(link);
    }

    fn set_link(&mut self, link: Link) {
        if self.link != link {
            self.link = link;
            self.show(Part::Link);
        }
    }
}
