//! Who does a step: every expert that can, best first, each with the reason.

use std::sync::Arc;

use coterie_protocol::{
    Action, ExpertCard, ExpertId, Failure, FailureCode, LanguageTag, Place, Profile, Reason,
    StepId, StepRole,
};

use super::{Appraisal, Weights};
use crate::coe::{Backstage, Seat};

use crate::experts::{Expert, Task};

/// An expert that can do a step.
#[derive(Clone)]
pub struct Candidate {
    /// The expert.
    pub expert: Arc<dyn Expert>,
    /// Why it has this place.
    pub reason: Reason,
}

/// Who may do a step, in the order in which to try.
#[derive(Clone)]
pub struct Route {
    /// Why the reader's choice is not among the candidates, if it is not.
    pub passed_over: Option<Failure>,
    /// At least one, best first.
    pub candidates: Vec<Candidate>,
}

impl Route {
    /// The same, with those first who are meant to sit there, and without those who did a step
    /// that this one is to differ from, as long as there is somebody else.
    #[must_use]
    pub fn seated(mut self, seat: &Seat, did: impl Fn(StepId) -> Option<ExpertId>) -> Self {
        let wanted = |candidate: &Candidate| {
            let id = &candidate.expert.card().id;
            let place = seat.first.iter().position(|first| first == id);
            place.unwrap_or(usize::MAX)
        };
        // The reader's choice stays first.
        self.candidates
            .sort_by_key(|candidate| (candidate.reason != Reason::Chosen, wanted(candidate)));
        let before: Vec<_> = seat.unlike.iter().filter_map(|step| did(*step)).collect();
        let is_new = |candidate: &Candidate| {
            let id = &candidate.expert.card().id;
            !before.contains(id)
        };
        if self.candidates.iter().any(is_new) {
            self.candidates.retain(is_new);
        }
        self
    }
}

/// The place of an expert among those worth the same; lower goes first. A model on this machine
/// costs nothing and keeps the text here; an engine that does one thing only, such as a
/// rule-based translator, comes after it; a vendor's model next; what needs neither comes last.
pub(in crate::coe) fn standing(card: &ExpertCard) -> u8 {
    let general = card.actions.len() > 1;
    match card.place {
        Place::ThisMachine if general => 0,
        Place::ThisMachine => 1,
        Place::Cloud => 2,
        Place::BuiltIn => 3,
    }
}

/// Ranks the experts that can do `task`; the reader's choice goes first. What stands in for a
/// chosen expert never sends the text farther away than the choice would have.
///
/// # Errors
/// When the chosen expert is unknown, or nobody can do the task.
pub fn rank(
    task: &Task,
    roster: &[Arc<dyn Expert>],
    chosen: Option<&ExpertId>,
    backstage: &dyn Backstage,
) -> Result<Route, Failure> {
    let chosen = chosen.map(|id| find(roster, id)).transpose()?;
    let mut able = appraised(task, roster, backstage);
    if let Some(chosen) = &chosen {
        able.retain(|(expert, _)| no_farther(expert.card(), chosen.card()));
        able.sort_by_key(|(expert, _)| expert.card().id != chosen.card().id);
    }
    if able.is_empty() {
        return Err(nobody(task));
    }
    let passed_over = chosen
        .filter(|chosen| !chosen.can(task))
        .map(|chosen| cannot(chosen.card(), task));
    let candidate = |(expert, appraisal): (&Arc<dyn Expert>, Appraisal)| Candidate {
        expert: Arc::clone(expert),
        reason: if chosen.is_some_and(|chosen| chosen.card().id == expert.card().id) {
            Reason::Chosen
        } else {
            appraisal.reason
        },
    };
    Ok(Route {
        passed_over,
        candidates: able.into_iter().map(candidate).collect(),
    })
}

/// Those who can do a task, best first: by what they are worth for it, and of equals by where they
/// stand. One that is resting after failures is asked only where nobody else is left.
pub(in crate::coe) fn appraised<'a>(
    task: &Task,
    roster: &'a [Arc<dyn Expert>],
    backstage: &dyn Backstage,
) -> Vec<(&'a Arc<dyn Expert>, Appraisal)> {
    let profile = backstage.profile();
    let weights = Weights::of(profile);
    let may = |expert: &&Arc<dyn Expert>| {
        let here = profile != Profile::Private || expert.card().place != Place::Cloud;
        here && fits(expert, task)
    };
    let able = roster.iter().filter(may);
    let mut able: Vec<_> = able
        .map(|expert| (expert, Appraisal::of(expert, task, backstage)))
        .collect();
    able.sort_by(|(one, first), (other, second)| {
        let resting = first.entrant.resting.cmp(&second.entrant.resting);
        let worth = || second.worth(&weights).total_cmp(&first.worth(&weights));
        let place = || standing(one.card()).cmp(&standing(other.card()));
        resting.then_with(worth).then_with(place)
    });
    able
}

/// Whether an expert can do a task in its role: what only does whole tasks, such as a translation
/// engine, cannot follow an outline or judge an answer. What is built in quotes the page, which
/// neither confirms an answer nor decides between two.
fn fits(expert: &Arc<dyn Expert>, task: &Task) -> bool {
    let card = expert.card();
    let may = match card.place {
        Place::BuiltIn => matches!(task.role, StepRole::Whole | StepRole::Propose),
        Place::ThisMachine | Place::Cloud => card.actions.len() > 1 || task.role.is_whole(),
    };
    may && expert.can(task)
}

