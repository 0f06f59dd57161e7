//! What the extension may do, and that it is whole. Anything wider than this fails the build.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a helper that fails fails its test"
)]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use coterie_protocol::{HOST_NAME, PROTOCOL};
use coterie_tests::{host::EXTENSION_ID, paths};
use serde_json::{Value, json};

/// Everything that the manifest says; that something is absent from here is a promise.
const KEYS: [&str; 20] = [
    "action",
    "background",
    "browser_specific_settings",
    "commands",
    "content_security_policy",
    "default_locale",
    "description",
    "icons",
    "incognito",
    "key",
    "manifest_version",
    "minimum_chrome_version",
    "name",
    "optional_host_permissions",
    "options_ui",
    "permissions",
    "short_name",
    "side_panel",
    "sidebar_action",
    "version",
];

const PERMISSIONS: [&str; 6] = [
    "nativeMessaging",
    "sidePanel",
    "storage",
    "contextMenus",
    "activeTab",
    "scripting",
];

/// What pages of the extension may load: their own files. WebAssembly may be compiled, scripts
/// written as text never.
const POLICY: [(&str, &[&str]); 11] = [
    ("default-src", &["'none'"]),
    ("script-src", &["'self'", "'wasm-unsafe-eval'"]),
    ("style-src", &["'self'"]),
    ("img-src", &["'self'", "data:"]),
    ("font-src", &["'self'"]),
    ("connect-src", &["'self'"]),
    ("object-src", &["'none'"]),
    ("frame-src", &["'none'"]),
    ("frame-ancestors", &["'none'"]),
    ("base-uri", &["'none'"]),
    ("form-action", &["'none'"]),
];

/// Words that the scripts do without: doors for other extensions and for pages, text made code or
/// markup.
const UNHEARD: [&str; 12] = [
    "onMessageExternal",
    "onConnectExternal",
    "innerHTML",
    "outerHTML",
    "insertAdjacentHTML",
    "document.write",
    "eval(",
    "new Function",
    "fetch(",
    "XMLHttpRequest",
    "importScripts",
    "addEventListener(\"message\"",
];

