//! `coterie doctor`.

use std::process::ExitCode;

use clap::Args;
use coterie_host::{
    coe::Coterie,
    install::{Check, Diagnosis, Finding, examine},
    manage::Checkup,
};
use coterie_protocol::{ExpertCard, Place};

use super::{Stop, install::environment, key, table, terminal};

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
        Ok(config) => {
            let coterie = table::coterie(Some(&paths), &config);
            look_at_experts(&coterie.experts().await, &mut diagnosis);
            look_at_vendors(&coterie, &mut diagnosis).await;
        }
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

/// Keys, and what can be known by using them without being charged.
async fn look_at_vendors(coterie: &Coterie, diagnosis: &mut Diagnosis) {
    let manager = coterie.manager();
    for (rung, kept) in manager.vendors().keys().probe().await {
        let subject = "Keys";
        match kept {
            Ok(()) => diagnosis.fine(
                subject,
                "place",
                format!("a key is kept {}", key::kept(rung)),
            ),
            Err(error) => diagnosis.hint(subject, "place", error.to_string()),
        }
    }
    let checkups = match manager.check_up().await {
        Ok(checkups) => checkups,
        Err(failure) => return diagnosis.hint("Vendors", "settings", failure.message),
    };
    if checkups.is_empty() {
        let what = "none has a key; `coterie key set` brings a vendor's experts to the table";
        diagnosis.hint("Vendors", "key", what);
    }
    for checkup in &checkups {
        look_at_vendor(checkup, diagnosis);
    }
}

fn look_at_vendor(checkup: &Checkup, diagnosis: &mut Diagnosis) {
    let vendor = &checkup.vendor;
    diagnosis.fine(vendor, "key", key::told(checkup.key).to_owned());
    match &checkup.answer {
        Some(Ok(())) => diagnosis.fine(vendor, "answer", "takes the key".to_owned()),
        Some(Err(failure)) => {
            let stop = Stop::from(failure.clone()).to_string();
            let (what, remedy) = stop.rsplit_once("; ").unwrap_or((&stop, "try again later"));
            diagnosis.broken(vendor, "answer", what.to_owned(), remedy);
        }
        None => {
            let what = "cannot be asked without being charged";
            diagnosis.hint(vendor, "answer", what);
        }
    }
    if let Some(off) = checkup.clock_off {
        let what = format!("the clock is off by {} minutes", off.as_secs() / 60);
        diagnosis.broken(vendor, "clock", what, "set the clock of this machine");
    }
    if let Some(date) = &checkup.old_prices {
        let what = format!("were last looked at on {date}; they may have changed");
        diagnosis.hint(vendor, "prices", what);
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
