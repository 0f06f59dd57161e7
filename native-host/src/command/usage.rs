//! `coterie usage`: what was used and spent.

use std::process::ExitCode;

use clap::Args;
use coterie_host::manage::Order;
use coterie_protocol::{Cost, Outcome, UsageLine, UsageReport};

use super::{Stop, columns, table, terminal};

#[derive(Debug, Args)]
pub struct Options {
    /// How many days back, today included
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u16).range(1..=366))]
    days: u16,
    /// Print it as JSON
    #[arg(long)]
    json: bool,
}

/// Tells what was used.
pub async fn run(options: Options) -> Result<ExitCode, Stop> {
    let paths = table::paths()?;
    let coterie = table::coterie(Some(&paths), &table::config(&paths)?);
    let days = options.days;
    let Outcome::Usage(report) = coterie.manager().perform(Order::Usage { days }).await? else {
        return Err(Stop::internal("asking for usage came to something else"));
    };
    if options.json {
        terminal::json(&report)?;
    } else {
        print(&report)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn print(report: &UsageReport) -> Result<(), Stop> {
    if report.lines.is_empty() {
        return terminal::line("nothing was used");
    }
    let headings = [
        "DAY", "VENDOR", "EXPERT", "CALLS", "FAILED", "SENT", "RECEIVED", "COST",
    ];
    columns::print(&headings, report.lines.iter().map(row).collect())?;
    terminal::line(&format!(
        "today {}, this month {}",
        sum(&report.today),
        sum(&report.month)
    ))
}

/// Estimates carry a mark.
fn row(line: &UsageLine) -> Vec<String> {
    let mark = if line.estimated { "~" } else { "" };
    let cost = line
        .cost
        .as_ref()
        .map_or_else(|| "unknown".to_owned(), money);
    vec![
        line.day.clone(),
        line.vendor.clone(),
        line.expert.0.clone(),
        line.calls.to_string(),
        line.failures.to_string(),
        format!("{mark}{}", line.input_tokens),
        format!("{mark}{}", line.output_tokens),
        format!("{mark}{cost}"),
    ]
}

fn sum(costs: &[Cost]) -> String {
    if costs.is_empty() {
        return "nothing".to_owned();
    }
    costs.iter().map(money).collect::<Vec<_>>().join(" + ")
}

fn money(cost: &Cost) -> String {
    format!("{:.4} {}", cost.amount, cost.currency)
}
