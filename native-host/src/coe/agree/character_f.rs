//! chrF2: how alike two texts are in their runs of 1 to 6 characters (Popović 2015, "chrF: character
//! n-gram F-score for automatic MT evaluation"), spaces left out, recall weighing twice as much as
//! precision. Good for every script, needs no words.

/// Longest run of characters.
const LONGEST: usize = 6;
/// Recall counts so many times as much as precision.
const BETA: f64 = 2.0;

/// The runs of characters of a text, counted, ready to be compared with others.
#[derive(Debug, Clone, Default)]
pub struct Profile {
    /// For each length, hashes of the runs with how often they come, by hash.
    runs: [Vec<(u64, u32)>; LONGEST],
    totals: [u32; LONGEST],
}

impl Profile {
    /// Counts the runs of a text. Takes time and memory in proportion to its length.
    pub fn new(text: &str) -> Self {
        let letters: Vec<u64> = text
            .chars()
            .filter(|letter| !letter.is_whitespace())
            .map(u64::from)
            .collect();
        let mut profile = Self::default();
        for length in 1..=LONGEST {
            let mut hashes: Vec<u64> = letters.windows(length).map(hash).collect();
            hashes.sort_unstable();
            profile.totals[length - 1] = u32::try_from(hashes.len()).unwrap_or(u32::MAX);
            profile.runs[length - 1] = hashes
                .chunk_by(|one, other| one == other)
                .map(|equal| (equal[0], u32::try_from(equal.len()).unwrap_or(u32::MAX)))
                .collect();
        }
        profile
    }
}

/// Of a run; 64 bits, so that two different ones are the same about never.
fn hash(run: &[u64]) -> u64 {
    run.iter().fold(0x9e37_79b9_7f4a_7c15, |hash, letter| {
        let mixed = (hash ^ letter).wrapping_mul(0xff51_afd7_ed55_8ccd);
        mixed ^ (mixed >> 32)
    })
}

/// chrF2 of a text against a reference, 0 to 1: precision and recall are means over those lengths
/// that both have runs of. Two texts without any are alike.
pub fn character_f(text: &Profile, reference: &Profile) -> f64 {
    let (mut precision, mut recall, mut lengths) = (0.0, 0.0, 0.0);
    for length in 0..LONGEST {
        let (said, wanted) = (text.totals[length], reference.totals[length]);
        if said == 0 || wanted == 0 {
            continue;
        }
        let common = f64::from(common(&text.runs[length], &reference.runs[length]));
        precision += common / f64::from(said);
        recall += common / f64::from(wanted);
        lengths += 1.0;
    }
    if lengths == 0.0 {
        let nothing = text.totals[0] == 0 && reference.totals[0] == 0;
        return if nothing { 1.0 } else { 0.0 };
    }
    let (precision, recall) = (precision / lengths, recall / lengths);
    let weight = BETA * BETA;
    let sum = weight * precision + recall;
    if sum == 0.0 {
        0.0
    } else {
        (1.0 + weight) * precision * recall / sum
    }
}

/// The same for texts that are compared once.
pub fn chr_f(text: &str, reference: &str) -> f64 {
    character_f(&Profile::new(text), &Profile::new(reference))
}

/// How many runs two sorted lists have in common, each as often as both have it.
fn common(one: &[(u64, u32)], other: &[(u64, u32)]) -> u32 {
    let (mut left, mut right, mut sum) = (0, 0, 0);
    while let (Some((hash, times)), Some((other_hash, other_times))) =
        (one.get(left), other.get(right))
    {
        match hash.cmp(other_hash) {
            std::cmp::Ordering::Less => left += 1,
            std::cmp::Ordering::Greater => right += 1,
            std::cmp::Ordering::Equal => {
                sum += times.min(other_times);
                left += 1;
                right += 1;
            }
        }
    }
    sum
}
