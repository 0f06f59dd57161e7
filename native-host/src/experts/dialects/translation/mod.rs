//! Translation engines: texts in, texts out, in one piece.

use super::Unspoken;

/// DeepL.
pub static DEEPL: Unspoken = Unspoken;

/// Google Translate, version 2.
pub static GOOGLE: Unspoken = Unspoken;

/// Microsoft Translator, version 3.
pub static MICROSOFT: Unspoken = Unspoken;

/// LibreTranslate.
pub static LIBRETRANSLATE: Unspoken = Unspoken;

/// Baidu Fanyi.
pub static BAIDU_FANYI: Unspoken = Unspoken;

/// Tencent Machine Translation.
pub static TENCENT_TMT: Unspoken = Unspoken;

/// Volcengine Machine Translation.
pub static VOLCENGINE_MT: Unspoken = Unspoken;

/// Apertium's web service.
pub static APERTIUM_APY: Unspoken = Unspoken;
