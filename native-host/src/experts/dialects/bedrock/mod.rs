//! Amazon Bedrock's `ConverseStream`: one form for the models of many vendors.

mod decode;
mod request;

use super::{Chunks, Dialect, turns::Turns};
use crate::experts::{
    ExpertError,
    remote::{Exchange, Job, Outgoing},
};
use decode::Converse;
use request::Request;

/// Amazon Bedrock's `ConverseStream`.
pub struct Bedrock;

impl Dialect for Bedrock {
    fn exchanges(&self, job: &Job<'_>) -> Result<Vec<Exchange>, ExpertError> {
        let (endpoint, prompt) = (job.endpoint, job.prompt());
        let call = format!("model/{}/converse-stream", segment(&endpoint.model));
        let url = endpoint.base_url.call(&call);
        let turns = Turns::of(prompt.messages);
        let exchange = Exchange {
            request: Outgoing::json(url, &Request::new(endpoint, &turns))?,
            decoder: Box::new(Chunks::new(
                &endpoint.vendor,
                Converse::of(&endpoint.vendor),
            )),
            read_percent: prompt.read_percent,
        };
        Ok(vec![exchange])
    }
}

/// A model's name as one part of a path: some have colons, and resource names have slashes.
fn segment(model: &str) -> String {
    let encode = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
            char::from(byte).to_string()
        }
        _ => format!("%{byte:02X}"),
    };
    model.bytes().map(encode).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experts::BaseUrl;

    #[test]
    fn a_model_is_one_part_of_the_path_whatever_its_name() {
        let check = |model: &str, expected: &str| {
            let url = "https://bedrock-runtime.us-east-1.amazonaws.com".to_owned();
            let base_url = BaseUrl::try_from(url).unwrap();
            let url = base_url.call(&format!("model/{}/converse-stream", segment(model)));
            assert_eq!(url.path(), format!("/model/{expected}/converse-stream"));
        };
        check("amazon.nova-lite-v1:0", "amazon.nova-lite-v1%3A0");
        check(
            "arn:aws:bedrock:us-east-1:1:inference-profile/x",
            "arn%3Aaws%3Abedrock%3Aus-east-1%3A1%3Ainference-profile%2Fx",
        );
    }
}
