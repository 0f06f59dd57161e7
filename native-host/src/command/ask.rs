//! `coterie summarize`, `translate`, `expand`, `explain` and `ask`: an answer as it comes.

use std::{collections::BTreeMap, process::ExitCode};

use clap::Args;
use coterie_host::coe::Request;
use coterie_protocol::{
    Action, Ask, Cost, Event, ExpertCard, ExpertId, Failure, LanguageTag, Length, Place, PlanShape,
    StepId, StepReport, Target, Understood,
};
use futures::StreamExt;

use super::{Stop, input::Input, table, terminal};

/// Stopped with Ctrl-C.
const INTERRUPTED: u8 = 130;

#[derive(Debug, Args)]
pub struct Common {
    #[command(flatten)]
    input: Input,
    /// The language of the answer, such as `en` or `zh-Hans`; otherwise your own, by LANG
    #[arg(long, value_name = "LANG")]
    to: Option<String>,
    /// The language of the text; otherwise it is detected
    #[arg(long, value_name = "LANG")]
    from: Option<String>,
    /// The expert to ask, as `coterie experts` lists it; otherwise Coterie chooses
    #[arg(long, value_name = "ID")]
    expert: Option<String>,
    /// About so many sentences
    #[arg(long, value_name = "SENTENCES", value_parser = clap::value_parser!(u32).range(1..))]
    length: Option<u32>,
    /// About so many words; characters for Chinese, Japanese and the like
    #[arg(long, value_name = "WORDS", conflicts_with = "length",
          value_parser = clap::value_parser!(u32).range(1..))]
    words: Option<u32>,
    /// Print each event as a line of JSON
    #[arg(long)]
    json: bool,
    /// Say on standard error who answered, how long it took and what it cost, even where no
    /// terminal listens
    #[arg(long, short)]
    verbose: bool,
}

#[derive(Debug, Args)]
pub struct Plain {
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, Args)]
pub struct About {
    /// The passage of the text that it is about; otherwise the whole
    #[arg(long, value_name = "TEXT")]
    about: Option<String>,
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, Args)]
pub struct Question {
    /// What you want to know
    question: String,
    #[command(flatten)]
    common: Common,
}

/// Does an action to the whole input.
pub async fn whole(action: Action, options: Plain) -> Result<ExitCode, Stop> {
    answer(ask(action, &options.common), options.common).await
}

/// Does an action to a passage, or to the whole input.
pub async fn about(action: Action, options: About) -> Result<ExitCode, Stop> {
    let target = options.about.as_ref().map(|_| Target::Selection);
    let ask = ask(action, &options.common);
    answer(
        Ask {
            target,
            selection: options.about,
            ..ask
        },
        options.common,
    )
    .await
}

/// Answers a question about the input.
pub async fn question(options: Question) -> Result<ExitCode, Stop> {
    let ask = ask(Action::Answer, &options.common);
    answer(
        Ask {
            text: options.question,
            ..ask
        },
        options.common,
    )
    .await
}

fn ask(action: Action, common: &Common) -> Ask {
    let words = common.words.map(Length::Words);
    Ask {
        action: Some(action),
        language: common.to.as_deref().map(LanguageTag::new),
        reader_language: own_language(),
        expert: common.expert.clone().map(ExpertId),
        length: common.length.map(Length::Sentences).or(words),
        ..Ask::default()
    }
}

/// The reader's language, by the variables that name it: `zh_CN.UTF-8`.
pub(super) fn own_language() -> Option<LanguageTag> {
    let set = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    let value = set("LC_ALL")
        .or_else(|| set("LC_MESSAGES"))
        .or_else(|| set("LANG"))?;
    let tag = value.split(['.', '@']).next()?;
    (tag.len() > 1 && tag != "POSIX").then(|| LanguageTag::new(tag))
}

/// Asks, and writes what comes until it ends or the reader stops it.
async fn answer(ask: Ask, common: Common) -> Result<ExitCode, Stop> {
    let article = common
        .input
        .article(common.from.as_deref().map(LanguageTag::new).as_ref())?;
    let paths = table::paths()?;
    let coterie = table::coterie(Some(&paths), &table::config(&paths)?);
    let request = Request {
        ask,
        article: Some(article),
        selection: None,
        ..Request::default()
    };
    let mut events = coterie.answer(request);
    let mut screen = Screen::new(&common);
    let mut interrupted = std::pin::pin!(interrupted());
    loop {
        tokio::select! {
            event = events.next() => match event {
                Some(Event::Failed { failure }) => return screen.failed(failure),
                Some(event) => screen.show(&event)?,
                None => return screen.finish(ExitCode::SUCCESS),
            },
            () = &mut interrupted => {
                drop(events);
                screen.show(&Event::Cancelled)?;
                return screen.finish(ExitCode::from(INTERRUPTED));
            }
        }
    }
}

