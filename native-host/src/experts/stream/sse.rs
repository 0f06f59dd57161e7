//! Server-sent events, as the HTML standard defines them (section 9.2.6, "Interpreting an event
//! stream"), with limits and with comments kept as signs of life.

use std::borrow::Cow;

use super::{Lines, MAX_EVENT, StreamError};

/// What a server sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A message.
    Message {
        /// Its type; `message` unless the server named another.
        kind: String,
        /// Its data, lines joined by LF.
        data: String,
        /// The last event id seen so far.
        last_id: String,
    },
    /// A comment, which servers send to keep the connection alive.
    Comment,
    /// A line between messages that is a JSON object and no field. The standard ignores it; some
    /// servers say so what went wrong.
    Stray(String),
}

/// Decodes a byte stream into events, the same however it is cut.
#[derive(Debug, Default)]
pub struct EventStream {
    lines: Lines,
    fields: Fields,
}

/// The event under way.
#[derive(Debug, Default)]
struct Fields {
    kind: String,
    data: String,
    last_id: String,
    next_id: String,
    replaced: usize,
}

impl EventStream {
    /// A decoder at the start of a stream.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes bytes and gives the events that they complete, in order.
    ///
    /// # Errors
    /// When a line, an event or the stream passes its limit; nothing more may be pushed then.
    pub fn push(&mut self, bytes: &[u8]) -> Result<Vec<Event>, StreamError> {
        let mut events = Vec::new();
        let fields = &mut self.fields;
        self.lines.push(bytes, |line| {
            events.extend(fields.on_line(line)?);
            Ok::<_, StreamError>(())
        })?;
        Ok(events)
    }

    /// The event that the stream ended in the middle of. The standard drops it; some servers do
    /// not send the blank line after their last one, so its reader decides.
    ///
    /// # Errors
    /// When that event passes its limit.
    pub fn finish(&mut self) -> Result<Option<Event>, StreamError> {
        let last = self.lines.finish();
        let last = last.map(|line| self.fields.on_line(&line)).transpose()?;
        let stray = last
            .flatten()
            .filter(|event| matches!(event, Event::Stray(_)));
        Ok(self.fields.dispatch().or(stray))
    }

    /// How many lines had bytes that are not UTF-8; those were replaced by U+FFFD.
    pub fn replaced(&self) -> usize {
        self.fields.replaced
    }
}

