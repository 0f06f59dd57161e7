//! From a question to its answer: read the page, have it captured, ask, take what comes.

use std::sync::Arc;

use coterie_protocol::{
    Action, Ask, Captured, Event, ExpertId, Failure, FailureCode, RequestId, Speaker, StepId,
    Target, ToHost, Turn,
};

use super::{Command, Errand, Link, Panel, Part, Purpose};
use crate::{
    capture::{Refusal, Source},
    conversation::{Answer, AnswerKey, Phase, Place, Question, Trouble},
    port::{Handoff, WorkerCommand},
};

/// How many earlier answers go along with a free question, and how much of each, in characters.
const REMEMBERED: usize = 6;
const REMEMBERED_CHARACTERS: usize = 4_000;

/// Hand-offs that are remembered, so that none is done twice.
const HANDOFFS: usize = 64;

impl Panel {
    /// The reader asks.
    pub fn ask(&mut self, question: Question) -> AnswerKey {
        let key = AnswerKey(self.number());
        let place = question
            .place
            .as_ref()
            .map(|place| (place.tab, place.frame));
        let place = place.or(self.tab.as_ref().map(|tab| (tab.id, 0)));
        self.answers.push(Answer::new(key, question));
        self.show(Part::Answers);
        match place {
            Some((tab, frame)) => {
                self.take_snapshot(Errand::Answer(key), tab, frame);
            }
            None => self.answer_prepared(key, -1, Err(Refusal::Gone)),
        }
        key
    }

    pub(super) fn take_over(&mut self, handoff: Handoff) {
        self.tell_worker(WorkerCommand::Taken {
            nonce: handoff.nonce.clone(),
        });
        if self.handoffs.contains(&handoff.nonce) {
            return;
        }
        self.handoffs.push_back(handoff.nonce);
        if self.handoffs.len() > HANDOFFS {
            self.handoffs.pop_front();
        }
        self.commands.push(Command::Show(Part::Answers));
        self.ask(Question {
            action: Some(handoff.action),
            place: Some(Place {
                tab: handoff.tab,
                frame: handoff.frame,
                target: handoff.target,
                selection: handoff.selection,
            }),
            ..Question::default()
        });
    }

    /// The page of a question was read, or was not.
    pub(super) fn answer_prepared(
        &mut self,
        key: AnswerKey,
        tab: i32,
        result: Result<Arc<Source>, Refusal>,
    ) {
        let Some(answer) = self.answers.iter_mut().find(|answer| answer.key == key) else {
            return;
        };
        if !answer.is_running() {
            return;
        }
        answer.selection = passage(&answer.question, result.as_deref().ok());
        answer.prepared = true;
        answer.source = result.as_ref().ok().cloned();
        let (top_frame, needs_page) = (is_top_frame(answer), needs_page(answer));
        match &result {
            Err(refusal) if needs_page => {
                let trouble = Trouble::Page(refusal.clone());
                self.end(key, Phase::Failed(trouble));
            }
            _ => self.show(Part::Answer(key)),
        }
        if top_frame && self.tab.as_ref().is_some_and(|known| known.id == tab) {
            self.view(result);
        }
        self.proceed(key);
    }

    /// Goes on with every answer that waited for the host.
    pub(super) fn proceed_with_prepared(&mut self) {
        let waiting = self
            .answers
            .iter()
            .filter(|answer| answer.phase == Phase::Preparing);
        let keys: Vec<_> = waiting.map(|answer| answer.key).collect();
        for key in keys {
            self.proceed(key);
        }
    }

    /// Takes an answer one step further, as far as page and host allow.
    fn proceed(&mut self, key: AnswerKey) {
        let Some(answer) = self.answer(key) else {
            return;
        };
        if answer.phase != Phase::Preparing || !answer.prepared || self.link != Link::Ready {
            return;
        }
        let Some(source) = answer.source.clone() else {
            return self.send(key, None);
        };
        match self.documents.get(&source.hash).cloned() {
            Some(captured) => self.send(key, Some(captured)),
            None => self.capture(&source),
        }
    }

