//! Installing into temporary homes.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use coterie_protocol::HOST_NAME;
use tempfile::TempDir;

use super::{
    Environment, Existing, Family, Finding, HostManifest, RegistrationError, System, What,
    browsers, concerns, examine, install_plan, uninstall_plan,
};

/// A home with some browsers in it and a program called `coterie`.
struct Home {
    folder: TempDir,
    environment: Environment,
}

impl Home {
    fn new() -> Self {
        Self::with_program("bin/coterie")
    }

    fn with_program(program: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let executable = folder.path().join(program);
        fs::create_dir_all(executable.parent().unwrap()).unwrap();
        fs::write(&executable, "#!/bin/sh\nexit 3\n").unwrap();
        fs::set_permissions(&executable, fs::Permissions::from_mode(0o755)).unwrap();
        let environment = Environment {
            system: System::Linux,
            home: folder.path().to_owned(),
            config: folder.path().join(".config"),
            temporary: Vec::new(),
            executable,
        };
        Self {
            folder,
            environment,
        }
    }

    fn with_browsers(self) -> Self {
        for browser in browsers() {
            fs::create_dir_all(browser.profile(&self.environment).unwrap()).unwrap();
        }
        self
    }

    fn with_chromium(self) -> Self {
        fs::create_dir_all(self.path(".config/chromium")).unwrap();
        self
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// The manifest of Chromium.
    fn manifest(&self) -> PathBuf {
        self.path(".config/chromium/NativeMessagingHosts")
            .join(format!("{HOST_NAME}.json"))
    }

    fn write_manifest(&self, text: &str) {
        fs::create_dir_all(self.manifest().parent().unwrap()).unwrap();
        fs::write(self.manifest(), text).unwrap();
    }

    fn install(&self) -> Vec<What> {
        self.try_install(false).unwrap()
    }

    fn try_install(&self, replace: bool) -> Result<Vec<What>, RegistrationError> {
        let changes = install_plan(&self.environment, &[], None, replace)?;
        changes.iter().try_for_each(super::Change::apply)?;
        Ok(changes.into_iter().map(|change| change.what).collect())
    }

    fn uninstall(&self) {
        for change in uninstall_plan(&self.environment, &[], None).unwrap() {
            change.apply().unwrap();
        }
    }

    /// Every file below the home, but the program.
    fn files(&self) -> Vec<PathBuf> {
        let mut files = Vec::new();
        let mut folders = vec![self.folder.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder)
                .unwrap()
                .map(|entry| entry.unwrap().path())
            {
                if entry.is_dir() {
                    folders.push(entry);
                } else if entry != self.environment.executable {
                    files.push(entry);
                }
            }
        }
        files
    }

    /// The steps that the doctor finds broken, with the remedy.
    async fn broken(&self) -> Vec<(&'static str, String)> {
        let diagnosis = examine(&self.environment, &[]).await;
        let broken = diagnosis
            .checks
            .into_iter()
            .filter_map(|check| match check.finding {
                Finding::Broken { remedy, .. } => Some((check.step, remedy)),
                Finding::Fine { .. } | Finding::Hint { .. } => None,
            });
        broken.collect()
    }
}

#[test]
fn every_browser_that_was_used_gets_a_valid_manifest() {
    let home = Home::new().with_browsers();
    assert!(
        home.install()
            .iter()
            .all(|what| matches!(what, What::Create(_)))
    );
    for browser in browsers() {
        let folder = browser.manifests(&home.environment).unwrap();
        let text = fs::read_to_string(folder.join("org.coterie.host.json")).unwrap();
        let manifest: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(manifest["name"], HOST_NAME);
        assert_eq!(manifest["type"], "stdio");
        assert!(Path::new(manifest["path"].as_str().unwrap()).is_absolute());
        let (own, other) = match browser.family {
            Family::Chromium => ("allowed_origins", "allowed_extensions"),
            Family::Firefox => ("allowed_extensions", "allowed_origins"),
        };
        assert_eq!(manifest[own], serde_json::json!(browser.family.callers()));
        assert_eq!(manifest.get(other), None, "{}", browser.name);
    }
}

#[test]
fn browsers_that_were_never_used_get_nothing() {
    let home = Home::new().with_chromium();
    assert_eq!(home.install().len(), 1);
    assert_eq!(home.files(), [home.manifest()]);
    assert!(matches!(
        Home::new().try_install(false),
        Err(RegistrationError::NoBrowser)
    ));
}

