//! What the overview tells of the machine beyond its charts, in words.

use app::components::overview::Vital;
use app::format::{Quantity as Written, bytes, count, decimal, fixed, whole};

use crate::collect::readings::{Clock, Mount, PowerSupply, Quantity, Readings, Sensor, ServiceUnit, Slow};

/// Sensors of a kind that are listed: of temperatures the warmest of each chip.
const SENSORS: usize = 8;
/// Failed units that are named.
const UNITS: usize = 3;
/// From this share of a limit on it is high.
const HIGH: f64 = 0.9;

/// All that there is to say, limits first.
pub(super) fn vitals(readings: &Readings) -> Vec<Vital> {
    let Some(slow) = readings.slow.as_deref() else { return Vec::new() };
    let mut all = limits(readings, slow);
    all.extend(sensors(&slow.sensors));
    all.extend(slow.power.iter().filter_map(battery));
    for gpu in readings.gpus.iter().flat_map(|gpus| gpus.iter()) {
        let use_ = gpu.utilization.map(|share| format!("{} %", whole((share * 100.0) as f32)));
        let parts = [use_, gpu.temperature.map(degrees)];
        all.extend(told(&gpu.name, &parts.into_iter().flatten().collect::<Vec<_>>()));
    }
    all.extend(processors(readings, slow));
    all.extend(pressure(readings));
    all.extend(readings.units.as_deref().map(|units| failed(units)));
    all.extend(slow.clock.map(clock));
    all.extend(machine(slow));
    all
}

/// What the control group may use, and what it uses of it; and what disks may hold of files.
fn limits(readings: &Readings, slow: &Slow) -> Vec<Vital> {
    let mut limits = Vec::new();
    if let (Some(share), Some(used)) = (slow.share, readings.live.share) {
        let in_bytes = |number: u64| written(&bytes(number));
        limits.extend(of_limit("Control group, memory", used.memory, share.memory, in_bytes));
        limits.extend(of_limit("Control group, tasks", used.tasks, share.tasks, count));
        limits.extend(share.cores.map(|cores| {
            let held_back = readings.live.throttled.map(|us| format!("held back {} ms/s", count(us / 1_000)));
            let parts = [Some(format!("{} cores", decimal(cores as f32))), held_back];
            vital("Control group, processors", parts.into_iter().flatten().collect::<Vec<_>>().join(", "))
        }));
    }
    let mounts = readings.mounts.as_deref().map(|mounts| mounts.known.as_slice()).unwrap_or_default();
    let taken = |mount: &Mount| (mount.files - mount.files_free.min(mount.files)) as f64 / mount.files as f64;
    let counting = mounts.iter().filter(|mount| mount.files > 0);
    if let Some(fullest) = counting.max_by(|a, b| taken(a).total_cmp(&taken(b))) {
        let share = taken(fullest);
        let value = format!("{} % on {}", fixed((share * 100.0) as f32, 1), fullest.place.mount);
        limits.push(Vital { is_high: share >= HIGH, ..vital("Inodes", value) });
    }
    limits
}

fn of_limit(name: &str, used: Option<u64>, limit: Option<u64>, write: impl Fn(u64) -> String) -> Option<Vital> {
    let (used, limit) = (used?, limit?);
    let value = format!("{} of {}", write(used), write(limit));
    Some(Vital { is_high: used as f64 >= HIGH * limit as f64, ..vital(name, value) })
}

fn sensors(all: &[Sensor]) -> Vec<Vital> {
    let of = |quantity| all.iter().filter(move |sensor| sensor.quantity == quantity);
    let mut warmest: Vec<&Sensor> = Vec::new();
    for sensor in of(Quantity::Temperature).chain(of(Quantity::Zone)) {
        match warmest.iter_mut().find(|known| known.chip == sensor.chip && known.quantity == sensor.quantity) {
            Some(known) if known.value < sensor.value => *known = sensor,
            Some(_) => {}
            None => warmest.push(sensor),
        }
    }
    let temperatures = warmest.into_iter().take(SENSORS).map(|sensor| reading(sensor, degrees(sensor.value)));
    let fans = of(Quantity::Fan).take(SENSORS).map(|fan| reading(fan, format!("{} rpm", whole(fan.value as f32))));
    let sensors: Vec<Vital> = temperatures.chain(fans).collect();
    if sensors.is_empty() { vec![vital("Sensors", "not available on this host".to_owned())] } else { sensors }
}