fn find<'a>(roster: &'a [Arc<dyn Expert>], id: &ExpertId) -> Result<&'a Arc<dyn Expert>, Failure> {
    let found = roster.iter().find(|expert| expert.card().id == *id);
    found.ok_or_else(|| {
        let message = format!("the chosen expert {id} is not at the table");
        Failure::new(FailureCode::UnknownExpert, message).by(id)
    })
}

/// Whether asking `expert` shows the text to nobody who would not have seen it with `chosen`.
fn no_farther(expert: &ExpertCard, chosen: &ExpertCard) -> bool {
    chosen.place == Place::Cloud || expert.place != Place::Cloud
}

fn nobody(task: &Task) -> Failure {
    if task.action != Action::Translate {
        let message = format!("no expert here can {}", task.action.as_str());
        return Failure::new(FailureCode::NoExpert, message);
    }
    let message = format!(
        "no expert here translates {}: start a local model, install Apertium with this pair, \
         or add a key",
        direction(task)
    );
    Failure::new(FailureCode::NoTranslator, message)
}

fn cannot(card: &ExpertCard, task: &Task) -> Failure {
    let (code, what) = match task.action {
        Action::Translate if card.actions.contains(&Action::Translate) => (
            FailureCode::NoTranslator,
            format!("translate {}", direction(task)),
        ),
        action => (FailureCode::NoExpert, action.as_str().to_owned()),
    };
    Failure::new(code, format!("{} cannot {what}", card.id)).by(&card.id)
}

fn direction(task: &Task) -> String {
    let source = task.source.as_ref().map(LanguageTag::as_str);
    let source = source.unwrap_or("an unknown language");
    format!("from {source} to {}", task.language)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coe::BareStage;
    use crate::experts::scripted::{Scripted, task};

    fn roster() -> Vec<Arc<dyn Expert>> {
        let all = Action::ALL.to_vec();
        let expert = |id: &str, place, actions: &[Action]| {
            Arc::new(Scripted::new(id, place, actions)) as Arc<dyn Expert>
        };
        vec![
            expert(
                "builtin",
                Place::BuiltIn,
                &[Action::Summarize, Action::Expand],
            ),
            expert("cloud", Place::Cloud, &all),
            expert("engine", Place::ThisMachine, &[Action::Translate]),
            expert("local", Place::ThisMachine, &all),
        ]
    }

    /// `id:reason` of each candidate.
    fn check(action: Action, without: &[&str], chosen: Option<&str>, expected: &str) {
        let mut roster = roster();
        roster.retain(|expert| !without.contains(&expert.card().id.0.as_str()));
        let chosen = chosen.map(|id| ExpertId(id.to_owned()));
        let found = match rank(&task(action), &roster, chosen.as_ref(), &BareStage) {
            Ok(route) => shown(&route),
            Err(failure) => format!("{:?}", failure.code),
        };
        assert_eq!(
            found, expected,
            "{action:?} without {without:?} choosing {chosen:?}"
        );
    }

    fn shown(route: &Route) -> String {
        let passed = route.passed_over.iter();
        let passed = passed.map(|failure| format!("not:{:?}", failure.code));
        let candidates = route.candidates.iter();
        let candidates = candidates
            .map(|candidate| format!("{}:{:?}", candidate.expert.card().id, candidate.reason));
        passed.chain(candidates).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_local_model_goes_before_the_cloud_and_the_built_in_comes_last() {
        let all = "local:OnThisMachine cloud:HasKey builtin:BuiltIn";
        check(Action::Summarize, &[], None, all);
        check(
            Action::Summarize,
            &["local"],
            None,
            "cloud:HasKey builtin:BuiltIn",
        );
        check(
            Action::Summarize,
            &["local", "cloud"],
            None,
            "builtin:BuiltIn",
        );
        check(Action::Answer, &["local", "cloud"], None, "NoExpert");
    }

    #[test]
    fn a_translation_engine_comes_after_a_local_model_and_before_the_cloud() {
        let all = "local:OnThisMachine engine:OnThisMachine cloud:HasKey";
        check(Action::Translate, &[], None, all);
        let without = ["local", "cloud", "engine"];
        check(
            Action::Translate,
            &without[..2],
            None,
            "engine:OnThisMachine",
        );
        check(Action::Translate, &without, None, "NoTranslator");
    }

    #[test]
    fn the_readers_choice_goes_first() {
        let all = "cloud:Chosen local:OnThisMachine builtin:BuiltIn";
        check(Action::Summarize, &[], Some("cloud"), all);
        check(Action::Summarize, &[], Some("nobody"), "UnknownExpert");
    }

    #[test]
    fn instead_of_a_choice_on_this_machine_the_cloud_is_never_asked() {
        let here = "builtin:Chosen local:OnThisMachine";
        check(Action::Summarize, &[], Some("builtin"), here);
        let alone = ["local", "engine"];
        check(Action::Translate, &alone, Some("builtin"), "NoTranslator");
    }

    #[test]
    fn a_choice_that_cannot_do_it_is_passed_over_with_the_reason() {
        let others = "not:NoExpert local:OnThisMachine builtin:BuiltIn";
        check(Action::Summarize, &[], Some("engine"), others);
    }
}
