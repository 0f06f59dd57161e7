//! The panel in a real browser: size, first render, first and following deltas.

use std::{
    fs,
    io::Write,
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use serde::{Deserialize, Serialize};

use super::{FigureError, Spread};
use crate::{
    browser::{Browser, BrowserError, Launch, NativeHost, Tab},
    experts::{NO_DISCOVERY, ScriptedServer},
    host::EXTENSION_ID,
    pages::{self, PageServer},
    panel::Panel,
};

/// What the panel weighs.
#[derive(Debug, Clone, Serialize)]
pub struct PanelSize {
    /// The WebAssembly module.
    pub wasm: FileSize,
    /// The scripts that belong to the panel.
    pub scripts: FileSize,
    /// The style sheets.
    pub styles: FileSize,
}

/// Bytes as they are and as a download.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct FileSize {
    /// As it is.
    pub bytes: u64,
    /// Compressed by `gzip -9`.
    pub gzip_bytes: u64,
}

/// What was measured of panel, worker, host and expert together.
#[derive(Debug, Clone, Serialize)]
pub struct PanelFigures {
    /// From the start of the navigation to the panel's first paint with content.
    pub first_render: Spread,
    /// From the click on Summarize to the first text, by the built-in expert.
    pub click_to_text_built_in: Spread,
    /// From the click on Summarize to the first text, by an expert that answers at once.
    pub click_to_text_scripted: Spread,
    /// How many deltas an expert sent for one answer.
    pub deltas: usize,
    /// How many of them reached the reader's eyes each second.
    pub deltas_per_second: f64,
}

/// How often each is measured.
#[derive(Debug, Clone, Copy)]
pub struct PanelEffort {
    /// How often the panel is opened.
    pub opens: usize,
    /// How often it is asked.
    pub asks: usize,
    /// How many deltas an answer has.
    pub deltas: usize,
}

impl PanelEffort {
    /// For figures to publish.
    pub const FULL: Self = Self {
        opens: 15,
        asks: 20,
        deltas: 10_000,
    };
    /// For a look at whether it works.
    pub const QUICK: Self = Self {
        opens: 1,
        asks: 1,
        deltas: 200,
    };
}

/// Weighs the panel of a built extension.
///
/// # Errors
/// When its files cannot be read, or `gzip` is not installed.
pub fn panel_size(extension: &Path) -> Result<PanelSize, FigureError> {
    Ok(PanelSize {
        wasm: weigh(extension, &["panel_bg.wasm"])?,
        scripts: weigh(extension, &["boot.js", "panel.js"])?,
        styles: weigh_all(&extension.join("styles"))?,
    })
}

impl PanelSize {
    /// All of it together.
    pub fn total(&self) -> FileSize {
        [self.wasm, self.scripts, self.styles].into_iter().fold(
            FileSize::default(),
            |total, part| FileSize {
                bytes: total.bytes + part.bytes,
                gzip_bytes: total.gzip_bytes + part.gzip_bytes,
            },
        )
    }
}

/// Measures the panel of a built extension with a host.
///
/// # Errors
/// When anything does not do as it should.
pub fn panel(
    extension: &Path,
    host: &Path,
    effort: PanelEffort,
) -> Result<PanelFigures, FigureError> {
    let pages = PageServer::start()?;
    let experts = ScriptedServer::start()?;
    let launch = |config: &str| launch(extension, host, config);
    let browser = launch(NO_DISCOVERY)?;
    let first_render = first_render(&browser, effort.opens)?;
    let built_in = clicks(&open(&browser, &pages)?.1, effort.asks)?;
    drop(browser);
    let browser = launch(&experts.config(&["fast:20"]))?;
    let scripted = clicks(&open(&browser, &pages)?.1, effort.asks)?;
    drop(browser);
    let browser = launch(&experts.config(&[&format!("fast:{}", effort.deltas)]))?;
    let streaming = click(&open(&browser, &pages)?.1)?.streaming();
    let count = u32::try_from(effort.deltas).unwrap_or(u32::MAX);
    Ok(PanelFigures {
        first_render,
        click_to_text_built_in: built_in,
        click_to_text_scripted: scripted,
        deltas: effort.deltas,
        deltas_per_second: f64::from(count) / streaming.as_secs_f64().max(1e-6),
    })
}

fn launch(extension: &Path, host: &Path, config: &str) -> Result<Browser, BrowserError> {
    Browser::launch(&Launch {
        extension: Some(extension.to_owned()),
        host: Some(NativeHost {
            program: host.to_owned(),
            extension_ids: vec![EXTENSION_ID.to_owned()],
            config: config.to_owned(),
            environment: Vec::new(),
        }),
        ..Launch::default()
    })
}

