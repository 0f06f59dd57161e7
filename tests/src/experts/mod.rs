//! An OpenAI-compatible server on loopback whose faults are chosen by the name of the model.
//!
//! It answers `GET /v1/models` and `POST /v1/chat/completions`, streaming or not, and records
//! every request, so that tests can count calls and time cancels.

mod answer;
mod behaviour;
mod cue;
mod record;
mod script;
mod wire;

use std::{
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

pub use behaviour::Behaviour;
pub use cue::Cue;
use cue::Director;
use record::Records;
pub use record::{End, Record};
pub use script::MARKDOWN;

use crate::{
    http::{Connection, Request, Server},
    wait::TimedOut,
};

/// A `config.toml` that keeps the host from looking for local runtimes.
pub const NO_DISCOVERY: &str = "[discovery]\nenabled = false\n";

/// A running server; it stops when dropped.
pub struct ScriptedServer {
    server: Server,
    shared: Arc<Shared>,
}

/// What all connections share.
#[derive(Default)]
struct Shared {
    records: Records,
    said: Mutex<Option<String>>,
    director: Mutex<Option<Director>>,
}

impl ScriptedServer {
    /// Starts on a port that is free.
    ///
    /// # Errors
    /// When no port can be had.
    pub fn start() -> io::Result<Self> {
        Self::start_on(0)
    }

    /// Starts on a port.
    ///
    /// # Errors
    /// When the port is taken.
    pub fn start_on(port: u16) -> io::Result<Self> {
        let shared = Arc::<Shared>::default();
        let serving = Arc::clone(&shared);
        let server = Server::start(port, move |client| serve(client, &serving))?;
        Ok(Self { server, shared })
    }

    /// The base URL to configure: `http://127.0.0.1:port/v1`.
    pub fn base_url(&self) -> String {
        format!("http://{}/v1", self.server.address())
    }

    /// A `config.toml` with these models as the reader's own experts, in this order, and no other
    /// but the built-in ones. Their ids are `scripted/` and the model's name.
    pub fn config(&self, models: &[&str]) -> String {
        self.config_of(models.iter().map(|model| ("scripted", *model)))
    }

    /// The same with a vendor for each model: what one asks for is not asked of the other.
    pub fn config_of<'a>(&self, experts: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
        let expert = |(vendor, model)| {
            format!(
                "[[expert]]\nname = \"Scripted {model}\"\nvendor = \"{vendor}\"\n\
                 base_url = \"{}\"\nmodel = \"{model}\"\n",
                self.base_url()
            )
        };
        let experts: String = experts.into_iter().map(expert).collect();
        format!("{NO_DISCOVERY}{experts}")
    }

    /// What every model whose behaviour does not say otherwise answers from now on.
    pub fn say(&self, text: &str) {
        let said = &self.shared.said;
        *said.lock().unwrap_or_else(PoisonError::into_inner) = Some(text.to_owned());
    }

    /// Gives each request from now on what `director` says, whatever its model is called. What it
    /// says nothing of is answered as before.
    pub fn direct(&self, director: impl Fn(&Record) -> Option<Cue> + Send + Sync + 'static) {
        let place = &self.shared.director;
        *place.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(director));
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// The chat completion requests so far.
    pub fn requests(&self) -> Vec<Record> {
        self.shared.records.all()
    }

    /// Waits for a request that is as wanted.
    ///
    /// # Errors
    /// When none is in time.
    pub fn wait_for(
        &self,
        what: &str,
        patience: Duration,
        wanted: impl Fn(&Record) -> bool,
    ) -> Result<Record, TimedOut> {
        let found = self.shared.records.wait(patience, wanted);
        found.ok_or_else(|| TimedOut {
            what: what.to_owned(),
            waited: patience,
        })
    }
}

impl Shared {
    fn said(&self) -> Option<String> {
        let said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        said.clone()
    }

    fn cue(&self, record: &Record) -> Option<Cue> {
        let director = self.director.lock();
        let director = director.unwrap_or_else(PoisonError::into_inner).clone();
        director.and_then(|director| director(record))
    }
}

fn serve(client: &mut Connection, shared: &Shared) -> io::Result<()> {
    while let Some(request) = client.request()? {
        match (request.method.as_str(), request.path.as_str()) {
            ("GET", "/v1/models") => {
                let models = wire::models(Behaviour::models());
                answer::json(client, "200 OK", &[], &models)?;
            }
            ("POST", "/v1/chat/completions") => answer::chat(client, shared, &request)?,
            _ => not_found(client, &request)?,
        }
    }
    Ok(())
}

fn not_found(client: &mut Connection, request: &Request) -> io::Result<()> {
    let message = format!("there is no {} {}", request.method, request.path);
    let error = wire::error("not_found", &message);
    answer::json(client, "404 Not Found", &[], &error)
}

#[cfg(test)]
mod tests;
