//! Which shapes of plans suit an intent: data from `table.toml`.

use std::sync::LazyLock;

use coterie_protocol::{Action, PlanShape, Profile};
use serde::Deserialize;

const SOURCE: &str = include_str!("table.toml");

static TABLE: LazyLock<Table> = LazyLock::new(|| toml::from_str(SOURCE).unwrap_or_default());

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    #[serde(rename = "shape")]
    shapes: Vec<Row>,
    long: Long,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    shape: PlanShape,
    actions: Vec<Action>,
    profiles: Vec<Profile>,
    #[serde(default)]
    asked: bool,
    #[serde(default)]
    checkable: bool,
    #[serde(default)]
    cheap: usize,
    #[serde(default)]
    strong: usize,
    #[serde(default)]
    engines: usize,
    #[serde(default)]
    least: usize,
    #[serde(default)]
    most: Option<usize>,
}

/// How long texts are read.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Long {
    actions: Vec<Action>,
    /// Estimated tokens of a part.
    pub part: usize,
    /// More parts than this are not made.
    pub parts: usize,
}

impl Long {
    /// That of the table.
    pub fn get() -> &'static Self {
        &TABLE.long
    }
}

/// What a shape depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Conditions {
    /// What is asked for.
    pub action: Action,
    /// What matters most to the reader.
    pub profile: Profile,
    /// Whether the reader asks for the best in this request.
    pub best_asked: bool,
    /// Whether a right answer can be told from a wrong one.
    pub checkable: bool,
    /// Estimated tokens of the text worked on.
    pub tokens: usize,
    /// Estimated tokens of a text that the best placed expert reads at once.
    pub fits: usize,
    /// Cheap experts of different families.
    pub cheap: usize,
    /// Strong experts of different families.
    pub strong: usize,
    /// Translation engines of different families that cost nothing.
    pub engines: usize,
}

/// The shapes that suit, the plainest first. A text that does not fit is read in parts.
pub fn suitable(conditions: &Conditions) -> Vec<PlanShape> {
    let long = &TABLE.long;
    if conditions.tokens > conditions.fits && long.actions.contains(&conditions.action) {
        return vec![PlanShape::ReadInParts, PlanShape::Single];
    }
    let suits = |row: &&Row| row.suits(conditions);
    let more = TABLE.shapes.iter().filter(suits).map(|row| row.shape);
    [PlanShape::Single].into_iter().chain(more).collect()
}

impl Row {
    fn suits(&self, given: &Conditions) -> bool {
        let wanted = self.profiles.contains(&given.profile) || (self.asked && given.best_asked);
        let short_enough = self.most.is_none_or(|most| given.tokens <= most);
        self.actions.contains(&given.action)
            && wanted
            && (given.checkable || !self.checkable)
            && given.cheap >= self.cheap
            && given.strong >= self.strong
            && given.engines >= self.engines
            && given.tokens >= self.least
            && short_enough
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLENTY: Conditions = Conditions {
        action: Action::Math,
        profile: Profile::Balanced,
        best_asked: false,
        checkable: true,
        tokens: 100,
        fits: 30_000,
        cheap: 3,
        strong: 3,
        engines: 2,
    };

    fn check(conditions: Conditions, expected: &[PlanShape]) {
        assert_eq!(suitable(&conditions), expected, "{conditions:?}");
    }

    #[test]
    fn the_file_can_be_read() {
        toml::from_str::<Table>(SOURCE).unwrap();
    }

    #[test]
    fn what_can_be_checked_is_asked_of_two_who_may_agree() {
        use PlanShape::{Agree, Single};
        check(PLENTY, &[Single, Agree]);
        let alone = Conditions { cheap: 1, ..PLENTY };
        check(alone, &[Single]);
        let open = Conditions {
            checkable: false,
            ..PLENTY
        };
        check(open, &[Single]);
        let fast = Conditions {
            profile: Profile::Fast,
            ..PLENTY
        };
        check(fast, &[Single]);
    }

    #[test]
    fn a_second_hand_for_translations_is_for_those_who_want_the_best() {
        use PlanShape::{EnginesAgree, FaithfulElegant, Single};
        let translate = Conditions {
            action: Action::Translate,
            checkable: false,
            ..PLENTY
        };
        check(translate, &[Single, EnginesAgree]);
        let best = Conditions {
            profile: Profile::Best,
            ..translate
        };
        check(best, &[Single, FaithfulElegant]);
        let asked = Conditions {
            best_asked: true,
            ..translate
        };
        check(asked, &[Single, FaithfulElegant, EnginesAgree]);
    }

    #[test]
    fn a_text_that_does_not_fit_is_read_in_parts() {
        use PlanShape::{ReadInParts, Single};
        let long = Conditions {
            action: Action::Summarize,
            tokens: 50_000,
            ..PLENTY
        };
        check(long, &[ReadInParts, Single]);
        let fits = Conditions {
            tokens: 30_000,
            ..long
        };
        check(fits, &[Single]);
    }

    #[test]
    fn answers_are_merged_only_when_the_best_is_asked_for() {
        let chat = Conditions {
            action: Action::Write,
            ..PLENTY
        };
        assert!(!suitable(&chat).contains(&PlanShape::ProposeMerge));
        let asked = Conditions {
            best_asked: true,
            ..chat
        };
        assert!(suitable(&asked).contains(&PlanShape::ProposeMerge));
    }
}
