//! What the panel does in every order of events.

use coterie_protocol::{
    Action, Answered, Captured, DocumentId, Event, ExpertCard, ExpertId, Failure, FailureCode,
    Finish, Hidden, LanguageTag, Outcome, Paragraph, ParagraphKind, Reason, Selection, Signal,
    Snapshot, Span, StepId, Target, Version, Welcome,
};

use super::*;
use crate::{
    capture::Refusal,
    conversation::Question,
    port::{Handoff, HostState},
};

const TAB: i32 = 5;

/// A panel with everything around it played by the test.
struct Stage {
    panel: Panel,
    commands: Vec<Command>,
}

impl Stage {
    fn new() -> Self {
        let client = ClientId::try_from("test".to_owned()).unwrap();
        let panel = Panel::new(client, "0.1.0".to_owned(), 1, LanguageTag::new("en"));
        Self {
            panel,
            commands: Vec::new(),
        }
    }

    /// A panel beside a page that was read, with a host that welcomed it.
    fn ready() -> Self {
        let mut stage = Self::new();
        stage.act(Panel::port_opened);
        stage.host(HostState::Connected);
        stage.welcome(PROTOCOL);
        stage.act(|panel| panel.turn_to(tab(TAB)));
        stage.read("<p>page", None);
        stage.captured(1);
        stage.commands.clear();
        stage
    }

    fn act<T>(&mut self, act: impl FnOnce(&mut Panel) -> T) -> T {
        let result = act(&mut self.panel);
        self.commands.extend(self.panel.take_commands());
        result
    }

    fn host(&mut self, state: HostState) {
        self.act(|panel| panel.receive(news(state)));
    }

    /// The last message to the host.
    fn sent(&self) -> Option<ToHost> {
        self.commands
            .iter()
            .rev()
            .find_map(|command| match command {
                Command::Post(Outgoing::Host { message }) => Some(message.clone()),
                _ => None,
            })
    }

    fn sent_count(&self) -> usize {
        let sent = |command: &&Command| matches!(command, Command::Post(Outgoing::Host { .. }));
        self.commands.iter().filter(sent).count()
    }

    fn last_id(&self) -> RequestId {
        match self.sent().expect("nothing was sent") {
            ToHost::Hello { id, .. }
            | ToHost::Capture { id, .. }
            | ToHost::Ask { id, .. }
            | ToHost::Experts { id }
            | ToHost::Feedback { id, .. }
            | ToHost::Cancel { id } => id,
            other => panic!("{other:?} has no id"),
        }
    }

    fn reply(&mut self, id: RequestId, event: Event) {
        let message = FromHost::Event { id, event };
        self.act(|panel| panel.receive(Incoming::Host { message }));
    }

    fn welcome(&mut self, protocol: Version) {
        let outcome = Outcome::Welcome(Welcome {
            protocol,
            host_version: "0.1.0".to_owned(),
        });
        self.reply(self.last_id(), Event::Done { outcome });
    }

    fn ticket(&self) -> Ticket {
        let taken = self
            .commands
            .iter()
            .rev()
            .find_map(|command| match command {
                Command::TakeSnapshot { ticket, .. } => Some(*ticket),
                _ => None,
            });
        taken.expect("no snapshot was asked for")
    }

    /// The last snapshot asked for comes.
    fn read(&mut self, html: &str, selection: Option<&str>) {
        let ticket = self.ticket();
        self.act(|panel| panel.snapshot_taken(ticket, Ok(snapshot(html, selection))));
    }

    fn refused(&mut self, refusal: Refusal) {
        let ticket = self.ticket();
        self.act(|panel| panel.snapshot_taken(ticket, Err(refusal)));
    }

    fn captured(&mut self, document: u32) {
        assert!(
            matches!(self.sent(), Some(ToHost::Capture { .. })),
            "{:?}",
            self.sent()
        );
        let outcome = Outcome::Captured(captured(document));
        self.reply(self.last_id(), Event::Done { outcome });
    }

    fn press(&mut self, action: Action) -> AnswerKey {
        self.act(|panel| panel.ask(pressed(action)))
    }