impl Fields {
    fn on_line(&mut self, line: &[u8]) -> Result<Option<Event>, StreamError> {
        if line.is_empty() {
            return Ok(self.dispatch());
        }
        let line = String::from_utf8_lossy(line);
        if matches!(line, Cow::Owned(_)) {
            self.replaced += 1;
        }
        let (name, value) = line.split_once(':').unwrap_or((&line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match name {
            "" => return Ok(Some(Event::Comment)),
            "event" => value.clone_into(&mut self.kind),
            "data" => self.on_data(value)?,
            "id" if !value.contains('\0') => value.clone_into(&mut self.next_id),
            _ if self.data.is_empty() && line.starts_with('{') => {
                return Ok(Some(Event::Stray(line.into_owned())));
            }
            // `retry` concerns reconnecting, which we do not do; the rest is to be ignored.
            _ => {}
        }
        Ok(None)
    }

    fn on_data(&mut self, value: &str) -> Result<(), StreamError> {
        if self.data.len() + value.len() > MAX_EVENT {
            return Err(StreamError::Event);
        }
        self.data.push_str(value);
        self.data.push('\n');
        Ok(())
    }

    fn dispatch(&mut self) -> Option<Event> {
        self.last_id.clone_from(&self.next_id);
        let kind = std::mem::take(&mut self.kind);
        let mut data = std::mem::take(&mut self.data);
        data.pop()?;
        let kind = if kind.is_empty() {
            "message".to_owned()
        } else {
            kind
        };
        Some(Event::Message {
            kind,
            data,
            last_id: self.last_id.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experts::stream::{MAX_LINE, MAX_STREAM};

    /// Feeds pieces and counts the messages, or gives the limit that was passed.
    fn check(pieces: impl IntoIterator<Item = Vec<u8>>, expected: Result<usize, StreamError>) {
        let mut stream = EventStream::new();
        let mut messages = 0;
        for piece in pieces {
            match stream.push(&piece) {
                Ok(events) => {
                    let is_message = |event: &&Event| matches!(event, Event::Message { .. });
                    messages += events.iter().filter(is_message).count();
                }
                Err(error) => return assert_eq!(Err(error), expected),
            }
        }
        assert_eq!(Ok(messages), expected);
    }

    #[test]
    fn a_line_above_its_limit_is_an_error_however_it_arrives() {
        check([vec![b'x'; MAX_LINE + 1]], Err(StreamError::Line));
        check(
            (0..=MAX_LINE / 1024).map(|_| vec![b'x'; 1024]),
            Err(StreamError::Line),
        );
        check(
            [[vec![b'x'; MAX_LINE + 1], b"\n".to_vec()].concat()],
            Err(StreamError::Line),
        );
        check(
            [[b"a\n".to_vec(), vec![b'x'; MAX_LINE + 1], b"\n".to_vec()].concat()],
            Err(StreamError::Line),
        );
    }

    #[test]
    fn a_line_at_its_limit_is_read() {
        let data = vec![b'x'; MAX_LINE - "data:".len()];
        check(
            [[b"data:".to_vec(), data, b"\n\n".to_vec()].concat()],
            Ok(1),
        );
    }

    /// The data lines of an event of so many bytes, of which each line's end is one.
    fn data(bytes: usize) -> Vec<Vec<u8>> {
        const LINE: usize = 1024 * 1000;
        let line = |bytes| [b"data:".to_vec(), vec![b'x'; bytes], b"\n".to_vec()].concat();
        let lines = bytes / LINE;
        let mut all = vec![line(LINE - 1); lines];
        all.push(line(bytes - lines * LINE));
        all
    }

    #[test]
    fn an_event_at_its_limit_is_read_and_one_above_is_an_error() {
        let end = || [b"\n".to_vec()];
        check(data(MAX_EVENT).into_iter().chain(end()), Ok(1));
        check(
            data(MAX_EVENT + 1).into_iter().chain(end()),
            Err(StreamError::Event),
        );
    }

    #[test]
    fn a_stream_at_its_limit_is_read_and_one_above_is_an_error() {
        let piece = |bytes: usize| [vec![b':'; bytes - 1], b"\n".to_vec()].concat();
        let whole = || (0..MAX_STREAM / MAX_LINE).map(|_| piece(MAX_LINE));
        check(whole(), Ok(0));
        check(whole().chain([b"\n".to_vec()]), Err(StreamError::Stream));
    }

    #[test]
    fn a_million_empty_lines_or_comments_are_no_messages() {
        check([vec![b'\n'; 1_000_000]], Ok(0));
        check([b":\n".repeat(1_000_000)], Ok(0));
    }

    #[test]
    fn many_events_in_one_piece_all_arrive() {
        check([b"data: x\n\n".repeat(100_000)], Ok(100_000));
    }

    #[test]
    fn a_tail_without_a_blank_line_is_kept_for_its_reader() {
        let mut stream = EventStream::new();
        assert_eq!(stream.push(b"data: [DONE]"), Ok(vec![]));
        let expected = Event::Message {
            kind: "message".into(),
            data: "[DONE]".into(),
            last_id: String::new(),
        };
        assert_eq!(stream.finish(), Ok(Some(expected)));
        assert_eq!(stream.finish(), Ok(None));
    }

    #[test]
    fn comments_are_signs_of_life() {
        assert_eq!(
            EventStream::new().push(b": ping\n"),
            Ok(vec![Event::Comment])
        );
    }

    #[test]
    fn json_without_a_field_name_is_kept_for_its_reader() {
        let mut stream = EventStream::new();
        let stray = Event::Stray(r#"{"error":1}"#.into());
        let events = stream.push(b"{\"error\":1}\ndata: a\n{\"no\":1}\n\n{\"error\":1}");
        assert_eq!(events.as_deref().map(<[_]>::first), Ok(Some(&stray)));
        assert_eq!(events.map(|events| events.len()), Ok(2));
        assert_eq!(stream.finish(), Ok(Some(stray)));
    }

    #[test]
    fn bytes_that_are_no_text_are_replaced_and_counted() {
        let mut stream = EventStream::new();
        let events = stream.push(b"data: a\xFFb\n\n").unwrap();
        let expected = Event::Message {
            kind: "message".into(),
            data: "a\u{FFFD}b".into(),
            last_id: String::new(),
        };
        assert_eq!(events, [expected]);
        assert_eq!(stream.replaced(), 1);
    }
}
