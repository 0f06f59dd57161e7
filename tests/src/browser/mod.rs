//! A small synchronous driver for Chromium over its DevTools protocol.
//!
//! Ready-made drivers were tried and reach either not the side panel or not the service worker.
//! Every call here has a deadline; every browser has a fresh profile, and is gone with everything
//! that it started when its [`Browser`] is dropped.

mod complaint;
mod connection;
mod display;
mod error;
mod find;
mod hosts;
mod keys;
mod launch;
mod session;

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tempfile::TempDir;

pub use complaint::Complaint;
use connection::{ANSWER, Connection};
pub use display::Display;
pub use error::BrowserError;
pub use find::find;
pub use launch::{Launch, NativeHost, Window};
pub use session::Session;

use crate::{PATIENCE, process::ProcessGroup, until};

/// How long a browser may take to close by itself before it is killed.
const CLOSING: Duration = Duration::from_secs(10);

/// How long to wait for a panel before the toolbar button is clicked again.
const NEXT_CLICK: Duration = Duration::from_secs(10);

/// A running browser.
pub struct Browser {
    connection: Arc<Connection>,
    extension: Option<String>,
    process: Option<ProcessGroup>,
    display: Option<Display>,
    profile: Option<TempDir>,
}

/// A tab: its page, and the tab around it, which is what toolbar buttons act on.
#[derive(Clone)]
pub struct Tab {
    /// The page in the tab.
    pub page: Session,
    tab: String,
}

impl Browser {
    /// Launches a browser, loads the extension and waits until its service worker runs.
    ///
    /// # Errors
    /// When the browser is missing or does not start, or the extension does not load.
    pub fn launch(launch: &Launch) -> Result<Self, BrowserError> {
        let started = launch::start(launch)?;
        let mut browser = Self {
            connection: Arc::new(Connection::open(started.port, &started.path)?),
            extension: None,
            process: Some(started.process),
            display: started.display,
            profile: Some(started.profile),
        };
        if let Some(folder) = &launch.extension {
            browser.extension = Some(browser.load(folder)?);
            // A click before the worker has registered its listeners would be lost.
            browser.worker()?.detach()?;
        }
        Ok(browser)
    }

    /// Loads another unpacked extension and gives its id.
    ///
    /// # Errors
    /// When it does not load.
    pub fn load(&self, folder: &Path) -> Result<String, BrowserError> {
        let method = "Extensions.loadUnpacked";
        let answer = self.call(method, json!({"path": folder}))?;
        session::text(&answer, "id", method)
    }

    /// The id of the loaded extension; empty without one.
    pub fn extension_id(&self) -> &str {
        self.extension.as_deref().unwrap_or_default()
    }

    /// The address of a file of the loaded extension.
    pub fn extension_url(&self, file: &str) -> String {
        format!("chrome-extension://{}/{file}", self.extension_id())
    }

    /// The virtual display, if the browser has one of its own.
    pub fn display(&self) -> Option<&Display> {
        self.display.as_ref()
    }

    /// The profile folder.
    pub fn profile(&self) -> PathBuf {
        let path = self.profile.as_ref().map(TempDir::path);
        path.map(Path::to_path_buf).unwrap_or_default()
    }

    /// The folder of the host's `config.toml`.
    pub fn host_configuration(&self) -> PathBuf {
        launch::configuration(&self.profile())
    }

    /// The folder of the host's logs and state.
    pub fn host_state(&self) -> PathBuf {
        launch::state(&self.profile())
    }

    /// The native hosts that this browser has started and that still run, by process id.
    pub fn hosts(&self) -> Vec<u32> {
        hosts::of(&self.profile())
    }

    /// The end of what the browser, and hosts in it, wrote to standard error.
    pub fn log(&self) -> String {
        launch::tail(&self.profile().join("browser.log"))
    }

    /// Opens a page in a new tab in front, and waits until it has loaded.
    ///
    /// # Errors
    /// When it does not load.
    pub fn open(&self, url: &str) -> Result<Tab, BrowserError> {
        self.open_with(url, false)
    }

    /// Opens a page in a new window, and waits until it has loaded.
    ///
    /// # Errors
    /// When it does not load.
    pub fn open_window(&self, url: &str) -> Result<Tab, BrowserError> {
        self.open_with(url, true)
    }