    /// An answer that was asked for and waits.
    fn asked(&mut self) -> (AnswerKey, RequestId) {
        let key = self.press(Action::Summarize);
        self.read("<p>page", None);
        (key, self.last_id())
    }

    fn ask_sent(&self) -> coterie_protocol::Ask {
        match self.sent() {
            Some(ToHost::Ask { ask, .. }) => ask,
            other => panic!("no question was sent, but {other:?}"),
        }
    }

    fn phase(&self, key: AnswerKey) -> Phase {
        self.panel.answer(key).unwrap().phase.clone()
    }

    fn text(&self, key: AnswerKey) -> String {
        self.panel.answer(key).unwrap().text()
    }

    fn announced(&self) -> usize {
        let announced = |command: &&Command| matches!(command, Command::Announce(_));
        self.commands.iter().filter(announced).count()
    }
}

use coterie_protocol::PROTOCOL;

fn news(state: HostState) -> Incoming {
    Incoming::Worker(WorkerNews::Host {
        state,
        detail: Some("as the browser said".to_owned()),
        retry_in_ms: Some(250),
    })
}

fn tab(id: i32) -> Tab {
    Tab {
        id,
        url: None,
        title: None,
    }
}

fn snapshot(html: &str, selection: Option<&str>) -> Snapshot {
    Snapshot {
        url: "https://a.example/".to_owned(),
        title: "A page".to_owned(),
        language: None,
        html: html.to_owned(),
        selection: selection.map(|text| Selection {
            text: text.to_owned(),
            ..Selection::default()
        }),
        hidden: Hidden::default(),
    }
}

fn captured(document: u32) -> Captured {
    Captured {
        document: DocumentId(document),
        title: "A page".to_owned(),
        language: Some(LanguageTag::new("en")),
        span: Span::Article,
        words: 1,
        paragraphs: vec![Paragraph {
            number: 1,
            kind: ParagraphKind::Text,
            text: "page".to_owned(),
        }],
        selection: None,
        selection_words: 0,
        hidden: Hidden::default(),
    }
}

fn pressed(action: Action) -> Question {
    Question {
        action: Some(action),
        ..Question::default()
    }
}

fn typed(text: &str) -> Question {
    Question {
        text: text.to_owned(),
        ..Question::default()
    }
}

fn delta(text: &str) -> Event {
    Event::Delta {
        step: StepId(0),
        text: text.to_owned(),
    }
}

fn failed(code: FailureCode) -> Event {
    Event::Failed {
        failure: Failure::new(code, "why"),
    }
}

fn card(name: &str) -> ExpertCard {
    ExpertCard {
        id: ExpertId(name.to_owned()),
        name: name.to_owned(),
        vendor: "Test".to_owned(),
        place: coterie_protocol::Place::BuiltIn,
        actions: Vec::new(),
        price: None,
        seen: None,
    }
}

fn started(name: &str, reason: Reason) -> Event {
    Event::StepStarted {
        step: StepId(0),
        expert: card(name),
        reason,
    }
}

fn done() -> Event {
    let answered = Answered {
        duration_ms: 12,
        first_text_ms: Some(3),
        cost: None,
        estimated: false,
        finish: Finish::Complete,
    };
    Event::Done {
        outcome: Outcome::Answered(answered),
    }
}

fn handoff(nonce: &str, selection: Option<&str>) -> Incoming {
    let target = if selection.is_some() {
        Target::Selection
    } else {
        Target::Page
    };
    Incoming::Worker(WorkerNews::Handoff {
        handoff: Handoff {
            nonce: nonce.to_owned(),
            action: Action::Explain,
            target,
            tab: TAB,
            frame: 0,
            selection: selection.map(str::to_owned),
        },
    })
}

#[test]
fn a_panel_opens_its_port_greets_the_host_and_has_the_page_read() {
    let mut stage = Stage::new();
    stage.act(|panel| panel.turn_to(tab(TAB)));
    stage.read("<p>page", None);
    stage.act(Panel::port_opened);
    assert_eq!(stage.sent(), None);
    stage.host(HostState::Connecting);
    stage.host(HostState::Connected);
    assert!(matches!(stage.sent(), Some(ToHost::Hello { .. })));
    stage.welcome(PROTOCOL);
    assert_eq!(*stage.panel.link(), Link::Ready);
    stage.captured(1);
    assert_eq!(
        stage.panel.page().captured().unwrap().document,
        DocumentId(1)
    );
}

