use std::time::Duration;

use super::Source;

/// A level with hysteresis, in the unit of what is read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Level {
    /// It is reached by a value above this.
    pub enter: f32,
    /// It is left by a value under this; at most `enter`.
    pub clear: f32,
}

/// What is worth a look, and what is urgent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Levels {
    /// Look at it today.
    pub warning: Level,
    /// Look at it now; at least `warning`.
    pub critical: Level,
}

/// What is watched, at which levels and for how long.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Names the rule, and begins the id of each of its alerts.
    pub id: String,
    /// What it reads out of a sample.
    pub source: Source,
    /// What it is held against.
    pub levels: Levels,
    /// How long a value must stay above a level before the alert fires at that level.
    pub hold: Duration,
}

impl Level {
    const fn new(enter: f32, clear: f32) -> Self {
        Self { enter, clear }
    }

    fn times(self, scale: f32) -> Self {
        Self { enter: self.enter * scale, clear: self.clear * scale }
    }
}

impl Levels {
    /// These levels for a value that counts in units `scale` times smaller: of levels per core those for all cores.
    pub fn times(self, scale: f32) -> Self {
        Self { warning: self.warning.times(scale), critical: self.critical.times(scale) }
    }
}

/// The defaults. The levels are Netdata's (src/health/health.d). Netdata averages some values over minutes before it
/// compares them; here a value must stay above the level for the hold time instead.
impl Rule {
    /// Processor use, percent: above 85 (critical 95) for 2 min. Shorter than that is a build or a start.
    pub fn cpu() -> Self {
        Self::new("cpu", Source::Cpu, Level::new(85.0, 75.0), Level::new(95.0, 85.0), 120)
    }

    /// Memory in use, percent: above 90 (critical 98) for 1 min. Shorter, because what follows is the OOM killer.
    pub fn memory() -> Self {
        Self::new("memory", Source::Memory, Level::new(90.0, 80.0), Level::new(98.0, 90.0), 60)
    }

    /// Swap in use, percent: above 90 (critical 98) for 5 min. Longer, because full swap alone does no harm.
    pub fn swap() -> Self {
        Self::new("swap", Source::Swap, Level::new(90.0, 80.0), Level::new(98.0, 90.0), 300)
    }

    /// Load over 5 min per core: above 2 (critical 4) for 5 min.
    ///
    /// Netdata warns at 2 per core over 15 min and at 4 over 5 min, of at least two cores. One rule does for both: the
    /// 5 min average, which with the hold time takes about as long as the first, at the first's level as warning and the
    /// second's as critical.
    pub fn load() -> Self {
        Self::new("load", Source::Load, Level::new(2.0, 1.75), Level::new(4.0, 3.5), 300)
    }

    /// Space used on each file system, percent: above 90 (critical 98) for 1 min. It seldom goes down by itself.
    pub fn filesystem() -> Self {
        Self::new("filesystem", Source::FileSystems, Level::new(90.0, 80.0), Level::new(98.0, 90.0), 60)
    }

    fn new(id: &str, source: Source, warning: Level, critical: Level, hold_s: u64) -> Self {
        Self { id: id.to_owned(), source, levels: Levels { warning, critical }, hold: Duration::from_secs(hold_s) }
    }
}
