//! A host that cannot be worked with, and what the reader is told to do.

use std::path::PathBuf;

use coterie_protocol::PROTOCOL;
use coterie_tests::{
    browser::{Launch, NativeHost},
    experts::{NO_DISCOVERY, ScriptedServer},
    host::EXTENSION_ID,
    pages,
    panel::Panel,
    paths,
};

use crate::stage::{self, Stage, check_no_complaints};

/// Opens the panel with this host, if any; it says this and offers this one command.
fn check(host: Option<NativeHost>, title: &str, words: &[&str]) {
    let launch = Launch {
        extension: Some(paths::extension().unwrap()),
        host,
        ..Launch::default()
    };
    let stage = Stage::launch(ScriptedServer::start().unwrap(), &launch);
    let url = stage.pages.url(pages::ENGLISH);
    let tab = stage.browser.open(&url).unwrap();
    let panel = Panel::open(&stage.browser, &tab).unwrap();
    // While the host is looked for there may be another one first.
    let shown = format!(
        "document.querySelector('.notice h2')?.innerText === {:?} && \
         document.querySelector('.notice p').innerText",
        panel.message(title).unwrap()
    );
    let said: String = panel.session.wait_for(title, &shown).unwrap();
    for word in words {
        assert!(said.contains(word), "{word} is not in {said}");
    }
    let commands =
        "[...document.querySelectorAll('.notice .command code')].map((one) => one.innerText)";
    let commands: Vec<String> = panel.session.evaluate(commands).unwrap();
    assert_eq!(commands, ["coterie install"]);
    check_no_complaints(&panel.session);
}

#[test]
fn without_a_host_the_panel_says_what_to_do() {
    check(None, "panel_host_missing_title", &[]);
}

#[test]
fn a_host_that_is_registered_for_another_extension_is_to_be_registered_again() {
    let other = NativeHost {
        extension_ids: vec!["abcdefghijklmnopabcdefghijklmnop".to_owned()],
        ..stage::host(NO_DISCOVERY)
    };
    check(Some(other), "panel_host_forbidden_title", &[]);
}

#[test]
fn a_host_that_speaks_an_older_protocol_is_to_be_updated() {
    let old = NativeHost {
        program: PathBuf::from(env!("CARGO_BIN_EXE_old-host")),
        extension_ids: vec![EXTENSION_ID.to_owned()],
        ..stage::host(NO_DISCOVERY)
    };
    check(
        Some(old),
        "panel_host_too_old_title",
        &["0.9", &PROTOCOL.to_string()],
    );
}