#[test]
fn versions_that_do_not_understand_each_other_say_who_has_to_update() {
    let check = |major, expected: fn(Version) -> Link| {
        let version = Version { major, minor: 0 };
        let mut stage = Stage::new();
        stage.host(HostState::Connected);
        stage.welcome(version);
        assert_eq!(*stage.panel.link(), expected(version));
    };
    check(PROTOCOL.major - 1, Link::HostTooOld);
    check(PROTOCOL.major + 1, Link::ExtensionTooOld);
}

#[test]
fn each_state_of_the_host_has_its_own_state_of_the_panel() {
    let check = |state, expected| {
        let mut stage = Stage::ready();
        stage.host(state);
        assert_eq!(*stage.panel.link(), expected);
    };
    check(HostState::Connecting, Link::Connecting);
    check(HostState::Missing, Link::Missing);
    check(HostState::Forbidden, Link::Forbidden);
    check(
        HostState::Ended,
        Link::Ended {
            retry_in_ms: Some(250),
        },
    );
    check(
        HostState::Broken,
        Link::Broken("as the browser said".to_owned()),
    );
}

#[test]
fn a_host_that_is_told_of_twice_is_greeted_once() {
    let mut stage = Stage::ready();
    stage.host(HostState::Connected);
    assert_eq!(stage.sent_count(), 0);
}

#[test]
fn a_closed_port_is_opened_again_with_growing_waits() {
    let mut stage = Stage::ready();
    let mut waits = Vec::new();
    for _ in 0..7 {
        stage.act(Panel::port_closed);
        if let Some(Command::Connect { after_ms }) = stage.commands.last() {
            waits.push(*after_ms);
        }
    }
    assert_eq!(waits, [50, 250, 1_000, 2_000, 5_000, 5_000, 5_000]);
    stage.host(HostState::Connected);
    stage.act(Panel::port_closed);
    assert_eq!(
        stage.commands.last(),
        Some(&Command::Connect { after_ms: 50 })
    );
}

#[test]
fn an_answer_arrives() {
    let mut stage = Stage::ready();
    let (key, id) = stage.asked();
    assert_eq!(stage.ask_sent().document, Some(DocumentId(1)));
    assert_eq!(stage.ask_sent().target, Some(Target::Page));
    assert_eq!(stage.phase(key), Phase::Waiting);
    stage.reply(id.clone(), started("one", Reason::BuiltIn));
    stage.reply(id.clone(), delta("Hel"));
    assert_eq!(stage.phase(key), Phase::Writing);
    stage.reply(id.clone(), delta("lo"));
    assert_eq!(stage.announced(), 0);
    stage.reply(id.clone(), done());
    assert!(matches!(stage.phase(key), Phase::Done(_)));
    assert_eq!(stage.announced(), 1);
    stage.reply(id, delta(" after the end"));
    assert_eq!(stage.text(key), "Hello");
}

#[test]
fn an_unchanged_page_is_not_sent_twice_but_a_changed_one_is() {
    let mut stage = Stage::ready();
    stage.asked();
    assert_eq!(stage.sent_count(), 1);
    stage.press(Action::Expand);
    stage.read("<p>another page", None);
    assert_eq!(stage.sent_count(), 2);
    stage.captured(2);
    assert_eq!(stage.ask_sent().document, Some(DocumentId(2)));
    assert_eq!(
        stage.panel.page().captured().unwrap().document,
        DocumentId(2)
    );
}

#[test]
fn the_selection_is_the_one_at_the_moment_of_asking() {
    let mut stage = Stage::ready();
    stage.press(Action::Explain);
    stage.read("<p>page", Some("just now"));
    assert_eq!(stage.ask_sent().selection.as_deref(), Some("just now"));
    assert_eq!(stage.ask_sent().target, Some(Target::Selection));
    stage.press(Action::Explain);
    stage.read("<p>page", None);
    assert_eq!(stage.ask_sent().selection, None);
    assert_eq!(stage.ask_sent().target, Some(Target::Page));
}

