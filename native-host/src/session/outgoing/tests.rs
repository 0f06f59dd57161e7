//! What the writer makes of large and awkward text: list A5.

use coterie_protocol::{Assembler, ClientId, Event, StepId};

use super::*;

fn id() -> RequestId {
    RequestId::new(ClientId::try_from("a".to_owned()).unwrap(), 1)
}

fn delta(text: &str) -> Event {
    Event::Delta {
        step: StepId(0),
        text: text.to_owned(),
    }
}

/// The contents of the frames that events become.
async fn frames(events: impl IntoIterator<Item = Event>) -> Vec<Vec<u8>> {
    let outbox = Outbox::default();
    for event in events {
        outbox.send_now(&id(), event);
    }
    outbox.close();
    let mut wire = Vec::new();
    write(Arc::new(outbox), &mut wire).await;
    let mut rest = &wire[..];
    let mut frames = Vec::new();
    while let Some((header, after)) = rest.split_first_chunk() {
        let (frame, after) = after.split_at(u32::from_ne_bytes(*header) as usize);
        frames.push(frame.to_vec());
        rest = after;
    }
    assert!(rest.is_empty(), "half a header is left: {rest:?}");
    frames
}

/// The text that an extension puts together from frames.
fn text_of(frames: &[Vec<u8>]) -> String {
    let mut assembler = Assembler::default();
    let mut said = String::new();
    for frame in frames {
        let mut message = serde_json::from_slice(frame).unwrap();
        if let FromHost::Chunk(chunk) = message {
            let Some(whole) = assembler.push(chunk).unwrap() else {
                continue;
            };
            message = serde_json::from_str(&whole).unwrap();
        }
        let FromHost::Event {
            event: Event::Delta { text, .. },
            ..
        } = message
        else {
            panic!("not text: {message:?}");
        };
        said.push_str(&text);
    }
    said
}

/// These pieces of text arrive as they were, in frames that a browser takes; gives their number.
async fn check(pieces: &[&str]) -> usize {
    let frames = frames(pieces.iter().map(|piece| delta(piece))).await;
    let longest = frames.iter().map(Vec::len).max().unwrap();
    assert!(
        longest <= MAX_FRAME_TO_BROWSER,
        "a frame of {longest} bytes"
    );
    let (found, expected) = (text_of(&frames), pieces.concat());
    assert!(
        found == expected,
        "{} bytes came of {}",
        found.len(),
        expected.len()
    );
    frames.len()
}

#[tokio::test]
async fn a_message_as_large_as_a_frame_is_one_and_a_byte_more_is_cut() {
    let around = frames([delta("")]).await[0].len();
    let largest = "x".repeat(MAX_FRAME_TO_BROWSER - around);
    assert_eq!(
        frames([delta(&largest)]).await[0].len(),
        MAX_FRAME_TO_BROWSER
    );
    assert_eq!(check(&[&largest]).await, 1);
    assert!(check(&[&format!("{largest}x")]).await > 1);
}

#[tokio::test]
async fn text_that_grows_as_json_fits_in_frames() {
    let longest_delta = 128 * 1024;
    assert_eq!(check(&[&"\0".repeat(longest_delta)]).await, 1);
    assert_eq!(check(&[&"\"".repeat(longest_delta)]).await, 1);
    // Alone too large, as six bytes each; and a thousand that are put together while they wait.
    assert!(check(&[&"\0".repeat(2 * longest_delta)]).await > 1);
    assert!(check(&["\0".repeat(1024).as_str(); 1000]).await >= 8);
}

#[tokio::test]
async fn characters_of_several_bytes_are_never_cut() {
    check(&[&"😀".repeat(200_000)]).await;
    check(&[&"é😀".repeat(200_000)]).await;
    check(&[&"\u{2028}\u{2029}".repeat(200_000)]).await;
}

#[tokio::test]
async fn text_that_javascript_or_json_might_stumble_over_arrives() {
    for odd in [
        "", "\\", "\\u0000", "\u{2028}", "\u{FEFF}", "\r\n", "\u{7F}",
    ] {
        assert_eq!(check(&[odd]).await, 1, "{odd:?}");
    }
}

#[tokio::test]
async fn an_answer_of_fifty_megabytes_arrives_whole_or_in_pieces() {
    const ANSWER: usize = 50 * 1024 * 1024;
    let lines: String = (0..ANSWER / 16)
        .map(|line| format!("{line:>15}\n"))
        .collect();
    assert!(check(&[&lines]).await > 50);
    let pieces = lines.as_bytes().chunks(64 * 1024);
    let pieces: Vec<_> = pieces
        .map(|piece| std::str::from_utf8(piece).unwrap())
        .collect();
    assert!(check(&pieces).await > 50);
}
