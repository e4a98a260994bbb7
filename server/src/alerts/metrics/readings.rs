//! Metrics beyond what a page shows, that several things have: disks, interfaces, sensors, states.

use std::borrow::Cow;

use app::model::Metrics;

use super::Series;
use crate::collect::Readings;
use crate::collect::readings::{
    Count, DiskCounters, Gpu, InterfaceCounters, PowerSupply, Pressure, Quantity, Sensor, TcpStates,
};

/// Numbers as texts, for the first of what has a number and no name.
pub(super) const NUMBERS: [&str; 64] = [
    "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16", "17", "18", "19", "20",
    "21", "22", "23", "24", "25", "26", "27", "28", "29", "30", "31", "32", "33", "34", "35", "36", "37", "38", "39",
    "40", "41", "42", "43", "44", "45", "46", "47", "48", "49", "50", "51", "52", "53", "54", "55", "56", "57", "58",
    "59", "60", "61", "62", "63",
];

/// A part of a whole in percent.
pub(super) fn share(of: Option<(u64, u64)>) -> Option<f64> {
    of.filter(|(_, whole)| *whole > 0).map(|(part, whole)| part as f64 * 100.0 / whole as f64)
}

/// What the kernel counts under this name.
pub(super) fn count(counts: &[Count], name: &str) -> Option<f64> {
    counts.iter().find(|count| count.name == name).map(|count| count.value as f64)
}

/// The same for what it counts in pages, in bytes.
pub(super) fn paged(readings: &Readings, name: &str) -> Option<f64> {
    Some(count(&readings.live.paging, name)? * page_size())
}

#[cfg(target_os = "linux")]
fn page_size() -> f64 {
    procfs::page_size() as f64
}

/// Elsewhere nothing is counted in pages.
#[cfg(not(target_os = "linux"))]
fn page_size() -> f64 {
    f64::NAN
}

fn series<'a>(label: &'static str, name: impl Into<Cow<'a, str>>, value: f64) -> Series<'a> {
    Series { labels: vec![(label, name.into())], value }
}

/// Processes by the word for the letter that `ps` shows; those of which there are none are 0, so that one can rely on them.
pub(super) fn states<'a>(_: &'a Metrics, readings: &'a Readings) -> Vec<Series<'a>> {
    const STATES: [(char, &str); 6] =
        [('R', "running"), ('S', "sleeping"), ('D', "blocked"), ('Z', "zombie"), ('T', "stopped"), ('I', "idle")];
    let Some(counts) = &readings.processes else { return Vec::new() };
    let of = |letter| counts.states.get(&letter).copied().unwrap_or(0) as f64;
    STATES.iter().map(|&(letter, name)| series("state", name, of(letter))).collect()
}

pub(super) fn tcp<'a>(_: &'a Metrics, readings: &'a Readings) -> Vec<Series<'a>> {
    let states = readings.slow.as_ref().and_then(|slow| slow.tcp.as_ref());
    states.into_iter().flat_map(TcpStates::iter).map(|(name, n)| series("state", name, n as f64)).collect()
}

fn resources<'a>(readings: &'a Readings, read: fn(&Pressure) -> Option<f64>) -> Vec<Series<'a>> {
    let each = readings.live.pressure.iter();
    each.filter_map(|of| Some(series("resource", of.resource, read(of)? * 100.0))).collect()
}

pub(super) fn pressure<'a>(_: &'a Metrics, readings: &'a Readings) -> Vec<Series<'a>> {
    resources(readings, |of| Some(of.some.shares[1]))
}

pub(super) fn full_pressure<'a>(_: &'a Metrics, readings: &'a Readings) -> Vec<Series<'a>> {
    resources(readings, |of| Some(of.full?.shares[1]))
}

fn disks<'a>(readings: &'a Readings, read: fn(&DiskCounters) -> f64) -> Vec<Series<'a>> {
    readings.live.disks.iter().map(|disk| series("device", &*disk.device, read(disk))).collect()
}

pub(super) fn operations<'a>(_: &'a Metrics, readings: &'a Readings) -> Vec<Series<'a>> {
    disks(readings, |disk| (disk.reads.completed + disk.writes.completed) as f64)
}

pub(super) fn busy<'a>(_: &'a Metrics, readings: &'a Readings) -> Vec<Series<'a>> {
    disks(readings, |disk| disk.busy)
}

pub(super) fn waited<'a>(_: &'a Metrics, readings: &'a Readings) -> Vec<Series<'a>> {
    disks(readings, |disk| disk.weighted)
}

pub(super) fn queue<'a>(_: &'a Metrics, readings: &'a Readings) -> Vec<Series<'a>> {
    disks(readings, |disk| disk.in_progress as f64)
}

/// Of the file systems that hold data.
pub(super) fn inodes<'a>(_: &'a Metrics, readings: &'a Readings) -> Vec<Series<'a>> {
    let Some(mounts) = &readings.mounts else { return Vec::new() };
    let of = |mount: &str| {
        let mount = mounts.known.iter().rev().find(|known| known.place.mount == mount)?;
        share(Some((mount.files.saturating_sub(mount.files_free), mount.files)))
    };
    mounts.data.iter().filter_map(|data| Some(super::mount(data, of(&data.mount)?))).collect()
}

/// 1 for those whose reading hangs or fails, 0 for those that hold data.
pub(super) fn hangs<'a>(_: &'a Metrics, readings: &'a Readings) -> Vec<Series<'a>> {
    let Some(mounts) = &readings.mounts else { return Vec::new() };
    let of = |mount: &'a str, device: &'a str, kind: &'a str, value| {
        let labels = vec![("mount", mount.into()), ("device", device.into()), ("kind", kind.into())];
        Series { labels, value }
    };
    let hanging = mounts.hanging.iter().map(|place| of(&place.mount, &place.device, &place.kind, 1.0));
    mounts.data.iter().map(|data| of(&data.mount, &data.device, &data.kind, 0.0)).chain(hanging).collect()
}

