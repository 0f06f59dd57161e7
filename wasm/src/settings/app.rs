//! Ties the settings page together: what happens goes to the state, its commands are carried out.

use std::{cell::RefCell, collections::HashMap, rc::Rc};

use coterie_protocol::{ClientId, Settings, UsageReport, VendorCard, VendorId};
use gloo::timers::callback::Timeout;
use leptos::prelude::*;

use super::{Command, Desk, Part, Said};
use crate::{
    browser::{
        port::{self, Port},
        warn,
    },
    crash,
    state::Link,
};

/// The running page; a handle that is copied freely.
#[derive(Clone, Copy)]
pub struct Counter {
    inner: StoredValue<Rc<Inner>, LocalStorage>,
    /// How the connection stands.
    pub link: RwSignal<Link>,
    /// The vendors.
    pub vendors: RwSignal<Vec<VendorCard>>,
    /// The settings, once they are known.
    pub settings: RwSignal<Option<Settings>>,
    /// What was used, once it is known.
    pub usage: RwSignal<Option<UsageReport>>,
    /// What came of what was done with keys.
    pub of_vendors: RwSignal<HashMap<VendorId, Said>>,
    /// What came of the last change of the settings.
    pub of_settings: RwSignal<Option<Said>>,
}

struct Inner {
    desk: RefCell<Desk>,
    port: RefCell<Option<Port>>,
}

impl Counter {
    /// A page that is not yet connected.
    pub fn new(client: ClientId) -> Self {
        let inner = Inner {
            desk: RefCell::new(Desk::new(client, port::version())),
            port: RefCell::new(None),
        };
        Self {
            inner: StoredValue::new_local(Rc::new(inner)),
            link: RwSignal::new(Link::Connecting),
            vendors: RwSignal::new(Vec::new()),
            settings: RwSignal::new(None),
            usage: RwSignal::new(None),
            of_vendors: RwSignal::new(HashMap::new()),
            of_settings: RwSignal::new(None),
        }
    }

    /// Lets something happen and does what follows from it.
    pub fn act(&self, act: impl FnOnce(&mut Desk)) {
        if crash::has_crashed() {
            return;
        }
        let inner = self.inner.get_value();
        let commands = {
            let mut desk = inner.desk.borrow_mut();
            act(&mut desk);
            desk.take_commands()
        };
        for command in commands {
            self.carry_out(command);
        }
    }

    /// Connects to the worker.
    pub fn connect(self) {
        let opened = Port::open(
            move |message| self.act(|desk| desk.receive(message)),
            move || self.act(Desk::port_closed),
        );
        match opened {
            Ok(port) => {
                self.inner.get_value().port.replace(Some(port));
                self.act(Desk::port_opened);
            }
            Err(error) => {
                warn("connecting to the worker", &error);
                self.act(Desk::port_closed);
            }
        }
    }

    fn carry_out(self, command: Command) {
        match command {
            Command::Post(message) => {
                if let Some(port) = &*self.inner.get_value().port.borrow() {
                    port.post(&message);
                }
            }
            Command::Connect { after_ms } => {
                Timeout::new(after_ms, move || self.connect()).forget();
            }
            Command::Show(part) => self.show(part),
        }
    }

    fn show(self, part: Part) {
        let inner = self.inner.get_value();
        let desk = inner.desk.borrow();
        match part {
            Part::Link => self.link.set(desk.link().clone()),
            Part::Vendors => self.vendors.set(desk.vendors().to_vec()),
            Part::Settings => self.settings.set(desk.settings().cloned()),
            Part::Usage => self.usage.set(desk.usage().cloned()),
            Part::Said => {
                self.of_vendors.set(desk.of_vendors().clone());
                self.of_settings.set(desk.of_settings().cloned());
            }
        }
    }
}
