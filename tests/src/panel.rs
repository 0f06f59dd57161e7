//! Coterie's side panel, worked as a reader works it.

use std::time::Duration;

use coterie_protocol::Action;
use serde::Deserialize;
use serde_json::json;

use crate::{
    PATIENCE,
    browser::{Browser, BrowserError, Complaint, Session, Tab},
    until,
};

/// The file of the panel in the extension.
const FILE: &str = "panel.html";

/// Reads all answers off the panel.
const READ_ANSWERS: &str = r"
[...document.querySelectorAll('article.answer')].map((answer) => {
  const all = (selector) => [...answer.querySelectorAll(selector)];
  const text = (selector) => all(selector).map((one) => one.innerText.trim()).join('\n').trim();
  const prose = answer.querySelector('.prose');
  return {
    busy: answer.getAttribute('aria-busy') === 'true',
    heading: text('.asked h2'),
    about: text('.asked .about'),
    text: text('.prose'),
    language: prose?.getAttribute('lang') ?? '',
    direction: prose?.getAttribute('dir') ?? '',
    expert: text('.expert .name'),
    why: all('.expert p').map((one) => one.textContent).join('\n'),
    state: text('.state'),
    trouble: all('.trouble').map((one) => one.textContent).join('\n'),
    facts: all('.facts > span:not(.gap):not(.quiet)').map((one) => one.innerText).join(' · '),
  };
})";

/// An open side panel.
#[derive(Clone)]
pub struct Panel {
    /// The page that the panel is.
    pub session: Session,
}

/// An answer as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Answer {
    /// Whether more may come.
    pub busy: bool,
    /// What was asked.
    pub heading: String,
    /// What it was asked about.
    pub about: String,
    /// Its text.
    pub text: String,
    /// The language that it is marked with.
    pub language: String,
    /// The direction that it is marked with.
    pub direction: String,
    /// Who gave it.
    pub expert: String,
    /// Why that expert.
    pub why: String,
    /// How it stands, where that is said: stopped, interrupted, incomplete.
    pub state: String,
    /// Why it failed.
    pub trouble: String,
    /// Time and cost, once it is complete.
    pub facts: String,
}

impl Panel {
    /// Opens the panel with the toolbar button, which also grants access to the tab.
    ///
    /// # Errors
    /// When it does not open.
    pub fn open(browser: &Browser, tab: &Tab) -> Result<Self, BrowserError> {
        Self::started(browser.open_panel(tab, FILE)?)
    }

    /// Finds the panel that something else has opened.
    ///
    /// # Errors
    /// When none appears.
    pub fn find(browser: &Browser) -> Result<Self, BrowserError> {
        Self::started(browser.extension_page(FILE)?)
    }

    fn started(session: Session) -> Result<Self, BrowserError> {
        session.wait_for::<bool>("the panel", "!!document.querySelector('.dock textarea')")?;
        Ok(Self { session })
    }

    /// Waits until the page in view has been read.
    ///
    /// # Errors
    /// When it is not in time.
    pub fn wait_until_read(&self) -> Result<(), BrowserError> {
        let script = "!!document.querySelector('button.chip')";
        self.session.wait_for::<bool>("the captured page", script)?;
        Ok(())
    }

    /// The words of the chip that says what was read.
    ///
    /// # Errors
    /// When the page has not been read.
    pub fn chip(&self) -> Result<String, BrowserError> {
        let script = "document.querySelector('button.chip')?.innerText ?? null";
        self.session.wait_for("the chip", script)
    }

    /// Chooses the language that translations are into, by its tag.
    ///
    /// # Errors
    /// When it is not among those to choose from.
    pub fn choose_language(&self, tag: &str) -> Result<(), BrowserError> {
        let choose = format!(
            "(() => {{ const choice = document.querySelector('.dock select'); \
             choice.value = {}; \
             choice.dispatchEvent(new Event('change', {{ bubbles: true }})); }})()",
            json!(tag)
        );
        self.session.run(&choose)
    }

