//! `cargo xtask bench`: what things take, as a table beside what we aim for, and as JSON.

use std::{fs, path::Path};

use anyhow::{Context, Result};
use coterie_tests::figures::{self, Effort, Spread};
use serde_json::{Value, json};

use crate::{
    build, project, setup, size,
    steps::{self, step},
};

/// One line of the table.
pub struct Row {
    what: String,
    measured: String,
    aim: &'static str,
}

impl Row {
    /// A line; without an aim when the figure is only to be known.
    pub fn new(what: impl Into<String>, measured: String, aim: &'static str) -> Self {
        Self { what: what.into(), measured, aim }
    }
}

/// Builds for release, measures, prints and writes target/bench.json.
pub fn run() -> Result<()> {
    step("Setting up", || {
        setup::rust()?;
        setup::require(&[&setup::BROWSER])
    })?;
    step("Building the host for release", || {
        let arguments = ["build", "--package", "coterie-host", "--release"];
        steps::run(steps::cargo(&arguments), "read the compiler's message above")
    })?;
    build::all()?;
    let mut rows = Vec::new();
    let mut json = serde_json::Map::new();
    let sizes = step("Weighing the panel", || size::panel(&mut rows))?;
    json.insert("panel_bytes".to_owned(), sizes);
    let program = project::target().join("release/coterie");
    let host = step("The host alone", || Ok(figures::host(&program, Effort::FULL)?))?;
    host_rows(&host, &mut rows);
    json.insert("host".to_owned(), serde_json::to_value(&host)?);
    let browser = step("In the browser", || Ok(figures::browser(&program, Effort::FULL)?))?;
    browser_rows(&browser, &mut rows);
    json.insert("browser".to_owned(), serde_json::to_value(&browser)?);
    let benches = step("Extraction, summarizing and streams", criterion)?;
    rows.extend(benches.iter().map(criterion_row));
    json.insert("criterion".to_owned(), benches.into_iter().collect());
    print(&rows);
    let file = project::target().join("bench.json");
    fs::write(&file, serde_json::to_vec_pretty(&json)?)?;
    println!("\n  The same as JSON: {}", file.display());
    Ok(())
}

fn host_rows(host: &figures::HostFigures, rows: &mut Vec<Row>) {
    rows.push(Row::new("host: start to handshake", spread(&host.start_to_handshake), ""));
    let overhead = spread(&host.frame_to_upstream);
    rows.push(Row::new("host: frame in to request out", overhead, "0.3 ms, 2 ms"));
    rows.push(Row::new("host: delta in to frame out", spread(&host.delta_to_frame), ""));
    rows.push(Row::new("host: memory, idle", mebibytes(host.idle_bytes), "12 MB"));
    let streaming = format!("host: memory, {} streams", host.streams);
    rows.push(Row::new(streaming, mebibytes(host.streaming_bytes), "60 MB"));
}

fn browser_rows(browser: &figures::BrowserFigures, rows: &mut Vec<Row>) {
    rows.push(Row::new("panel: navigation to first render", spread(&browser.first_render), ""));
    rows.push(Row::new("click to first delta, built-in", spread(&browser.first_delta_built_in), "1 s"));
    rows.push(Row::new("click to first delta, served", spread(&browser.first_delta_served), "1 s"));
    let rate = format!("{:.0} a second", browser.deltas_per_second);
    rows.push(Row::new("deltas through host, worker, panel", rate, ""));
}

/// Runs the criterion benches of the host; each result as criterion wrote it.
fn criterion() -> Result<Vec<Value>> {
    let folder = project::target().join("criterion");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let arguments = ["bench", "--package", "coterie-host", "--benches"];
    steps::run(steps::cargo(&arguments), "read the message above")?;
    let mut results = Vec::new();
    collect(&folder, &mut results)?;
    results.sort_by_key(|result| result["name"].to_string());
    Ok(results)
}

/// Finds every `new/estimates.json` below a folder.
fn collect(folder: &Path, results: &mut Vec<Value>) -> Result<()> {
    let estimates = folder.join("new/estimates.json");
    if estimates.is_file() {
        let read = |name: &str| -> Result<Value> {
            Ok(serde_json::from_slice(&fs::read(folder.join("new").join(name))?)?)
        };
        let nanoseconds = read("estimates.json")?["median"]["point_estimate"].clone();
        let name = read("benchmark.json")?["full_id"].clone();
        results.push(json!({"name": name, "median_ns": nanoseconds}));
        return Ok(());
    }
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.is_dir() && path.file_name().is_some_and(|name| name != "report") {
            collect(&path, results)?;
        }
    }
    Ok(())
}

fn criterion_row(result: &Value) -> Row {
    let name = result["name"].as_str().unwrap_or_default();
    let milliseconds = result["median_ns"].as_f64().unwrap_or_default() / 1e6;
    let aim = if name.contains("10,000 words") { "50 ms" } else { "" };
    Row::new(name, format!("{milliseconds:.3} ms"), aim)
}

fn spread(spread: &Spread) -> String {
    let milliseconds = |microseconds: u64| format!("{}.{:02}", microseconds / 1000, microseconds % 1000 / 10);
    let (p50, p99) = (milliseconds(spread.p50_us), milliseconds(spread.p99_us));
    format!("{p50} ms, p99 {p99} ms")
}

fn mebibytes(bytes: u64) -> String {
    format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000)
}

fn print(rows: &[Row]) {
    println!("\n  {:<40} {:>28}   aim", "", "measured");
    for Row { what, measured, aim } in rows {
        println!("  {what:<40} {measured:>28}   {aim}");
    }
}
