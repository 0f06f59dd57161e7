//! The model: what reads a piece of text, and what takes a request apart. Its bytes are versioned and
//! name the data that it was trained on.

use std::{borrow::Cow, collections::BTreeMap, ops::Range};

use thiserror::Error;

use crate::{
    compound::{Candidate, Costs, Follows, Found, Labels, Scored, candidates, contexts, segment},
    features::{Place, features, features_of},
    linear::{Head, Table},
    text::Excerpt,
};

/// What reads a piece of text.
#[derive(Debug, Clone, PartialEq)]
pub struct TextModel {
    /// The features that it knows.
    pub table: Table,
    /// What is wanted.
    pub labels: Head,
    /// What it is about.
    pub targets: Head,
}

/// What says where parts begin.
#[derive(Debug, Clone, PartialEq)]
pub struct BoundaryModel {
    /// The features that it knows.
    pub table: Table,
    /// From the words around a place alone: which places are worth a closer look.
    pub scout: Head,
    /// From the words and from what is read on both sides.
    pub judge: Head,
    /// What dividing costs.
    pub costs: Costs,
    /// Which label follows which.
    pub follows: Follows,
}

/// All that reads requests.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    /// The digest of the data that it was trained on.
    pub digest: [u8; 32],
    /// Reads pieces of text.
    pub text: TextModel,
    /// Finds where parts begin.
    pub boundaries: BoundaryModel,
}

/// The most places that are looked at closely.
const PLACES: usize = 5;
/// In a text of more bytes than this, no more than [`PLACES_OF_LONG`] are.
const LONG: usize = 400;
const PLACES_OF_LONG: usize = 3;
/// A place that the scout gives less than these odds, as a logarithm, is not looked at.
const FAINT: f32 = -4.5;

impl TextModel {
    /// The logarithms of the probabilities of labels and targets for a piece of text.
    pub fn read(&self, text: &str) -> (Labels, Vec<f32>) {
        let row = self.table.vector(&features(Excerpt::of(text).text()));
        let mut labels = [0.0; 14];
        labels.copy_from_slice(&self.labels.log_probabilities(&row));
        (labels, self.targets.log_probabilities(&row))
    }

    /// The logarithms of the probabilities of labels for a piece of a text.
    pub fn piece(&self, text: &str, range: Range<usize>) -> Labels {
        let place = if range.start == 0 {
            Place::Whole
        } else {
            Place::Later
        };
        let piece = shortened(&text[range]);
        let row = self.table.vector(&features_of(&piece, place));
        let mut labels = [0.0; 14];
        labels.copy_from_slice(&self.labels.log_probabilities(&row));
        labels
    }
}

/// Bytes that are read at both ends of a long piece.
const ENDS: usize = 120;

/// A piece, or the ends of a long one.
fn shortened(piece: &str) -> Cow<'_, str> {
    if piece.len() <= 2 * ENDS + 40 {
        return Cow::Borrowed(piece);
    }
    let head = &piece[..piece.floor_char_boundary(ENDS)];
    let tail = &piece[piece.ceil_char_boundary(piece.len() - ENDS)..];
    Cow::Owned(format!("{head} {tail}"))
}

impl BoundaryModel {
    /// The places worth a close look, in order, with the features of their surroundings.
    pub fn scouted(&self, text: &str) -> Vec<Candidate> {
        let mut all: Vec<(f32, Candidate)> = candidates(text)
            .into_iter()
            .map(|candidate| {
                let row = self
                    .table
                    .vector(&crate::compound::surroundings(text, &candidate));
                (
                    self.scout.margins(&row)[0] * self.scout.temperature,
                    candidate,
                )
            })
            .filter(|(logit, _)| *logit > FAINT)
            .collect();
        all.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.at.cmp(&b.1.at)));
        all.truncate(if text.len() > LONG {
            PLACES_OF_LONG
        } else {
            PLACES
        });
        let mut chosen: Vec<Candidate> = all.into_iter().map(|(_, candidate)| candidate).collect();
        chosen.sort_by_key(|candidate| candidate.at);
        chosen
    }

    /// The parts of a request in the order in which they are written.
    pub fn parts(&self, text: &str, labels: &mut impl FnMut(Range<usize>) -> Labels) -> Vec<Found> {
        let places = self.scouted(text);
        if places.is_empty() {
            return Vec::new();
        }
        let mut remembered: BTreeMap<(usize, usize), Labels> = BTreeMap::new();
        let mut labels = |range: Range<usize>| -> Labels {
            *remembered
                .entry((range.start, range.end))
                .or_insert_with(|| labels(range))
        };
        let found = contexts(text, &places, &mut |range| probabilities(&labels(range)));
        let scored: Vec<Scored> = places
            .iter()
            .zip(&found)
            .map(|(place, features)| Scored {
                at: place.at,
                logit: self.judge.margins(&self.table.vector(features))[0] * self.judge.temperature,
            })
            .collect();
        segment(text, &scored, self.costs, &self.follows, &mut labels)
    }
}

/// Probabilities from their logarithms.
pub fn probabilities(logs: &Labels) -> Labels {
    logs.map(libm::expf)
}

