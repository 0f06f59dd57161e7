//! `coterie route`: how a request would be understood, planned and given to experts. Nobody is asked.

use std::{path::PathBuf, process::ExitCode};

use clap::{Args, builder::PossibleValuesParser};
use coterie_host::coe::{Plan, Request, route::Scored};
use coterie_protocol::{Action, Ask, Cost, ExpertId, LanguageTag, Understood};
use serde::Serialize;

use super::{Stop, ask::own_language, input::Input, table, terminal};

#[derive(Debug, Args)]
pub struct Options {
    /// The request, as you would type it
    words: String,
    /// The page that it is about: a file of HTML, Markdown or text
    #[arg(long, value_name = "FILE")]
    page: Option<PathBuf>,
    /// A selected passage
    #[arg(long, value_name = "TEXT")]
    selection: Option<String>,
    /// Take this action, whatever the words say
    #[arg(long, value_parser = PossibleValuesParser::new(Action::ALL.map(Action::as_str)))]
    action: Option<String>,
    /// The language of the answer
    #[arg(long, value_name = "LANGUAGE")]
    to: Option<String>,
    /// Only the best will do
    #[arg(long)]
    best: bool,
    /// Take this expert
    #[arg(long, value_name = "EXPERT")]
    expert: Option<String>,
    /// Say why, with numbers and the runners-up
    #[arg(long)]
    explain: bool,
    /// Print it as JSON
    #[arg(long)]
    json: bool,
}

/// The same as an object.
#[derive(Serialize)]
struct Printed {
    understood: Option<Understood>,
    action: Action,
    language: LanguageTag,
    difficulty: f32,
    checkable: bool,
    plan: Vec<String>,
    at_most: Option<Cost>,
    chosen: Option<String>,
    runners_up: Vec<String>,
    left_out: Vec<String>,
}

/// Explains.
pub async fn run(options: Options) -> Result<ExitCode, Stop> {
    let paths = table::paths()?;
    let coterie = table::coterie(Some(&paths), &table::config(&paths)?);
    coterie.prepare().await;
    let article = match &options.page {
        Some(file) => {
            let file = Some(file.clone());
            Some(Input { file }.article(None)?)
        }
        None => None,
    };
    let request = Request {
        ask: Ask {
            action: options.action.as_deref().and_then(Action::named),
            text: options.words,
            selection: options.selection,
            language: options.to.as_deref().map(LanguageTag::new),
            reader_language: own_language(),
            expert: options.expert.map(ExpertId),
            best: options.best,
            ..Ask::default()
        },
        article,
        ..Request::default()
    };
    let explained = coterie.explain(request).await?;
    if options.json {
        let scored = |scored: &Scored| scored.to_string();
        let decision = explained.decision.as_ref();
        let left_out = decision.into_iter().flat_map(|decision| &decision.left_out);
        terminal::json(&Printed {
            understood: explained.intent.understood.clone(),
            action: explained.intent.action,
            language: explained.intent.language.clone(),
            difficulty: explained.intent.difficulty,
            checkable: explained.intent.checkable,
            plan: lines(&explained.plan),
            at_most: explained.at_most.clone(),
            chosen: decision
                .and_then(|decision| decision.chosen.as_ref())
                .map(scored),
            runners_up: decision
                .map(|decision| decision.runners_up.iter().map(scored).collect())
                .unwrap_or_default(),
            left_out: left_out.map(|(id, why)| format!("{id}: {why}")).collect(),
        })?;
    } else if options.explain {
        terminal::line(&explained.to_string())?;
    } else {
        for line in lines(&explained.plan) {
            terminal::line(&line)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn lines(plan: &Plan) -> Vec<String> {
    plan.to_string().lines().map(str::to_owned).collect()
}
