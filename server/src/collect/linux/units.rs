//! Units of systemd that have failed, as `systemctl` lists them.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use crate::collect::readings::ServiceUnit;

/// Is there where systemd runs the machine (`sd_booted(3)`).
const RUNS: &str = "/run/systemd/system";
/// Units that are remembered.
const MOST: usize = 100;

/// Reads them, and remembers which have failed before: of those it is known when they no longer are.
#[derive(Debug, Default)]
pub(in crate::collect) struct UnitReader {
    known: BTreeSet<String>,
}

impl UnitReader {
    /// What has failed, and what no longer is; inside `None` where systemd doesn't answer, and outside where there is none.
    pub(in crate::collect) fn read(&mut self) -> Option<Option<Arc<Vec<ServiceUnit>>>> {
        Path::new(RUNS).is_dir().then(|| Some(Arc::new(self.follow(&ask(&[])?))))
    }

    /// What `list` says, one unit a line.
    fn follow(&mut self, list: &str) -> Vec<ServiceUnit> {
        let failed: BTreeSet<&str> = list.lines().filter_map(name).collect();
        let room = MOST.saturating_sub(self.known.len());
        let new: Vec<_> = failed.iter().filter(|name| !self.known.contains(**name)).take(room).collect();
        self.known.extend(new.into_iter().map(|name| (*name).to_owned()));
        self.known.iter().map(|name| ServiceUnit { name: name.clone(), failed: failed.contains(&**name) }).collect()
    }
}

/// What `systemctl` lists as failed. It waits for systemd 25 s at most.
fn ask(of: &[&str]) -> Option<String> {
    let mut command = Command::new("systemctl");
    command.args(of).args(["list-units", "--state=failed", "--full", "--plain", "--no-legend", "--no-pager"]);
    let output = command.env("LC_ALL", "C").stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The first word of `sshd.service loaded failed failed OpenBSD Secure Shell server`.
fn name(line: &str) -> Option<&str> {
    line.split_whitespace().next()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(units: &[ServiceUnit]) -> Vec<String> {
        units.iter().map(|unit| format!("{}{}", unit.name, if unit.failed { " !" } else { "" })).collect()
    }

    #[test]
    fn what_has_failed_is_remembered_when_it_no_longer_is() {
        let mut reader = UnitReader::default();
        assert_eq!(shown(&reader.follow("")), [""; 0]);
        let two = "a.service loaded failed failed A thing\ndev-x.mount  not-found failed failed  /dev/x\n\n";
        assert_eq!(shown(&reader.follow(two)), ["a.service !", "dev-x.mount !"]);
        assert_eq!(
            shown(&reader.follow("b.timer loaded failed failed B\n")),
            ["a.service", "b.timer !", "dev-x.mount"]
        );
    }

    #[test]
    fn so_many_are_remembered() {
        let list: String = (0..200).map(|at| format!("{at:03}.service loaded failed failed x\n")).collect();
        let mut reader = UnitReader::default();
        assert_eq!(reader.follow(&list).len(), MOST);
        assert_eq!(reader.follow("z.service loaded failed failed x\n").len(), MOST);
    }
}