/// Why bytes are no model.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ModelError {
    /// They begin with something else.
    #[error("not a model of requests: begins with {found:02x?} instead of {wanted:02x?}")]
    Kind {
        /// What is there.
        found: Vec<u8>,
        /// What should be there.
        wanted: [u8; 4],
    },
    /// They are of another version.
    #[error("a model of version {found}, where version {wanted} is read")]
    Version {
        /// What is there.
        found: u16,
        /// What can be read.
        wanted: u16,
    },
    /// They end too early.
    #[error("the model ends at byte {length}, where {wanted} more are needed")]
    Short {
        /// How many bytes there are.
        length: usize,
        /// How many more are needed.
        wanted: usize,
    },
    /// A head has another number of classes than is known here.
    #[error("the model has {found} classes where {wanted} are known")]
    Classes {
        /// What is there.
        found: usize,
        /// What should be there.
        wanted: usize,
    },
}

const MAGIC: [u8; 4] = *b"CTRQ";
const VERSION: u16 = 1;

impl Model {
    /// The model as bytes, little-endian: kind, version, digest, then tables and heads, each after its
    /// dimensions.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        bytes.extend(MAGIC);
        bytes.extend(VERSION.to_le_bytes());
        bytes.extend(self.digest);
        let mut heads = |table: &Table, heads: [&Head; 2]| {
            bytes.extend(length(table.rows()));
            bytes.extend(table.marks().iter().flat_map(|mark| mark.to_le_bytes()));
            for head in heads {
                bytes.extend(length(head.classes()));
                bytes.extend(head.temperature.to_le_bytes());
                let floats = head.bias.iter().chain(&head.scales);
                bytes.extend(floats.flat_map(|float| float.to_le_bytes()));
                bytes.extend(head.weights.iter().flat_map(|weight| weight.to_le_bytes()));
            }
        };
        heads(&self.text.table, [&self.text.labels, &self.text.targets]);
        heads(
            &self.boundaries.table,
            [&self.boundaries.scout, &self.boundaries.judge],
        );
        let costs = self.boundaries.costs;
        for cost in [costs.boundary, costs.part, costs.labels, costs.follows] {
            bytes.extend(cost.to_le_bytes());
        }
        let follows = self.boundaries.follows.iter().flatten();
        bytes.extend(follows.flat_map(|log| log.to_le_bytes()));
        bytes
    }

    /// Reads a model from its bytes.
    ///
    /// # Errors
    /// When they are something else or cut off.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ModelError> {
        let mut reader = Bytes { bytes, at: 0 };
        let magic = reader.take(4)?;
        if magic != MAGIC {
            return Err(ModelError::Kind {
                found: magic.to_vec(),
                wanted: MAGIC,
            });
        }
        let version = u16::from_le_bytes(reader.array()?);
        if version != VERSION {
            return Err(ModelError::Version {
                found: version,
                wanted: VERSION,
            });
        }
        let digest = reader.array()?;
        let table = reader.table()?;
        let text = TextModel {
            labels: reader.head(&table, 14)?,
            targets: reader.head(&table, 5)?,
            table,
        };
        let table = reader.table()?;
        let (scout, judge) = (reader.head(&table, 1)?, reader.head(&table, 1)?);
        let costs = Costs {
            boundary: reader.float()?,
            part: reader.float()?,
            labels: reader.float()?,
            follows: reader.float()?,
        };
        let mut follows: Follows = [[0.0; 14]; 14];
        for log in follows.iter_mut().flatten() {
            *log = reader.float()?;
        }
        Ok(Self {
            digest,
            text,
            boundaries: BoundaryModel {
                table,
                scout,
                judge,
                costs,
                follows,
            },
        })
    }
}

fn length(count: usize) -> [u8; 4] {
    u32::try_from(count).unwrap_or(u32::MAX).to_le_bytes()
}

struct Bytes<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Bytes<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], ModelError> {
        let range: Range<usize> = self.at..self.at.saturating_add(count);
        let short = || ModelError::Short {
            length: self.bytes.len(),
            wanted: count,
        };
        let taken = self.bytes.get(range.clone()).ok_or_else(short)?;
        self.at = range.end;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], ModelError> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    fn count(&mut self) -> Result<usize, ModelError> {
        Ok(u32::from_le_bytes(self.array()?) as usize)
    }

    fn float(&mut self) -> Result<f32, ModelError> {
        Ok(f32::from_le_bytes(self.array()?))
    }

    fn floats(&mut self, count: usize) -> Result<Vec<f32>, ModelError> {
        (0..count).map(|_| self.float()).collect()
    }

    fn table(&mut self) -> Result<Table, ModelError> {
        let rows = self.count()?;
        let marks = self.take(rows.saturating_mul(2))?.chunks_exact(2);
        Ok(Table::from_marks(
            marks
                .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
                .collect(),
        ))
    }

    fn head(&mut self, table: &Table, classes: usize) -> Result<Head, ModelError> {
        let found = self.count()?;
        if found != classes {
            return Err(ModelError::Classes {
                found,
                wanted: classes,
            });
        }
        let temperature = self.float()?;
        let (bias, scales) = (self.floats(classes)?, self.floats(classes)?);
        let weights = self.take(table.rows().saturating_mul(classes))?;
        Ok(Head {
            bias,
            scales,
            weights: weights.iter().map(|byte| byte.cast_signed()).collect(),
            temperature,
        })
    }
}
