//! Where state, browser and view meet: what happens goes to the state, its commands are carried
//! out, and the view is told what to show again.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    rc::Rc,
};

use coterie_protocol::{ClientId, Event, ExpertCard, ExpertId, FromHost, LanguageTag};
use gloo::timers::callback::Timeout;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::{
    announcement,
    browser::{
        i18n,
        listener::Listener,
        page_agent, permissions,
        port::{self, Port},
        storage,
        tabs::{self, Happening},
        timing::EachFrame,
        warn,
    },
    capture::{DEADLINE_MS, Refusal, Tab},
    conversation::{Answer, AnswerKey},
    crash,
    port::Incoming,
    state::{Command, Link, PageState, Panel, Part, Ticket},
};

/// The page in view, as it is shown.
#[derive(Debug, Clone, PartialEq)]
pub struct PageInView {
    /// The tab.
    pub tab: Option<Tab>,
    /// What is known of its page.
    pub state: PageState,
    /// The language that it would be translated into.
    pub target: LanguageTag,
}

/// The experts at the table, and which of them is chosen.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Experts {
    /// All of them, best first.
    pub all: Vec<ExpertCard>,
    /// The one for what is asked next; without, Coterie chooses.
    pub chosen: Option<ExpertId>,
}

/// An answer in the list.
#[derive(Debug, Clone)]
pub struct Shown {
    /// Which.
    pub key: AnswerKey,
    /// Raised whenever it has changed.
    pub version: ArcRwSignal<u32>,
}

/// The running panel; a handle that is copied freely.
#[derive(Clone, Copy)]
pub struct App {
    inner: StoredValue<Rc<Inner>, LocalStorage>,
    /// How the connection stands.
    pub link: RwSignal<Link>,
    /// The page in view.
    pub page: RwSignal<PageInView>,
    /// The experts.
    pub experts: RwSignal<Experts>,
    /// The answers, oldest first.
    pub answers: RwSignal<Vec<Shown>>,
    /// What is read aloud.
    pub announcement: RwSignal<String>,
    /// The address that waits for the reader's consent.
    pub careful_link: RwSignal<Option<String>>,
    /// Whether the reader is at the end of the conversation.
    pub at_end: RwSignal<bool>,
    /// Raised when the composer is to take the focus.
    pub focus_composer: RwSignal<u32>,
    /// Raised when the choice of language is to take the focus.
    pub focus_language: RwSignal<u32>,
}

struct Inner {
    panel: RefCell<Panel>,
    port: RefCell<Option<Port>>,
    listeners: RefCell<Vec<Listener>>,
    /// Text that has come since the last frame.
    pending: RefCell<VecDeque<Incoming>>,
    frame: RefCell<Option<EachFrame>>,
    looked_at: Cell<f64>,
}

/// The shortest time between two looks at the page for a changed selection, in milliseconds.
const BETWEEN_LOOKS_MS: f64 = 700.0;

impl App {
    /// A panel in a window, not yet connected.
    pub fn new(client: ClientId, window: i32) -> Self {
        let panel = Panel::new(client, port::version(), window, i18n::reader_language());
        let page = PageInView {
            tab: None,
            state: PageState::Unknown,
            target: panel.target_language(),
        };
        let inner = Inner {
            panel: RefCell::new(panel),
            port: RefCell::new(None),
            listeners: RefCell::new(Vec::new()),
            pending: RefCell::new(VecDeque::new()),
            frame: RefCell::new(None),
            looked_at: Cell::new(0.0),
        };
        let app = Self {
            inner: StoredValue::new_local(Rc::new(inner)),
            link: RwSignal::new(Link::Connecting),
            page: RwSignal::new(page),
            experts: RwSignal::new(Experts::default()),
            answers: RwSignal::new(Vec::new()),
            announcement: RwSignal::new(String::new()),
            careful_link: RwSignal::new(None),
            at_end: RwSignal::new(true),
            focus_composer: RwSignal::new(0),
            focus_language: RwSignal::new(0),
        };
        app.with(|inner| {
            inner
                .frame
                .replace(Some(EachFrame::new(move || app.flush())))
        });
        app
    }

