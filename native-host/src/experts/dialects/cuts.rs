//! What every decoder promises, for tests: the same items however the bytes are cut, one end.

use coterie_protocol::{FailureCode, Finish};

use super::{Chunks, Decoder as _, Reading};
use crate::experts::Item;

pub(super) const COMPLETE: Item = Item::Finished(Finish::Complete);
pub(super) const TRUNCATED: Item = Item::Finished(Finish::Truncated);

/// The items of an answer that arrives in these pieces.
pub(super) fn feed<'a, R: Reading>(
    reading: R,
    pieces: impl IntoIterator<Item = &'a [u8]>,
) -> Vec<Item> {
    let mut decoder = Chunks::new("V", reading);
    let pieces = pieces.into_iter();
    let mut items: Vec<_> = pieces.flat_map(|piece| decoder.push(piece)).collect();
    items.extend(decoder.finish());
    items
}

/// Whole, byte by byte and at every cut the same comes out: this text and this end, once.
pub(super) fn check<R: Reading>(
    reading: impl Fn() -> R,
    stream: &[u8],
    text: &str,
    end: &Item,
) -> Vec<Item> {
    let whole = feed(reading(), [stream]);
    assert_eq!(feed(reading(), stream.chunks(1)), whole, "byte by byte");
    for cut in 0..stream.len() {
        let pieces = [&stream[..cut], &stream[cut..]];
        assert_eq!(feed(reading(), pieces), whole, "cut at {cut}");
    }
    let said = whole.iter().filter_map(|item| match item {
        Item::Text(text) => Some(text.as_str()),
        _ => None,
    });
    assert_eq!(said.collect::<String>(), text);
    let is_end = |item: &&Item| matches!(item, Item::Finished(_) | Item::Failed(_));
    assert_eq!(whole.iter().filter(is_end).collect::<Vec<_>>(), [end]);
    assert_eq!(whole.last(), Some(end));
    whole
}

/// The same for an answer that ends with a failure.
pub(super) fn check_failure<R: Reading>(
    reading: impl Fn() -> R,
    stream: &[u8],
    text: &str,
    code: FailureCode,
) -> crate::experts::ExpertError {
    let items = feed(reading(), [stream]);
    let Some(end @ Item::Failed(error)) = items.last() else {
        panic!("{items:?}")
    };
    assert_eq!(error.code, code, "{error}");
    check(reading, stream, text, end);
    error.clone()
}

/// What was thought aloud.
pub(super) fn reasoning(items: &[Item]) -> String {
    let thoughts = items.iter().filter_map(|item| match item {
        Item::Reasoning(thought) => Some(thought.as_str()),
        _ => None,
    });
    thoughts.collect()
}

/// The last report of tokens: input, cached, output.
pub(super) fn usage(items: &[Item]) -> Option<(u64, u64, u64)> {
    let mut reports = items.iter().rev();
    reports.find_map(|item| match item {
        Item::Usage(usage) => Some((usage.input_tokens, usage.cached_tokens, usage.output_tokens)),
        _ => None,
    })
}
