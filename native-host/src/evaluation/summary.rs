//! The built-in summarizer against reference summaries, beside the lead of each text.

use std::{
    fmt,
    fs::File,
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
};

use flate2::read::MultiGzDecoder;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Rouge, rouge};
use crate::experts::builtin;

/// Why an evaluation could not be done.
#[derive(Debug, Error)]
pub enum EvaluationError {
    /// The file cannot be opened.
    #[error("cannot open {}: {source}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The data cannot be read.
    #[error("cannot read line {line}: {source}")]
    Read {
        /// The line, from 1.
        line: usize,
        /// What the system or the decompressor says.
        source: std::io::Error,
    },
    /// A line is not what it should be.
    #[error("line {line} is not {{\"source\": [sentences], \"target\": [references]}}: {source}")]
    Line {
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// There are no texts.
    #[error("the file has no lines to evaluate")]
    Empty,
}

/// Mean scores over all texts, one sentence chosen from each.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct SummaryReport {
    /// How many texts there were.
    pub lines: usize,
    /// The built-in summarizer.
    pub summarizer: Rouge,
    /// The first sentence.
    pub lead: Rouge,
}

impl fmt::Display for SummaryReport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            formatter,
            "{:<20} {:>8} {:>8} {:>8}",
            "F1, %", "ROUGE-1", "ROUGE-2", "ROUGE-L"
        )?;
        for (name, scores) in [("builtin/summarizer", self.summarizer), ("lead", self.lead)] {
            let [one, two, longest] =
                [scores.rouge1, scores.rouge2, scores.rouge_l].map(|score| 100.0 * score);
            writeln!(formatter, "{name:<20} {one:>8.2} {two:>8.2} {longest:>8.2}")?;
        }
        write!(
            formatter,
            "{} lines, one sentence each, best over references",
            self.lines
        )
    }
}

/// One text with its reference summaries.
#[derive(Deserialize)]
struct Line {
    source: Vec<String>,
    target: Vec<String>,
}

/// Evaluates the summarizer on a file of JSON lines, compressed or not: `source` is a list of
/// sentences, `target` a list of references.
///
/// # Errors
/// When the file cannot be opened or read, or has a line of another kind, or none.
pub fn summary(path: &Path) -> Result<SummaryReport, EvaluationError> {
    let open = |source| EvaluationError::Open {
        path: path.to_owned(),
        source,
    };
    let mut file = BufReader::new(File::open(path).map_err(open)?);
    let start = file.fill_buf().map_err(open)?;
    if start.starts_with(&[0x1f, 0x8b]) {
        summary_of(MultiGzDecoder::new(file))
    } else {
        summary_of(file)
    }
}

/// The same for data from anywhere.
///
/// # Errors
/// As [`summary`].
pub fn summary_of(data: impl Read) -> Result<SummaryReport, EvaluationError> {
    let (mut lines, mut summarizer, mut lead) = (0, Rouge::default(), Rouge::default());
    for (number, line) in (1..).zip(BufReader::new(data).lines()) {
        let line = line.map_err(|source| EvaluationError::Read {
            line: number,
            source,
        })?;
        if line.trim().is_empty() {
            continue;
        }
        let line: Line = serde_json::from_str(&line).map_err(|source| EvaluationError::Line {
            line: number,
            source,
        })?;
        lines += 1;
        summarizer += score(&line, best(&line.source));
        lead += score(&line, line.source.first().map(String::as_str));
    }
    if lines == 0 {
        return Err(EvaluationError::Empty);
    }
    Ok(SummaryReport {
        lines,
        summarizer: summarizer / lines as f64,
        lead: lead / lines as f64,
    })
}

fn best(sentences: &[String]) -> Option<&str> {
    let texts: Vec<&str> = sentences.iter().map(String::as_str).collect();
    builtin::best_sentence(&texts).map(|index| texts[index])
}

fn score(line: &Line, sentence: Option<&str>) -> Rouge {
    rouge(
        sentence.unwrap_or_default(),
        line.target.iter().map(String::as_str),
    )
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{Compression, write::GzEncoder};

    use super::*;

    const LINES: &str = r#"{"source": ["Rivers are long.", "In this paper we measure rivers by sound."], "target": ["We measure rivers by sound."]}
{"source": ["Rain fell on Monday in the north."], "target": ["Snow.", "Rain fell on Monday in the north."], "title": "x"}
"#;

    #[test]
    fn the_summarizer_and_the_lead_are_scored_over_all_lines() {
        let report = summary_of(LINES.as_bytes()).expect("two lines");
        assert_eq!(report.lines, 2);
        // Lead: 1 of 3 and 1 of 5 words, then everything.
        assert!((report.lead.rouge1 - (0.25 + 1.0) / 2.0).abs() < 1e-9);
        // Chosen: 5 of 8 and 5 of 5 words.
        assert!((report.summarizer.rouge1 - (10.0 / 13.0 + 1.0) / 2.0).abs() < 1e-9);
        let text = report.to_string();
        assert!(text.contains("88.46") && text.contains("62.50"), "{text}");
    }

    #[test]
    fn compressed_files_are_read_too() {
        let folder = tempfile::tempdir().expect("folder");
        let plain = folder.path().join("lines.jsonl");
        std::fs::write(&plain, LINES).expect("written");
        let packed = folder.path().join("lines.jsonl.gz");
        let mut encoder = GzEncoder::new(File::create(&packed).expect("file"), Compression::fast());
        encoder.write_all(LINES.as_bytes()).expect("written");
        encoder.finish().expect("written");
        assert_eq!(
            summary(&plain).expect("plain"),
            summary(&packed).expect("packed")
        );
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        let error = |data: &str| {
            summary_of(data.as_bytes())
                .expect_err("refused")
                .to_string()
        };
        assert_eq!(error("\n"), "the file has no lines to evaluate");
        assert!(error(&format!("{LINES}{{\"source\": 3}}")).starts_with("line 3 is not"));
        let missing = summary(Path::new("/nowhere/x.jsonl")).expect_err("missing");
        assert!(
            missing
                .to_string()
                .starts_with("cannot open /nowhere/x.jsonl")
        );
    }
}
