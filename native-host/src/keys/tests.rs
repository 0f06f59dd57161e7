//! The ladder with places that fail in every way, and the places that this machine has.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::Command,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    time::Duration,
};

use coterie_protocol::{KeyPart, KeyState, Rung, VendorId};
use tokio::time::Instant;
use zeroize::Zeroizing;

use super::*;
use crate::experts::Secret;

const ORIGIN: &str = "https://api.example.com";
const CANARY: &str = "sk-canary-0123456789";

/// How a place behaves.
#[derive(Clone)]
enum How {
    Works,
    /// Says that it keeps what it does not.
    Forgets,
    Fails(KeyError),
    /// Until the test is over.
    Hangs(Arc<Mutex<mpsc::Receiver<()>>>),
}

struct Place {
    rung: Rung,
    how: How,
    values: Memory,
    asked: AtomicUsize,
}

impl Place {
    fn new(rung: Rung, how: How) -> Arc<Self> {
        Arc::new(Self {
            rung,
            how,
            values: Memory::default(),
            asked: AtomicUsize::new(0),
        })
    }

    fn behave(&self) -> Result<(), KeyError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        match &self.how {
            How::Works | How::Forgets => Ok(()),
            How::Fails(error) => Err(error.clone()),
            How::Hangs(end) => {
                let _ = end.lock().unwrap().recv();
                Ok(())
            }
        }
    }
}

impl Backend for Place {
    fn rung(&self) -> Rung {
        self.rung
    }

