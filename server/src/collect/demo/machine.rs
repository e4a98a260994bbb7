//! The made-up machine itself: what it does at any moment.

use std::f64::consts::FRAC_PI_2;

use app::model::{
    CpuModes, DeviceRate, DiskRates, FileSystem, InterfaceRate, Load, Memory, Metrics, NetworkRates, Process,
    ProcessTable, Swap, Timestamp, UserUsage,
};

use crate::collect::percent::{one_decimal, percent};

/// Logical processors.
pub(super) const CORES: u64 = 16;
const GIB: f64 = 1_073_741_824.0;
/// Bytes of memory.
pub(super) const MEMORY: u64 = (62.7 * GIB) as u64;
const MIB: f64 = 1_048_576.0;
/// Every so many seconds a backup makes the machine work, [`HUMP_AT`] seconds into it.
const HUMP_EVERY: f64 = 1_200.0;
const HUMP_AT: f64 = 930.0;

/// Mount, device, kind, GiB, percent used.
const FILE_SYSTEMS: [(&str, &str, &str, f64, f64); 4] = [
    ("/", "/dev/nvme0n1p2", "ext4", 117.0, 36.6),
    ("/boot", "/dev/nvme0n1p1", "ext4", 0.95, 22.3),
    ("/srv", "/dev/nvme1n1", "xfs", 1862.0, 51.2),
    ("/var", "/dev/nvme0n1p3", "ext4", 234.0, 91.4),
];

/// Name, account, pid, percent of a core, MiB, percent of a core more under load.
const PROCESSES: [(&str, &str, u32, f64, f64, f64); 10] = [
    ("postgres", "postgres", 1204, 118.4, 10_055.0, 190.0),
    ("node", "deploy", 20817, 88.7, 1_474.0, 120.0),
    ("nginx", "www-data", 988, 32.6, 312.0, 20.0),
    ("restic", "root", 31002, 28.9, 688.0, 260.0),
    ("redis-server", "redis", 1077, 9.2, 2_210.0, 6.0),
    ("opsglass", "mira", 842, 0.6, 19.2, 0.2),
    ("journald", "root", 511, 0.5, 74.6, 1.0),
    ("sshd", "root", 30_411, 0.2, 11.8, 0.0),
    ("bash", "mira", 30_420, 0.1, 5.6, 0.0),
    ("systemd", "root", 1, 0.1, 13.1, 0.0),
];

/// One moment of it.
#[derive(Debug)]
pub(super) struct Moment {
    number: u64,
    seconds: f64,
    /// How hard the backup works, 0–1.
    hump: f64,
}

impl Moment {
    /// Sample `number`, which is `seconds` after the first.
    pub(super) fn new(number: u64, seconds: f64) -> Self {
        let from_peak = (seconds % HUMP_EVERY - HUMP_AT).abs();
        Self { number, seconds, hump: ((110.0 - from_peak) / 20.0).clamp(0.0, 1.0) }
    }

    /// −1 to 1, another each sample.
    fn noise(&self, salt: u64) -> f64 {
        noise(self.number, salt)
    }

    /// −1 to 1, moving to another value every `period` seconds.
    fn drift(&self, period: f64, salt: u64) -> f64 {
        let step = (self.seconds / period).floor();
        let way = (self.seconds / period - step) * FRAC_PI_2;
        let (from, to) = (noise(step as u64, salt), noise(step as u64 + 1, salt));
        from + (to - from) * way.sin().powi(2)
    }

    /// All of it, as of `timestamp`.
    pub(super) fn metrics(&self, timestamp: Timestamp, booted: Timestamp) -> Metrics {
        let modes = self.modes();
        let cpu = one_decimal(modes.user + modes.system + modes.other);
        let memory_bytes = self.memory();
        let users = self.users();
        Metrics {
            timestamp,
            cpu,
            memory: percent(memory_bytes.used, memory_bytes.total),
            active_users: u32::try_from(users.len()).ok(),
            cpu_modes: Some(modes),
            cores: (0..CORES).map(|core| self.core(core, f64::from(cpu))).collect(),
            memory_bytes,
            swap: Some(Swap { total: (8.0 * GIB) as u64, used: (0.3 * GIB) as u64, percent: 3.8 }),
            load: Some(self.load()),
            uptime: timestamp.since(booted) / 1_000,
            network: self.network(),
            disk: self.disk(),
            file_systems: file_systems(),
            users,
            processes: Some(self.processes(timestamp, booted)),
        }
    }

    fn modes(&self) -> CpuModes {
        let mode = |base: f64, sway: f64, more: f64, salt: u64| {
            let value = base + sway * (0.6 * self.drift(45.0, salt) + 0.4 * self.noise(salt)) + more * self.hump;
            one_decimal(value.max(0.0) as f32)
        };
        CpuModes {
            user: mode(20.5, 3.5, 29.0, 1),
            system: mode(8.2, 1.6, 4.5, 2),
            iowait: mode(2.4, 1.4, 5.0, 3),
            other: mode(0.9, 0.4, 0.3, 4),
        }
    }

    /// The backup works on the first ten cores, and now and then one core is hot by itself.
    fn core(&self, core: u64, cpu: f64) -> f32 {
        let hot = if noise(self.seconds as u64 / 90, 50 + core) > 0.9 { 45.0 } else { 0.0 };
        let skew = if core < 10 { 8.0 } else { -13.0 } * self.hump;
        let value = cpu + skew + hot + 9.0 * self.drift(20.0, 20 + core) + 5.0 * self.noise(20 + core);
        one_decimal(value.clamp(0.0, 100.0) as f32)
    }

