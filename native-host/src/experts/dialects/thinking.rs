//! Models that think aloud inside their answer: `<think>…</think>` at its very beginning.

const OPEN: &str = "<think>";
const CLOSE: &str = "</think>";

/// Tells thought from answer, however the text is cut.
#[derive(Debug, Default)]
pub(super) struct ThinkingTags {
    state: State,
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
        if let Some(rest) = text.strip_prefix(OPEN) {
            self.held = rest.to_owned();
            self.state = State::Thought;
        } else if !OPEN.starts_with(text) {
            self.state = State::Answer;
        }
    }

    fn think(&mut self, said: &mut Said) {
        if let Some((thought, rest)) = self.held.split_once(CLOSE) {
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

/// How many bytes at the end may be the beginning of the closing tag.
fn tag_begun(text: &str) -> usize {
    let longest = CLOSE.len().min(text.len());
    let begins = |length: &usize| text.ends_with(&CLOSE[..*length]);
    (1..=longest).rev().find(begins).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same for every cut into two.
    fn check(text: &str, thought: &str, answer: &str) {
        for cut in (0..=text.len()).filter(|cut| text.is_char_boundary(*cut)) {
            let mut thinking = ThinkingTags::default();
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

    #[test]
    fn a_thought_at_the_beginning_is_told_apart() {
        check(
            "<think>hm < 2 </thin 考</think>\n\nYes.",
            "hm < 2 </thin 考",
            "Yes.",
        );
        check("\n<think></think>Yes.", "", "Yes.");
        check("<think>never ends", "never ends", "");
    }

    #[test]
    fn tags_elsewhere_are_text() {
        for text in [
            "Write <think>x</think> so.",
            "<thin ice",
            "<",
            "",
            " Yes.",
            "</think>",
        ] {
            check(text, "", text);
        }
    }
}
