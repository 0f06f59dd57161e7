//! From an intent and a roster to a plan with experts in its seats: the tables say which shapes
//! suit, the choice among plans says which of them is worth it and who sits where.

use std::sync::Arc;

use coterie_protocol::{ExpertId, Place, PlanShape, Profile, StepRole};

use super::{
    Backstage, Conditions, Intent, Joint, Lesson, Plan, Rule, Seat, Seats, Step, Take, Wish,
    agree::Measure,
    build, divide,
    learn::SignalKind,
    plan::Long,
    route::{
        Appraisal, Constraints, Decision, Entrant, RequestFacts, Scored, Shape, Weights, appraised,
        choose,
    },
    suitable,
};
use crate::experts::{
    Expert, HandedKind, Task,
    prompts::estimate_tokens,
    remote::{MOST_OF_A_PAGE, RULES, USUAL_CONTEXT},
};

/// What was arranged, and how it was decided.
pub struct Arrangement {
    /// The plan.
    pub plan: Plan,
    /// The choice among plans, where there was one.
    pub decision: Option<Decision>,
    /// Whom the reader's choice passed over.
    instead_of: Option<ExpertId>,
}

/// Of what an expert reads, this share is kept for its answer.
const KEPT_FOR_ANSWER: u64 = 3;

/// So many of those worth most are asked in turn where the first fails.
const MOST_IN_A_SEAT: usize = 4;

/// An expert that is worse than the best by more than this, in quality, reads no parts.
const READS_WELL_ENOUGH: f64 = 0.2;

/// Arranges what is to be done, by whom.
pub fn arrange(
    intent: &Intent,
    experts: &[Arc<dyn Expert>],
    backstage: &dyn Backstage,
) -> Arrangement {
    if intent.parts.len() > 1 {
        return Arrangement::of(compound(&intent.parts));
    }
    let task = intent.task(intent.action);
    let able = appraised(&task, experts, backstage);
    let entrants = entrants(&able);
    let profile = if intent.best {
        Profile::Best
    } else {
        backstage.profile()
    };
    let weights = Weights::of(profile);
    let conditions = conditions(intent, profile, &able, &task);
    let shapes = suitable(&conditions);
    if shapes.first() == Some(&PlanShape::ReadInParts)
        && let Some(plan) = in_parts(intent, &entrants, &conditions)
    {
        return Arrangement::of(plan);
    }
    if intent.expert.is_some() {
        let first = entrants.first().map(|entrant| ExpertId(entrant.id.clone()));
        return Arrangement {
            instead_of: first,
            ..Arrangement::of(Plan::single(intent.action, Seat::default()))
        };
    }
    let facts = RequestFacts {
        measure: measure(intent),
        difficulty: f64::from(intent.difficulty),
        tokens: conditions.tokens as u64 + RULES as u64,
        shapes: shapes
            .iter()
            .flat_map(|shape| forms(*shape))
            .copied()
            .collect(),
        fixed: None,
        warm: backstage.warm(&intent.conversation).map(|expert| expert.0),
    };
    let constraints = Constraints {
        local_only: profile == Profile::Private,
        budget: None,
    };
    if wants_a_plan(intent, &entrants) {
        return Arrangement::of(written(intent, &able));
    }
    let decision = choose(&facts, &entrants, &weights, &constraints);
    let plan = match &decision.chosen {
        None => Plan::single(intent.action, Seat::default()),
        Some(chosen) => seated(intent, chosen, &shapes, &able, &weights),
    };
    Arrangement {
        plan,
        decision: Some(decision),
        instead_of: None,
    }
}

impl Arrangement {
    /// What a reader's choice of an expert says: for the chosen one, and against the one that would
    /// have been asked.
    pub fn overruled(&self, intent: &Intent, experts: &[Arc<dyn Expert>]) -> Option<Vec<Lesson>> {
        let chosen = intent.expert.as_ref()?;
        let instead = self
            .instead_of
            .as_ref()
            .filter(|instead| *instead != chosen)?;
        let lesson = |id: &ExpertId, kind| {
            let expert = experts.iter().find(|expert| expert.card().id == *id)?;
            Some(Lesson {
                action: intent.action,
                expert: expert.card().clone(),
                kind,
            })
        };
        let preferred = lesson(chosen, SignalKind::Preferred)?;
        let passed_over = lesson(instead, SignalKind::PassedOver)?;
        Some(vec![preferred, passed_over])
    }

