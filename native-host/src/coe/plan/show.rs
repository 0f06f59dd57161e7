//! A plan as text: one line a step, for people and for tests.

use std::fmt;

use coterie_protocol::StepId;

use super::{Joint, Plan, Rule, Step, Take};

impl fmt::Display for Plan {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, step) in self.steps.iter().enumerate() {
            if number > 0 {
                writeln!(out)?;
            }
            write!(out, "{step}")?;
        }
        for joint in &self.joints {
            write!(out, "\n{joint}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Step {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let role = format!("{:?}", self.role).to_lowercase();
        write!(out, "{}: {} ({role})", self.id.0, self.action.as_str())?;
        if let Some(words) = &self.words {
            write!(out, " {words:?}")?;
        }
        if let Some(paragraphs) = &self.paragraphs {
            write!(
                out,
                ", paragraphs {}-{}",
                paragraphs.start + 1,
                paragraphs.end
            )?;
        }
        for take in &self.takes {
            match take {
                Take::Handed(from, kind) => {
                    write!(
                        out,
                        ", {} of {}",
                        format!("{kind:?}").to_lowercase(),
                        from.0
                    )?;
                }
                Take::Passage(from) => write!(out, ", on the result of {}", from.0)?,
            }
        }
        let first = self.seat.first.iter().map(|expert| expert.0.as_str());
        let first: Vec<_> = first.collect();
        if !first.is_empty() {
            write!(out, ", by {}", first.join(" or "))?;
        }
        if !self.seat.unlike.is_empty() {
            write!(out, ", by another than {}", numbers(&self.seat.unlike))?;
        }
        if self.held {
            write!(out, ", if needed")?;
        }
        if self.shown {
            write!(out, ", shown")?;
        }
        Ok(())
    }
}

impl fmt::Display for Joint {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = numbers(&self.of);
        match &self.rule {
            Rule::Agree { otherwise } => {
                write!(out, "{of} agree, or {} decides", numbers(otherwise))
            }
            Rule::Decide { draft } => write!(out, "of {of} what most say stands for {}", draft.0),
            Rule::Closest { draft } => {
                write!(
                    out,
                    "of {of} the one most like the others stands for {}",
                    draft.0
                )
            }
            Rule::Replace { draft, guarded } => {
                let guard = if *guarded {
                    " if it keeps every fact"
                } else {
                    ""
                };
                write!(out, "after {of} the last stands for {}{guard}", draft.0)
            }
            Rule::Better { draft } => {
                write!(
                    out,
                    "after {of} the one with fewer faults stands for {}",
                    draft.0
                )
            }
            Rule::Doubts { about } => write!(out, "after {of} doubts about {} are marked", about.0),
            Rule::Grow => write!(out, "after {of} its steps follow"),
        }
    }
}

fn numbers(steps: &[StepId]) -> String {
    let numbers: Vec<_> = steps.iter().map(|step| step.0.to_string()).collect();
    numbers.join(", ")
}
