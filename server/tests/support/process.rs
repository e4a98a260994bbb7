//! The binary as a process of its own.

use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, ExitStatus, Stdio};

/// A server that listens. Dropping it is SIGKILL.
pub(crate) struct Process {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Process {
    /// Starts it with these flags, on a port of its own, and waits until it listens.
    pub(crate) fn start(flags: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_opsglass"));
        command.args(["--listen", "127.0.0.1:0", "--no-journal"]).args(flags);
        Self::run(command.env_clear()).unwrap()
    }

    /// Starts it by a command of one's own; none where that ends before it listens.
    pub(crate) fn run(command: &mut Command) -> Option<Self> {
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let listens = |line: &Result<String, _>| line.as_ref().unwrap().contains("listening on http://");
        let Some(Ok(line)) = lines.find(listens) else {
            child.wait().unwrap();
            return None;
        };
        std::thread::spawn(move || lines.for_each(drop));
        let address = line.split("http://").nth(1).unwrap().trim().parse().unwrap();
        Some(Self { child, address })
    }

    pub(crate) fn signal(&self, signal: &str) {
        assert!(Command::new("kill").args([signal, &self.child.id().to_string()]).status().unwrap().success());
    }

    /// Waits until it has ended by itself.
    pub(crate) fn ended(mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
