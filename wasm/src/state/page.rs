//! The page in view: following the tab, reading it, having it read by the host.

use std::sync::Arc;

use coterie_protocol::{Captured, Event, Failure, FailureCode, Outcome, Snapshot, ToHost};

use super::{Command, Errand, Link, Panel, Part, Purpose, Ticket};
use crate::capture::{Refusal, Source, Tab};

/// What is known of the page in view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageState {
    /// Nothing yet.
    Unknown,
    /// It is being read.
    Reading,
    /// It was read.
    Read {
        /// What the page agent gave.
        source: Arc<Source>,
        /// What the host made of it, once it has.
        captured: Option<Arc<Captured>>,
    },
    /// It may not be read.
    Refused(Refusal),
    /// There is no text on it.
    Empty,
    /// The host could not read it.
    Failed(Failure),
}

impl PageState {
    /// What the host made of it.
    pub fn captured(&self) -> Option<&Arc<Captured>> {
        match self {
            Self::Read { captured, .. } => captured.as_ref(),
            _ => None,
        }
    }

    /// What the page agent gave.
    pub fn source(&self) -> Option<&Arc<Source>> {
        match self {
            Self::Read { source, .. } => Some(source),
            _ => None,
        }
    }
}

impl Panel {
    /// The reader has turned to a tab.
    pub fn turn_to(&mut self, tab: Tab) {
        let same = self.tab.as_ref().is_some_and(|known| known.id == tab.id);
        self.tab = Some(tab);
        if !same {
            self.set_page(PageState::Reading);
        }
        self.follow();
    }

    /// The tab in view is loading another page.
    pub fn loading(&mut self, tab: Tab) {
        if self.in_view(tab.id) {
            self.tab = Some(tab);
            self.following = None;
            self.set_page(PageState::Reading);
        }
    }

    /// The tab in view has another page.
    pub fn loaded(&mut self, tab: Tab) {
        if self.in_view(tab.id) {
            self.tab = Some(tab);
            self.follow();
        }
    }

    /// The reader may have selected something else, or given access.
    pub fn look_again(&mut self) {
        if self.page != PageState::Reading {
            self.follow();
        }
    }

    pub(super) fn granted(&mut self, tab: i32) {
        if self.in_view(tab) {
            self.follow();
        }
    }

    fn in_view(&self, tab: i32) -> bool {
        self.tab.as_ref().is_some_and(|known| known.id == tab)
    }

    /// Reads the page in view.
    fn follow(&mut self) {
        if let Some(tab) = self.tab.as_ref().map(|tab| tab.id) {
            let ticket = self.take_snapshot(Errand::Follow, tab, 0);
            self.following = Some(ticket);
        }
    }

    pub(super) fn take_snapshot(&mut self, errand: Errand, tab: i32, frame: i32) -> Ticket {
        let ticket = Ticket(self.number());
        self.errands.insert(ticket, (errand, tab));
        self.commands
            .push(Command::TakeSnapshot { ticket, tab, frame });
        ticket
    }

    /// A page was read, or was not. A ticket counts once.
    pub fn snapshot_taken(&mut self, ticket: Ticket, result: Result<Snapshot, Refusal>) {
        let Some((errand, tab)) = self.errands.remove(&ticket) else {
            return;
        };
        let result = result.and_then(Source::new);
        match errand {
            Errand::Follow if self.following == Some(ticket) => self.view(result),
            Errand::Follow => {}
            Errand::Answer(key) => self.answer_prepared(key, tab, result),
        }
    }

    /// Shows what came of reading the page in view.
    pub(super) fn view(&mut self, result: Result<Arc<Source>, Refusal>) {
        self.following = None;
        match result {
            Ok(source) => {
                let captured = self.documents.get(&source.hash).cloned();
                self.set_page(PageState::Read { source, captured });
                self.capture_page();
            }
            Err(refusal) => self.set_page(PageState::Refused(refusal)),
        }
    }

    /// Has the page in view read by the host, unless it was.
    pub(super) fn capture_page(&mut self) {
        if let Some(source) = self.page.source().cloned() {
            self.capture(&source);
        }
    }

    /// Has a page read by the host, unless it was or is under way.
    pub(super) fn capture(&mut self, source: &Arc<Source>) {
        let under_way = self
            .requests
            .values()
            .any(|purpose| matches!(purpose, Purpose::Capture(other) if other.hash == source.hash));
        if self.link != Link::Ready || under_way || self.documents.contains_key(&source.hash) {
            return;
        }
        let snapshot = source.snapshot.clone();
        self.request(Purpose::Capture(Arc::clone(source)), |id| ToHost::Capture {
            id,
            snapshot,
        });
    }

    pub(super) fn capture_event(&mut self, source: &Arc<Source>, event: Event) {
        let result = match event {
            Event::Done {
                outcome: Outcome::Captured(captured),
            } => Ok(Arc::new(captured)),
            Event::Failed { failure } => Err(failure),
            event if event.is_terminal() => {
                let what = "the host ended a capture without a page";
                Err(Failure::new(FailureCode::Internal, what))
            }
            _ => return,
        };
        if let Ok(captured) = &result {
            self.documents.insert(source.hash, Arc::clone(captured));
        }
        self.show_captured(source, &result);
        self.captured(source.hash, &result);
    }

    fn show_captured(&mut self, source: &Arc<Source>, result: &Result<Arc<Captured>, Failure>) {
        let Some(shown) = self.page.source().filter(|shown| shown.hash == source.hash) else {
            return;
        };
        let page = match result {
            Ok(captured) => PageState::Read {
                source: Arc::clone(shown),
                captured: Some(Arc::clone(captured)),
            },
            Err(failure) if failure.code == FailureCode::NothingToRead => PageState::Empty,
            Err(failure) => PageState::Failed(failure.clone()),
        };
        self.set_page(page);
    }

    fn set_page(&mut self, page: PageState) {
        if self.page != page {
            self.page = page;
            self.show(Part::Page);
        }
    }
}
