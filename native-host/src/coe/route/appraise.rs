//! What one expert is worth for one request: its quality at this by the catalogue and by what this
//! reader did, its money, its delay.

use std::{sync::Arc, time::Duration};

use coterie_protocol::{Action, ExpertCard, Place, Reason};

use super::{choose::Entrant, weights::Weights};
use crate::{
    coe::{Backstage, Estimate},
    experts::{Expert, Skill, Task, governor::in_dollars},
};

/// The quality of an expert of which nobody said anything: a model on this machine, an engine, a
/// vendor's model, what is built in.
const UNKNOWN_LOCAL: f64 = 0.65;
const UNKNOWN_ENGINE: f64 = 0.6;
const UNKNOWN_CLOUD: f64 = 0.58;
const UNKNOWN_BUILT_IN: f64 = 0.3;

/// What a call to a vendor is taken to cost, in dollars, where its price is not known.
const UNKNOWN_PRICE: f64 = 0.002;

/// How long an expert is taken to be silent at first where nothing was seen of it.
const USUAL_SILENCE: Duration = Duration::from_secs(3);
const SILENCE_OF_ENGINES: Duration = Duration::from_millis(500);

/// An expert, appraised for a task.
#[derive(Debug, Clone, PartialEq)]
pub struct Appraisal {
    /// As the choice among plans sees it.
    pub entrant: Entrant,
    /// Why it would be given the step.
    pub reason: Reason,
}

impl Appraisal {
    /// Appraises an expert for a task.
    pub fn of(expert: &Arc<dyn Expert>, task: &Task, backstage: &dyn Backstage) -> Self {
        let card = expert.card();
        let engine = card.actions.len() == 1;
        let known = expert.skills().get(&skill(task.action)).copied();
        let prior = known.unwrap_or_else(|| unknown(card, engine));
        let learned = backstage.rating(task.action, card, prior);
        let standing = backstage.standing(card);
        let silence = standing
            .usually_speaks_by
            .or_else(|| expert.usually_speaks_by());
        let silence_guess = match card.place {
            Place::BuiltIn => Duration::ZERO,
            _ if engine => SILENCE_OF_ENGINES,
            _ => USUAL_SILENCE,
        };
        let cost = Estimate::of(expert, task).cost;
        let price = match card.place {
            Place::Cloud => cost.as_ref().and_then(in_dollars).unwrap_or(UNKNOWN_PRICE),
            Place::ThisMachine | Place::BuiltIn => 0.0,
        };
        let entrant = Entrant {
            id: card.id.0.clone(),
            family: family(&card.id.0).to_owned(),
            quality: learned.quality,
            // It is asked for at most this, and takes about half.
            price: price / 2.0,
            delay: silence.unwrap_or(silence_guess).as_secs_f64(),
            local: card.place != Place::Cloud,
            engine,
            context: expert.context(),
            resting: standing.resting,
        };
        let rated = known.is_some() || learned.learned;
        let reason = match card.place {
            Place::ThisMachine => Reason::OnThisMachine,
            Place::BuiltIn => Reason::BuiltIn,
            Place::Cloud if rated => Reason::Rated {
                quality_percent: percent(learned.quality),
                cost: cost.map(|cost| coterie_protocol::Cost {
                    amount: cost.amount / 2.0,
                    ..cost
                }),
                first_text_ms: silence.and_then(|it| u64::try_from(it.as_millis()).ok()),
                learned: learned.learned,
            },
            Place::Cloud => Reason::HasKey,
        };
        Self { entrant, reason }
    }

    /// What it is worth alone.
    pub fn worth(&self, weights: &Weights) -> f64 {
        let entrant = &self.entrant;
        entrant.quality - weights.money * entrant.price - weights.delay * entrant.delay
    }
}

/// The skill that an action takes.
pub fn skill(action: Action) -> Skill {
    match action {
        Action::Translate => Skill::Translate,
        Action::Summarize | Action::Shorten => Skill::Summarize,
        Action::Expand | Action::Rewrite | Action::Proofread | Action::Write => Skill::Write,
        Action::Explain | Action::Compare | Action::Chat => Skill::Explain,
        Action::Answer | Action::Extract => Skill::Answer,
        Action::Code => Skill::Code,
        Action::Math => Skill::Math,
    }
}

fn unknown(card: &ExpertCard, engine: bool) -> f64 {
    match card.place {
        Place::BuiltIn => UNKNOWN_BUILT_IN,
        _ if engine => UNKNOWN_ENGINE,
        Place::ThisMachine => UNKNOWN_LOCAL,
        Place::Cloud => UNKNOWN_CLOUD,
    }
}

/// Who made a model, by its name: `qwen` of `siliconflow/Qwen/Qwen3-32B`. Those of one family err
/// alike.
pub fn family(id: &str) -> &str {
    let model = id.rsplit('/').next().unwrap_or(id);
    let end = model.find(|letter: char| !letter.is_alphabetic());
    let name = &model[..end.unwrap_or(model.len())];
    // A model that is named by a number is known by its vendor.
    if name.is_empty() {
        id.split('/').next().unwrap_or(id)
    } else {
        name
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share from 0 to 1 makes a percentage"
)]
fn percent(share: f64) -> u8 {
    (share.clamp(0.0, 1.0) * 100.0).round() as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        coe::BareStage,
        experts::scripted::{Scripted, task},
    };

    fn check(expert: Scripted, expected: (f64, f64)) {
        let expert: Arc<dyn Expert> = Arc::new(expert);
        let found = Appraisal::of(&expert, &task(Action::Explain), &BareStage).entrant;
        assert_eq!(
            (found.quality, found.price > 0.0),
            (expected.0, expected.1 > 0.0)
        );
    }

    #[test]
    fn what_runs_here_costs_nothing_and_what_is_unknown_is_guessed() {
        let all = Action::ALL;
        check(
            Scripted::new("a/m", Place::ThisMachine, &all),
            (UNKNOWN_LOCAL, 0.0),
        );
        check(
            Scripted::new("a/m", Place::Cloud, &all),
            (UNKNOWN_CLOUD, 1.0),
        );
        let priced = Scripted::new("a/m", Place::Cloud, &all).priced(1.0, 2.0);
        check(priced.skilled(Skill::Explain, 0.9), (0.9, 1.0));
    }

    #[test]
    fn a_family_is_known_by_the_name_of_the_model() {
        assert_eq!(family("siliconflow/Qwen/Qwen3-32B"), "Qwen");
        assert_eq!(family("deepseek/deepseek-v4"), "deepseek");
        assert_eq!(family("qihoo360/360gpt"), "qihoo360");
        assert_eq!(family("scripted"), "scripted");
    }
}
