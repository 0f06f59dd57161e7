//! Values as Python and JSON write them, in one normal form.

use super::{number, text};

/// Deeper values are compared as text.
const DEEPEST: usize = 64;

/// A value read from its literal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Value {
    None,
    Bool(bool),
    /// As normalised text.
    Number(String),
    Text(String),
    List(Vec<Self>),
    Tuple(Vec<Self>),
    Set(Vec<Self>),
    Map(Vec<(Self, Self)>),
}

/// The normal form of an answer. What is no literal is a text that lost its quotes: some write
/// `'abc'`, some `abc`.
pub(super) fn normal(answer: &str) -> String {
    let answer = body(answer);
    let value = parse(answer).unwrap_or_else(|| Value::Text(answer.to_owned()));
    format!("{value:?}")
}

/// Whether a text is a literal and nothing else.
pub(super) fn is_value(answer: &str) -> bool {
    parse(body(answer)).is_some()
}

fn body(answer: &str) -> &str {
    let answer = text::unfenced(answer);
    let answer = if answer.contains('\n') || answer.len() > 200 || parse(answer).is_none() {
        text::final_answer(answer).unwrap_or(answer)
    } else {
        answer
    };
    let answer = answer.strip_prefix("assert ").unwrap_or(answer);
    let side = answer.rsplit_once(" == ").map(|(_, side)| side.trim());
    let side = side.filter(|side| parse(side).is_some());
    text::unfenced(side.unwrap_or(answer))
}

fn parse(text: &str) -> Option<Value> {
    let mut reader = Reader { rest: text.trim() };
    let value = reader.value(0)?;
    // A sentence may end with a full stop, a number too.
    matches!(reader.rest.trim(), "" | ".").then_some(value)
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn eat(&mut self, what: &str) -> bool {
        self.rest = self.rest.trim_start();
        self.rest.strip_prefix(what).is_some_and(|rest| {
            self.rest = rest;
            true
        })
    }

    fn value(&mut self, depth: usize) -> Option<Value> {
        if depth > DEEPEST {
            return None;
        }
        if self.eat("set()") {
            return Some(Value::Set(Vec::new()));
        }
        if self.eat("[") {
            return Some(Value::List(self.items("]", depth)?.0));
        }
        if self.eat("(") {
            let (items, comma) = self.items(")", depth)?;
            // Brackets around one value without a comma only group.
            return match <[Value; 1]>::try_from(items) {
                Ok([single]) if !comma => Some(single),
                Ok(single) => Some(Value::Tuple(single.into())),
                Err(items) => Some(Value::Tuple(items)),
            };
        }
        if self.eat("{") {
            return self.braces(depth);
        }
        self.rest = self.rest.trim_start();
        let first = self.rest.chars().next()?;
        if matches!(first, '"' | '\'') {
            return self.quoted(first).map(Value::Text);
        }
        let end = self
            .rest
            .find(|it: char| it.is_whitespace() || ",:)]}".contains(it))
            .unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        if let Some(quote) = word.find(['"', '\'']).filter(|at| *at <= 2) {
            // b'…', r"…", f'…'
            let kind = &self.rest[..quote];
            if kind.chars().all(|it| "bBrRuUfF".contains(it)) {
                self.rest = &self.rest[quote..];
                let mark = self.rest.chars().next()?;
                let text = self.quoted(mark)?;
                let bytes = kind.contains(['b', 'B']);
                return Some(Value::Text(if bytes { format!("b:{text}") } else { text }));
            }
        }
        let value = match word.trim_end_matches('.') {
            "None" | "null" | "none" | "nil" => Value::None,
            "True" | "true" => Value::Bool(true),
            "False" | "false" => Value::Bool(false),
            _ => {
                let numeric = |it: char| it.is_ascii_digit() || "+-.eE_".contains(it);
                let starts = |it: char| it.is_ascii_digit() || "+-.".contains(it);
                if !word.starts_with(starts) || !word.chars().all(numeric) {
                    return None;
                }
                let mut numbers = number::numbers(word);
                let number = numbers.pop().filter(|_| numbers.is_empty())?;
                Value::Number(number.to_string())
            }
        };
        self.rest = rest;
        Some(value)
    }

    /// Values up to `close`, and whether the last was followed by a comma.
    fn items(&mut self, close: &str, depth: usize) -> Option<(Vec<Value>, bool)> {
        let mut items = Vec::new();
        let mut comma = false;
        loop {
            if self.eat(close) {
                return Some((items, comma));
            }
            if !items.is_empty() && !comma {
                return None;
            }
            items.push(self.value(depth + 1)?);
            comma = self.eat(",");
        }
    }

    /// A set or a map, after its opening brace.
    fn braces(&mut self, depth: usize) -> Option<Value> {
        let (mut set, mut map) = (Vec::new(), Vec::new());
        let mut more = true;
        while !self.eat("}") {
            if !more {
                return None;
            }
            let key = self.value(depth + 1)?;
            if self.eat(":") {
                map.push((key, self.value(depth + 1)?));
            } else {
                set.push(key);
            }
            more = self.eat(",");
        }
        if set.is_empty() {
            map.sort();
            return Some(Value::Map(map));
        }
        set.sort();
        set.dedup();
        map.is_empty().then_some(Value::Set(set))
    }

    fn quoted(&mut self, mark: char) -> Option<String> {
        let mut text = String::new();
        let mut letters = self.rest.char_indices().skip(1);
        while let Some((at, letter)) = letters.next() {
            match letter {
                '\\' => {
                    let (_, next) = letters.next()?;
                    match next {
                        'n' => text.push('\n'),
                        't' => text.push('\t'),
                        'r' => text.push('\r'),
                        '\\' | '\'' | '"' | '/' => text.push(next),
                        // Others stay as they are written.
                        _ => text.extend(['\\', next]),
                    }
                }
                _ if letter == mark => {
                    self.rest = &self.rest[at + letter.len_utf8()..];
                    return Some(text);
                }
                _ => text.push(letter),
            }
        }
        None
    }
}
