//! The metrics that a rule can name: one table over the sample. A new reading is one more line of it.

use app::format;
use app::model::{DeviceRate, FileSystem, InterfaceRate, Metrics, UserUsage};

/// Cores below which the load is held against this many: a load of 2 on one core is no trouble yet (Netdata does so too).
const FEWEST_CORES: usize = 2;

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
    pub labels: Vec<(&'static str, &'a str)>,
    /// The value; always finite.
    pub value: f64,
}

/// Where a metric's values are in a sample.
#[derive(Debug)]
enum Read {
    Machine(fn(&Metrics) -> Option<f64>),
    Core(fn(f32) -> f64),
    FileSystem(fn(&FileSystem) -> f64),
    Interface(fn(&InterfaceRate) -> Option<u64>),
    Device(fn(&DeviceRate) -> Option<u64>),
    User(fn(&UserUsage) -> f64),
}

/// The names of the first cores; a machine with more is watched as a whole and by these.
const CORES: [&str; 64] = [
    "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16", "17", "18", "19", "20",
    "21", "22", "23", "24", "25", "26", "27", "28", "29", "30", "31", "32", "33", "34", "35", "36", "37", "38", "39",
    "40", "41", "42", "43", "44", "45", "46", "47", "48", "49", "50", "51", "52", "53", "54", "55", "56", "57", "58",
    "59", "60", "61", "62", "63",
];

const fn metric(name: &'static str, unit: Unit, help: &'static str, read: Read) -> Metric {
    Metric { name, unit, help, read }
}

use Read::{Core, Device, FileSystem as Mount, Interface, Machine, User};
use Unit::{Bytes, Count, Load, Percent, Rate, Seconds};

/// All of them.
pub static METRICS: &[Metric] = &[
    metric("cpu", Percent, "use of all cores", Machine(|m| Some(m.cpu.into()))),
    metric("cpu.user", Percent, "programs", Machine(|m| Some(m.cpu_modes?.user.into()))),
    metric("cpu.system", Percent, "the kernel for programs", Machine(|m| Some(m.cpu_modes?.system.into()))),
    metric(
        "cpu.iowait",
        Percent,
        "idle with a disk request outstanding",
        Machine(|m| Some(m.cpu_modes?.iowait.into())),
    ),
    metric("cpu.other", Percent, "interrupts and stolen time", Machine(|m| Some(m.cpu_modes?.other.into()))),
    metric("cores", Count, "logical processors", Machine(|m| cores(m, 1))),
    metric("cores.load", Count, "the same, but at least two", Machine(|m| cores(m, FEWEST_CORES))),
    metric("core", Percent, "use of each core", Core(f64::from)),
    metric("memory", Percent, "total − available", Machine(|m| Some(m.memory.into()))),
    metric("memory.total", Bytes, "all there is", Machine(|m| Some(m.memory_bytes.total as f64))),
    metric("memory.used", Bytes, "total − available", Machine(|m| Some(m.memory_bytes.used as f64))),
    metric("memory.available", Bytes, "what a program could get", Machine(|m| Some(m.memory_bytes.available as f64))),
    metric("memory.cache", Bytes, "available − free", Machine(|m| Some(m.memory_bytes.cache as f64))),
    metric("swap", Percent, "swap in use", Machine(|m| Some(m.swap?.percent.into()))),
    metric("swap.total", Bytes, "all there is", Machine(|m| Some(m.swap?.total as f64))),
    metric("swap.used", Bytes, "swap in use", Machine(|m| Some(m.swap?.used as f64))),
    metric("load.one", Load, "load over 1 min", Machine(|m| Some(m.load?.one.into()))),
    metric("load.five", Load, "load over 5 min", Machine(|m| Some(m.load?.five.into()))),
    metric("load.fifteen", Load, "load over 15 min", Machine(|m| Some(m.load?.fifteen.into()))),
    metric("uptime", Seconds, "since the machine booted", Machine(|m| Some(m.uptime as f64))),
    metric("network.received", Rate, "by all interfaces but loopback", Machine(|m| Some(m.network.received? as f64))),
    metric("network.sent", Rate, "by all interfaces but loopback", Machine(|m| Some(m.network.sent? as f64))),
    metric("interface.received", Rate, "by each interface", Interface(|i| i.received)),
    metric("interface.sent", Rate, "by each interface", Interface(|i| i.sent)),
    metric("disk.read", Rate, "from all devices", Machine(|m| Some(m.disk.read? as f64))),
    metric("disk.written", Rate, "to all devices", Machine(|m| Some(m.disk.written? as f64))),
    metric("device.read", Rate, "from each device", Device(|d| d.read)),
    metric("device.written", Rate, "to each device", Device(|d| d.written)),
    metric("filesystem", Percent, "space used on each mount", Mount(|f| f.percent.into())),
    metric("filesystem.total", Bytes, "its size", Mount(|f| f.total as f64)),
    metric("filesystem.used", Bytes, "size − available", Mount(|f| f.used as f64)),
    metric("filesystem.free", Bytes, "what can still be written", Mount(|f| f.total.saturating_sub(f.used) as f64)),
    metric("users", Count, "people with a running process", Machine(|m| m.active_users.map(f64::from))),
    metric("user.cpu", Percent, "of one core, by each of them", User(|u| u.cpu.into())),
    metric("user.memory", Bytes, "resident, of each of them", User(|u| u.memory as f64)),
    metric("user.processes", Count, "of each of them", User(|u| u.processes.into())),
    metric("processes", Count, "in all", Machine(|m| Some(m.processes.as_ref()?.total.into()))),
    metric(
        "processes.running",
        Count,
        "running or ready to run",
        Machine(|m| Some(m.processes.as_ref()?.running.into())),
    ),
];

