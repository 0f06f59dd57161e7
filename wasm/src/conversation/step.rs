//! One step of an answer: who does it, what has arrived of it, what stands in its place.

use coterie_protocol::{ExpertCard, Failure, Mark, PlannedStep, Reason, StepId, StepReport};

use crate::markdown::Stream;

/// A place in a step's text where one expert fell silent and the next went on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seam {
    /// Characters of the text before it.
    pub at: usize,
    /// Who fell silent, as shown.
    pub silent: Option<String>,
    /// Why.
    pub failure: Failure,
}

/// The better work of another step, in place of a step's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// The step that it comes from.
    pub by: StepId,
    /// The step's own text.
    draft: String,
    /// What stands in its place.
    text: String,
    /// Whether the reader looks at the draft.
    pub shows_draft: bool,
}

/// One step of an answer.
#[derive(Debug, Clone)]
pub struct Step {
    /// The step.
    pub step: StepId,
    /// What it does, where the plan told.
    pub planned: Option<PlannedStep>,
    /// Who does it, and why.
    pub expert: Option<(ExpertCard, Reason)>,
    /// Those that failed at it before.
    pub failures: Vec<Failure>,
    /// Whether the last one failed, and no other has begun since.
    pub has_failed: bool,
    /// Where another expert went on.
    pub seams: Vec<Seam>,
    /// How much of a page that is too long the expert reads, in percent.
    pub read_percent: Option<u8>,
    /// What is shown of it.
    pub text: Stream,
    /// Raised when another text has taken the place of the one that was shown.
    pub edition: u32,
    /// Whether the text that is shown has come in place of another's draft.
    pub is_new: bool,
    /// What was thought aloud.
    pub reasoning: String,
    /// The better work that stands in place of what arrived, if any does.
    pub revision: Option<Revision>,
    /// Whether a fault of it was mended.
    pub mended: bool,
    /// What was found in it and could not be mended.
    pub marks: Vec<Mark>,
    /// What it took.
    pub report: Option<StepReport>,
}

impl Step {
    /// A step of which nothing is known yet.
    pub fn new(step: StepId) -> Self {
        Self {
            step,
            planned: None,
            expert: None,
            failures: Vec::new(),
            has_failed: false,
            seams: Vec::new(),
            read_percent: None,
            text: Stream::default(),
            edition: 0,
            is_new: false,
            reasoning: String::new(),
            revision: None,
            mended: false,
            marks: Vec::new(),
            report: None,
        }
    }

    /// Whether its text is part of the answer.
    pub fn is_shown(&self) -> bool {
        self.planned.as_ref().is_none_or(|planned| planned.shown)
    }

    /// The text that stands, as the expert wrote it.
    pub fn standing(&self) -> &str {
        match &self.revision {
            Some(revision) => &revision.text,
            None => self.text.source(),
        }
    }

    /// The words that something was found in, as long as the text that they are of is shown.
    pub fn marked_words(&self) -> Vec<String> {
        let shows_draft = |revision: &Revision| revision.shows_draft;
        if self.revision.as_ref().is_some_and(shows_draft) {
            return Vec::new();
        }
        let words = self.marks.iter().filter_map(|mark| mark.words.clone());
        words.filter(|words| !words.trim().is_empty()).collect()
    }

    /// Shows the text that was replaced, or what stands in its place again.
    pub fn show_draft(&mut self, draft: bool) {
        if let Some(revision) = &mut self.revision
            && revision.shows_draft != draft
        {
            revision.shows_draft = draft;
            let text = if draft {
                &revision.draft
            } else {
                &revision.text
            };
            self.text.replace(text);
            self.edition += 1;
            self.is_new = false;
        }
    }

    /// An expert has begun.
    pub(super) fn begin(&mut self, expert: ExpertCard, reason: Reason) {
        self.expert = Some((expert, reason));
        self.read_percent = None;
        self.has_failed = false;
    }

    /// An expert has failed before it said anything.
    pub(super) fn fail(&mut self, failure: Failure) {
        self.failures.push(failure);
        self.has_failed = true;
    }

    /// Text has come.
    pub(super) fn write(&mut self, text: &str) {
        self.text.push(text);
        self.has_failed = false;
    }

    /// Puts another text in place of what stands. What was found in the old one is not in it.
    pub(super) fn revise(&mut self, by: StepId, text: String) {
        if by == self.step {
            self.mended = true;
        }
        self.seams.clear();
        self.marks.clear();
        let before = self.text.source().to_owned();
        self.text.replace(&text);
        self.edition += 1;
        self.is_new = by != self.step && !before.trim().is_empty();
        match &mut self.revision {
            Some(revision) => {
                revision.text = text;
                revision.shows_draft = false;
                if by != self.step {
                    revision.by = by;
                }
            }
            None if by == self.step => {}
            None => {
                self.revision = Some(Revision {
                    by,
                    draft: before,
                    text,
                    shows_draft: false,
                });
            }
        }
    }

    /// Takes note of a seam. What the host could not continue it takes back, and tells so by a place
    /// before the end of the text.
    pub(super) fn sew(&mut self, at: u64, failure: Failure) {
        let at = usize::try_from(at).unwrap_or(usize::MAX);
        self.text.cut(at);
        self.seams.retain(|seam| seam.at < at);
        let silent = self.expert.as_ref().map(|(card, _)| card.name.clone());
        self.seams.push(Seam {
            at,
            silent,
            failure,
        });
    }
}

impl Revision {
    /// Whether there was a text before it.
    pub fn has_draft(&self) -> bool {
        !self.draft.trim().is_empty()
    }
}
