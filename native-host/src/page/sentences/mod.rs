//! Sentences: Unicode's rules (UAX #29), repaired where they cannot know better.
//!
//! The rules know marks and letter cases of every script but no words: they break after `Dr.` and
//! `J.`, before `he asked` in `"Why?" he asked`, and never in Thai. Each break they propose is
//! therefore judged again with a table of abbreviations, starters and continuations.

mod repair;
mod table;
mod unspaced;

use unicode_segmentation::UnicodeSegmentation;

/// The sentences of a text, in order, without white space around them. Every one is a part of the
/// text; a line break always ends one.
pub fn sentences(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut end = 0;
    for proposed in text
        .split_sentence_bound_indices()
        .map(|(at, piece)| at + piece.len())
    {
        let proposed = before_opening(text, proposed).max(end);
        if end > start && !repair::joins(&text[start..end], &text[end..proposed]) {
            unspaced::split(&text[start..end], &mut found);
            start = end;
        }
        end = proposed;
    }
    if !repair::joins(&text[start..end], &text[end..]) {
        unspaced::split(&text[start..end], &mut found);
        start = end;
    }
    unspaced::split(&text[start..], &mut found);
    found
}

/// Unicode's rules take any quotation mark or bracket after a full stop for a closing one. In
/// Chinese and Japanese, where no space stands between, it may open the next sentence.
fn before_opening(text: &str, end: usize) -> usize {
    text[..end]
        .trim_end_matches(['“', '‘', '「', '『', '《', '（', '【', '〈', '〔'])
        .len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The sentences of the text without the bars are what stands between the bars.
    #[track_caller]
    fn check(barred: &str) {
        let expected: Vec<&str> = barred.split('|').map(str::trim).collect();
        let text = barred.replace('|', "");
        assert_eq!(sentences(&text), expected);
    }

    #[test]
    fn english() {
        check("One. |Two! |Three? |Four.");
        check("Dr. Smith met Mr. J. R. Jones at 5 p.m. on Main St. in Boston. |He left.");
        check("It costs $3.50 in the U.S. |The price rose by 2.5 percent. |Why?");
        check("Apple Inc. Chairman Smith spoke. |See Fig. 3 and No. 5 for details.");
        check("\"Really?\" he asked. |\"Yes!\" she said. |\"No.\" |That was all.");
        check("He waited... and waited. |Then he left (in a hurry). |The end.");
        check(
            "Models such as BERT, GPT, etc. are large. |We use e.g. Adam (cf. Kingma et al. 2015).",
        );
        check("He works for Acme Inc. |The company grew.");
        check("Visit example.com today. |Use version 1.2.3 now.");
        check("We saw John F. Kennedy. |It was (Dr. Who. Then more) fun.");
    }

    #[test]
    fn german() {
        check("Am 3. Oktober feiert man. |Das gilt z. B. für Dr. Müller, d. h. auch für Sie.");
        check("Im 19. Jahrhundert war das anders. |„Wirklich?“ |„Ja.“");
        check("Es waren ca. 5 Mio. Menschen bzw. Kunden usw. |Die Firma wuchs.");
    }

    #[test]
    fn chinese() {
        check("今天天气很好。|我们去公园吧！|你去吗？");
        check("“你去吗？”他问。|“去。”");
        check("他说：“我不去。你去吧。”|然后他走了。");
        check("圆周率约为3.14。|公司成立于1998年（后来更名。详见附录）。|结束……");
    }

    #[test]
    fn japanese() {
        check("今日は良い天気です。|公園に行きましょう！|行きますか？");
        check("彼は「そうだ。行こう。」と言った。|そして出かけた。");
    }

    #[test]
    fn arabic_hindi_and_thai() {
        check("هل تذهب اليوم؟ |نعم، سأذهب. |الطقس جميل اليوم!");
        check("मैं घर जा रहा हूँ। |क्या तुम आओगे? |हाँ।");
        let thai = "คณะกรรมการจะเผยแพร่รายงานเกี่ยวกับสภาพของแม่น้ำในเดือนหน้า หลังจากวิศวกรได้วัดปริมาณน้ำทั้งหมดเรียบร้อยแล้ว \
            |ชาวบ้านที่อาศัยอยู่ริมฝั่งแม่น้ำหวังว่าจะมีการแก้ไขปัญหาน้ำท่วมอย่างถาวรภายในปีนี้";
        check(thai);
    }

    #[test]
    fn lines_and_lists() {
        check("One line|\nanother line|\n1. Mix the flour. |2. Bake.");
        assert!(sentences(" \n").is_empty());
    }

    proptest! {
        #[test]
        fn sentences_are_parts_of_the_text_in_order(text in "(\\PC|[.?!。 \n\"“”「」]|Dr\\. ){0,60}") {
            let mut rest = text.as_str();
            for sentence in sentences(&text) {
                prop_assert!(!sentence.is_empty());
                let at = rest.find(sentence);
                prop_assert!(at.is_some());
                rest = &rest[at.unwrap_or(0) + sentence.len()..];
            }
            prop_assert!(!rest.chars().any(char::is_alphanumeric));
        }
    }
}
