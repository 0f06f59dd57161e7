//! One governor for all tabs and browsers: how often, how much and for how much money vendors are
//! asked.
//!
//! Hosts share what they know through the database: each call is admitted within one transaction,
//! so two hosts can never both take the last place. A host that is killed gives back what it had:
//! the system takes its lock away, and the next that wants its place sees that.

mod admission;
mod caps;
mod limits;
mod permit;
mod presence;
mod rates;
mod refused;
#[cfg(test)]
mod tests;
mod window;

use std::{sync::Arc, time::Duration};

use coterie_protocol::{Cost, Place, VendorId};
use rusqlite::{Connection, params};

pub use caps::{CapState, Charge};
pub use limits::{LimitTable, Limits};
pub use permit::Permit;
pub use refused::{Limit, Refused};

use self::{
    admission::{Admission, Admitted},
    permit::Held,
    presence::Presence,
    rates::Rates,
};
use crate::memory::{Clock, Database};

/// An amount in US dollars, where its currency is known.
pub fn in_dollars(cost: &Cost) -> Option<f64> {
    Rates::usual().dollars(cost)
}

/// A vendor is never taken to be closed for longer than this, whatever it asks.
const LONGEST_CLOSURE: Duration = Duration::from_secs(24 * 3600);

/// What a call is expected to take.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimate {
    /// Tokens, sent and received.
    pub tokens: u64,
    /// Money.
    pub charge: Charge,
}

impl Estimate {
    /// A call that costs nothing.
    pub fn free(tokens: u64) -> Self {
        Self {
            tokens,
            charge: Charge::Nothing,
        }
    }
}

/// Lets calls through, or says how long to wait. Clones are the same governor.
#[derive(Debug, Clone)]
pub struct Governor {
    database: Database,
    presence: Arc<Presence>,
    limits: Arc<LimitTable>,
    clock: Clock,
}

impl Governor {
    /// A governor that shares this database with those of other hosts.
    pub fn new(database: Database, limits: LimitTable, clock: Clock) -> Self {
        let folder = database.path().map(|path| path.with_extension("hosts"));
        Self {
            database,
            presence: Arc::new(Presence::new(folder)),
            limits: Arc::new(limits),
            clock,
        }
    }

    /// Asks for leave to make a call to a vendor, whose experts run there. Where the database
    /// itself fails the call is let through: a limit is no reason to lose an answer.
    ///
    /// # Errors
    /// With how long to wait, or with the limit of money that is reached.
    pub async fn admit(
        &self,
        vendor: &VendorId,
        place: Place,
        estimate: Estimate,
    ) -> Result<Permit, Refused> {
        if place == Place::BuiltIn {
            return Ok(self.permit(None));
        }
        let limits = self.limits.of(vendor, place);
        let (presence, now) = (Arc::clone(&self.presence), self.clock.now());
        let vendor = vendor.clone();
        let ask = move |connection: &Connection| {
            let admission = Admission {
                connection,
                presence: &presence,
                vendor: &vendor,
                limits,
                estimate: &estimate,
                now,
            };
            admission.ask()
        };
        match self.database.write(ask).await {
            Ok(Ok(admitted)) => Ok(self.permit(Some(admitted))),
            Ok(Err(refused)) => Err(refused),
            Err(error) => {
                tracing::error!(%error, "a call is made without asking for limits");
                Ok(self.permit(None))
            }
        }
    }

    fn permit(&self, admitted: Option<Admitted>) -> Permit {
        let database = self.database.clone();
        let Some(Admitted { id, at, near_cap }) = admitted else {
            return Permit::new(None, database, self.clock.now(), None);
        };
        let held = Held {
            id,
            _presence: Arc::clone(&self.presence),
        };
        Permit::new(Some(held), database, at, near_cap)
    }

    /// Leaves a vendor alone for as long as it asked, in every host.
    pub fn close(&self, vendor: &VendorId, wait: Duration) {
        let until = self.clock.now().after(wait.min(LONGEST_CLOSURE));
        let vendor = vendor.clone();
        self.database.write_later(move |connection: &Connection| {
            let mut statement = connection.prepare_cached(
                "INSERT INTO closures (vendor, until) VALUES (?1, ?2)
                 ON CONFLICT DO UPDATE SET until = max(until, excluded.until)",
            )?;
            statement.execute(params![vendor.0, until.0]).map(drop)
        });
    }

    /// Asks a vendor again at once, as after a new key.
    pub fn reopen(&self, vendor: &VendorId) {
        let vendor = vendor.clone();
        self.database.write_later(move |connection: &Connection| {
            let delete = "DELETE FROM closures WHERE vendor = ?1";
            connection.execute(delete, [&vendor.0]).map(drop)
        });
    }
}
