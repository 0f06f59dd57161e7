//! TAL's MathGPT: signed calls whose answer comes whole. Experimental: made after what is public of
//! it, and never tried with a key.

mod decode;
mod sign;

use coterie_protocol::FailureCode;
use serde::Serialize;

use super::{Chunks, Dialect};
use crate::experts::{
    ExpertError,
    prompts::{Message, Role},
    remote::{Exchange, Job, Outgoing},
};
use decode::Reply;
use sign::sign;

/// The subject of mathematics, which is also what none stands for.
const MATHEMATICS: &str = "1";

/// TAL's signed calls.
pub struct Tal;

#[derive(Serialize)]
struct Body {
    messages: Vec<Message>,
    stream: bool,
    n: u32,
    subject: &'static str,
}

impl Dialect for Tal {
    fn exchanges(&self, job: &Job<'_>) -> Result<Vec<Exchange>, ExpertError> {
        let endpoint = job.endpoint;
        let key = job.key()?;
        let (Some(id), Some(secret)) = (key.part(0), key.part(1)) else {
            let message = "the key for TAL has two parts: the access key id and its secret";
            return Err(ExpertError::new(FailureCode::KeyRefused, message));
        };
        let prompt = job.prompt();
        let body = Body {
            messages: without_system(prompt.messages),
            stream: false,
            n: 1,
            subject: MATHEMATICS,
        };
        let path = format!("aitext/{0}/{0}/http", endpoint.model);
        let mut request = Outgoing::json(endpoint.base_url.call(&path), &body)?;
        sign(&mut request, id, secret, &job.moment);
        Ok(vec![Exchange {
            request,
            decoder: Box::new(Chunks::new(&endpoint.vendor, Reply::of(&endpoint.vendor))),
            read_percent: prompt.read_percent,
        }])
    }
}

/// The same conversation with the rules in the reader's first message: there is no other place.
fn without_system(messages: Vec<Message>) -> Vec<Message> {
    let mut rules = Vec::new();
    let mut spoken = Vec::new();
    for message in messages {
        match message.role {
            Role::System => rules.push(message.content),
            Role::User if !rules.is_empty() => {
                rules.push(message.content);
                spoken.push(Message {
                    role: Role::User,
                    content: std::mem::take(&mut rules).join("\n\n"),
                });
            }
            Role::User | Role::Assistant => spoken.push(message),
        }
    }
    spoken
}