#[test]
fn an_expert_that_takes_over_replaces_the_first_and_the_failure_is_kept() {
    let mut stage = Stage::ready();
    let (key, id) = stage.asked();
    stage.reply(id.clone(), started("one", Reason::HasKey));
    let failure = Failure::new(FailureCode::RateLimited, "429");
    let event = Event::StepFailed {
        step: StepId(0),
        failure: failure.clone(),
    };
    stage.reply(id.clone(), event);
    let reason = Reason::InsteadOf {
        expert: ExpertId("one".to_owned()),
        failure: FailureCode::RateLimited,
    };
    stage.reply(id.clone(), started("two", reason.clone()));
    stage.reply(id, delta("x"));
    let step = &stage.panel.answer(key).unwrap().steps[0];
    let (expert, why) = step.expert.as_ref().unwrap();
    assert_eq!((expert.name.as_str(), why), ("two", &reason));
    assert_eq!(step.failures, [failure]);
}

#[test]
fn a_failure_after_text_keeps_the_text() {
    let mut stage = Stage::ready();
    let (key, id) = stage.asked();
    stage.reply(id.clone(), delta("half"));
    stage.reply(id, failed(FailureCode::EndedEarly));
    assert_eq!(stage.text(key), "half");
    assert!(matches!(stage.phase(key), Phase::Failed(Trouble::Host(_))));
    assert_eq!(stage.announced(), 1);
}

#[test]
fn a_host_or_worker_that_goes_away_leaves_what_had_arrived() {
    let losses: [fn(&mut Panel); 2] = [
        |panel| panel.receive(news(HostState::Ended)),
        Panel::port_closed,
    ];
    for lose in losses {
        let mut stage = Stage::ready();
        let (key, id) = stage.asked();
        stage.reply(id.clone(), delta("half"));
        stage.act(lose);
        assert_eq!(stage.phase(key), Phase::Interrupted);
        assert_eq!(stage.text(key), "half");
        assert_eq!(stage.announced(), 1);
        stage.reply(id, delta(" late"));
        assert_eq!(stage.text(key), "half");
    }
}

#[test]
fn after_a_restart_of_the_host_a_retry_sends_the_page_again_and_keeps_the_old_text() {
    let mut stage = Stage::ready();
    let (key, id) = stage.asked();
    stage.reply(id, delta("half"));
    stage.act(Panel::port_closed);
    stage.act(Panel::port_opened);
    stage.host(HostState::Connected);
    stage.welcome(PROTOCOL);
    stage.captured(1);
    let again = stage.act(|panel| panel.retry(key)).unwrap();
    assert_eq!(stage.ask_sent().document, Some(DocumentId(1)));
    stage.reply(stage.last_id(), delta("whole"));
    assert_eq!(stage.text(key), "half");
    assert_eq!(stage.text(again), "whole");
}

#[test]
fn a_retry_of_an_answer_without_text_takes_its_place() {
    let mut stage = Stage::ready();
    let (key, id) = stage.asked();
    stage.reply(id, failed(FailureCode::Unreachable));
    stage.act(|panel| panel.retry(key)).unwrap();
    assert_eq!(stage.panel.answers().len(), 1);
    assert_eq!(stage.panel.answer(key).map(|answer| answer.key), None);
}

#[test]
fn stop_cancels_once_and_ends_when_the_host_says_so() {
    let mut stage = Stage::ready();
    let (key, id) = stage.asked();
    stage.reply(id.clone(), delta("half"));
    stage.commands.clear();
    stage.act(|panel| panel.stop(key));
    stage.act(|panel| panel.stop(key));
    assert_eq!(stage.sent(), Some(ToHost::Cancel { id: id.clone() }));
    assert_eq!(stage.sent_count(), 1);
    stage.reply(id, Event::Cancelled);
    assert_eq!(stage.phase(key), Phase::Stopped);
    assert_eq!(stage.text(key), "half");
}

#[test]
fn an_answer_stopped_before_the_page_was_read_is_never_asked_for() {
    let mut stage = Stage::ready();
    let key = stage.press(Action::Summarize);
    assert!(stage.act(Panel::stop_last));
    stage.read("<p>page", None);
    assert_eq!(stage.phase(key), Phase::Stopped);
    assert_eq!(stage.sent_count(), 0);
    assert!(!stage.act(Panel::stop_last));
}

