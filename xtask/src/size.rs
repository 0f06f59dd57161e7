//! How much a browser has to load to show the panel.

use std::{fs, io::Write};

use anyhow::Result;
use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};

use crate::{bench::Row, project};

/// What the panel loads.
const FILES: [&str; 5] = ["panel.html", "boot.js", "panel.js", "panel.css", "panel_bg.wasm"];

/// Weighs each file, raw and compressed as a server would.
pub fn panel(rows: &mut Vec<Row>) -> Result<Value> {
    let mut files = serde_json::Map::new();
    let (mut raw_total, mut gzip_total) = (0, 0);
    for name in FILES {
        let content = fs::read(project::extension("chromium").join(name))?;
        let (raw, gzip) = (content.len(), gzip(&content)?);
        rows.push(Row::new(format!("panel: {name}"), sizes(raw, gzip), ""));
        files.insert(name.to_owned(), json!({"raw": raw, "gzip": gzip}));
        raw_total += raw;
        gzip_total += gzip;
    }
    rows.push(Row::new("panel: all of it", sizes(raw_total, gzip_total), "300 KB gzip"));
    Ok(json!({"files": files, "raw": raw_total, "gzip": gzip_total}))
}

fn gzip(content: &[u8]) -> Result<usize> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content)?;
    Ok(encoder.finish()?.len())
}

fn sizes(raw: usize, gzip: usize) -> String {
    format!("{} KB, gzip {} KB", raw / 1000, gzip / 1000)
}
