//! Playing a scene: a host, a scripted server and whoever fails; and what a client sees of it.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

use coterie_protocol::{
    Ask, DocumentId, Event, FromHost, Hidden, Outcome, PlanShape, Profile, RequestId, Settings,
    Snapshot, ToHost,
};
use coterie_tests::{
    experts::{Behaviour, Cue, Record, ScriptedServer},
    host::{CALLER, Host, HostProcess, ends, request},
    paths,
    vendors::{Model, Patience, Vendors},
};

/// How long experts may be silent where some are: long for a healthy one on a busy machine.
pub const IMPATIENT: Patience = Patience(3);

/// The same where nobody is to lose patience.
pub const PATIENT: Patience = Patience(60);

/// The ledger counts millionths of a dollar, and rounds up.
pub const GRAIN: f64 = 20e-6;

/// What a model says in a role; `*` is any model.
pub type Line = (&'static str, Role, &'static str);

/// What an expert is asked for within a plan, as its prompt shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    Whole,
    /// The same, where it is a translation.
    Translate,
    Part,
    Join,
    Outline,
    Draft,
    Polish,
    Merge,
    Doubt,
    Plan,
}

/// What an expert does wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It answers that it is broken.
    Error,
    /// It says nothing.
    Silence,
    /// It breaks off after a few characters.
    Cut,
    /// It falls silent after a few characters.
    Hush,
}

/// Whoever does what wrong.
pub type Failing = (&'static str, Role, Fault);

/// A request, those who are there for it, and what is expected.
pub struct Scene {
    pub shape: PlanShape,
    pub models: &'static [Model],
    pub profile: Profile,
    pub ask: fn() -> Ask,
    /// The page, as HTML; without, the request is about none.
    pub page: Option<fn() -> String>,
    pub lines: &'static [Line],
    /// How often each is asked in which role where nobody fails.
    pub calls: &'static [(&'static str, Role, usize)],
    /// What the reader has in the end.
    pub seen: &'static str,
}

/// What came of a scene.
pub struct Played {
    pub events: Vec<(Instant, Event)>,
    pub records: Vec<Record>,
    /// Dollars, by the ledger.
    pub spent: f64,
}

impl Fault {
    pub const ALL: [Self; 4] = [Self::Error, Self::Silence, Self::Cut, Self::Hush];

    fn behaviour(self) -> Behaviour {
        match self {
            Self::Error => Behaviour::ServerError,
            Self::Silence => Behaviour::Silence,
            Self::Cut => Behaviour::DropInMidStream(1),
            Self::Hush => Behaviour::SlowDrip(Duration::from_secs(600)),
        }
    }
}

/// The role that a request is about.
pub fn role(record: &Record) -> Role {
    const SIGNS: [(&str, Role); 8] = [
        ("Only a part of a long text", Role::Part),
        ("The notes of all parts", Role::Join),
        ("Do not write the text yet.", Role::Outline),
        ("Follow the outline", Role::Draft),
        ("A faithful version is quoted", Role::Polish),
        ("Several answers of other experts", Role::Merge),
        ("Another expert's answer to the request", Role::Doubt),
        ("Do not do what the reader asks. Plan it", Role::Plan),
    ];
    let said = record.messages().concat();
    let sign = SIGNS.iter().find(|(sign, _)| said.contains(sign));
    let whole = if said.contains("Translate the passage into") {
        Role::Translate
    } else {
        Role::Whole
    };
    sign.map_or(whole, |(_, role)| *role)
}

/// What a model says to a request. One that goes on where another broke off says the rest.
pub fn line(lines: &[Line], record: &Record) -> String {
    let role = role(record);
    let mut fitting = lines
        .iter()
        .filter(|(model, of, _)| *of == role && (*model == record.model || *model == "*"));
    let messages = record.messages();
    let goes_on = messages
        .last()
        .is_some_and(|last| last.starts_with("Your answer was cut off"));
    let delivered = if goes_on {
        messages[messages.len() - 2]
    } else {
        ""
    };
    let mut all = lines.iter().filter(|(_, of, _)| *of == role);
    let rest = all.find_map(|(_, _, text)| {
        let rest = text.strip_prefix(delivered)?;
        goes_on.then(|| rest.to_owned())
    });
    let whole = || fitting.next().map(|(_, _, text)| (*text).to_owned());
    rest.or_else(whole)
        .unwrap_or_else(|| format!("{} has no line for {role:?}", record.model))
}