fn reading(sensor: &Sensor, value: String) -> Vital {
    let own = if sensor.quantity == Quantity::Zone { &sensor.chip } else { &sensor.chip_name };
    let name = sensor.label.as_ref().map_or_else(|| own.clone(), |label| format!("{label}, {own}"));
    let is_high =
        sensor.quantity != Quantity::Fan && sensor.limits.iter().flatten().any(|limit| sensor.value >= *limit);
    Vital { is_high, ..vital(&name, value) }
}

fn battery(supply: &PowerSupply) -> Option<Vital> {
    let capacity = supply.capacity.map(|percent| format!("{percent} %"))?;
    let status = supply.status.as_ref().map(|status| status.to_lowercase());
    told(&supply.name, &[Some(capacity), status].into_iter().flatten().collect::<Vec<_>>())
}

/// How fast they run, what they can, and how often they turn from one thread to another.
fn processors(readings: &Readings, slow: &Slow) -> Vec<Vital> {
    let clocks: Vec<f64> = slow.frequencies.iter().filter_map(|of| of.now).collect();
    let able = slow.frequencies.iter().filter_map(|of| of.able[1]).max_by(f64::total_cmp);
    let of = |hertz: f64| format!("{} GHz", fixed((hertz / 1e9) as f32, 2));
    let mean = (!clocks.is_empty()).then(|| of(clocks.iter().sum::<f64>() / clocks.len() as f64));
    let parts: Vec<_> = [mean, able.map(|able| format!("up to {}", of(able)))].into_iter().flatten().collect();
    let switches = readings.live.switches.map(|switches| vital("Context switches", format!("{}/s", count(switches))));
    told("CPU clock", &parts).into_iter().chain(switches).collect()
}

/// How much of the last 10 s some tasks waited.
fn pressure(readings: &Readings) -> impl Iterator<Item = Vital> {
    readings.live.pressure.iter().map(|pressure| {
        let name = match pressure.resource {
            "cpu" => "CPU pressure",
            "memory" => "Memory pressure",
            _ => "Disk pressure",
        };
        vital(name, format!("{} %", fixed((pressure.some.shares[0] * 100.0) as f32, 1)))
    })
}

/// Its connections, who is logged in, and what it is.
fn machine(slow: &Slow) -> Vec<Vital> {
    let mut all = Vec::new();
    if let Some(tcp) = &slow.tcp {
        let established = tcp.iter().filter(|&(state, _)| state == "established").map(|(_, number)| number).sum();
        let sockets = tcp.iter().map(|(_, number)| number).sum();
        all.push(vital("TCP", format!("{} established of {}", count(established), count(sockets))));
    }
    if let Some(sessions) = &slow.sessions {
        let remote = sessions.iter().filter(|session| session.remote).count() as u64;
        all.push(vital("Sessions", format!("{}, {} from elsewhere", count(sessions.len() as u64), count(remote))));
    }
    let host = &slow.host;
    let inside = [&host.container, &host.machine_kind].into_iter().flatten().cloned();
    let kernel = Some(host.release.clone()).filter(|release| !release.is_empty());
    all.extend(told("Kernel", kernel.as_slice()));
    all.extend(told("Inside of", &inside.collect::<Vec<_>>()));
    all
}

/// Units of systemd that have failed, the first of them by name.
fn failed(units: &[ServiceUnit]) -> Vital {
    let failed: Vec<&str> = units.iter().filter(|unit| unit.failed).map(|unit| unit.name.as_str()).collect();
    let (named, rest) = failed.split_at(failed.len().min(UNITS));
    let mut value = if named.is_empty() { "none".to_owned() } else { named.join(", ") };
    if !rest.is_empty() {
        value += &format!(" and {} more", rest.len());
    }
    Vital { is_high: !failed.is_empty(), ..vital("Failed units", value) }
}

fn clock(clock: Clock) -> Vital {
    if !clock.synchronised {
        return vital("Clock", "kept by nothing".to_owned());
    }
    vital("Clock", format!("kept, {} ms off", fixed((clock.offset.abs() * 1e3) as f32, 1)))
}

fn degrees(celsius: f64) -> String {
    format!("{} °C", whole(celsius as f32))
}

fn written(quantity: &Written) -> String {
    format!("{} {}", quantity.value, quantity.unit)
}

/// What is known, if anything is.
fn told(name: &str, parts: &[String]) -> Option<Vital> {
    (!parts.is_empty()).then(|| vital(name, parts.join(", ")))
}

fn vital(name: &str, value: String) -> Vital {
    Vital { name: name.to_owned(), value, is_high: false }
}

#[cfg(test)]
mod tests;