#[test]
fn a_forgotten_document_is_captured_again_once() {
    let mut stage = Stage::ready();
    let (key, id) = stage.asked();
    stage.reply(id, failed(FailureCode::UnknownDocument));
    stage.captured(7);
    assert_eq!(stage.ask_sent().document, Some(DocumentId(7)));
    stage.reply(stage.last_id(), failed(FailureCode::UnknownDocument));
    assert!(matches!(stage.phase(key), Phase::Failed(_)));
    assert_eq!(stage.panel.answers().len(), 1);
}

#[test]
fn what_is_asked_before_the_host_is_there_waits_for_it() {
    let mut stage = Stage::new();
    stage.act(|panel| panel.turn_to(tab(TAB)));
    let key = stage.press(Action::Summarize);
    stage.read("<p>page", None);
    assert_eq!(stage.phase(key), Phase::Preparing);
    stage.host(HostState::Connected);
    stage.welcome(PROTOCOL);
    stage.captured(1);
    assert_eq!(stage.ask_sent().action, Some(Action::Summarize));
}

#[test]
fn a_hand_off_is_taken_each_time_and_done_once() {
    let mut stage = Stage::ready();
    stage.act(|panel| panel.receive(handoff("n1", Some("a passage"))));
    stage.act(|panel| panel.receive(handoff("n1", Some("a passage"))));
    stage.read("<p>page", None);
    let taken = Command::Post(Outgoing::Worker(WorkerCommand::Taken {
        nonce: "n1".to_owned(),
    }));
    assert_eq!(
        stage
            .commands
            .iter()
            .filter(|command| **command == taken)
            .count(),
        2
    );
    assert_eq!(stage.panel.answers().len(), 1);
    assert_eq!(stage.ask_sent().selection.as_deref(), Some("a passage"));
    assert_eq!(stage.ask_sent().action, Some(Action::Explain));
}

#[test]
fn a_hand_off_of_a_page_ignores_what_happens_to_be_selected() {
    let mut stage = Stage::ready();
    stage.act(|panel| panel.receive(handoff("n1", None)));
    stage.read("<p>page", Some("something else"));
    assert_eq!(stage.ask_sent().selection, None);
    assert_eq!(stage.ask_sent().target, Some(Target::Page));
}

#[test]
fn a_passage_or_a_typed_question_needs_no_readable_page() {
    let mut stage = Stage::ready();
    stage.act(|panel| panel.receive(handoff("n1", Some("from a PDF"))));
    stage.refused(Refusal::Pdf);
    assert_eq!(stage.ask_sent().document, None);
    assert_eq!(stage.ask_sent().selection.as_deref(), Some("from a PDF"));
    stage.act(|panel| panel.ask(typed("What is a coterie?")));
    stage.refused(Refusal::Pdf);
    assert_eq!(stage.ask_sent().text, "What is a coterie?");
    assert_eq!(*stage.panel.page(), PageState::Refused(Refusal::Pdf));
}

#[test]
fn an_action_on_a_page_that_may_not_be_read_fails_with_the_reason() {
    let mut stage = Stage::ready();
    let key = stage.press(Action::Summarize);
    stage.refused(Refusal::Store);
    assert_eq!(
        stage.phase(key),
        Phase::Failed(Trouble::Page(Refusal::Store))
    );
    assert_eq!(stage.sent_count(), 0);
}

#[test]
fn a_typed_question_brings_the_conversation_along() {
    let mut stage = Stage::ready();
    let (_, id) = stage.asked();
    stage.reply(id.clone(), delta("It is short."));
    stage.reply(id, done());
    stage.act(|panel| panel.ask(typed("Why?")));
    stage.read("<p>page", None);
    let turns: Vec<_> = stage
        .ask_sent()
        .conversation
        .into_iter()
        .map(|turn| turn.text)
        .collect();
    assert_eq!(turns, ["summarize", "It is short."]);
    stage.press(Action::Expand);
    stage.read("<p>page", None);
    assert_eq!(stage.ask_sent().conversation, []);
}

