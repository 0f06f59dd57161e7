//! Server-sent events.

use coterie_host::experts::stream::{Event, EventStream, MAX_LINE};

use crate::pieces::pieces;

/// A message: its type, its data, the last id.
type Message = (String, String, String);

/// The events are those of the standard's algorithm, however the bytes arrive.
pub fn sse_decode(data: &[u8]) {
    let (text, pieces) = pieces(data);
    if text.len() > MAX_LINE {
        return;
    }
    let mut stream = EventStream::new();
    let mut found = Vec::new();
    for piece in pieces {
        let events = stream.push(piece).expect("nothing passes a limit");
        found.extend(events.into_iter().filter_map(message));
    }
    assert_eq!(found, reference(text));
    // The tail is for its reader to judge; it must be there once at most.
    let _ = stream.finish().expect("nothing passes a limit");
    assert_eq!(stream.finish(), Ok(None));
}

fn message(event: Event) -> Option<Message> {
    match event {
        Event::Message {
            kind,
            data,
            last_id,
        } => Some((kind, data, last_id)),
        Event::Comment | Event::Stray(_) => None,
    }
}

/// The algorithm of the HTML standard, on the whole text.
fn reference(bytes: &[u8]) -> Vec<Message> {
    let text = String::from_utf8_lossy(bytes);
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(&text);
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut messages = Vec::new();
    let (mut kind, mut data, mut id) = (String::new(), String::new(), String::new());
    let complete = text.rfind('\n').map_or("", |end| &text[..end]);
    let lines = complete
        .split('\n')
        .take(if complete.is_empty() && !text.contains('\n') {
            0
        } else {
            usize::MAX
        });
    for line in lines {
        if line.is_empty() {
            if data.pop().is_some() {
                let kind = if kind.is_empty() { "message" } else { &kind };
                messages.push((kind.to_owned(), data.clone(), id.clone()));
            }
            kind.clear();
            data.clear();
            continue;
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => kind = value.to_owned(),
            "data" => {
                data.push_str(value);
                data.push('\n');
            }
            "id" if !value.contains('\0') => id = value.to_owned(),
            _ => {}
        }
    }
    messages
}