fn text(path: &str) -> String {
    let path = paths::repository().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn parsed(path: &str) -> Value {
    serde_json::from_str(&text(path)).unwrap()
}

fn manifest() -> Value {
    parsed("manifest.json")
}

fn strings(value: &Value) -> BTreeSet<&str> {
    let all = value.as_array().unwrap().iter();
    all.map(|one| one.as_str().unwrap()).collect()
}

fn check(pointer: &str, expected: &Value) {
    assert_eq!(manifest().pointer(pointer), Some(expected), "{pointer}");
}

fn check_set(pointer: &str, expected: &[&str]) {
    let manifest = manifest();
    let value = manifest.pointer(pointer).unwrap();
    assert_eq!(
        strings(value),
        expected.iter().copied().collect(),
        "{pointer}"
    );
}

#[test]
fn the_manifest_says_nothing_beyond_what_is_listed() {
    let manifest = manifest();
    let keys: BTreeSet<&str> = manifest
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    // No host_permissions, content_scripts, web_accessible_resources or externally_connectable.
    assert_eq!(keys, BTreeSet::from(KEYS));
}

#[test]
fn permissions_are_exactly_these() {
    check_set("/permissions", &PERMISSIONS);
    check_set("/optional_host_permissions", &["http://*/*", "https://*/*"]);
    // Private windows leave nothing behind; until messages say that they come from one, we stay out.
    check("/incognito", &json!("not_allowed"));
}

#[test]
fn pages_of_the_extension_load_their_own_files_only() {
    let manifest = manifest();
    let policies = manifest["content_security_policy"].as_object().unwrap();
    assert_eq!(policies.keys().collect::<Vec<_>>(), ["extension_pages"]);
    let policy = policies["extension_pages"].as_str().unwrap();
    let directives = policy.split(';').map(|directive| {
        let mut words = directive.split_whitespace();
        (words.next().unwrap(), words.collect::<BTreeSet<_>>())
    });
    let directives: Vec<_> = directives.collect();
    // The first of two directives of one name wins, so that a second would be a trap.
    assert_eq!(directives.len(), POLICY.len());
    let expected = POLICY.map(|(name, sources)| (name, sources.iter().copied().collect()));
    assert_eq!(
        directives.into_iter().collect::<BTreeMap<_, _>>(),
        BTreeMap::from(expected)
    );
}

#[test]
fn one_manifest_serves_both_families_of_browsers() {
    check("/manifest_version", &json!(3));
    let worker = json!({
        "service_worker": "background.js", "scripts": ["background.js"], "type": "module",
    });
    check("/background", &worker);
    check("/side_panel", &json!({"default_path": "panel.html"}));
    check("/sidebar_action/default_panel", &json!("panel.html"));
    // In a tab of its own: a page inside that of the browser's extensions has no place for a form.
    check(
        "/options_ui",
        &json!({"page": "options.html", "open_in_tab": true}),
    );
    check(
        "/browser_specific_settings/gecko/id",
        &json!("coterie@coterie.invalid"),
    );
    let collected = "/browser_specific_settings/gecko/data_collection_permissions";
    check(collected, &json!({"required": ["websiteContent"]}));
    let commands = manifest()["commands"].as_object().unwrap().clone();
    assert_eq!(commands.keys().collect::<Vec<_>>(), ["_execute_action"]);
    // Chromium refuses the whole extension for a command without a description.
    assert!(commands["_execute_action"]["description"].is_string());
}

#[test]
fn the_version_is_that_of_the_workspace() {
    check("/version", &json!(env!("CARGO_PKG_VERSION")));
}

#[test]
fn the_host_lets_in_the_id_that_follows_from_the_key() {
    // The host's own test computes the id from the key; this one holds the two names together.
    let callers = text("native-host/src/install/browsers.toml");
    assert!(callers.contains(&format!("chromium = [\"{EXTENSION_ID}\"]")));
    assert!(callers.contains("firefox = [\"coterie@coterie.invalid\"]"));
}

#[test]
fn every_file_that_the_manifest_names_is_there() {
    let manifest = manifest();
    let named = [
        "/background/service_worker",
        "/options_ui/page",
        "/side_panel/default_path",
        "/sidebar_action/default_panel",
    ];
    let mut files: Vec<&str> = named
        .iter()
        .map(|pointer| manifest.pointer(pointer).unwrap().as_str().unwrap())
        .collect();
    for pointer in [
        "/icons",
        "/action/default_icon",
        "/sidebar_action/default_icon",
    ] {
        let icons = manifest.pointer(pointer).unwrap().as_object().unwrap();
        files.extend(icons.values().map(|icon| icon.as_str().unwrap()));
    }
    for file in files {
        let path = paths::repository().join("extension").join(file);
        assert!(path.is_file(), "{file} is missing");
    }
}

#[test]
fn icons_have_the_size_that_they_are_named_for() {
    let manifest = manifest();
    for (size, file) in manifest["icons"].as_object().unwrap() {
        let path = paths::repository()
            .join("extension")
            .join(file.as_str().unwrap());
        let png = fs::read(path).unwrap();
        let width = u32::from_be_bytes(png[16..20].try_into().unwrap());
        let height = u32::from_be_bytes(png[20..24].try_into().unwrap());
        assert_eq!(
            [width.to_string(), height.to_string()],
            [size.clone(), size.clone()]
        );
    }
}

/// The folders of `_locales`.
fn locales() -> Vec<String> {
    let folder = fs::read_dir(paths::repository().join("extension/_locales")).unwrap();
    let names = folder.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.collect()
}

fn messages(locale: &str) -> BTreeMap<String, String> {
    let table = parsed(&format!("extension/_locales/{locale}/messages.json"));
    let entries = table.as_object().unwrap().iter();
    let message = |entry: &Value| entry["message"].as_str().unwrap().to_owned();
    entries
        .map(|(key, entry)| (key.clone(), message(entry)))
        .collect()
}

/// What is filled in, in whatever order: `$1`, `$COUNT$`, `%s`, `{count}`.
fn blanks(message: &str) -> Vec<String> {
    let word = |character: char| character.is_ascii_alphanumeric() || character == '_';
    let mut blanks = Vec::new();
    for (at, sign) in message
        .char_indices()
        .filter(|(_, sign)| "$%{".contains(*sign))
    {
        let rest = &message[at + 1..];
        let name: String = rest.chars().take_while(|one| word(*one)).collect();
        if !name.is_empty() {
            blanks.push(format!("{sign}{name}"));
        }
    }
    blanks.sort();
    blanks
}

#[test]
fn every_language_has_the_same_messages_with_the_same_blanks() {
    let english = messages("en");
    assert_eq!(manifest()["default_locale"], "en");
    assert!(locales().len() >= 2);
    for locale in locales() {
        let translated = messages(&locale);
        let keys = |table: &BTreeMap<String, String>| table.keys().cloned().collect::<Vec<_>>();
        assert_eq!(keys(&translated), keys(&english), "{locale}");
        for (key, message) in &translated {
            assert!(!message.trim().is_empty(), "{locale}: {key}");
            assert_eq!(blanks(message), blanks(&english[key]), "{locale}: {key}");
        }
    }
}

#[test]
fn messages_are_sorted_and_named_for_where_they_show() {
    for locale in locales() {
        let text = text(&format!("extension/_locales/{locale}/messages.json"));
        let keys = text
            .lines()
            .filter_map(|line| line.strip_prefix("  \"")?.strip_suffix("\": {"));
        let keys: Vec<&str> = keys.collect();
        assert_eq!(
            keys.len(),
            messages(&locale).len(),
            "{locale}: one message, one block"
        );
        assert!(keys.is_sorted(), "{locale} is not sorted");
        for key in keys {
            let prefixes = ["manifest_", "menu_", "panel_"];
            assert!(
                prefixes.iter().any(|prefix| key.starts_with(prefix)),
                "{key}"
            );
        }
    }
}

#[test]
fn messages_that_are_asked_for_exist_and_others_do_not_linger() {
    let asked = text("manifest.json") + &text("extension/worker/menus.js");
    let english = messages("en");
    let ours = |key: &&String| key.starts_with("manifest_") || key.starts_with("menu_");
    for key in english.keys().filter(ours) {
        assert!(asked.contains(key.as_str()), "nobody asks for {key}");
    }
    for asked in text("manifest.json").split("__MSG_").skip(1) {
        let key = asked.split("__").next().unwrap();
        assert!(english.contains_key(key), "{key} is missing");
    }
}

/// The files below a folder with this ending.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, ending));
        } else if path
            .extension()
            .is_some_and(|extension| extension == ending)
        {
            found.push(path);
        }
    }
    found
}