#[test]
fn the_panel_follows_the_reader_and_a_late_snapshot_does_not_count() {
    let mut stage = Stage::ready();
    stage.act(|panel| panel.turn_to(tab(6)));
    let late = stage.ticket();
    assert_eq!(*stage.panel.page(), PageState::Reading);
    stage.act(|panel| panel.turn_to(tab(7)));
    stage.act(|panel| panel.snapshot_taken(late, Ok(snapshot("<p>six", None))));
    assert_eq!(*stage.panel.page(), PageState::Reading);
    stage.refused(Refusal::NotGranted(None));
    assert_eq!(
        *stage.panel.page(),
        PageState::Refused(Refusal::NotGranted(None))
    );
    stage.act(|panel| panel.receive(Incoming::Worker(WorkerNews::Granted { tab: 7 })));
    stage.read("<p>seven", None);
    stage.captured(3);
    assert_eq!(
        stage.panel.page().captured().unwrap().document,
        DocumentId(3)
    );
}

#[test]
fn turning_to_another_tab_does_not_lose_a_running_answer() {
    let mut stage = Stage::ready();
    let (key, id) = stage.asked();
    stage.act(|panel| panel.turn_to(tab(6)));
    stage.refused(Refusal::BrowserPage);
    stage.reply(id.clone(), delta("still here"));
    stage.reply(id, done());
    assert_eq!(stage.text(key), "still here");
}

#[test]
fn a_translation_goes_into_the_chosen_language_else_one_that_the_page_is_not_in() {
    let mut stage = Stage::ready();
    stage.press(Action::Translate);
    stage.read("<p>page", None);
    assert_eq!(stage.ask_sent().language, Some(LanguageTag::new("zh-CN")));
    stage.act(|panel| panel.choose_language(LanguageTag::new("fr")));
    stage.press(Action::Translate);
    stage.read("<p>page", None);
    assert_eq!(stage.ask_sent().language, Some(LanguageTag::new("fr")));
    stage.press(Action::Summarize);
    stage.read("<p>page", None);
    assert_eq!(stage.ask_sent().language, None);
}

#[test]
fn a_page_without_text_says_so() {
    let mut stage = Stage::ready();
    stage.act(|panel| panel.turn_to(tab(6)));
    stage.read("<div>", None);
    stage.reply(stage.last_id(), failed(FailureCode::NothingToRead));
    assert_eq!(*stage.panel.page(), PageState::Empty);
}

#[test]
fn a_rejected_message_ends_what_was_not_heard_of() {
    let mut stage = Stage::ready();
    let (key, _) = stage.asked();
    let failure = Failure::new(FailureCode::MalformedMessage, "bad");
    let message = FromHost::Rejected { failure };
    stage.act(|panel| panel.receive(Incoming::Host { message }));
    assert!(matches!(stage.phase(key), Phase::Failed(_)));
}

#[test]
fn the_chosen_expert_is_asked_and_otherwise_nobody_is_named() {
    let mut stage = Stage::ready();
    stage.asked();
    assert_eq!(stage.ask_sent().expert, None);
    let chosen = ExpertId("scripted/steady".to_owned());
    stage.act(|panel| panel.choose_expert(Some(chosen.clone())));
    let (key, id) = stage.asked();
    assert_eq!(stage.ask_sent().expert, Some(chosen));
    // Asked again, it is whoever is chosen then.
    stage.reply(id, failed(FailureCode::UnknownExpert));
    stage.act(|panel| panel.choose_expert(None));
    stage.act(|panel| panel.retry(key));
    assert_eq!(stage.ask_sent().expert, None);
}

#[test]
fn another_expert_is_asked_the_same_and_the_first_answer_stays() {
    let mut stage = Stage::ready();
    let (first, id) = stage.asked();
    stage.reply(id.clone(), delta("tide"));
    stage.reply(id, done());
    let asked = stage.ask_sent();
    let other = ExpertId("scripted/other".to_owned());
    let second = stage.act(|panel| panel.ask_another(first, other.clone()));
    let again = stage.ask_sent();
    assert_eq!(again.expert, Some(other));
    assert_eq!(
        (again.action, again.document),
        (asked.action, asked.document)
    );
    assert_eq!(stage.text(first), "tide");
    assert_ne!(second, Some(first));
    // The choice for what is asked next is another matter.
    stage.asked();
    assert_eq!(stage.ask_sent().expert, None);
}

