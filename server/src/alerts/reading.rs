use app::model::Metrics;

/// Cores below which the load is held against this many: a load of 2 on one core is no trouble yet (Netdata does so too).
const FEWEST_CORES: f32 = 2.0;

/// What a rule reads out of a sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Processor use of all cores together, percent.
    Cpu,
    /// Memory in use, percent.
    Memory,
    /// Swap in use, percent; nothing on a host without.
    Swap,
    /// Load over 5 min, held against levels per core; nothing where the system has none.
    Load,
    /// Space used, percent, on each file system that can be written to.
    FileSystems,
}

/// One value out of a sample.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// What it is about, where a source has several: the mount.
    pub subject: Option<String>,
    /// The value, as people are shown it.
    pub value: f32,
    /// What the rule's levels are multiplied by before the value is held against them: the cores, for the load.
    pub scale: f32,
}

impl Source {
    /// The values in `metrics`. What the host can't tell is not among them.
    pub fn read(self, metrics: &Metrics) -> Vec<Reading> {
        let mut readings = match self {
            Self::Cpu => vec![Reading::one(metrics.cpu)],
            Self::Memory => vec![Reading::one(metrics.memory)],
            Self::Swap => metrics.swap.iter().map(|swap| Reading::one(swap.percent)).collect(),
            Self::Load => load(metrics).into_iter().collect(),
            Self::FileSystems => file_systems(metrics),
        };
        readings.retain(|reading| reading.value.is_finite());
        readings
    }

    /// What the values count: `%`, or nothing for a plain number.
    pub fn unit(self) -> &'static str {
        match self {
            Self::Cpu | Self::Memory | Self::Swap | Self::FileSystems => "%",
            Self::Load => "",
        }
    }
}

impl Reading {
    fn one(value: f32) -> Self {
        Self { subject: None, value, scale: 1.0 }
    }
}

fn load(metrics: &Metrics) -> Option<Reading> {
    let cores = metrics.cores.len();
    if cores == 0 {
        return None;
    }
    let scale = (cores as f32).max(FEWEST_CORES);
    metrics.load.map(|load| Reading { subject: None, value: load.five, scale })
}

fn file_systems(metrics: &Metrics) -> Vec<Reading> {
    let writable = metrics.file_systems.iter().filter(|system| !system.read_only && system.total > 0);
    writable.map(|system| Reading { subject: Some(system.mount.clone()), value: system.percent, scale: 1.0 }).collect()
}

#[cfg(test)]
mod tests {
    use super::super::sample::{file_system, sample};
    use super::*;
    use app::model::{Load, Swap};

    #[test]
    fn what_the_host_cannot_tell_is_not_read() {
        let mut metrics = sample(0);
        for source in [Source::Swap, Source::Load, Source::FileSystems] {
            assert_eq!(source.read(&metrics), [], "{source:?}");
        }
        metrics.swap = Some(Swap { percent: f32::NAN, ..Swap::default() });
        assert_eq!(Source::Swap.read(&metrics), []);
    }

    #[test]
    fn load_is_held_against_two_cores_at_least() {
        let mut metrics = sample(0);
        metrics.load = Some(Load { one: 9.0, five: 3.0, fifteen: 1.0 });
        assert_eq!(Source::Load.read(&metrics), [], "the cores are not known");
        for (cores, scale) in [(1, 2.0), (2, 2.0), (8, 8.0)] {
            metrics.cores = vec![1.0; cores];
            assert_eq!(Source::Load.read(&metrics), [Reading { subject: None, value: 3.0, scale }]);
        }
    }

    #[test]
    fn read_only_file_systems_are_skipped() {
        let mut metrics = sample(0);
        metrics.file_systems = vec![file_system("/", 50.0), file_system("/snap/core", 100.0)];
        metrics.file_systems[1].read_only = true;
        let readings = Source::FileSystems.read(&metrics);
        assert_eq!(readings, [Reading { subject: Some("/".into()), value: 50.0, scale: 1.0 }]);
    }
}
