//! Apertium: rule-based machine translation on the reader's machine, without network or model.
//!
//! Each installed pair is an expert. Its programs are kept running between texts, which makes the
//! first text take as long as loading the dictionaries and each later one a few milliseconds.

mod expert;
mod format;
mod installation;
mod languages;
mod markup;
mod pipeline;
#[cfg(test)]
mod tests;
mod translator;

use std::{
    sync::{Arc, PoisonError},
    time::SystemTime,
};

pub use installation::Installation;
pub use languages::{Language, Pair};
pub use pipeline::PipelineError;
pub use translator::{Limits, Translator};

use self::expert::ApertiumExpert;
use crate::experts::{Expert, Search};

/// Apertium as it is installed on this machine.
pub struct Apertium {
    installation: Installation,
    limits: Limits,
    known: std::sync::Mutex<Known>,
}

/// The pairs as they were when they were last asked for.
#[derive(Default)]
struct Known {
    changed: Option<SystemTime>,
    experts: Vec<Arc<ApertiumExpert>>,
}

impl Apertium {
    /// Apertium at this place. Nothing is started yet.
    pub fn new(installation: Installation, limits: Limits) -> Self {
        Self {
            installation,
            limits,
            known: std::sync::Mutex::default(),
        }
    }

    /// Apertium as the environment of this process shows it, if it is installed.
    pub fn from_environment() -> Option<Self> {
        let path = std::env::var_os("PATH")?;
        let data = std::env::var_os("APERTIUM_DATADIR");
        Some(Self::new(
            Installation::find(&path, data)?,
            Limits::default(),
        ))
    }

    /// A search for the roster.
    pub fn search(self: Arc<Self>) -> Search {
        Arc::new(move || {
            let apertium = Arc::clone(&self);
            Box::pin(async move { apertium.experts().await })
        })
    }

    /// One expert for each installed pair. Apertium is asked again only when the folder that
    /// lists its pairs has changed; a pair that stays keeps its running pipeline.
    pub async fn experts(&self) -> Vec<Arc<dyn Expert>> {
        let as_experts = |experts: &[Arc<ApertiumExpert>]| {
            let expert = |expert: &Arc<ApertiumExpert>| Arc::clone(expert) as Arc<dyn Expert>;
            experts.iter().map(expert).collect()
        };
        as_experts(&self.refresh().await)
    }

    /// The translator of a pair, by Apertium's name of it.
    pub async fn translator(&self, mode: &str) -> Option<Arc<Translator>> {
        let experts = self.refresh().await;
        let expert = experts
            .iter()
            .find(|expert| expert.translator.pair.mode == mode);
        expert.map(|expert| Arc::clone(&expert.translator))
    }

    async fn refresh(&self) -> Vec<Arc<ApertiumExpert>> {
        let changed = self.installation.changed();
        {
            let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            if changed.is_some() && known.changed == changed {
                return known.experts.clone();
            }
        }
        let listed = self.installation.pairs().await;
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        match listed {
            Ok(pairs) => {
                let experts = pairs.into_iter().map(|pair| self.expert(pair, &known));
                known.experts = experts.collect();
                known.changed = changed;
            }
            Err(error) => tracing::warn!(%error, "cannot list the pairs of Apertium"),
        }
        known.experts.clone()
    }

    fn expert(&self, pair: Pair, known: &Known) -> Arc<ApertiumExpert> {
        let before = known
            .experts
            .iter()
            .find(|expert| expert.translator.pair == pair);
        before.cloned().unwrap_or_else(|| {
            let translator = Translator::new(pair, self.installation.clone(), self.limits);
            Arc::new(ApertiumExpert::new(Arc::new(translator)))
        })
    }
}
