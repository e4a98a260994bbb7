//! Samples to try rules on.

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
