//! Arms: shapes of plans with experts in their seats, and what each is expected to bring.

use super::{
    belief::{Belief, Said},
    panel::Panel,
    shapes::{Form, Shape},
};

/// A shape with its seats filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arm {
    /// The shape.
    pub shape: Shape,
    /// For each stage the seats that it asks.
    pub stages: Vec<Vec<usize>>,
}

/// What an arm is expected to bring.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Prospect {
    /// Probability of a right answer, or quality, 0 to 1.
    pub quality: f64,
    /// Expected dollars.
    pub price: f64,
    /// Dollars if every stage is asked.
    pub price_most: f64,
    /// Expected seconds to the final answer.
    pub delay: f64,
}

/// How many of the cheap seats pairs are made of, and how many strong ones may follow.
const CHEAP: usize = 4;
const STRONG: usize = 3;

/// The arms of these shapes worth looking at: every seat alone; pairs of cheap ones of different
/// families, as `families` says, with each of the strongest after them. At most about a hundred.
pub fn arms(shapes: &[Shape], panel: &Panel, families: &[&str], engines: &[bool]) -> Vec<Arm> {
    let seats = 0..panel.len();
    let mut cheap: Vec<usize> = seats.clone().collect();
    let at = |seat: usize| panel.seat(seat).price[super::panel::NODES / 2];
    let quality = |seat: usize| panel.seat(seat).right.iter().sum::<f64>();
    cheap.sort_by(|one, other| at(*one).total_cmp(&at(*other)));
    let mut strong: Vec<usize> = seats.clone().collect();
    strong.sort_by(|one, other| quality(*other).total_cmp(&quality(*one)));
    strong.truncate(STRONG);
    let mut found = Vec::new();
    for &shape in shapes {
        let form = shape.form();
        let mut add = |stages: Vec<Vec<usize>>| {
            found.push(Arm { shape, stages });
        };
        match (form.stages.as_slice(), form.every) {
            ([_], _) => seats.clone().for_each(|seat| add(vec![vec![seat]])),
            ([1, 1], true) => {
                // Engines and models put faithfully; only models write.
                for &writer in strong.iter().filter(|seat| !engines[**seat]) {
                    let others = seats.clone().filter(|seat| *seat != writer);
                    let best = others.filter(|seat| engines[*seat] || strong.contains(seat));
                    best.for_each(|first| add(vec![vec![first], vec![writer]]));
                }
            }
            (stages, _) => {
                let engines_only = shape == Shape::EnginesAgreeElsePaid;
                let able = cheap.iter().filter(|seat| !engines_only || engines[**seat]);
                let able: Vec<usize> = able.copied().take(CHEAP).collect();
                for (place, &second) in able.iter().enumerate() {
                    for &first in &able[..place] {
                        if families[first] != families[second] {
                            fill(stages, [first, second], &cheap, &strong, &mut add);
                        }
                    }
                }
            }
        }
    }
    found
}

/// The stages after a pair.
fn fill(
    stages: &[usize],
    pair: [usize; 2],
    cheap: &[usize],
    strong: &[usize],
    add: &mut impl FnMut(Vec<Vec<usize>>),
) {
    let free = |seat: &&usize| !pair.contains(seat);
    let third = cheap.iter().find(free).copied();
    let strong: Vec<usize> = strong.iter().filter(free).copied().collect();
    match stages {
        [2, 1] => strong
            .iter()
            .for_each(|last| add(vec![pair.into(), vec![*last]])),
        [2, 1, 1] => {
            for last in strong.iter().filter(|last| Some(**last) != third) {
                if let Some(third) = third {
                    add(vec![pair.into(), vec![third], vec![*last]]);
                }
            }
        }
        [2, 2] => {
            if let [one, other, ..] = strong[..] {
                add(vec![pair.into(), vec![one, other]]);
            }
        }
        _ => {}
    }
}

impl Arm {
    /// What is expected of it for a request `shift` standard deviations harder than the average.
    pub fn prospect(&self, panel: &Panel, shift: f64) -> Prospect {
        let form = self.shape.form();
        let belief = Belief::new(panel, shift);
        let calls = f64::from(form.calls);
        let all = self.stages.iter().flatten();
        let price_most = calls * all.map(|seat| belief.price(*seat)).sum::<f64>();
        let mut prospect = if form.every || self.stages.len() == 1 {
            self.straight(panel, &belief, form)
        } else {
            let mut prospect = Prospect::default();
            walk(panel, &self.stages, &belief, 1.0, &mut prospect);
            prospect
        };
        prospect.quality += form.lift * (1.0 - prospect.quality);
        Prospect {
            price_most,
            ..prospect
        }
    }

    /// Every stage is walked; the best seat sets the quality.
    fn straight(&self, panel: &Panel, belief: &Belief<'_>, form: &Form) -> Prospect {
        let seats = || self.stages.iter().flatten().copied();
        let calls = f64::from(form.calls);
        Prospect {
            quality: seats()
                .map(|seat| belief.would_be_right(seat))
                .fold(0.0, f64::max),
            price: calls * seats().map(|seat| belief.price(seat)).sum::<f64>(),
            price_most: 0.0,
            // Several answers of one expert are asked for together.
            delay: self.stages.iter().map(|stage| slowest(panel, stage)).sum(),
        }
    }
}

fn slowest(panel: &Panel, stage: &[usize]) -> f64 {
    stage
        .iter()
        .map(|seat| panel.seat(*seat).delay)
        .fold(0.0, f64::max)
}

/// Sums over everything that the seats of the next stage may say.
fn walk(
    panel: &Panel,
    stages: &[Vec<usize>],
    belief: &Belief<'_>,
    share: f64,
    into: &mut Prospect,
) {
    let Some((stage, rest)) = stages.split_first() else {
        into.quality += share * belief.best().map_or(0.0, |(_, right)| right);
        return;
    };
    into.price += share * stage.iter().map(|seat| belief.price(*seat)).sum::<f64>();
    into.delay += share * slowest(panel, stage);
    answer(panel, stage, rest, belief, share, into);
}

fn answer(
    panel: &Panel,
    left: &[usize],
    rest: &[Vec<usize>],
    belief: &Belief<'_>,
    share: f64,
    into: &mut Prospect,
) {
    let Some((seat, left)) = left.split_first() else {
        if settled(belief) {
            into.quality += share * belief.best().map_or(0.0, |(_, right)| right);
        } else {
            walk(panel, rest, belief, share, into);
        }
        return;
    };
    if belief.groups() == 0 {
        // The first answer founds the first group, right or wrong.
        answer(
            panel,
            left,
            rest,
            &belief.after(*seat, Said::New),
            share,
            into,
        );
        return;
    }
    for (likely, next) in belief.outcomes(*seat) {
        if likely > 1e-4 {
            answer(panel, left, rest, &next, share * likely, into);
        }
    }
}

/// Whether one answer has more agreement than each other.
pub fn settled(belief: &Belief<'_>) -> bool {
    let mut sizes: Vec<u32> = (0..belief.groups())
        .map(|group| belief.size(group))
        .collect();
    sizes.sort_unstable_by(|one, other| other.cmp(one));
    match sizes[..] {
        [first, second, ..] => first > second && first > 1,
        [first] => first > 1,
        [] => false,
    }
}
