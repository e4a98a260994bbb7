//! What systems other than Linux say beyond what a page shows: as much as sysinfo knows.

use std::sync::Arc;

use sysinfo::{
    DiskRefreshKind, Disks, Networks, ProcessRefreshKind, ProcessStatus, ProcessesToUpdate, System, UpdateKind,
};

use super::processes::Row;
use super::readings::{
    Field, Flow, Host, InterfaceCounters, Live, LoadAverages, Mount, MountPoint, Mounts, ServiceUnit, Slow, Unit,
};

/// Reads what is cheap.
#[derive(Debug)]
pub(super) struct LiveReader {
    system: Option<System>,
    networks: Option<Networks>,
}

impl LiveReader {
    /// Nothing is read yet.
    pub(super) fn new() -> Self {
        Self { system: System::new().ok(), networks: Networks::new().ok() }
    }

    /// Reads all of it.
    pub(super) fn read(&mut self) -> Live {
        let load = System::load_average().ok().filter(|_| !cfg!(windows));
        Live {
            boot_time: System::boot_time().ok(),
            load: load.map(|load| LoadAverages { averages: [load.one, load.five, load.fifteen], threads: None }),
            memory: self.memory(),
            interfaces: self.interfaces(),
            ..Live::default()
        }
    }

    fn memory(&mut self) -> Vec<Field> {
        let Some(system) = &mut self.system else { return Vec::new() };
        system.refresh_memory();
        let field = |name: &str, value| Field { name: name.to_owned(), value, unit: Unit::Bytes };
        vec![
            field("MemTotal", system.total_memory()),
            field("MemFree", system.free_memory()),
            field("MemAvailable", system.available_memory()),
            field("SwapTotal", system.total_swap()),
            field("SwapFree", system.free_swap()),
        ]
    }

    fn interfaces(&mut self) -> Vec<InterfaceCounters> {
        let Some(networks) = &mut self.networks else { return Vec::new() };
        networks.refresh(true);
        let counters = |(name, data): (&std::ffi::OsString, &sysinfo::NetworkData)| InterfaceCounters {
            device: name.to_string_lossy().into_owned(),
            received: Flow {
                bytes: data.total_received(),
                packets: data.total_packets_received(),
                errors: data.total_errors_on_received(),
                ..Flow::default()
            },
            sent: Flow {
                bytes: data.total_transmitted(),
                packets: data.total_packets_transmitted(),
                errors: data.total_errors_on_transmitted(),
                ..Flow::default()
            },
            ..InterfaceCounters::default()
        };
        let is_loopback =
            |data: &sysinfo::NetworkData| data.ip_networks().iter().any(|network| network.addr.is_loopback());
        networks.iter().filter(|(_, data)| !is_loopback(data)).map(counters).collect()
    }
}

/// Reads what changes slowly.
pub(super) fn slow(_tcp_sockets: u64) -> Slow {
    Slow {
        host: Host {
            system: System::name().unwrap_or_default(),
            release: System::kernel_version().unwrap_or_default(),
            machine: System::cpu_arch(),
            name: System::host_name().unwrap_or_default(),
            ..Host::default()
        },
        ..Slow::default()
    }
}

/// Reads nothing: there is no systemd.
#[derive(Debug, Default)]
pub(super) struct UnitReader;

impl UnitReader {
    /// There are none.
    pub(super) fn read(&mut self) -> Option<Option<Arc<Vec<ServiceUnit>>>> {
        None
    }
}

/// Reads the file systems; of inodes nothing is known. They are read in one, so where one hangs all of them do: sysinfo
/// asks each already while it lists them (on macOS and Windows), so there is no list to ask one by one.
#[derive(Debug)]
pub(super) struct MountReader;

impl MountReader {
    /// There is nothing to remember.
    pub(super) fn new() -> Self {
        Self
    }

    /// A new list each time: an old one doesn't notice that a file system has become read-only.
    pub(super) fn read(&mut self) -> Mounts {
        let disks = Disks::new_with_refreshed_list_specifics(DiskRefreshKind::nothing().with_storage());
        let known = disks.map(|disks| disks.iter().map(mount).collect()).unwrap_or_default();
        Mounts { known, ..Mounts::default() }
    }
}

fn mount(disk: &sysinfo::Disk) -> Mount {
    let place = MountPoint {
        device: disk.name().to_string_lossy().into_owned(),
        kind: disk.file_system().to_string_lossy().into_owned(),
        mount: disk.mount_point().to_string_lossy().into_owned(),
    };
    Mount {
        place,
        size: disk.total_space(),
        free: disk.available_space(),
        available: disk.available_space(),
        files: 0,
        files_free: 0,
        read_only: disk.is_read_only(),
        folder: disk.mount_point().is_dir(),
    }
}

/// Remembers the processes of the last reading.
#[derive(Debug)]
pub(super) struct Table {
    command_lines: bool,
    /// Not shared: a process's use is measured against the time since its `System` last read the processors.
    system: Option<System>,
    rows: Vec<Row>,
}

impl Table {
    /// Nothing is read yet. Command lines are read only where they may be told.
    pub(super) fn new(command_lines: bool) -> Self {
        Self { command_lines, system: None, rows: Vec::new() }
    }

    /// Reads all processes.
    pub(super) fn refresh(&mut self) {
        if self.system.is_none() {
            self.system = System::new().ok();
        }
        let Some(system) = &mut self.system else { return };
        // Whose a process is can change (a login), and asking each time costs nothing more.
        let kind = ProcessRefreshKind::nothing().with_cpu().with_memory().with_user(UpdateKind::Always).without_tasks();
        let kind = if self.command_lines { kind.with_cmd(UpdateKind::OnlyIfNotSet) } else { kind };
        system.refresh_processes_specifics(ProcessesToUpdate::All, true, kind);
        self.rows = system.processes().values().map(row).collect();
    }

    /// The processes of the last reading, in no order.
    pub(super) fn rows(&self) -> impl Iterator<Item = &Row> + Clone {
        self.rows.iter()
    }
}

fn row(process: &sysinfo::Process) -> Row {
    Row {
        pid: process.pid().as_u32(),
        started: process.start_time(),
        name: process.name().to_string_lossy().into_owned(),
        uid: process.user_id().cloned(),
        command: (!process.cmd().is_empty()).then(|| {
            let words: Vec<_> = process.cmd().iter().map(|word| word.to_string_lossy()).collect();
            words.join(" ")
        }),
        cpu: process.cpu_usage(),
        memory: process.memory(),
        state: letter(process.status()),
        kernel: false,
    }
}

/// As `ps` shows it.
fn letter(status: ProcessStatus) -> char {
    match status {
        ProcessStatus::Idle => 'I',
        ProcessStatus::Run => 'R',
        ProcessStatus::Sleep => 'S',
        ProcessStatus::Stop => 'T',
        ProcessStatus::Zombie => 'Z',
        ProcessStatus::Dead => 'X',
        _ => '?',
    }
}
