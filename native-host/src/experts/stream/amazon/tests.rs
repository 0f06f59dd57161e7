use super::*;

/// A message with these text headers.
pub(crate) fn message(headers: &[(&str, &str)], payload: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (name, value) in headers {
        bytes.push(u8::try_from(name.len()).unwrap());
        bytes.extend_from_slice(name.as_bytes());
        bytes.push(7);
        bytes.extend_from_slice(&u16::try_from(value.len()).unwrap().to_be_bytes());
        bytes.extend_from_slice(value.as_bytes());
    }
    sealed(&bytes, payload.as_bytes())
}

/// A message with these bytes of headers.
fn sealed(headers: &[u8], payload: &[u8]) -> Vec<u8> {
    let length = PRELUDE + headers.len() + payload.len() + CHECKSUM;
    let mut bytes = u32::try_from(length).unwrap().to_be_bytes().to_vec();
    bytes.extend_from_slice(&u32::try_from(headers.len()).unwrap().to_be_bytes());
    bytes.extend_from_slice(&crc32fast::hash(&bytes).to_be_bytes());
    bytes.extend_from_slice(headers);
    bytes.extend_from_slice(payload);
    bytes.extend_from_slice(&crc32fast::hash(&bytes).to_be_bytes());
    bytes
}

type Taken = Vec<Result<AmazonMessage, MessageError>>;

fn feed<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Taken {
    let mut messages = AmazonMessages::default();
    let mut taken = Vec::new();
    for piece in pieces {
        messages.push(piece);
        taken.extend(std::iter::from_fn(|| messages.take()));
    }
    taken
}

/// The payloads, and the error at the end if there is one, however the bytes are cut.
fn check(stream: &[u8], payloads: &[&str], error: Option<MessageError>) -> Taken {
    let whole = feed([stream]);
    assert_eq!(feed(stream.chunks(1)), whole, "byte by byte");
    for cut in 0..stream.len() {
        assert_eq!(
            feed([&stream[..cut], &stream[cut..]]),
            whole,
            "cut at {cut}"
        );
    }
    let found = whole.iter().filter_map(|taken| taken.as_ref().ok());
    let found: Vec<_> = found.map(|message| message.payload.as_slice()).collect();
    let payloads: Vec<_> = payloads.iter().map(|text| text.as_bytes()).collect();
    assert_eq!(found, payloads);
    assert_eq!(whole.iter().find_map(|taken| taken.clone().err()), error);
    whole
}

#[test]
fn messages_come_with_their_headers_and_payloads() {
    let one = message(&[(":event-type", "a"), (":message-type", "event")], "{}");
    let stream = [one, message(&[], ""), message(&[], "潮")].concat();
    let taken = check(&stream, &["{}", "", "潮"], None);
    let first = taken[0].as_ref().unwrap();
    assert_eq!(first.header(":event-type"), Some("a"));
    assert_eq!(first.header(":other"), None);
}

#[test]
fn the_documented_message_is_read() {
    // The one of Amazon's documentation and of its test vectors: a payload alone.
    let payload = "{'foo':'bar'}";
    let bytes = [
        &[
            0x00, 0x00, 0x00, 0x1d, 0x00, 0x00, 0x00, 0x00, 0xfd, 0x52, 0x8c, 0x5a,
        ][..],
        payload.as_bytes(),
        &[0xc3, 0x65, 0x39, 0x36],
    ];
    check(&bytes.concat(), &[payload], None);
}

#[test]
fn headers_of_every_kind_are_passed_over() {
    let mut headers = Vec::new();
    let values: [&[u8]; 10] = [
        &[],
        &[],
        &[1],
        &[1; 2],
        &[1; 4],
        &[1; 8],
        &[0, 3, 1, 2, 3],
        b"\0\x01t",
        &[1; 8],
        &[1; 16],
    ];
    for (kind, value) in (0..).zip(values) {
        headers.extend_from_slice(&[1, b'n', kind]);
        headers.extend_from_slice(value);
    }
    let taken = check(&sealed(&headers, b"x"), &["x"], None);
    let text = taken[0].as_ref().unwrap().headers.clone();
    assert_eq!(text, [("n".to_owned(), "t".to_owned())]);
}

#[test]
fn a_byte_that_changed_on_its_way_is_noticed_after_what_came_before() {
    let good = message(&[(":event-type", "a")], "good");
    let bad = message(&[(":event-type", "a")], "bad!");
    for place in 0..bad.len() {
        let mut stream = [good.clone(), bad.clone(), good.clone()].concat();
        stream[good.len() + place] ^= 1;
        let taken = feed([stream.as_slice()]);
        assert_eq!(feed(stream.chunks(1)), taken, "byte {place}");
        assert_eq!(taken.len(), 2, "byte {place}");
        assert!(matches!(taken[1], Err(MessageError::Checksum { .. })));
    }
}

#[test]
fn lengths_that_cannot_be_are_refused_before_anything_is_kept() {
    let prelude = |length: u32, headers: u32| {
        let mut bytes = [length.to_be_bytes(), headers.to_be_bytes()].concat();
        bytes.extend_from_slice(&crc32fast::hash(&bytes).to_be_bytes());
        bytes
    };
    check(&prelude(15, 0), &[], Some(MessageError::Lengths(15, 0)));
    check(&prelude(20, 5), &[], Some(MessageError::Lengths(20, 5)));
    let most = u32::MAX as usize;
    check(
        &prelude(u32::MAX, 0),
        &[],
        Some(MessageError::TooLong(most)),
    );
    check(
        &prelude(100, u32::MAX),
        &[],
        Some(MessageError::Lengths(100, most)),
    );
}

#[test]
fn headers_that_end_too_early_are_refused() {
    for headers in [
        &[9, b'n'][..],
        &[1, b'n'],
        &[1, b'n', 7, 0, 9, b'x'],
        &[1, b'n', 10],
    ] {
        check(&sealed(headers, b""), &[], Some(MessageError::Headers));
    }
}

#[test]
fn a_stream_above_its_limit_is_an_error() {
    let large = message(&[], &"x".repeat(1_000_000));
    let taken = feed((0..70).map(|_| large.as_slice()));
    assert_eq!(taken.last(), Some(&Err(MessageError::Stream)));
    assert_eq!(taken.len(), 68);
}

#[test]
fn the_largest_message_is_read_in_small_pieces() {
    let payload = "x".repeat(MAX_EVENT - PRELUDE - CHECKSUM);
    let bytes = message(&[], &payload);
    let taken = feed(bytes.chunks(16 * 1024));
    assert!(matches!(taken.as_slice(), [Ok(message)] if message.payload.len() == payload.len()));
}
