//! Which browser to use.

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
};

use super::BrowserError;

/// Tried first: the program itself. `/usr/bin/chromium` is a shell script around it that adds
/// options of its own and hides the process id.
const PROGRAMS: [&str; 3] = [
    "/usr/lib/chromium/chromium",
    "/usr/lib/chromium-browser/chromium-browser",
    "/opt/google/chrome/chrome",
];

/// Then looked for in the search path.
const COMMANDS: [&str; 6] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "brave-browser",
];

/// Finds a browser: the one named by `COTERIE_BROWSER`, else the first that is installed.
///
/// # Errors
/// When there is none, or `COTERIE_BROWSER` names none.
pub fn find() -> Result<PathBuf, BrowserError> {
    let path = env::var_os("PATH").unwrap_or_default();
    find_among(env::var_os("COTERIE_BROWSER"), &PROGRAMS, &path)
}

fn find_among(
    chosen: Option<OsString>,
    programs: &[&str],
    path: &OsString,
) -> Result<PathBuf, BrowserError> {
    if let Some(chosen) = chosen.filter(|chosen| !chosen.is_empty()) {
        let path = PathBuf::from(chosen);
        return if path.is_file() {
            Ok(path)
        } else {
            Err(BrowserError::WrongOverride { path })
        };
    }
    programs
        .iter()
        .map(PathBuf::from)
        .chain(COMMANDS.iter().flat_map(|name| in_path(name, path)))
        .find(|candidate| candidate.is_file())
        .ok_or(BrowserError::NotFound)
}

/// Where a command could be.
fn in_path(name: &str, path: &OsString) -> Vec<PathBuf> {
    env::split_paths(path)
        .map(|folder| folder.join(Path::new(name)))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_override_wins_and_is_checked() {
        let folder = tempfile::tempdir().unwrap();
        let browser = folder.path().join("my-browser");
        let path = OsString::from(folder.path());
        let chosen = Some(browser.clone().into_os_string());
        assert!(matches!(
            find_among(chosen.clone(), &[], &path),
            Err(BrowserError::WrongOverride { .. })
        ));
        fs::write(&browser, "").unwrap();
        assert_eq!(find_among(chosen, &[], &path).unwrap(), browser);
    }

    #[test]
    fn without_override_the_search_path_is_looked_through_in_order_of_preference() {
        let folder = tempfile::tempdir().unwrap();
        let path = OsString::from(folder.path());
        assert!(matches!(
            find_among(None, &[], &path),
            Err(BrowserError::NotFound)
        ));
        fs::write(folder.path().join("google-chrome"), "").unwrap();
        fs::write(folder.path().join("chromium"), "").unwrap();
        assert_eq!(
            find_among(None, &[], &path).unwrap(),
            folder.path().join("chromium")
        );
    }
}
