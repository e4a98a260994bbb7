use std::collections::BTreeMap;

use super::Timestamp;

/// One sample of the machine: the `metrics` event.
#[derive(Debug, Clone, PartialEq, miniserde::Deserialize)]
#[cfg_attr(any(feature = "ssr", test), derive(serde::Serialize))]
pub struct Metrics {
    /// When the sample was taken.
    pub timestamp: Timestamp,
    /// Processor use of all cores together, percent 0–100, one decimal.
    pub cpu: f32,
    /// Memory in use (total − available), percent 0–100, one decimal.
    pub memory: f32,
    /// People on the machine: accounts (uid 0 or ≥ 1000, not nobody) that own a running process.
    #[serde(rename = "activeUsers")]
    pub active_users: Option<u32>,
    /// What the processors did, percent of all cores.
    #[serde(rename = "cpuModes")]
    pub cpu_modes: Option<CpuModes>,
    /// Use of each core, percent 0–100, one decimal, in the system's order.
    pub cores: Vec<f32>,
    /// Memory in bytes.
    #[serde(rename = "memoryBytes")]
    pub memory_bytes: Memory,
    /// Swap; `null` on a host without.
    pub swap: Option<Swap>,
    /// Load averages; `null` where the system has none (Windows).
    pub load: Option<Load>,
    /// Seconds since the machine booted.
    pub uptime: u64,
    /// Network traffic.
    pub network: NetworkRates,
    /// Disk traffic.
    pub disk: DiskRates,
    /// Mounted file systems that hold data, one a device.
    #[serde(rename = "fileSystems")]
    pub file_systems: Vec<FileSystem>,
    /// The people counted by `active_users`, busiest first.
    pub users: Vec<UserUsage>,
    /// The processes that use most; `null` until they have been read twice.
    pub processes: Option<ProcessTable>,
}

/// Processor time by kind, each in percent of all cores, one decimal.
#[derive(Debug, Clone, Copy, PartialEq, Default, miniserde::Deserialize)]
#[cfg_attr(any(feature = "ssr", test), derive(serde::Serialize))]
pub struct CpuModes {
    /// Programs, niced ones too.
    pub user: f32,
    /// The kernel for programs.
    pub system: f32,
    /// Idle with a disk request outstanding.
    pub iowait: f32,
    /// Interrupts, and time the hypervisor gave to other guests.
    pub other: f32,
}

/// Physical memory in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Default, miniserde::Deserialize)]
#[cfg_attr(any(feature = "ssr", test), derive(serde::Serialize))]
pub struct Memory {
    /// All there is.
    pub total: u64,
    /// Total − available: what programs hold and can't be had back for the asking.
    pub used: u64,
    /// What a new program could get without swapping.
    pub available: u64,
    /// Available − free: caches the kernel gives back on demand.
    pub cache: u64,
}

/// Swap space in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Default, miniserde::Deserialize)]
#[cfg_attr(any(feature = "ssr", test), derive(serde::Serialize))]
pub struct Swap {
    /// All there is.
    pub total: u64,
    /// In use.
    pub used: u64,
    /// Used of total, percent 0–100, one decimal.
    pub percent: f32,
}

/// Runnable and uninterruptible processes, averaged over 1, 5 and 15 minutes.
#[derive(Debug, Clone, Copy, PartialEq, Default, miniserde::Deserialize)]
#[cfg_attr(any(feature = "ssr", test), derive(serde::Serialize))]
pub struct Load {
    /// Over one minute.
    pub one: f32,
    /// Over five minutes.
    pub five: f32,
    /// Over fifteen minutes.
    pub fifteen: f32,
}

/// Bytes per second over the network, without loopback.
#[derive(Debug, Clone, PartialEq, Default, miniserde::Deserialize)]
#[cfg_attr(any(feature = "ssr", test), derive(serde::Serialize))]
pub struct NetworkRates {
    /// Received by all interfaces; `null` while no interface has been read twice.
    pub received: Option<u64>,
    /// Sent by all interfaces; `null` while no interface has been read twice.
    pub sent: Option<u64>,
    /// Each interface.
    pub interfaces: Vec<InterfaceRate>,
}