    /// Connects, and follows the tabs of the window.
    pub async fn start(self, window: i32) {
        match storage::target_language().await {
            Ok(Some(tag)) => self.act(|panel| panel.choose_language(LanguageTag::new(&tag))),
            Ok(None) => {}
            Err(error) => warn("reading what was chosen", &error),
        }
        match storage::expert().await {
            Ok(id) => self.act(|panel| panel.choose_expert(id.map(ExpertId))),
            Err(error) => warn("reading what was chosen", &error),
        }
        self.connect();
        let [activated, updated] = tabs::listen(window, move |happening| self.happened(happening));
        let added = permissions::on_added(move || self.act(Panel::look_again));
        self.with(|inner| {
            inner
                .listeners
                .borrow_mut()
                .extend([activated, updated, added]);
        });
        match tabs::active_tab(window).await {
            Ok(Some(tab)) => self.act(|panel| panel.turn_to(tab)),
            Ok(None) => {}
            Err(error) => warn("finding the tab in view", &error),
        }
    }

    fn happened(self, happening: Happening) {
        match happening {
            Happening::Loading(tab) => self.act(|panel| panel.loading(tab)),
            Happening::Loaded(tab) => self.act(|panel| panel.loaded(tab)),
            Happening::Turned(id) => spawn_local(async move {
                match tabs::tab(id).await {
                    Ok(Some(tab)) => self.act(|panel| panel.turn_to(tab)),
                    Ok(None) => {}
                    Err(error) => warn("looking at a tab", &error),
                }
            }),
        }
    }

    fn with<T>(&self, use_it: impl FnOnce(&Rc<Inner>) -> T) -> T {
        let inner = self.inner.get_value();
        use_it(&inner)
    }

    /// Lets something happen and does what follows from it.
    pub fn act<T>(&self, act: impl FnOnce(&mut Panel) -> T) -> T {
        let (result, commands) = self.with(|inner| {
            let mut panel = inner.panel.borrow_mut();
            (act(&mut panel), panel.take_commands())
        });
        for command in commands {
            self.carry_out(command);
        }
        result
    }

    /// Looks at an answer.
    pub fn answer<T>(&self, key: AnswerKey, look: impl FnOnce(&Answer) -> T) -> Option<T> {
        self.with(|inner| inner.panel.borrow().answer(key).map(look))
    }

    /// Works on what an answer holds, without a change that others see.
    pub fn answer_mut<T>(&self, key: AnswerKey, work: impl FnOnce(&mut Answer) -> T) -> Option<T> {
        self.with(|inner| inner.panel.borrow_mut().answer_mut(key).map(work))
    }

    /// The reader has come back to the panel: the selection may be another.
    pub fn look_again(&self) {
        let now = js_sys::Date::now();
        let due = self.with(|inner| now - inner.looked_at.get() > BETWEEN_LOOKS_MS);
        if due && !crash::has_crashed() {
            self.with(|inner| inner.looked_at.set(now));
            self.act(Panel::look_again);
        }
    }

    /// Chooses the language to translate into, for now and later.
    pub fn choose_language(self, tag: String) {
        self.act(|panel| panel.choose_language(LanguageTag::new(&tag)));
        spawn_local(async move {
            if let Err(error) = storage::remember_target_language(&tag).await {
                warn("remembering the language", &error);
            }
        });
    }

    /// Chooses the expert for what is asked next, for now and later.
    pub fn choose_expert(self, id: Option<ExpertId>) {
        self.act(|panel| panel.choose_expert(id.clone()));
        spawn_local(async move {
            let id = id.as_ref().map(|id| id.0.as_str());
            if let Err(error) = storage::remember_expert(id).await {
                warn("remembering the expert", &error);
            }
        });
    }

