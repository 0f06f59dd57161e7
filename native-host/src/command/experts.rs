//! `coterie experts`: who is at the table.

use std::process::ExitCode;

use clap::Args;
use coterie_protocol::{ExpertCard, Place, Seen};

use super::{Stop, columns, table, terminal};

#[derive(Debug, Args)]
pub struct Options {
    /// Print them as JSON
    #[arg(long)]
    json: bool,
}

/// Lists the experts, best first.
pub async fn run(options: Options) -> Result<ExitCode, Stop> {
    let paths = table::paths()?;
    let coterie = table::coterie(Some(&paths), &table::config(&paths)?);
    let experts = coterie.experts().await;
    if options.json {
        terminal::json(&experts)?;
    } else {
        let headings = ["", "EXPERT", "NAME", "WHERE", "PRICE", "SEEN", "CAN"];
        let rows = experts.iter().enumerate();
        let rows = rows.map(|(number, expert)| row(number + 1, expert));
        columns::print(&headings, rows.collect())?;
    }
    Ok(ExitCode::SUCCESS)
}

/// A row of the table; its number is the expert's standing, before it is known what is asked.
fn row(number: usize, expert: &ExpertCard) -> Vec<String> {
    let place = match expert.place {
        Place::BuiltIn => "built in",
        Place::ThisMachine => "this machine",
        Place::Cloud => "cloud",
    };
    let actions = expert.actions.iter().map(|action| action.as_str());
    vec![
        number.to_string(),
        expert.id.0.clone(),
        expert.name.clone(),
        place.to_owned(),
        price(expert),
        seen(expert.seen),
        actions.collect::<Vec<_>>().join(", "),
    ]
}

/// Of a million tokens in and out.
fn price(expert: &ExpertCard) -> String {
    match &expert.price {
        Some(price) => format!("{} + {} {}", price.input, price.output, price.currency),
        None if expert.place == Place::Cloud => "unknown".to_owned(),
        None => "free".to_owned(),
    }
}

/// How it did so far.
fn seen(seen: Option<Seen>) -> String {
    let Some(seen) = seen else {
        return "never".to_owned();
    };
    let (first, speed) = (seen.first_text_ms, seen.characters_per_second);
    let resting = if seen.resting { ", resting" } else { "" };
    format!("{first} ms, {speed:.0} characters/s{resting}")
}
