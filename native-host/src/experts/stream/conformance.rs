//! Thirty streams, each cut at every place, against what the HTML standard says of them.

use super::{Event, EventStream};

/// What is to come out: type, data and last id of each message.
type Expected = &'static [(&'static str, &'static str, &'static str)];

const M: &str = "message";

/// The one case that ends in the middle of a message, and the data of that. The standard drops it:
/// it comes out as no message, but is handed to the stream's reader, who may know better.
const UNFINISHED: (&str, &str) = ("incomplete message is dropped", "b");

const CASES: [(&str, &[u8], Expected); 30] = [
    ("one message", b"data: a\n\n", &[(M, "a", "")]),
    (
        "two messages",
        b"data: a\n\ndata: b\n\n",
        &[(M, "a", ""), (M, "b", "")],
    ),
    (
        "CRLF",
        b"data: a\r\n\r\ndata: b\r\n\r\n",
        &[(M, "a", ""), (M, "b", "")],
    ),
    (
        "CR alone",
        b"data: a\r\rdata: b\r\r",
        &[(M, "a", ""), (M, "b", "")],
    ),
    (
        "ends mixed",
        b"data: a\r\n\ndata: b\r\rdata: c\n\r\n",
        &[(M, "a", ""), (M, "b", ""), (M, "c", "")],
    ),
    (
        "several data lines",
        b"data: a\ndata: b\ndata\n\n",
        &[(M, "a\nb\n", "")],
    ),
    ("no space after the colon", b"data:a\n\n", &[(M, "a", "")]),
    (
        "one space only is dropped",
        b"data:  a\n\n",
        &[(M, " a", "")],
    ),
    ("a tab is kept", b"data:\ta\n\n", &[(M, "\ta", "")]),
    ("empty data", b"data:\n\n", &[(M, "", "")]),
    ("bare data", b"data\n\n", &[(M, "", "")]),
    ("two bare data", b"data\ndata\n\n", &[(M, "\n", "")]),
    ("no data, no message", b"event: x\n\n", &[]),
    (
        "event type",
        b"event: add\ndata: 1\n\n",
        &[("add", "1", "")],
    ),
    (
        "event type lasts for one message",
        b"event: x\ndata: 1\n\ndata: 2\n\n",
        &[("x", "1", ""), (M, "2", "")],
    ),
    (
        "the last event type counts",
        b"event: x\nevent: y\ndata: 1\n\n",
        &[("y", "1", "")],
    ),
    (
        "an empty event type is message",
        b"event:\ndata: 1\n\n",
        &[(M, "1", "")],
    ),
    (
        "id stays",
        b"id: 7\ndata: a\n\ndata: b\n\n",
        &[(M, "a", "7"), (M, "b", "7")],
    ),
    (
        "empty id resets",
        b"id: 7\ndata: a\n\nid\ndata: b\n\n",
        &[(M, "a", "7"), (M, "b", "")],
    ),
    (
        "id with NUL is ignored",
        b"id: 7\ndata: a\n\nid: 8\0\ndata: b\n\n",
        &[(M, "a", "7"), (M, "b", "7")],
    ),
    ("comment", b": hi\n:\ndata: a\n: ho\n\n", &[(M, "a", "")]),
    (
        "unknown field",
        b"foo: x\ndata: a\nbar\n\n",
        &[(M, "a", "")],
    ),
    (
        "field names are case sensitive",
        b"Data: x\ndata: a\nDATA: y\n\n",
        &[(M, "a", "")],
    ),
    (
        "leading space is part of the name",
        b" data: x\ndata: a\n\n",
        &[(M, "a", "")],
    ),
    (
        "retry with letters is ignored",
        b"retry: 1x\ndata: a\n\n",
        &[(M, "a", "")],
    ),
    (
        "byte order mark",
        b"\xEF\xBB\xBFdata: a\n\n",
        &[(M, "a", "")],
    ),
    (
        "second byte order mark is text",
        b"\xEF\xBB\xBF\xEF\xBB\xBFdata: x\n\ndata: a\n\n",
        &[(M, "a", "")],
    ),
    (UNFINISHED.0, b"data: a\n\ndata: b\n", &[(M, "a", "")]),
    (
        "bytes that are no text",
        b"data: \xFFa\n\n",
        &[(M, "\u{FFFD}a", "")],
    ),
    (
        "text of many bytes",
        "data: 潮汐 😀 é\n\n".as_bytes(),
        &[(M, "潮汐 😀 é", "")],
    ),
];

/// What comes out of a stream that arrives in these pieces and ends.
fn check<'a>(name: &str, pieces: impl IntoIterator<Item = &'a [u8]>, expected: Expected) {
    let mut stream = EventStream::new();
    let events = pieces
        .into_iter()
        .flat_map(|piece| stream.push(piece).unwrap());
    let messages: Vec<_> = events.filter_map(message).collect();
    let found: Vec<_> = messages
        .iter()
        .map(|(k, d, i)| (k.as_str(), d.as_str(), i.as_str()))
        .collect();
    assert_eq!(found, expected, "{name}");
    let left = stream.finish().unwrap().and_then(message);
    let left = left.map(|(_, data, _)| data);
    let unfinished = name.starts_with(UNFINISHED.0).then_some(UNFINISHED.1);
    assert_eq!(left.as_deref(), unfinished, "{name}, at the end");
    assert_eq!(stream.finish(), Ok(None), "{name}, after the end");
}

fn message(event: Event) -> Option<(String, String, String)> {
    match event {
        Event::Message {
            kind,
            data,
            last_id,
        } => Some((kind, data, last_id)),
        Event::Comment | Event::Stray(_) => None,
    }
}

#[test]
fn every_case_comes_out_as_the_standard_says() {
    for (name, bytes, expected) in CASES {
        check(name, [bytes], expected);
    }
}

#[test]
fn every_case_comes_out_the_same_when_cut_in_two_anywhere() {
    for (name, bytes, expected) in CASES {
        for cut in 0..=bytes.len() {
            check(
                &format!("{name}, cut at {cut}"),
                [&bytes[..cut], &bytes[cut..]],
                expected,
            );
        }
    }
}

#[test]
fn every_case_comes_out_the_same_byte_by_byte() {
    for (name, bytes, expected) in CASES {
        check(name, bytes.chunks(1), expected);
    }
}
