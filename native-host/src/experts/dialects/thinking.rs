//! Models that think aloud inside their answer: `<think>…</think>` at its very beginning.

const OPEN: [&str; 2] = ["<think>", "<mm:think>"];
const CLOSE: [&str; 2] = ["</think>", "</mm:think>"];

/// Tells thought from answer, however the text is cut.
#[derive(Debug, Default)]
pub(super) struct ThinkingTags {
    state: State,
    /// The opening tag stands in the model's template: its answer begins inside the thought.
    unopened: bool,
    /// What may be part of a tag.
    held: String,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nothing but white space has come.
    #[default]
    Beginning,
    /// Inside the thought.
    Thought,
    /// Nothing but white space has come after it.
    Between,
    /// After it, or there is none.
    Answer,
}

/// A piece of what a model said.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Said {
    /// Thought aloud.
    pub(super) thought: String,
    /// Answered.
    pub(super) answer: String,
}

impl ThinkingTags {
    /// For a model that may begin inside of its thought.
    pub(super) fn new(unopened: bool) -> Self {
        Self {
            unopened,
            ..Self::default()
        }
    }

    /// Takes more text.
    pub(super) fn push(&mut self, text: &str) -> Said {
        self.held.push_str(text);
        let mut said = Said::default();
        if self.state == State::Beginning {
            self.begin();
        }
        if self.state == State::Thought {
            self.think(&mut said);
        }
        if self.state == State::Between {
            self.held
                .drain(..self.held.len() - self.held.trim_start().len());
            if !self.held.is_empty() {
                self.state = State::Answer;
            }
        }
        if self.state == State::Answer {
            said.answer = std::mem::take(&mut self.held);
        }
        said
    }

    /// What is still held when no more text comes.
    pub(super) fn finish(&mut self) -> Said {
        let held = std::mem::take(&mut self.held);
        match self.state {
            State::Thought => Said {
                thought: held,
                ..Said::default()
            },
            State::Beginning | State::Between | State::Answer => Said {
                answer: held,
                ..Said::default()
            },
        }
    }

    fn begin(&mut self) {
        let text = self.held.trim_start();
        if let Some(rest) = OPEN.iter().find_map(|tag| text.strip_prefix(tag)) {
            self.held = rest.to_owned();
            self.state = State::Thought;
        // A model that was told not to think may close a thought that it never began.
        } else if let Some(rest) = CLOSE.iter().find_map(|tag| text.strip_prefix(tag)) {
            self.held = rest.to_owned();
            self.state = State::Between;
        } else if !OPEN.iter().chain(&CLOSE).any(|tag| tag.starts_with(text)) {
            self.state = if self.unopened {
                State::Thought
            } else {
                State::Answer
            };
        }
    }

    fn think(&mut self, said: &mut Said) {
        let ends = CLOSE.iter().filter_map(|tag| self.held.split_once(tag));
        if let Some((thought, rest)) = ends.min_by_key(|(thought, _)| thought.len()) {
            said.thought = thought.to_owned();
            self.held = rest.to_owned();
            self.state = State::Between;
            return;
        }
        let sure = self.held.len() - tag_begun(&self.held);
        said.thought = self.held[..sure].to_owned();
        self.held.drain(..sure);
    }
}

/// How many bytes at the end may be the beginning of a closing tag.
fn tag_begun(text: &str) -> usize {
    let begun = |tag: &&str| {
        let begins = |length: &usize| text.ends_with(&tag[..*length]);
        (1..=tag.len()).rev().find(begins)
    };
    CLOSE.iter().filter_map(begun).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same for every cut into two.
    fn check_model(unopened: bool, text: &str, thought: &str, answer: &str) {
        for cut in (0..=text.len()).filter(|cut| text.is_char_boundary(*cut)) {
            let mut thinking = ThinkingTags::new(unopened);
            let (head, tail) = text.split_at(cut);
            let parts = [thinking.push(head), thinking.push(tail), thinking.finish()];
            let thoughts: String = parts.iter().map(|said| &*said.thought).collect();
            let answers: String = parts.iter().map(|said| &*said.answer).collect();
            assert_eq!(
                (thoughts.as_str(), answers.as_str()),
                (thought, answer),
                "cut at {cut}"
            );
        }
    }

    fn check(text: &str, thought: &str, answer: &str) {
        check_model(false, text, thought, answer);
    }

    #[test]
    fn a_thought_at_the_beginning_is_told_apart() {
        check(
            "<think>hm < 2 </thin 考</think>\n\nYes.",
            "hm < 2 </thin 考",
            "Yes.",
        );
        check("\n<think></think>Yes.", "", "Yes.");
        check("<mm:think>hm</mm:think>Yes.", "hm", "Yes.");
        check("<think>never ends", "never ends", "");
    }

    #[test]
    fn a_thought_that_was_never_opened_is_told_apart() {
        check("\n</think>\n\nYes.", "", "Yes.");
        check_model(true, "hm</think>\nYes.", "hm", "Yes.");
        check_model(true, "<think>hm</think>Yes.", "hm", "Yes.");
    }

    #[test]
    fn tags_elsewhere_are_text() {
        for text in [
            "Write <think>x</think> so.",
            "<thin ice",
            "<",
            "",
            " Yes.",
            "Yes.</think>",
        ] {
            check(text, "", text);
        }
    }
}
