use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::super::super::sample::{file_system, sample};
use super::super::{METRICS, Sample, find};
use super::*;
use crate::collect::readings::{
    Clock, Flow, Interface, Kernel, Live, LoadAverages, Mount, MountPoint, Mounts, OpenFiles, Operations,
    ProcessCounts, ServiceUnit, Share, ShareUse, Slow, Stall, TcpStates,
};

fn empty() -> Readings {
    Readings {
        taken: SystemTime::UNIX_EPOCH,
        took: Duration::ZERO,
        live: Live::default(),
        processes: None,
        mounts: None,
        slow: None,
        gpus: None,
        units: None,
    }
}

fn place(mount: &str) -> MountPoint {
    MountPoint { device: "/dev/sda1".to_owned(), kind: "ext4".to_owned(), mount: mount.to_owned() }
}

/// A machine that tells all there is to tell.
fn full() -> Readings {
    let count = |name: &str, value| Count { name: name.to_owned(), value };
    let flow = |errors, dropped| Flow { errors, dropped, ..Flow::default() };
    let stall = |minute| Stall { shares: [0.9, minute, 0.9], seconds: 1.0 };
    let sensor = |chip: &str, name: &str, quantity, value, most| Sensor {
        chip: chip.to_owned(),
        chip_name: "coretemp".to_owned(),
        name: name.to_owned(),
        label: None,
        quantity,
        value,
        limits: [None, most],
    };
    let live = Live {
        steal: Some(2.5),
        kernel: Some(Kernel { interrupts: 5, switches: 7, forks: 9, blocked: 2, ..Kernel::default() }),
        load: Some(LoadAverages { averages: [0.0; 3], threads: Some(300) }),
        paging: vec![count("pswpin", 2), count("pswpout", 3), count("pgmajfault", 4), count("oom_kill", 1)],
        pressure: vec![Pressure { resource: "io", some: stall(0.4), full: Some(stall(0.2)) }],
        disks: vec![DiskCounters {
            device: "sda".to_owned(),
            reads: Operations { completed: 10, ..Operations::default() },
            writes: Operations { completed: 5, ..Operations::default() },
            in_progress: 3,
            busy: 1.5,
            weighted: 2.0,
            discards: None,
            flushes: None,
        }],
        interfaces: vec![InterfaceCounters {
            device: "eth0".to_owned(),
            received: flow(1, 2),
            sent: flow(10, 20),
            ..InterfaceCounters::default()
        }],
        protocols: vec![count("Tcp_RetransSegs", 8)],
        files: Some(OpenFiles { allocated: 50, maximum: 200 }),
        share: Some(ShareUse {
            memory: Some(25),
            idle_cache: Some(10),
            seconds: Some(3.0),
            throttled: Some(1.0),
            tasks: Some(5),
        }),
        ..Live::default()
    };
    let mut tcp = TcpStates::default();
    tcp.add(8);
    let slow = Slow {
        share: Some(Share { version: 2, memory: Some(100), cores: None, tasks: Some(50) }),
        sensors: vec![
            sensor("platform_0", "temp1", Quantity::Temperature, 90.0, Some(100.0)),
            sensor("platform_1", "temp1", Quantity::Temperature, 40.0, None),
            sensor("platform_0", "fan1", Quantity::Fan, 1_200.0, None),
        ],
        power: vec![
            PowerSupply { name: "BAT0".to_owned(), capacity: Some(42), ..PowerSupply::default() },
            PowerSupply {
                name: "AC".to_owned(),
                kind: "Mains".to_owned(),
                online: Some(false),
                ..PowerSupply::default()
            },
        ],
        interfaces: vec![Interface { device: "eth0".to_owned(), carrier: Some(false), ..Interface::default() }],
        tcp: Some(tcp),
        sessions: Some(vec![Default::default(); 2]),
        clock: Some(Clock { synchronised: false, offset: -0.25, max_error: 16.0, estimated_error: 1.0 }),
        entropy: Some((256, 4_096)),
        tracked: Some((10, 40)),
        ..Slow::default()
    };
    let mount = Mount {
        place: place("/"),
        size: 100,
        free: 50,
        available: 50,
        files: 10,
        files_free: 2,
        read_only: false,
        folder: true,
    };
    let unit = |name: &str, failed| ServiceUnit { name: name.to_owned(), failed };
    let gpu = Gpu {
        index: 1,
        name: "A2".to_owned(),
        utilization: Some(0.25),
        memory: Some((50, 200)),
        temperature: Some(61.0),
        power: Some(30.0),
        ..Gpu::default()
    };
    Readings {
        live,
        processes: Some(ProcessCounts { total: 3, states: [('Z', 2), ('R', 1)].into() }),
        mounts: Some(Arc::new(Mounts {
            known: vec![mount.clone(), Mount { place: place("/run"), ..mount }],
            hanging: vec![place("/mnt")],
            data: vec![file_system("/", 50.0)],
        })),
        slow: Some(Arc::new(slow)),
        gpus: Some(Arc::new(vec![gpu])),
        units: Some(Arc::new(vec![unit("a.service", true), unit("b.timer", false)])),
        ..empty()
    }
}