    fn memory(&self) -> Memory {
        let total = MEMORY;
        let used = ((38.9 + 0.4 * self.drift(300.0, 5) + 1.7 * self.hump) * GIB) as u64;
        let cache = ((11.2 + 0.3 * self.drift(240.0, 6) + 0.6 * self.hump) * GIB) as u64;
        Memory { total, used, available: total - used, cache }
    }

    fn load(&self) -> Load {
        let average = |base: f64, sway: f64, more: f64, period: f64, salt: u64| {
            let value = base + sway * self.drift(period, salt) + more * self.hump;
            (value * 100.0).round() as f32 / 100.0
        };
        Load {
            one: average(5.25, 0.9, 5.5, 60.0, 7),
            five: average(5.48, 0.5, 2.0, 300.0, 8),
            fifteen: average(5.02, 0.2, 0.6, 900.0, 9),
        }
    }

    fn network(&self) -> NetworkRates {
        let burst = if self.noise(10) > 0.72 { 16.0 * self.noise(11).abs() } else { 0.0 };
        let received = bytes(19.0 + 4.0 * self.drift(12.0, 12) + burst + 12.0 * self.hump);
        let sent = bytes(40.0 + 7.0 * self.drift(25.0, 13) + 2.0 * self.noise(13) + 24.0 * self.hump);
        let (tunnel_in, tunnel_out) = (bytes(0.3 + 0.2 * self.noise(14)), bytes(0.4 + 0.2 * self.noise(15)));
        let interface = |name: &str, received, sent| InterfaceRate {
            name: name.into(),
            received: Some(received),
            sent: Some(sent),
        };
        NetworkRates {
            received: Some(received + tunnel_in),
            sent: Some(sent + tunnel_out),
            interfaces: vec![interface("eth0", received, sent), interface("wg0", tunnel_in, tunnel_out)],
        }
    }

    /// The database writes much at once every half minute.
    fn disk(&self) -> DiskRates {
        let checkpoint = if self.seconds % 30.0 < 2.0 { 22.0 } else { 0.0 };
        let burst = if self.noise(16) > 0.8 { 12.0 } else { 0.0 };
        let read = bytes(8.0 + 2.5 * self.drift(10.0, 17) + burst + 24.0 * self.hump);
        let written = bytes(18.0 + 3.0 * self.drift(15.0, 18) + checkpoint + 24.0 * self.hump);
        let (data_read, data_written) = (bytes(0.6 + 0.5 * self.noise(19)), bytes(1.2 + self.noise(19)));
        let device =
            |name: &str, read, written| DeviceRate { name: name.into(), read: Some(read), written: Some(written) };
        DiskRates {
            read: Some(read + data_read),
            written: Some(written + data_written),
            devices: vec![device("nvme0n1", read, written), device("nvme1n1", data_read, data_written)],
        }
    }

    /// Three, one less for a while, and one more while the backup runs.
    fn users(&self) -> Vec<UserUsage> {
        let count = match self.seconds % HUMP_EVERY {
            s if (300.0..420.0).contains(&s) => 2,
            s if (840.0..1_000.0).contains(&s) => 4,
            _ => 3,
        };
        let account = |name: &str, processes, cpu: f64, mib: f64| UserUsage {
            name: name.into(),
            processes,
            cpu: one_decimal(cpu as f32),
            memory: (mib * MIB) as u64,
        };
        let mut users = vec![
            account("deploy", 6, 88.7 + 5.0 * self.drift(20.0, 30) + 120.0 * self.hump, 1_893.0),
            account("root", 41, 29.7 + 3.0 * self.drift(20.0, 31) + 260.0 * self.hump, 1_204.0),
            account("mira", 4, 0.7 + 0.2 * self.noise(32), 38.0),
            account("jonas", 2, 0.1, 14.0),
        ];
        users.truncate(count);
        users.sort_by(|a, b| b.cpu.total_cmp(&a.cpu));
        users
    }

    fn processes(&self, timestamp: Timestamp, booted: Timestamp) -> ProcessTable {
        let process = |&(name, user, pid, cpu, mib, more): &(&str, &str, u32, f64, f64, f64)| Process {
            pid,
            started: booted.ms() / 1_000 + u64::from(pid) / 8,
            name: name.into(),
            command: None,
            user: Some(user.into()),
            cpu: one_decimal((cpu * (1.0 + 0.1 * self.noise(u64::from(pid))) + more * self.hump) as f32),
            memory: (mib * MIB) as u64,
        };
        let mut top: Vec<Process> = PROCESSES.iter().map(process).collect();
        top.sort_by(|a, b| b.cpu.total_cmp(&a.cpu).then(b.memory.cmp(&a.memory)));
        let (total, running) = (312, 2 + (2.0 * self.hump) as u32);
        let states = [("R".to_owned(), running), ("S".to_owned(), total - running)].into();
        ProcessTable { timestamp, total, running, states, top }
    }
}

fn bytes(mib: f64) -> u64 {
    (mib.max(0.0) * MIB) as u64
}

fn file_systems() -> Vec<FileSystem> {
    let describe = |&(mount, device, kind, gib, used): &(&str, &str, &str, f64, f64)| FileSystem {
        mount: mount.into(),
        device: device.into(),
        kind: kind.into(),
        total: (gib * GIB) as u64,
        used: (gib * GIB * used / 100.0) as u64,
        percent: used as f32,
        read_only: false,
    };
    FILE_SYSTEMS.iter().map(describe).collect()
}

/// −1 to 1 from two numbers (SplitMix64's finish).
fn noise(number: u64, salt: u64) -> f64 {
    let mut mixed =
        number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ salt.wrapping_mul(0xd1b5_4a32_d192_ed03);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (mixed ^ (mixed >> 31)) as f64 / u64::MAX as f64 * 2.0 - 1.0
}
