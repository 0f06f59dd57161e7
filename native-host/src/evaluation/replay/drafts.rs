//! How far free drafts agree: what is known of a translation before a paid engine is asked.

use super::{gain::Base, pool::Row};

/// How much a cheap draft is nearer to the others than the chosen one is, and how near to that.
pub(super) fn beside(row: &Row, base: &Base, families: &[String], draft: usize) -> [f64; 3] {
    let chosen = base.of(row);
    let Some(agreement) = row.alike.as_ref().filter(|_| base.is_cheap(draft)) else {
        return [0.0; 3];
    };
    let others = |of: usize| {
        let able = (0..families.len()).filter(|other| {
            let there = base.is_cheap(*other) && row.answer[*other].is_some();
            there && *other != chosen && *other != draft && families[*other] != families[of]
        });
        let (sum, count) = able.fold((0.0, 0.0), |(sum, count), other| {
            (sum + agreement.similarity(of, other), count + 1.0)
        });
        if count > 0.0 { Some(sum / count) } else { None }
    };
    let nearer = match (others(draft), others(chosen)) {
        (Some(draft), Some(chosen)) => draft - chosen,
        _ => 0.0,
    };
    let letters = |it: usize| {
        row.answer[it]
            .as_ref()
            .map_or(1, |text| text.chars().count() + 1)
    };
    let longer = (letters(draft) as f64 / letters(chosen) as f64).ln();
    [nearer, agreement.similarity(draft, chosen), longer]
}

/// Figures beside those of the request's surface: agreement of the cheap drafts, and what the best of
/// them looks like beside the source. None where there is but one cheap expert.
pub(super) fn figures(row: &Row, base: &Base, families: &[String]) -> Vec<f64> {
    if base.len() < 2 {
        return Vec::new();
    }
    let chosen = base.of(row);
    let drafts: Vec<(usize, &str)> = (row.answer.iter().enumerate())
        .filter(|(expert, _)| base.is_cheap(*expert))
        .filter_map(|(expert, answer)| Some((expert, answer.as_deref()?)))
        .collect();
    let alike = |one: usize, other: usize| {
        let agreement = row.alike.as_ref();
        agreement.map_or(0.0, |it| it.similarity(drafts[one].0, drafts[other].0))
    };
    let at = drafts.iter().position(|(expert, _)| *expert == chosen);
    let text = at.map_or("", |at| drafts[at].1);
    let (mut strangers, mut relatives, mut all) = (Vec::new(), Vec::new(), Vec::new());
    for one in 0..drafts.len() {
        for other in 0..one {
            let like = alike(one, other);
            let kin = families[drafts[one].0] == families[drafts[other].0];
            if Some(one) == at || Some(other) == at {
                if kin { &mut relatives } else { &mut strangers }.push(like);
            } else {
                all.push(like);
            }
        }
    }
    let usual = 0.6;
    let mean = |values: &[f64]| {
        let sum: f64 = values.iter().sum();
        if values.is_empty() {
            usual
        } else {
            sum / values.len() as f64
        }
    };
    let most = |values: &[f64]| values.iter().copied().reduce(f64::max).unwrap_or(usual);
    let least = |values: &[f64]| values.iter().copied().reduce(f64::min).unwrap_or(usual);
    let letters = |text: &str| text.chars().count() as f64 + 1.0;
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).count() as f64;
    let latin = |text: &str| text.chars().filter(char::is_ascii_alphabetic).count() as f64;
    let copied = {
        let words: Vec<&str> = text
            .split_whitespace()
            .filter(|word| word.len() > 3)
            .collect();
        let kept = words
            .iter()
            .filter(|word| row.prompt.contains(**word))
            .count() as f64;
        kept / (words.len() as f64).max(1.0)
    };
    let ratio = (letters(text) / letters(&row.prompt)).ln();
    let spread: Vec<f64> = drafts
        .iter()
        .map(|(_, draft)| (letters(draft) / letters(text)).ln().abs())
        .collect();
    vec![
        mean(&strangers),
        least(&strangers),
        most(&strangers),
        mean(&relatives),
        least(&relatives),
        mean(&all),
        f64::from(u8::from(strangers.is_empty())),
        f64::from(u8::from(relatives.is_empty())),
        ratio,
        spread.iter().copied().fold(0.0, f64::max),
        (digits(text) - digits(&row.prompt)).abs().min(4.0),
        latin(text) / letters(text),
        copied,
        mean(&strangers).powi(2),
    ]
}
