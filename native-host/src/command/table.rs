//! Setting the table: the reader's folders, settings and experts.

use coterie_host::{coe::Coterie, config::Config, experts::Roster, paths::Paths};

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
pub fn coterie(config: &Config) -> Coterie {
    Coterie::new(Roster::set(config, &|name| std::env::var(name).ok()))
}
