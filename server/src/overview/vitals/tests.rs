use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::*;
use crate::collect::readings::{
    Clock, Frequency, Gpu, Host, Live, MountPoint, Mounts, Pressure, ServiceUnit, Session, Share, ShareUse, Stall,
    TcpStates,
};

fn readings(live: Live, slow: Slow, mounts: Vec<Mount>) -> Readings {
    Readings {
        taken: SystemTime::UNIX_EPOCH,
        took: Duration::ZERO,
        live,
        processes: None,
        mounts: Some(Arc::new(Mounts { known: mounts, ..Mounts::default() })),
        slow: Some(Arc::new(slow)),
        gpus: None,
        units: None,
    }
}

fn lines(readings: &Readings) -> Vec<String> {
    let line = |vital: Vital| format!("{}: {}{}", vital.name, vital.value, if vital.is_high { " !" } else { "" });
    vitals(readings).into_iter().map(line).collect()
}

fn sensor(chip: &str, name: &str, quantity: Quantity, value: f64, most: Option<f64>) -> Sensor {
    let label = (name == "temp1").then(|| "Package 0".to_owned());
    let (chip, chip_name, name) = (chip.to_owned(), "coretemp".to_owned(), name.to_owned());
    Sensor { chip, chip_name, name, label, quantity, value, limits: [None, most] }
}

fn mount(mount: &str, files: u64, files_free: u64) -> Mount {
    let place = MountPoint { device: "/dev/sda1".to_owned(), kind: "ext4".to_owned(), mount: mount.to_owned() };
    Mount { place, size: 100, free: 50, available: 50, files, files_free, read_only: false, folder: true }
}

#[test]
fn a_container_is_told_of_its_share() {
    const MIB: u64 = 1024 * 1024;
    let used = ShareUse { memory: Some(480 * MIB), tasks: Some(5), ..ShareUse::default() };
    let share = Share { version: 2, memory: Some(512 * MIB), cores: Some(1.5), tasks: Some(100) };
    let live = Live { share: Some(used), throttled: Some(120_499), ..Live::default() };
    let slow = Slow { share: Some(share), ..Slow::default() };
    let expected = [
        "Control group, memory: 480.0 MiB of 512.0 MiB !",
        "Control group, tasks: 5 of 100",
        "Control group, processors: 1.5 cores, held back 120 ms/s",
    ];
    assert_eq!(lines(&readings(live, slow, Vec::new()))[..3], expected);
}

#[test]
fn of_each_chip_the_warmest_is_told() {
    let slow = Slow {
        sensors: vec![
            sensor("platform_0", "temp2", Quantity::Temperature, 58.0, Some(100.0)),
            sensor("platform_0", "temp1", Quantity::Temperature, 61.4, Some(60.0)),
            sensor("thermal", "0", Quantity::Zone, 40.0, None),
            sensor("platform_0", "fan1", Quantity::Fan, 1_200.0, None),
            sensor("platform_0", "in0", Quantity::Voltage, 12.0, None),
        ],
        ..Slow::default()
    };
    let expected = ["Package 0, coretemp: 61 °C !", "thermal: 40 °C", "coretemp: 1,200 rpm"];
    assert_eq!(lines(&readings(Live::default(), slow, Vec::new())), expected);
}

#[test]
fn all_else_that_is_known_has_a_line() {
    let stall = Stall { shares: [0.0123, 0.0, 0.0], seconds: 1.0 };
    let pressure = |resource| Pressure { resource, some: stall, full: None };
    let pressure = ["cpu", "memory", "io"].map(pressure).into();
    let live = Live { pressure, switches: Some(12_345), ..Live::default() };
    let clock =
        |cpu, now| Frequency { cpu, place: None, now: Some(now), allowed: [None; 2], able: [None, Some(3.5e9)] };
    let mut tcp = TcpStates::default();
    [1, 1, 6].into_iter().for_each(|state| tcp.add(state));
    let battery = PowerSupply {
        name: "BAT0".to_owned(),
        capacity: Some(42),
        status: Some("Discharging".to_owned()),
        ..PowerSupply::default()
    };
    let host = Host { release: "6.1.0".to_owned(), machine_kind: Some("kvm".to_owned()), ..Host::default() };
    let remote = Session { remote: true, ..Session::default() };
    let slow = Slow {
        clock: Some(Clock { synchronised: true, offset: -0.0021, max_error: 0.1, estimated_error: 0.01 }),
        frequencies: vec![clock(0, 2e9), clock(1, 3e9)],
        power: vec![battery],
        tcp: Some(tcp),
        sessions: Some(vec![remote, Session::default()]),
        host,
        ..Slow::default()
    };
    let gpu = Gpu { name: "A2".to_owned(), utilization: Some(0.25), temperature: Some(61.0), ..Gpu::default() };
    let mounts = vec![mount("/", 100, 50), mount("/var", 100, 7), mount("/boot", 0, 0)];
    let unit = |name: &str, failed| ServiceUnit { name: name.to_owned(), failed };
    let units = [("a", true), ("b", true), ("c", true), ("d", false), ("e", true)];
    let units = units.map(|(name, failed)| unit(name, failed)).into();
    let gpus = Some(Arc::new(vec![gpu]));
    let readings = Readings { gpus, units: Some(Arc::new(units)), ..readings(live, slow, mounts) };
    let expected = [
        "Inodes: 93.0 % on /var !",
        "Sensors: not available on this host",
        "BAT0: 42 %, discharging",
        "A2: 25 %, 61 °C",
        "CPU clock: 2.50 GHz, up to 3.50 GHz",
        "Context switches: 12,345/s",
        "CPU pressure: 1.2 %",
        "Memory pressure: 1.2 %",
        "Disk pressure: 1.2 %",
        "Failed units: a, b, c and 1 more !",
        "Clock: kept, 2.1 ms off",
        "TCP: 2 established of 3",
        "Sessions: 2, 1 from elsewhere",
        "Kernel: 6.1.0",
        "Inside of: kvm",
    ];
    assert_eq!(lines(&readings), expected);
}