    fn of(plan: Plan) -> Self {
        Self {
            plan,
            decision: None,
            instead_of: None,
        }
    }
}

/// From so many estimated tokens on, a request whose reading is not sure is taken to be one that no
/// table covers, rather than one that is badly said.
const WORTH_A_PLAN: usize = 60;

/// An expert plans from this quality on.
const PLANS_WELL: f64 = 0.8;

/// Those among whom it is chosen. What is built in only quotes the page: it costs nothing, and would
/// be taken for a cheap second opinion. It has a seat where there is nobody else.
fn entrants(able: &Able<'_>) -> Vec<Entrant> {
    let is_built_in = |expert: &Arc<dyn Expert>| expert.card().place == Place::BuiltIn;
    let alone = able.iter().all(|(expert, _)| is_built_in(expert));
    let seated = able
        .iter()
        .filter(|(expert, _)| alone || !is_built_in(expert));
    seated.map(|(_, it)| it.entrant.clone()).collect()
}

/// Whether an expert should plan: what is asked is long, unclear, and somebody good is there.
fn wants_a_plan(intent: &Intent, entrants: &[Entrant]) -> bool {
    let unsure = intent.understood.as_ref().is_some_and(|read| !read.sure);
    let able = entrants
        .iter()
        .any(|entrant| !entrant.engine && entrant.quality >= PLANS_WELL);
    unsure && able && estimate_tokens(&intent.instruction) >= WORTH_A_PLAN
}

/// A plan whose steps the best expert writes.
fn written(intent: &Intent, able: &Able<'_>) -> Plan {
    let seat = Seat::of(best_of(able).as_ref());
    let planner = Step::new(0, intent.action, StepRole::Plan).by(seat);
    Plan {
        shape: PlanShape::Written,
        joints: vec![Joint {
            of: vec![planner.id],
            rule: Rule::Grow,
        }],
        steps: vec![planner],
    }
}

type Able<'a> = [(&'a Arc<dyn Expert>, Appraisal)];

/// The plan of what was chosen. One expert alone may still be helped by an outline and a polish, or
/// by a second opinion, where the tables say so.
fn seated(
    intent: &Intent,
    chosen: &Scored,
    shapes: &[PlanShape],
    able: &Able<'_>,
    weights: &Weights,
) -> Plan {
    let ids = |stage: &Vec<String>| stage.iter().cloned().map(ExpertId).collect::<Vec<_>>();
    let mut stages: Vec<_> = chosen.stages.iter().map(ids).collect();
    let alone = [PlanShape::OutlineDraftPolish, PlanShape::SecondOpinion];
    let helped = alone.into_iter().find(|shape| shapes.contains(shape));
    let shape = match (chosen.shape, helped) {
        (Shape::Single, Some(helped)) => {
            // The one that decides is the best there is, whoever would have done it alone.
            let best =
                best_of(able).map_or_else(|| stages.pop().unwrap_or_default(), |it| vec![it]);
            stages = vec![other_family(&best, able), best];
            helped
        }
        (Shape::Single, None) => {
            let first = stages.pop().unwrap_or_default();
            return Plan::single(intent.action, in_turn(first, able, weights));
        }
        (shape, _) => plan_shape(shape),
    };
    build(shape, intent.action, &Seats { stages }, &Vec::new())
}

/// Those who take over when the first cannot: the next best.
fn in_turn(mut first: Vec<ExpertId>, able: &Able<'_>, weights: &Weights) -> Seat {
    let mut rest: Vec<_> = able.iter().filter(|(_, it)| !it.entrant.resting).collect();
    rest.sort_by(|(_, one), (_, other)| other.worth(weights).total_cmp(&one.worth(weights)));
    for (_, appraisal) in rest {
        let id = ExpertId(appraisal.entrant.id.clone());
        if first.len() < MOST_IN_A_SEAT && !first.contains(&id) {
            first.push(id);
        }
    }
    Seat {
        first,
        unlike: Vec::new(),
    }
}

