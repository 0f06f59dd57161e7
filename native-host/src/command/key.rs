//! `coterie key`: set, list, test and remove. No key is an argument, which others could see, and
//! none is ever printed.

use std::{
    io::{self, IsTerminal as _, Read as _},
    process::ExitCode,
};

use clap::{Args, Subcommand};
use coterie_host::{coe::Coterie, manage::Order};
use coterie_protocol::{KeyPart, KeyState, Outcome, Rung, VendorCard, VendorId};
use zeroize::Zeroizing;

use super::{Stop, columns, table, terminal};

/// More is no key, in bytes.
const LONGEST: u64 = 64 * 1024;

#[derive(Debug, Subcommand)]
pub enum What {
    /// Keep the key of a vendor, asked for without echo or read from standard input, one part a
    /// line
    Set(Set),
    /// List the vendors and where their keys are
    List(List),
    /// Find out whether a vendor takes the key, without being charged
    Test(Of),
    /// Forget the key of a vendor
    Remove(Of),
}

#[derive(Debug, Args)]
pub struct Set {
    #[command(flatten)]
    of: Of,
    /// The region that the key is for, where the vendor has several
    #[arg(long)]
    region: Option<String>,
    /// Allow a file that only you can read, where there is no keychain
    #[arg(long)]
    file: bool,
}

#[derive(Debug, Args)]
pub struct List {
    /// Print them as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
pub struct Of {
    /// The vendor's name, as `coterie key list` has it
    vendor: String,
}

/// Does what is wanted.
pub async fn run(what: What) -> Result<ExitCode, Stop> {
    let paths = table::paths()?;
    let coterie = table::coterie(Some(&paths), &table::config(&paths)?);
    match what {
        What::Set(set) => keep(&coterie, set).await?,
        What::List(list) => show(&coterie, &list).await?,
        What::Test(of) => {
            let card = card(&coterie, &of.vendor).await?;
            let vendor = card.id.clone();
            coterie.manager().perform(Order::TestKey { vendor }).await?;
            terminal::line(&format!("{} takes the key", card.name))?;
        }
        What::Remove(of) => {
            let card = card(&coterie, &of.vendor).await?;
            let vendor = card.id.clone();
            coterie
                .manager()
                .perform(Order::RemoveKey { vendor })
                .await?;
            terminal::line(&match card.key {
                KeyState::Set { .. } => format!("the key of {} is forgotten", card.name),
                KeyState::Missing | KeyState::NotNeeded => {
                    format!("there was no key of {}", card.name)
                }
            })?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn keep(coterie: &Coterie, set: Set) -> Result<(), Stop> {
    let card = card(coterie, &set.of.vendor).await?;
    let parts = if io::stdin().is_terminal() {
        ask(&card)?
    } else {
        read()?
    };
    let order = Order::SetKey {
        vendor: card.id.clone(),
        region: set.region,
        parts,
        in_file: set.file,
    };
    let Outcome::Key { key, .. } = coterie.manager().perform(order).await? else {
        return Err(Stop::internal("keeping a key came to something else"));
    };
    if key == (KeyState::Set { rung: Rung::Memory }) {
        // This run ends now, and its memory with it.
        let sentence = "no keychain of this machine keeps the key; allow a file with --file";
        return Err(Stop::new(73, sentence));
    }
    terminal::line(&format!("the key of {} is {}", card.name, told(key)))
}

async fn show(coterie: &Coterie, list: &List) -> Result<(), Stop> {
    let cards = cards(coterie).await?;
    if list.json {
        return terminal::json(&cards);
    }
    let with_keys = cards.iter().filter(|card| !card.key_parts.is_empty());
    let rows = with_keys.map(|card| {
        [
            card.id.0.clone(),
            card.name.clone(),
            told(card.key).to_owned(),
        ]
        .to_vec()
    });
    columns::print(&["VENDOR", "NAME", "KEY"], rows.collect())
}

/// Where a key is, in words.
pub fn told(key: KeyState) -> &'static str {
    match key {
        KeyState::NotNeeded => "not needed",
        KeyState::Missing => "missing",
        KeyState::Set { rung } => kept(rung),
    }
}

/// A place where keys are kept, in words.
pub fn kept(rung: Rung) -> &'static str {
    match rung {
        Rung::Environment => "in the environment",
        Rung::Keychain => "in the system's keychain",
        Rung::KernelKeyring => "in the kernel's keyring, until the machine is shut down",
        Rung::Memory => "in memory, until this run ends",
        Rung::File => "in a file that only you can read",
    }
}

async fn cards(coterie: &Coterie) -> Result<Vec<VendorCard>, Stop> {
    match coterie.manager().perform(Order::Vendors).await? {
        Outcome::Vendors { vendors } => Ok(vendors),
        _ => Err(Stop::internal("listing vendors came to something else")),
    }
}

async fn card(coterie: &Coterie, vendor: &str) -> Result<VendorCard, Stop> {
    let id = VendorId(vendor.to_lowercase());
    let cards = cards(coterie).await?.into_iter();
    let mut named = cards.filter(|card| card.id == id || card.id.0 == vendor);
    named.next().ok_or_else(|| {
        let sentence = format!("there is no vendor `{vendor}`; choose one of `coterie key list`");
        Stop::new(64, sentence)
    })
}

/// Asks for each part without echo.
fn ask(card: &VendorCard) -> Result<Vec<KeyPart>, Stop> {
    let parts = card.key_parts.iter();
    let asked = parts.map(|part| {
        let answer = rpassword::prompt_password(format!("{}, {part}: ", card.name))?;
        Ok(KeyPart(answer))
    });
    asked.collect()
}

/// Reads each part from a line of its own.
fn read() -> Result<Vec<KeyPart>, Stop> {
    let mut text = Zeroizing::new(String::new());
    let read = io::stdin().take(LONGEST).read_to_string(&mut text);
    read.map_err(|_| {
        Stop::new(
            65,
            "standard input is no key; give it as text, one part a line",
        )
    })?;
    let parts = text.lines().filter(|line| !line.trim().is_empty());
    Ok(parts.map(|part| KeyPart(part.to_owned())).collect())
}
