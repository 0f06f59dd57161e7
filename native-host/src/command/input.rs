//! What is read: a file or standard input, as text, and as an article.

use std::{
    fs::File,
    io::{self, IsTerminal, Read},
    path::{Path, PathBuf},
    sync::Arc,
};

use clap::Args;
use coterie_host::page::{Article, ReadOptions, read_any};
use coterie_protocol::LanguageTag;
use encoding_rs::{Encoding, UTF_8};

use super::Stop;

/// The largest input, in bytes.
const LARGEST: u64 = 32 * 1024 * 1024;

/// How far into a document its encoding must be declared, in bytes, as browsers have it.
const DECLARED_WITHIN: usize = 1024;

#[derive(Debug, Args)]
pub struct Input {
    /// A file of plain text, Markdown or HTML; `-` or nothing is standard input
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
}

impl Input {
    /// Reads it as text.
    ///
    /// # Errors
    /// When it cannot be opened or read, is too large, or is not text.
    pub fn text(&self) -> Result<String, Stop> {
        let (name, bytes) = match &self.file {
            Some(file) if file != Path::new("-") => (file.display().to_string(), bytes_of(file)?),
            named => (
                "standard input".to_owned(),
                standard_input(named.is_some())?,
            ),
        };
        if bytes.len() as u64 > LARGEST {
            let limit = LARGEST / 1024 / 1024;
            return Err(Stop::new(
                65,
                format!("{name} is larger than {limit} MiB; give a part of it"),
            ));
        }
        decode(&bytes).ok_or_else(|| {
            let remedy = "convert it, for example with `iconv -t UTF-8`";
            Stop::new(
                65,
                format!("{name} is neither UTF-8 nor says what it is; {remedy}"),
            )
        })
    }

    /// Reads it as an article; `language` is what the reader says of its language.
    ///
    /// # Errors
    /// When it cannot be read, or has no text.
    pub fn article(&self, language: Option<&LanguageTag>) -> Result<Arc<Article>, Stop> {
        let text = self.text()?;
        let article = read_any(&text, &ReadOptions::default())
            .map_err(|error| Stop::new(65, format!("{error}; give a file that has text in it")))?;
        let language = language.cloned().or_else(|| article.language.clone());
        Ok(Arc::new(Article {
            language,
            ..article
        }))
    }
}

fn bytes_of(file: &Path) -> Result<Vec<u8>, Stop> {
    let name = file.display();
    let cannot = |error: io::Error| Stop::new(66, format!("{name} cannot be read: {error}"));
    limited(File::open(file).map_err(cannot)?).map_err(cannot)
}

/// Reads standard input. A terminal is read only when it was asked for: who forgot the file would
/// otherwise wait for ever.
fn standard_input(asked_for: bool) -> Result<Vec<u8>, Stop> {
    let input = io::stdin();
    if input.is_terminal() && !asked_for {
        return Err(Stop::new(
            64,
            "nothing to read; name a FILE, or pipe text in",
        ));
    }
    let cannot = |error| Stop::new(74, format!("standard input cannot be read: {error}"));
    limited(input.lock()).map_err(cannot)
}

fn limited(source: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    source.take(LARGEST + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Bytes as text: by their byte order mark, by what an HTML document declares, else as UTF-8.
fn decode(bytes: &[u8]) -> Option<String> {
    let marked = Encoding::for_bom(bytes).map(|(encoding, _)| encoding);
    let utf8 = || std::str::from_utf8(bytes).is_ok().then_some(UTF_8);
    let encoding = marked.or_else(utf8).or_else(|| declared(bytes))?;
    Some(encoding.decode(bytes).0.into_owned())
}

/// The encoding that an HTML document names in `<meta charset=...>` or its older form.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let beginning = &bytes[..bytes.len().min(DECLARED_WITHIN)];
    let beginning = String::from_utf8_lossy(beginning).to_ascii_lowercase();
    let (_, after) = beginning.split_once("charset=")?;
    let after = after.trim_start_matches(['"', '\'']);
    let end = after.find(|character: char| "\"'; />".contains(character));
    Encoding::for_label(&after.as_bytes()[..end?])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], expected: Option<&str>) {
        assert_eq!(decode(bytes).as_deref(), expected);
    }

    #[test]
    fn the_encoding_is_the_marked_one_the_declared_one_or_utf_8() {
        check("中文".as_bytes(), Some("中文"));
        check(b"\xef\xbb\xbfa", Some("a"));
        check(b"\xff\xfea\0", Some("a"));
        let page = "<meta charset=\"gbk\"><p>中文";
        let (bytes, _, _) = encoding_rs::GBK.encode(page);
        check(&bytes, Some(page));
        check(b"caf\xe9", None);
        check(b"<meta charset=nonsense>caf\xe9", None);
    }
}
