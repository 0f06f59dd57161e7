//! The scenes: for each shape of plan a request and experts that make the router choose it.

use coterie_protocol::{Action, Ask, LanguageTag, PlanShape, Profile};
use coterie_tests::vendors::Model;

use super::play::{
    Role::{Doubt, Draft, Join, Merge, Outline, Part, Plan, Polish, Translate, Whole},
    Scene,
};

const fn model(name: &'static str, skill: f64, price: (f64, f64)) -> Model {
    Model {
        name,
        skill,
        price,
        context: 32_000,
        engine: false,
    }
}

const fn engine(name: &'static str, skill: f64) -> Model {
    Model {
        engine: true,
        ..model(name, skill, (0.0, 0.0))
    }
}

const AMBER: Model = model("amber-1", 0.74, (0.05, 0.2));
const BIRCH: Model = model("birch-1", 0.73, (0.06, 0.25));
const CEDAR: Model = model("cedar-1", 0.9, (3.0, 15.0));
const DUNE: Model = model("dune-1", 0.72, (0.07, 0.3));

const THREE: &[Model] = &[AMBER, BIRCH, CEDAR];

fn math() -> Ask {
    Ask {
        action: Some(Action::Math),
        text: "What is 17 times 23?".to_owned(),
        ..Ask::default()
    }
}

fn harbour() -> String {
    "<html lang=\"en\"><head><title>The harbour</title></head><body><article><h1>The harbour</h1>\
     <p>The harbour of Port Ellis was built in 1872, after a storm had destroyed the wooden pier \
     and the fishing boats that lay behind it.</p>\
     <p>Its lighthouse stands at the end of the northern wall and warns ships of the sandbank \
     that moves a little with every winter.</p>\
     <p>Today forty boats land their catch here, and most visitors come for the market on \
     Saturday mornings.</p></article></body></html>"
        .to_owned()
}

const ANSWER: &str = "The harbour was built in 1872, after a storm destroyed the pier [¶2].";

pub const SINGLE: Scene = Scene {
    shape: PlanShape::Single,
    models: THREE,
    profile: Profile::Balanced,
    ask: || Ask {
        action: Some(Action::Chat),
        text: "Why do harbours have walls?".to_owned(),
        ..Ask::default()
    },
    page: None,
    lines: &[("*", Whole, "Walls keep the waves out.")],
    calls: &[("amber-1", Whole, 1)],
    seen: "Walls keep the waves out.",
};

/// The same where nobody else is there.
pub const ALONE: Scene = Scene {
    models: &[AMBER],
    ..SINGLE
};

pub const AGREE: Scene = Scene {
    shape: PlanShape::Agree,
    models: THREE,
    profile: Profile::Balanced,
    ask: math,
    page: None,
    lines: &[("*", Whole, "The result is **391**.")],
    calls: &[("amber-1", Whole, 1), ("birch-1", Whole, 1)],
    seen: "The result is **391**.",
};

/// The same where the cheap ones differ.
pub const DECIDED: Scene = Scene {
    lines: &[
        ("amber-1", Whole, "The result is **381**."),
        ("birch-1", Whole, "It makes **371**."),
        ("*", Whole, "So it is **391**."),
    ],
    calls: &[
        ("amber-1", Whole, 1),
        ("birch-1", Whole, 1),
        ("cedar-1", Whole, 1),
    ],
    seen: "So it is **391**. (by 2)",
    ..AGREE
};

/// Where two cheap ones differ a third is asked before a strong one.
pub const THIRD: Scene = Scene {
    models: &[AMBER, BIRCH, DUNE, CEDAR],
    calls: &[
        ("amber-1", Whole, 1),
        ("birch-1", Whole, 1),
        ("cedar-1", Whole, 1),
        ("dune-1", Whole, 1),
    ],
    seen: "So it is **391**. (by 3)",
    lines: &[
        ("amber-1", Whole, "The result is **381**."),
        ("birch-1", Whole, "It makes **371**."),
        ("dune-1", Whole, "I find **361**."),
        ("*", Whole, "So it is **391**."),
    ],
    ..DECIDED
};

