//! The machine as a whole, and what of it is ours.

/// What the kernel says of itself and of what it runs on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Host {
    /// The system, like `Linux`.
    pub system: String,
    /// The kernel's version.
    pub release: String,
    /// When and how it was built.
    pub version: String,
    /// The processor's kind.
    pub machine: String,
    /// The machine's name.
    pub name: String,
    /// Its NIS domain.
    pub domain: String,
    /// The kind of container that this is, like `docker`; none where it is none.
    pub container: Option<String>,
    /// The kind of virtual machine that this is, like `kvm`; none where it is none, or can't be told.
    pub machine_kind: Option<String>,
}

/// What the control group may use: in a container, the container's share.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Share {
    /// 1 or 2.
    pub version: u8,
    /// Bytes of memory; none where there is no limit.
    pub memory: Option<u64>,
    /// Processors, in cores; none where there is no limit.
    pub cores: Option<f64>,
    /// Processes and threads; none where there is no limit.
    pub tasks: Option<u64>,
}

/// What the control group uses.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct ShareUse {
    /// Bytes of memory, the page cache with it.
    pub memory: Option<u64>,
    /// Bytes of that which the kernel gives back first: cache of files that was not used of late.
    pub idle_cache: Option<u64>,
    /// Seconds of processor, since it is there.
    pub seconds: Option<f64>,
    /// Seconds in which it was held back by its limit.
    pub throttled: Option<f64>,
    /// Processes and threads.
    pub tasks: Option<u64>,
}

/// How well the system's clock is kept.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Clock {
    /// Something keeps it, like NTP.
    pub synchronised: bool,
    /// Seconds by which it is said to differ, which are being made up for.
    pub offset: f64,
    /// Seconds by which it may differ at most. Grows while nothing keeps it, up to 16.
    pub max_error: f64,
    /// Seconds by which it is thought to differ.
    pub estimated_error: f64,
}

/// A unit of systemd.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceUnit {
    /// Its name: `sshd.service`.
    pub name: String,
    /// Whether it has failed now.
    pub failed: bool,
}

/// Somebody who is logged in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Session {
    /// The account.
    pub user: String,
    /// What it sits at, like `seat0`; empty where at none.
    pub seat: String,
    /// Whether from another machine.
    pub remote: bool,
    /// `tty`, `x11`, `wayland`, ...
    pub kind: String,
    /// `user`, `greeter`, ...
    pub class: String,
    /// Milliseconds since 1970.
    pub since: Option<u64>,
}