fn open(browser: &Browser, pages: &PageServer) -> Result<(Tab, Panel), BrowserError> {
    let tab = browser.open(&pages.url(pages::ENGLISH))?;
    let panel = Panel::open(browser, &tab)?;
    panel.wait_until_read()?;
    Ok((tab, panel))
}

/// Opens the panel as a page in a tab, which the browser times.
fn first_render(browser: &Browser, opens: usize) -> Result<Spread, BrowserError> {
    const PAINT: &str =
        "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null";
    let mut times = Vec::new();
    for _ in 0..opens {
        let tab = browser.open(&browser.extension_url("panel.html"))?;
        let milliseconds: f64 = tab.page.wait_for("the first paint", PAINT)?;
        times.push(Duration::from_secs_f64(milliseconds / 1000.0));
        tab.page.close()?;
    }
    Ok(Spread::of(times))
}

/// Milliseconds from the click.
#[derive(Deserialize)]
struct Click {
    first_text: f64,
    end: f64,
}

impl Click {
    fn streaming(&self) -> Duration {
        Duration::from_secs_f64((self.end - self.first_text).max(0.0) / 1000.0)
    }
}

/// Clicks Summarize and takes the times in the panel itself, on one clock.
const CLICK: &str = r"
new Promise((done, fail) => {
  const answers = () => document.querySelectorAll('article.answer');
  const before = answers().length;
  const start = performance.now();
  const ended = (answer, first_text) => {
    const look = () => {
      if (answer.getAttribute('aria-busy') === 'false') {
        observer.disconnect();
        done({ first_text, end: performance.now() - start });
      }
    };
    const observer = new MutationObserver(look);
    observer.observe(answer, { attributeFilter: ['aria-busy'] });
    look();
  };
  const observer = new MutationObserver(() => {
    const answer = answers()[before];
    if (answer?.querySelector('.prose')?.textContent) {
      observer.disconnect();
      ended(answer, performance.now() - start);
    } else if (answer?.querySelector('.trouble')) {
      observer.disconnect();
      fail(new Error(answer.innerText));
    }
  });
  observer.observe(document.body, { subtree: true, childList: true, characterData: true });
  document.querySelector('button.action[data-action=summarize]').click();
})";

fn click(panel: &Panel) -> Result<Click, BrowserError> {
    let button = "button.action[data-action=summarize]:not(:disabled)";
    let there = format!("!!document.querySelector('{button}')");
    panel.session.wait_for::<bool>("the button", &there)?;
    panel.session.evaluate(CLICK)
}

fn clicks(panel: &Panel, asks: usize) -> Result<Spread, BrowserError> {
    let times = (0..asks).map(|_| click(panel).map(|click| click.first_text));
    let times = times.collect::<Result<Vec<_>, _>>()?;
    let seconds = times.into_iter().map(|milliseconds| milliseconds / 1000.0);
    Ok(Spread::of(seconds.map(Duration::from_secs_f64)))
}

fn weigh(folder: &Path, names: &[&str]) -> Result<FileSize, FigureError> {
    let mut size = FileSize::default();
    for name in names {
        let content = fs::read(folder.join(name))?;
        size.bytes += u64::try_from(content.len()).unwrap_or(u64::MAX);
        size.gzip_bytes += gzip(&content)?;
    }
    Ok(size)
}

/// Weighs every file of a folder, each compressed by itself as the package does.
fn weigh_all(folder: &Path) -> Result<FileSize, FigureError> {
    let entries = fs::read_dir(folder)?;
    let names = entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
    let names = names.collect::<Result<Vec<_>, std::io::Error>>()?;
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    weigh(folder, &names)
}

/// The length of the compressed content.
fn gzip(content: &[u8]) -> Result<u64, FigureError> {
    let mut gzip = Command::new("gzip")
        .args(["-9", "-c", "-n"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let input = gzip.stdin.take();
    let output = std::thread::scope(|scope| {
        // Written beside, since both pipes fill up.
        scope.spawn(move || input.map(|mut input| input.write_all(content)));
        gzip.wait_with_output()
    })?;
    Ok(u64::try_from(output.stdout.len()).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_repeats_itself_weighs_little_compressed() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("styles")).unwrap();
        let styles = ["styles/base.css", "styles/prose.css"];
        for name in ["panel_bg.wasm", "boot.js", "panel.js"]
            .iter()
            .chain(&styles)
        {
            fs::write(folder.path().join(name), "tide".repeat(100_000)).unwrap();
        }
        let size = panel_size(folder.path()).unwrap();
        assert_eq!(size.wasm.bytes, 400_000);
        assert_eq!(size.styles.bytes, 800_000);
        assert_eq!(size.total().bytes, 2_000_000);
        assert!((100..10_000).contains(&size.wasm.gzip_bytes));
    }
}
