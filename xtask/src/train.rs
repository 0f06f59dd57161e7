//! `cargo xtask train`: from the data in `intent/data` to the model that ships.

use std::{collections::BTreeMap, fs, path::Path, time::Instant};

use anyhow::{Context, Result, bail};
use coterie_intent::{
    Label,
    training::{self, Corpus, Held, Settings},
};

use crate::project;

/// Trains, prints what was reached on the lines that were held out, and writes the model.
pub fn run() -> Result<()> {
    let folder = project::root().join("intent");
    let files = read(&folder.join("data/requests"))?;
    let corpus = match Corpus::read(&files) {
        Ok(corpus) => corpus,
        Err(wrong) => {
            for error in &wrong {
                println!("  {error}");
            }
            bail!("{} lines of the training data are wrong", wrong.len());
        }
    };
    let start = Instant::now();
    let trained = training::train(&corpus, Settings::default());
    println!(
        "  {} lines, {} samples, {:.0} s",
        corpus.lines.len(),
        trained.samples,
        start.elapsed().as_secs_f64()
    );
    let held_out = trained.split.held_out.iter().filter(|held| **held).count();
    println!(
        "  {held_out} lines held out, {} not, since others are nearly the same",
        trained.split.near_duplicates
    );
    println!(
        "  {} boundaries that no candidate marks",
        trained.missed.len()
    );
    print(&training::measure(&corpus, &trained));
    let bytes = trained.model.to_bytes();
    let path = folder.join("model/requests.bin");
    fs::write(&path, &bytes).with_context(|| path.display().to_string())?;
    println!("  {} bytes in {}", bytes.len(), path.display());
    Ok(())
}

fn print(held: &Held) {
    println!("\n  On lines that were held out, read by a model that has not learned them:");
    for (language, counts) in &held.by_language {
        println!(
            "  {language:<10} simple {:<20} compound {:<20} left whole {:<20} target {}",
            counts.simple, counts.compound, counts.whole, counts.target
        );
    }
    for label in Label::ALL {
        let share = held.by_label.get(label).copied().unwrap_or_default();
        println!("  {label:<10} {share}");
    }
    println!("  calibration error {:.3}\n", held.calibration_error);
}

/// The files of a folder of folders, by `FOLDER/FILE`.
fn read(folder: &Path) -> Result<BTreeMap<String, String>> {
    let mut files = BTreeMap::new();
    for language in entries(folder)? {
        for file in entries(&folder.join(&language))? {
            let path = folder.join(&language).join(&file);
            if path.extension().is_some_and(|end| end == "txt") {
                let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
                files.insert(format!("{language}/{file}"), text);
            }
        }
    }
    Ok(files)
}

fn entries(folder: &Path) -> Result<Vec<String>> {
    let listed = fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    let names = listed.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
    names.collect()
}
