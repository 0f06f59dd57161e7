//! Whether a program is fit to be started by browsers.

use std::{fs, os::unix::fs::MetadataExt, path::Path};

use super::Environment;

/// What is wrong or doubtful with a program; nothing if all is well. Each is one sentence.
pub fn concerns(executable: &Path, environment: &Environment) -> Vec<String> {
    let shown = executable.display();
    let Ok(metadata) = fs::metadata(executable) else {
        return vec![format!("{shown} is not there")];
    };
    let mut concerns = Vec::new();
    if !metadata.is_file() || metadata.mode() & 0o111 == 0 {
        concerns.push(format!(
            "{shown} cannot be started; run `chmod 755 {shown}`"
        ));
    }
    if metadata.mode() & 0o002 != 0 {
        concerns.push(format!(
            "{shown} can be changed by anybody; run `chmod o-w {shown}`"
        ));
    }
    if let Some(folder) = open_folder(executable) {
        let folder = folder.display();
        concerns.push(format!(
            "{shown} can be replaced by anybody; run `chmod o-w {folder}`"
        ));
    }
    if environment
        .temporary
        .iter()
        .any(|folder| executable.starts_with(folder))
    {
        concerns.push(format!(
            "{shown} is in a temporary place; move it to one that stays"
        ));
    }
    concerns
}

/// The first folder above in which everybody may rename files. A sticky one, like `/tmp`, is safe.
fn open_folder(executable: &Path) -> Option<&Path> {
    executable.ancestors().skip(1).find(|folder| {
        let mode = fs::metadata(folder).map_or(0, |metadata| metadata.mode());
        mode & 0o002 != 0 && mode & 0o1000 == 0
    })
}
