//! `coterie experts`: who is at the table.

use std::process::ExitCode;

use clap::Args;
use coterie_protocol::{ExpertCard, Place};

use super::{Stop, table, terminal};

#[derive(Debug, Args)]
pub struct Options {
    /// Print them as JSON
    #[arg(long)]
    json: bool,
}

/// Lists the experts, best first.
pub async fn run(options: Options) -> Result<ExitCode, Stop> {
    let coterie = table::coterie(&table::config(&table::paths()?)?);
    let experts = coterie.experts().await;
    if options.json {
        terminal::json(&experts)?;
    } else {
        let width = experts
            .iter()
            .map(|expert| expert.id.0.chars().count())
            .max();
        for expert in &experts {
            terminal::line(&told(expert, width.unwrap_or(0)))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn told(expert: &ExpertCard, width: usize) -> String {
    let place = match expert.place {
        Place::BuiltIn => "built in",
        Place::ThisMachine => "this machine",
        Place::Cloud => "cloud",
    };
    let price = match &expert.price {
        Some(price) => format!(
            "; {} + {} {} per million tokens in + out",
            price.input, price.output, price.currency
        ),
        None => String::new(),
    };
    let actions: Vec<_> = expert
        .actions
        .iter()
        .map(|action| action.as_str())
        .collect();
    let (id, name) = (&expert.id.0, &expert.name);
    format!(
        "{id:width$}  {name} ({place}): {}{price}",
        actions.join(", ")
    )
}