/// The same where the third says what the second says, so that the strong one is not needed.
pub const THIRD_AGREES: Scene = Scene {
    lines: &[
        ("amber-1", Whole, "The result is **381**."),
        ("*", Whole, "It makes **391**."),
    ],
    calls: &[
        ("amber-1", Whole, 1),
        ("birch-1", Whole, 1),
        ("dune-1", Whole, 1),
    ],
    seen: "It makes **391**. (by 1)",
    ..THIRD
};

/// Where two cheap ones differ two strong ones vote with them.
pub const VOTED: Scene = Scene {
    models: &[
        model("amber-1", 0.6, (0.05, 0.2)),
        model("birch-1", 0.6, (0.06, 0.25)),
        model("cedar-1", 0.7, (0.1, 0.5)),
        model("ebony-1", 0.7, (0.1, 0.5)),
    ],
    lines: &[
        ("birch-1", Whole, "The result is **381**."),
        ("cedar-1", Whole, "It makes **371**."),
        ("*", Whole, "So it is **391**."),
    ],
    calls: &[
        ("amber-1", Whole, 1),
        ("birch-1", Whole, 1),
        ("cedar-1", Whole, 1),
        ("ebony-1", Whole, 1),
    ],
    seen: "So it is **391**. (by 3)",
    ..DECIDED
};

pub const FAITHFUL_ELEGANT: Scene = Scene {
    shape: PlanShape::FaithfulElegant,
    models: &[AMBER, CEDAR],
    profile: Profile::Best,
    ask: || Ask {
        action: Some(Action::Translate),
        selection: Some(
            "Le phare se dresse au bout du mur nord et avertit les navires du banc de sable qui \
             se déplace un peu chaque hiver."
                .to_owned(),
        ),
        language: Some(LanguageTag::new("en")),
        best: true,
        ..Ask::default()
    },
    page: None,
    lines: &[
        (
            "*",
            Polish,
            "At the end of the northern wall stands the lighthouse, warning ships of the sandbank \
             that shifts a little each winter.",
        ),
        (
            "*",
            Translate,
            "The lighthouse stands at the end of the northern wall and warns the ships of the \
             sandbank that moves a little every winter.",
        ),
    ],
    calls: &[("amber-1", Translate, 1), ("cedar-1", Polish, 1)],
    seen: "At the end of the northern wall stands the lighthouse, warning ships of the sandbank \
           that shifts a little each winter. (by 1)",
};

pub const ENGINES_AGREE: Scene = Scene {
    shape: PlanShape::EnginesAgree,
    models: &[engine("opus-1", 0.7), engine("madlad-1", 0.71), CEDAR],
    profile: Profile::Balanced,
    ask: || Ask {
        action: Some(Action::Translate),
        selection: Some("Le phare se dresse au bout du mur nord.".to_owned()),
        language: Some(LanguageTag::new("en")),
        ..Ask::default()
    },
    page: None,
    lines: &[
        (
            "opus-1",
            Translate,
            "The lighthouse stands at the end of the north wall.",
        ),
        (
            "*",
            Translate,
            "The lighthouse stands at the end of the northern wall.",
        ),
    ],
    calls: &[("madlad-1", Translate, 1), ("opus-1", Translate, 1)],
    seen: "The lighthouse stands at the end of the northern wall.",
};

/// The same where the engines differ.
pub const ENGINES_DIFFER: Scene = Scene {
    lines: &[
        ("opus-1", Translate, "Stand up, you phare of walls!"),
        ("cedar-1", Translate, NORTHERN_WALL),
        (
            "*",
            Translate,
            "Lighthouse raises oneself boot of mur nord.",
        ),
    ],
    calls: &[
        ("cedar-1", Translate, 1),
        ("madlad-1", Translate, 1),
        ("opus-1", Translate, 1),
    ],
    seen: "The lighthouse stands at the end of the northern wall. (by 2)",
    ..ENGINES_AGREE
};

const NORTHERN_WALL: &str = "The lighthouse stands at the end of the northern wall.";

