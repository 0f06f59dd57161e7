//! The extraction of articles against reference bodies.

use std::{
    collections::BTreeMap,
    fmt,
    fs::{self, File},
    io::Read,
    path::Path,
};

use flate2::read::MultiGzDecoder;
use serde::{Deserialize, Serialize};

use super::{
    EvaluationError,
    overlap::{Overlap, overlap},
};
use crate::page::{self, ReadOptions};

/// The means over all pages, from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ExtractionReport {
    /// How many pages there were.
    pub pages: usize,
    /// The share of what was extracted that belongs to the article.
    pub precision: f64,
    /// The share of the article that was extracted.
    pub recall: f64,
    /// The harmonic mean of the two.
    pub f1: f64,
    /// The share of pages extracted word for word.
    pub accuracy: f64,
}

impl fmt::Display for ExtractionReport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, value) in [
            ("F1", self.f1),
            ("precision", self.precision),
            ("recall", self.recall),
            ("accuracy", self.accuracy),
        ] {
            writeln!(formatter, "{name:<10} {value:>7.4}")?;
        }
        write!(
            formatter,
            "{} pages, overlap of four words in a row",
            self.pages
        )
    }
}

/// What a page should give.
#[derive(Deserialize)]
struct Truth {
    #[serde(rename = "articleBody", default)]
    body: String,
    #[serde(default)]
    url: String,
}

/// Evaluates the extraction on a folder: `ground-truth.json` has the body and address of each page
/// by its id, `html/ID.html.gz` the page.
///
/// # Errors
/// When a file cannot be opened or is of another kind, or there are no pages.
pub fn extraction(folder: &Path) -> Result<ExtractionReport, EvaluationError> {
    let path = folder.join("ground-truth.json");
    let json = fs::read(&path).map_err(EvaluationError::open(&path))?;
    let truth: BTreeMap<String, Truth> =
        serde_json::from_slice(&json).map_err(|source| EvaluationError::Truth { path, source })?;
    let overlaps = truth.into_iter().map(|(id, truth)| {
        let html = html(&folder.join("html").join(format!("{id}.html.gz")))?;
        Ok(overlap(&text(&html, truth.url), &truth.body))
    });
    report(&overlaps.collect::<Result<Vec<_>, _>>()?)
}

fn html(path: &Path) -> Result<String, EvaluationError> {
    let open = EvaluationError::open(path);
    let mut bytes = Vec::new();
    MultiGzDecoder::new(File::open(path).map_err(&open)?)
        .read_to_end(&mut bytes)
        .map_err(&open)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// What is extracted of a page; nothing of one that has no text.
fn text(html: &str, url: String) -> String {
    let options = ReadOptions {
        url,
        ..ReadOptions::default()
    };
    page::read(html, &options).map_or_else(|_| String::new(), |article| article.text())
}

fn report(overlaps: &[Overlap]) -> Result<ExtractionReport, EvaluationError> {
    if overlaps.is_empty() {
        return Err(EvaluationError::Empty);
    }
    let precision = mean(overlaps.iter().filter_map(|overlap| overlap.precision));
    let recall = mean(overlaps.iter().filter_map(|overlap| overlap.recall));
    let both = precision + recall;
    let exact = |overlap: &Overlap| if overlap.exact { 1.0 } else { 0.0 };
    Ok(ExtractionReport {
        pages: overlaps.len(),
        precision,
        recall,
        f1: if both > 0.0 {
            2.0 * precision * recall / both
        } else {
            0.0
        },
        accuracy: mean(overlaps.iter().map(exact)),
    })
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (count, sum) = values.fold((0_u32, 0.0), |(count, sum), value| (count + 1, sum + value));
    sum / f64::from(count.max(1))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{Compression, write::GzEncoder};
    use serde_json::json;

    use super::*;

    const BODY: &str = "The tide turns twice a day in this harbour, and the keeper of the light \
        writes down the hour of each turn in a book that his father began.";

    /// A folder with these pages: id, body wanted, HTML.
    fn folder(pages: &[(&str, &str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("html")).unwrap();
        let mut truth = serde_json::Map::new();
        for (id, body, html) in pages {
            truth.insert(
                (*id).to_owned(),
                json!({"articleBody": body, "url": "https://example.com/tide"}),
            );
            let file = File::create(folder.path().join(format!("html/{id}.html.gz"))).unwrap();
            let mut encoder = GzEncoder::new(file, Compression::fast());
            encoder.write_all(html.as_bytes()).unwrap();
            encoder.finish().unwrap();
        }
        let truth = serde_json::to_vec(&truth).unwrap();
        fs::write(folder.path().join("ground-truth.json"), truth).unwrap();
        folder
    }

    #[test]
    fn pages_are_compared_with_their_bodies_and_averaged() {
        let page = format!("<html><body><article><p>{BODY}</p></article></body></html>");
        let longer = format!("{BODY} And so on.");
        let folder = folder(&[
            ("same", BODY, &page),
            ("part", &longer, &page),
            ("empty", BODY, "<html><body></body></html>"),
        ]);
        let report = extraction(folder.path()).unwrap();
        let words = BODY.split(' ').count() as f64;
        let recall = (1.0 + (words - 3.0) / words + 0.0) / 3.0;
        assert_eq!(report.pages, 3);
        assert!((report.precision - 1.0).abs() < 1e-9, "{report:?}");
        assert!((report.recall - recall).abs() < 1e-9, "{report:?}");
        assert!((report.f1 - 2.0 * recall / (1.0 + recall)).abs() < 1e-9);
        assert!((report.accuracy - 1.0 / 3.0).abs() < 1e-9);
        assert!(report.to_string().contains("3 pages"), "{report}");
    }

    #[test]
    fn what_is_wrong_is_said_with_its_file() {
        let error = |folder: &Path| extraction(folder).unwrap_err().to_string();
        let missing = error(Path::new("/nowhere"));
        assert!(
            missing.starts_with("cannot open /nowhere/ground-truth.json"),
            "{missing}"
        );
        let none = folder(&[]);
        assert_eq!(
            error(none.path()),
            "there is nothing to evaluate in the data"
        );
        let unpacked = folder(&[("a", BODY, "")]);
        fs::write(unpacked.path().join("html/a.html.gz"), "<html>").unwrap();
        assert!(error(unpacked.path()).contains("a.html.gz: "));
        fs::write(unpacked.path().join("ground-truth.json"), "[3]").unwrap();
        assert!(error(unpacked.path()).contains("ground-truth.json is not {id:"));
    }
}
