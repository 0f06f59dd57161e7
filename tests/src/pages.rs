//! A page server on loopback: the pages to read, with the headers that make some of them hard.

use std::{
    fmt::Write,
    io,
    sync::{Arc, Mutex, PoisonError},
};

use crate::http::{Connection, Request, Server};

/// The pages as files.
const FILES: [(&str, &str); 9] = [
    ("/lighthouse.html", include_str!("../pages/lighthouse.html")),
    ("/tea-zh.html", include_str!("../pages/tea-zh.html")),
    (
        "/release-mixed.html",
        include_str!("../pages/release-mixed.html"),
    ),
    ("/market-ar.html", include_str!("../pages/market-ar.html")),
    ("/hidden.html", include_str!("../pages/hidden.html")),
    ("/form.html", include_str!("../pages/form.html")),
    (
        "/hostile-frame.html",
        include_str!("../pages/hostile-frame.html"),
    ),
    ("/drawing.svg", include_str!("../pages/drawing.svg")),
    ("/page.css", include_str!("../pages/page.css")),
];

/// An English article.
pub const ENGLISH: &str = "lighthouse.html";
/// A Chinese article.
pub const CHINESE: &str = "tea-zh.html";
/// An article in Chinese with English in it.
pub const MIXED: &str = "release-mixed.html";
/// An Arabic article.
pub const RIGHT_TO_LEFT: &str = "market-ar.html";
/// An article of [`LONG_PARAGRAPHS`] paragraphs.
pub const VERY_LONG: &str = "very-long.html";
/// The English article under the strictest content security policy.
pub const STRICT: &str = "strict.html";
/// A page with hidden text.
pub const HIDDEN: &str = "hidden.html";
/// A page with fields to fill in.
pub const FORM: &str = "form.html";

/// A page that tells those around it what only parts of the extension tell each other.
pub const HOSTILE_FRAME: &str = "hostile-frame.html";

/// A document that is a drawing, not HTML.
pub const DRAWING: &str = "drawing.svg";

/// How long the very long page is.
pub const LONG_PARAGRAPHS: usize = 3000;

/// Nothing may load or run.
const STRICT_POLICY: &str = "default-src 'none'; style-src 'self'; base-uri 'none'; \
                             form-action 'none'; require-trusted-types-for 'script'; sandbox";

/// A running page server; it stops when dropped.
pub struct PageServer {
    server: Server,
    requested: Arc<Mutex<Vec<String>>>,
}

impl PageServer {
    /// Starts on a port that is free.
    ///
    /// # Errors
    /// When no port can be had.
    pub fn start() -> io::Result<Self> {
        let requested = Arc::<Mutex<Vec<String>>>::default();
        let noted = Arc::clone(&requested);
        let server = Server::start(0, move |client| {
            while let Some(request) = client.request()? {
                let mut noted = noted.lock().unwrap_or_else(PoisonError::into_inner);
                noted.push(request.path.clone());
                drop(noted);
                answer(client, &request)?;
            }
            Ok(())
        })?;
        Ok(Self { server, requested })
    }

    /// The address of a page.
    pub fn url(&self, page: &str) -> String {
        format!("http://{}/{page}", self.server.address())
    }

    /// The address of a page on another site: the same server under another name.
    pub fn other_site(&self, page: &str) -> String {
        format!("http://localhost:{}/{page}", self.server.address().port())
    }

    /// The paths requested so far.
    pub fn requested(&self) -> Vec<String> {
        let requested = self.requested.lock();
        requested.unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn answer(client: &mut Connection, request: &Request) -> io::Result<()> {
    let path = request.path.split(['?', '#']).next().unwrap_or_default();
    let kind = match path.rsplit_once('.') {
        Some((_, "css")) => "text/css; charset=utf-8",
        Some((_, "svg")) => "image/svg+xml",
        _ => "text/html; charset=utf-8",
    };
    let policy = ("content-security-policy", STRICT_POLICY);
    let plain = [("content-type", kind)];
    match path.trim_start_matches('/') {
        STRICT => client.respond(
            "200 OK",
            &[plain[0], policy],
            file("/lighthouse.html").as_bytes(),
        ),
        VERY_LONG => client.respond("200 OK", &plain, very_long().as_bytes()),
        _ => match file(path) {
            "" => client.respond("404 Not Found", &plain, b"nothing here"),
            content => client.respond("200 OK", &plain, content.as_bytes()),
        },
    }
}

fn file(path: &str) -> &'static str {
    let found = FILES.iter().find(|(name, _)| *name == path);
    found.map_or("", |(_, content)| content)
}

/// The log of an invented tide gauge, different in every paragraph.
fn very_long() -> String {
    const WINDS: [&str; 7] = [
        "calm", "light", "gentle", "fresh", "strong", "stormy", "variable",
    ];
    const SIGHTS: [&str; 5] = [
        "a seal slept on the landing stage",
        "the dredger passed inward with sand",
        "fog hid the far pier until noon",
        "two yachts waited for water over the bar",
        "the gauge house was painted on its seaward side",
    ];
    let mut page = String::from(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <title>The log of the harbour gauge</title></head><body><main><article>\
         <h1>The log of the harbour gauge</h1>\n",
    );
    for day in 1..=LONG_PARAGRAPHS {
        let level = 180 + (day * 37) % 240;
        let (wind, sight) = (WINDS[day % WINDS.len()], SIGHTS[day % SIGHTS.len()]);
        if day % 100 == 1 {
            let _infallible = writeln!(page, "<h2>Days {day} to {}</h2>", day + 99);
        }
        let _infallible = writeln!(
            page,
            "<p>On day {day} high water stood at {level} centimetres, which is {} the mean of the \
             year. The wind was {wind} and {sight}. The keeper compared the float with the painted \
             staff at noon and found a difference of {} millimetres, so the clockwork was left \
             as it was.</p>",
            if level > 300 { "above" } else { "below" },
            day % 9,
        );
    }
    page.push_str("</article></main></body></html>");
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_is_there_and_the_long_one_is_long() {
        for page in [ENGLISH, CHINESE, MIXED, RIGHT_TO_LEFT, HIDDEN, FORM] {
            assert!(
                file(&format!("/{page}")).contains("<!doctype html>"),
                "{page}"
            );
        }
        assert_eq!(very_long().matches("<p>").count(), LONG_PARAGRAPHS);
    }
}
