//! JSON that can be read.

use serde_json::Value;

use super::{
    Check, Finding, Repair, Severity, code,
    finding::quoted,
    scene::{Scene, offset},
};

/// Whether the answer is JSON; fences and words around it are cut.
pub(super) fn check(scene: &Scene<'_>) -> Vec<Finding> {
    let answer = scene.answer;
    let error = match serde_json::from_str::<Value>(answer) {
        Ok(_) => return Vec::new(),
        Err(error) => error,
    };
    let what = format!("it is no JSON: {}", quoted(&error.to_string()));
    let finding = Finding::new(Check::Json, Severity::Blocking, what);
    let Some(value) = inside(answer)
        .map(str::trim)
        .filter(|value| serde_json::from_str::<Value>(value).is_ok())
    else {
        return vec![finding];
    };
    let start = offset(answer, value);
    let around = [0..start, start + value.len()..answer.len()];
    let cuts = around.into_iter().filter(|range| !range.is_empty());
    cuts.map(|range| finding.clone().repaired_by(Repair::Cut(range)))
        .collect()
}

/// What may be the JSON: the content of the one fenced block, or from the first bracket to the last.
fn inside(answer: &str) -> Option<&str> {
    if let Some((block, true)) = code::fenced(answer).into_iter().next() {
        let block = answer.get(block)?.trim_end();
        let start = block.find('\n')?;
        let end = block.rfind('\n').filter(|end| *end > start)?;
        return block.get(start..end);
    }
    let start = answer.find(['{', '['])?;
    let end = answer.rfind(['}', ']'])?;
    answer.get(start..=end)
}

#[cfg(test)]
mod tests {
    use super::{super::testing, *};

    #[track_caller]
    fn check(answer: &str, expected: Option<&str>, count: usize) {
        let found = testing::translation(&[Check::Json], "en", "", "en", answer);
        assert_eq!(found.len(), count, "{answer}");
        assert_eq!(super::super::repair(answer, &found).as_deref(), expected);
    }

    #[test]
    fn json_is_read_as_it_is_and_out_of_its_fence() {
        check(r#"{"a": [1]}"#, None, 0);
        check("```json\n{\"a\": 1}\n```", Some("{\"a\": 1}"), 2);
        check("Here: {\"a\": 1}", Some("{\"a\": 1}"), 1);
        check("{\"a\": 1", None, 1);
        check("none", None, 1);
    }
}
