//! Reading a page: what came of it, and why it may not be read.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
};

use coterie_protocol::Snapshot;

/// The page agent, in the order in which its files run; the last one's value is the snapshot.
pub const PAGE_AGENT_FILES: [&str; 3] = [
    "page/visibility.js",
    "page/selection.js",
    "page/snapshot.js",
];

/// How long a page may take to be read, in milliseconds. A page that shows the source of another
/// never answers at all.
pub const DEADLINE_MS: u32 = 10_000;

/// A tab, as far as the panel may know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tab {
    /// The browser's name for it.
    pub id: i32,
    /// Its address, where the extension may see it.
    pub url: Option<String>,
    /// Its title, where the extension may see it.
    pub title: Option<String>,
}

/// A page that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The same for two snapshots of which the host would make the same.
    pub hash: u64,
    /// What the page agent gave.
    pub snapshot: Snapshot,
}

impl Source {
    /// Takes a snapshot; refuses what the browser shows in place of a page.
    ///
    /// # Errors
    /// When the snapshot is of the browser's PDF viewer.
    pub fn new(snapshot: Snapshot) -> Result<Arc<Self>, Refusal> {
        if is_pdf_viewer(&snapshot) {
            return Err(Refusal::Pdf);
        }
        let mut hasher = DefaultHasher::new();
        (&snapshot.url, &snapshot.title, &snapshot.html).hash(&mut hasher);
        Ok(Arc::new(Self {
            hash: hasher.finish(),
            snapshot,
        }))
    }

    /// What the reader had selected, if it is more than blanks.
    pub fn selection(&self) -> Option<&str> {
        let selection = self.snapshot.selection.as_ref()?;
        Some(selection.text.as_str()).filter(|text| !text.trim().is_empty())
    }
}

/// The viewer is a page of its own with nothing but the document embedded.
fn is_pdf_viewer(snapshot: &Snapshot) -> bool {
    const LARGEST_VIEWER: usize = 4096;
    let path = snapshot.url.split(['?', '#']).next().unwrap_or_default();
    let embeds = snapshot.html.contains("application/pdf") || path.ends_with(".pdf");
    snapshot.html.len() < LARGEST_VIEWER && embeds && !snapshot.html.contains("<p")
}

/// Why a page may not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The reader has not allowed it. The host of the page, where its address is known.
    NotGranted(Option<String>),
    /// A page of the browser itself or of an extension.
    BrowserPage,
    /// The browser's store of extensions.
    Store,
    /// The browser's PDF viewer.
    Pdf,
    /// The source of a page.
    PageSource,
    /// A file on this machine.
    LocalFile,
    /// The page did not load.
    ErrorPage,
    /// The tab or frame is gone.
    Gone,
    /// The page did not answer in time.
    Silent,
    /// Something else; what the browser said.
    Other(String),
}

/// Judges by the address where it is known, else by what the browser said.
pub fn refusal(said: &str, url: Option<&str>) -> Refusal {
    if let Some(refusal) = url.and_then(by_address) {
        return refusal;
    }
    let says = |part: &str| said.contains(part);
    if says("showing error page") {
        Refusal::ErrorPage
    } else if says("gallery") || says("webstore") {
        Refusal::Store
    } else if says("view-source:") {
        Refusal::PageSource
    } else if says("a chrome:// URL") || says("chrome-extension://") || says("about: URL") {
        Refusal::BrowserPage
    } else if says("No tab with id") || says("No frame with id") || says("was removed") {
        Refusal::Gone
    } else if says("Cannot access") || says("Missing host permission") {
        Refusal::NotGranted(url.and_then(host).map(str::to_owned))
    } else {
        Refusal::Other(said.to_owned())
    }
}

/// What an address alone tells: no permission opens these.
fn by_address(url: &str) -> Option<Refusal> {
    let (scheme, _) = url.split_once(':')?;
    Some(match scheme {
        "http" | "https" => {
            let path = url.split(['?', '#']).next().unwrap_or_default();
            return path
                .to_ascii_lowercase()
                .ends_with(".pdf")
                .then_some(Refusal::Pdf);
        }
        "view-source" => Refusal::PageSource,
        "file" => Refusal::LocalFile,
        _ => Refusal::BrowserPage,
    })
}

