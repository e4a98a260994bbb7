//! The metrics that a rule can name: one `table` over what the system says. A new reading is one more line of it.

mod readings;
mod table;

use std::borrow::Cow;

use app::format;
use app::model::{DeviceRate, FileSystem, InterfaceRate, Metrics, UserUsage};

use crate::collect::Readings;
use Read::{Core, Device, FileSystem as Mount, Interface, Labelled, Machine, Reading, User};
pub use table::METRICS;

/// What a metric counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// 0–100.
    Percent,
    /// A load average, or anything else with two decimals.
    Load,
    /// A number of something.
    Count,
    /// Bytes.
    Bytes,
    /// Bytes per second.
    Rate,
    /// Seconds.
    Seconds,
    /// Degrees Celsius.
    Celsius,
    /// Watts.
    Watts,
}

/// One value of a sample that a rule can name.
#[derive(Debug)]
pub struct Metric {
    /// How a rule names it.
    pub name: &'static str,
    /// What it counts.
    pub unit: Unit,
    /// What it is, for people.
    pub help: &'static str,
    read: Read,
}

/// A value with what it is about.
#[derive(Debug, Clone, PartialEq)]
pub struct Series<'a> {
    /// The labels a rule can match. The first names the instance; a metric of the whole machine has none.
    pub labels: Vec<(&'static str, Cow<'a, str>)>,
    /// The value; always finite.
    pub value: f64,
}

/// What the system said at one moment.
#[derive(Debug, Clone, Copy)]
pub struct Sample<'a> {
    /// The part that crosses to the page.
    pub metrics: &'a Metrics,
    /// The rest; none where the source knows no more.
    pub readings: Option<&'a Readings>,
}

/// Reads a metric that several things have.
type ReadAll = for<'a> fn(&'a Metrics, &'a Readings) -> Vec<Series<'a>>;

/// Where a metric's values are in a sample.
#[derive(Debug)]
enum Read {
    Machine(fn(&Metrics) -> Option<f64>),
    Core(fn(f32) -> f64),
    FileSystem(fn(&FileSystem) -> f64),
    Interface(fn(&InterfaceRate) -> Option<u64>),
    Device(fn(&DeviceRate) -> Option<u64>),
    User(fn(&UserUsage) -> f64),
    /// Of the machine, and beyond what a page shows.
    Reading(fn(&Readings) -> Option<f64>),
    /// Of several, with these labels.
    Labelled(&'static [&'static str], ReadAll),
}

/// The place of the metric of this name in [`METRICS`].
pub(super) fn find(name: &str) -> Option<usize> {
    METRICS.iter().position(|metric| metric.name == name)
}

impl Metric {
    /// The labels that a rule can match, the one that names the instance first.
    pub fn labels(&self) -> &'static [&'static str] {
        match self.read {
            Machine(_) | Reading(_) => &[],
            Core(_) => &["core"],
            Mount(_) => &["mount", "device", "kind", "read_only"],
            Interface(_) => &["interface"],
            Device(_) => &["device"],
            User(_) => &["user"],
            Labelled(labels, _) => labels,
        }
    }

    /// Whether it only ever grows, but for when it begins again.
    pub(super) fn is_counter(&self) -> bool {
        table::COUNTERS.contains(&self.name)
    }

    /// The values in `sample`. What the host can't tell is not among them.
    pub fn read<'a>(&self, sample: Sample<'a>) -> Vec<Series<'a>> {
        let Sample { metrics, readings } = sample;
        let named = |label, name: &'a str, value| Series { labels: vec![(label, name.into())], value };
        let mut all: Vec<Series<'a>> = match &self.read {
            Machine(read) => read(metrics).map(Series::whole).into_iter().collect(),
            Core(read) => readings::NUMBERS
                .iter()
                .zip(&metrics.cores)
                .map(|(name, value)| named("core", name, read(*value)))
                .collect(),
            Mount(read) => file_systems(sample).iter().filter(|f| f.total > 0).map(|f| mount(f, read(f))).collect(),
            Interface(read) => {
                let each = metrics.network.interfaces.iter();
                each.filter_map(|i| Some(named("interface", &i.name, read(i)? as f64))).collect()
            }
            Device(read) => {
                let each = metrics.disk.devices.iter();
                each.filter_map(|d| Some(named("device", &d.name, read(d)? as f64))).collect()
            }
            User(read) => metrics.users.iter().map(|u| named("user", &u.name, read(u))).collect(),
            Reading(read) => readings.and_then(read).map(Series::whole).into_iter().collect(),
            Labelled(_, read) => readings.map(|readings| read(metrics, readings)).unwrap_or_default(),
        };
        all.retain(|series| series.value.is_finite());
        all
    }
}

/// All of them; of a page there are fewer, where there are many.
fn file_systems<'a>(Sample { metrics, readings }: Sample<'a>) -> &'a [FileSystem] {
    let mounts = readings.and_then(|readings| readings.mounts.as_deref());
    mounts.map_or(&metrics.file_systems, |mounts| &mounts.data)
}

