//! Setting the table: the reader's folders, settings and experts.

use std::sync::Arc;

use coterie_host::{
    coe::{Coterie, House},
    config::Config,
    experts::{Roster, Values, Vendors, catalog::Catalog},
    keys::KeyStore,
    manage::Manager,
    memory::{Clock, Database},
    paths::Paths,
};

use super::Stop;

/// The reader's folders.
///
/// # Errors
/// When there is no home.
pub fn paths() -> Result<Paths, Stop> {
    let missing = "neither HOME nor the XDG folders are set; set HOME to your home folder";
    Paths::from_environment().ok_or_else(|| Stop::new(78, missing))
}

/// The reader's settings.
///
/// # Errors
/// When the file has a mistake.
pub fn config(paths: &Paths) -> Result<Config, Stop> {
    let config = Config::read(&paths.config_file());
    config.map_err(|error| {
        let error = error.to_string();
        Stop::new(
            78,
            format!(
                "correct the settings or take them away: {}",
                error.trim_end()
            ),
        )
    })
}

/// The circle of experts that this reader has.
pub fn coterie(paths: Option<&Paths>, config: &Config) -> Coterie {
    let environment = |name: &str| std::env::var(name).ok();
    let roster = Roster::set(config, &environment);
    let catalog = paths.map_or_else(|| Catalog::built_in().clone(), catalog);
    let keys = match paths {
        Some(paths) if config.keys.system => KeyStore::of_machine(&paths.config),
        Some(paths) => KeyStore::of_file(&paths.config),
        None => KeyStore::default(),
    };
    let addresses = config.address.clone();
    let values: Values =
        Arc::new(move |name| addresses.get(name).cloned().or_else(|| environment(name)));
    let vendors = Vendors::new(catalog, keys, values);
    let file = paths.map(Paths::database_file);
    let house = House::new(Database::open(file.as_deref()), Clock::system());
    let usage = Arc::new(house.ledger().clone());
    let manager = Manager::new(vendors, Arc::new(house.clone()), usage);
    Coterie::managed(roster, manager).in_house(house)
}

/// The catalogue with the reader's own files; one with a mistake is left out.
fn catalog(paths: &Paths) -> Catalog {
    let (catalog, mistakes) = Catalog::with_own(&paths.config.join("catalog"));
    for mistake in mistakes {
        tracing::warn!(%mistake, "a file of the catalogue is left out");
    }
    catalog
}
