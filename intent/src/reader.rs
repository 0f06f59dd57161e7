//! Reading a request.

use std::{ops::Range, sync::OnceLock};

use crate::{
    Label, Part, Prior, Reading, TargetLabel,
    compound::{Found, Labels, order, sources},
    judgement,
    linear::log_softmax,
    model::{Model, ModelError, probabilities},
    parameters::parameters,
    text::Excerpt,
};

/// The model that ships.
const MODEL: &[u8] = include_bytes!("../model/requests.bin");

/// From this probability on, a reading can be relied on.
const SURE: f32 = 0.55;
/// What a target that is not there keeps of its probability, as a logarithm.
const ABSENT: f32 = -4.0;

/// Reads requests with a model.
#[derive(Debug)]
pub struct Reader {
    model: Option<Model>,
}

impl Reader {
    /// The one with the model that ships.
    pub fn usual() -> &'static Self {
        static USUAL: OnceLock<Reader> = OnceLock::new();
        // A test holds that it can be read; without it everything is read as unsure.
        USUAL.get_or_init(|| Self::from_bytes(MODEL).unwrap_or(Self { model: None }))
    }

    /// One with a model as bytes.
    ///
    /// # Errors
    /// When the bytes are no model of this version.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ModelError> {
        Model::from_bytes(bytes).map(Self::new)
    }

    /// One with a model.
    pub fn new(model: Model) -> Self {
        Self { model: Some(model) }
    }

    /// The model that it reads with.
    pub fn model(&self) -> Option<&Model> {
        self.model.as_ref()
    }

    /// What a request wants, from its words alone.
    pub fn read(&self, text: &str) -> Reading {
        self.read_with(text, &Prior::default())
    }

    /// What a request wants, from its words and from what is known besides.
    pub fn read_with(&self, text: &str, prior: &Prior) -> Reading {
        let excerpt = Excerpt::of(text);
        let read = excerpt.text();
        let (labels, targets) = self.heads(read);
        let found = self.parts(read, &labels);
        let mut labels = match found.as_slice() {
            [first, _, ..] => self.piece(read, first, &labels),
            _ => labels,
        };
        for (label, weight) in labels.iter_mut().zip(prior.labels) {
            *label += weight;
        }
        log_softmax(&mut labels);
        let mut ranked: Vec<(Label, f32)> = Label::ALL
            .iter()
            .copied()
            .zip(probabilities(&labels))
            .collect();
        // A stable sort: equal ones stay in the order of the list.
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
        let target = target(targets, prior);
        let parts: Vec<Part> = match found.as_slice() {
            [_, _, ..] => {
                let sources = sources(read, &found);
                let parts = found
                    .iter()
                    .zip(sources)
                    .map(|((range, label), takes_from)| Part {
                        label: *label,
                        span: excerpt.original(range.start)..excerpt.original(range.end),
                        parameters: parameters(&read[range.clone()], *label),
                        takes_from,
                    });
                parts.collect()
            }
            _ => {
                let label = ranked.first().map_or(Label::Chat, |(label, _)| *label);
                vec![Part {
                    label,
                    span: 0..text.len(),
                    parameters: parameters(read, label),
                    takes_from: Vec::new(),
                }]
            }
        };
        judgement::reading(read, ranked, target, parts, SURE)
    }

    /// What is read in the part that is done first. The best label is the one that fits the other
    /// parts, even where the part alone might be read otherwise.
    fn piece(&self, text: &str, part: &Found, whole: &Labels) -> Labels {
        let Some(model) = &self.model else {
            return *whole;
        };
        let mut labels = model.text.piece(text, part.0.clone());
        let best = labels.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        labels[part.1.index()] = best + 0.1;
        labels
    }

    fn heads(&self, text: &str) -> (Labels, Vec<f32>) {
        let Some(model) = &self.model else {
            return ([libm::logf(1.0 / 14.0); 14], vec![libm::logf(0.2); 5]);
        };
        model.text.read(text)
    }

    /// The parts in the order of doing; those of a simple request are one.
    fn parts(&self, text: &str, whole: &Labels) -> Vec<Found> {
        let Some(model) = &self.model else {
            return Vec::new();
        };
        let mut labels = |range: Range<usize>| {
            if range == (0..text.len()) {
                *whole
            } else {
                model.text.piece(text, range)
            }
        };
        let written = model.boundaries.parts(text, &mut labels);
        order(text, written)
    }
}

fn target(mut logs: Vec<f32>, prior: &Prior) -> (TargetLabel, f32) {
    for (log, target) in logs.iter_mut().zip(TargetLabel::ALL) {
        if !prior.presence.has(*target) {
            *log += ABSENT;
        }
    }
    log_softmax(&mut logs);
    let all = TargetLabel::ALL
        .iter()
        .copied()
        .zip(logs.into_iter().map(libm::expf));
    all.max_by(|a, b| a.1.total_cmp(&b.1))
        .unwrap_or((TargetLabel::None, 0.0))
}