/// Bytes per second over one interface.
#[derive(Debug, Clone, PartialEq, miniserde::Deserialize)]
#[cfg_attr(any(feature = "ssr", test), derive(serde::Serialize))]
pub struct InterfaceRate {
    /// The interface's name, for example `eth0`.
    pub name: String,
    /// Received.
    pub received: Option<u64>,
    /// Sent.
    pub sent: Option<u64>,
}

/// Bytes per second to and from disks, each device counted once.
#[derive(Debug, Clone, PartialEq, Default, miniserde::Deserialize)]
#[cfg_attr(any(feature = "ssr", test), derive(serde::Serialize))]
pub struct DiskRates {
    /// Read from all devices; `null` while no device has been read twice.
    pub read: Option<u64>,
    /// Written to all devices; `null` while no device has been read twice.
    pub written: Option<u64>,
    /// Each device.
    pub devices: Vec<DeviceRate>,
}

/// Bytes per second to and from one device.
#[derive(Debug, Clone, PartialEq, miniserde::Deserialize)]
#[cfg_attr(any(feature = "ssr", test), derive(serde::Serialize))]
pub struct DeviceRate {
    /// The device's name, for example `nvme0n1`: a whole disk where the system counts those (Linux).
    pub name: String,
    /// Read.
    pub read: Option<u64>,
    /// Written.
    pub written: Option<u64>,
}

/// Space on one mounted file system.
#[derive(Debug, Clone, PartialEq, miniserde::Deserialize)]
#[cfg_attr(any(feature = "ssr", test), derive(serde::Serialize))]
pub struct FileSystem {
    /// Where it is mounted.
    pub mount: String,
    /// What is mounted there.
    pub device: String,
    /// Its type, for example `ext4`.
    pub kind: String,
    /// What anybody may use, in bytes: its size without what is kept for root.
    pub total: u64,
    /// Size − free, in bytes.
    pub used: u64,
    /// Used of total, percent 0–100, one decimal.
    pub percent: f32,
    /// Mounted read-only.
    #[serde(rename = "readOnly")]
    pub read_only: bool,
}

/// What one account's processes use together.
#[derive(Debug, Clone, PartialEq, miniserde::Deserialize)]
#[cfg_attr(any(feature = "ssr", test), derive(serde::Serialize))]
pub struct UserUsage {
    /// The account's name, or its uid where it has none.
    pub name: String,
    /// Running processes.
    pub processes: u32,
    /// Percent of one core (100 is one core busy), one decimal.
    pub cpu: f32,
    /// Resident bytes; pages shared between processes count once for each.
    pub memory: u64,
}

/// The processes that use most.
#[derive(Debug, Clone, PartialEq, miniserde::Deserialize)]
#[cfg_attr(any(feature = "ssr", test), derive(serde::Serialize))]
pub struct ProcessTable {
    /// When the table was read: older than the sample while nobody looks.
    pub timestamp: Timestamp,
    /// Processes in all.
    pub total: u32,
    /// Of these, running or ready to run.
    pub running: u32,
    /// How many are in each state, by the letter that `ps` shows for it.
    pub states: BTreeMap<String, u32>,
    /// The first by processor and the first by memory, each once; by processor, then memory.
    pub top: Vec<Process>,
}

/// One process.
#[derive(Debug, Clone, PartialEq, miniserde::Deserialize)]
#[cfg_attr(any(feature = "ssr", test), derive(serde::Serialize))]
pub struct Process {
    /// Its number.
    pub pid: u32,
    /// Seconds since 1970 when it started: with `pid` it names the process for good, numbers are used again.
    pub started: u64,
    /// Its name, without arguments.
    pub name: String,
    /// Its command line, where that may be told: `collect.command_lines`.
    pub command: Option<String>,
    /// The account it runs as.
    pub user: Option<String>,
    /// Percent of one core (100 is one core busy), one decimal.
    pub cpu: f32,
    /// Resident bytes.
    pub memory: u64,
}
