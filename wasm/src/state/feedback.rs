//! What the reader does with an answer, told to the host, which learns from it.

use coterie_protocol::{Signal, ToHost};

use super::{Link, Panel, Part, Purpose};
use crate::conversation::AnswerKey;

impl Panel {
    /// The reader has copied an answer.
    pub fn copied(&mut self, key: AnswerKey) {
        self.tell(key, Signal::Copied);
    }

    /// The reader says that an answer is good or bad, or takes that back by saying it again.
    /// Without the host there is nobody to tell, and nothing changes.
    pub fn judge(&mut self, key: AnswerKey, opinion: Signal) {
        let before = self.answer(key).and_then(|answer| answer.opinion);
        let again = before == Some(opinion);
        if self.tell(key, if again { Signal::Withdrawn } else { opinion })
            && let Some(answer) = self.answer_mut(key)
        {
            answer.opinion = (!again).then_some(opinion);
            self.show(Part::Answer(key));
        }
    }

    /// Tells the host; gives whether there was anything to tell and the host to hear it.
    fn tell(&mut self, key: AnswerKey, signal: Signal) -> bool {
        let about = self.answer(key).and_then(|answer| answer.request.clone());
        let Some(about) = about.filter(|_| self.link == Link::Ready) else {
            return false;
        };
        self.request(Purpose::Feedback, |id| ToHost::Feedback {
            id,
            about,
            signal,
        });
        true
    }
}
