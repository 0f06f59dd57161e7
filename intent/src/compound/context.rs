//! What a place looks like at which a part may begin: the words around it, and what the model reads
//! on both sides of it.

use super::Candidate;
use crate::{
    Label,
    features::{Feature, Hasher, View},
    text::{TokenKind, fold, tokens, without_accents},
};

const AHEAD: u8 = 64;
const BEHIND: u8 = 65;
const MARK: u8 = 66;
const PAIR: u8 = 67;
const DENSE: u8 = 68;
const START: u8 = 69;

/// What is read of a piece of the request: the probability of each label.
pub type Labels = [f32; 14];

/// The features of a candidate. `left` is what is read from the place before to this one, `right`
/// from this one to the next, `all_left` and `all_right` to the ends of the request, `whole` of all.
pub struct Context<'reading> {
    /// The request.
    pub text: &'reading str,
    /// What is read between the candidate before and this one.
    pub left: &'reading Labels,
    /// What is read between this one and the next.
    pub right: &'reading Labels,
    /// What is read before it.
    pub all_left: &'reading Labels,
    /// What is read after it.
    pub all_right: &'reading Labels,
    /// What is read of the request.
    pub whole: &'reading Labels,
}

impl Context<'_> {
    /// The features of a place.
    pub fn features(&self, candidate: &Candidate) -> Vec<Feature> {
        let mut found = surroundings(self.text, candidate);
        let mut add = |view: View, hash: Hasher, value: f32| {
            found.push(Feature {
                hash: hash.finish(),
                view,
                value,
            });
        };
        self.labels(&mut add);
        found.sort_unstable_by_key(|feature| feature.hash);
        found.dedup_by_key(|feature| feature.hash);
        found
    }

    fn labels(&self, add: &mut impl FnMut(View, Hasher, f32)) {
        let dense = |name: &str| Hasher::new(DENSE).text(name);
        let pairs = [
            ("near", self.left, self.right),
            ("all", self.all_left, self.all_right),
        ];
        for (name, left, right) in pairs {
            let (a, b) = (best(left), best(right));
            let labels = [a.0.index(), b.0.index()];
            let hash = dense(name)
                .text("pair")
                .byte(byte(labels[0]))
                .byte(byte(labels[1]));
            add(View::Cues, hash, a.1 * b.1);
            let same: f32 = left.iter().zip(right).map(|(a, b)| a * b).sum();
            add(View::Cues, dense(name).text("same"), same);
            add(
                View::Cues,
                dense(name).text("differ"),
                a.1 * b.1 * (1.0 - same),
            );
            // Steps, since a linear model cannot ask for both sides to be sure.
            let sure = a.1.min(b.1);
            for step in [50_u8, 80, 95] {
                if sure * 100.0 >= f32::from(step) {
                    let differ = u8::from(a.0 != b.0);
                    add(
                        View::Shape,
                        dense(name).text("sure").byte(step).byte(differ),
                        1.0,
                    );
                }
            }
            add(View::Cues, dense(name).text("left"), a.1);
            add(View::Cues, dense(name).text("right"), b.1);
            add(
                View::Cues,
                dense(name).text("right is").byte(byte(labels[1])),
                b.1,
            );
            add(
                View::Cues,
                dense(name).text("left is").byte(byte(labels[0])),
                a.1,
            );
        }
        let whole = best(self.whole);
        add(View::Cues, dense("whole"), whole.1);
        for step in [60_u8, 80, 95] {
            if whole.1 * 100.0 < f32::from(step) {
                add(View::Shape, dense("whole below").byte(step), 1.0);
            }
        }
        add(
            View::Cues,
            dense("whole is").byte(byte(whole.0.index())),
            whole.1,
        );
        let right = best(self.all_right);
        let hash = dense("whole and right")
            .byte(byte(whole.0.index()))
            .byte(byte(right.0.index()));
        add(View::Cues, hash, whole.1 * right.1);
    }
}

/// The features of the words around a place.
pub fn surroundings(text: &str, candidate: &Candidate) -> Vec<Feature> {
    let mut found = Vec::with_capacity(48);
    let mut add = |view: View, hash: Hasher, value: f32| {
        found.push(Feature {
            hash: hash.finish(),
            view,
            value,
        });
    };
    let (before, after) = text.split_at(candidate.at);
    let (behind, ahead) = (units(tail(before)), units(head(after)));
    let mut hash = Hasher::new(AHEAD);
    for unit in ahead.iter().take(4) {
        hash = hash.text(unit);
        add(View::Words, hash, 1.0);
    }
    let mut hash = Hasher::new(BEHIND);
    for unit in behind.iter().rev().take(4) {
        hash = hash.text(unit);
        add(View::Words, hash, 1.0);
    }
    if let (Some(last), Some(first)) = (behind.last(), ahead.first()) {
        add(View::Words, Hasher::new(PAIR).text(last).text(first), 1.0);
    }
    for unit in units(head(before)).iter().take(2) {
        add(View::Words, Hasher::new(START).text(unit), 0.7);
    }
    let mut mark = [0; 4];
    let mark: &str = candidate.mark.encode_utf8(&mut mark);
    add(View::Shape, Hasher::new(MARK).text(mark), 1.0);
    if let Some(first) = ahead.first() {
        add(View::Shape, Hasher::new(MARK).text(mark).text(first), 1.0);
    }
    for (name, count) in [("behind", behind.len()), ("ahead", ahead.len())] {
        for limit in [2_u8, 4, 8, 12] {
            if count >= usize::from(limit) {
                add(View::Shape, Hasher::new(DENSE).text(name).byte(limit), 0.5);
            }
        }
    }
    found.sort_unstable_by_key(|feature| feature.hash);
    found.dedup_by_key(|feature| feature.hash);
    found
}

/// Bytes of the surroundings that are looked at on each side.
const SIDE: usize = 90;

fn head(text: &str) -> &str {
    &text[..text.floor_char_boundary(SIDE)]
}

fn tail(text: &str) -> &str {
    &text[text.ceil_char_boundary(text.len().saturating_sub(SIDE))..]
}

fn byte(index: usize) -> u8 {
    u8::try_from(index).unwrap_or(u8::MAX)
}

/// The best label and its probability.
pub fn best(labels: &Labels) -> (Label, f32) {
    let all = Label::ALL.iter().copied().zip(labels.iter().copied());
    all.max_by(|a, b| a.1.total_cmp(&b.1))
        .unwrap_or((Label::Chat, 0.0))
}

/// Words of a text; of unspaced scripts, single characters.
fn units(text: &str) -> Vec<String> {
    let folded = fold(text);
    let mut units = Vec::new();
    for token in tokens(&folded) {
        let written = &folded[token.range];
        match token.kind {
            TokenKind::Run => units.extend(written.chars().map(|c| c.to_string())),
            TokenKind::Word => units.push(without_accents(written)),
            TokenKind::Number => units.push("0".to_owned()),
            TokenKind::Mark => {}
        }
    }
    units
}
