//! What a request says of how the answer should be: language, length, tone, format, audience, by
//! lexicons.

mod language;
mod length;
mod lexicon;
mod words;

use crate::{
    Label, LengthWish, Parameters,
    text::{fold, is_traditional, quoted, without_accents},
};

/// A text as parameters are looked for in it: folded, without accents and without what it quotes.
struct Said {
    /// The text.
    text: String,
    /// Whether it is written in traditional Chinese characters.
    traditional: bool,
}

impl Said {
    fn new(text: &str) -> Self {
        let folded = fold(text);
        // Material says nothing of how the answer should be.
        let mut said = folded.clone().into_bytes();
        for range in quoted(&folded) {
            said[range].fill(b' ');
        }
        let said = String::from_utf8(said).unwrap_or(folded);
        Self {
            text: without_accents(&said),
            traditional: is_traditional(text),
        }
    }
}

/// The parameters that a request, or a part of one, names for what it wants.
pub fn parameters(text: &str, label: Label) -> Parameters {
    let said = Said::new(text);
    let length = length::wish(&said, label);
    let format = words::format(&said, label);
    // `in five points` is a length; how they are set is left open.
    let counted = label == Label::Summarize && matches!(length, Some(LengthWish::Points(_)));
    Parameters {
        target_language: language::target(&said, label),
        length,
        tone: words::tone(&said, label),
        format: format.filter(|_| !counted),
        audience: words::audience(&said, label),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, label: Label, expected: &[(&str, &str)]) {
        let found = parameters(text, label);
        let mut all = Vec::new();
        if let Some(language) = found.target_language {
            all.push(("language", language));
        }
        if let Some(length) = found.length {
            all.push(("length", length.to_string()));
        }
        for (name, word) in [
            ("tone", found.tone),
            ("format", found.format),
            ("audience", found.audience),
        ] {
            if let Some(word) = word {
                all.push((name, word));
            }
        }
        let all: Vec<(&str, &str)> = all
            .iter()
            .map(|(name, word)| (*name, word.as_str()))
            .collect();
        assert_eq!(all, expected, "{text}");
    }

    #[test]
    fn a_language_is_one_to_translate_into_by_the_words_around_it() {
        let language =
            |text: &str, expected: &str| check(text, Label::Translate, &[("language", expected)]);
        language("translate this into French", "fr");
        language("translate the Japanese part to English", "en");
        language("it's all Japanese and I only speak English", "en");
        language("“转接”用英语怎么说", "en");
        language("把这段日文翻成中文", "zh-Hans");
        language("把這段日文翻成中文", "zh-Hant");
        language("이거 영어로 뭐라고 해", "en");
        language("переведи выделенное на казахский", "kk");
        language("was heißt das auf Deutsch", "de");
        language("ça donne quoi en arabe", "ar");
        language("英語に訳して", "en");
        language(
            "auf dem Etikett steht Baskisch, was heißt das in unserer Sprache",
            "de",
        );
        check("translate from German", Label::Translate, &[]);
        check("what does \"in French\" mean", Label::Explain, &[]);
        check(
            "tl;dr but in french",
            Label::Summarize,
            &[("language", "fr")],
        );
        check("summarize the English article", Label::Summarize, &[]);
    }

    #[test]
    fn a_length_is_a_number_with_its_unit_or_a_share() {
        let length =
            |text: &str, expected: &str| check(text, Label::Shorten, &[("length", expected)]);
        length("cut it to 80 words", "80 words");
        length("from 300 words down to 100 words", "100 words");
        length("in three sentences", "3 sentences");
        length("절반 정도로 줄여 주세요", "half");
        length("压到一百五十字以内", "150 chars");
        length("три предложения", "3 sentences");
        length("천 자로", "1000 chars");
        length("cut 40% of it", "40%");
        check("shorten the first two paragraphs", Label::Shorten, &[]);
        check("说得客气一点", Label::Shorten, &[]);
        check("사장님께 쓴 글인데 줄여줘", Label::Shorten, &[]);
        check("summarize this report of 80 pages", Label::Summarize, &[]);
    }

    #[test]
    fn tone_and_format_are_read_where_they_can_be_meant() {
        check("make it more formal", Label::Rewrite, &[("tone", "formal")]);
        check("이거 반말로", Label::Rewrite, &[("tone", "casual")]);
        check(
            "too formal, make it funny",
            Label::Rewrite,
            &[("tone", "funny")],
        );
        check(
            "tableau : villes, dates",
            Label::Extract,
            &[("format", "table")],
        );
        check(
            "alle Paragraphen als nummerierte Liste",
            Label::Extract,
            &[("format", "numbered list")],
        );
    }
}