/// Who is best at it, whatever it costs.
fn best_of(able: &Able<'_>) -> Option<ExpertId> {
    let quality = |(_, it): &&(&Arc<dyn Expert>, Appraisal)| it.entrant.quality;
    let free = able
        .iter()
        .filter(|(_, it)| !it.entrant.resting && !it.entrant.engine);
    let best = free.reduce(|best, next| {
        if quality(&next) > quality(&best) {
            next
        } else {
            best
        }
    });
    best.map(|(expert, _)| expert.card().id.clone())
}

/// The cheapest of another family that follows instructions.
fn other_family(of: &[ExpertId], able: &Able<'_>) -> Vec<ExpertId> {
    let family = able
        .iter()
        .find(|(expert, _)| of.contains(&expert.card().id))
        .map(|(_, it)| it.entrant.family.clone());
    let mut others: Vec<_> = able
        .iter()
        .filter(|(expert, it)| {
            let general = !it.entrant.engine && expert.card().place != Place::BuiltIn;
            general && Some(&it.entrant.family) != family.as_ref()
        })
        .collect();
    others.sort_by(|(_, one), (_, other)| one.entrant.price.total_cmp(&other.entrant.price));
    let first = others.first().map(|(expert, _)| expert.card().id.clone());
    first.into_iter().collect()
}

fn plan_shape(shape: Shape) -> PlanShape {
    match shape {
        Shape::Single => PlanShape::Single,
        Shape::AgreeElseStrong | Shape::AgreeElseThirdElseStrong | Shape::AgreeElseVote => {
            PlanShape::Agree
        }
        Shape::EnginesAgreeElsePaid => PlanShape::EnginesAgree,
        Shape::BestOfN => PlanShape::BestOf,
        Shape::FaithfulThenElegant => PlanShape::FaithfulElegant,
        Shape::ProposeAndMerge => PlanShape::ProposeMerge,
    }
}

/// The forms in which a shape is weighed against others; those that follow from the text or the
/// profile alone are not.
fn forms(shape: PlanShape) -> &'static [Shape] {
    match shape {
        PlanShape::Single => &[Shape::Single],
        PlanShape::Agree => &[
            Shape::AgreeElseStrong,
            Shape::AgreeElseThirdElseStrong,
            Shape::AgreeElseVote,
        ],
        PlanShape::EnginesAgree => &[Shape::EnginesAgreeElsePaid],
        PlanShape::BestOf => &[Shape::BestOfN],
        PlanShape::FaithfulElegant => &[Shape::FaithfulThenElegant],
        PlanShape::ProposeMerge => &[Shape::ProposeAndMerge],
        PlanShape::ReadInParts
        | PlanShape::OutlineDraftPolish
        | PlanShape::Compound
        | PlanShape::SecondOpinion
        | PlanShape::Written => &[],
    }
}

/// By what answers are compared, where they can be.
fn measure(intent: &Intent) -> Option<Measure> {
    let measure = Measure::for_answers(intent.action.as_str(), intent.format.as_deref(), &[]);
    let comparable = intent.checkable || measure == Measure::CharacterF;
    comparable.then_some(measure)
}

fn conditions(intent: &Intent, profile: Profile, able: &Able<'_>, task: &Task) -> Conditions {
    let families = |wanted: &dyn Fn(&Entrant) -> bool| {
        let mut families: Vec<_> = able
            .iter()
            .filter(|(expert, it)| expert.card().place != Place::BuiltIn && wanted(&it.entrant))
            .map(|(_, it)| it.entrant.family.as_str())
            .collect();
        families.sort_unstable();
        families.dedup();
        families.len()
    };
    let general = families(&|entrant| !entrant.engine);
    let free_engine = |entrant: &Entrant| entrant.engine && entrant.price <= 0.0;
    Conditions {
        action: intent.action,
        profile,
        best_asked: intent.best,
        checkable: intent.checkable,
        tokens: tokens(task),
        fits: fits(able),
        cheap: general.saturating_sub(1),
        strong: general,
        engines: families(&free_engine),
    }
}

