//! What comes back: `code` says whether there is an answer, and `data` has it.

use coterie_protocol::{FailureCode, Finish, Usage};
use serde_json::Value;

use crate::experts::{
    ExpertError, Item, Metadata,
    dialects::{Chunk, Form, Reading},
};

/// The code of an answer.
const SUCCESS: i64 = 20_000;

/// The code for too many calls in a second.
const TOO_FAST: i64 = 4_011_005;

/// Reads an answer.
#[derive(Debug)]
pub(super) struct Reply {
    vendor: String,
    ending: Option<Result<Finish, ExpertError>>,
}

impl Reply {
    /// For an answer of `vendor`.
    pub(super) fn of(vendor: &str) -> Self {
        Self {
            vendor: vendor.to_owned(),
            ending: None,
        }
    }

    fn refusal(&self, code: i64, reply: &Value) -> ExpertError {
        let kind = match code {
            TOO_FAST => FailureCode::RateLimited,
            // The gateway's codes begin with the status that they would have.
            4_010_000..=4_039_999 | 401 | 403 => FailureCode::KeyRefused,
            4_000_000..=4_999_999 | 400..=499 => FailureCode::BadRequest,
            _ => FailureCode::Overloaded,
        };
        let said = reply["msg"].as_str().unwrap_or_default();
        let said: String = said.chars().take(300).collect();
        ExpertError {
            vendor_code: Some(code.to_string()),
            request_id: request_id(reply),
            ..ExpertError::new(
                kind,
                format!("{} declined with code {code}: {said}", self.vendor),
            )
        }
    }

    fn malformed(&self) -> ExpertError {
        let message = format!("the answer of {} cannot be read", self.vendor);
        ExpertError::new(FailureCode::MalformedAnswer, message)
    }
}

impl Reading for Reply {
    const FORM: Form = Form::Events;

    fn on_chunk(&mut self, chunk: Chunk<'_>, items: &mut Vec<Item>) -> Result<(), ExpertError> {
        let Chunk::Json { json, .. } = chunk else {
            return Ok(());
        };
        let code = json["code"].as_i64().ok_or_else(|| self.malformed())?;
        if code != SUCCESS {
            return Err(self.refusal(code, json));
        }
        let data = &json["data"];
        let text = data["result"].as_str().ok_or_else(|| self.malformed())?;
        if !text.is_empty() {
            items.push(Item::Text(text.to_owned()));
        }
        let (input, output) = (&data["prompt_tokens"], &data["completion_tokens"]);
        if let (Some(input_tokens), Some(output_tokens)) = (input.as_u64(), output.as_u64()) {
            items.push(Item::Usage(Usage {
                input_tokens,
                cached_tokens: 0,
                output_tokens,
            }));
        }
        items.push(Item::Metadata(Metadata {
            request_id: request_id(json),
            ..Metadata::default()
        }));
        self.ending = Some(Ok(Finish::Complete));
        Ok(())
    }

    fn ending(&mut self) -> &mut Option<Result<Finish, ExpertError>> {
        &mut self.ending
    }
}

fn request_id(reply: &Value) -> Option<String> {
    reply["requestId"].as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experts::dialects::{Chunks, Decoder as _};

    fn items(answer: &str) -> Vec<Item> {
        let mut decoder = Chunks::new("TAL", Reply::of("TAL"));
        let mut items = decoder.push(answer.as_bytes());
        items.extend(decoder.finish());
        items
    }

    #[test]
    fn an_answer_has_text_tokens_and_a_name() {
        let items = items(
            r#"{"code":20000,"msg":"success","requestId":"17152","action":"result","data":{"result":"2","is_end":1,"prompt_tokens":43,"total_tokens":60,"completion_tokens":17}}"#,
        );
        let usage = Usage {
            input_tokens: 43,
            cached_tokens: 0,
            output_tokens: 17,
        };
        assert_eq!(items[..2], [Item::Text("2".to_owned()), Item::Usage(usage)]);
        assert_eq!(items[3], Item::Finished(Finish::Complete));
    }

    fn check(code: i64, expected: FailureCode) {
        let items = items(&format!(r#"{{"code":{code},"msg":"no","requestId":"1"}}"#));
        match items.as_slice() {
            [Item::Failed(error)] => assert_eq!(error.code, expected, "{error}"),
            items => panic!("{code} gave {items:?}"),
        }
    }

    #[test]
    fn another_code_is_a_refusal() {
        check(4_011_005, FailureCode::RateLimited);
        check(4_010_001, FailureCode::KeyRefused);
        check(4_000_001, FailureCode::BadRequest);
        check(50_000, FailureCode::Overloaded);
    }
}
