//! `coterie doctor`.

use std::process::ExitCode;

use clap::Args;
use coterie_host::{
    coe::Coterie,
    config::Config,
    experts::catalog::{Endpoint, Runtime},
    install::{Check, Diagnosis, Finding, examine},
    manage::{Checkup, Knock},
};
use coterie_protocol::{ExpertCard, Failure, Place};
use futures::future::join_all;

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
            look_at_runtimes(&config, &mut diagnosis).await;
            look_at_own(&coterie, &config, &mut diagnosis).await;
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

/// Local runtimes, each of which may or may not be there.
async fn look_at_runtimes(config: &Config, diagnosis: &mut Diagnosis) {
    let runtimes = config.runtimes().map(|runtimes| runtimes.runtime);
    let runtimes = runtimes.unwrap_or_default();
    let place = |runtime: &Runtime| Endpoint::open_ai(&runtime.name, runtime.base_url.clone(), "");
    let knocks = runtimes.iter().map(|runtime| Knock::at(place(runtime)));
    for (runtime, knock) in runtimes.iter().zip(join_all(knocks).await) {
        match &knock.answer {
            Ok(()) => diagnosis.fine(&runtime.name, "answer", answers(&knock)),
            Err(failure) => diagnosis.hint(&runtime.name, "answer", failure.message.clone()),
        }
    }
}

/// What the reader has set up: who does not answer there needs something done.
async fn look_at_own(coterie: &Coterie, config: &Config, diagnosis: &mut Diagnosis) {
    let mut places = config.endpoints(&|name| std::env::var(name).ok());
    match coterie.manager().own_places().await {
        Ok(more) => places.extend(more),
        Err(failure) => diagnosis.hint("Own addresses", "settings", failure.message),
    }
    let knocks = places.iter().map(|place| Knock::at(place.clone()));
    for (place, knock) in places.iter().zip(join_all(knocks).await) {
        match &knock.answer {
            Ok(()) => diagnosis.fine(&place.id.0, "answer", answers(&knock)),
            Err(failure) => does_not_answer(&place.id.0, failure, diagnosis),
        }
    }
}

fn answers(knock: &Knock) -> String {
    format!("somebody answers at {}", knock.host)
}

fn does_not_answer(subject: &str, failure: &Failure, diagnosis: &mut Diagnosis) {
    let stop = Stop::from(failure.clone()).to_string();
    let (what, remedy) = stop.rsplit_once("; ").unwrap_or((&stop, "try again later"));
    diagnosis.broken(subject, "answer", what.to_owned(), remedy);
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
        Some(Err(failure)) => does_not_answer(vendor, failure, diagnosis),
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