/// Estimated tokens of what is worked on.
fn tokens(task: &Task) -> usize {
    let passage = task.passage.as_deref().map(estimate_tokens);
    let page = || {
        task.article
            .paragraphs
            .iter()
            .map(|each| estimate_tokens(&each.text))
            .sum()
    };
    passage.unwrap_or_else(page)
}

/// Estimated tokens of a text that one of those who follow instructions reads at once. Without
/// any, nothing is read in parts: what is built in reads a text of any length.
fn fits(able: &Able<'_>) -> usize {
    let models = able
        .iter()
        .filter(|(expert, it)| !it.entrant.engine && expert.card().place != Place::BuiltIn);
    models
        .map(|(_, it)| reads_at_once(&it.entrant))
        .max()
        .unwrap_or(usize::MAX)
}

fn reads_at_once(entrant: &Entrant) -> usize {
    let context = entrant.context.unwrap_or(u64::from(USUAL_CONTEXT));
    let left = context.saturating_sub(RULES as u64);
    let left = usize::try_from(left - left / KEPT_FOR_ANSWER).unwrap_or(usize::MAX);
    left.min(MOST_OF_A_PAGE)
}

/// A long text: the cheapest that read well enough take the parts, the best puts them together.
/// Nothing for a passage, or where it would take more parts than are made: then one expert reads what fits, and the
/// share is said.
fn in_parts(intent: &Intent, entrants: &[Entrant], conditions: &Conditions) -> Option<Plan> {
    if intent.passage.is_some() {
        return None;
    }
    let long = Long::get();
    let fair = conditions.tokens.div_ceil(long.parts.max(1));
    let size = long.part.max(fair).min(conditions.fits.max(1));
    let parts = divide(&intent.article.paragraphs, size);
    if parts.len() > long.parts {
        return None;
    }
    if intent.expert.is_some() || parts.len() < 2 {
        return Some(build(
            PlanShape::ReadInParts,
            intent.action,
            &Seats::default(),
            &parts,
        ));
    }
    let models: Vec<_> = entrants.iter().filter(|entrant| !entrant.engine).collect();
    let best = models
        .iter()
        .max_by(|one, other| one.quality.total_cmp(&other.quality));
    let enough = best.map_or(0.0, |best| best.quality - READS_WELL_ENOUGH);
    let mut readers: Vec<_> = models
        .iter()
        .filter(|entrant| entrant.quality >= enough && reads_at_once(entrant) >= size)
        .collect();
    readers.sort_by(|one, other| one.price.total_cmp(&other.price));
    let id = |entrant: &Entrant| ExpertId(entrant.id.clone());
    let seats = Seats {
        stages: vec![
            readers.iter().take(2).map(|entrant| id(entrant)).collect(),
            best.map(|best| id(best)).into_iter().collect(),
        ],
    };
    Some(build(PlanShape::ReadInParts, intent.action, &seats, &parts))
}

/// A compound request: each part is a step that works on what it takes.
fn compound(parts: &[Wish]) -> Plan {
    let step = |(id, wish): (u32, &Wish)| {
        let mut step = Step::new(id, wish.action, StepRole::Whole).shown();
        step.words = Some(wish.words.clone());
        step.language.clone_from(&wish.language);
        step.length = wish.length;
        let earlier = wish
            .takes_from
            .iter()
            .filter_map(|from| u32::try_from(*from).ok());
        let earlier: Vec<_> = earlier
            .filter(|from| *from < id)
            .map(coterie_protocol::StepId)
            .collect();
        match earlier.as_slice() {
            [] => step,
            [from] => step.taking(Take::Passage(*from)),
            several => several.iter().fold(step, |step, from| {
                step.taking(Take::Handed(*from, HandedKind::Draft))
            }),
        }
    };
    Plan {
        shape: PlanShape::Compound,
        steps: (0..).zip(parts).map(step).collect(),
        joints: Vec::new(),
    }
}
