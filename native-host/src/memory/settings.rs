//! What the reader set, kept for all browsers.

use std::fmt::Display;

use coterie_protocol::{Cost, ExpertId, Settings};
use rusqlite::{Connection, OptionalExtension as _, params};
use serde_json::Value;
use thiserror::Error;

use super::{Database, DatabaseError, Money};
use crate::experts::BaseUrl;

/// Each brings settings, as JSON, one version on; the first those of version 1.
const MIGRATIONS: &[fn(Value) -> Value] = &[];

/// The version that settings are written in.
#[expect(clippy::cast_possible_wrap, reason = "there are only a few")]
const VERSION: i64 = 1 + MIGRATIONS.len() as i64;

/// More of anything is not a reader's doing.
const MOST: usize = 1000;

/// The longest name, in characters.
const LONGEST: usize = 200;

/// Why settings could not be kept or read.
#[derive(Debug, Error)]
pub enum SettingsError {
    /// A setting cannot be as it was given.
    #[error("`{setting}` cannot be {value}: {why}")]
    Refused {
        /// Its name, as on the wire.
        setting: String,
        /// What was given, shortened.
        value: String,
        /// What is wrong with it.
        why: String,
    },
    /// The database cannot be used.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

/// The settings; those of a reader who set none are the usual ones, and so are those that cannot
/// be read any more.
///
/// # Errors
/// When the database cannot be read.
pub async fn load(database: &Database) -> Result<Settings, DatabaseError> {
    database.read(read).await
}

/// Keeps the settings, if each can be as it is given.
///
/// # Errors
/// When one cannot be, or the database cannot be written.
pub async fn save(database: &Database, settings: &Settings) -> Result<(), SettingsError> {
    check(settings)?;
    let value = serde_json::to_string(settings).map_err(|error| SettingsError::Refused {
        setting: "settings".to_owned(),
        value: "as they are".to_owned(),
        why: error.to_string(),
    })?;
    let work = move |connection: &Connection| {
        connection.execute(
            "INSERT INTO settings (id, version, value) VALUES (1, ?1, ?2)
             ON CONFLICT DO UPDATE SET version = excluded.version, value = excluded.value",
            params![VERSION, value],
        )
    };
    database.write(work).await?;
    Ok(())
}

/// The settings, within a transaction.
pub(crate) fn read(connection: &Connection) -> rusqlite::Result<Settings> {
    let mut statement =
        connection.prepare_cached("SELECT version, value FROM settings WHERE id = 1")?;
    let found = statement
        .query_one([], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((version, value)): Option<(i64, String)> = found else {
        return Ok(Settings::default());
    };
    Ok(parse(version, &value).unwrap_or_else(|error| {
        tracing::warn!(%error, "the settings cannot be read and are as usual");
        Settings::default()
    }))
}

/// Reads what any version up to now has written. What a later one may have added is left out.
fn parse(version: i64, value: &str) -> Result<Settings, serde_json::Error> {
    serde_json::from_value(migrate(version, serde_json::from_str(value)?, MIGRATIONS))
}

fn migrate(version: i64, value: Value, migrations: &[fn(Value) -> Value]) -> Value {
    let done = usize::try_from(version - 1).unwrap_or(0);
    let missing = migrations.iter().skip(done);
    missing.fold(value, |value, migration| migration(value))
}

/// Whether each setting can be as it is given.
///
/// # Errors
/// With the first that cannot.
pub fn check(settings: &Settings) -> Result<(), SettingsError> {
    cap("daily_cap", settings.daily_cap.as_ref())?;
    cap("monthly_cap", settings.monthly_cap.as_ref())?;
    number_of("unwanted", settings.unwanted.len())?;
    for ExpertId(expert) in &settings.unwanted {
        name("unwanted", expert)?;
    }
    number_of("confirmed_hosts", settings.confirmed_hosts.len())?;
    for host in &settings.confirmed_hosts {
        name("confirmed_hosts", host)?;
    }
    number_of("own_endpoints", settings.own_endpoints.len())?;
    let mut names: Vec<&str> = Vec::new();
    for (number, own) in settings.own_endpoints.iter().enumerate() {
        let setting = |field: &str| format!("own_endpoints.{number}.{field}");
        name(&setting("name"), &own.name)?;
        name(&setting("model"), &own.model)?;
        BaseUrl::try_from(own.base_url.clone())
            .map_err(|error| refused(&setting("base_url"), &own.base_url, error))?;
        if names.contains(&own.name.as_str()) {
            return Err(refused(
                &setting("name"),
                &own.name,
                "another has that name",
            ));
        }
        names.push(&own.name);
    }
    Ok(())
}

fn cap(setting: &str, cap: Option<&Cost>) -> Result<(), SettingsError> {
    let Some(cap) = cap else { return Ok(()) };
    let code = cap.currency.as_bytes();
    if code.len() != 3 || !code.iter().all(u8::is_ascii_uppercase) {
        let why = "a currency has three capital letters, as USD";
        return Err(refused(&format!("{setting}.currency"), &cap.currency, why));
    }
    if Money::of(cap).is_none() {
        let why = "an amount is 0 or more, and less than a billion";
        return Err(refused(
            &format!("{setting}.amount"),
            &cap.amount.to_string(),
            why,
        ));
    }
    Ok(())
}

fn name(setting: &str, name: &str) -> Result<(), SettingsError> {
    if name.trim().is_empty() {
        return Err(refused(setting, name, "a name has at least one letter"));
    }
    if name.chars().count() > LONGEST {
        let why = format!("a name has at most {LONGEST} characters");
        return Err(refused(setting, name, why));
    }
    if name.chars().any(char::is_control) {
        return Err(refused(setting, name, "a name is one line of letters"));
    }
    Ok(())
}

fn number_of(setting: &str, number: usize) -> Result<(), SettingsError> {
    if number > MOST {
        let value = format!("{number} long");
        return Err(refused(setting, &value, format!("at most {MOST} are kept")));
    }
    Ok(())
}

fn refused(setting: &str, value: &str, why: impl Display) -> SettingsError {
    let shown: String = value.chars().take(80).collect();
    SettingsError::Refused {
        setting: setting.to_owned(),
        value: format!("`{}`", shown.escape_debug()),
        why: why.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use coterie_protocol::{OwnEndpoint, Profile};

    use super::*;

    fn cost(amount: f64, currency: &str) -> Cost {
        Cost {
            amount,
            currency: currency.to_owned(),
        }
    }

    fn own(name: &str, base_url: &str) -> OwnEndpoint {
        OwnEndpoint {
            name: name.to_owned(),
            base_url: base_url.to_owned(),
            model: "m".to_owned(),
        }
    }

    fn some() -> Settings {
        Settings {
            confirmed_hosts: vec!["models.corp".to_owned()],
            profile: Profile::Best,
            daily_cap: Some(cost(2.5, "CNY")),
            monthly_cap: Some(cost(0.0, "USD")),
            unwanted: vec![ExpertId("a/b".to_owned())],
            own_endpoints: vec![own("Mine", "https://m.example/v1")],
        }
    }

    #[tokio::test]
    async fn settings_come_back_as_they_were_kept() {
        let database = Database::in_memory();
        assert_eq!(load(&database).await.unwrap(), Settings::default());
        for settings in [some(), Settings::default()] {
            save(&database, &settings).await.unwrap();
            assert_eq!(load(&database).await.unwrap(), settings);
        }
    }

    /// Settings that name what is refused, and leave what was kept as it was.
    async fn check_refused(settings: Settings, setting: &str) {
        let database = Database::in_memory();
        save(&database, &some()).await.unwrap();
        match save(&database, &settings).await {
            Err(SettingsError::Refused { setting: named, .. }) => assert_eq!(named, setting),
            other => panic!("{setting}: {other:?}"),
        }
        assert_eq!(load(&database).await.unwrap(), some());
    }

    #[tokio::test]
    async fn what_cannot_be_is_refused_by_its_name() {
        for amount in [-0.5, f64::NAN, f64::INFINITY, 1e12] {
            let settings = Settings {
                daily_cap: Some(cost(amount, "USD")),
                ..some()
            };
            check_refused(settings, "daily_cap.amount").await;
        }
        for currency in ["", "usd", "DOLLAR", "€€€"] {
            let settings = Settings {
                monthly_cap: Some(cost(1.0, currency)),
                ..some()
            };
            check_refused(settings, "monthly_cap.currency").await;
        }
        for (endpoint, setting) in [
            (
                own("New", "http://m.example/v1"),
                "own_endpoints.1.base_url",
            ),
            (own("New", "m.example"), "own_endpoints.1.base_url"),
            (own("Mine", "https://n.example/v1"), "own_endpoints.1.name"),
            (own(" ", "https://n.example/v1"), "own_endpoints.1.name"),
            (
                own(&"n".repeat(201), "https://n.example/v1"),
                "own_endpoints.1.name",
            ),
        ] {
            let mut settings = some();
            settings.own_endpoints.push(endpoint);
            check_refused(settings, setting).await;
        }
        let unwanted = vec![ExpertId("a".to_owned()); MOST + 1];
        check_refused(Settings { unwanted, ..some() }, "unwanted").await;
    }

    async fn check_read(version: i64, value: &'static str, expected: Settings) {
        let database = Database::in_memory();
        let work = move |connection: &Connection| {
            let insert = "INSERT INTO settings VALUES (1, ?1, ?2)";
            connection.execute(insert, params![version, value])
        };
        database.write(work).await.unwrap();
        assert_eq!(load(&database).await.unwrap(), expected, "{value}");
    }

    #[tokio::test]
    async fn what_another_version_wrote_is_read_as_far_as_it_is_known() {
        let fast = Settings {
            profile: Profile::Fast,
            ..Settings::default()
        };
        check_read(1, r#"{"profile":"fast"}"#, fast.clone()).await;
        check_read(9, r#"{"profile":"fast","colour":"red"}"#, fast).await;
    }

    #[test]
    fn older_settings_go_through_each_later_migration_once() {
        fn add(value: &Value, digit: &str) -> Value {
            Value::from(value.as_str().unwrap().to_owned() + digit)
        }
        let migrations: &[fn(Value) -> Value] =
            &[|value| add(&value, "2"), |value| add(&value, "3")];
        for (version, expected) in [(1, "23"), (2, "3"), (3, ""), (9, "")] {
            assert_eq!(migrate(version, Value::from(""), migrations), expected);
        }
    }

    #[tokio::test]
    async fn settings_that_cannot_be_read_are_the_usual_ones() {
        check_read(1, "{", Settings::default()).await;
        check_read(1, r#"{"profile":7}"#, Settings::default()).await;
    }
}
