//! Deriving each browser's manifest from the one at the top of the repository.

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// A browser family whose manifest differs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// Chrome, Chromium, Edge, Brave, Vivaldi.
    Chromium,
    /// Firefox.
    Firefox,
}

impl Family {
    /// Every family.
    pub const ALL: [Self; 2] = [Self::Chromium, Self::Firefox];

    /// The name of its folder.
    pub fn name(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
        }
    }

    /// Keys, as JSON pointers, that the family warns about.
    fn foreign(self) -> &'static [&'static str] {
        match self {
            Self::Chromium => &[
                "/sidebar_action",
                "/browser_specific_settings",
                "/background/scripts",
            ],
            Self::Firefox => &[
                "/key",
                "/minimum_chrome_version",
                "/side_panel",
                "/background/service_worker",
            ],
        }
    }
}

/// The manifest for one family.
pub fn derive(manifest: &Value, family: Family) -> Result<Value> {
    let mut derived = manifest.clone();
    for pointer in family.foreign() {
        let (parent, key) = pointer
            .rsplit_once('/')
            .context("a pointer starts with a slash")?;
        let object = derived.pointer_mut(parent).and_then(Value::as_object_mut);
        if object.and_then(|object| object.remove(key)).is_none() {
            bail!(
                "manifest.json has no {pointer}, which {} must not see",
                family.name()
            );
        }
    }
    if family == Family::Firefox {
        let permissions = derived.get_mut("permissions").and_then(Value::as_array_mut);
        permissions
            .context("manifest.json has no permissions")?
            .retain(|name| name != "sidePanel");
    }
    Ok(derived)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(family: Family, expected: &Value) {
        let manifest = json!({
            "key": "k", "minimum_chrome_version": "1", "side_panel": {}, "sidebar_action": {},
            "browser_specific_settings": {}, "permissions": ["sidePanel", "storage"],
            "background": {"service_worker": "b.js", "scripts": ["b.js"], "type": "module"},
        });
        assert_eq!(derive(&manifest, family).unwrap(), *expected);
    }

    #[test]
    fn chromium_sees_nothing_of_firefox() {
        check(
            Family::Chromium,
            &json!({
                "key": "k", "minimum_chrome_version": "1", "side_panel": {},
                "permissions": ["sidePanel", "storage"],
                "background": {"service_worker": "b.js", "type": "module"},
            }),
        );
    }

    #[test]
    fn firefox_sees_nothing_of_chromium() {
        check(
            Family::Firefox,
            &json!({
                "sidebar_action": {}, "browser_specific_settings": {}, "permissions": ["storage"],
                "background": {"scripts": ["b.js"], "type": "module"},
            }),
        );
    }
}
