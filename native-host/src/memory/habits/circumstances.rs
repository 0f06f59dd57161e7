//! The circumstances of a request, as coarse as they are kept.

use coterie_protocol::{Action, LanguageTag};
use serde::{Deserialize, Serialize};
use url::Url;

/// What a habit hangs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ground {
    /// Nothing: what this person does most.
    All,
    /// The site.
    Site,
    /// The language of the page.
    Language,
    /// How much is selected.
    Length,
    /// The time of day.
    Hour,
    /// What was done before.
    Previous,
}

impl Ground {
    /// Every ground.
    pub const ALL: [Self; 6] = [
        Self::All,
        Self::Site,
        Self::Language,
        Self::Length,
        Self::Hour,
        Self::Previous,
    ];

    /// The name in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Site => "site",
            Self::Language => "language",
            Self::Length => "length",
            Self::Hour => "hour",
            Self::Previous => "previous",
        }
    }
}

/// The circumstances in which something is asked. Nothing of the page's text is in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Circumstances {
    site: Option<String>,
    language: Option<String>,
    length: &'static str,
    hour: &'static str,
    previous: Option<Action>,
}

impl Circumstances {
    /// Those of a request: the address of the page, its language, the characters of the selection
    /// (none without one), the hour of the day from 0 to 23 where the reader is, and what was done
    /// before. Of the address the host name alone is kept.
    pub fn new(
        address: Option<&str>,
        language: Option<&LanguageTag>,
        selected: Option<usize>,
        hour: u8,
        previous: Option<Action>,
    ) -> Self {
        Self {
            site: address.and_then(site),
            language: language.map(LanguageTag::primary),
            length: length(selected),
            hour: time_of_day(hour),
            previous,
        }
    }

    /// The host name of the page.
    pub fn site(&self) -> Option<&str> {
        self.site.as_deref()
    }

    /// The value of each ground that is known.
    pub(super) fn values(&self) -> Vec<(Ground, String)> {
        let known = [
            (Ground::All, Some(String::new())),
            (Ground::Site, self.site.clone()),
            (Ground::Language, self.language.clone()),
            (Ground::Length, Some(self.length.to_owned())),
            (Ground::Hour, Some(self.hour.to_owned())),
            (
                Ground::Previous,
                self.previous.map(|action| action.as_str().to_owned()),
            ),
        ];
        known
            .into_iter()
            .filter_map(|(ground, value)| Some((ground, value?)))
            .collect()
    }
}

/// The host name of an address, without `www.`; nothing for what is no web page.
fn site(address: &str) -> Option<String> {
    let url = Url::parse(address).ok()?;
    let host = url
        .host_str()
        .filter(|_| matches!(url.scheme(), "http" | "https"))?;
    Some(host.strip_prefix("www.").unwrap_or(host).to_owned())
}

/// How much is selected: a word, a sentence, a paragraph or more, in characters.
fn length(selected: Option<usize>) -> &'static str {
    match selected {
        None | Some(0) => "nothing",
        Some(1..=30) => "word",
        Some(31..=200) => "sentence",
        Some(201..=1_200) => "paragraph",
        Some(_) => "more",
    }
}

fn time_of_day(hour: u8) -> &'static str {
    match hour {
        0..=5 => "night",
        6..=11 => "morning",
        12..=17 => "afternoon",
        _ => "evening",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(address: &str, expected: Option<&str>) {
        let circumstances = Circumstances::new(Some(address), None, None, 9, None);
        assert_eq!(circumstances.site(), expected);
    }

    #[test]
    fn of_an_address_the_host_name_alone_is_kept() {
        check(
            "https://www.News.example/a/b?user=me#c",
            Some("news.example"),
        );
        check("http://me:secret@mail.example:8080/", Some("mail.example"));
        check("file:///home/me/private.html", None);
        check("no address", None);
    }

    #[test]
    fn every_ground_has_one_value_at_most() {
        let language = LanguageTag::new("de-AT");
        let circumstances = Circumstances::new(
            Some("https://a.example/"),
            Some(&language),
            Some(12),
            23,
            Some(Action::Explain),
        );
        let values = circumstances.values();
        let values: Vec<_> = values
            .iter()
            .map(|(ground, value)| (ground.as_str(), value.as_str()))
            .collect();
        let expected = [
            ("all", ""),
            ("site", "a.example"),
            ("language", "de"),
            ("length", "word"),
            ("hour", "evening"),
            ("previous", "explain"),
        ];
        assert_eq!(values, expected);
    }
}