#[test]
fn a_browser_can_be_named_before_its_first_start_and_a_profile_anywhere() {
    let home = Home::new();
    let plan = |names: &[&str], profile: Option<&Path>| {
        let names: Vec<_> = names.iter().map(|name| (*name).to_owned()).collect();
        install_plan(&home.environment, &names, profile, false)
    };
    let profile = home.path("a profile");
    for change in plan(&["chromium"], Some(&profile)).unwrap() {
        change.apply().unwrap();
    }
    assert!(home.manifest().is_file());
    assert!(
        profile
            .join("NativeMessagingHosts/org.coterie.host.json")
            .is_file()
    );
    assert_eq!(home.files().len(), 2);
    let unknown = plan(&["netscape"], None).unwrap_err();
    assert!(unknown.to_string().contains("chromium"), "{unknown}");
}

#[test]
fn spaces_and_unicode_in_paths_are_kept() {
    let home = Home::with_program("Ada's progräms 中文/coterie").with_chromium();
    home.install();
    let Existing::Ours(manifest) = Existing::at(&home.manifest()).unwrap() else {
        panic!("the manifest is not ours");
    };
    assert_eq!(Path::new(&manifest.path), home.environment.executable);
}

#[test]
fn a_path_that_is_not_unicode_is_refused_with_a_reason() {
    use std::os::unix::ffi::OsStrExt;
    let mut home = Home::new().with_chromium();
    let strange = std::ffi::OsStr::from_bytes(b"/opt/\xff/coterie");
    home.environment.executable = PathBuf::from(strange);
    assert!(matches!(
        home.try_install(false),
        Err(RegistrationError::StrangePath(_))
    ));
    assert!(!home.manifest().exists());
}

#[test]
fn a_home_or_settings_folder_elsewhere_is_respected() {
    let check = |variables: &[(&str, &str)], expected: Option<&str>| {
        let look_up = |name: &str| {
            let found = variables.iter().find(|(variable, _)| *variable == name);
            found.map(|(_, value)| (*value).into())
        };
        let environment = Environment::from(look_up, PathBuf::from("/bin/coterie"));
        let chromium = super::Browser::named("chromium").unwrap();
        let folder = environment.map(|environment| chromium.manifests(&environment).unwrap());
        assert_eq!(folder.as_deref(), expected.map(Path::new), "{variables:?}");
    };
    check(
        &[("HOME", "/h a")],
        Some("/h a/.config/chromium/NativeMessagingHosts"),
    );
    check(
        &[("HOME", "/h"), ("XDG_CONFIG_HOME", "/x")],
        Some("/x/chromium/NativeMessagingHosts"),
    );
    check(
        &[("HOME", "/h"), ("XDG_CONFIG_HOME", "x")],
        Some("/h/.config/chromium/NativeMessagingHosts"),
    );
    check(&[("HOME", "relative")], None);
    check(&[], None);
}

#[test]
fn installing_again_changes_nothing() {
    let home = Home::new().with_chromium();
    home.install();
    let before = fs::metadata(home.manifest()).unwrap().modified().unwrap();
    assert_eq!(home.install(), [What::Nothing]);
    assert_eq!(
        fs::metadata(home.manifest()).unwrap().modified().unwrap(),
        before
    );
}

#[test]
fn a_foreign_manifest_stays_until_the_reader_says_otherwise() {
    let foreign = HostManifest {
        path: "/opt/other/host".to_owned(),
        ..ours()
    };
    let other = HostManifest {
        name: "org.other.host".to_owned(),
        ..ours()
    };
    let texts = [
        foreign.to_text(),
        other.to_text(),
        "not JSON".to_owned(),
        String::new(),
    ];
    for text in texts {
        let home = Home::new().with_chromium();
        home.write_manifest(&text);
        assert!(matches!(home.install()[..], [What::Refuse(_)]), "{text}");
        home.uninstall();
        assert_eq!(fs::read_to_string(home.manifest()).unwrap(), text);
        assert!(matches!(
            home.try_install(true).unwrap()[..],
            [What::Replace(_)]
        ));
        assert_eq!(home.install(), [What::Nothing]);
    }
}

fn ours() -> HostManifest {
    HostManifest::new(Family::Chromium, "/usr/bin/coterie")
}

#[test]
fn an_older_manifest_of_ours_is_brought_up_to_date() {
    let old_id = HostManifest {
        allowed_origins: vec!["chrome-extension://old/".to_owned()],
        ..ours()
    };
    for old in [old_id, ours()] {
        let home = Home::new().with_chromium();
        home.write_manifest(&old.to_text());
        assert!(matches!(home.install()[..], [What::Replace(_)]));
        assert_eq!(home.install(), [What::Nothing]);
    }
}