fn mount(system: &FileSystem, value: f64) -> Series<'_> {
    let read_only = if system.read_only { "true" } else { "false" };
    let labels =
        vec![("mount", &*system.mount), ("device", &*system.device), ("kind", &*system.kind), ("read_only", read_only)];
    Series { labels: labels.into_iter().map(|(label, text)| (label, text.into())).collect(), value }
}

impl<'a> From<&'a Metrics> for Sample<'a> {
    fn from(metrics: &'a Metrics) -> Self {
        Self { metrics, readings: None }
    }
}

impl Series<'_> {
    /// Of the whole machine.
    fn whole(value: f64) -> Self {
        Self { labels: Vec::new(), value }
    }

    /// What it is about, where its metric has several.
    pub fn instance(&self) -> Option<&str> {
        self.labels.first().map(|(_, instance)| &**instance)
    }

    /// The value of one of its labels.
    pub fn label(&self, name: &str) -> Option<&str> {
        self.labels.iter().find(|(label, _)| *label == name).map(|(_, value)| &**value)
    }
}

impl Unit {
    /// What stands behind a value on the wire: `%`, or nothing for a plain number.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Percent => "%",
            Self::Load | Self::Count => "",
            Self::Bytes => "B",
            Self::Rate => "B/s",
            Self::Seconds => "s",
            Self::Celsius => "°C",
            Self::Watts => "W",
        }
    }

    /// A value as a person reads it.
    pub fn write(self, value: f32) -> String {
        match self {
            Self::Percent => format!("{} %", format::decimal(value)),
            Self::Load => format::load(value),
            Self::Count if value.fract() == 0.0 => format::whole(value),
            Self::Count => format::decimal(value),
            Self::Bytes => quantity(&format::bytes(value.max(0.0) as u64)),
            Self::Rate => quantity(&format::rate(value)),
            Self::Seconds if value > 0.0 && value < 1.0 => format!("{} ms", format::whole(value * 1_000.0)),
            Self::Seconds => time(value.max(0.0) as u64),
            Self::Celsius => format!("{} °C", format::decimal(value)),
            Self::Watts => format!("{} W", format::decimal(value)),
        }
    }

    /// Like a value, but a round percentage without its decimal.
    pub fn write_level(self, level: f32) -> String {
        match self {
            Self::Percent if level.fract() == 0.0 => format!("{} %", format::whole(level)),
            _ => self.write(level),
        }
    }
}

fn quantity(quantity: &format::Quantity) -> String {
    format!("{} {}", quantity.value, quantity.unit)
}

/// A span of time: `90 s`, `2 min`.
pub(super) fn time(seconds: u64) -> String {
    if seconds < 600 && !seconds.is_multiple_of(60) { format!("{seconds} s") } else { format::span(seconds) }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{file_system, sample};
    use super::*;
    use app::model::{Load, Metrics, Swap};

    fn read(name: &str, metrics: &Metrics) -> Vec<(Option<String>, f64)> {
        let series = METRICS[find(name).unwrap()].read(metrics.into());
        series.iter().map(|series| (series.instance().map(str::to_owned), series.value)).collect()
    }

    #[test]
    fn what_the_host_cannot_tell_is_not_read() {
        let mut metrics = sample(0);
        for name in ["swap", "load.five", "filesystem", "cores", "cpu.user", "users", "network.sent", "processes"] {
            assert_eq!(read(name, &metrics), [], "{name}");
        }
        metrics.swap = Some(Swap { percent: f32::NAN, ..Swap::default() });
        assert_eq!(read("swap", &metrics), []);
    }

    #[test]
    fn load_is_held_against_two_cores_at_least() {
        let mut metrics = sample(0);
        metrics.load = Some(Load { one: 9.0, five: 3.0, fifteen: 1.0 });
        assert_eq!(read("cores.load", &metrics), [], "the cores are not known");
        for (cores, scale) in [(1, 2.0), (2, 2.0), (8, 8.0)] {
            metrics.cores = vec![1.0; cores];
            assert_eq!(read("cores.load", &metrics), [(None, scale)]);
        }
    }

    #[test]
    fn instances_carry_what_can_be_matched() {
        let mut metrics = sample(0);
        metrics.file_systems = vec![file_system("/", 50.0), file_system("/snap/core", 100.0)];
        metrics.file_systems[1].read_only = true;
        let series = METRICS[find("filesystem").unwrap()].read((&metrics).into());
        assert_eq!(series[1].label("read_only"), Some("true"));
        assert_eq!((series[1].instance(), series[1].label("kind")), (Some("/snap/core"), Some("ext4")));
    }

    #[test]
    fn every_name_is_there_once_and_every_instance_has_its_label_first() {
        for (at, metric) in METRICS.iter().enumerate() {
            assert_eq!(find(metric.name), Some(at), "{}", metric.name);
        }
    }

    #[test]
    fn times_are_not_rounded() {
        for (seconds, written) in [(5, "5 s"), (60, "1 min"), (90, "90 s"), (7_200, "2 h 0 min")] {
            assert_eq!(time(seconds), written);
        }
    }
}
