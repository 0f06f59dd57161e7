//! Experts that fall silent in the middle: over many schedules of faults, what the reader gets is
//! the reference, with nothing lost and nothing doubled.

use coterie_protocol::{ExpertCard, Place};
use futures::stream;

use super::*;
use crate::experts::{Expert, Items, Task, dialects::whole_blocks_end};

/// How many schedules are tried.
const SCHEDULES: u64 = 500;

const REFERENCES: [&str; 3] = [
    "For most of history a lighthouse was a fire that somebody had to carry upstairs. Coal and \
     wood were hauled to the top of a tower, burned in an open basket, and watched through the \
     night.\n\n- On a clear evening such a fire might be seen from **ten kilometres** away [¶2].\n\
     - In rain or fog, which is when a captain most needs it, the fire was often no help at all.\
     \n\nIn 1819 he was asked to join the commission, and by 1823 the lens stood 2.59 metres high.",
    "中国是茶的故乡。早在唐代，陆羽就写下了《茶经》，系统地总结了种茶、制茶和饮茶的方法。\n\n## 六大茶类\n\n\
     按照发酵程度，茶叶分为绿茶、白茶、黄茶、青茶、红茶和黑茶六大类[¶3]。水温在 80 到 95 度之间最为合适，\
     冲泡时间不宜超过三分钟。",
    "Der Leuchtturm steht seit 1823 an der Mündung der Gironde. Seine Linse wiegt zwei Tonnen, \
     und ein Wärter konnte sie mit einem Finger drehen; das Quecksilber darunter war giftig. 😀 \
     Heute braucht ihn kaum noch jemand, und doch brennt er jede Nacht.",
];

/// How an expert goes on from where another fell silent.
#[derive(Debug, Clone, Copy)]
enum Manner {
    /// From exactly there.
    Exactly,
    /// From the beginning of the last words.
    RepeatsWords(usize),
    /// From the beginning of everything.
    Anew,
    /// From the beginning of the line, which it does anew.
    ByLine,
}

/// An expert that knows the reference and falls silent after so many characters of it.
struct Reciter {
    card: ExpertCard,
    reference: &'static str,
    silent_after: Option<usize>,
    manner: Manner,
    piece: usize,
}

impl Reciter {
    /// Where it begins after `delivered`, in bytes of the reference.
    fn start_of(&self, delivered: &str) -> usize {
        match self.manner {
            Manner::Exactly | Manner::ByLine => delivered.len(),
            Manner::Anew => 0,
            Manner::RepeatsWords(count) => {
                let starts = delivered.char_indices().filter(|(at, character)| {
                    let before = delivered[..*at].chars().next_back();
                    !character.is_whitespace() && before.is_none_or(char::is_whitespace)
                });
                let starts: Vec<_> = starts.map(|(at, _)| at).collect();
                let back = starts.len().saturating_sub(count);
                starts.get(back).copied().unwrap_or(0)
            }
        }
    }
}

impl Expert for Reciter {
    fn card(&self) -> &ExpertCard {
        &self.card
    }

    fn can(&self, _task: &Task) -> bool {
        true
    }

    fn resumes_at(&self, task: &Task) -> usize {
        match self.manner {
            Manner::ByLine => whole_blocks_end(&task.delivered),
            Manner::Exactly | Manner::RepeatsWords(_) | Manner::Anew => task.delivered.len(),
        }
    }

    fn start(&self, task: Arc<Task>) -> Items {
        assert!(self.reference.starts_with(&task.delivered), "{task:?}");
        let rest: Vec<char> = self.reference[self.start_of(&task.delivered)..]
            .chars()
            .collect();
        let said = self.silent_after.unwrap_or(rest.len()).min(rest.len());
        let pieces = rest[..said]
            .chunks(self.piece)
            .map(|piece| piece.iter().collect());
        let mut items: Vec<_> = pieces.map(Item::Text).collect();
        items.push(match self.silent_after {
            Some(_) => Item::Failed(ExpertError::new(FailureCode::EndedEarly, "silence")),
            None => FINISHED,
        });
        stream::iter(items).boxed()
    }
}

/// A sequence of numbers that look like chance and are the same every time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        // Knuth's constants for a linear congruential generator (MMIX).
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit.max(1)
    }
}

fn reciter(number: usize, reference: &'static str, silent: bool, numbers: &mut Numbers) -> Reciter {
    // Repeating needs word boundaries, which Chinese has not.
    let spaced = reference.is_ascii() || !reference.contains('茶');
    let manner = match numbers.below(4) {
        2 => Manner::ByLine,
        0 => Manner::Exactly,
        1 if spaced => Manner::RepeatsWords(2 + numbers.below(8)),
        _ => Manner::Anew,
    };
    let length = reference.chars().count();
    Reciter {
        card: ExpertCard {
            id: ExpertId(format!("r{number}")),
            name: String::new(),
            vendor: String::new(),
            place: Place::ThisMachine,
            actions: Vec::new(),
            price: None,
            seen: None,
        },
        reference,
        silent_after: silent.then(|| 1 + numbers.below(length - 1)),
        manner,
        piece: 1 + numbers.below(24),
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_is_lost_and_nothing_doubled_whoever_falls_silent_wherever() {
    for seed in 0..SCHEDULES {
        let mut numbers = Numbers(seed);
        let reference = REFERENCES[numbers.below(REFERENCES.len())];
        let silent = 1 + numbers.below(4);
        let mut roster = Roster::new();
        for number in 0..silent {
            roster = roster.with(Arc::new(reciter(number, reference, true, &mut numbers)));
        }
        roster = roster.with(Arc::new(reciter(silent, reference, false, &mut numbers)));
        let request = Request {
            ask: Ask {
                text: "recite".to_owned(),
                ..Ask::default()
            },
            ..Request::default()
        };
        let mut events = answer(Arc::new(roster), BareStage::shared(), request);
        let (mut text, mut seams, mut ends) = (String::new(), 0, 0);
        while let Some(event) = events.next().await {
            match event {
                Event::Delta { text: more, .. } => text.push_str(&more),
                Event::Seam { at, .. } => {
                    seams += 1;
                    let at = usize::try_from(at).unwrap();
                    assert!(at <= text.chars().count(), "schedule {seed}");
                    text = text.chars().take(at).collect();
                }
                event => ends += usize::from(event.is_terminal()),
            }
        }
        assert_eq!(text, reference, "schedule {seed}");
        // One that had nothing left to say failed before its first text, which makes no seam.
        assert!(
            (1..=silent).contains(&seams),
            "schedule {seed}: {seams} seams"
        );
        assert_eq!(ends, 1, "schedule {seed}");
    }
}
