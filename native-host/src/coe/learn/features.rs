//! What the words of a request say, as sparse features for [`super::Linear`]: hashed runs of words and
//! of characters weighted by how rare they are, surface figures, and the name of its kind.

use super::linear::Sparse;

/// Hashed words and pairs of words take so many places, and so do runs of characters.
const PLACES: u32 = 1 << 16;
/// Where surface figures begin.
const SURFACE: u32 = 2 * PLACES;
/// Where the names of kinds and their words begin.
const KINDS: u32 = SURFACE + 64;
const KIND_PLACES: u32 = 1 << 12;
/// Longer texts are read up to here.
const LONGEST: usize = 4_000;
/// Lengths of runs of characters.
const RUNS: std::ops::RangeInclusive<usize> = 3..=5;

/// How much each block of features counts against the others.
#[derive(Debug, Clone, Copy)]
pub struct Blend {
    /// Words and pairs of words.
    pub words: f32,
    /// Runs of characters.
    pub characters: f32,
    /// Surface figures, each of unit width.
    pub surface: f32,
    /// Further figures, each of unit width.
    pub further: f32,
    /// The kind itself: only good for kinds that were seen.
    pub kind: f32,
    /// The words of its name.
    pub kind_words: f32,
}

/// Rareness of features and widths of figures, from the texts that are fitted on.
#[derive(Debug, Clone)]
pub struct Encoder {
    blend: Blend,
    rareness: Vec<f32>,
    figures: Vec<(f64, f64)>,
}

impl Encoder {
    /// From requests: their texts, and further figures of each beside those of its surface.
    pub fn fit<'a>(
        blend: Blend,
        requests: impl Iterator<Item = (&'a str, &'a [f64])> + Clone,
    ) -> Self {
        let mut seen = vec![0_u32; 2 * PLACES as usize];
        let mut count = 0.0_f64;
        let mut sums: Vec<(f64, f64)> = Vec::new();
        for (text, further) in requests {
            count += 1.0;
            for (place, _) in counted(text, &blend) {
                seen[place as usize] += 1;
            }
            let figures = figures(text, further);
            sums.resize(figures.len(), (0.0, 0.0));
            for (sum, figure) in sums.iter_mut().zip(figures) {
                sum.0 += figure;
                sum.1 += figure * figure;
            }
        }
        let rareness = seen.iter().map(|seen| {
            // One that came once says nothing about others.
            if *seen < 2 {
                0.0
            } else {
                (count / f64::from(*seen)).ln() as f32 + 1.0
            }
        });
        let width = |(sum, square): (f64, f64)| {
            let mean = sum / count.max(1.0);
            let variance = square / count.max(1.0) - mean * mean;
            (mean, variance.max(1e-12).sqrt())
        };
        Self {
            blend,
            rareness: rareness.collect(),
            figures: sums.into_iter().map(width).collect(),
        }
    }

    /// The features of a request.
    pub fn encode(&self, text: &str, kind: &str, further: &[f64]) -> Sparse {
        let mut features = Sparse::new();
        let mut terms = counted(text, &self.blend);
        for (place, value) in &mut terms {
            *value = (1.0 + value.ln()) * self.rareness[*place as usize];
        }
        terms.retain(|(_, value)| *value > 0.0);
        let (words, characters) = terms.split_at(terms.partition_point(|term| term.0 < PLACES));
        for (block, scale) in [
            (words, self.blend.words),
            (characters, self.blend.characters),
        ] {
            let length = block
                .iter()
                .map(|(_, value)| value * value)
                .sum::<f32>()
                .sqrt();
            if length > 0.0 && scale > 0.0 {
                features.extend(
                    block
                        .iter()
                        .map(|(place, value)| (*place, scale * value / length)),
                );
            }
        }
        if self.blend.surface > 0.0 {
            let figures = figures(text, further);
            let own = figures.len() - further.len().min(figures.len());
            let scaled = figures.iter().zip(&self.figures);
            for (place, (figure, (mean, width))) in scaled.enumerate() {
                let scale = if place < own {
                    self.blend.surface
                } else {
                    self.blend.further
                };
                let value = ((figure - mean) / width).clamp(-3.0, 3.0) as f32;
                let at = SURFACE + u32::try_from(place).unwrap_or(0);
                features.push((at, scale * value));
            }
        }
        if self.blend.kind > 0.0 {
            features.push((KINDS + hash(kind, 1) % KIND_PLACES, self.blend.kind));
        }
        if self.blend.kind_words > 0.0 {
            for word in kind
                .split(['_', ':', '-', ' ', '/'])
                .filter(|word| !word.is_empty())
            {
                let place = KINDS + KIND_PLACES + hash(word, 2) % KIND_PLACES;
                features.push((place, self.blend.kind_words));
            }
        }
        features
    }
}

