//! The environment of what tests start: that of whoever runs them, without anybody's secrets.
//!
//! A host finds experts by the keys in its environment. A developer has some, and no test may spend
//! their money or send a page to a vendor.

use std::{
    env,
    ffi::{OsStr, OsString},
    process::Command,
};

/// How the names of variables with a secret end.
const SECRET: [&str; 9] = [
    "KEY",
    "KEYS",
    "TOKEN",
    "SECRET",
    "PASSWORD",
    "PASSWD",
    "PASSPHRASE",
    "CREDENTIAL",
    "CREDENTIALS",
];

/// Keeps the secrets of this process from a command. What the command was given by name stays.
pub(crate) fn withhold_secrets(command: &mut Command) {
    withhold(command, env::vars_os().map(|(name, _)| name));
}

fn withhold(command: &mut Command, inherited: impl Iterator<Item = OsString>) {
    let given: Vec<OsString> = command
        .get_envs()
        .filter(|(_, value)| value.is_some())
        .map(|(name, _)| name.to_owned())
        .collect();
    for name in inherited.filter(|name| is_secret(name) && !given.contains(name)) {
        command.env_remove(name);
    }
}

/// Whether a variable of this name holds a secret: its last word says so.
fn is_secret(name: &OsStr) -> bool {
    let name = name.to_string_lossy().to_ascii_uppercase();
    let last = name.rsplit('_').next().unwrap_or_default();
    SECRET.contains(&last) || last.ends_with("APIKEY")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, secret: bool) {
        assert_eq!(is_secret(OsStr::new(name)), secret, "{name}");
    }

    #[test]
    fn a_name_that_ends_in_a_word_for_secrets_is_one() {
        for name in [
            "OPENAI_API_KEY",
            "KIMI_API_KEY",
            "deepseek_api_key",
            "OPENAI_APIKEY",
            "HF_TOKEN",
            "AWS_SECRET_ACCESS_KEY",
            "CLIENT_SECRET",
            "DB_PASSWORD",
            "GOOGLE_APPLICATION_CREDENTIALS",
            "TOKEN",
        ] {
            check(name, true);
        }
        for name in [
            "PATH",
            "HOME",
            "DISPLAY",
            "KEYBOARD",
            "XKB_KEYMAP",
            "MONKEY",
        ] {
            check(name, false);
        }
    }

    #[test]
    fn secrets_are_withheld_and_the_rest_and_what_is_given_by_name_are_not() {
        let mut command = Command::new("env");
        command.env("OWN_KEY", "given");
        let inherited = ["OPENAI_API_KEY", "OWN_KEY", "PATH"].map(OsString::from);
        withhold(&mut command, inherited.into_iter());
        let changed: Vec<_> = command.get_envs().collect();
        let expected = [
            (OsStr::new("OPENAI_API_KEY"), None),
            (OsStr::new("OWN_KEY"), Some(OsStr::new("given"))),
        ];
        assert_eq!(changed, expected);
    }
}
