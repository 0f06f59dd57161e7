//! The files that are built in; a test says which one of the folder is not here.

/// A file by its name.
macro_rules! file {
    ($name:literal) => {
        (
            concat!($name, ".toml"),
            include_str!(concat!($name, ".toml")),
        )
    };
}

/// Names and texts of the files.
pub(super) const FILES: &[(&str, &str)] = &[
    file!("alibaba"),
    file!("anthropic"),
    file!("apertium-apy"),
    file!("azure"),
    file!("baichuan"),
    file!("baidu"),
    file!("baidu-fanyi"),
    file!("bedrock"),
    file!("cerebras"),
    file!("cohere"),
    file!("deepl"),
    file!("deepseek"),
    file!("gemini"),
    file!("google-translate"),
    file!("groq"),
    file!("huawei"),
    file!("hunyuan"),
    file!("iflytek"),
    file!("libretranslate"),
    file!("lingyiwanwu"),
    file!("llama-cpp"),
    file!("lm-studio"),
    file!("microsoft-translator"),
    file!("minimax"),
    file!("mistral"),
    file!("modelbest"),
    file!("moonshot"),
    file!("ollama"),
    file!("openai"),
    file!("openrouter"),
    file!("qihoo360"),
    file!("sensetime"),
    file!("siliconflow"),
    file!("tal"),
    file!("tencent"),
    file!("tencent-tmt"),
    file!("together"),
    file!("vllm"),
    file!("volcengine"),
    file!("volcengine-mt"),
    file!("xai"),
    file!("zhipu"),
];