/// The place of the metric of this name in [`METRICS`].
pub(super) fn find(name: &str) -> Option<usize> {
    METRICS.iter().position(|metric| metric.name == name)
}

fn cores(metrics: &Metrics, least: usize) -> Option<f64> {
    (!metrics.cores.is_empty()).then(|| metrics.cores.len().max(least) as f64)
}

impl Metric {
    /// The labels that a rule can match, the one that names the instance first.
    pub fn labels(&self) -> &'static [&'static str] {
        match self.read {
            Machine(_) => &[],
            Core(_) => &["core"],
            Mount(_) => &["mount", "device", "kind", "read_only"],
            Interface(_) => &["interface"],
            Device(_) => &["device"],
            User(_) => &["user"],
        }
    }

    /// The values in `metrics`. What the host can't tell is not among them.
    pub fn read<'a>(&self, metrics: &'a Metrics) -> Vec<Series<'a>> {
        let named = |label, name: &'a str, value| Series { labels: vec![(label, name)], value };
        let mut all: Vec<Series<'a>> = match &self.read {
            Machine(read) => read(metrics).map(|value| Series { labels: Vec::new(), value }).into_iter().collect(),
            Core(read) => {
                CORES.iter().zip(&metrics.cores).map(|(name, value)| named("core", name, read(*value))).collect()
            }
            Mount(read) => metrics.file_systems.iter().filter(|f| f.total > 0).map(|f| mount(f, read(f))).collect(),
            Interface(read) => {
                let each = metrics.network.interfaces.iter();
                each.filter_map(|i| Some(named("interface", &i.name, read(i)? as f64))).collect()
            }
            Device(read) => {
                let each = metrics.disk.devices.iter();
                each.filter_map(|d| Some(named("device", &d.name, read(d)? as f64))).collect()
            }
            User(read) => metrics.users.iter().map(|u| named("user", &u.name, read(u))).collect(),
        };
        all.retain(|series| series.value.is_finite());
        all
    }
}

fn mount(system: &FileSystem, value: f64) -> Series<'_> {
    let read_only = if system.read_only { "true" } else { "false" };
    let labels =
        vec![("mount", &*system.mount), ("device", &*system.device), ("kind", &*system.kind), ("read_only", read_only)];
    Series { labels, value }
}

impl Series<'_> {
    /// What it is about, where its metric has several.
    pub fn instance(&self) -> Option<&str> {
        self.labels.first().map(|(_, instance)| *instance)
    }

    /// The value of one of its labels.
    pub fn label(&self, name: &str) -> Option<&str> {
        self.labels.iter().find(|(label, _)| *label == name).map(|(_, value)| *value)
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
            Self::Seconds => time(value.max(0.0) as u64),
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
        let series = METRICS[find(name).unwrap()].read(metrics);
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
        let series = METRICS[find("filesystem").unwrap()].read(&metrics);
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
