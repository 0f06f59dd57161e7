//! OpenAI's chat completions, which most vendors and local runtimes speak.

mod decode;
mod expert;
mod refusal;
mod request;
#[cfg(test)]
mod tests;
mod thinking;

pub use decode::Decoder;
pub use expert::OpenAi;
