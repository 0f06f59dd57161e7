//! A scripted Apertium: small shell scripts in a temporary folder that answer, crash, hang or
//! talk rubbish, so that this is tested on machines without Apertium too.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use coterie_protocol::{FailureCode, Finish, LanguageTag, ParagraphKind};
use futures::StreamExt;
use tempfile::TempDir;
use tokio::time::sleep;

use super::task;
use crate::experts::{
    ExpertError, Item,
    dialects::apertium::{Apertium, Installation, Limits, Translator},
};

/// Translates one word, and flushes at each NUL.
const ANSWERS: &str = "exec sed -zu 's/house/casa/g'";

struct Fake {
    folder: TempDir,
}

impl Fake {
    /// An Apertium whose mode `eng-spa` runs `pipeline`. The pipeline's starts are counted.
    fn new(pipeline: &str) -> Self {
        let fake = Self {
            folder: TempDir::new().unwrap(),
        };
        fs::create_dir_all(fake.modes()).unwrap();
        fake.program("apertium", "ls \"$3/modes\" | sed 's/.mode$//; s/^/  /'");
        fake.program("apertium-wblank-mode", "cat \"$2\"");
        let starts = fake.path("starts");
        fake.mode(
            "eng-spa",
            &format!("echo $$ >> '{}'\n{pipeline}", starts.display()),
        );
        fake
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn modes(&self) -> PathBuf {
        self.path("share/apertium/modes")
    }

    fn mode(&self, name: &str, script: &str) {
        fs::write(self.modes().join(format!("{name}.mode")), script).unwrap();
    }

    fn program(&self, name: &str, script: &str) {
        let folder = self.path("bin");
        fs::create_dir_all(&folder).unwrap();
        let file = folder.join(name);
        fs::write(&file, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn apertium(&self, limits: Limits) -> Apertium {
        let installation = Installation::find(self.path("bin").as_os_str(), None).unwrap();
        Apertium::new(installation, limits)
    }

    async fn translator(&self, limits: Limits) -> Arc<Translator> {
        self.apertium(limits).translator("eng-spa").await.unwrap()
    }

    /// The processes that ran the pipeline.
    fn starts(&self) -> Vec<String> {
        let starts = fs::read_to_string(self.path("starts")).unwrap_or_default();
        starts.lines().map(str::to_owned).collect()
    }
}

/// Short waits for tests that wait for something to be given up.
const SHORT: Limits = Limits {
    idle: Duration::from_millis(50),
    patience: Duration::from_millis(200),
};

/// Waits until a process has ended.
async fn ends(process: &str) {
    for _ in 0..500 {
        let status = fs::read_to_string(Path::new("/proc").join(process).join("stat"));
        if status.is_err() || status.is_ok_and(|status| status.contains(") Z ")) {
            return;
        }
        sleep(Duration::from_millis(10)).await;
    }
    panic!("process {process} is still running");
}

/// Translates one text with `pipeline` and compares the outcome and the number of starts.
async fn check(pipeline: &str, expected: Result<&str, FailureCode>, starts: usize) {
    let fake = Fake::new(pipeline);
    let limits = match expected {
        Err(FailureCode::TimedOut) => SHORT,
        _ => Limits::default(),
    };
    let translation = fake.translator(limits).await.text("The house.").await;
    let found = translation.map_err(|error| ExpertError::from(error).code);
    assert_eq!(found.as_deref(), expected.as_deref(), "{pipeline}");
    assert_eq!(fake.starts().len(), starts, "{pipeline}");
}

#[tokio::test]
async fn a_pipeline_that_answers_is_asked() {
    check(ANSWERS, Ok("The casa."), 1).await;
}

#[tokio::test]
async fn a_crash_is_followed_by_one_more_start() {
    let only_once = format!("[ -e \"$MARK\" ] || {{ : > \"$MARK\"; exit 1; }}; {ANSWERS}");
    let mark = TempDir::new().unwrap();
    let mark = mark.path().join("mark").display().to_string();
    check(&only_once.replace("$MARK", &mark), Ok("The casa."), 2).await;
    check("exit 1", Err(FailureCode::EndedEarly), 2).await;
    check("exec sed -zu '/house/Q'", Err(FailureCode::EndedEarly), 2).await;
    check("head -c 3; exit", Err(FailureCode::EndedEarly), 2).await;
}

#[tokio::test]
async fn rubbish_is_never_taken_for_a_translation() {
    let rubbish = Err(FailureCode::MalformedAnswer);
    check("exec sed -zu 's/.*/rubbish/'", rubbish, 2).await;
    check("printf '\\377\\376\\0'; cat > /dev/null; exit", rubbish, 2).await;
    check("exec sed -zu 's/c1/c2/'", rubbish, 2).await;
}

#[tokio::test]
async fn silence_is_given_up_without_another_try() {
    check("cat > /dev/null; exit", Err(FailureCode::TimedOut), 1).await;
}

#[tokio::test]
async fn after_a_crash_the_next_text_gets_a_new_pipeline() {
    let fake = Fake::new("exec sed -zu '/crash/Q; s/house/casa/g'");
    let translator = fake.translator(Limits::default()).await;
    assert_eq!(translator.text("A house.").await.as_deref(), Ok("A casa."));
    assert_eq!(fake.starts().len(), 1);
    assert!(translator.text("A crash.").await.is_err());
    assert_eq!(fake.starts().len(), 2, "the running one and one more try");
    assert_eq!(translator.text("A house.").await.as_deref(), Ok("A casa."));
    assert_eq!(fake.starts().len(), 3);
}

#[tokio::test]
async fn many_texts_at_once_share_one_pipeline_and_get_their_own_answers() {
    let fake = Fake::new(ANSWERS);
    let translator = fake.translator(Limits::default()).await;
    let ask = async |number: usize| {
        let text = format!("{number} house {}", "x ".repeat(number * 400));
        let translation = translator.text(&text).await.unwrap();
        assert_eq!(translation, text.replace("house", "casa").trim());
    };
    futures::future::join_all((0..40).map(ask)).await;
    assert_eq!(fake.starts().len(), 1);
}

#[tokio::test]
async fn dropping_the_answer_ends_every_program_of_the_pipeline() {
    let fake = Fake::new("sleep 1000 | cat & echo $! >> \"$STARTS\"; cat > /dev/null; exit");
    let starts = fake.path("starts").display().to_string();
    let script = fake.modes().join("eng-spa.mode");
    let with_starts = fs::read_to_string(&script)
        .unwrap()
        .replace("\"$STARTS\"", &starts);
    fs::write(&script, with_starts).unwrap();
    let task = task("en", "es", &[(ParagraphKind::Text, "The house.")]);
    let experts = fake.apertium(Limits::default()).experts().await;
    let mut items = experts[0].start(Arc::new(task));
    let waited = tokio::time::timeout(Duration::from_millis(300), items.next()).await;
    assert!(waited.is_err(), "a hung pipeline gave {waited:?}");
    drop(items);
    let processes = fake.starts();
    assert_eq!(processes.len(), 2);
    for process in &processes {
        ends(process).await;
    }
}

#[tokio::test]
async fn a_pipeline_that_nobody_uses_is_stopped_and_started_again() {
    let fake = Fake::new(ANSWERS);
    let translator = fake.translator(SHORT).await;
    translator.text("The house.").await.unwrap();
    ends(&fake.starts()[0]).await;
    assert!(!translator.is_running().await);
    assert_eq!(
        translator.text("The house.").await.as_deref(),
        Ok("The casa.")
    );
    assert_eq!(fake.starts().len(), 2);
}

#[tokio::test]
async fn what_was_translated_before_a_crash_is_delivered() {
    use ParagraphKind::{Code, Heading, Text};
    let fake = Fake::new("exec sed -zu '/crash/Q; s/house/casa/g'");
    let article = [
        (Heading(1), "House of house"),
        (Code, "house()"),
        (Text, "A crash."),
    ];
    let experts = fake.apertium(Limits::default()).experts().await;
    let task = Arc::new(task("en-GB", "es-419", &article));
    assert!(experts[0].can(&task));
    let mut items: Vec<_> = experts[0].start(task).collect().await;
    let last = items.pop();
    assert!(matches!(last, Some(Item::Failed(error)) if error.code == FailureCode::EndedEarly));
    let texts = ["# House of casa", "\n\n```\nhouse()\n```"];
    assert_eq!(items, texts.map(|text| Item::Text(text.to_owned())));
}

#[tokio::test]
async fn a_passage_is_translated_line_by_line_in_place_of_the_article() {
    let fake = Fake::new(ANSWERS);
    let mut task = task("en", "es", &[(ParagraphKind::Text, "Something else.")]);
    task.passage = Some("A house.\n\n  Two house!  \n".to_owned());
    let experts = fake.apertium(Limits::default()).experts().await;
    let start = |task| experts[0].start(Arc::new(task)).take(2).collect::<Vec<_>>();
    let items = start(task.clone()).await;
    let texts = ["A casa.", "\n\nTwo casa!"];
    assert_eq!(items, texts.map(|text| Item::Text(text.to_owned())));
    // Another expert has done the first line.
    task.delivered = "A casa.\n".to_owned();
    let rest = Item::Text("\nTwo casa!".to_owned());
    assert_eq!(start(task).await, [rest, Item::Finished(Finish::Complete)]);
}

#[tokio::test]
async fn only_translations_between_the_languages_of_the_pair_can_be_done() {
    let experts = Fake::new(ANSWERS)
        .apertium(Limits::default())
        .experts()
        .await;
    let can = |change: fn(&mut crate::experts::Task)| {
        let mut task = task("en", "es", &[]);
        change(&mut task);
        experts[0].can(&task)
    };
    assert!(can(|_| ()));
    assert!(!can(
        |task| task.action = coterie_protocol::Action::Summarize
    ));
    assert!(!can(|task| task.language = LanguageTag::new("fr")));
    assert!(!can(|task| task.source = Some(LanguageTag::new("es"))));
    assert!(!can(|task| task.source = None));
}

#[tokio::test]
async fn pairs_that_come_later_are_found_and_running_ones_stay() {
    let fake = Fake::new(ANSWERS);
    let apertium = fake.apertium(Limits::default());
    let ids = async || {
        let experts = apertium.experts().await;
        experts
            .iter()
            .map(|expert| expert.card().id.0.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(ids().await, ["apertium/eng-spa"]);
    let before = apertium.translator("eng-spa").await.unwrap();
    // The clock of the file system may be too coarse to tell two changes at once apart.
    sleep(Duration::from_millis(20)).await;
    fake.mode("spa-eng_US", ANSWERS);
    fake.mode("eng-spa-tagger", ANSWERS);
    assert_eq!(ids().await, ["apertium/eng-spa", "apertium/spa-eng_US"]);
    assert!(Arc::ptr_eq(
        &before,
        &apertium.translator("eng-spa").await.unwrap()
    ));
}

#[tokio::test]
async fn an_apertium_that_cannot_list_its_pairs_brings_no_expert() {
    for listing in ["exit 3", "printf '\\377'", "echo rubbish; echo; echo -"] {
        let fake = Fake::new(ANSWERS);
        fake.program("apertium", listing);
        assert!(fake.apertium(SHORT).experts().await.is_empty(), "{listing}");
    }
}
