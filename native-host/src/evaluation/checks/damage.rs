//! Damages like those that experts make, made on purpose.

use serde::Serialize;

/// One way to spoil a translation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Damage {
    /// A digit is another one.
    NumberChanged,
    /// A name of several words is left out.
    NameDropped,
    /// A word that denies is left out.
    NegationDropped,
    /// The second half is missing.
    HalfCut,
    /// The second of two segments is as in the source.
    Untranslated,
    /// The end is said over and over.
    Looped,
    /// It is announced, or followed by a farewell.
    PreambleAdded,
    /// It is the source.
    SourceAsItWas,
    /// It is a text in a third language.
    WrongLanguage,
    /// A placeholder is missing.
    SlotDropped,
    /// An address leads elsewhere.
    LinkChanged,
    /// A summary cites the sentence that has least to do with it.
    WrongCitation,
    /// A summary is one of another text.
    OtherSummary,
}

/// What damages are made from.
pub(super) struct Words<'a> {
    pub(super) source: &'a str,
    pub(super) answer: &'a str,
    /// The segment before and its translation.
    pub(super) before: Option<(&'a str, &'a str)>,
    /// A text in a third language.
    pub(super) other: Option<&'a str>,
    /// The language of the source.
    pub(super) from: &'a str,
    /// The language of the answer.
    pub(super) language: &'a str,
    /// A number that differs from segment to segment.
    pub(super) round: usize,
}

/// A translation before and after.
pub(super) struct Made {
    pub(super) source: String,
    pub(super) good: String,
    pub(super) damaged: String,
}

/// Announcements and farewells: before and after the answer.
const AROUND: [(&str, &str); 14] = [
    ("Sure, here is the translation:\n\n", ""),
    ("Here's the translated text:\n", ""),
    (
        "Certainly! Here is the text in the language you asked for:\n\n",
        "",
    ),
    ("**Translation:**\n", ""),
    ("当然，以下是翻译：\n\n", ""),
    ("以下是译文：\n", ""),
    ("はい、以下が翻訳です：\n\n", ""),
    ("다음은 번역입니다:\n\n", ""),
    ("Hier ist die Übersetzung:\n\n", ""),
    ("Voici la traduction :\n\n", ""),
    ("Aquí tienes la traducción:\n\n", ""),
    ("Вот перевод:\n\n", ""),
    ("", "\n\nLet me know if you need anything else!"),
    ("", "\n\n希望这对您有帮助！"),
];

/// What is taken out, or put in its place, to deny nothing; the first that is there. The lists
/// are their own, not those of the check, and leave out what denies nothing inside other words.
const DENIALS: [(&str, &[(&str, &str)]); 10] = [
    (
        "en",
        &[
            (" cannot ", " can "),
            ("n't ", " "),
            (" not ", " "),
            (" never ", " "),
            (" no ", " "),
        ],
    ),
    (
        "de",
        &[
            (" nicht ", " "),
            (" nicht.", "."),
            (" nicht,", ","),
            (" keine ", " "),
            (" kein ", " ein "),
            (" keinen ", " einen "),
            (" nie ", " "),
        ],
    ),
    (
        "fr",
        &[
            (" pas ", " "),
            (" jamais ", " "),
            (" aucune ", " une "),
            (" aucun ", " un "),
        ],
    ),
    ("es", &[(" no ", " "), ("No ", ""), (" nunca ", " ")]),
    (
        "ru",
        &[(" не ", " "), (" нет ", " есть "), (" никогда ", " ")],
    ),
    (
        "cs",
        &[
            (" není ", " je "),
            (" nejsou ", " jsou "),
            (" nikdy ", " "),
            (" nebyl ", " byl "),
            (" nemá ", " má "),
            (" nemohou ", " mohou "),
            (" nemůže ", " může "),
        ],
    ),
    (
        "ar",
        &[(" لا ", " "), (" لم ", " "), (" لن ", " "), (" ليس ", " ")],
    ),
    (
        "zh",
        &[
            ("没有", "有"),
            ("并不", "并"),
            ("不是", "是"),
            ("不会", "会"),
            ("不能", "能"),
            ("无法", "可以"),
            ("不要", "要"),
            ("也不", "也"),
            ("不得", "得"),
        ],
    ),
    (
        "ja",
        &[
            ("ません", "ます"),
            ("なかった", "た"),
            ("ではない", "である"),
            ("ていない", "ている"),
            ("できない", "できる"),
            ("られない", "られる"),
            ("しない", "する"),
        ],
    ),
    (
        "ko",
        &[
            ("지 않", "고 있"),
            ("지 못", "고 있"),
            ("없다", "있다"),
            ("없습", "있습"),
            ("없었", "있었"),
        ],
    ),
];

impl Damage {
    /// Every damage of a translation.
    pub const ALL: [Self; 11] = [
        Self::NumberChanged,
        Self::NameDropped,
        Self::NegationDropped,
        Self::HalfCut,
        Self::Untranslated,
        Self::Looped,
        Self::PreambleAdded,
        Self::SourceAsItWas,
        Self::WrongLanguage,
        Self::SlotDropped,
        Self::LinkChanged,
    ];