#[test]
fn experts_are_looked_up_on_connection_and_when_the_list_is_opened() {
    let looks = |stage: &Stage| {
        let looked = |command: &&Command| {
            matches!(
                command,
                Command::Post(Outgoing::Host {
                    message: ToHost::Experts { .. }
                })
            )
        };
        stage.commands.iter().filter(looked).count()
    };
    let mut stage = Stage::new();
    stage.host(HostState::Connected);
    stage.welcome(PROTOCOL);
    assert_eq!(looks(&stage), 1);
    // The first has not been answered.
    stage.act(Panel::look_for_experts);
    assert_eq!(looks(&stage), 1);
    let experts = vec![card("scripted/steady")];
    let outcome = Outcome::Experts {
        experts: experts.clone(),
    };
    stage.reply(stage.last_id(), Event::Done { outcome });
    assert_eq!(stage.panel.experts(), experts);
    stage.act(Panel::look_for_experts);
    assert_eq!(looks(&stage), 2);
}

#[test]
fn at_a_seam_text_that_the_host_took_back_is_gone_and_the_next_goes_on() {
    let mut stage = Stage::ready();
    let (key, id) = stage.asked();
    let seam = |at| Event::Seam {
        step: StepId(0),
        at,
        failure: Failure::new(FailureCode::EndedEarly, "why"),
    };
    stage.reply(id.clone(), started("first", Reason::HasKey));
    stage.reply(id.clone(), delta("潮汐 rises, and fa"));
    stage.reply(id.clone(), seam(8));
    stage.reply(id.clone(), started("second", Reason::Chosen));
    stage.reply(id.clone(), delta(", then falls."));
    stage.reply(id.clone(), seam(1_000));
    stage.reply(id, done());
    assert_eq!(stage.text(key), "潮汐 rises, then falls.");
    let seams = &stage.panel.answer(key).unwrap().steps[0].seams;
    let told: Vec<_> = seams
        .iter()
        .map(|seam| (seam.at, seam.silent.as_deref()))
        .collect();
    assert_eq!(told, [(8, Some("first")), (1_000, Some("second"))]);
}

#[test]
fn a_wait_is_shown_until_anything_else_happens() {
    let mut stage = Stage::ready();
    let (key, id) = stage.asked();
    let pauses = |stage: &Stage| stage.panel.answer(key).unwrap().pause.clone();
    stage.reply(
        id.clone(),
        Event::Waiting {
            step: StepId(0),
            wait_ms: 3_000,
            failure: Failure::new(FailureCode::RateLimited, "why"),
        },
    );
    assert_eq!(pauses(&stage).map(|pause| pause.wait_ms), Some(3_000));
    let cost = |amount| coterie_protocol::Cost {
        amount,
        currency: "USD".to_owned(),
    };
    let near = Event::NearCap {
        spent: cost(0.9),
        cap: cost(1.0),
    };
    stage.reply(id.clone(), near);
    assert!(pauses(&stage).is_some());
    stage.reply(id, delta("tide"));
    assert_eq!(pauses(&stage), None);
    assert!(stage.panel.answer(key).unwrap().near_cap.is_some());
}

/// A question in own words that was asked and waits.
fn typed_and_asked(stage: &mut Stage, text: &str) -> (AnswerKey, RequestId) {
    let key = stage.act(|panel| panel.ask(typed(text)));
    stage.read("<p>page", None);
    (key, stage.last_id())
}

#[test]
fn another_reading_asks_the_same_words_as_that_action_with_the_conversation() {
    let mut stage = Stage::ready();
    let (_, id) = stage.asked();
    stage.reply(id.clone(), delta("It is short."));
    stage.reply(id, done());
    let (key, id) = typed_and_asked(&mut stage, "make it nicer");
    stage.reply(id.clone(), delta("Nicer."));
    stage.reply(id, done());
    let again = stage.act(|panel| panel.ask_as(key, Action::Rewrite));
    let ask = stage.ask_sent();
    assert_eq!(ask.action, Some(Action::Rewrite));
    assert_eq!(ask.text, "make it nicer");
    assert_eq!(ask.document, Some(DocumentId(1)));
    let said: Vec<_> = ask.conversation.iter().map(|turn| &turn.text).collect();
    let before = ["summarize", "It is short.", "make it nicer", "Nicer."];
    assert_eq!(said, before);
    // The first reading stays above.
    assert_ne!(again, Some(key));
    assert_eq!(stage.text(key), "Nicer.");
}

