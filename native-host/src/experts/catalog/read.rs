//! Reading the catalogue: the files built in, and those of the reader laid over them.

use std::{fs, path::Path, sync::LazyLock};

use super::{
    CatalogError, Model, Runtimes, Vendor, error::Mistake, files::FILES, resolve, schema::VendorRow,
};

/// All vendors that are known.
#[derive(Debug, Clone)]
pub struct Catalog {
    vendors: Vec<Vendor>,
}

impl Catalog {
    /// The catalogue that comes with Coterie. A file with a mistake is left out, which a test
    /// excludes.
    pub fn built_in() -> &'static Self {
        static BUILT_IN: LazyLock<Catalog> = LazyLock::new(|| {
            let (catalog, errors) = Catalog::of(FILES);
            for error in errors {
                tracing::error!(%error, "the catalogue is broken");
            }
            catalog
        });
        &BUILT_IN
    }

    /// The same with the reader's own files out of a folder, in the order of their names. A file
    /// with a mistake is left out and told.
    pub fn with_own(folder: &Path) -> (Self, Vec<CatalogError>) {
        let mut catalog = Self::built_in().clone();
        let mut errors = Vec::new();
        for (file, text) in own_files(folder, &mut errors) {
            if let Err(mistake) = catalog.lay_over(&text) {
                errors.push(mistake.in_file(&file, &text));
            }
        }
        (catalog, errors)
    }

    /// Its vendors.
    pub fn vendors(&self) -> &[Vendor] {
        &self.vendors
    }

    /// The vendor of this name.
    pub fn vendor(&self, id: &str) -> Option<&Vendor> {
        self.vendors.iter().find(|vendor| vendor.id.0 == id)
    }

    /// The model of an expert: `deepseek/deepseek-flash`.
    pub fn model(&self, expert: &str) -> Option<(&Vendor, &Model)> {
        let (vendor, model) = expert.split_once('/')?;
        let vendor = self.vendor(vendor)?;
        let mut models = vendor.models().iter();
        Some((vendor, models.find(|known| known.id == model)?))
    }

    /// The programs that run models on this machine.
    pub fn runtimes(&self) -> Runtimes {
        let words = |of: fn(&Vendor) -> &[String]| {
            let words = self.vendors.iter().flat_map(of);
            words.cloned().collect()
        };
        let programs = self.vendors.iter();
        Runtimes {
            not_writers: words(|vendor| &vendor.not_writers),
            translators: words(|vendor| &vendor.translators),
            runtime: programs
                .filter_map(|vendor| vendor.runtime.clone())
                .collect(),
        }
    }

    pub(super) fn of(files: &[(&str, &str)]) -> (Self, Vec<CatalogError>) {
        let mut catalog = Self {
            vendors: Vec::new(),
        };
        let mut errors = Vec::new();
        for (file, text) in files {
            let read = parse(text).and_then(resolve::vendor);
            match read {
                Ok(vendor) => catalog.vendors.push(vendor),
                Err(mistake) => errors.push(mistake.in_file(file, text)),
            }
        }
        (catalog, errors)
    }

    fn lay_over(&mut self, text: &str) -> Result<(), Mistake> {
        let own = parse(text)?;
        let known = own.id.as_deref().and_then(built_in_row);
        let vendor = resolve::vendor(match known {
            Some(known) => known.under(own),
            None => own,
        })?;
        match self.vendors.iter_mut().find(|known| known.id == vendor.id) {
            Some(known) => *known = vendor,
            None => self.vendors.push(vendor),
        }
        Ok(())
    }
}

fn parse(text: &str) -> Result<VendorRow, Mistake> {
    toml::from_str(text).map_err(|error| Mistake::of_toml(text, &error))
}

fn built_in_row(id: &str) -> Option<VendorRow> {
    let mut rows = FILES.iter().filter_map(|(_, text)| parse(text).ok());
    rows.find(|row| row.id.as_deref() == Some(id))
}

/// Names and texts of the reader's files; none without a folder.
fn own_files(folder: &Path, errors: &mut Vec<CatalogError>) -> Vec<(String, String)> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let is_toml = |path: &std::path::PathBuf| path.extension().is_some_and(|end| end == "toml");
    let mut paths: Vec<_> = entries.map(|entry| entry.path()).filter(is_toml).collect();
    paths.sort();
    let mut files = Vec::new();
    for path in paths {
        let name = path.display().to_string();
        match fs::read_to_string(&path) {
            Ok(text) => files.push((name, text)),
            Err(error) => {
                errors.push(Mistake::new(0, "", error.to_string()).in_file(&name, ""));
            }
        }
    }
    files
}
