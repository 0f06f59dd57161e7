//! Where Coterie keeps its files: the XDG folders.

use std::path::PathBuf;

/// The folders of one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    /// What the reader writes: `config.toml`.
    pub config: PathBuf,
    /// What Coterie writes: the log, the database.
    pub state: PathBuf,
}

impl Paths {
    /// The folders that the environment names; none without a home.
    pub fn from_environment() -> Option<Self> {
        Self::from(|name| std::env::var_os(name).map(PathBuf::from))
    }

    /// The folders by the variables that `look_up` knows. A relative path in one of the XDG
    /// variables is ignored, as their specification demands.
    fn from(look_up: impl Fn(&str) -> Option<PathBuf>) -> Option<Self> {
        let folder = |variable: &str, below_home: &str| {
            let named = look_up(variable).filter(|path| path.is_absolute());
            let usual = || Some(look_up("HOME")?.join(below_home));
            Some(named.or_else(usual)?.join("coterie"))
        };
        Some(Self {
            config: folder("XDG_CONFIG_HOME", ".config")?,
            state: folder("XDG_STATE_HOME", ".local/state")?,
        })
    }

    /// The file with the reader's experts.
    pub fn config_file(&self) -> PathBuf {
        self.config.join("config.toml")
    }

    /// The log.
    pub fn log_file(&self) -> PathBuf {
        self.state.join("coterie.log")
    }

    /// What is remembered: settings, usage, limits.
    pub fn database_file(&self) -> PathBuf {
        self.state.join("coterie.db")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(variables: &[(&str, &str)], config: Option<&str>) {
        let paths = Paths::from(|name| {
            let found = variables.iter().find(|(variable, _)| *variable == name);
            found.map(|(_, value)| PathBuf::from(value))
        });
        assert_eq!(paths.map(|paths| paths.config), config.map(PathBuf::from));
    }

    #[test]
    fn the_xdg_variables_go_before_home_unless_they_are_relative() {
        let home = ("HOME", "/home/ada");
        check(&[home], Some("/home/ada/.config/coterie"));
        check(
            &[home, ("XDG_CONFIG_HOME", "/etc/ada")],
            Some("/etc/ada/coterie"),
        );
        check(
            &[home, ("XDG_CONFIG_HOME", "here")],
            Some("/home/ada/.config/coterie"),
        );
        check(&[("XDG_CONFIG_HOME", "/etc/ada")], None);
        check(&[], None);
    }
}
