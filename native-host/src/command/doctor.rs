//! `coterie doctor`.

use std::process::ExitCode;

use clap::Args;
use coterie_host::install::{Check, Diagnosis, Finding, examine};
use coterie_protocol::{ExpertCard, Place};

use super::{Stop, install::environment, table, terminal};

#[derive(Debug, Args)]
pub struct Options {
    /// Print the findings as JSON
    #[arg(long)]
    json: bool,
}

/// Looks at everything and says what to do. Exit code 1 when something needs doing.
pub async fn run(options: Options) -> Result<ExitCode, Stop> {
    let environment = environment()?;
    let paths = table::paths()?;
    let folders = [paths.config.clone(), paths.state.clone()];
    let mut diagnosis = examine(&environment, &folders).await;
    match table::config(&paths) {
        Ok(config) => look_at_experts(&table::coterie(&config).experts().await, &mut diagnosis),
        Err(stop) => {
            diagnosis.broken(
                "Coterie",
                "settings",
                stop.to_string(),
                "correct the settings",
            );
        }
    }
    if options.json {
        terminal::json(&diagnosis)?;
    } else {
        for check in &diagnosis.checks {
            terminal::line(&told(check))?;
        }
    }
    Ok(ExitCode::from(u8::from(diagnosis.needs_doing())))
}

/// Experts are no condition: what is missing is a hint.
fn look_at_experts(experts: &[ExpertCard], diagnosis: &mut Diagnosis) {
    let here = |expert: &&ExpertCard| expert.place == Place::ThisMachine;
    let apertium = |expert: &&ExpertCard| expert.vendor == "Apertium";
    let names = |experts: Vec<&ExpertCard>| {
        let names: Vec<_> = experts.iter().map(|expert| expert.name.clone()).collect();
        names.join(", ")
    };
    let (engines, models): (Vec<_>, Vec<_>) = experts.iter().filter(here).partition(apertium);
    if engines.is_empty() {
        let what = "not found; install the package apertium and a pair such as apertium-eng-spa \
                    to translate without network";
        diagnosis.hint("Apertium", "translator", what);
    } else {
        diagnosis.fine("Apertium", "translator", names(engines));
    }
    if models.is_empty() {
        let what = "none found; start one such as Ollama, llama.cpp or LM Studio to have models \
                    on this machine";
        diagnosis.hint("Local models", "runtime", what);
    } else {
        diagnosis.fine("Local models", "runtime", names(models));
    }
}

fn told(check: &Check) -> String {
    let Check {
        subject,
        step,
        finding,
    } = check;
    match finding {
        Finding::Fine { what } => format!("ok    {subject}, {step}: {what}"),
        Finding::Hint { what } => format!("note  {subject}, {step}: {what}"),
        Finding::Broken { what, remedy } => {
            format!("FAIL  {subject}, {step}: {what}\n      -> {remedy}")
        }
    }
}