    /// The host has read a page, or could not: goes on with the answers that are about it.
    pub(super) fn captured(&mut self, hash: u64, result: &Result<Arc<Captured>, Failure>) {
        let about_it = |answer: &&Answer| {
            let source = answer.source.as_ref();
            answer.phase == Phase::Preparing && source.is_some_and(|source| source.hash == hash)
        };
        let answers = self.answers.iter().filter(about_it);
        let keys: Vec<_> = answers
            .map(|answer| (answer.key, needs_page(answer)))
            .collect();
        for (key, needs_page) in keys {
            match result {
                Ok(_) => self.proceed(key),
                Err(failure) if needs_page => {
                    self.end(key, Phase::Failed(Trouble::Host(failure.clone())));
                }
                Err(_) => self.send(key, None),
            }
        }
    }

    fn send(&mut self, key: AnswerKey, captured: Option<Arc<Captured>>) {
        let conversation = self.conversation_before(key);
        let reader_language = Some(self.reader_language.clone());
        let page_language = captured
            .as_ref()
            .and_then(|captured| captured.language.as_ref());
        let target = self.target_for(page_language);
        let chosen = self.chosen_expert().cloned();
        let Some(answer) = self.answer_mut(key) else {
            return;
        };
        let question = &answer.question;
        let ask = Ask {
            action: question.action,
            text: question.text.clone(),
            document: captured.as_ref().map(|captured| captured.document),
            target: Some(match &answer.selection {
                Some(_) => Target::Selection,
                None => Target::Page,
            }),
            selection: answer.selection.clone(),
            // Words of the reader's own may name another language.
            language: (question.action == Some(Action::Translate) && question.text.is_empty())
                .then_some(target),
            reader_language,
            expert: question.expert.clone().or(chosen),
            // Words may refer to what was said before; a button does not.
            conversation: if question.text.is_empty() {
                Vec::new()
            } else {
                conversation
            },
            ..Ask::default()
        };
        answer.captured = captured;
        answer.phase = Phase::Waiting;
        let id = self.request(Purpose::Ask(key), |id| ToHost::Ask { id, ask });
        if let Some(answer) = self.answer_mut(key) {
            answer.request = Some(id);
        }
        self.show(Part::Answer(key));
    }

    /// What was said before, for a question that may refer to it.
    fn conversation_before(&self, key: AnswerKey) -> Vec<Turn> {
        let told =
            |answer: &&Answer| answer.key != key && !answer.is_running() && answer.has_text();
        let before: Vec<_> = self.answers.iter().filter(told).collect();
        let recent = before.iter().skip(before.len().saturating_sub(REMEMBERED));
        recent.flat_map(|answer| turns(answer)).collect()
    }

    pub(super) fn answer_event(&mut self, key: AnswerKey, id: &RequestId, event: Event) {
        let forgotten = matches!(&event,
            Event::Failed { failure } if failure.code == FailureCode::UnknownDocument);
        let terminal = event.is_terminal();
        let Some(answer) = self.answer_mut(key) else {
            return;
        };
        if answer.request.as_ref() != Some(id) {
            return;
        }
        if forgotten && !answer.captured_again && !answer.has_text() {
            return self.capture_again(key);
        }
        answer.apply(event);
        self.show(Part::Answer(key));
        if terminal {
            self.commands.push(Command::Announce(key));
        }
    }

    /// The host has forgotten the page, as after a restart that nobody saw.
    fn capture_again(&mut self, key: AnswerKey) {
        let Some(answer) = self.answer_mut(key) else {
            return;
        };
        answer.captured_again = true;
        answer.request = None;
        answer.phase = Phase::Preparing;
        if let Some(source) = answer.source.clone() {
            self.documents.remove(&source.hash);
        }
        self.show(Part::Answer(key));
        self.proceed(key);
    }

    /// The reader stops an answer.
    pub fn stop(&mut self, key: AnswerKey) {
        let Some(answer) = self.answer_mut(key).filter(|answer| answer.is_running()) else {
            return;
        };
        match answer.request.clone() {
            Some(_) if answer.stopping => {}
            Some(id) => {
                answer.stopping = true;
                self.post(ToHost::Cancel { id });
                self.show(Part::Answer(key));
            }
            None => self.end(key, Phase::Stopped),
        }
    }

