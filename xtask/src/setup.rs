//! Bringing a fresh machine to the point where everything can be built and tested.
//!
//! What is missing is installed where we may (as root or with password-less sudo on Debian and its
//! relatives); elsewhere one sentence says what to install.

use anyhow::{Result, anyhow, bail};
use coterie_tests::browser;

use crate::steps;

/// Something that a command needs on this machine.
pub struct Need {
    name: &'static str,
    found: fn() -> bool,
    packages: &'static [&'static str],
    otherwise: &'static str,
}

impl Need {
    /// What to do where it may not be installed from here.
    pub fn otherwise(&self) -> &'static str {
        self.otherwise
    }
}

/// A browser to load the extension into.
pub const BROWSER: Need = Need {
    name: "a Chromium browser",
    found: || browser::find().is_ok(),
    packages: &["chromium"],
    otherwise: "install Chromium, Google Chrome, Edge or Brave, or name one in COTERIE_BROWSER. \
                Ubuntu has Chromium as a snap only, which cannot reach a native host: install \
                the .deb of Google Chrome there",
};

/// A display that exists without a screen.
pub const DISPLAY: Need = Need {
    name: "a virtual display with a window manager, mouse, keyboard and camera",
    found: || {
        ["Xvfb", "openbox", "xdotool", "import"]
            .iter()
            .all(|program| on_path(program))
    },
    packages: &["xvfb", "openbox", "xdotool", "imagemagick"],
    otherwise: "install the packages xvfb, openbox, xdotool and imagemagick",
};

/// Fonts for the sample pages, so that screenshots show characters instead of boxes.
pub const FONTS: Need = Need {
    name: "fonts for Chinese and Arabic",
    found: || ["zh", "ar"].iter().all(|language| has_font(language)),
    packages: &["fontconfig", "fonts-noto-cjk", "fonts-noto-core"],
    otherwise: "install fonts for Chinese and Arabic, such as Noto Sans CJK and Noto Sans Arabic",
};

/// The local translation engine, with English to Spanish.
pub const APERTIUM: Need = Need {
    name: "Apertium with English and Spanish",
    found: || steps::succeeds("sh", &["-c", "apertium -l | grep -q eng-spa"]),
    packages: &["apertium", "apertium-eng-spa"],
    otherwise: "install Apertium and its language pair eng-spa",
};

/// What checks the scripts of the extension.
pub const NODE: Need = Need {
    name: "Node.js with npm",
    found: || on_path("node") && on_path("npm"),
    packages: &["nodejs", "npm"],
    otherwise: "install Node.js 18 or later with npm",
};

/// Makes sure that Rust can build the panel.
pub fn rust() -> Result<()> {
    let add = |what: &str, name: &str| {
        let remedy = format!("install rustup, then run `rustup {what} add {name}`");
        steps::run(steps::command("rustup", &[what, "add", name]), &remedy)
    };
    if !installed_target("wasm32-unknown-unknown") {
        add("target", "wasm32-unknown-unknown")?;
    }
    Ok(())
}

/// Makes sure that formatting and lints can be checked.
pub fn rust_components() -> Result<()> {
    for component in ["rustfmt", "clippy"] {
        let remedy = format!("install rustup, then run `rustup component add {component}`");
        if !steps::succeeds(
            "cargo",
            &[component.trim_start_matches("rust"), "--version"],
        ) {
            steps::run(
                steps::command("rustup", &["component", "add", component]),
                &remedy,
            )?;
        }
    }
    Ok(())
}

/// Installs what is missing. Fails with what to install where we may not.
pub fn require(needs: &[&Need]) -> Result<()> {
    let missing: Vec<_> = needs.iter().filter(|need| !(need.found)()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let packages: Vec<_> = missing
        .iter()
        .flat_map(|need| need.packages)
        .copied()
        .collect();
    let installed = install(&packages);
    for need in missing {
        if !(need.found)() {
            let missing = format!("{} is missing\n  What to do: {}", need.name, need.otherwise);
            // Why it could not be installed is worth knowing where it could have been.
            return match installed {
                Ok(()) => Err(anyhow!(missing)),
                Err(error) => Err(anyhow!("{missing}\n  {error:#}")),
            };
        }
    }
    Ok(())
}

/// As [`require`], for what makes things better but is not needed.
pub fn prefer(needs: &[&Need]) {
    for need in needs {
        if let Err(error) = require(&[need]) {
            println!("  going on without {}: {error:#}", need.name);
        }
    }
}

/// Whether a need is met.
pub fn is_there(need: &Need) -> bool {
    (need.found)()
}

fn install(packages: &[&str]) -> Result<()> {
    if !on_path("apt-get") {
        bail!("this system has no apt-get to install it with");
    }
    let by_hand = format!("sudo apt-get install {}", packages.join(" "));
    let Some(prefix) = privilege() else {
        bail!("it may not be installed from here; try: {by_hand}");
    };
    println!("  installing {}", packages.join(" "));
    let apt = |arguments: &[&str]| {
        let mut words = prefix.to_vec();
        words.extend(["apt-get", "-o", "DPkg::Lock::Timeout=600"]);
        words.extend(arguments);
        let (program, rest) = words
            .split_first()
            .map_or(("apt-get", &[][..]), |(p, r)| (*p, r));
        let mut command = steps::command(program, rest);
        command.env("DEBIAN_FRONTEND", "noninteractive");
        steps::run(
            command,
            &format!("look at the message above; by hand: {by_hand}"),
        )
    };
    apt(&["update", "--quiet"])?;
    apt(&[
        &["install", "--yes", "--quiet", "--no-install-recommends"],
        packages,
    ]
    .concat())
}

/// The words before `apt-get`, if it may be used here.
fn privilege() -> Option<&'static [&'static str]> {
    if steps::succeeds("sh", &["-c", "test \"$(id -u)\" = 0"]) {
        return Some(&[]);
    }
    steps::succeeds("sudo", &["--non-interactive", "true"])
        .then_some(&["sudo", "--non-interactive"])
}

/// Whether there is a font that shows a language.
fn has_font(language: &str) -> bool {
    let test = format!("fc-list :lang={language} | grep -q .");
    steps::succeeds("sh", &["-c", &test])
}

fn on_path(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

/// Whether the standard library for a target is there, however Rust was installed.
fn installed_target(name: &str) -> bool {
    let test = format!("test -d \"$(rustc --print sysroot)/lib/rustlib/{name}/lib\"");
    steps::succeeds("sh", &["-c", &test])
}
