//! Cuts: the first bytes of an input say how the rest of it arrives.

/// Splits an input into how long its pieces are, over and over, and the pieces' text.
fn split(data: &[u8]) -> (Vec<usize>, &[u8]) {
    let count = data.first().map_or(0, |count| usize::from(count % 8));
    let rest = data.get(1..).unwrap_or_default();
    let (lengths, text) = rest.split_at(count.min(rest.len()));
    let lengths = lengths.iter().map(|length| usize::from(*length) + 1);
    (lengths.collect(), text)
}

/// The text of an input, and the pieces in which it arrives.
pub fn pieces(data: &[u8]) -> (&[u8], Vec<&[u8]>) {
    let (lengths, text) = split(data);
    if lengths.is_empty() {
        return (text, vec![text]);
    }
    let mut pieces = Vec::new();
    let mut rest = text;
    for length in lengths.iter().cycle() {
        if rest.is_empty() {
            break;
        }
        let (piece, after) = rest.split_at((*length).min(rest.len()));
        pieces.push(piece);
        rest = after;
    }
    (text, pieces)
}