    /// The reader stops the answer that was asked for last; gives whether there was one.
    pub fn stop_last(&mut self) -> bool {
        let running = self.answers.iter().rev().find(|answer| answer.is_running());
        let key = running.map(|answer| answer.key);
        if let Some(key) = key {
            self.stop(key);
        }
        key.is_some()
    }

    /// The reader asks the same again. What had arrived stays above.
    pub fn retry(&mut self, key: AnswerKey) -> Option<AnswerKey> {
        self.ask_again(key, |_| {})
    }

    /// The reader asks another expert the same. The answer that is there stays above.
    pub fn ask_another(&mut self, key: AnswerKey, expert: ExpertId) -> Option<AnswerKey> {
        self.ask_again(key, |question| question.expert = Some(expert))
    }

    /// The reader says what the words of a question mean: the same is asked again as this action,
    /// which is never guessed again. An answer that is still coming is stopped.
    pub fn ask_as(&mut self, key: AnswerKey, action: Action) -> Option<AnswerKey> {
        self.stop(key);
        self.asked_again(key, |question| question.action = Some(action))
    }

    fn ask_again(
        &mut self,
        key: AnswerKey,
        change: impl FnOnce(&mut Question),
    ) -> Option<AnswerKey> {
        self.answer(key).filter(|answer| !answer.is_running())?;
        self.asked_again(key, change)
    }

    fn asked_again(
        &mut self,
        key: AnswerKey,
        change: impl FnOnce(&mut Question),
    ) -> Option<AnswerKey> {
        let at = self.answers.iter().position(|answer| answer.key == key)?;
        let old = self.answers.get(at)?;
        let (mut question, source) = (old.question.clone(), old.source.clone());
        change(&mut question);
        let selection = old.selection.clone();
        if !old.has_text() {
            self.answers.remove(at);
        }
        if source.is_none() {
            return Some(self.ask(question));
        }
        // The page may be gone from view by now: what was read of it still serves.
        let key = AnswerKey(self.number());
        let mut answer = Answer::new(key, question);
        answer.source = source;
        answer.selection = selection;
        answer.prepared = true;
        self.answers.push(answer);
        self.show(Part::Answers);
        self.proceed(key);
        Some(key)
    }

    /// The reader looks behind a revision, or back at it.
    pub fn show_draft(&mut self, key: AnswerKey, step: StepId, draft: bool) {
        if let Some(step) = self
            .answer_mut(key)
            .and_then(|answer| answer.find_mut(step))
        {
            step.show_draft(draft);
            self.show(Part::Answer(key));
        }
    }

    fn end(&mut self, key: AnswerKey, phase: Phase) {
        if let Some(answer) = self.answer_mut(key) {
            answer.phase = phase;
            self.show(Part::Answer(key));
            self.commands.push(Command::Announce(key));
        }
    }
}

/// The passage that a question is about: what the menu was opened on, else what is selected.
fn passage(question: &Question, source: Option<&Source>) -> Option<String> {
    let selected = || source.and_then(Source::selection).map(str::to_owned);
    match &question.place {
        Some(place) if place.target == Target::Page => None,
        // The page's own wording keeps line breaks, which the menu's loses.
        Some(place) => selected().or_else(|| place.selection.clone()),
        None => selected(),
    }
}

fn is_top_frame(answer: &Answer) -> bool {
    answer
        .question
        .place
        .as_ref()
        .is_none_or(|place| place.frame == 0)
}

/// A passage, or a question in the reader's own words, can be answered without the page.
fn needs_page(answer: &Answer) -> bool {
    answer.selection.is_none() && answer.question.text.trim().is_empty()
}

fn turns(answer: &Answer) -> [Turn; 2] {
    let asked = match answer.question.action {
        Some(action) if answer.question.text.is_empty() => Action::as_str(action).to_owned(),
        _ => answer.question.text.clone(),
    };
    let said = answer
        .standing_text()
        .chars()
        .take(REMEMBERED_CHARACTERS)
        .collect();
    let turn = |speaker, text| Turn { speaker, text };
    [turn(Speaker::Reader, asked), turn(Speaker::Expert, said)]
}
