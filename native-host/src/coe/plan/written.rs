//! A plan that an expert wrote, for what no table covers: read strictly, bounded, and never with
//! a step that the reader did not allow.

use coterie_protocol::{Action, PlanShape, StepId, StepRole};
use serde::Deserialize;

use super::{Plan, PlanError, Seat, Step, Take};

/// A written plan has at most so many steps.
pub const MOST_STEPS: usize = 6;

/// The words of a step are at most so long, in characters.
const LONGEST_WORDS: usize = 2_000;

/// The schema of a written plan: nothing else may stand in it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Writing {
    steps: Vec<WrittenStep>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenStep {
    action: String,
    instruction: String,
    #[serde(default)]
    takes: Vec<u32>,
}

/// Reads what an expert wrote. The steps are numbered from `first`; those whose result no other
/// takes are shown.
///
/// # Errors
/// When it is no plan, is too long, or asks for something that is no action.
pub fn read(text: &str, first: StepId, allowed: &[Action]) -> Result<Plan, PlanError> {
    let json = json_in(text).ok_or_else(|| PlanError::Unreadable("there is no JSON".to_owned()))?;
    let writing: Writing =
        serde_json::from_str(json).map_err(|error| PlanError::Unreadable(error.to_string()))?;
    let count = writing.steps.len();
    if count > MOST_STEPS {
        return Err(PlanError::TooManySteps {
            steps: count,
            most: MOST_STEPS,
        });
    }
    let taken = |number: u32| {
        writing
            .steps
            .iter()
            .any(|step| step.takes.contains(&number))
    };
    let steps = (0..).zip(&writing.steps).map(|(number, written)| {
        let step = step(written, number, first, allowed)?;
        Ok(if taken(number) { step } else { step.shown() })
    });
    let plan = Plan {
        shape: PlanShape::Written,
        steps: steps.collect::<Result<_, PlanError>>()?,
        joints: Vec::new(),
    };
    plan.check()?;
    Ok(plan)
}

fn step(
    written: &WrittenStep,
    number: u32,
    first: StepId,
    allowed: &[Action],
) -> Result<Step, PlanError> {
    let action = Action::named(&written.action).filter(|action| allowed.contains(action));
    let action = action.ok_or_else(|| PlanError::NotAllowed {
        step: number,
        what: written.action.chars().take(40).collect(),
    })?;
    if written.instruction.chars().count() > LONGEST_WORDS {
        return Err(PlanError::NotAllowed {
            step: number,
            what: format!("more than {LONGEST_WORDS} characters of instruction"),
        });
    }
    let mut step = Step::new(first.0 + number, action, StepRole::Whole).by(Seat::default());
    step.words = Some(written.instruction.trim().to_owned());
    for from in &written.takes {
        if *from >= number {
            return Err(PlanError::NotBefore {
                step: number,
                from: *from,
            });
        }
        let from = StepId(first.0 + from);
        // One result is worked on; several are set beside each other.
        let take = if written.takes.len() == 1 {
            Take::Passage(from)
        } else {
            Take::Handed(from, crate::experts::HandedKind::Draft)
        };
        step = step.taking(take);
    }
    Ok(step)
}

/// The outermost object in a text that may have a fence or words around it.
fn json_in(text: &str) -> Option<&str> {
    let start = text.find('{')?;
    let end = text.rfind('}')?;
    text.get(start..=end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<&str, PlanError>) {
        let found = read(text, StepId(1), &Action::ALL).map(|plan| plan.to_string());
        // A written plan takes from its own steps only, which come before.
        assert_eq!(found, expected.map(str::to_owned), "{text}");
    }

    #[test]
    fn a_plan_is_read_and_its_ends_are_shown() {
        check(
            r#"Here: ```json
               {"steps": [{"action": "extract", "instruction": "all prices"},
                          {"action": "math", "instruction": "add them", "takes": [0]}]}```"#,
            Ok("1: extract (whole) \"all prices\"\n\
                2: math (whole) \"add them\", on the result of 1, shown"),
        );
    }

    #[test]
    fn what_is_no_plan_is_refused() {
        check(
            "no",
            Err(PlanError::Unreadable("there is no JSON".to_owned())),
        );
        check(r#"{"steps": []}"#, Err(PlanError::Empty));
        let loops = r#"{"steps": [{"action": "chat", "instruction": "", "takes": [0]}]}"#;
        check(loops, Err(PlanError::NotBefore { step: 0, from: 0 }));
        let found = read(
            r#"{"steps": [], "tools": ["shell"]}"#,
            StepId(0),
            &Action::ALL,
        );
        assert!(matches!(found, Err(PlanError::Unreadable(_))));
    }

    #[test]
    fn no_tool_and_no_action_that_is_not_allowed_gets_in() {
        let refused = |what: &str| PlanError::NotAllowed {
            step: 0,
            what: what.to_owned(),
        };
        let shell = r#"{"steps": [{"action": "shell", "instruction": "rm"}]}"#;
        check(shell, Err(refused("shell")));
        let code = r#"{"steps": [{"action": "code", "instruction": "x"}]}"#;
        let found = read(code, StepId(0), &[Action::Write]);
        assert_eq!(found, Err(refused("code")));
    }

    #[test]
    fn a_plan_is_bounded() {
        let step = r#"{"action": "chat", "instruction": "x"}"#;
        let many = format!("{{\"steps\": [{}]}}", [step; 7].join(","));
        check(&many, Err(PlanError::TooManySteps { steps: 7, most: 6 }));
    }
}
