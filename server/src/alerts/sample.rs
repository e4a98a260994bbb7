//! Samples to try rules on.

use super::{Rule, file};
use app::model::{DiskRates, FileSystem, Memory, Metrics, NetworkRates, Timestamp};

/// A quiet machine that tells little, `s` seconds after some start.
pub(super) fn sample(s: u64) -> Metrics {
    Metrics {
        timestamp: Timestamp::from_ms(1_800_000_000_000 + s * 1_000),
        cpu: 1.0,
        memory: 1.0,
        active_users: None,
        cpu_modes: None,
        cores: Vec::new(),
        memory_bytes: Memory::default(),
        swap: None,
        load: None,
        uptime: s,
        network: NetworkRates::default(),
        disk: DiskRates::default(),
        file_systems: Vec::new(),
        users: Vec::new(),
        processes: None,
    }
}

/// The same with this processor use.
pub(super) fn busy(s: u64, cpu: f32) -> Metrics {
    Metrics { cpu, ..sample(s) }
}

/// A file system of 100 bytes.
pub(super) fn file_system(mount: &str, percent: f32) -> FileSystem {
    FileSystem {
        mount: mount.to_owned(),
        device: "/dev/sda1".to_owned(),
        kind: "ext4".to_owned(),
        total: 100,
        used: percent as u64,
        percent,
        read_only: false,
    }
}

/// The default rules by name.
impl Rule {
    pub(super) fn cpu() -> Self {
        Self::default_named("cpu")
    }

    pub(super) fn memory() -> Self {
        Self::default_named("memory")
    }

    pub(super) fn swap() -> Self {
        Self::default_named("swap")
    }

    pub(super) fn load() -> Self {
        Self::default_named("load")
    }

    pub(super) fn filesystem() -> Self {
        Self::default_named("filesystem")
    }

    pub(super) fn default_named(name: &str) -> Self {
        file::defaults().into_iter().find(|rule| rule.name == name).unwrap()
    }
}

/// The rules of a file.
pub(super) fn rules(toml: &str) -> Vec<Rule> {
    let entries: file::Entries = toml::from_str(toml).unwrap();
    let mut rules = file::Rules::default();
    rules.add(entries.rule, None, toml).unwrap();
    rules.into_vec()
}
