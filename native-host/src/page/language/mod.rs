//! The language of a text: what the page declares, checked against what the text shows.

mod chinese;
mod count;
mod script;

use coterie_protocol::LanguageTag;
use whatlang::Lang;

pub use count::words;
pub use script::{Letters, is_unspaced, is_wide};

/// Fewer letters than this say nothing about a language whose script others use too.
const ENOUGH_LETTERS: usize = 20;

/// So many letters outweigh what the page declares, if the detector is sure.
const PLENTY_OF_LETTERS: usize = 120;

/// Chinese characters needed to say Chinese.
const ENOUGH_HAN: usize = 4;

/// The share of kana among kana and Chinese characters from which a text is Japanese.
const JAPANESE_KANA: f64 = 0.08;

/// The language of a text. A declared language stands unless the text clearly is in another one;
/// a text too short to tell has the declared language or none.
pub fn of(text: &str, declared: Option<&LanguageTag>) -> Option<LanguageTag> {
    let letters = Letters::of(text);
    let shown = shown(text, letters);
    match (shown, declared) {
        (None, None) => None,
        (None, Some(declared)) => Some(declared.clone()),
        (Some(shown), None) => shown.tag(),
        (Some(shown), Some(declared)) => Some(shown.or(declared, letters)),
    }
}

/// What a text shows of its language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    /// Chinese, with the script if it can be told.
    Chinese(Option<chinese::Script>),
    /// What the detectors say; whether they are sure.
    Detected(Lang, bool),
}

impl Shown {
    /// The tag, if the text alone is enough to say it.
    fn tag(self) -> Option<LanguageTag> {
        match self {
            Self::Chinese(Some(chinese::Script::Traditional)) => Some(LanguageTag::new("zh-Hant")),
            Self::Chinese(_) => Some(LanguageTag::new("zh-Hans")),
            Self::Detected(language, sure) => sure.then(|| LanguageTag::new(code(language))),
        }
    }

    /// The declared language, unless the text speaks clearly against it.
    fn or(self, declared: &LanguageTag, letters: Letters) -> LanguageTag {
        let agreed = match self {
            Self::Chinese(script) => agrees_in_chinese(declared, script),
            Self::Detected(language, sure) => {
                let clear = sure && letters.total() >= PLENTY_OF_LETTERS;
                !speaks_against(language, declared, clear)
            }
        };
        let shown = if agreed { None } else { self.tag() };
        shown.unwrap_or_else(|| declared.clone())
    }
}

/// What the text shows, by script first: it is certain where the detectors only count letters.
fn shown(text: &str, letters: Letters) -> Option<Shown> {
    if letters.is_east_asian() && letters.han + letters.kana >= ENOUGH_HAN {
        let kana = letters.kana as f64 / (letters.han + letters.kana) as f64;
        return Some(if kana >= JAPANESE_KANA {
            Shown::Detected(Lang::Jpn, true)
        } else {
            Shown::Chinese(chinese::script(text))
        });
    }
    let found = whatlang::detect(text)?;
    let language = found.lang();
    // Scripts that one language uses settle it; for the rest a few letters are not enough.
    let settled = found.script().langs().len() == 1 && letters.total() >= ENOUGH_HAN;
    if settled {
        return Some(Shown::Detected(language, true));
    }
    if letters.total() < ENOUGH_LETTERS {
        return None;
    }
    let second = code_of_whichlang(text);
    let sure = found.is_reliable() || second == Some(code(language));
    Some(Shown::Detected(language, sure))
}

/// Whether the declared Chinese has the script of the text. A bare `zh` says too little.
fn agrees_in_chinese(declared: &LanguageTag, script: Option<chinese::Script>) -> bool {
    let says_script = declared.as_str().contains('-');
    let Some(script) = script else {
        return declared.primary() == "zh" && says_script;
    };
    let tag = match script {
        chinese::Script::Simplified => "zh-Hans",
        chinese::Script::Traditional => "zh-Hant",
    };
    says_script && declared.same_language(&LanguageTag::new(tag))
}

