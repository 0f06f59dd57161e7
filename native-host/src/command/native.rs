//! A browser started us: native messaging until it closes our input.

use std::process::ExitCode;

use coterie_host::{
    config::Config,
    install::{Caller, StrangeCaller},
    log,
    paths::Paths,
    session,
};

use super::{Stop, block_on, table};

/// Serves the browser. Settings with a mistake do not keep the host from answering: it does so
/// without them and says so in the log.
pub fn run(caller: Result<Caller, StrangeCaller>) -> Result<ExitCode, Stop> {
    let paths = Paths::from_environment();
    log::start(paths.as_ref().map(Paths::log_file).as_deref());
    let caller = caller.map_err(|strange| Stop::new(77, strange.to_string()))?;
    tracing::info!(caller = caller.name, "started by a browser");
    let config = paths
        .as_ref()
        .map(|paths| Config::read(&paths.config_file()));
    let config = config.unwrap_or_else(|| Ok(Config::default()));
    let config = config.unwrap_or_else(|error| {
        tracing::error!(%error, "the settings are not used");
        Config::default()
    });
    block_on(async {
        let taken = session::stdio::take();
        let (input, output) = taken.map_err(|error| Stop::internal(error.to_string()))?;
        let coterie = table::coterie(paths.as_ref(), &config);
        match session::serve(input, output, coterie).await {
            Ok(end) => {
                tracing::info!(?end, "ended");
                Ok(ExitCode::SUCCESS)
            }
            Err(error) => Err(Stop::new(error.exit_code(), error.to_string())),
        }
    })
}