/// Each value of a metric with what it is of.
fn read(name: &str, readings: &Readings) -> Vec<(String, f64)> {
    let mut metrics = sample(0);
    metrics.file_systems = vec![file_system("/", 50.0)];
    let metric = &METRICS[find(name).unwrap()];
    let all = metric.read(Sample { metrics: &metrics, readings: Some(readings) });
    for series in &all {
        let labels: Vec<&str> = series.labels.iter().map(|(label, _)| *label).collect();
        assert_eq!(labels, metric.labels(), "{name}");
    }
    all.iter().map(|series| (series.instance().unwrap_or_default().to_owned(), series.value)).collect()
}

#[test]
fn each_is_read_from_its_place() {
    let readings = full();
    let page = page_size();
    for (name, instance, value) in [
        ("processes.blocked", "", 2.0),
        ("processes.forks", "", 9.0),
        ("threads", "", 300.0),
        ("cpu.switches", "", 7.0),
        ("cpu.interrupts", "", 5.0),
        ("pressure", "io", 40.0),
        ("pressure.full", "io", 20.0),
        ("swap.in", "", 2.0 * page),
        ("swap.out", "", 3.0 * page),
        ("memory.faults", "", 4.0),
        ("memory.oom_kills", "", 1.0),
        ("device.operations", "sda", 15.0),
        ("device.busy", "sda", 1.5),
        ("device.queue", "sda", 3.0),
        ("device.waited", "sda", 2.0),
        ("filesystem.inodes", "/", 80.0),
        ("filesystem.read_only", "/", 0.0),
        ("interface.errors", "eth0", 11.0),
        ("interface.dropped", "eth0", 22.0),
        ("interface.carrier", "eth0", 0.0),
        ("tcp.retransmitted", "", 8.0),
        ("files", "", 25.0),
        ("files.open", "", 50.0),
        ("tracked", "", 25.0),
        ("entropy", "", 256.0),
        ("clock.synchronised", "", 0.0),
        ("clock.offset", "", 0.25),
        ("clock.error", "", 16.0),
        ("sessions", "", 2.0),
        ("temperature.headroom", "platform_0/temp1", 10.0),
        ("fan", "platform_0/fan1", 1_200.0),
        ("battery", "BAT0", 42.0),
        ("mains", "AC", 0.0),
        ("gpu", "1", 25.0),
        ("gpu.memory", "1", 25.0),
        ("gpu.temperature", "1", 61.0),
        ("gpu.power", "1", 30.0),
        ("cpu.steal", "", 2.5),
        ("cgroup.memory", "", 25.0),
        ("cgroup.memory.working", "", 15.0),
        ("cgroup.tasks", "", 10.0),
        ("cgroup.cpu", "", 3.0),
        ("cgroup.throttled", "", 1.0),
    ] {
        assert_eq!(read(name, &readings), [(instance.to_owned(), value)], "{name}");
    }
    let named = |name: &str| read(name, &readings);
    assert_eq!(named("filesystem.hangs"), [("/".to_owned(), 0.0), ("/mnt".to_owned(), 1.0)]);
    assert_eq!(named("systemd.failed"), [("a.service".to_owned(), 1.0), ("b.timer".to_owned(), 0.0)]);
    assert_eq!(named("temperature").len(), 2, "two chips with a sensor of one name");
    assert!(named("tcp").contains(&("close_wait".to_owned(), 1.0)));
    let states = named("processes.state");
    assert!(
        states.contains(&("zombie".to_owned(), 2.0)) && states.contains(&("blocked".to_owned(), 0.0)),
        "{states:?}"
    );
}

#[test]
fn what_the_host_cannot_tell_is_not_read() {
    let shown = ["filesystem", "filesystem.total", "filesystem.used", "filesystem.free", "filesystem.read_only"];
    for metric in METRICS.iter().filter(|metric| !shown.contains(&metric.name)) {
        let all = read(metric.name, &empty());
        let metrics = sample(0);
        let without = metric.read((&metrics).into());
        assert_eq!(all.len(), without.len(), "{}: {all:?}", metric.name);
    }
    assert_eq!(share(Some((1, 0))), None, "of nothing");
}

/// Every value that a rule can name is one that this machine tells, or it can't.
#[cfg(target_os = "linux")]
#[test]
fn a_real_machine_tells_them() {
    use crate::collect;
    let mut source = collect::source(&collect::Config::default());
    let (metrics, readings) = loop {
        if let Some(metrics) = source.sample(true)
            && let Some(readings) = source.readings()
            && readings.slow.is_some()
            && readings.mounts.is_some()
            && readings.processes.is_some()
        {
            break (metrics, readings);
        }
        std::thread::sleep(Duration::from_millis(50));
    };
    let sample = Sample { metrics: &metrics, readings: Some(&readings) };
    for name in [
        "processes.state",
        "processes.blocked",
        "processes.forks",
        "threads",
        "cpu.steal",
        "cpu.switches",
        "cpu.interrupts",
        "swap.in",
        "memory.faults",
        "memory.oom_kills",
        "device.operations",
        "device.busy",
        "device.queue",
        "filesystem.inodes",
        "filesystem.read_only",
        "interface.errors",
        "interface.dropped",
        "tcp",
        "tcp.retransmitted",
        "files",
        "entropy",
    ] {
        let all = METRICS[find(name).unwrap()].read(sample);
        assert!(!all.is_empty() && all.iter().all(|series| series.value >= 0.0), "{name}: {all:?}");
    }
}
