//! In what an address differs from its dialect: data, so that a new vendor needs no code.

use serde::Deserialize;

/// In what an address differs from its dialect.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Quirks {
    /// Whether it may be asked to report tokens; otherwise it does so by itself, or never.
    pub usage_on_request: bool,
    /// The field that limits the answer, where it has to be limited.
    pub max_tokens_field: MaxTokensField,
    /// How a model is told to think or not.
    pub thinking_parameter: ThinkingParameter,
    /// What the parameter says for on and off, where it is not the usual.
    pub thinking_values: Option<ThinkingValues>,
    /// The only temperature that is accepted; without, none is sent.
    pub temperature: Option<f64>,
    /// Any unknown field is refused: send the least.
    pub strict: bool,
    /// Each piece of text repeats all that came before: it replaces, and is not appended.
    pub cumulative_text: bool,
    /// There is no system message: its text goes before the user's.
    pub no_system_message: bool,
    /// It is asked to tell reasoning from answer (`reasoning_split`), or mixes them.
    pub split_reasoning: bool,
    /// Its answers begin inside of a thought whose opening tag stands in the model's template.
    pub unopened_thought: bool,
    /// The most texts that a translation call takes.
    pub texts_at_once: Option<usize>,
    /// The most characters that a translation call takes, all texts together.
    pub characters_at_once: Option<usize>,
    /// The most bytes that a translation call takes, all texts together.
    pub bytes_at_once: Option<usize>,
    /// Headers that go with each request, such as a version.
    pub headers: Vec<(String, String)>,
}

impl Default for Quirks {
    fn default() -> Self {
        Self {
            usage_on_request: true,
            max_tokens_field: MaxTokensField::None,
            thinking_parameter: ThinkingParameter::None,
            thinking_values: None,
            temperature: None,
            strict: false,
            cumulative_text: false,
            no_system_message: false,
            split_reasoning: false,
            unopened_thought: false,
            texts_at_once: None,
            characters_at_once: None,
            bytes_at_once: None,
            headers: Vec::new(),
        }
    }
}

/// The field that limits the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MaxTokensField {
    /// None is sent.
    None,
    /// `max_tokens`.
    MaxTokens,
    /// `max_completion_tokens`.
    MaxCompletionTokens,
}

/// How a model is told to think or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ThinkingParameter {
    /// It is not.
    None,
    /// `"thinking": {"type": "enabled"}`.
    ThinkingType,
    /// `"enable_thinking": true`.
    EnableThinking,
    /// `"reasoning_effort": "high"`.
    ReasoningEffort,
    /// `"chat_template_kwargs": {"enable_thinking": true}`.
    ChatTemplateKwargs,
}

/// What a thinking parameter says for on and off.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ThinkingValues {
    /// For on.
    pub on: String,
    /// For off.
    pub off: String,
}
