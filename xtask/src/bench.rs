//! `cargo xtask bench`: what things take, as a table beside what we aim for, and as JSON.

use std::{fs, path::Path};

use anyhow::{Context, Result, ensure};
use coterie_tests::{
    figures::{self, Effort, FileSize, PanelEffort, PanelFigures, PanelSize, Spread},
    paths,
};
use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    build, project, setup,
    steps::{self, step},
};

/// One line of the table.
#[derive(Serialize)]
pub struct Row {
    what: String,
    measured: String,
    #[serde(skip_serializing_if = "str::is_empty")]
    aim: &'static str,
}

impl Row {
    /// A line; without an aim when the figure is only to be known.
    pub fn new(what: impl Into<String>, measured: String, aim: &'static str) -> Self {
        Self {
            what: what.into(),
            measured,
            aim,
        }
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
        steps::run(
            steps::cargo(&arguments),
            "read the compiler's message above",
        )
    })?;
    build::all()?;
    let mut rows = Vec::new();
    let mut json = serde_json::Map::new();
    let extension = paths::extension()?;
    let size = step("Weighing the panel", || {
        Ok(figures::panel_size(&extension)?)
    })?;
    size_rows(&size, &mut rows);
    json.insert("panel_size".to_owned(), serde_json::to_value(&size)?);
    let program = project::target().join("release/coterie");
    let host = step("The host alone", || {
        Ok(figures::host(&program, Effort::FULL)?)
    })?;
    host_rows(&host, &mut rows);
    json.insert("host".to_owned(), serde_json::to_value(&host)?);
    let panel = step("The panel in a browser", || {
        Ok(figures::panel(&extension, &program, PanelEffort::FULL)?)
    })?;
    panel_rows(&panel, &mut rows);
    json.insert("panel".to_owned(), serde_json::to_value(&panel)?);
    let engine = step("The engine", engine)?;
    rows.extend(engine.iter().map(engine_row));
    json.insert("engine".to_owned(), engine.into_iter().collect());
    let benches = step("Extraction and summarizing", criterion)?;
    rows.extend(benches.iter().map(criterion_row));
    json.insert("criterion".to_owned(), benches.into_iter().collect());
    json.insert("table".to_owned(), serde_json::to_value(&rows)?);
    print(&rows);
    let file = project::target().join("bench.json");
    fs::write(&file, serde_json::to_vec_pretty(&json)?)?;
    println!("\n  The same as JSON: {}", file.display());
    Ok(())
}

fn host_rows(host: &figures::HostFigures, rows: &mut Vec<Row>) {
    rows.push(Row::new(
        "host: start to handshake",
        spread(&host.start_to_handshake),
        "",
    ));
    let overhead = spread(&host.frame_to_upstream);
    rows.push(Row::new(
        "host: frame in to request out",
        overhead,
        "0.3 ms, 2 ms",
    ));
    rows.push(Row::new(
        "host: delta in to frame out",
        spread(&host.delta_to_frame),
        "",
    ));
    rows.push(Row::new(
        "host: memory, idle",
        mebibytes(host.idle_bytes),
        "12 MB",
    ));
    let streaming = format!("host: memory, {} streams", host.streams);
    rows.push(Row::new(
        streaming,
        mebibytes(host.streaming_bytes),
        "60 MB",
    ));
}

fn size_rows(size: &PanelSize, rows: &mut Vec<Row>) {
    rows.push(Row::new("panel: WebAssembly", weight(size.wasm), ""));
    rows.push(Row::new("panel: scripts", weight(size.scripts), ""));
    rows.push(Row::new("panel: styles", weight(size.styles), ""));
    rows.push(Row::new(
        "panel: all of it",
        weight(size.total()),
        "300 KB gzip",
    ));
}

fn weight(size: FileSize) -> String {
    format!(
        "{} KB, gzip {} KB",
        size.bytes / 1000,
        size.gzip_bytes / 1000
    )
}

fn panel_rows(panel: &PanelFigures, rows: &mut Vec<Row>) {
    rows.push(Row::new(
        "panel: navigation to first render",
        spread(&panel.first_render),
        "",
    ));
    let built_in = spread(&panel.click_to_text_built_in);
    rows.push(Row::new("panel: click to text, built-in", built_in, ""));
    let scripted = spread(&panel.click_to_text_scripted);
    rows.push(Row::new(
        "panel: click to text, scripted server",
        scripted,
        "",
    ));
    let rate = format!("{:.0} a second", panel.deltas_per_second);
    rows.push(Row::new("deltas through host, worker, panel", rate, ""));
}

/// Runs the bench of the engine, which prints a line of JSON for each thing measured.
fn engine() -> Result<Vec<Value>> {
    let arguments = [
        "bench",
        "--quiet",
        "--package",
        "coterie-host",
        "--bench",
        "engine",
    ];
    let output = steps::cargo(&arguments)
        .output()
        .context("cargo could not be started")?;
    ensure!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let lines = String::from_utf8_lossy(&output.stdout).into_owned();
    let lines = lines.lines().filter(|line| line.starts_with('{'));
    lines
        .map(|line| serde_json::from_str(line).context("a line that is no JSON"))
        .collect()
}

fn engine_row(line: &Value) -> Row {
    let what = line["measured"]
        .as_str()
        .unwrap_or_default()
        .replace('_', " ");
    let figures = line["figures"].as_object().into_iter().flatten();
    let figures: Vec<_> = figures
        .map(|(name, figure)| format!("{name} {figure}"))
        .collect();
    let aim = match what.as_str() {
        "added to first token" => "300 µs, p99 2000 µs",
        _ => "",
    };
    Row::new(format!("engine: {what}"), figures.join(", "), aim)
}

/// Runs the criterion benches of the host; each result as criterion wrote it.
fn criterion() -> Result<Vec<Value>> {
    let folder = project::target().join("criterion");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let arguments = ["bench", "--package", "coterie-host", "--bench", "text"];
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
            Ok(serde_json::from_slice(&fs::read(
                folder.join("new").join(name),
            )?)?)
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
    let aim = if name.contains("10,000 words") {
        "50 ms"
    } else {
        ""
    };
    Row::new(name, format!("{milliseconds:.3} ms"), aim)
}

fn spread(spread: &Spread) -> String {
    let milliseconds =
        |microseconds: u64| format!("{}.{:02}", microseconds / 1000, microseconds % 1000 / 10);
    let (p50, p99) = (milliseconds(spread.p50_us), milliseconds(spread.p99_us));
    format!("{p50} ms, p99 {p99} ms")
}

fn mebibytes(bytes: u64) -> String {
    format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000)
}

fn print(rows: &[Row]) {
    println!("\n  {:<40} {:>28}   aim", "", "measured");
    for Row {
        what,
        measured,
        aim,
    } in rows
    {
        println!("  {what:<40} {measured:>28}   {aim}");
    }
}
