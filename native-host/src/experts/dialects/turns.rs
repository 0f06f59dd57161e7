//! A conversation for those who want the rules apart from it, and nobody twice in a row.

use crate::experts::prompts::{self, Message};

/// A conversation, taken apart.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Turns {
    /// The rules; empty if there are none.
    pub(super) rules: String,
    /// What reader and expert said in turn.
    pub(super) turns: Vec<Message>,
}

impl Turns {
    /// Takes the messages of a prompt apart.
    pub(super) fn of(messages: Vec<Message>) -> Self {
        let (rules, messages) = prompts::split_system(messages);
        let mut turns: Vec<Message> = Vec::new();
        for message in messages {
            match turns.last_mut() {
                Some(last) if last.role == message.role => {
                    last.content.push_str("\n\n");
                    last.content.push_str(&message.content);
                }
                _ => turns.push(message),
            }
        }
        Self { rules, turns }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experts::prompts::Role;

    fn say(role: Role, content: &str) -> Message {
        Message {
            role,
            content: content.to_owned(),
        }
    }

    #[test]
    fn rules_stand_apart_and_nobody_speaks_twice_in_a_row() {
        let messages = vec![
            say(Role::System, "rules"),
            say(Role::User, "a"),
            say(Role::User, "b"),
            say(Role::Assistant, "c"),
            say(Role::User, "d"),
        ];
        let expected = Turns {
            rules: "rules".to_owned(),
            turns: vec![
                say(Role::User, "a\n\nb"),
                say(Role::Assistant, "c"),
                say(Role::User, "d"),
            ],
        };
        assert_eq!(Turns::of(messages), expected);
    }
}
