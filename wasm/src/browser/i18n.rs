//! Words, numbers and names in the reader's language.

use coterie_protocol::LanguageTag;
use js_sys::Array;
use wasm_bindgen::prelude::*;

use super::port::object;
use crate::messages::Key;

/// Milliseconds that nobody notices.
const INSTANT: u64 = 100;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = ["chrome", "i18n"], js_name = getMessage)]
    fn get_message(name: &str, values: &Array) -> String;

    #[wasm_bindgen(js_namespace = ["chrome", "i18n"], js_name = getUILanguage)]
    fn ui_language() -> String;

    #[wasm_bindgen(js_namespace = Intl, js_name = DisplayNames)]
    type DisplayNames;

    #[wasm_bindgen(constructor, js_namespace = Intl, js_class = DisplayNames, catch)]
    fn new(locales: &JsValue, options: &JsValue) -> Result<DisplayNames, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn of(this: &DisplayNames, code: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_namespace = Intl, js_name = NumberFormat)]
    type NumberFormat;

    #[wasm_bindgen(constructor, js_namespace = Intl, js_class = NumberFormat, catch)]
    fn new(locales: &JsValue, options: &JsValue) -> Result<NumberFormat, JsValue>;

    #[wasm_bindgen(method)]
    fn format(this: &NumberFormat, value: f64) -> String;
}

/// A text without placeholders.
pub fn say(key: Key) -> String {
    get_message(key.name(), &Array::new())
}

/// A text with its placeholders filled, in their order.
pub fn say_with(key: Key, values: &[&str]) -> String {
    get_message(
        key.name(),
        &values
            .iter()
            .map(|value| JsValue::from_str(value))
            .collect(),
    )
}

/// The language of the browser.
pub fn reader_language() -> LanguageTag {
    LanguageTag::new(&ui_language())
}

/// The language that the panel itself speaks: not the browser's, where there is no table for it.
pub fn panel_language() -> String {
    say(Key::Language)
}

/// The name of a language in the panel's own.
pub fn language_name(language: &LanguageTag) -> String {
    let options = object(&[("type", &"language".into())]);
    let names = DisplayNames::new(&panel_language().into(), &options);
    let name = names.and_then(|names| names.of(language.as_str())).ok();
    name.and_then(|name| name.as_string())
        .unwrap_or_else(|| language.as_str().to_owned())
}

/// A whole number.
pub fn count(number: usize) -> String {
    // Exact up to 2^53, which no page reaches.
    #[expect(clippy::cast_precision_loss, reason = "shown to a person")]
    format_number(number as f64, &[])
}

/// Milliseconds as seconds, to a tenth where that tells anything.
pub fn seconds(milliseconds: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "shown to a person")]
    let seconds = milliseconds as f64 / 1000.0;
    let digits = if seconds < 10.0 { 1 } else { 0 };
    format_number(seconds, &[("maximumFractionDigits", &digits.into())])
}

/// How long something took. What is over before a reader sees it took no time worth a number.
pub fn duration(milliseconds: u64) -> String {
    if milliseconds < INSTANT {
        say_with(Key::SecondsUnder, &[&seconds(INSTANT)])
    } else {
        say_with(Key::Seconds, &[&seconds(milliseconds)])
    }
}

/// An amount of money. Small ones keep the digits that count.
pub fn money(amount: f64, currency: &str) -> String {
    let (style, currency_code) = ("currency".into(), currency.into());
    let significant = JsValue::from_f64(2.0);
    let mut options = vec![("style", &style), ("currency", &currency_code)];
    if amount < 1.0 {
        options.push(("maximumSignificantDigits", &significant));
    }
    let unknown_currency = || format!("{amount} {currency}");
    NumberFormat::new(&panel_language().into(), &object(&options))
        .map_or_else(|_| unknown_currency(), |format| format.format(amount))
}

fn format_number(number: f64, options: &[(&str, &JsValue)]) -> String {
    NumberFormat::new(&panel_language().into(), &object(options))
        .map_or_else(|_| number.to_string(), |format| format.format(number))
}