    fn open_with(&self, url: &str, new_window: bool) -> Result<Tab, BrowserError> {
        // A tab and the page in it are two targets that nothing but their address connects.
        let tabs_before = self.targets("tab")?;
        let params = json!({"url": "about:blank", "newWindow": new_window});
        let answer = self.call("Target.createTarget", params)?;
        let target = session::text(&answer, "targetId", "Target.createTarget")?;
        let tab = until("the new tab", PATIENCE, || {
            let new = |tab: &Target| tabs_before.iter().all(|before| before.id != tab.id);
            Ok::<_, BrowserError>(self.targets("tab")?.into_iter().find(new))
        })?;
        let page = Session::attach(&self.connection, &target)?;
        page.call("Page.enable", json!({}))?;
        page.navigate(url)?;
        Ok(Tab { page, tab: tab.id })
    }

    /// Closes the empty tab that a browser starts with, where another is open: people see it.
    ///
    /// # Errors
    /// When the browser refuses.
    pub fn close_empty_tabs(&self) -> Result<(), BrowserError> {
        let pages = self.targets("page")?.into_iter();
        for page in pages.filter(|page| page.url == "about:blank") {
            self.call("Target.closeTarget", json!({"targetId": page.id}))?;
        }
        Ok(())
    }

    /// Brings a tab to the front.
    ///
    /// # Errors
    /// When the browser refuses.
    pub fn activate(&self, tab: &Tab) -> Result<(), BrowserError> {
        let params = json!({"targetId": tab.page.target()});
        self.call("Target.activateTarget", params).map(drop)
    }

    /// Clicks the extension's toolbar button on a tab, which grants it access to the tab.
    ///
    /// # Errors
    /// When the browser refuses.
    pub fn click_action(&self, tab: &Tab) -> Result<(), BrowserError> {
        let params = json!({"id": self.extension_id(), "targetId": tab.tab});
        self.call("Extensions.triggerAction", params).map(drop)
    }

    /// Opens the side panel by the toolbar button, and attaches to it. As a reader does, clicks
    /// again where nothing has come of it: while an earlier panel closes, Chromium takes a click
    /// and opens nothing.
    ///
    /// # Errors
    /// When no panel appears.
    pub fn open_panel(&self, tab: &Tab, file: &str) -> Result<Session, BrowserError> {
        let before = self.extension_pages(file)?;
        let asked = Instant::now();
        loop {
            self.click_action(tab)?;
            match self.new_extension_page(file, &before, NEXT_CLICK) {
                Err(BrowserError::TimedOut(_)) if asked.elapsed() < PATIENCE => {}
                ended => return ended,
            }
        }
    }

    /// Attaches to the open extension page, such as a side panel.
    ///
    /// # Errors
    /// When none appears.
    pub fn extension_page(&self, file: &str) -> Result<Session, BrowserError> {
        self.new_extension_page(file, &[], PATIENCE)
    }

    /// The targets of the open pages of the extension at this file.
    ///
    /// # Errors
    /// When the browser refuses.
    pub fn extension_pages(&self, file: &str) -> Result<Vec<String>, BrowserError> {
        let url = self.extension_url(file);
        let pages = self.targets("page")?.into_iter();
        Ok(pages
            .filter(|page| page.url.starts_with(&url))
            .map(|page| page.id)
            .collect())
    }

    /// The targets of all pages, of the extension or not: tabs, panels, popups.
    ///
    /// # Errors
    /// When the browser refuses.
    pub fn pages(&self) -> Result<Vec<String>, BrowserError> {
        let pages = self.targets("page")?.into_iter();
        Ok(pages.map(|page| page.id).collect())
    }

    /// Attaches to the first page that is none of `before`, which something else has opened.
    ///
    /// # Errors
    /// When none appears.
    pub fn new_page(&self, before: &[String]) -> Result<Session, BrowserError> {
        let target = until("another page", PATIENCE, || {
            let mut pages = self.pages()?.into_iter();
            Ok::<_, BrowserError>(pages.find(|page| !before.contains(page)))
        })?;
        Session::attach(&self.connection, &target)
    }

    /// The addresses of the frames that are processes of their own, as those of other sites are.
    ///
    /// # Errors
    /// When the browser refuses.
    pub fn frames(&self) -> Result<Vec<String>, BrowserError> {
        let frames = self.targets("iframe")?.into_iter();
        Ok(frames.map(|frame| frame.url).collect())
    }

    /// Closes every open page of the extension at this file, such as its panels, and waits until
    /// they are gone: the browser may be busy with what opened them.
    ///
    /// # Errors
    /// When one stays.
    pub fn close_extension_pages(&self, file: &str) -> Result<(), BrowserError> {
        until("the end of the extension pages", PATIENCE, || {
            let open = self.extension_pages(file)?;
            for target in &open {
                // One that has gone in the meantime is what we want.
                let _gone = self.call("Target.closeTarget", json!({"targetId": target}));
            }
            Ok(open.is_empty().then_some(()))
        })
    }