    fn read(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeyError> {
        self.behave()?;
        self.values.read(name)
    }

    fn write(&self, name: &str, value: &[u8]) -> Result<(), KeyError> {
        self.behave()?;
        match self.how {
            How::Forgets => Ok(()),
            _ => self.values.write(name, value),
        }
    }

    fn remove(&self, name: &str) -> Result<bool, KeyError> {
        self.behave()?;
        self.values.remove(name)
    }
}

fn vendor() -> VendorId {
    VendorId("example".to_owned())
}

fn record(key: &str) -> Record {
    let parts = [KeyPart(key.to_owned())];
    let record = Record::new(vendor(), None, &parts, 1).unwrap();
    Record {
        origins: vec![ORIGIN.to_owned()],
        ..record
    }
}

fn kept(store: &KeyStore) -> Option<(Secret, Rung)> {
    store.key(&vendor(), ORIGIN)
}

/// A key set on a ladder of these places ends up on this rung, and can be used.
async fn check(places: &[(Rung, How)], in_file: bool, expected: Rung) {
    let places = places
        .iter()
        .map(|(rung, how)| Place::new(*rung, how.clone()) as Arc<dyn Backend>);
    let store = KeyStore::with(places.collect());
    let rung = store.set(record(CANARY), in_file).await.unwrap();
    assert_eq!(rung, expected);
    assert_eq!(store.state(&vendor()), KeyState::Set { rung });
    assert_eq!(kept(&store).unwrap(), (Secret::new(CANARY).unwrap(), rung));
}

fn unavailable(rung: Rung) -> How {
    let reason = "no D-Bus".to_owned();
    How::Fails(KeyError::Unavailable { rung, reason })
}

#[tokio::test]
async fn the_safest_place_that_works_is_used() {
    let keychain = Rung::Keychain;
    let kernel = (Rung::KernelKeyring, How::Works);
    let locked = How::Fails(KeyError::Locked {
        rung: keychain,
        reason: "dismissed".to_owned(),
    });
    let denied = How::Fails(KeyError::Denied {
        rung: keychain,
        reason: "no".to_owned(),
    });
    check(&[(keychain, How::Works), kernel.clone()], false, keychain).await;
    for how in [unavailable(keychain), locked, denied, How::Forgets] {
        check(
            &[(keychain, how), kernel.clone()],
            false,
            Rung::KernelKeyring,
        )
        .await;
    }
    let neither = [
        (keychain, unavailable(keychain)),
        (Rung::KernelKeyring, unavailable(Rung::KernelKeyring)),
    ];
    check(&neither, false, Rung::Memory).await;
}

#[tokio::test]
async fn a_file_is_used_only_when_it_is_asked_for_and_nothing_safer_lasts() {
    let rest = [(Rung::KernelKeyring, How::Works), (Rung::File, How::Works)];
    let without = [&[(Rung::Keychain, unavailable(Rung::Keychain))], &rest[..]].concat();
    check(&without, false, Rung::KernelKeyring).await;
    check(&without, true, Rung::File).await;
    let with = [&[(Rung::Keychain, How::Works)], &rest[..]].concat();
    check(&with, true, Rung::Keychain).await;
    check(&[(Rung::File, How::Works)], false, Rung::Memory).await;
}

#[tokio::test(start_paused = true)]
async fn a_place_that_hangs_is_given_up_within_five_seconds_and_left_alone() {
    let (_end, hanging) = mpsc::channel();
    let place = Place::new(Rung::Keychain, How::Hangs(Arc::new(Mutex::new(hanging))));
    let store = KeyStore::with(vec![place.clone() as Arc<dyn Backend>]);
    let begun = Instant::now();
    assert_eq!(store.set(record("k"), false).await.unwrap(), Rung::Memory);
    assert!(
        begun.elapsed() <= Duration::from_secs(5),
        "{:?}",
        begun.elapsed()
    );
    let begun = Instant::now();
    store.load(&[vendor()]).await;
    assert!(kept(&store).is_some(), "memory is not forgotten");
    assert!(store.remove(&vendor()).await.unwrap());
    assert_eq!(begun.elapsed(), Duration::ZERO);
    let error = store.probe().await.pop().unwrap().1.unwrap_err();
    assert!(matches!(error, KeyError::Silent { .. }), "{error}");
    assert!(error.to_string().contains("within 5 s"), "{error}");
    assert!(place.asked.load(Ordering::SeqCst) <= 1);
}

#[tokio::test]
async fn a_key_goes_to_no_other_address_than_it_was_given_for() {
    let store = KeyStore::default();
    store.set(record(CANARY), false).await.unwrap();
    for other in [
        "https://api.example.com:8443",
        "http://api.example.com",
        "https://evil.example",
        "",
    ] {
        assert!(store.key(&vendor(), other).is_none(), "{other}");
    }
    assert!(store.key(&VendorId("other".to_owned()), ORIGIN).is_none());
    assert!(kept(&store).is_some());
}

#[tokio::test]
async fn the_environment_wins_and_is_never_written() {
    let environment = EnvironmentKey {
        vendor: vendor(),
        origins: vec![ORIGIN.to_owned()],
        secret: Secret::new("from-the-environment").unwrap(),
    };
    let store = KeyStore::default().with_environment([environment]);
    assert_eq!(kept(&store).unwrap().1, Rung::Environment);
    assert!(store.key(&vendor(), "https://evil.example").is_none());
    let refused = KeyError::InEnvironment { vendor: vendor() };
    assert_eq!(store.set(record("k"), false).await.unwrap_err(), refused);
    assert_eq!(store.remove(&vendor()).await.unwrap_err(), refused);
}

#[tokio::test]
async fn a_key_set_again_is_the_only_one_wherever_the_old_one_was() {
    let keychain = Place::new(Rung::Keychain, How::Works);
    let file = Place::new(Rung::File, How::Works);
    let old = record("old").to_bytes();
    file.write("example", &old).unwrap();
    let store = KeyStore::with(vec![keychain.clone(), file.clone() as Arc<dyn Backend>]);
    store.load(&[vendor()]).await;
    assert_eq!(kept(&store).unwrap().1, Rung::File);
    store.set(record("new"), false).await.unwrap();
    assert!(file.read("example").unwrap().is_none());
    store.load(&[vendor()]).await;
    let expected = (Secret::new("new").unwrap(), Rung::Keychain);
    assert_eq!(kept(&store).unwrap(), expected);
}

#[tokio::test]
async fn what_is_forgotten_is_gone_and_what_is_missing_is_no_error() {
    let place = Place::new(Rung::Keychain, How::Works);
    let store = KeyStore::with(vec![place.clone() as Arc<dyn Backend>]);
    assert!(!store.remove(&vendor()).await.unwrap());
    store.set(record("k"), false).await.unwrap();
    assert!(store.remove(&vendor()).await.unwrap());
    assert_eq!(store.state(&vendor()), KeyState::Missing);
    assert!(place.read("example").unwrap().is_none());
}

#[tokio::test]
async fn what_is_no_record_is_no_key() {
    let place = Place::new(Rung::Keychain, How::Works);
    place.write("example", b"{\"vendor\":\"other\"}").unwrap();
    let store = KeyStore::with(vec![place as Arc<dyn Backend>]);
    store.load(&[vendor()]).await;
    assert_eq!(store.state(&vendor()), KeyState::Missing);
}

fn check_parts(parts: &[&str], limit: usize, accepted: bool) {
    let parts: Vec<_> = parts
        .iter()
        .map(|part| KeyPart((*part).to_owned()))
        .collect();
    let made = Record::new(vendor(), None, &parts, limit);
    assert_eq!(made.is_ok(), accepted, "{:?}", made.err());
    if let Err(error) = made {
        assert!(!error.to_string().contains("canary"), "{error}");
    }
}

#[test]
fn a_key_has_up_to_four_parts_of_up_to_eight_kibibytes() {
    let long = "k".repeat(8 * 1024);
    check_parts(&[long.as_str(); 4], 4, true);
    check_parts(&[long.as_str(); 5], 5, false);
    check_parts(&[&format!("{long}k")], 1, false);
    check_parts(&[], 1, false);
    check_parts(&["a", "b"], 1, false);
    check_parts(&["a", ""], 2, true);
    check_parts(&["", "b"], 2, false);
}

#[test]
fn a_key_with_a_line_break_in_it_is_refused_and_one_around_it_taken_away() {
    check_parts(&["sk-canary\nsk-other"], 1, false);
    check_parts(&["sk-canary\u{0}"], 1, false);
    check_parts(&["  "], 1, false);
    check_parts(&[" sk-canary\r\n"], 1, true);
}

/// A place keeps short, long and foreign keys, the last of several, and forgets them.
fn check_place(place: &dyn Backend) {
    let name = "round-trip";
    for key in [CANARY, &"k".repeat(4096), "clé-密钥-🔑"] {
        let parts = [KeyPart(key.to_owned())];
        let value = Record::new(VendorId(name.to_owned()), None, &parts, 1)
            .unwrap()
            .to_bytes();
        place.write(name, &value).unwrap();
        assert_eq!(place.read(name).unwrap().unwrap(), value);
    }
    assert!(place.remove(name).unwrap());
    assert!(!place.remove(name).unwrap());
    assert!(place.read(name).unwrap().is_none());
}

#[test]
fn the_file_keeps_keys_for_its_owner_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new/keys.json");
    let file = KeyFile::at(path.clone());
    assert!(file.read("example").unwrap().is_none());
    assert!(!path.exists(), "nothing is written before it is asked for");
    check_place(&file);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&path), 0o600);
    file.write("example", &record("k").to_bytes()).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    file.read("example").unwrap();
    assert_eq!(mode(&path), 0o600);
}

