//! What no test machine has: sensors, batteries, sessions, graphics processors.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::*;
use crate::collect::readings::{
    Clock, Frequency, Gpu, GpuClock, Host, Live, Mount, MountPoint, Mounts, PowerSupply, ProcessCounts, Quantity,
    Sensor, ServiceUnit, Session, Share, Slow,
};
use crate::hub::{Hub, Limits};

fn readings(slow: Slow) -> Readings {
    Readings {
        taken: SystemTime::UNIX_EPOCH + Duration::from_millis(1_500),
        took: Duration::from_millis(2),
        live: Live::default(),
        processes: Some(ProcessCounts { total: 3, states: [('S', 2), ('R', 1)].into() }),
        mounts: None,
        slow: Some(Arc::new(slow)),
        gpus: None,
        units: None,
    }
}

#[track_caller]
fn says(readings: &Readings, lines: &[&str]) {
    let hub = Hub::new(Limits::default());
    let text = render(Format::Plain, Some(readings), &hub.stats(None));
    for line in lines {
        assert!(text.lines().any(|said| said == *line), "{line} in\n{text}");
    }
    let types: Vec<&str> = text.lines().filter(|line| line.starts_with("# TYPE")).collect();
    let mut once = types.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(types.len(), once.len());
}

#[test]
fn sensors_and_batteries() {
    let sensor = |chip: &str, name: &str, quantity, value| Sensor {
        chip: chip.into(),
        chip_name: "coretemp".into(),
        name: name.into(),
        label: (name == "temp1").then(|| "Package id 0".into()),
        quantity,
        value,
        limits: [None, Some(100.0)],
    };
    let slow = Slow {
        sensors: vec![
            sensor("platform_coretemp_0", "temp1", Quantity::Temperature, 42.5),
            sensor("platform_coretemp_0", "fan2", Quantity::Fan, 1_200.0),
            sensor("acpitz", "0", Quantity::Zone, 30.0),
        ],
        power: vec![PowerSupply {
            name: "BAT0".into(),
            kind: "Battery".into(),
            status: Some("Full".into()),
            capacity: Some(100),
            ..PowerSupply::default()
        }],
        frequencies: vec![Frequency { cpu: 1, now: Some(8e8), able: [None, Some(3e9)], ..Frequency::default() }],
        ..Slow::default()
    };
    says(
        &readings(slow),
        &[
            "node_hwmon_temp_celsius{chip=\"platform_coretemp_0\",sensor=\"temp1\"} 42.5",
            "node_hwmon_temp_crit_celsius{chip=\"platform_coretemp_0\",sensor=\"temp1\"} 100",
            "node_hwmon_fan_rpm{chip=\"platform_coretemp_0\",sensor=\"fan2\"} 1200",
            "node_hwmon_sensor_label{chip=\"platform_coretemp_0\",label=\"Package id 0\",sensor=\"temp1\"} 1",
            "node_hwmon_chip_names{chip=\"platform_coretemp_0\",chip_name=\"coretemp\"} 1",
            "node_thermal_zone_temp{type=\"acpitz\",zone=\"0\"} 30",
            "node_power_supply_capacity{power_supply=\"BAT0\"} 100",
            "node_power_supply_info{power_supply=\"BAT0\",type=\"Battery\",status=\"Full\"} 1",
            "node_cpu_scaling_frequency_hertz{cpu=\"1\"} 800000000",
            "node_cpu_frequency_max_hertz{cpu=\"1\"} 3000000000",
            "node_processes_state{state=\"S\"} 2",
            "opsglass_sample_timestamp_seconds 1.5",
            "opsglass_sample_duration_seconds 0.002",
        ],
    );
}

#[test]
fn a_container_its_share_and_who_is_there() {
    let session = |user: &str, remote| Session { user: user.into(), remote, kind: "tty".into(), ..Session::default() };
    let slow = Slow {
        host: Host { container: Some("docker".into()), ..Host::default() },
        share: Some(Share { version: 2, memory: Some(1 << 30), cores: Some(1.5), tasks: None }),
        sessions: Some(vec![session("ann", true), session("bob", true), session("cid", false)]),
        clock: Some(Clock { synchronised: true, offset: -0.25, max_error: 0.5, estimated_error: 0.125 }),
        entropy: Some((256, 256)),
        ..Slow::default()
    };
    let mut readings = readings(slow);
    let place = |mount: &str| MountPoint { device: "/dev/sda1".into(), kind: "ext4".into(), mount: mount.into() };
    let known = Mount {
        place: place("/mnt/\"a\"\n\\b"),
        size: 100,
        free: 50,
        available: 40,
        files: 10,
        files_free: 5,
        read_only: true,
        folder: true,
    };
    let unit = |name: &str, failed| ServiceUnit { name: name.to_owned(), failed };
    readings.units = Some(Arc::new(vec![unit("a.service", true), unit("b.timer", false)]));
    readings.mounts = Some(Arc::new(Mounts { known: vec![known], hanging: vec![place("/far")], ..Mounts::default() }));
    says(
        &readings,
        &[
            "opsglass_virtualization_info{container=\"docker\",machine=\"none\"} 1",
            "opsglass_cgroup_memory_limit_bytes 1073741824",
            "opsglass_cgroup_cpu_limit_cores 1.5",
            "node_logind_sessions{class=\"\",remote=\"true\",seat=\"\",type=\"tty\"} 2",
            "node_timex_sync_status 1",
            "node_timex_offset_seconds -0.25",
            "node_timex_maxerror_seconds 0.5",
            "node_systemd_units{state=\"failed\"} 1",
            "node_filesystem_avail_bytes{device=\"/dev/sda1\",fstype=\"ext4\",mountpoint=\"/mnt/\\\"a\\\"\\n\\\\b\"} 40",
            "node_filesystem_device_error{device=\"/dev/sda1\",fstype=\"ext4\",mountpoint=\"/far\"} 1",
            "node_filesystem_readonly{device=\"/dev/sda1\",fstype=\"ext4\",mountpoint=\"/mnt/\\\"a\\\"\\n\\\\b\"} 1",
        ],
    );
}

#[test]
fn graphics_processors() {
    let mut readings = readings(Slow::default());
    readings.gpus = Some(Arc::new(vec![Gpu {
        index: 0,
        name: "A2".into(),
        uuid: "GPU-1".into(),
        utilization: Some(0.25),
        memory: Some((100, 200)),
        fans: vec![0.5],
        clocks: vec![GpuClock { name: "sm", hertz: 1e9 }],
        ..Gpu::default()
    }]));
    says(
        &readings,
        &[
            "opsglass_gpu_info{gpu=\"0\",name=\"A2\",uuid=\"GPU-1\"} 1",
            "opsglass_gpu_utilization_ratio{gpu=\"0\"} 0.25",
            "opsglass_gpu_memory_used_bytes{gpu=\"0\"} 100",
            "opsglass_gpu_fan_ratio{gpu=\"0\",fan=\"0\"} 0.5",
            "opsglass_gpu_clock_hertz{gpu=\"0\",clock=\"sm\"} 1000000000",
        ],
    );
}

#[test]
fn without_a_sample_there_is_still_opsglass() {
    let hub = Hub::new(Limits::default());
    let text = render(Format::Plain, None, &hub.stats(None));
    assert!(text.contains("\nopsglass_streams 0\n") && !text.contains("node_"), "{text}");
}