    fn new_extension_page(
        &self,
        file: &str,
        before: &[String],
        patience: Duration,
    ) -> Result<Session, BrowserError> {
        let target = until(&format!("the extension page {file}"), patience, || {
            let mut pages = self.extension_pages(file)?.into_iter();
            Ok::<_, BrowserError>(pages.find(|page| !before.contains(page)))
        })?;
        Session::attach(&self.connection, &target)
    }

    /// Attaches to the extension's service worker, once its script has run. A worker with a
    /// session attached does not idle out.
    ///
    /// # Errors
    /// When it does not start.
    pub fn worker(&self) -> Result<Session, BrowserError> {
        self.worker_of(self.extension_id())
    }

    /// As [`Browser::worker`], of any extension.
    ///
    /// # Errors
    /// When it does not start.
    pub fn worker_of(&self, extension: &str) -> Result<Session, BrowserError> {
        let target = until("the service worker", PATIENCE, || {
            self.worker_target(extension)
        })?;
        let worker = Session::attach(&self.connection, &target)?;
        // The target is there before `chrome` is bound and before the script has run.
        worker.wait_for::<bool>(
            "the start of the service worker",
            "globalThis.chrome?.runtime?.id !== undefined && \
             (globalThis.serviceWorker?.state ?? 'activated') === 'activated'",
        )?;
        Ok(worker)
    }

    /// Whether the extension's service worker runs.
    ///
    /// # Errors
    /// When the browser refuses.
    pub fn worker_runs(&self) -> Result<bool, BrowserError> {
        Ok(self.worker_target(self.extension_id())?.is_some())
    }

    /// Kills the extension's service worker as the browser does for want of memory. It may be
    /// running again, anew, when this returns.
    ///
    /// # Errors
    /// When there is none or it stays.
    pub fn kill_worker(&self) -> Result<(), BrowserError> {
        let doomed = self.worker()?;
        doomed.close()?;
        // A worker that starts again has the same target id, so the list of targets would not tell.
        until("the end of the service worker", PATIENCE, || {
            Ok(doomed.has_crashed()?.then_some(()))
        })
    }

    fn worker_target(&self, extension: &str) -> Result<Option<String>, BrowserError> {
        let origin = format!("chrome-extension://{extension}/");
        let workers = self.targets("service_worker")?.into_iter();
        Ok(workers
            .filter(|worker| worker.url.starts_with(&origin))
            .map(|worker| worker.id)
            .next())
    }

    fn targets(&self, kind: &str) -> Result<Vec<Target>, BrowserError> {
        // Without this filter the browser does not list tabs.
        let answer = self.call("Target.getTargets", json!({"filter": [{}]}))?;
        let all = answer["targetInfos"].as_array();
        let all = all.map(Vec::as_slice).unwrap_or_default();
        Ok(all
            .iter()
            .filter(|target| target["type"] == kind)
            .map(Target::read)
            .collect())
    }

    fn call(&self, method: &str, params: Value) -> Result<Value, BrowserError> {
        self.connection.call("", method, params, ANSWER)
    }

    /// Closes the browser as its reader does, leaving what it started to end by itself.
    ///
    /// # Errors
    /// When the browser does not close in time.
    pub fn close_gently(&self) -> Result<(), BrowserError> {
        self.call("Browser.close", json!({})).map(drop)
    }

    /// Closes the browser and everything that it started.
    fn shut(&mut self) {
        // One that was closed before does not answer any more, and is on its way out too.
        let _answer = self
            .connection
            .call("", "Browser.close", json!({}), CLOSING);
        if let Some(mut process) = self.process.take() {
            // If it does not end by itself, dropping the group kills it; what it has outside of its
            // profile then stays.
            let _late = process.wait(CLOSING);
        }
        for host in self.hosts() {
            let _gone = crate::process::kill(host);
        }
        self.display = None;
        if let Some(profile) = self.profile.take() {
            remove(&profile);
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        self.shut();
    }
}

struct Target {
    id: String,
    url: String,
}

impl Target {
    fn read(target: &Value) -> Self {
        let field = |name: &str| target[name].as_str().unwrap_or_default().to_owned();
        Self {
            id: field("targetId"),
            url: field("url"),
        }
    }
}

/// Removes a profile. The last dying process may still write into it, so this tries for a while.
fn remove(profile: &TempDir) {
    let _left = until("the end of the profile", CLOSING, || {
        let gone = fs::remove_dir_all(profile.path()).is_ok() || !profile.path().exists();
        Ok::<_, crate::TimedOut>(gone.then_some(()))
    });
}
