//! The built-in summarizer against reference summaries, beside the lead of each text.

use std::{
    fmt,
    fs::File,
    io::{BufRead, BufReader, Read},
    path::Path,
};

use flate2::read::MultiGzDecoder;
use serde::{Deserialize, Serialize};

use super::{EvaluationError, Rouge, chooser::Chooser, rouge};

/// Mean scores over all texts, so many sentences chosen from each.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct SummaryReport {
    /// How many texts there were.
    pub lines: usize,
    /// How many sentences were chosen from each.
    pub sentences: u32,
    /// The built-in summarizer.
    pub summarizer: Rouge,
    /// As many sentences from the start.
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
        let plural = if self.sentences == 1 { "" } else { "s" };
        write!(
            formatter,
            "{} lines, {} sentence{plural} each, best over references",
            self.lines, self.sentences
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
/// sentences, `target` a list of references. So many `sentences` are chosen, at least one.
///
/// # Errors
/// When the file cannot be opened or read, or has a line of another kind, or none.
pub fn summary(path: &Path, sentences: u32) -> Result<SummaryReport, EvaluationError> {
    let open = EvaluationError::open(path);
    let mut file = BufReader::new(File::open(path).map_err(&open)?);
    let start = file.fill_buf().map_err(&open)?;
    if start.starts_with(&[0x1f, 0x8b]) {
        summary_of(MultiGzDecoder::new(file), sentences)
    } else {
        summary_of(file, sentences)
    }
}

/// The same for data from anywhere.
///
/// # Errors
/// As [`summary`].
pub fn summary_of(data: impl Read, sentences: u32) -> Result<SummaryReport, EvaluationError> {
    let sentences = sentences.max(1);
    let chooser = Chooser::new(sentences)?;
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
        let start = usize::try_from(sentences).unwrap_or(usize::MAX);
        let start = line.source.iter().take(start).map(String::as_str);
        summarizer += score(&line, &chooser.choose(&line.source));
        lead += score(&line, &start.collect::<Vec<_>>());
    }
    if lines == 0 {
        return Err(EvaluationError::Empty);
    }
    Ok(SummaryReport {
        lines,
        sentences,
        summarizer: summarizer / lines as f64,
        lead: lead / lines as f64,
    })
}

fn score(line: &Line, sentences: &[&str]) -> Rouge {
    let references = line.target.iter().map(String::as_str);
    rouge(&sentences.join(" "), references)
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
        let report = summary_of(LINES.as_bytes(), 1).expect("two lines");
        assert_eq!(report.lines, 2);
        // Lead: 1 of 3 and 1 of 5 words, then everything.
        assert!((report.lead.rouge1 - (0.25 + 1.0) / 2.0).abs() < 1e-9);
        // Chosen: 5 of 8 and 5 of 5 words.
        assert!((report.summarizer.rouge1 - (10.0 / 13.0 + 1.0) / 2.0).abs() < 1e-9);
        let text = report.to_string();
        assert!(text.contains("88.46") && text.contains("62.50"), "{text}");
    }

    #[test]
    fn more_sentences_are_scored_together() {
        let report = summary_of(LINES.as_bytes(), 2).expect("two lines");
        // Both sentences of the first line: 5 of 11 words, all of 5.
        assert!((report.lead.rouge1 - (0.625 + 1.0) / 2.0).abs() < 1e-9);
        // Three words are not enough to be quoted.
        assert!((report.summarizer.rouge1 - (10.0 / 13.0 + 1.0) / 2.0).abs() < 1e-9);
        assert!(report.to_string().contains("2 sentences each"), "{report}");
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
            summary(&plain, 1).expect("plain"),
            summary(&packed, 1).expect("packed")
        );
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        let error = |data: &str| {
            summary_of(data.as_bytes(), 1)
                .expect_err("refused")
                .to_string()
        };
        assert_eq!(error("\n"), "there is nothing to evaluate in the data");
        assert!(error(&format!("{LINES}{{\"source\": 3}}")).starts_with("line 3 is not"));
        let missing = summary(Path::new("/nowhere/x.jsonl"), 1).expect_err("missing");
        assert!(
            missing
                .to_string()
                .starts_with("cannot open /nowhere/x.jsonl")
        );
    }
}
