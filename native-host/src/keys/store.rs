//! The ladder: which rung holds which key, and who may have it.

use std::{
    collections::HashMap,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use coterie_protocol::{KeyPart, KeyState, Rung, VendorId};
use futures::future::join_all;
use tokio::{
    sync::oneshot,
    time::{Instant, timeout},
};
use zeroize::Zeroizing;

use super::{Backend, EnvironmentKey, KeyError, KeyFile, Keychain, Memory, Record};
use crate::experts::Secret;

/// How long a place may take: one that is locked may be waiting for the reader, who may be away.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long a place that did not answer is left alone.
const LEFT_ALONE: Duration = Duration::from_secs(60);

/// Whose entry it is that tells whether a place keeps anything.
const PROBE: &str = "coterie-probe";

/// A key that is kept, and where.
#[derive(Debug, Clone)]
pub struct Kept {
    /// The key and where it may go.
    pub record: Arc<Record>,
    /// Where it is kept.
    pub rung: Rung,
}

/// All keys of the reader.
pub struct KeyStore {
    /// In the order in which they are tried, memory excepted.
    places: Vec<Arc<dyn Backend>>,
    memory: Memory,
    environment: HashMap<VendorId, EnvironmentKey>,
    kept: Mutex<HashMap<VendorId, Kept>>,
    silent: Mutex<HashMap<Rung, Instant>>,
}

impl KeyStore {
    /// The places of this machine; the file, if it comes to it, in the folder of settings.
    pub fn of_machine(settings: &Path) -> Self {
        let mut places: Vec<Arc<dyn Backend>> = vec![Arc::new(Keychain::default())];
        #[cfg(target_os = "linux")]
        places.push(Arc::new(super::KernelKeyring::default()));
        places.push(file(settings));
        Self::with(places)
    }

    /// No place but the file, which is used only when the reader asks for it.
    pub fn of_file(settings: &Path) -> Self {
        Self::with(vec![file(settings)])
    }

    /// These places, the safest first, and the memory of this run.
    pub fn with(places: Vec<Arc<dyn Backend>>) -> Self {
        Self {
            places,
            memory: Memory::default(),
            environment: HashMap::new(),
            kept: Mutex::default(),
            silent: Mutex::default(),
        }
    }

    /// Adds the keys of the environment, which win.
    #[must_use]
    pub fn with_environment(mut self, keys: impl IntoIterator<Item = EnvironmentKey>) -> Self {
        let keys = keys.into_iter().map(|key| (key.vendor.clone(), key));
        self.environment = keys.collect();
        self
    }

    /// Looks up what is kept for these vendors; another host may have changed it. What a place
    /// that does not answer had before is taken to be there still.
    pub async fn load(&self, vendors: &[VendorId]) {
        let reads = self
            .places
            .iter()
            .map(|place| self.read_all(place, vendors));
        let found = join_all(reads).await;
        let mut newest: HashMap<VendorId, Kept> = HashMap::new();
        let failed: Vec<Rung> = found
            .iter()
            .filter_map(|(rung, list)| list.is_none().then_some(*rung))
            .collect();
        let mut kept = self.kept();
        let still = kept.values().filter(|kept| {
            kept.rung == Rung::Memory
                || failed.contains(&kept.rung)
                || !vendors.contains(&kept.record.vendor)
        });
        let found = found.into_iter().flat_map(|(rung, list)| {
            let list = list.unwrap_or_default().into_iter();
            list.map(move |record| Kept {
                record: Arc::new(record),
                rung,
            })
        });
        for candidate in still.cloned().chain(found) {
            let known = newest.get(&candidate.record.vendor);
            if known.is_none_or(|known| known.record.given < candidate.record.given) {
                newest.insert(candidate.record.vendor.clone(), candidate);
            }
        }
        *kept = newest;
    }

    /// The key of a vendor for an address, and where it is from; nothing for another address than
    /// those it was given for.
    pub fn key(&self, vendor: &VendorId, origin: &str) -> Option<(Secret, Rung)> {
        if let Some(key) = self.environment.get(vendor) {
            let bound = key.origins.iter().any(|known| known == origin);
            return bound.then(|| (key.secret.clone(), Rung::Environment));
        }
        let kept = self.get(vendor)?;
        let bound = kept.record.origins.iter().any(|known| known == origin);
        let secret = kept.record.secret().filter(|_| bound)?;
        Some((secret, kept.rung))
    }

    /// What is kept for a vendor, the environment aside.
    pub fn get(&self, vendor: &VendorId) -> Option<Kept> {
        self.kept().get(vendor).cloned()
    }

    /// Where the key of a vendor is, if there is one.
    pub fn state(&self, vendor: &VendorId) -> KeyState {
        let kept = || self.kept().get(vendor).map(|kept| kept.rung);
        let environment = self.environment.contains_key(vendor);
        let rung = if environment {
            Some(Rung::Environment)
        } else {
            kept()
        };
        rung.map_or(KeyState::Missing, |rung| KeyState::Set { rung })
    }

    /// Keeps a key on the safest rung that keeps it, and nowhere else. A file is used only where
    /// the reader asked for it, before what does not last.
    ///
    /// # Errors
    /// When the environment has one. A rung that fails is not an error: the next one is used, and
    /// the last is memory.
    pub async fn set(&self, mut record: Record, in_file: bool) -> Result<Rung, KeyError> {
        let vendor = record.vendor.clone();
        if self.environment.contains_key(&vendor) {
            return Err(KeyError::InEnvironment { vendor });
        }
        record.given = now();
        let record = Arc::new(record);
        let mut ladder: Vec<_> = self.places.iter().collect();
        ladder.retain(|place| in_file || place.rung() != Rung::File);
        // What lasts comes before what does not.
        ladder.sort_by_key(|place| place.rung() == Rung::KernelKeyring);
        let mut rung = Rung::Memory;
        for place in ladder {
            match self.keep(place, &record).await {
                Ok(()) => {
                    rung = place.rung();
                    break;
                }
                Err(error) => tracing::info!(%error, "a key is kept elsewhere"),
            }
        }
        if rung == Rung::Memory {
            self.memory.write(&vendor.0, &record.to_bytes())?;
        }
        self.kept().insert(vendor.clone(), Kept { record, rung });
        self.remove_from(&vendor, |place| place != rung).await;
        Ok(rung)
    }

    /// Forgets the key of a vendor wherever it is; whether there was one.
    ///
    /// # Errors
    /// When the environment has it, or the place where it is does not forget it.
    pub async fn remove(&self, vendor: &VendorId) -> Result<bool, KeyError> {
        if self.environment.contains_key(vendor) {
            let vendor = vendor.clone();
            return Err(KeyError::InEnvironment { vendor });
        }
        let known = self.get(vendor);
        let mut removed = known.is_some();
        for (rung, result) in self.remove_from(vendor, |_| true).await {
            match result {
                Ok(found) => removed |= found,
                Err(error) if known.as_ref().is_some_and(|known| known.rung == rung) => {
                    return Err(error);
                }
                Err(error) => tracing::info!(%error, "a key was not looked for everywhere"),
            }
        }
        self.kept().remove(vendor);
        Ok(removed)
    }

    /// Whether each rung keeps what it is given, the safest first: something is written, read back
    /// and taken away again.
    pub async fn probe(&self) -> Vec<(Rung, Result<(), KeyError>)> {
        let vendor = VendorId(PROBE.to_owned());
        let record = Arc::new(Record {
            vendor: vendor.clone(),
            origins: Vec::new(),
            region: None,
            parts: vec![KeyPart(PROBE.to_owned())],
            given: now(),
        });
        let lasting = self
            .places
            .iter()
            .filter(|place| place.rung() != Rung::File);
        let probes = lasting.map(|place| {
            let record = Arc::clone(&record);
            async move { (place.rung(), self.keep(place, &record).await) }
        });
        let results = join_all(probes).await;
        self.remove_from(&vendor, |rung| rung != Rung::File).await;
        results
    }

    /// Writes a record and reads it back: some places only say that they keep it.
    async fn keep(&self, place: &Arc<dyn Backend>, record: &Arc<Record>) -> Result<(), KeyError> {
        let record = Arc::clone(record);
        self.ask(place, move |place| {
            let (name, value) = (&record.vendor.0, record.to_bytes());
            place.write(name, &value)?;
            let back = place.read(name)?;
            let kept = back.is_some_and(|back| *back == *value);
            let rung = place.rung();
            kept.then_some(()).ok_or(KeyError::NotKept { rung })
        })
        .await
    }

    /// What a place has for these vendors; nothing at all if it does not answer.
    async fn read_all(
        &self,
        place: &Arc<dyn Backend>,
        vendors: &[VendorId],
    ) -> (Rung, Option<Vec<Record>>) {
        let vendors = vendors.to_vec();
        let read = self.ask(place, move |place| {
            let mut records = Vec::new();
            for vendor in &vendors {
                if let Some(bytes) = place.read(&vendor.0)? {
                    match Record::from_bytes(vendor, &bytes) {
                        Some(record) => records.push(record),
                        None => {
                            tracing::warn!(%vendor, rung = ?place.rung(), "no key is what is kept");
                        }
                    }
                }
            }
            Ok(records)
        });
        let records = read
            .await
            .inspect_err(|error| tracing::info!(%error, "no keys from there"));
        (place.rung(), records.ok())
    }

    async fn remove_from(
        &self,
        vendor: &VendorId,
        wanted: impl Fn(Rung) -> bool,
    ) -> Vec<(Rung, Result<bool, KeyError>)> {
        if wanted(Rung::Memory) {
            // Memory does not fail.
            let _ = self.memory.remove(&vendor.0);
        }
        let places = self.places.iter().filter(|place| wanted(place.rung()));
        let removals = places.map(|place| {
            let name = Zeroizing::new(vendor.0.clone());
            async move {
                let removed = self.ask(place, move |place| place.remove(&name)).await;
                (place.rung(), removed)
            }
        });
        join_all(removals).await
    }

    /// Asks a place on a thread of its own: one that hangs holds up neither the requests nor the
    /// end of the process. It is then left alone for a while.
    async fn ask<T: Send + 'static>(
        &self,
        place: &Arc<dyn Backend>,
        question: impl FnOnce(&dyn Backend) -> Result<T, KeyError> + Send + 'static,
    ) -> Result<T, KeyError> {
        let rung = place.rung();
        let silent = KeyError::Silent {
            rung,
            after: PATIENCE,
        };
        if self
            .silences()
            .get(&rung)
            .is_some_and(|since| since.elapsed() < LEFT_ALONE)
        {
            return Err(silent);
        }
        let (answer, answered) = oneshot::channel();
        let asked = Arc::clone(place);
        let thread = std::thread::Builder::new().name("keys".to_owned());
        let started = thread.spawn(move || {
            // Nobody waits any more if it took too long.
            let _ = answer.send(question(&*asked));
        });
        if let Err(error) = started {
            let reason = error.to_string();
            return Err(KeyError::Unavailable { rung, reason });
        }
        match timeout(PATIENCE, answered).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) => Err(KeyError::Unavailable {
                rung,
                reason: "asking it failed".to_owned(),
            }),
            Err(_) => {
                self.silences().insert(rung, Instant::now());
                Err(silent)
            }
        }
    }

    fn kept(&self) -> MutexGuard<'_, HashMap<VendorId, Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn silences(&self) -> MutexGuard<'_, HashMap<Rung, Instant>> {
        self.silent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for KeyStore {
    /// Only the memory of this run.
    fn default() -> Self {
        Self::with(Vec::new())
    }
}

fn file(settings: &Path) -> Arc<dyn Backend> {
    Arc::new(KeyFile::at(settings.join("keys.json")))
}

fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let since = since.unwrap_or_default().as_millis();
    u64::try_from(since).unwrap_or(u64::MAX)
}