/// A host with a scripted server behind it.
pub struct Stage {
    pub server: ScriptedServer,
    pub host: Host,
    document: Option<DocumentId>,
    next: u64,
    /// What came of requests that had ended.
    late: Vec<Event>,
    _vendors: Vendors,
}

impl Stage {
    /// Sets the stage for a scene.
    pub fn set(scene: &Scene, patience: Patience) -> Self {
        let server = ScriptedServer::start().unwrap();
        let vendors = Vendors::before(&server).unwrap();
        let surroundings = vendors.surroundings(scene.models, patience);
        let process = HostProcess::start_in(&paths::host().unwrap(), CALLER, &surroundings);
        let mut stage = Self {
            server,
            host: Host::read(process.unwrap()).unwrap(),
            document: None,
            next: 1,
            late: Vec::new(),
            _vendors: vendors,
        };
        stage.host.greet("test").unwrap();
        let settings = Box::new(Settings {
            profile: scene.profile,
            ..Settings::default()
        });
        stage.outcome(|id| ToHost::ChangeSettings { id, settings });
        if let Some(page) = scene.page {
            let snapshot = Snapshot {
                url: "https://example.org/".to_owned(),
                title: "The harbour".to_owned(),
                language: None,
                html: page(),
                selection: None,
                hidden: Hidden::default(),
            };
            match stage.outcome(|id| ToHost::Capture { id, snapshot }) {
                Outcome::Captured(captured) => stage.document = Some(captured.document),
                other => panic!("{other:?}"),
            }
        }
        stage
    }

    /// Everybody says their lines, but whoever fails.
    pub fn direct(&self, scene: &Scene, failing: Option<Failing>) {
        let lines = scene.lines;
        self.server.direct(move |record| {
            let text = line(lines, record);
            let fails = failing
                .filter(|(model, of, _)| *model == record.model && *of == role(record))
                .map(|(_, _, fault)| fault.behaviour());
            let well = Behaviour::Steady(Duration::ZERO);
            let behaviour = fails.unwrap_or(well);
            Some(Cue { behaviour, text })
        });
    }

    fn id(&mut self) -> RequestId {
        self.next += 1;
        request("test", self.next).unwrap()
    }

    /// Sends a message and waits for what comes of it.
    pub fn outcome(&mut self, message: impl FnOnce(RequestId) -> ToHost) -> Outcome {
        let id = self.id();
        self.host.send(&message(id.clone())).unwrap();
        loop {
            match self.host.receive().unwrap().1 {
                FromHost::Event {
                    id: of,
                    event: Event::Done { outcome },
                } if of == id => return outcome,
                FromHost::Event { event, .. } => self.late.push(event),
                other => panic!("{other:?}"),
            }
        }
    }

    /// Asks what a scene asks.
    pub fn ask(&mut self, scene: &Scene) -> RequestId {
        let id = self.id();
        let ask = Ask {
            document: self.document,
            ..(scene.ask)()
        };
        let asked = ToHost::Ask {
            id: id.clone(),
            ask,
        };
        self.host.send(&asked).unwrap();
        id
    }

    /// All events of a request, to its end; and what nobody expects after it.
    pub fn events(&mut self, id: &RequestId) -> Vec<(Instant, Event)> {
        let mut events = Vec::new();
        loop {
            let (at, message) = self.host.receive().unwrap();
            let ended = ends(&message, id).is_some();
            if let FromHost::Event { id: of, event } = message
                && of == *id
            {
                events.push((at, event));
            }
            if ended {
                return events;
            }
        }
    }

    /// The dollars in the ledger, once the last request has ended, of which nothing more may come.
    pub fn spent(&mut self) -> f64 {
        let outcome = self.outcome(|id| ToHost::Usage { id, days: 1 });
        assert!(self.late.is_empty(), "after the end: {:?}", self.late);
        match outcome {
            Outcome::Usage(report) => {
                let costs = report.lines.iter().filter_map(|line| line.cost.as_ref());
                costs.map(|cost| cost.amount).sum()
            }
            other => panic!("{other:?}"),
        }
    }
}

/// Plays a scene to its end.
pub fn play(scene: &Scene, failing: Option<Failing>) -> Played {
    let patience = if failing.is_some() {
        IMPATIENT
    } else {
        PATIENT
    };
    let mut stage = Stage::set(scene, patience);
    stage.direct(scene, failing);
    let id = stage.ask(scene);
    let events = stage.events(&id);
    Played {
        spent: stage.spent(),
        records: stage.server.requests(),
        events,
    }
}

