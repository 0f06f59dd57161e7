//! Everything that the panel knows, without the browser: what happens goes in through methods,
//! what is to be done comes out as [`Command`]s.

mod asking;
mod experts;
mod feedback;
mod link;
mod page;
#[cfg(test)]
mod tests;

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

use coterie_protocol::{
    Captured, ClientId, Event, ExpertCard, ExpertId, FromHost, LanguageTag, RequestId, ToHost,
};

pub use link::Link;
pub use page::PageState;

use crate::{
    capture::{Source, Tab},
    conversation::{Answer, AnswerKey, Phase, Trouble},
    language,
    port::{Incoming, Outgoing, WorkerCommand, WorkerNews},
};

/// Something that the browser is to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Send a message through the worker's port.
    Post(Outgoing),
    /// Open a port to the worker after so many milliseconds.
    Connect {
        /// How long to wait.
        after_ms: u32,
    },
    /// Read a page and report under this ticket.
    TakeSnapshot {
        /// The name of the attempt.
        ticket: Ticket,
        /// The tab.
        tab: i32,
        /// The frame of the tab.
        frame: i32,
    },
    /// Show again what has changed.
    Show(Part),
    /// Tell those who cannot see it that an answer has ended.
    Announce(AnswerKey),
}

/// A part of what is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The connection to the host.
    Link,
    /// The page in view.
    Page,
    /// Which answers there are.
    Answers,
    /// The experts, and which is chosen.
    Experts,
    /// One answer.
    Answer(AnswerKey),
}

/// The name of one attempt to read a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Ticket(pub u32);

/// What an attempt to read a page is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Errand {
    /// To show the page in view.
    Follow,
    /// To answer.
    Answer(AnswerKey),
}

/// What a request is for.
#[derive(Debug, Clone)]
enum Purpose {
    Hello,
    Experts,
    Capture(Arc<Source>),
    Ask(AnswerKey),
    Feedback,
}

/// The panel.
#[derive(Debug)]
pub struct Panel {
    client: ClientId,
    version: String,
    window: i32,
    reader_language: LanguageTag,
    chosen_language: Option<LanguageTag>,
    link: Link,
    attempts: u32,
    tab: Option<Tab>,
    page: PageState,
    following: Option<Ticket>,
    answers: Vec<Answer>,
    requests: HashMap<RequestId, Purpose>,
    errands: HashMap<Ticket, (Errand, i32)>,
    /// What the host has read since it started, by the hash of the source.
    documents: HashMap<u64, Arc<Captured>>,
    handoffs: VecDeque<String>,
    experts: Vec<ExpertCard>,
    chosen_expert: Option<ExpertId>,
    next: u32,
    commands: Vec<Command>,
}

impl Panel {
    /// A panel that knows nothing yet.
    pub fn new(client: ClientId, version: String, window: i32, reader: LanguageTag) -> Self {
        Self {
            client,
            version,
            window,
            reader_language: reader,
            chosen_language: None,
            link: Link::Connecting,
            attempts: 0,
            tab: None,
            page: PageState::Unknown,
            following: None,
            answers: Vec::new(),
            requests: HashMap::new(),
            errands: HashMap::new(),
            documents: HashMap::new(),
            handoffs: VecDeque::new(),
            experts: Vec::new(),
            chosen_expert: None,
            next: 0,
            commands: Vec::new(),
        }
    }

    /// How the connection stands.
    pub fn link(&self) -> &Link {
        &self.link
    }

    /// The page in view.
    pub fn page(&self) -> &PageState {
        &self.page
    }

    /// The tab in view.
    pub fn tab(&self) -> Option<&Tab> {
        self.tab.as_ref()
    }

    /// The language that the page in view would be translated into.
    pub fn target_language(&self) -> LanguageTag {
        let captured = self.page.captured();
        self.target_for(captured.and_then(|captured| captured.language.as_ref()))
    }

    /// The reader has chosen the language to translate into.
    pub fn choose_language(&mut self, language: LanguageTag) {
        self.chosen_language = Some(language);
        self.show(Part::Page);
    }

    fn target_for(&self, page: Option<&LanguageTag>) -> LanguageTag {
        language::target(self.chosen_language.as_ref(), &self.reader_language, page)
    }

    /// The answers, oldest first.
    pub fn answers(&self) -> &[Answer] {
        &self.answers
    }

    /// One answer.
    pub fn answer(&self, key: AnswerKey) -> Option<&Answer> {
        self.answers.iter().find(|answer| answer.key == key)
    }

    /// One answer, to render what it holds.
    pub fn answer_mut(&mut self, key: AnswerKey) -> Option<&mut Answer> {
        self.answers.iter_mut().find(|answer| answer.key == key)
    }

    /// What is to be done now.
    pub fn take_commands(&mut self) -> Vec<Command> {
        std::mem::take(&mut self.commands)
    }

    /// A message came through the port.
    pub fn receive(&mut self, message: Incoming) {
        match message {
            Incoming::Worker(WorkerNews::Host {
                state,
                detail,
                retry_in_ms,
            }) => self.host_is(state, detail, retry_in_ms),
            Incoming::Worker(WorkerNews::Handoff { handoff }) => self.take_over(handoff),
            Incoming::Worker(WorkerNews::Granted { tab }) => self.granted(tab),
            Incoming::Host { message } => self.host_says(message),
        }
    }

    fn host_says(&mut self, message: FromHost) {
        match message {
            FromHost::Event { id, event } => self.happened(&id, event),
            FromHost::Rejected { failure } => {
                // It names no request, so it can only be one that has not been heard of.
                for answer in &mut self.answers {
                    if answer.phase == Phase::Waiting {
                        answer.phase = Phase::Failed(Trouble::Host(failure.clone()));
                        self.commands.push(Command::Show(Part::Answer(answer.key)));
                        self.commands.push(Command::Announce(answer.key));
                    }
                }
            }
            // Put together before they come here.
            FromHost::Chunk(_) => {}
        }
    }

    fn happened(&mut self, id: &RequestId, event: Event) {
        let purpose = if event.is_terminal() {
            self.requests.remove(id)
        } else {
            self.requests.get(id).cloned()
        };
        match purpose {
            Some(Purpose::Hello) => self.greeted(event),
            Some(Purpose::Experts) => self.experts_event(event),
            Some(Purpose::Capture(source)) => self.capture_event(&source, event),
            Some(Purpose::Ask(key)) => self.answer_event(key, id, event),
            // Whether or not it was taken note of, there is nothing to show.
            Some(Purpose::Feedback) | None => {}
        }
    }

    /// Sends a request to the host.
    fn request(
        &mut self,
        purpose: Purpose,
        message: impl FnOnce(RequestId) -> ToHost,
    ) -> RequestId {
        let number = self.number();
        let id = RequestId::new(self.client.clone(), number.into());
        self.requests.insert(id.clone(), purpose);
        self.post(message(id.clone()));
        id
    }

    fn post(&mut self, message: ToHost) {
        self.commands
            .push(Command::Post(Outgoing::Host { message }));
    }

    fn tell_worker(&mut self, command: WorkerCommand) {
        self.commands.push(Command::Post(Outgoing::Worker(command)));
    }

    fn show(&mut self, part: Part) {
        self.commands.push(Command::Show(part));
    }

    /// A number that this panel has not used.
    fn number(&mut self) -> u32 {
        self.next += 1;
        self.next
    }
}