/// 1 for those that have failed, 0 for those that had.
pub(super) fn units<'a>(_: &'a Metrics, readings: &'a Readings) -> Vec<Series<'a>> {
    let each = readings.units.iter().flat_map(|units| units.iter());
    each.map(|unit| series("unit", &*unit.name, unit.failed.into())).collect()
}

fn interfaces<'a>(readings: &'a Readings, read: fn(&InterfaceCounters) -> u64) -> Vec<Series<'a>> {
    readings.live.interfaces.iter().map(|of| series("interface", &*of.device, read(of) as f64)).collect()
}

pub(super) fn errors<'a>(_: &'a Metrics, readings: &'a Readings) -> Vec<Series<'a>> {
    interfaces(readings, |of| of.received.errors + of.sent.errors)
}

pub(super) fn dropped<'a>(_: &'a Metrics, readings: &'a Readings) -> Vec<Series<'a>> {
    interfaces(readings, |of| of.received.dropped + of.sent.dropped)
}

pub(super) fn carrier<'a>(_: &'a Metrics, readings: &'a Readings) -> Vec<Series<'a>> {
    let each = readings.slow.iter().flat_map(|slow| &slow.interfaces);
    each.filter_map(|of| Some(series("interface", &*of.device, f64::from(u8::from(of.carrier?))))).collect()
}

/// One chip may be there twice and its sensors are numbered, so only both together name one.
fn sensors<'a>(readings: &'a Readings, read: fn(&Sensor) -> Option<f64>) -> Vec<Series<'a>> {
    let each = readings.slow.iter().flat_map(|slow| &slow.sensors);
    let of = |sensor: &'a Sensor| {
        let name = sensor.label.as_deref().unwrap_or(&sensor.name);
        let labels = vec![
            ("sensor", Cow::Owned(format!("{}/{}", sensor.chip, sensor.name))),
            ("chip", Cow::Borrowed(&*sensor.chip_name)),
            ("name", Cow::Borrowed(name)),
        ];
        Some(Series { labels, value: read(sensor)? })
    };
    each.filter_map(of).collect()
}

fn is_temperature(sensor: &Sensor) -> bool {
    matches!(sensor.quantity, Quantity::Temperature | Quantity::Zone)
}

pub(super) fn temperature<'a>(_: &'a Metrics, readings: &'a Readings) -> Vec<Series<'a>> {
    sensors(readings, |sensor| is_temperature(sensor).then_some(sensor.value))
}

/// Where the hardware says what it bears; 0 is what chips say that don't know.
pub(super) fn headroom<'a>(_: &'a Metrics, readings: &'a Readings) -> Vec<Series<'a>> {
    sensors(readings, |sensor| {
        let most = sensor.limits[1].filter(|most| *most > 0.0)?;
        is_temperature(sensor).then_some(most - sensor.value)
    })
}

pub(super) fn fan<'a>(_: &'a Metrics, readings: &'a Readings) -> Vec<Series<'a>> {
    sensors(readings, |sensor| (sensor.quantity == Quantity::Fan).then_some(sensor.value))
}

fn supplies(readings: &Readings) -> impl Iterator<Item = &PowerSupply> {
    readings.slow.iter().flat_map(|slow| &slow.power)
}

pub(super) fn battery<'a>(_: &'a Metrics, readings: &'a Readings) -> Vec<Series<'a>> {
    let of = |supply: &'a PowerSupply| {
        let status = supply.status.as_deref().unwrap_or_default();
        let labels = vec![("supply", Cow::Borrowed(&*supply.name)), ("status", Cow::Borrowed(status))];
        Some(Series { labels, value: supply.capacity? as f64 })
    };
    supplies(readings).filter_map(of).collect()
}

pub(super) fn mains<'a>(_: &'a Metrics, readings: &'a Readings) -> Vec<Series<'a>> {
    let mains = supplies(readings).filter(|supply| supply.kind == "Mains");
    mains.filter_map(|of| Some(series("supply", &*of.name, f64::from(u8::from(of.online?))))).collect()
}

fn gpus<'a>(readings: &'a Readings, read: fn(&Gpu) -> Option<f64>) -> Vec<Series<'a>> {
    let each = readings.gpus.iter().flat_map(|gpus| gpus.iter());
    let of = |gpu: &'a Gpu| {
        let number = NUMBERS.get(gpu.index as usize)?;
        let labels = vec![("gpu", Cow::Borrowed(*number)), ("name", Cow::Borrowed(&*gpu.name))];
        Some(Series { labels, value: read(gpu)? })
    };
    each.filter_map(of).collect()
}

pub(super) fn gpu<'a>(_: &'a Metrics, readings: &'a Readings) -> Vec<Series<'a>> {
    gpus(readings, |gpu| Some(gpu.utilization? * 100.0))
}

pub(super) fn gpu_memory<'a>(_: &'a Metrics, readings: &'a Readings) -> Vec<Series<'a>> {
    gpus(readings, |gpu| share(gpu.memory))
}

pub(super) fn gpu_temperature<'a>(_: &'a Metrics, readings: &'a Readings) -> Vec<Series<'a>> {
    gpus(readings, |gpu| gpu.temperature)
}

pub(super) fn gpu_power<'a>(_: &'a Metrics, readings: &'a Readings) -> Vec<Series<'a>> {
    gpus(readings, |gpu| gpu.power)
}

#[cfg(test)]
mod tests;