    /// Clicks the button of an action and gives the number of its answer.
    ///
    /// # Errors
    /// When there is no such button to click.
    pub fn click(&self, action: Action) -> Result<usize, BrowserError> {
        let number = self.answers()?.len();
        let name = action.as_str();
        let button = format!("button.action[data-action={name}]:not(:disabled)");
        self.session.click(&button)?;
        self.until_answers(number + 1)?;
        Ok(number)
    }

    /// Types a question and sends it with Enter; gives the number of its answer.
    ///
    /// # Errors
    /// When it cannot be typed or sent.
    pub fn ask(&self, question: &str) -> Result<usize, BrowserError> {
        let number = self.answers()?.len();
        self.session.click("form.composer textarea")?;
        self.session.insert_text(question)?;
        self.session.press("Enter")?;
        self.until_answers(number + 1)?;
        Ok(number)
    }

    fn until_answers(&self, count: usize) -> Result<(), BrowserError> {
        let what = format!("answer {count}");
        let script = format!("document.querySelectorAll('article.answer').length >= {count}");
        self.session.wait_for::<bool>(&what, &script)?;
        Ok(())
    }

    /// All answers, oldest first.
    ///
    /// # Errors
    /// When the panel cannot be read.
    pub fn answers(&self) -> Result<Vec<Answer>, BrowserError> {
        self.session.evaluate(READ_ANSWERS)
    }

    /// Waits for an answer to be as wanted.
    ///
    /// # Errors
    /// When it is not in time, with what it is instead.
    pub fn wait_for(
        &self,
        number: usize,
        what: &str,
        wanted: impl Fn(&Answer) -> bool,
    ) -> Result<Answer, BrowserError> {
        let found = until(what, PATIENCE, || {
            let answer = self.answers()?.into_iter().nth(number);
            Ok(answer.filter(|answer| wanted(answer)))
        });
        found.map_err(|error| match error {
            BrowserError::TimedOut(timed_out) => BrowserError::NotMet {
                timed_out,
                looked: self.session.visible_text(),
            },
            other => other,
        })
    }

    /// Waits until an answer has ended, well or badly.
    ///
    /// # Errors
    /// When it does not end in time.
    pub fn wait_until_ended(&self, number: usize) -> Result<Answer, BrowserError> {
        self.wait_for(number, "the end of the answer", |answer| !answer.busy)
    }

    /// Waits until an answer has begun to arrive.
    ///
    /// # Errors
    /// When it does not begin in time.
    pub fn wait_until_writing(&self, number: usize) -> Result<Answer, BrowserError> {
        let writing = |answer: &Answer| answer.busy && !answer.text.is_empty();
        self.wait_for(number, "text of the answer", writing)
    }

    /// Clicks a button of an answer: `.stop`, or one with this label in the panel's language.
    ///
    /// # Errors
    /// When there is no such button to click.
    pub fn click_in_answer(&self, number: usize, button: &str) -> Result<(), BrowserError> {
        let mark = format!(
            "document.querySelectorAll('article.answer')[{number}].setAttribute('data-test', '')"
        );
        self.session.run(&mark)?;
        let clicked = self.session.click(&format!("[data-test] {button}"));
        self.session
            .run("document.querySelectorAll('[data-test]').forEach((one) => one.removeAttribute('data-test'))")?;
        clicked
    }

    /// The title of what stands in the way, once something does.
    ///
    /// # Errors
    /// When nothing does.
    pub fn notice(&self) -> Result<String, BrowserError> {
        let script = "document.querySelector('.notice h2')?.innerText ?? null";
        self.session.wait_for("a notice", script)
    }

    /// A text of the panel in its language, by its key.
    ///
    /// # Errors
    /// When there is no such text.
    pub fn message(&self, key: &str) -> Result<String, BrowserError> {
        let script = format!("chrome.i18n.getMessage({}) || null", json!(key));
        self.session
            .wait_within(&format!("the text {key}"), Duration::ZERO, &script)
    }

    /// What the panel has complained of since the last call.
    ///
    /// # Errors
    /// When the connection is broken.
    pub fn complaints(&self) -> Result<Vec<Complaint>, BrowserError> {
        self.session.complaints()
    }
}