/// The host of a web address, without user, port and the rest.
pub fn host(url: &str) -> Option<&str> {
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"))?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let after_user = authority.rsplit('@').next()?;
    let host = match after_user.rfind(']') {
        Some(end) => after_user.get(..=end)?,
        None => after_user.split(':').next()?,
    };
    (!host.is_empty()).then_some(host)
}

/// Words of a text as the host counts them: each character of Chinese and the like is one.
pub fn words(text: &str) -> usize {
    let mut count = 0;
    let mut inside = false;
    for character in text.chars() {
        let wide = matches!(character, '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}'
            | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}');
        let starts = character.is_alphanumeric() && !inside;
        if wide || starts {
            count += 1;
        }
        inside = !wide && (character.is_alphanumeric() || (inside && "'’-".contains(character)));
    }
    count
}

#[cfg(test)]
mod tests {
    use coterie_protocol::{Hidden, Selection};

    use super::*;

    fn check(said: &str, url: Option<&str>, expected: &Refusal) {
        assert_eq!(refusal(said, url), *expected, "{said}");
    }

    const NO_ACCESS: &str = "Cannot access contents of the page. Extension manifest must request \
                             permission to access the respective host.";

    /// As Chromium 156 words them.
    #[test]
    fn what_the_browser_says_is_understood() {
        check("Cannot access a chrome:// URL", None, &Refusal::BrowserPage);
        check(
            "The extensions gallery cannot be scripted.",
            None,
            &Refusal::Store,
        );
        check(
            "Frame with ID 0 is showing error page",
            None,
            &Refusal::ErrorPage,
        );
        check("No tab with id: 5.", None, &Refusal::Gone);
        check(NO_ACCESS, None, &Refusal::NotGranted(None));
        check("Surprise", None, &Refusal::Other("Surprise".to_owned()));
    }

    #[test]
    fn a_known_address_tells_more_than_the_message() {
        check(
            NO_ACCESS,
            Some("view-source:http://a.example/"),
            &Refusal::PageSource,
        );
        check(NO_ACCESS, Some("file:///etc/hostname"), &Refusal::LocalFile);
        check(NO_ACCESS, Some("data:text/html,hi"), &Refusal::BrowserPage);
        check(NO_ACCESS, Some("https://a.example/x.PDF?y"), &Refusal::Pdf);
        let granted = Refusal::NotGranted(Some("a.example".to_owned()));
        check(NO_ACCESS, Some("https://a.example:8080/x"), &granted);
    }

    #[test]
    fn the_host_of_an_address_is_found() {
        assert_eq!(host("https://u@a.example:1/x"), Some("a.example"));
        assert_eq!(host("http://[::1]:80/"), Some("[::1]"));
        assert_eq!(host("ftp://a.example"), None);
        assert_eq!(host("https:///x"), None);
    }

    fn snapshot(url: &str, html: &str) -> Snapshot {
        Snapshot {
            url: url.to_owned(),
            title: String::new(),
            language: None,
            html: html.to_owned(),
            selection: None,
            hidden: Hidden::default(),
        }
    }

    #[test]
    fn the_pdf_viewer_is_no_page() {
        let viewer = snapshot("https://a.example/x", "<embed type=\"application/pdf\">");
        assert_eq!(Source::new(viewer).unwrap_err(), Refusal::Pdf);
        assert!(Source::new(snapshot("https://a.example/x.pdf", "<p>About it.")).is_ok());
    }

    #[test]
    fn a_selection_alone_does_not_make_another_page() {
        let plain = snapshot("https://a.example", "<p>x");
        let mut selected = plain.clone();
        selected.selection = Some(Selection {
            text: " \n".to_owned(),
            ..Selection::default()
        });
        let (plain, selected) = (Source::new(plain).unwrap(), Source::new(selected).unwrap());
        assert_eq!(plain.hash, selected.hash);
        assert_eq!(selected.selection(), None);
        let other = Source::new(snapshot("https://a.example", "<p>y")).unwrap();
        assert_ne!(plain.hash, other.hash);
    }

    #[test]
    fn words_and_characters_are_counted() {
        assert_eq!(words("It's a well-known fact."), 4);
        assert_eq!(words("你好，世界 and you"), 6);
        assert_eq!(words(" … "), 0);
    }
}
