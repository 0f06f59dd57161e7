//! Processes that do not outlive the program that started them.

use std::{
    io,
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process, kill_process_group};

use crate::{TimedOut, environment, until};

/// What the watchdog runs: its standard input closes when the program that started it is gone,
/// however that came about.
const WATCHDOG: &str = r#"read -r _; kill -s KILL -- "-$1"; rm -rf -- "$2""#;

/// A process with all its children, ended when this is dropped or the program dies.
pub(crate) struct ProcessGroup {
    leader: Child,
    watchdog: Option<Child>,
}

impl ProcessGroup {
    /// Starts a process in a group of its own, without the secrets of this one. If this program is
    /// killed the group is ended too, and the folder `leftover` is removed.
    pub(crate) fn spawn(command: &mut Command, leftover: Option<&Path>) -> io::Result<Self> {
        environment::withhold_secrets(command);
        let leader = command.process_group(0).spawn()?;
        let watchdog = watch(leader.id(), leftover);
        let mut group = Self {
            leader,
            watchdog: None,
        };
        // Assigned after, so that a failed watchdog drops, and so ends, the group.
        group.watchdog = Some(watchdog?);
        Ok(group)
    }

    /// The standard output of the first process, once, if it was piped.
    pub(crate) fn take_stdout(&mut self) -> Option<std::process::ChildStdout> {
        self.leader.stdout.take()
    }

    /// The standard input of the first process, once, if it was piped.
    pub(crate) fn take_stdin(&mut self) -> Option<std::process::ChildStdin> {
        self.leader.stdin.take()
    }

    /// The process id of the first process.
    pub(crate) fn id(&self) -> u32 {
        self.leader.id()
    }

    /// Whether the first process has ended.
    pub(crate) fn has_ended(&mut self) -> bool {
        !matches!(self.leader.try_wait(), Ok(None))
    }

    /// Waits for the first process to end by itself.
    pub(crate) fn wait(&mut self, patience: Duration) -> Result<(), TimedOut> {
        until("the end of a process", patience, || {
            Ok(self.has_ended().then_some(()))
        })
    }

    /// What the first process said of its end, once it has ended by itself.
    pub(crate) fn exit_code(&mut self) -> io::Result<Option<i32>> {
        Ok(self.leader.wait()?.code())
    }
}

impl Drop for ProcessGroup {
    fn drop(&mut self) {
        if let Some(group) = pid(self.leader.id()) {
            // It fails only when the whole group is gone already.
            let _gone = kill_process_group(group, Signal::KILL);
        }
        let _status = self.leader.wait();
        if let Some(watchdog) = &mut self.watchdog {
            let _gone = watchdog.kill();
            let _status = watchdog.wait();
        }
    }
}

/// Ends one process at once, as a crash would.
///
/// # Errors
/// When there is no such process.
pub fn kill(process: u32) -> io::Result<()> {
    let pid = pid(process).ok_or(io::ErrorKind::InvalidInput)?;
    kill_process(pid, Signal::KILL)?;
    Ok(())
}

fn watch(group: u32, leftover: Option<&Path>) -> io::Result<Child> {
    Command::new("sh")
        .args(["-c", WATCHDOG, "watchdog", &group.to_string()])
        .arg(leftover.unwrap_or(Path::new("")))
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
}

fn pid(process: u32) -> Option<Pid> {
    i32::try_from(process).ok().and_then(Pid::from_raw)
}
