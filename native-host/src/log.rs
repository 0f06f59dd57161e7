//! Logs: warnings to standard error, which browsers record, and more to a file. Neither carries
//! page text, answers or keys; standard output is never written to.

use std::{
    backtrace::{Backtrace, BacktraceStatus},
    fs::{self, File, OpenOptions},
    io, panic,
    path::Path,
    sync::Mutex,
};

use tracing_subscriber::{
    EnvFilter, Layer, filter::LevelFilter, fmt, layer::SubscriberExt, util::SubscriberInitExt,
};

/// When the log is larger than this many bytes it is set aside and begun anew.
const LARGEST_LOG: u64 = 4 * 1024 * 1024;

/// Starts logging. `RUST_LOG` sets what goes to the file; without a file only standard error is
/// used, since a host that cannot log can still answer.
pub fn start(file: Option<&Path>) {
    let to_error = fmt::layer()
        .with_writer(io::stderr)
        .with_ansi(false)
        .with_filter(LevelFilter::WARN);
    let to_file = file.and_then(|path| open(path).ok()).map(|file| {
        let wanted = EnvFilter::try_from_default_env()
            .unwrap_or_else(|_| EnvFilter::new("coterie_host=info"));
        fmt::layer()
            .with_writer(Mutex::new(file))
            .with_ansi(false)
            .with_filter(wanted)
    });
    // A second start, as in tests, changes nothing.
    let _ = tracing_subscriber::registry()
        .with(to_error)
        .with(to_file)
        .try_init();
    panic::set_hook(Box::new(tell));
}

/// Tells of a panic where it happened, and the way there where `RUST_BACKTRACE` asks for it. Its
/// words are told only if they stand in the program: others may repeat an answer or a key.
fn tell(panic: &panic::PanicHookInfo<'_>) {
    let words = panic.payload().downcast_ref::<&'static str>();
    let words = words.copied().unwrap_or("its words are kept back");
    let place = panic.location().map(ToString::to_string);
    let way = Backtrace::capture();
    let way = (way.status() == BacktraceStatus::Captured).then(|| way.to_string());
    tracing::error!(place, way, "a task panicked: {words}");
}

fn open(path: &Path) -> io::Result<File> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    if fs::metadata(path).is_ok_and(|found| found.len() > LARGEST_LOG) {
        fs::rename(path, path.with_extension("log.old"))?;
    }
    OpenOptions::new().create(true).append(true).open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_that_has_grown_is_set_aside_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state/host.log");
        open(&path).unwrap().set_len(LARGEST_LOG + 1).unwrap();
        open(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().len(), 0);
        assert_eq!(
            fs::metadata(path.with_extension("log.old")).unwrap().len(),
            LARGEST_LOG + 1
        );
    }
}