/// A page of a length that no expert here reads at once.
fn long() -> String {
    let subjects = [
        "pier",
        "lighthouse",
        "market",
        "shipyard",
        "chapel",
        "school",
        "railway",
        "museum",
        "brewery",
    ];
    let paragraph = |(number, subject): (usize, &&str)| {
        let year = 1800 + 17 * number;
        let sentences: String = (1..=10)
            .map(|part| {
                format!(
                    "In stage {part} the {subject} gained {} windows, and the mason number {} of \
                     the {subject} wrote a report about it. ",
                    part * 3 + number,
                    part + 40 * number
                )
            })
            .collect();
        format!("<p>The {subject} of Port Ellis was built in {year}. {sentences}</p>")
    };
    let paragraphs: String = subjects.iter().enumerate().map(paragraph).collect();
    format!(
        "<html lang=\"en\"><head><title>Port Ellis</title></head><body><article>\
         <h1>Port Ellis</h1>{paragraphs}</article></body></html>"
    )
}

const fn short_of_memory(model: Model) -> Model {
    Model {
        context: 2_000,
        ..model
    }
}

pub const READ_IN_PARTS: Scene = Scene {
    shape: PlanShape::ReadInParts,
    models: &[
        short_of_memory(AMBER),
        short_of_memory(BIRCH),
        short_of_memory(CEDAR),
    ],
    profile: Profile::Balanced,
    ask: || Ask {
        action: Some(Action::Explain),
        ..Ask::default()
    },
    page: Some(long),
    lines: &[
        ("*", Part, "- The pier was built early [¶2]."),
        ("*", Join, "The pier of Port Ellis was built first [¶2]."),
    ],
    calls: &[
        ("amber-1", Part, 2),
        ("birch-1", Part, 1),
        ("cedar-1", Join, 1),
    ],
    seen: "The pier of Port Ellis was built first [¶2].",
};

pub const OUTLINE_DRAFT_POLISH: Scene = Scene {
    shape: PlanShape::OutlineDraftPolish,
    models: &[AMBER, CEDAR],
    profile: Profile::Best,
    ask: || Ask {
        action: Some(Action::Expand),
        selection: Some(
            "The lighthouse stands at the end of the northern wall. It warns ships of the \
             sandbank that moves a little with every winter. Its lamp is lit at dusk and put out \
             at dawn. A keeper looks after it, and visitors may climb the stairs on Saturday \
             mornings when the market is held below."
                .to_owned(),
        ),
        best: true,
        ..Ask::default()
    },
    page: None,
    lines: &[
        (
            "*",
            Outline,
            "1. The lighthouse\n2. The sandbank\n3. The keeper",
        ),
        ("*", Draft, DRAFT),
        ("*", Polish, POLISHED),
    ],
    calls: &[
        ("amber-1", Draft, 1),
        ("cedar-1", Outline, 1),
        ("cedar-1", Polish, 1),
    ],
    seen: "At the far end of the northern wall, where the water is deep, stands the lighthouse. It \
           warns ships of the sandbank, which shifts a little with every winter. Its lamp is lit \
           at dusk and put out at dawn. A keeper looks after lamp and stairs. Visitors may climb \
           up on Saturday mornings, when the market is held below the tower. (by 2)",
};

const DRAFT: &str = "The lighthouse stands at the far end of the northern wall, where the water is \
    deep. It warns ships of the sandbank, which moves a little with every winter. Its lamp is lit \
    at dusk and put out at dawn. A keeper looks after the lamp and the stairs. Visitors may climb \
    the stairs on Saturday mornings, when the market is held below the tower.";
const POLISHED: &str = "At the far end of the northern wall, where the water is deep, stands the \
    lighthouse. It warns ships of the sandbank, which shifts a little with every winter. Its lamp \
    is lit at dusk and put out at dawn. A keeper looks after lamp and stairs. Visitors may climb \
    up on Saturday mornings, when the market is held below the tower.";

pub const BEST_OF: Scene = Scene {
    shape: PlanShape::BestOf,
    models: &[
        model("amber-1", 0.6, (0.05, 0.2)),
        model("birch-1", 0.58, (0.05, 0.2)),
        model("cedar-1", 0.8, (0.05, 0.2)),
    ],
    profile: Profile::Best,
    ask: || Ask {
        action: Some(Action::Write),
        text: "Write a greeting for the visitors of a harbour.".to_owned(),
        ..Ask::default()
    },
    page: None,
    lines: &[("*", Whole, "Welcome to our harbour, dear visitors.")],
    calls: &[("cedar-1", Whole, 3)],
    seen: "Welcome to our harbour, dear visitors.",
};

