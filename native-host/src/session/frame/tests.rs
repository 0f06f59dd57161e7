//! Frames whole, cut, broken, and dropped half way: list A.

use std::time::Duration;

use proptest::{prelude::*, strategy::ValueTree as _, test_runner::TestRunner};
use tokio::io::AsyncWriteExt as _;
use tokio_test::io::Builder;

use super::*;
use crate::session::tests::cases;

/// The bytes of frames with these contents.
fn wire(contents: &[Vec<u8>]) -> Vec<u8> {
    let mut wire = Vec::new();
    for content in contents {
        wire.extend_from_slice(&u32::try_from(content.len()).unwrap().to_ne_bytes());
        wire.extend_from_slice(content);
    }
    wire
}

/// Everything read from a stream that delivers exactly these pieces and ends.
async fn read(pieces: &[&[u8]]) -> (Vec<Vec<u8>>, Option<FrameError>) {
    let mut script = Builder::new();
    for piece in pieces.iter().filter(|piece| !piece.is_empty()) {
        script.read(piece);
    }
    let mut reader = FrameReader::new(script.build());
    let mut contents = Vec::new();
    loop {
        match reader.next().await {
            Ok(Some(content)) => contents.push(content),
            Ok(None) => return (contents, None),
            Err(error) => return (contents, Some(error)),
        }
    }
}

/// Three frames of 120 bytes on the wire.
fn three() -> (Vec<Vec<u8>>, Vec<u8>) {
    let contents = vec![
        b"{}".to_vec(),
        "{\"text\":\"é漢😀\"}".as_bytes().to_vec(),
        vec![b'x'; 120 - 3 * HEADER - 2 - 20],
    ];
    let wire = wire(&contents);
    assert_eq!(wire.len(), 120);
    (contents, wire)
}

async fn check_pieces(pieces: &[&[u8]], expected: &[Vec<u8>]) {
    let (contents, error) = read(pieces).await;
    assert!(error.is_none(), "{error:?}");
    assert_eq!(contents, expected);
}

#[tokio::test]
async fn good_frames_come_out_as_they_went_in() {
    let mut contents: Vec<Vec<u8>> = ["{}", "1", "\"é\"", "\"漢\"", "\"😀\"", "\"\\u0000\\\"\""]
        .map(|text| text.as_bytes().to_vec())
        .into();
    let (to_browser, to_host) = (MAX_FRAME_TO_BROWSER, MAX_FRAME_TO_HOST);
    for length in [
        4095,
        4096,
        4097,
        to_browser - 1,
        to_browser,
        to_host - 1,
        to_host,
    ] {
        contents.push(vec![b' '; length]);
    }
    check_pieces(&[&wire(&contents)], &contents).await;
}

#[tokio::test]
async fn frames_may_be_cut_anywhere() {
    let (contents, wire) = three();
    for cut in 1..wire.len() {
        let (head, tail) = wire.split_at(cut);
        check_pieces(&[head, tail], &contents).await;
    }
    let bytes: Vec<_> = wire.chunks(1).collect();
    check_pieces(&bytes, &contents).await;
}

#[tokio::test]
async fn frames_may_be_cut_into_any_number_of_pieces() {
    let (contents, wire) = three();
    let places = prop::collection::btree_set(1..wire.len(), 2..40);
    // The same two hundred each time, so that one that fails is found again.
    let mut seeded = TestRunner::deterministic();
    for _ in 0..200 {
        let cuts = places.new_tree(&mut seeded).unwrap().current();
        let ends = cuts.into_iter().chain([wire.len()]);
        let mut start = 0;
        let pieces: Vec<_> = ends
            .map(|end| &wire[std::mem::replace(&mut start, end)..end])
            .collect();
        check_pieces(&pieces, &contents).await;
    }
}

#[tokio::test]
async fn a_stream_that_ends_inside_a_frame_is_an_error_and_between_frames_is_not() {
    let wire = wire(&[vec![b'x'; 116]]);
    for cut in 1..wire.len() {
        let (contents, error) = read(&[&wire[..cut]]).await;
        assert!(contents.is_empty());
        assert!(
            matches!(error, Some(FrameError::UnexpectedEof { got, .. }) if got == cut),
            "cut at {cut}: {error:?}"
        );
    }
    check_pieces(&[], &[]).await;
}

/// The error that a header alone brings.
async fn check_header(header: [u8; HEADER], expected: &str) {
    let (reader, mut writer) = tokio::io::duplex(64);
    writer.write_all(&header).await.unwrap();
    let mut reader = FrameReader::new(reader);
    let error = reader.next().await.unwrap_err();
    assert_eq!(error.to_string(), expected);
    assert!(reader.buffer.capacity() <= STEP);
}