    fn connect(self) {
        let opened = Port::open(
            move |message| self.receive(message),
            move || {
                self.flush();
                self.act(Panel::port_closed);
            },
        );
        match opened {
            Ok(port) => {
                self.with(|inner| inner.port.replace(Some(port)));
                self.act(Panel::port_opened);
            }
            Err(error) => {
                warn("connecting to the worker", &error);
                self.act(Panel::port_closed);
            }
        }
    }

    /// Text waits for the next frame, everything else counts at once; the order stays.
    fn receive(self, message: Incoming) {
        let only_text = matches!(&message, Incoming::Host { message: FromHost::Event { event, .. } }
            if matches!(event, Event::Delta { .. } | Event::Reasoning { .. }));
        self.with(|inner| inner.pending.borrow_mut().push_back(message));
        if only_text {
            self.with(|inner| inner.frame.borrow().as_ref().map(EachFrame::ask));
        } else {
            self.flush();
        }
    }

    fn flush(self) {
        let pending = self.with(|inner| std::mem::take(&mut *inner.pending.borrow_mut()));
        if !pending.is_empty() && !crash::has_crashed() {
            self.act(|panel| {
                pending
                    .into_iter()
                    .for_each(|message| panel.receive(message));
            });
        }
    }

    fn carry_out(self, command: Command) {
        match command {
            Command::Post(message) => self.with(|inner| {
                if let Some(port) = &*inner.port.borrow() {
                    port.post(&message);
                }
            }),
            Command::Connect { after_ms } => {
                Timeout::new(after_ms, move || self.connect()).forget();
            }
            Command::TakeSnapshot { ticket, tab, frame } => self.take_snapshot(ticket, tab, frame),
            Command::Show(part) => self.show(part),
            Command::Announce(key) => self.announce(key),
        }
    }

    /// A ticket counts once, so that what comes after the deadline changes nothing.
    fn take_snapshot(self, ticket: Ticket, tab: i32, frame: i32) {
        let deadline = Timeout::new(DEADLINE_MS, move || {
            self.act(|panel| panel.snapshot_taken(ticket, Err(Refusal::Silent)));
        });
        spawn_local(async move {
            let result = page_agent::snapshot(tab, frame).await;
            deadline.cancel();
            if !crash::has_crashed() {
                self.act(|panel| panel.snapshot_taken(ticket, result));
            }
        });
    }

    fn show(self, part: Part) {
        self.with(|inner| {
            let panel = inner.panel.borrow();
            match part {
                Part::Link => self.link.set(panel.link().clone()),
                Part::Page => self.page.set(PageInView {
                    tab: panel.tab().cloned(),
                    state: panel.page().clone(),
                    target: panel.target_language(),
                }),
                Part::Experts => self.experts.set(Experts {
                    all: panel.experts().to_vec(),
                    chosen: panel.chosen_expert().cloned(),
                }),
                Part::Answers => self.show_answers(&panel),
                Part::Answer(key) => self.answers.with_untracked(|answers| {
                    if let Some(shown) = answers.iter().find(|shown| shown.key == key) {
                        shown.version.update(|version| *version += 1);
                    }
                }),
            }
        });
    }

    fn show_answers(self, panel: &Panel) {
        let known = self.answers.get_untracked();
        let shown = panel.answers().iter().map(|answer| {
            let before = known.iter().find(|shown| shown.key == answer.key);
            before.cloned().unwrap_or_else(|| Shown {
                key: answer.key,
                version: ArcRwSignal::new(0),
            })
        });
        self.answers.set(shown.collect());
        self.at_end.set(true);
    }

    fn announce(self, key: AnswerKey) {
        if let Some(text) = self.answer(key, announcement::of) {
            // The same words twice are not a change, and would not be read again.
            let same = self.announcement.with_untracked(|before| *before == text);
            self.announcement
                .set(if same { text + "\u{A0}" } else { text });
        }
    }
}