pub const PROPOSE_MERGE: Scene = Scene {
    shape: PlanShape::ProposeMerge,
    models: THREE,
    profile: Profile::Balanced,
    ask: || Ask {
        action: Some(Action::Answer),
        text: "Why was the harbour built?".to_owned(),
        best: true,
        ..Ask::default()
    },
    page: Some(harbour),
    lines: &[
        ("*", Merge, ANSWER),
        ("*", Whole, "A storm destroyed the wooden pier [¶2]."),
    ],
    calls: &[
        ("amber-1", Whole, 1),
        ("birch-1", Whole, 1),
        ("cedar-1", Merge, 1),
    ],
    seen: "The harbour was built in 1872, after a storm destroyed the pier [¶2]. (by 2)",
};

pub const SECOND_OPINION: Scene = Scene {
    shape: PlanShape::SecondOpinion,
    models: THREE,
    profile: Profile::Best,
    ask: || Ask {
        action: Some(Action::Summarize),
        ..Ask::default()
    },
    page: Some(harbour),
    lines: &[
        (
            "*",
            Whole,
            "The harbour of Port Ellis was built in 1872 [¶2]. Forty boats land their catch here [¶4].",
        ),
        (
            "*",
            Doubt,
            "\"Forty boats land their catch here [¶4].\" - it may be more",
        ),
    ],
    calls: &[("amber-1", Doubt, 1), ("cedar-1", Whole, 1)],
    seen: "The harbour of Port Ellis was built in 1872 [¶2]. Forty boats land their catch here \
           [¶4]. [0: second_opinion]",
};

pub const COMPOUND: Scene = Scene {
    shape: PlanShape::Compound,
    models: THREE,
    profile: Profile::Balanced,
    ask: || Ask {
        text: "Summarize this page, then translate the summary into French".to_owned(),
        ..Ask::default()
    },
    page: Some(harbour),
    lines: &[
        (
            "*",
            Whole,
            "The harbour of Port Ellis was built in 1872 [¶2].",
        ),
        (
            "*",
            Translate,
            "Le port de Port Ellis a été construit en 1872.",
        ),
    ],
    calls: &[("amber-1", Whole, 1), ("amber-1", Translate, 1)],
    seen: "The harbour of Port Ellis was built in 1872 [¶2]. | \
           Le port de Port Ellis a été construit en 1872.",
};

pub const WRITTEN: Scene = Scene {
    shape: PlanShape::Written,
    models: THREE,
    profile: Profile::Balanced,
    ask: || Ask {
        text: "so for the thing on Thursday with the others I was thinking that whatever came of \
               the last one should somehow be there, you know, the way it was when Ellen did hers \
               and everybody said it was just right, with all of that but without the long bits, \
               and the boats if they fit, or not, as you like it better, whichever"
            .to_owned(),
        ..Ask::default()
    },
    page: Some(harbour),
    lines: &[
        (
            "*",
            Plan,
            "{\"steps\": [{\"action\": \"extract\", \"instruction\": \"the boats\"}, \
             {\"action\": \"write\", \"instruction\": \"a short text\", \"takes\": [0]}]}",
        ),
        ("*", Whole, "Forty boats land their catch here."),
    ],
    calls: &[("amber-1", Whole, 2), ("amber-1", Plan, 1)],
    seen: "Forty boats land their catch here.",
};

pub const ALL: &[&Scene] = &[
    &SINGLE,
    &AGREE,
    &DECIDED,
    &THIRD,
    &THIRD_AGREES,
    &VOTED,
    &FAITHFUL_ELEGANT,
    &ENGINES_AGREE,
    &ENGINES_DIFFER,
    &READ_IN_PARTS,
    &OUTLINE_DRAFT_POLISH,
    &BEST_OF,
    &PROPOSE_MERGE,
    &SECOND_OPINION,
    &COMPOUND,
    &WRITTEN,
];
