//! The native hosts that a browser has started, found in `/proc`.

use std::{fs, os::unix::ffi::OsStrExt, path::Path};

/// The hosts of the browser with this profile: programs started for an extension, whose
/// environment leads into the profile.
pub(super) fn of(profile: &Path) -> Vec<u32> {
    let mut mark = b"XDG_STATE_HOME=".to_vec();
    mark.extend_from_slice(profile.as_os_str().as_bytes());
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    processes
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter(|process| is_host(*process, &mark))
        .collect()
}

fn is_host(process: u32, mark: &[u8]) -> bool {
    let read = |name: &str| fs::read(format!("/proc/{process}/{name}")).unwrap_or_default();
    let for_extension = read("cmdline")
        .split(|byte| *byte == 0)
        .skip(1)
        .any(|argument| argument.starts_with(b"chrome-extension://"));
    for_extension
        && read("environ")
            .split(|byte| *byte == 0)
            .any(|variable| variable.starts_with(mark))
}
