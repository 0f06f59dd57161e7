//! What every test needs: a browser with the extension and the host, experts, and pages.

use coterie_tests::{
    browser::{Browser, Launch, NativeHost, Session, Tab, Window},
    experts::{NO_DISCOVERY, ScriptedServer},
    host::EXTENSION_ID,
    pages::PageServer,
    panel::Panel,
    paths,
};

/// A browser with everything around it.
pub struct Stage {
    pub browser: Browser,
    pub experts: ScriptedServer,
    pub pages: PageServer,
}

/// A page with the panel beside it.
pub struct Scene {
    pub tab: Tab,
    pub panel: Panel,
}

impl Stage {
    /// With these scripted models, in this order, before the built-in experts.
    pub fn with(models: &[&str]) -> Self {
        let experts = ScriptedServer::start().unwrap();
        let config = experts.config(models);
        Self::build(experts, &config, Window::Headless)
    }

    /// With these scripted models, each of a vendor of its own.
    pub fn with_vendors(experts: &[(&str, &str)]) -> Self {
        let server = ScriptedServer::start().unwrap();
        let config = server.config_of(experts.iter().copied());
        Self::build(server, &config, Window::Headless)
    }

    /// With the built-in experts alone.
    pub fn built_in() -> Self {
        let experts = ScriptedServer::start().unwrap();
        Self::build(experts, NO_DISCOVERY, Window::Headless)
    }

    /// With a window on a display of its own.
    pub fn on_display(models: &[&str]) -> Self {
        let experts = ScriptedServer::start().unwrap();
        let config = experts.config(models);
        Self::build(experts, &config, Window::OwnDisplay)
    }

    fn build(experts: ScriptedServer, config: &str, window: Window) -> Self {
        let launch = Launch {
            extension: Some(paths::extension().unwrap()),
            host: Some(host(config)),
            window,
            ..Launch::default()
        };
        Self::launch(experts, &launch)
    }

    pub fn launch(experts: ScriptedServer, launch: &Launch) -> Self {
        let browser = Browser::launch(launch).unwrap();
        assert_eq!(browser.extension_id(), EXTENSION_ID);
        Self {
            browser,
            experts,
            pages: PageServer::start().unwrap(),
        }
    }

    /// Opens a page and the panel beside it, and waits until the page has been read.
    pub fn open(&self, page: &str) -> Scene {
        let tab = self.browser.open(&self.pages.url(page)).unwrap();
        let panel = Panel::open(&self.browser, &tab).unwrap();
        panel.wait_until_read().unwrap();
        Scene { tab, panel }
    }

    /// How many requests have reached a model.
    pub fn calls(&self, model: &str) -> usize {
        let requests = self.experts.requests();
        requests
            .iter()
            .filter(|record| record.model == model)
            .count()
    }
}

/// The built host, with this configuration, for our extension.
pub fn host(config: &str) -> NativeHost {
    NativeHost {
        program: paths::host().unwrap(),
        extension_ids: vec![EXTENSION_ID.to_owned()],
        config: config.to_owned(),
        environment: Vec::new(),
    }
}

/// Nothing went wrong in the panel that nobody was told of.
pub fn check_no_complaints(session: &Session) {
    let complaints = session.complaints().unwrap();
    assert!(complaints.is_empty(), "complaints: {complaints:#?}");
}

/// Selects the whole text of the first element that matches, and gives it.
pub fn select(page: &Session, selector: &str) -> String {
    let script = format!(
        "(() => {{ getSelection().selectAllChildren(document.querySelector('{selector}')); \
         return getSelection().toString(); }})()"
    );
    page.evaluate(&script).unwrap()
}
