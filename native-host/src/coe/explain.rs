//! How a request would be understood, planned and given to experts, without doing it.

use std::fmt;

use coterie_protocol::{Basis, Cost, Failure, Target, Understood};

use super::{Coterie, Decision, Intent, Plan, Request, arrange, run};

/// How a request would be done.
pub struct Explanation {
    /// What is wanted.
    pub intent: Intent,
    /// How it is done.
    pub plan: Plan,
    /// The choice among plans, where there was one.
    pub decision: Option<Decision>,
    /// The most that it may cost, where the prices are known.
    pub at_most: Option<Cost>,
}

impl Coterie {
    /// Says how a request would be done. Nobody is asked.
    ///
    /// # Errors
    /// When nothing was asked, or there is nothing to work on.
    pub async fn explain(&self, request: Request) -> Result<Explanation, Failure> {
        let leaning = self.backstage.leaning(&request).await;
        let intent = Intent::recognize(request, &leaning)?;
        let experts = self.roster.current().await;
        let arranged = arrange(&intent, &experts, self.backstage.as_ref());
        let at_most = run::at_most(&intent, &arranged.plan, &experts, self.backstage.as_ref());
        Ok(Explanation {
            intent,
            plan: arranged.plan,
            decision: arranged.decision,
            at_most,
        })
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{}", understood(&self.intent))?;
        let Intent {
            field,
            difficulty,
            checkable,
            language,
            ..
        } = &self.intent;
        let kind = if *checkable { "checkable" } else { "open" };
        writeln!(
            out,
            "field {field}, difficulty {difficulty:.2}, {kind}, answer in {language}"
        )?;
        write!(out, "plan: {:?}\n{}", self.plan.shape, self.plan)?;
        if let Some(cost) = &self.at_most {
            write!(out, "\nat most {:.5} {}", cost.amount, cost.currency)?;
        }
        let lines = self.decision.iter().flat_map(Decision::explain);
        for line in lines {
            write!(out, "\n{line}")?;
        }
        Ok(())
    }
}

fn understood(intent: &Intent) -> String {
    let Some(read) = &intent.understood else {
        return format!("asked for: {}", intent.action.as_str());
    };
    let Understood {
        target,
        because,
        sure,
        others,
        parts,
        ..
    } = read;
    let parts: Vec<_> = parts.iter().map(|part| part.as_str()).collect();
    let on = match target {
        Some(Target::Selection) => " on the selection",
        Some(Target::Page) => " on the page",
        Some(Target::Draft) => " on what is being written",
        Some(Target::Tabs) => " on several tabs",
        None => "",
    };
    let because = match because {
        Basis::Words => "by the words".to_owned(),
        Basis::Usual => "since most want that".to_owned(),
        Basis::Habit { of } => format!("by what this reader usually does ({of:?})").to_lowercase(),
    };
    let others: Vec<_> = others.iter().map(|other| other.as_str()).collect();
    let doubt = if *sure {
        String::new()
    } else if others.is_empty() {
        ", not sure".to_owned()
    } else {
        format!(", not sure: perhaps {}", others.join(" or "))
    };
    format!(
        "understood: {}{on}, {because}{doubt}",
        parts.join(", then ")
    )
}