/// Whether a detected language contradicts the declared one. The detector knows 69 languages and
/// mistakes the others, and near relatives, for each other: there the page is believed.
fn speaks_against(detected: Lang, declared: &LanguageTag, clear: bool) -> bool {
    let declared = declared.primary();
    if declared == code(detected) || are_relatives(&declared, code(detected)) {
        return false;
    }
    let known = Lang::all().iter().find(|lang| code(**lang) == declared);
    match known {
        Some(known) => clear || !share_a_script(*known, detected),
        None => !share_latin(detected),
    }
}

fn share_a_script(one: Lang, other: Lang) -> bool {
    let scripts = whatlang::Script::all();
    scripts.iter().any(|script| {
        let langs = script.langs();
        langs.contains(&one) && langs.contains(&other)
    })
}

/// Most languages that the detector does not know are written in Latin letters.
fn share_latin(detected: Lang) -> bool {
    whatlang::Script::Latin.langs().contains(&detected)
}

/// Languages so near to each other that the page knows better than a detector.
pub(crate) fn are_relatives(one: &str, other: &str) -> bool {
    const FAMILIES: [&[&str]; 7] = [
        &["no", "nb", "nn", "da", "sv"],
        &["hr", "sr", "bs", "sl", "sh"],
        &["id", "ms", "jv"],
        &["cs", "sk"],
        &["pt", "gl", "es", "ca"],
        &["af", "nl"],
        &["ru", "uk", "be", "bg", "mk"],
    ];
    FAMILIES
        .iter()
        .any(|family| family.contains(&one) && family.contains(&other))
}

/// The second opinion: better on short texts, but it knows 16 languages and never says no.
fn code_of_whichlang(text: &str) -> Option<&'static str> {
    let second = whichlang::detect_language(text).three_letter_code();
    Lang::from_code(second).map(code)
}

/// The two-letter code of a language, as `lang` attributes have it.
fn code(language: Lang) -> &'static str {
    CODES
        .iter()
        .find(|(known, _)| *known == language.code())
        .map_or("und", |(_, code)| code)
}

/// ISO 639-3, which the detector speaks, to ISO 639-1, which browsers speak.
const CODES: [(&str, &str); 70] = [
    ("afr", "af"),
    ("aka", "ak"),
    ("amh", "am"),
    ("ara", "ar"),
    ("aze", "az"),
    ("bel", "be"),
    ("ben", "bn"),
    ("bul", "bg"),
    ("cat", "ca"),
    ("ces", "cs"),
    ("cmn", "zh"),
    ("cym", "cy"),
    ("dan", "da"),
    ("deu", "de"),
    ("ell", "el"),
    ("eng", "en"),
    ("epo", "eo"),
    ("est", "et"),
    ("fin", "fi"),
    ("fra", "fr"),
    ("guj", "gu"),
    ("heb", "he"),
    ("hin", "hi"),
    ("hrv", "hr"),
    ("hun", "hu"),
    ("hye", "hy"),
    ("ind", "id"),
    ("ita", "it"),
    ("jav", "jv"),
    ("jpn", "ja"),
    ("kan", "kn"),
    ("kat", "ka"),
    ("khm", "km"),
    ("kor", "ko"),
    ("lat", "la"),
    ("lav", "lv"),
    ("lit", "lt"),
    ("mal", "ml"),
    ("mar", "mr"),
    ("mkd", "mk"),
    ("mya", "my"),
    ("nep", "ne"),
    ("nld", "nl"),
    ("nob", "nb"),
    ("ori", "or"),
    ("pan", "pa"),
    ("pes", "fa"),
    ("pol", "pl"),
    ("por", "pt"),
    ("ron", "ro"),
    ("rus", "ru"),
    ("sin", "si"),
    ("slk", "sk"),
    ("slv", "sl"),
    ("sna", "sn"),
    ("spa", "es"),
    ("srp", "sr"),
    ("swe", "sv"),
    ("tam", "ta"),
    ("tel", "te"),
    ("tgl", "tl"),
    ("tha", "th"),
    ("tuk", "tk"),
    ("tur", "tr"),
    ("ukr", "uk"),
    ("urd", "ur"),
    ("uzb", "uz"),
    ("vie", "vi"),
    ("yid", "yi"),
    ("zul", "zu"),
];

