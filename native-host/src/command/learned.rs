//! `coterie learned`: what was learned of the reader, to see, to export and to forget.

use std::process::ExitCode;

use clap::Args;
use coterie_host::memory::{Clock, Database, Habit, Habits, Rating, Ratings};
use serde::Serialize;

use super::{Stop, columns, table, terminal};

#[derive(Debug, Args)]
pub struct Options {
    /// Print all of it as JSON
    #[arg(long, conflicts_with = "forget")]
    json: bool,
    /// Forget all of it
    #[arg(long)]
    forget: bool,
    /// Forget what is known of a vendor only
    #[arg(long, value_name = "VENDOR", requires = "forget")]
    vendor: Option<String>,
    /// Forget what is known of a site only, by its host name
    #[arg(
        long,
        value_name = "HOST",
        requires = "forget",
        conflicts_with = "vendor"
    )]
    site: Option<String>,
}

/// Everything that was learned.
#[derive(Serialize)]
struct Learned {
    ratings: Vec<Rating>,
    habits: Vec<Habit>,
}

/// Shows what was learned, or forgets it.
pub async fn run(options: Options) -> Result<ExitCode, Stop> {
    let paths = table::paths()?;
    let (database, clock) = (
        Database::open(Some(&paths.database_file())),
        Clock::system(),
    );
    let ratings = Ratings::new(database.clone());
    let habits = Habits::new(database.clone(), clock);
    if options.forget {
        return forget(&options, &ratings, &habits, &database).await;
    }
    let learned = Learned {
        ratings: ratings.all().await.map_err(stop)?,
        habits: habits.all().await.map_err(stop)?,
    };
    if options.json {
        terminal::json(&learned)?;
    } else {
        print(&learned)?;
    }
    Ok(ExitCode::SUCCESS)
}

async fn forget(
    options: &Options,
    ratings: &Ratings,
    habits: &Habits,
    database: &Database,
) -> Result<ExitCode, Stop> {
    let forgotten = match (&options.vendor, &options.site) {
        (Some(vendor), _) => ratings.erase_vendor(vendor).await,
        (None, Some(site)) => habits.erase_site(site).await,
        (None, None) => match ratings.erase().await {
            Ok(first) => habits.erase().await.map(|second| first + second),
            Err(error) => Err(error),
        },
    };
    let forgotten = forgotten.map_err(stop)?;
    database.settle().await;
    terminal::line(&format!("forgot {forgotten} entries"))?;
    Ok(ExitCode::SUCCESS)
}

fn print(learned: &Learned) -> Result<(), Stop> {
    if learned.ratings.is_empty() && learned.habits.is_empty() {
        return terminal::line("nothing was learned yet");
    }
    let rating = |rating: &Rating| {
        vec![
            rating.intent.clone(),
            if rating.arm.is_empty() {
                "everything"
            } else {
                &rating.arm
            }
            .to_owned(),
            rating.vendor.clone(),
            format!("{:.1}", rating.weight),
            format!("{:+.2}", rating.wins),
        ]
    };
    let headings = ["ACTION", "EXPERT", "VENDOR", "SEEN", "WENT WELL"];
    columns::print(&headings, learned.ratings.iter().map(rating).collect())?;
    let habit = |habit: &Habit| {
        vec![
            habit.ground.as_str().to_owned(),
            habit.value.clone(),
            habit.action.as_str().to_owned(),
            format!("{:.1}", habit.count),
        ]
    };
    let headings = ["HABIT BY", "WHERE", "ACTION", "TIMES"];
    columns::print(&headings, learned.habits.iter().map(habit).collect())
}

#[expect(clippy::needless_pass_by_value, reason = "it is given to map_err")]
fn stop(error: coterie_host::memory::DatabaseError) -> Stop {
    Stop::internal(error.to_string())
}