#[test]
fn a_browser_that_reads_while_we_write_sees_the_old_or_the_new_manifest() {
    let home = Home::new().with_chromium();
    home.write_manifest(&ours().to_text());
    let mut reader = fs::File::open(home.manifest()).unwrap();
    home.install();
    let mut seen = String::new();
    std::io::Read::read_to_string(&mut reader, &mut seen).unwrap();
    assert_eq!(seen, ours().to_text());
    assert_eq!(home.files(), [home.manifest()], "no draft stays behind");
}

#[test]
fn others_may_read_the_manifest_and_nobody_else_may_write_it() {
    let home = Home::new().with_chromium();
    home.install();
    let mode = fs::metadata(home.manifest()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o644);
}

#[test]
fn a_place_that_cannot_be_written_is_named() {
    // A file where the folder should be stops everybody, the superuser too.
    let home = Home::new().with_chromium();
    fs::write(home.manifest().parent().unwrap(), "in the way").unwrap();
    let error = home.try_install(false).unwrap_err().to_string();
    assert!(error.contains("NativeMessagingHosts"), "{error}");
}

#[test]
fn uninstalling_leaves_nothing() {
    let home = Home::new().with_browsers();
    home.install();
    home.uninstall();
    assert!(home.files().is_empty());
    assert!(!home.manifest().parent().unwrap().exists());
    home.uninstall();
}

#[test]
fn a_program_that_others_can_change_or_that_will_not_stay_is_pointed_out() {
    let check = |mode: u32, temporary: bool, expected: &[&str]| {
        let mut home = Home::new();
        let program = home.environment.executable.clone();
        fs::set_permissions(&program, fs::Permissions::from_mode(mode)).unwrap();
        if temporary {
            home.environment.temporary = vec![home.folder.path().to_owned()];
        }
        let concerns = concerns(&program, &home.environment);
        assert_eq!(concerns.len(), expected.len(), "{concerns:?}");
        for (concern, word) in concerns.iter().zip(expected) {
            assert!(concern.contains(word), "{concern}");
        }
    };
    check(0o755, false, &[]);
    check(0o757, false, &["chmod o-w"]);
    check(0o644, false, &["chmod 755"]);
    check(0o755, true, &["temporary"]);
}

#[test]
fn a_program_in_a_folder_of_everybody_is_pointed_out() {
    let home = Home::new();
    let folder = home.path("bin");
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o777)).unwrap();
    let concerns = concerns(&home.environment.executable, &home.environment);
    assert!(
        concerns[0].contains(&format!("chmod o-w {}", folder.display())),
        "{concerns:?}"
    );
}

#[test]
fn the_name_is_one_that_browsers_accept() {
    let accepted = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    assert!(
        HOST_NAME
            .split('.')
            .all(|part| !part.is_empty() && part.bytes().all(accepted))
    );
}

#[tokio::test]
async fn the_doctor_names_the_step_that_fails_and_what_to_do() {
    let install = "run `coterie install --browser chromium`";
    let replace = format!("{install} --replace");
    let broken = [
        (None, "manifest", install),
        (Some("{".to_owned()), "manifest", &replace),
        (
            Some(
                HostManifest {
                    kind: "pipe".to_owned(),
                    ..ours()
                }
                .to_text(),
            ),
            "manifest",
            install,
        ),
        (
            Some(
                HostManifest {
                    allowed_origins: vec![],
                    ..ours()
                }
                .to_text(),
            ),
            "ids",
            install,
        ),
        (
            Some(
                HostManifest {
                    path: "coterie".to_owned(),
                    ..ours()
                }
                .to_text(),
            ),
            "program",
            install,
        ),
    ];
    for (text, step, remedy) in broken {
        let home = Home::new().with_chromium();
        if let Some(text) = &text {
            home.write_manifest(text);
        }
        let found = home.broken().await;
        assert!(
            found.contains(&(step, remedy.to_owned())),
            "{text:?} gave {found:?}"
        );
    }
}

#[tokio::test]
async fn the_doctor_starts_the_host_and_notices_when_it_does_not_answer() {
    let home = Home::new().with_chromium();
    home.install();
    let broken = home.broken().await;
    assert_eq!(broken.len(), 1, "{broken:?}");
    assert_eq!(broken[0].0, "handshake");
}

#[tokio::test]
async fn the_doctor_explains_browsers_from_snap_and_a_machine_without_browsers() {
    let home = Home::new();
    fs::create_dir_all(home.path("snap/chromium")).unwrap();
    let diagnosis = examine(&home.environment, &[]).await;
    let hinted = |check: &super::Check| {
        check.step == "package"
            && matches!(&check.finding, Finding::Hint { what } if what.contains("snap"))
    };
    assert!(diagnosis.checks.iter().any(hinted));
    assert!(diagnosis.needs_doing());
    assert_eq!(home.broken().await[0].0, "browser");
}