#[cfg(test)]
mod tests {
    use super::*;

    const ENGLISH: &str = "The committee will publish its report on the state of the river next \
        month, after the engineers have finished measuring how much water flows through it.";
    const GERMAN: &str = "Der Ausschuss wird seinen Bericht über den Zustand des Flusses im \
        nächsten Monat veröffentlichen, nachdem die Ingenieure ihre Messungen beendet haben.";

    #[track_caller]
    fn check(text: &str, declared: Option<&str>, expected: Option<&str>) {
        let declared = declared.map(LanguageTag::new);
        let found = of(text, declared.as_ref());
        assert_eq!(
            found.as_ref().map(LanguageTag::as_str),
            expected,
            "{text:?}"
        );
    }

    #[test]
    fn every_language_of_the_detector_has_a_code() {
        for language in Lang::all() {
            assert_ne!(code(*language), "und", "{language:?}");
        }
    }

    #[test]
    fn a_text_shows_its_language() {
        check(ENGLISH, None, Some("en"));
        check(GERMAN, None, Some("de"));
        check(
            "委员会将在下个月公布关于河流状况的报告。",
            None,
            Some("zh-Hans"),
        );
        check(
            "委員會將在下個月公布關於河流狀況的報告。",
            None,
            Some("zh-Hant"),
        );
        check(
            "委員会は来月、川の状態に関する報告書を公表する。",
            None,
            Some("ja"),
        );
        check(
            "위원회는 다음 달에 강의 상태에 관한 보고서를 발표한다.",
            None,
            Some("ko"),
        );
        check(
            "ستنشر اللجنة تقريرها عن حالة النهر في الشهر القادم بعد القياسات.",
            None,
            Some("ar"),
        );
        check(
            "Комиссия опубликует доклад о состоянии реки в следующем месяце.",
            None,
            Some("ru"),
        );
        check(
            "คณะกรรมการจะเผยแพร่รายงานเกี่ยวกับแม่น้ำในเดือนหน้า",
            None,
            Some("th"),
        );
    }

    #[test]
    fn a_short_text_has_no_language_rather_than_a_wrong_one() {
        check("", None, None);
        check("OK", None, None);
        check("2024-11-23 12:00", None, None);
        check("iPhone 15 Pro", None, None);
        check("OK", Some("fr-CA"), Some("fr-CA"));
    }

    #[test]
    fn a_declaration_stands_unless_the_text_speaks_against_it() {
        check(ENGLISH, Some("en-GB"), Some("en-GB"));
        check(GERMAN, Some("en"), Some("de"));
        check("委员会将在下个月公布报告。", Some("en-US"), Some("zh-Hans"));
        check("委员会将在下个月公布报告。", Some("zh-CN"), Some("zh-CN"));
        check(
            "委員會將在下個月公布關於河流的報告。",
            Some("zh-CN"),
            Some("zh-Hant"),
        );
        check("委员会将在下个月公布报告。", Some("zh"), Some("zh-Hans"));
    }

    #[test]
    fn near_relatives_and_unknown_languages_are_believed() {
        let norwegian = "Komiteen vil offentliggjøre sin rapport om elvens tilstand neste måned, \
            etter at ingeniørene har målt hvor mye vann som renner gjennom den hver dag.";
        check(norwegian, Some("nn-NO"), Some("nn-NO"));
        let galician = "A comisión publicará o seu informe sobre o estado do río o mes que vén, \
            despois de que os enxeñeiros rematen de medir canta auga pasa por el cada día.";
        check(galician, Some("gl"), Some("gl"));
    }
}