impl Played {
    /// The shape that was planned first.
    pub fn shape(&self) -> Option<PlanShape> {
        self.events.iter().find_map(|(_, event)| match event {
            Event::Planned { shape, .. } => Some(*shape),
            _ => None,
        })
    }

    /// The most that it was said to cost.
    pub fn at_most(&self) -> Option<f64> {
        self.events.iter().find_map(|(_, event)| match event {
            Event::Planned {
                at_most: Some(cost),
                ..
            } => Some(cost.amount),
            _ => None,
        })
    }

    /// What is true of every scene, however it ends: it ends once, and costs no more than was said.
    pub fn check_sound(&self, what: &str) {
        let terminal = self.events.iter().filter(|(_, event)| event.is_terminal());
        assert_eq!(terminal.count(), 1, "{what}\n{}", self.log());
        let at_most = self.at_most().unwrap();
        let reports = self.events.iter().filter_map(|(_, event)| match event {
            Event::StepFinished { report, .. } => report.cost.as_ref(),
            _ => None,
        });
        let told: f64 = reports.map(|cost| cost.amount).sum();
        for spent in [told, self.spent] {
            let log = self.log();
            assert!(
                spent <= at_most + GRAIN,
                "{what}: {spent} of {at_most}\n{log}"
            );
        }
    }

    /// The dollars that the client is told of in the end.
    pub fn told(&self) -> Option<f64> {
        match self.events.last() {
            Some((
                _,
                Event::Done {
                    outcome: Outcome::Answered(answered),
                },
            )) => answered.cost.as_ref().map(|cost| cost.amount),
            _ => None,
        }
    }

    /// How often each was asked in which role, as the server counts.
    pub fn calls(&self) -> Vec<(&str, Role, usize)> {
        let mut calls = BTreeMap::<_, usize>::new();
        for record in &self.records {
            *calls
                .entry((record.model.as_str(), role(record)))
                .or_default() += 1;
        }
        let calls = calls.into_iter();
        calls
            .map(|((model, role), count)| (model, role, count))
            .collect()
    }

    /// What a client shows in the end: the text of every step, and marks.
    pub fn seen(&self) -> String {
        let mut texts = BTreeMap::<u32, String>::new();
        let mut rest = Vec::new();
        let mut hidden = BTreeSet::new();
        for (_, event) in &self.events {
            match event {
                Event::Planned { steps, .. } => {
                    let unseen = steps.iter().filter(|step| !step.shown);
                    hidden.extend(unseen.map(|step| step.step.0));
                }
                Event::Delta { step, text } => texts.entry(step.0).or_default().push_str(text),
                Event::Seam { step, at, .. } => {
                    let text = texts.entry(step.0).or_default();
                    *text = text.chars().take(usize::try_from(*at).unwrap()).collect();
                }
                Event::Revised { step, by, text } => {
                    texts.insert(step.0, format!("{text} (by {})", by.0));
                }
                Event::Marked { step, marks } => {
                    let checks: Vec<_> = marks.iter().map(|mark| mark.check.as_str()).collect();
                    rest.push(format!("[{}: {}]", step.0, checks.join(" ")));
                }
                Event::Shortened { read_percent, .. } => {
                    rest.push(format!("[read {read_percent} %]"));
                }
                Event::Failed { failure } => rest.push(format!("failed-{:?}", failure.code)),
                _ => {}
            }
        }
        assert!(
            texts.keys().all(|step| !hidden.contains(step)),
            "text of a step that is not shown: {texts:?}"
        );
        let texts = texts.into_values().collect::<Vec<_>>().join(" | ");
        [vec![texts], rest].concat().join(" ").trim().to_owned()
    }

    /// All that happened, a line each, for whoever reads of a test that failed.
    pub fn log(&self) -> String {
        let started = self.events.first().map(|(at, _)| *at);
        let line = |(at, event): &(Instant, Event)| {
            let after = at.saturating_duration_since(started.unwrap_or(*at));
            let event = format!("{event:?}");
            format!("{:>5} ms {event:.300}", after.as_millis())
        };
        self.events.iter().map(line).collect::<Vec<_>>().join("\n")
    }
}

/// What is seen without whose text stands for whose.
pub fn unsigned(seen: &str) -> String {
    let mut text = seen.to_owned();
    for by in 0..9 {
        text = text.replace(&format!(" (by {by})"), "");
    }
    text
}
