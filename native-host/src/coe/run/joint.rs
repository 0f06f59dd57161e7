//! What several answers come to when they are held against each other.

use coterie_protocol::{Mark, StepId};

use super::graph::Made;
use crate::coe::{
    Intent,
    agree::{Agreement, Measure, agree as compare},
};

/// What follows from answers that were compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The draft stands.
    Stands,
    /// Another stands for it.
    By(StepId),
    /// The draft stands, and the reader is told what is open.
    Open(Vec<Mark>),
    /// There is no answer.
    Nobody,
}

type Answers = [(StepId, Made)];

/// Whether one answer has more agreement than each other, two at least.
pub(super) fn settled(intent: &Intent, answers: &Answers) -> bool {
    compared(intent, answers).plurality().is_some()
}

/// Of each answer whether it is among those that most agree with; nothing where none are.
pub(super) fn agreed(intent: &Intent, answers: &Answers) -> Option<Vec<bool>> {
    let found = compared(intent, answers);
    let group = found.plurality()?;
    Some((0..answers.len()).map(|at| group.contains(&at)).collect())
}

/// What most answers say; where no two agree, what the last says, which was asked to decide.
pub(super) fn most(intent: &Intent, answers: &Answers, draft: StepId, last: StepId) -> Verdict {
    let at = |step: StepId| answers.iter().position(|(made, _)| *made == step);
    let found = compared(intent, answers);
    let majority = found.plurality().and_then(|group| group.first()).copied();
    let by = |at: usize| {
        answers
            .get(at)
            .map_or(Verdict::Nobody, |it| Verdict::By(it.0))
    };
    let same = |one: usize, other: usize| {
        found.cluster_of(one).is_some() && found.cluster_of(one) == found.cluster_of(other)
    };
    match (at(draft), at(last)) {
        // Without a draft the best that is there is the answer.
        (None, last) => by(majority.or(last).unwrap_or(0)),
        // The one that was to decide was not needed, or is missing.
        (Some(draft), None) => match majority {
            Some(best) if same(best, draft) => Verdict::Stands,
            Some(best) => by(best),
            None => Verdict::Open(vec![undecided(answers.len())]),
        },
        (Some(draft), Some(last)) => {
            let best = majority.unwrap_or(last);
            if same(best, draft) {
                Verdict::Stands
            } else if same(best, last) {
                by(last)
            } else {
                by(best)
            }
        }
    }
}

/// The answer that is most like the others; of equals the first.
pub(super) fn closest(intent: &Intent, answers: &Answers, draft: StepId) -> Verdict {
    let found = compared(intent, answers);
    let likeness = |one: usize| -> f64 {
        let others = (0..answers.len()).filter(|other| *other != one);
        others.map(|other| found.similarity(one, other)).sum()
    };
    let best = (0..answers.len()).reduce(|best, next| {
        if likeness(next) > likeness(best) + 1e-9 {
            next
        } else {
            best
        }
    });
    match best.and_then(|best| answers.get(best)) {
        None => Verdict::Nobody,
        Some((step, _)) if *step == draft => Verdict::Stands,
        Some((step, _)) => Verdict::By(*step),
    }
}

/// Answers of different experts: one that says the same twice agrees with nobody, nor do two that
/// went on with the words of a third.
pub(super) fn independent(mut answers: Vec<(StepId, Made)>) -> Vec<(StepId, Made)> {
    let mut experts = Vec::new();
    answers.retain(|(_, made)| {
        let authors = made.begun_by.iter().chain([&made.expert.id]);
        let is_new = authors.clone().all(|author| !experts.contains(author));
        experts.extend(authors.cloned());
        is_new
    });
    answers
}

fn compared(intent: &Intent, answers: &Answers) -> Agreement {
    let texts: Vec<_> = answers.iter().map(|(_, made)| made.text.as_str()).collect();
    let format = intent.format.as_deref();
    let measure = Measure::for_answers(intent.action.as_str(), format, &texts);
    compare(measure, &texts)
}

fn undecided(answers: usize) -> Mark {
    let what = if answers > 1 {
        "two experts gave different answers, and nobody was there to decide"
    } else {
        "a second expert was to be asked, and could not"
    };
    Mark {
        check: "agreement".to_owned(),
        what: what.to_owned(),
        words: None,
    }
}

