//! Errors that a target reports of itself.

use std::fmt;

use serde_json::Value;

/// One error on a console, uncaught, or logged by the browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// Where it came from: `console`, `uncaught`, or what the browser calls it (`security`).
    pub source: String,
    /// What it says.
    pub text: String,
}

impl fmt::Display for Complaint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.source, self.text)
    }
}

/// Whether an event of this kind may be a complaint.
pub(super) fn is_report(method: &str) -> bool {
    matches!(
        method,
        "Runtime.consoleAPICalled" | "Runtime.exceptionThrown" | "Log.entryAdded"
    )
}

/// The complaint in an event, if it is one.
pub(super) fn read(method: &str, params: &Value) -> Option<Complaint> {
    let complaint = |source: &str, text: String| {
        let source = source.to_owned();
        Some(Complaint { source, text })
    };
    match method {
        "Runtime.exceptionThrown" => complaint("uncaught", thrown(&params["exceptionDetails"])),
        "Runtime.consoleAPICalled" if is_error(&params["type"]) => {
            complaint("console", arguments(&params["args"]))
        }
        "Log.entryAdded" if is_error(&params["entry"]["level"]) => {
            let entry = &params["entry"];
            let source = entry["source"].as_str().unwrap_or("log");
            let text = entry["text"].as_str().unwrap_or_default();
            let url = entry["url"].as_str().unwrap_or_default();
            complaint(source, format!("{text} {url}"))
        }
        _ => None,
    }
}

/// What an exception says, with its stack where it has one.
pub(super) fn thrown(details: &Value) -> String {
    let described = details["exception"]["description"].as_str();
    let valued = || details["exception"].get("value").map(Value::to_string);
    let text = || details["text"].as_str().unwrap_or("unknown").to_owned();
    described
        .map(str::to_owned)
        .or_else(valued)
        .unwrap_or_else(text)
}

fn is_error(kind: &Value) -> bool {
    matches!(kind.as_str(), Some("error" | "assert"))
}

fn arguments(arguments: &Value) -> String {
    let one = |argument: &Value| {
        let described = argument["description"].as_str().map(str::to_owned);
        let value = &argument["value"];
        let valued = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        described.unwrap_or(valued)
    };
    let all = arguments.as_array().map(Vec::as_slice).unwrap_or_default();
    all.iter().map(one).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(method: &str, params: &Value, expected: Option<&str>) {
        let complaint = read(method, params).map(|complaint| complaint.to_string());
        assert_eq!(complaint.as_deref(), expected);
    }

    #[test]
    fn errors_are_complaints_and_chatter_is_not() {
        let said =
            |kind| json!({"type": kind, "args": [{"value": "oh"}, {"description": "Error: no"}]});
        check(
            "Runtime.consoleAPICalled",
            &said("error"),
            Some("console: oh Error: no"),
        );
        check("Runtime.consoleAPICalled", &said("log"), None);
        let thrown = json!({"exceptionDetails": {"text": "Uncaught", "exception": {"value": 3}}});
        check("Runtime.exceptionThrown", &thrown, Some("uncaught: 3"));
        let entry = |level| json!({"entry": {"source": "security", "level": level, "text": "refused", "url": "x"}});
        check(
            "Log.entryAdded",
            &entry("error"),
            Some("security: refused x"),
        );
        check("Log.entryAdded", &entry("warning"), None);
    }
}