#[test]
fn a_file_that_cannot_be_used_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys.json");
    fs::write(&path, "no JSON").unwrap();
    let file = KeyFile::at(path.clone());
    let rung = Rung::File;
    assert_eq!(file.read("a").unwrap_err(), KeyError::Damaged { rung });
    assert_eq!(
        file.write("a", &record("k").to_bytes()).unwrap_err(),
        KeyError::Damaged { rung }
    );
    assert_eq!(fs::read_to_string(&path).unwrap(), "no JSON");
    // Also for root, whom permissions do not stop.
    let below_a_file = KeyFile::at(path.join("keys.json"));
    let refused = below_a_file
        .write("a", &record("k").to_bytes())
        .unwrap_err();
    assert!(matches!(refused, KeyError::Unavailable { .. }), "{refused}");
}

#[test]
fn two_hosts_that_write_the_file_at_once_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys.json");
    std::thread::scope(|scope| {
        for host in 0..8 {
            let file = KeyFile::at(path.clone());
            scope.spawn(move || {
                for number in 0..8 {
                    let name = format!("{host}-{number}");
                    file.write(&name, &record("k").to_bytes()).unwrap();
                }
            });
        }
    });
    let file = KeyFile::at(path);
    for host in 0..8 {
        for number in 0..8 {
            assert!(file.read(&format!("{host}-{number}")).unwrap().is_some());
        }
    }
}

/// Set for the second process: where to read from.
const SECOND: &str = "COTERIE_TEST_SECOND_PROCESS";

/// Starts this test again as another process, in which it reads.
fn check_second_process(test: &str, place: &str) {
    let program = std::env::current_exe().unwrap();
    let read = Command::new(program)
        .args(["--exact", test])
        .env(SECOND, place)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&read.stdout).into_owned();
    assert!(read.status.success(), "{said}");
    assert!(said.contains("1 passed"), "{said}");
}

#[test]
fn another_process_reads_what_is_in_the_file() {
    if let Some(path) = std::env::var_os(SECOND) {
        let value = KeyFile::at(path.into()).read("example").unwrap();
        assert_eq!(value.unwrap(), record(CANARY).to_bytes());
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys.json");
    KeyFile::at(path.clone())
        .write("example", &record(CANARY).to_bytes())
        .unwrap();
    let test = "keys::tests::another_process_reads_what_is_in_the_file";
    check_second_process(test, &path.display().to_string());
}

/// Some kernels and containers have no keyring; the ladder then goes on, which other tests show.
#[cfg(target_os = "linux")]
#[test]
fn another_process_reads_what_is_in_the_keyring_of_the_kernel() {
    let ring = KernelKeyring::named("coterie-test");
    if std::env::var_os(SECOND).is_some() {
        let value = ring.read("example").unwrap();
        assert_eq!(value.unwrap(), record(CANARY).to_bytes());
        return;
    }
    if ring.write("example", &record(CANARY).to_bytes()).is_err() {
        return;
    }
    let test = "keys::tests::another_process_reads_what_is_in_the_keyring_of_the_kernel";
    check_second_process(test, "kernel");
    assert!(ring.remove("example").unwrap());
    check_place(&ring);
}

#[test]
fn a_machine_without_a_keychain_says_so() {
    // Where there is one, the ladder is tested with others, so as not to touch the reader's.
    if std::env::var_os("DBUS_SESSION_BUS_ADDRESS").is_some() {
        return;
    }
    let refused = Keychain::default().read("coterie-test").unwrap_err();
    let typed = matches!(
        refused,
        KeyError::Unavailable { .. } | KeyError::Locked { .. }
    );
    assert!(typed, "{refused}");
}

#[test]
fn nothing_of_a_key_is_shown() {
    let record = record(CANARY);
    let shown = format!("{record:?}");
    assert!(!shown.contains("canary"), "{shown}");
}