/// The sentences of an answer that another expert doubts: lines of `"sentence" - reason`. Only
/// what really stands in the answer counts.
pub(super) fn doubts(said: &str, about: &str) -> Vec<Mark> {
    let doubt = |line: &str| {
        let line = line.trim_start_matches(['-', '*', ' ', '\t']);
        let (open, close) = [('"', '"'), ('“', '”'), ('「', '」'), ('«', '»')]
            .into_iter()
            .find(|(open, _)| line.starts_with(*open))?;
        let line = line.strip_prefix(open)?;
        let (sentence, reason) = line.split_once(close)?;
        let reason = reason
            .trim_start_matches([' ', '-', '–', '—', ':', '：'])
            .trim();
        let stands = !sentence.trim().is_empty() && about.contains(sentence.trim());
        stands.then(|| Mark {
            check: "second_opinion".to_owned(),
            what: reason.chars().take(200).collect(),
            words: Some(sentence.trim().to_owned()),
        })
    };
    said.lines().filter_map(doubt).collect()
}

#[cfg(test)]
mod tests {
    use coterie_protocol::{Action, Finish, Place};

    use super::*;
    use crate::experts::{Expert as _, scripted::Scripted};

    /// What follows when these steps said this; `3` is the last.
    fn check(said: &[(u32, &str)], expected: &Verdict) {
        let expert = Scripted::new("a", Place::ThisMachine, &Action::ALL);
        let made = |(step, text): &(u32, &str)| {
            let made = Made {
                text: (*text).to_owned(),
                expert: expert.card().clone(),
                begun_by: Vec::new(),
                finish: Finish::Complete,
            };
            (StepId(*step), made)
        };
        let answers: Vec<_> = said.iter().map(made).collect();
        let intent = Intent::of_action(Action::Math);
        let found = most(&intent, &answers, StepId(0), StepId(3));
        assert_eq!(found, *expected, "{said:?}");
    }

    #[test]
    fn what_most_say_stands() {
        check(
            &[(0, "42"), (1, "41"), (3, "The answer is 42.")],
            &Verdict::Stands,
        );
        check(&[(0, "42"), (1, "41"), (3, "41")], &Verdict::By(StepId(3)));
        check(&[(0, "1"), (1, "2"), (3, "3")], &Verdict::By(StepId(3)));
        check(
            &[(0, "1"), (1, "2"), (2, "2"), (3, "3")],
            &Verdict::By(StepId(1)),
        );
    }

    #[test]
    fn who_is_missing_is_told_or_replaced() {
        check(&[(0, "42"), (1, "42.0")], &Verdict::Stands);
        check(&[(0, "42"), (1, "41")], &Verdict::Open(vec![undecided(2)]));
        check(&[(0, "42")], &Verdict::Open(vec![undecided(1)]));
        check(
            &[(1, "42"), (2, "42.0"), (3, "41")],
            &Verdict::By(StepId(1)),
        );
        check(&[(1, "42")], &Verdict::By(StepId(1)));
        check(&[(1, "42"), (3, "41")], &Verdict::By(StepId(3)));
        check(&[], &Verdict::Nobody);
    }

    #[test]
    fn a_draft_that_others_outvote_does_not_stand_because_nobody_had_to_decide() {
        check(&[(0, "42"), (1, "41"), (2, "41")], &Verdict::By(StepId(1)));
        check(&[(0, "42"), (1, "41"), (2, "42")], &Verdict::Stands);
    }

    #[test]
    fn an_expert_has_one_voice_also_where_others_went_on_for_it() {
        let made = |step, expert: &str, begun_by: &[&str]| {
            let card = Scripted::new(expert, Place::ThisMachine, &Action::ALL);
            let id = |name: &&str| coterie_protocol::ExpertId((*name).to_owned());
            let made = Made {
                text: "42".to_owned(),
                expert: card.card().clone(),
                begun_by: begun_by.iter().map(id).collect(),
                finish: Finish::Complete,
            };
            (StepId(step), made)
        };
        let heard = |answers: Vec<(StepId, Made)>| -> Vec<u32> {
            independent(answers)
                .iter()
                .map(|(step, _)| step.0)
                .collect()
        };
        assert_eq!(heard(vec![made(0, "a", &[]), made(1, "b", &[])]), [0, 1]);
        assert_eq!(heard(vec![made(0, "a", &[]), made(1, "a", &[])]), [0]);
        assert_eq!(heard(vec![made(0, "b", &["a"]), made(1, "c", &["a"])]), [0]);
        assert_eq!(heard(vec![made(0, "b", &["a"]), made(1, "a", &[])]), [0]);
    }

    #[test]
    fn only_doubts_about_what_was_said_count() {
        let about = "The tide comes twice a day. It is made by the wind.";
        let said = "- \"It is made by the wind.\" - by the moon\n\"Not there.\" - no\nOK";
        let found = doubts(said, about);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].words.as_deref(), Some("It is made by the wind."));
        assert_eq!(found[0].what, "by the moon");
    }
}
