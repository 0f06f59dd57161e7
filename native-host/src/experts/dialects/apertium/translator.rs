//! One direction of translation: a queue before one pipeline, which is started when it is needed,
//! replaced when it breaks, and stopped when nobody has needed it for a while.

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::Mutex,
    time::{Instant, sleep},
};

use super::{
    format::{Opaque, Piece, cut},
    installation::Installation,
    languages::Pair,
    markup::Fragment,
    pipeline::{Pipeline, PipelineError},
};

/// How long things may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// How long a pipeline that nobody uses is kept: it takes about 110 MB.
    pub idle: Duration,
    /// How long a short text may take; the first one also waits for the dictionaries.
    pub patience: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            idle: Duration::from_secs(180),
            patience: Duration::from_secs(10),
        }
    }
}

/// How many bytes of text a slow machine translates in a second: a hundredth of what was measured.
const SLOWEST: u64 = 400;

/// Translates from one language into another.
pub struct Translator {
    /// Between which languages.
    pub pair: Pair,
    installation: Installation,
    limits: Limits,
    slot: Mutex<Slot>,
}

/// The place of the pipeline. Whoever holds the lock is being answered; the others wait in order.
struct Slot {
    pipeline: Option<Pipeline>,
    used: Instant,
    /// Whether a task is waiting to stop the pipeline.
    watched: bool,
}

impl Translator {
    /// A translator that has not started anything yet.
    pub fn new(pair: Pair, installation: Installation, limits: Limits) -> Self {
        let slot = Slot {
            pipeline: None,
            used: Instant::now(),
            watched: false,
        };
        Self {
            pair,
            installation,
            limits,
            slot: Mutex::new(slot),
        }
    }

    /// Translates a text of one paragraph. Dropping the future ends the work at once.
    ///
    /// # Errors
    /// When the pipeline does not start, hangs, or breaks twice at this text.
    pub async fn text(self: &Arc<Self>, text: &str) -> Result<String, PipelineError> {
        let (mut opaque, mut pieces) = (Opaque::default(), Vec::new());
        cut(text.trim(), &[], &mut opaque, &mut pieces);
        let mut translation = String::new();
        for piece in self.pieces(&pieces).await? {
            match piece {
                Piece::Text { text, .. } => translation.push_str(&text),
                Piece::Opaque(number) => {
                    translation.push_str(opaque.0.get(number).ok_or(PipelineError::Garbage)?);
                }
            }
        }
        Ok(translation.trim().to_owned())
    }

    /// Translates the text of an HTML fragment, such as the inside of a paragraph. Its elements
    /// stay around the words that they were around.
    ///
    /// # Errors
    /// As [`Self::text`].
    pub async fn html(self: &Arc<Self>, fragment: &str) -> Result<String, PipelineError> {
        let inner = fragment.trim();
        let (before, after) = match fragment.find(inner) {
            Some(start) => (&fragment[..start], &fragment[start + inner.len()..]),
            None => ("", ""),
        };
        let parsed = Fragment::parse(inner);
        let translated = parsed.assemble(&self.pieces(&parsed.pieces).await?);
        Ok(format!("{before}{}{after}", translated.trim()))
    }

    async fn pieces(self: &Arc<Self>, pieces: &[Piece]) -> Result<Vec<Piece>, PipelineError> {
        let has_words = |piece: &Piece| match piece {
            Piece::Text { text, .. } => text.contains(char::is_alphanumeric),
            Piece::Opaque(_) => false,
        };
        if !pieces.iter().any(has_words) {
            return Ok(pieces.to_vec());
        }
        let mut slot = self.slot.lock().await;
        match self.attempt(&mut slot, pieces).await {
            Err(error) if error.may_pass() => {
                tracing::warn!(mode = self.pair.mode, %error, "starting Apertium again");
                self.attempt(&mut slot, pieces).await
            }
            answer => answer,
        }
    }

    /// Asks the pipeline. It is back in its place only after a whole answer, so that one that
    /// broke, or that nobody listened to until the end, is never asked again.
    async fn attempt(
        self: &Arc<Self>,
        slot: &mut Slot,
        pieces: &[Piece],
    ) -> Result<Vec<Piece>, PipelineError> {
        let mut pipeline = match slot.pipeline.take() {
            Some(pipeline) => pipeline,
            None => Pipeline::start(&self.installation, &self.pair.mode).await?,
        };
        let answer = pipeline.translate(pieces, self.patience(pieces)).await?;
        slot.pipeline = Some(pipeline);
        slot.used = Instant::now();
        if !std::mem::replace(&mut slot.watched, true) {
            self.stop_when_idle();
        }
        Ok(answer)
    }

    fn patience(&self, pieces: &[Piece]) -> Duration {
        let length = |piece: &Piece| match piece {
            Piece::Text { text, .. } => text.len() as u64,
            Piece::Opaque(_) => 0,
        };
        let bytes: u64 = pieces.iter().map(length).sum();
        self.limits.patience + Duration::from_secs(bytes / SLOWEST)
    }

    fn stop_when_idle(self: &Arc<Self>) {
        let translator = Arc::downgrade(self);
        let idle = self.limits.idle;
        tokio::spawn(async move {
            loop {
                sleep(idle).await;
                let Some(translator) = translator.upgrade() else {
                    return;
                };
                let mut slot = translator.slot.lock().await;
                if slot.used.elapsed() >= idle {
                    slot.pipeline = None;
                    slot.watched = false;
                    return;
                }
            }
        });
    }

    /// Whether a pipeline is running.
    #[cfg(test)]
    pub(super) async fn is_running(&self) -> bool {
        self.slot.lock().await.pipeline.is_some()
    }
}