#[tokio::test]
async fn a_length_that_cannot_be_one_is_refused_before_memory_is_taken() {
    let text = |header: [u8; HEADER], shown: &str| {
        let length = u32::from_ne_bytes(header);
        format!("a frame length of {length} looks like text (`{shown}`): does somebody print?")
    };
    check_header([0; HEADER], "a frame length of 0").await;
    for length in [MAX_FRAME_TO_HOST as u32 + 1, 0x7FFF_FFFF, 0xFFFF_FFFF] {
        let expected = format!("a frame of {length} bytes is larger than {MAX_FRAME_TO_HOST}");
        check_header(length.to_ne_bytes(), &expected).await;
    }
    let swapped = 120_u32.swap_bytes();
    let expected = format!("a frame of {swapped} bytes is larger than {MAX_FRAME_TO_HOST}");
    check_header(swapped.to_ne_bytes(), &expected).await;
    check_header(*b"/hom", &text(*b"/hom", "/hom")).await;
    check_header(*b"data", &text(*b"data", "data")).await;
    check_header(*b"[DEB", &text(*b"[DEB", "[DEB")).await;
    check_header(*b"\r\nC:", &text(*b"\r\nC:", "\\r\\nC:")).await;
}

#[tokio::test]
async fn memory_follows_the_bytes_that_arrive_and_not_those_announced() {
    let (reader, mut writer) = tokio::io::duplex(1024);
    let announced = u32::try_from(MAX_FRAME_TO_HOST).unwrap();
    writer.write_all(&announced.to_ne_bytes()).await.unwrap();
    writer.write_all(b"{").await.unwrap();
    let mut reader = FrameReader::new(reader);
    let wait = tokio::time::timeout(Duration::from_millis(20), reader.next());
    assert!(wait.await.is_err());
    assert!(reader.buffer.capacity() < 64 * 1024);
}

#[tokio::test(start_paused = true)]
async fn dropping_a_read_at_any_point_loses_and_doubles_nothing() {
    let (contents, wire) = three();
    let mut script = Builder::new();
    for byte in wire.chunks(3) {
        script.wait(Duration::from_millis(10)).read(byte);
    }
    let mut reader = FrameReader::new(script.build());
    let mut found = Vec::new();
    let mut dropped = 0;
    while found.len() < contents.len() {
        match tokio::time::timeout(Duration::from_millis(3), reader.next()).await {
            Ok(content) => found.extend(content.unwrap()),
            Err(_) => dropped += 1,
        }
    }
    assert_eq!(found, contents);
    assert!(dropped >= 40, "only {dropped} reads were dropped");
}

#[tokio::test(start_paused = true)]
async fn dropping_a_write_at_any_point_loses_and_doubles_nothing() {
    let (contents, wire) = three();
    let mut script = Builder::new();
    for byte in wire.chunks(3) {
        script.wait(Duration::from_millis(10)).write(byte);
    }
    let mut writer = FrameWriter::new(script.build());
    let mut dropped = 0;
    for content in &contents {
        writer.push(content).unwrap();
        while tokio::time::timeout(Duration::from_millis(3), writer.flush())
            .await
            .map(Result::unwrap)
            .is_err()
        {
            dropped += 1;
        }
    }
    assert_eq!(writer.pending(), 0);
    assert!(dropped >= 40, "only {dropped} writes were dropped");
}

#[test]
fn a_frame_that_a_browser_would_refuse_is_not_written() {
    let mut writer = FrameWriter::new(Vec::new());
    let error = writer
        .push(&vec![b' '; MAX_FRAME_TO_BROWSER + 1])
        .unwrap_err();
    assert!(matches!(error, FrameError::TooLarge { .. }), "{error:?}");
    assert_eq!(writer.pending(), 0);
    writer.push(&vec![b' '; MAX_FRAME_TO_BROWSER]).unwrap();
}

proptest! {
    #![proptest_config(cases(500))]
    #[test]
    fn any_frames_cut_anyhow_come_out_as_they_went_in(
        contents in prop::collection::vec(prop::collection::vec(any::<u8>(), 1..300), 0..8),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..20),
    ) {
        let wire = wire(&contents);
        let mut cuts: Vec<_> = cuts.iter().map(|cut| cut.index(wire.len() + 1)).collect();
        cuts.extend([0, wire.len()]);
        cuts.sort_unstable();
        let pieces: Vec<_> = cuts.windows(2).map(|pair| &wire[pair[0]..pair[1]]).collect();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let (found, error) = runtime.block_on(read(&pieces));
        prop_assert!(error.is_none());
        prop_assert_eq!(found, contents);
    }
}