#[test]
fn another_reading_stops_an_answer_that_is_still_coming() {
    let mut stage = Stage::ready();
    let (key, id) = typed_and_asked(&mut stage, "nicer");
    stage.commands.clear();
    stage.act(|panel| panel.ask_as(key, Action::Rewrite));
    let cancel = Command::Post(Outgoing::Host {
        message: ToHost::Cancel { id: id.clone() },
    });
    assert!(stage.commands.contains(&cancel));
    assert_eq!(stage.ask_sent().action, Some(Action::Rewrite));
    // Nothing had come of it, so nothing is left of it.
    assert_eq!(stage.panel.answers().len(), 1);
    stage.reply(id, Event::Cancelled);
    assert_eq!(stage.announced(), 0);
}

#[test]
fn words_that_are_to_be_translated_may_name_the_language() {
    let mut stage = Stage::ready();
    let (key, _) = typed_and_asked(&mut stage, "this in Catalan");
    stage.act(|panel| panel.ask_as(key, Action::Translate));
    assert_eq!(stage.ask_sent().action, Some(Action::Translate));
    assert_eq!(stage.ask_sent().language, None);
}

#[test]
fn a_reading_comes_with_the_answer() {
    let mut stage = Stage::ready();
    let (key, id) = typed_and_asked(&mut stage, "short and in French");
    let understood = coterie_protocol::Understood {
        action: Action::Summarize,
        target: None,
        because: coterie_protocol::Basis::Words,
        sure: true,
        others: Vec::new(),
        parts: vec![Action::Summarize, Action::Translate],
    };
    stage.reply(id, Event::Understood(understood.clone()));
    let answer = stage.panel.answer(key).unwrap();
    assert_eq!(answer.understood.as_ref(), Some(&understood));
}

#[test]
fn the_host_is_told_of_a_copy_and_of_what_the_reader_thinks() {
    let mut stage = Stage::ready();
    let (key, about) = stage.asked();
    stage.reply(about.clone(), delta("text"));
    stage.reply(about.clone(), done());
    let opinion = |stage: &Stage| stage.panel.answer(key).unwrap().opinion;
    let mut check = |act: fn(&mut Panel, AnswerKey), signal, then| {
        stage.act(|panel| act(panel, key));
        let Some(ToHost::Feedback {
            about: told,
            signal: sent,
            ..
        }) = stage.sent()
        else {
            panic!("{:?} is no feedback", stage.sent());
        };
        assert_eq!((told, sent), (about.clone(), signal));
        let outcome = Outcome::Noted;
        stage.reply(stage.last_id(), Event::Done { outcome });
        assert_eq!(opinion(&stage), then);
    };
    check(Panel::copied, Signal::Copied, None);
    let good: fn(&mut Panel, AnswerKey) = |panel, key| panel.judge(key, Signal::Good);
    let bad: fn(&mut Panel, AnswerKey) = |panel, key| panel.judge(key, Signal::Bad);
    check(good, Signal::Good, Some(Signal::Good));
    check(bad, Signal::Bad, Some(Signal::Bad));
    check(bad, Signal::Withdrawn, None);
    assert!(matches!(stage.phase(key), Phase::Done(_)));
}

#[test]
fn without_the_host_there_is_nobody_to_tell_an_opinion() {
    let mut stage = Stage::ready();
    let (key, id) = stage.asked();
    stage.reply(id.clone(), delta("text"));
    stage.reply(id, done());
    stage.host(HostState::Ended);
    stage.commands.clear();
    stage.act(|panel| panel.judge(key, Signal::Good));
    stage.act(|panel| panel.copied(key));
    assert_eq!(stage.sent(), None);
    assert_eq!(stage.panel.answer(key).unwrap().opinion, None);
}