/// Places of the terms of a text with how often they come, in order.
fn counted(text: &str, blend: &Blend) -> Vec<(u32, f32)> {
    let end = text
        .char_indices()
        .nth(LONGEST)
        .map_or(text.len(), |(at, _)| at);
    let lower = text[..end].to_lowercase();
    let mut places = Vec::new();
    if blend.words > 0.0 {
        let mut before = "";
        for word in words(&lower) {
            places.push(hash(word, 3) % PLACES);
            places.push(hash(word, hash(before, 4)) % PLACES);
            before = word;
        }
    }
    if blend.characters > 0.0 {
        for word in lower.split_whitespace() {
            let letters: Vec<char> = format!(" {word} ").chars().collect();
            for length in RUNS {
                let runs = letters.windows(length);
                places.extend(runs.map(|run| PLACES + hash_letters(run) % PLACES));
            }
        }
    }
    places.sort_unstable();
    let equal = places.chunk_by(|one, other| one == other);
    equal.map(|equal| (equal[0], equal.len() as f32)).collect()
}

/// Words, numbers by how many digits they have, and marks.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_start();
        let first = rest.chars().next()?;
        let end = if first.is_alphanumeric() {
            rest.find(|it: char| !it.is_alphanumeric())
                .unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        let (word, after) = rest.split_at(end);
        rest = after;
        Some(word)
    })
}

/// Figures that say how much there is to think about: lengths, numbers, choices, steps.
fn figures(text: &str, further: &[f64]) -> Vec<f64> {
    let length = text.chars().count() as f64;
    let count = |is: fn(char) -> bool| text.chars().filter(|it| is(*it)).count() as f64;
    let words: Vec<&str> = text.split_whitespace().collect();
    let with = |is: fn(&str) -> bool| words.iter().filter(|word| is(word)).count() as f64;
    let numbers = with(|word| word.contains(|it: char| it.is_ascii_digit()));
    let sentences = with(|word| word.ends_with(['.', '?', '!', '。', '？']));
    let choices: Vec<f64> = text
        .lines()
        .filter(|line| {
            let mut letters = line.chars();
            matches!(letters.next(), Some('A'..='J')) && letters.next() == Some('.')
        })
        .map(|line| line.chars().count() as f64)
        .collect();
    let choice_length = choices.iter().sum::<f64>() / (choices.len() as f64).max(1.0);
    let longest = choices.iter().copied().fold(0.0, f64::max);
    let mut sorted = words.clone();
    sorted.sort_unstable();
    sorted.dedup();
    let lower = text.to_lowercase();
    let holds = |what: &[&str]| {
        what.iter()
            .map(|it| lower.matches(it).count())
            .sum::<usize>() as f64
    };
    let mut figures = vec![
        length.ln_1p(),
        (words.len() as f64).ln_1p(),
        numbers.ln_1p(),
        sentences.ln_1p(),
        count(|it| it.is_ascii_digit()) / length.max(1.0),
        count(|it| it.is_uppercase()) / length.max(1.0),
        count(|it| !it.is_alphanumeric() && !it.is_whitespace()) / length.max(1.0),
        sorted.len() as f64 / (words.len() as f64).max(1.0),
        length / (words.len() as f64).max(1.0),
        choices.len() as f64,
        choice_length.ln_1p(),
        longest.ln_1p(),
        count(|it| "=+*/^<>≤≥".contains(it)).ln_1p(),
        count(|it| it == '%').ln_1p(),
        count(|it| it == '\n').ln_1p(),
        holds(&["not ", "except", "least", "false", "incorrect"]).ln_1p(),
        holds(&[
            "half", "twice", "times", "third", "quarter", "percent", "double", "each", "every",
        ])
        .ln_1p(),
        holds(&[
            "more than",
            "less than",
            "remaining",
            "left",
            "total",
            "after",
            "before",
            "if ",
        ])
        .ln_1p(),
        holds(&[
            "statement 1",
            "statement 2",
            "i.",
            "ii",
            "both",
            "all of the",
        ])
        .ln_1p(),
        holds(&["per ", "hour", "minute", "week", "month", "year", "day"]).ln_1p(),
    ];
    figures.extend(further);
    figures.truncate((KINDS - SURFACE) as usize);
    figures
}

/// FNV-1a with a seed, mixed once more so that low bits are good.
fn hash(text: &str, seed: u32) -> u32 {
    let bytes = text.bytes();
    mix(bytes.fold(0x811c_9dc5 ^ seed, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    }))
}

fn hash_letters(letters: &[char]) -> u32 {
    let step = |hash: u32, letter: &char| (hash ^ *letter as u32).wrapping_mul(0x0100_0193);
    mix(letters.iter().fold(0x811c_9dc5, step))
}

fn mix(hash: u32) -> u32 {
    let hash = (hash ^ (hash >> 16)).wrapping_mul(0x7feb_352d);
    hash ^ (hash >> 15)
}