#[test]
fn scripts_open_no_door_and_turn_no_text_into_code_or_markup() {
    let scripts = files(&paths::repository().join("extension"), "js");
    assert!(scripts.len() >= 9, "{scripts:?}");
    for script in scripts {
        let text = fs::read_to_string(&script).unwrap();
        for word in UNHEARD {
            assert!(!text.contains(word), "{} has {word}", script.display());
        }
    }
}

#[test]
fn pages_of_the_extension_have_no_script_or_style_of_their_own() {
    for page in files(&paths::repository().join("extension"), "html") {
        let text = fs::read_to_string(&page).unwrap();
        let scripts = text.matches("<script").count();
        assert_eq!(
            text.matches("></script>").count(),
            scripts,
            "{}",
            page.display()
        );
        for forbidden in [
            "<style",
            " style=",
            " onload=",
            " onclick=",
            "http:",
            "https:",
        ] {
            assert!(
                !text.contains(forbidden),
                "{} has {forbidden}",
                page.display()
            );
        }
    }
}

#[test]
fn the_worker_speaks_to_our_host_in_our_protocol() {
    let native = format!("connectNative(\"{HOST_NAME}\")");
    assert_eq!(
        text("extension/background.js")
            .matches("connectNative")
            .count(),
        1
    );
    assert!(text("extension/background.js").contains(&native));
    let spoken = format!(
        "PROTOCOL = {{ major: {}, minor: {} }}",
        PROTOCOL.major, PROTOCOL.minor
    );
    assert!(text("extension/worker/host.js").contains(&spoken));
}

#[test]
fn what_checks_the_scripts_is_pinned_and_comes_from_no_named_place() {
    let package = parsed("package.json");
    for version in package["devDependencies"].as_object().unwrap().values() {
        let version = version.as_str().unwrap();
        assert!(
            version
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'.'),
            "{version}"
        );
    }
    assert!(package.get("dependencies").is_none());
    let lock = text("package-lock.json");
    assert!(
        !lock.contains("\"resolved\""),
        "run npm with --omit-lockfile-registry-resolved"
    );
    assert!(!lock.contains("://"));
}
