//! Which experts there are, and which of them the reader has chosen.

use coterie_protocol::{Event, ExpertCard, ExpertId, Outcome, ToHost};

use super::{Link, Panel, Part, Purpose};

impl Panel {
    /// The experts at the table, best first, as the host told last.
    pub fn experts(&self) -> &[ExpertCard] {
        &self.experts
    }

    /// The expert that the reader chose for what is asked next; without, Coterie chooses.
    pub fn chosen_expert(&self) -> Option<&ExpertId> {
        self.chosen_expert.as_ref()
    }

    /// The reader chooses an expert, or leaves the choice to Coterie.
    pub fn choose_expert(&mut self, expert: Option<ExpertId>) {
        if self.chosen_expert != expert {
            self.chosen_expert = expert;
            self.show(Part::Experts);
        }
    }

    /// Asks the host who is there now. The list that is there stays until the answer comes.
    pub fn look_for_experts(&mut self) {
        let asked = self
            .requests
            .values()
            .any(|purpose| matches!(purpose, Purpose::Experts));
        if self.link == Link::Ready && !asked {
            self.request(Purpose::Experts, |id| ToHost::Experts { id });
        }
    }

    pub(super) fn experts_event(&mut self, event: Event) {
        if let Event::Done {
            outcome: Outcome::Experts { experts },
        } = event
            && self.experts != experts
        {
            self.experts = experts;
            self.show(Part::Experts);
        }
    }
}