/// Waits for Ctrl-C; for ever where it cannot be waited for.
async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Where an answer is shown.
struct Screen {
    json: bool,
    remarks: bool,
    /// Whether the text so far ends in the middle of a line.
    in_line: bool,
    /// The text of each step, where it may still be replaced: shown when all is decided.
    held: Option<BTreeMap<StepId, String>>,
    expert: Option<ExpertCard>,
}

impl Screen {
    fn new(common: &Common) -> Self {
        let remarks = common.verbose || (terminal::is_watched() && !common.json);
        Self {
            json: common.json,
            remarks,
            in_line: false,
            held: None,
            expert: None,
        }
    }

    fn show(&mut self, event: &Event) -> Result<(), Stop> {
        if self.json {
            terminal::json(event)?;
        }
        match event {
            Event::StepStarted { expert, .. } => self.expert = Some(expert.clone()),
            Event::Understood(read) => self.remark(&understood(read))?,
            Event::Planned { shape, .. } if *shape != PlanShape::Single => {
                self.held.get_or_insert_default();
                self.remark(&format!("plan: {shape:?}"))?;
            }
            Event::Delta { step, text } => match &mut self.held {
                Some(held) => held.entry(*step).or_default().push_str(text),
                None => self.write(text)?,
            },
            Event::Seam { step, at, .. } => {
                let held = self.held.as_mut().and_then(|held| held.get_mut(step));
                let at = usize::try_from(*at).unwrap_or(usize::MAX);
                if let Some(text) = held {
                    let cut = text.char_indices().nth(at).map(|(at, _)| at);
                    text.truncate(cut.unwrap_or(text.len()));
                }
            }
            Event::Revised { step, text, .. } => match &mut self.held {
                Some(held) => {
                    held.insert(*step, text.clone());
                }
                None => {
                    self.end_line()?;
                    self.remark("the answer was mended; this stands instead")?;
                    self.write(&format!("\n{text}"))?;
                }
            },
            Event::Marked { marks, .. } => {
                for mark in marks {
                    self.remark(&format!("{}: {}", mark.check, mark.what))?;
                }
            }
            Event::StepFailed { failure, .. } => self.remark(&another(failure))?,
            Event::StepFinished { report, .. } => {
                self.end_line()?;
                let expert = self.expert.as_ref();
                self.remark(&took(expert, report))?;
            }
            _ => {}
        }
        Ok(())
    }

    fn failed(&mut self, failure: Failure) -> Result<ExitCode, Stop> {
        if self.json {
            terminal::json(&Event::Failed {
                failure: failure.clone(),
            })?;
        }
        self.show_held()?;
        self.end_line()?;
        Err(Stop::from(failure))
    }

    fn finish(&mut self, code: ExitCode) -> Result<ExitCode, Stop> {
        self.show_held()?;
        self.end_line()?;
        Ok(code)
    }

    /// Shows what was held until all was decided.
    fn show_held(&mut self) -> Result<(), Stop> {
        let texts = self.held.take().unwrap_or_default().into_values();
        let texts: Vec<_> = texts.map(|text| text.trim().to_owned()).collect();
        self.write(&texts.join("\n\n"))
    }

    fn write(&mut self, text: &str) -> Result<(), Stop> {
        if self.json || text.is_empty() {
            return Ok(());
        }
        terminal::write(text)?;
        self.in_line = !text.ends_with('\n');
        Ok(())
    }

    fn end_line(&mut self) -> Result<(), Stop> {
        if std::mem::take(&mut self.in_line) {
            terminal::line("")?;
        }
        Ok(())
    }

    fn remark(&self, text: &str) -> Result<(), Stop> {
        if self.remarks {
            terminal::remark(&format!("coterie: {text}"))
        } else {
            Ok(())
        }
    }
}

fn understood(read: &Understood) -> String {
    let parts: Vec<_> = read.parts.iter().map(|part| part.as_str()).collect();
    let doubt = if read.sure { "" } else { " (not sure)" };
    format!("understood as {}{doubt}", parts.join(", then "))
}

fn another(failure: &Failure) -> String {
    let expert = failure
        .expert
        .as_ref()
        .map_or("an expert", |expert| expert.0.as_str());
    format!("{expert} failed, asking another: {}", failure.message)
}

/// Who did it, in what time and for how much.
fn took(expert: Option<&ExpertCard>, report: &StepReport) -> String {
    let name = expert.map_or("an expert", |expert| expert.name.as_str());
    let cost = match (&report.cost, expert.map(|expert| expert.place)) {
        (Some(Cost { amount, currency }), _) => format!("{amount:.6} {currency}"),
        (None, Some(Place::Cloud) | None) => "cost unknown".to_owned(),
        (None, Some(Place::BuiltIn | Place::ThisMachine)) => "free".to_owned(),
    };
    let seconds = std::time::Duration::from_millis(report.duration_ms).as_secs_f64();
    format!("{name}, {seconds:.2} s, {cost}")
}