    /// Its name in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NumberChanged => "number changed",
            Self::NameDropped => "name dropped",
            Self::NegationDropped => "negation dropped",
            Self::HalfCut => "half cut",
            Self::Untranslated => "sentence untranslated",
            Self::Looped => "looped",
            Self::PreambleAdded => "preamble added",
            Self::SourceAsItWas => "source as it was",
            Self::WrongLanguage => "wrong language",
            Self::SlotDropped => "slot dropped",
            Self::LinkChanged => "link changed",
            Self::WrongCitation => "wrong citation",
            Self::OtherSummary => "summary of another text",
        }
    }

    /// The damaged text, where this damage can be done.
    pub(super) fn made(self, words: &Words<'_>) -> Option<Made> {
        let Words { source, answer, .. } = *words;
        let plain = |damaged: String| {
            (damaged != answer).then(|| Made {
                source: source.to_owned(),
                good: answer.to_owned(),
                damaged,
            })
        };
        match self {
            Self::WrongCitation | Self::OtherSummary => None,
            Self::NumberChanged => plain(number_changed(answer, words.round)?),
            Self::NameDropped => plain(name_dropped(source, answer)?),
            Self::NegationDropped => plain(negation_dropped(words)?),
            Self::HalfCut => plain(half(answer)),
            Self::Untranslated => {
                let (first, translated) = words.before?;
                Some(Made {
                    source: format!("{first} {source}"),
                    good: format!("{translated} {answer}"),
                    damaged: format!("{translated} {source}"),
                })
            }
            Self::Looped => plain(looped(answer)),
            Self::PreambleAdded => {
                let (before, after) = AROUND[words.round % AROUND.len()];
                plain(format!("{before}{answer}{after}"))
            }
            Self::SourceAsItWas => plain(source.to_owned()),
            Self::WrongLanguage => plain(words.other?.to_owned()),
            Self::SlotDropped => {
                let with = |text: &str| format!("<1>{text}</1> ⟦2⟧");
                Some(Made {
                    source: with(source),
                    good: with(answer),
                    damaged: match words.round % 3 {
                        0 => format!("<1>{answer}</1>"),
                        1 => format!("{answer} ⟦2⟧"),
                        _ => format!("<1>{answer}</1> ⟦3⟧"),
                    },
                })
            }
            Self::LinkChanged => {
                let with = |text: &str, link: &str| format!("{text} (https://example.org/{link})");
                Some(Made {
                    source: with(source, "a?page=1"),
                    good: with(answer, "a?page=1"),
                    damaged: match words.round % 2 {
                        0 => with(answer, "b?page=1"),
                        _ => answer.to_owned(),
                    },
                })
            }
        }
    }
}

/// One digit of one number becomes another.
fn number_changed(answer: &str, round: usize) -> Option<String> {
    let digits: Vec<usize> = answer
        .char_indices()
        .filter(|(_, c)| c.is_ascii_digit())
        .map(|(at, _)| at)
        .collect();
    let at = *digits.get(round % digits.len().max(1))?;
    let digit = answer[at..].chars().next()?.to_digit(10)?;
    // From 1 to 9: a zero in front would change nothing.
    let other = char::from_digit((digit + 2) % 9 + 1, 10)?;
    Some(format!("{}{other}{}", &answer[..at], &answer[at + 1..]))
}

/// The first two neighbouring words with capitals that both texts have are left out.
fn name_dropped(source: &str, answer: &str) -> Option<String> {
    let words: Vec<&str> = answer.split(' ').collect();
    let is_name = |word: &str| {
        word.chars().next().is_some_and(char::is_uppercase)
            && word.len() > 2
            && word.chars().all(char::is_alphabetic)
    };
    let place = (1..words.len().saturating_sub(1)).find(|&at| {
        let name = format!("{} {}", words[at], words[at + 1]);
        is_name(words[at])
            && is_name(words[at + 1])
            && source.contains(&name)
            && answer.matches(words[at]).count() == 1
    })?;
    let kept = words[..place].iter().chain(&words[place + 2..]);
    Some(kept.copied().collect::<Vec<_>>().join(" "))
}

/// The first denial of the answer is left out, where the source denies something as well.
fn negation_dropped(words: &Words<'_>) -> Option<String> {
    let of = |language: &str| {
        DENIALS
            .iter()
            .find(|(of, _)| *of == language)
            .map(|(_, forms)| *forms)
    };
    let mut denied = of(words.from)?
        .iter()
        .filter(|(form, _)| words.source.contains(form));
    denied.next()?;
    let (form, plain) = of(words.language)?
        .iter()
        .find(|(form, _)| words.answer.contains(form))?;
    let mut damaged = words.answer.replacen(form, plain, 1);
    // French denies in two words.
    if words.language == "fr" {
        let first = [" ne ", " n'", " n’"]
            .iter()
            .find(|form| damaged.contains(**form));
        damaged = first.map_or(damaged.clone(), |form| damaged.replacen(form, " ", 1));
    }
    Some(damaged)
}

/// The first half, up to a word's end where words are written apart.
fn half(answer: &str) -> String {
    let middle = answer
        .char_indices()
        .nth(answer.chars().count() / 2)
        .map_or(0, |(at, _)| at);
    let end = answer[..middle]
        .rfind(' ')
        .filter(|end| *end > middle / 2)
        .unwrap_or(middle);
    answer[..end].trim_end().to_owned()
}

/// The last words, or characters where there are no spaces, five times more.
fn looped(answer: &str) -> String {
    let words: Vec<&str> = answer.split(' ').collect();
    let end = if words.len() > 6 {
        format!(" {}", words[words.len() - 4..].join(" "))
    } else {
        let start = answer.char_indices().rev().nth(7).map_or(0, |(at, _)| at);
        answer[start..].to_owned()
    };
    format!("{answer}{}", end.repeat(5))
}
