use std::fmt;
use std::str::FromStr;

/// Which processes are looked for, and in which order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProcessQuery {
    /// The order.
    pub sort: ProcessSort,
    /// Words that must be there, or not: see [`Filter`](crate::filter::Filter).
    pub filter: String,
}

/// The order of processes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ProcessSort {
    /// The busiest first.
    #[default]
    Cpu,
    /// The largest first.
    Memory,
    /// By name.
    Name,
}

impl ProcessQuery {
    /// The busiest of all, which need not be asked for.
    pub fn is_plain(&self) -> bool {
        self.sort == ProcessSort::Cpu && self.filter.is_empty()
    }
}

impl ProcessSort {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Cpu, Self::Memory, Self::Name];

    /// As it stands in the address bar.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
            Self::Memory => "memory",
            Self::Name => "name",
        }
    }
}

/// The text is none of `cpu`, `memory`, `name`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProcessSortError;

impl fmt::Display for ProcessSortError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected cpu, memory or name")
    }
}

impl std::error::Error for ProcessSortError {}

impl FromStr for ProcessSort {
    type Err = ProcessSortError;

    fn from_str(text: &str) -> Result<Self, ProcessSortError> {
        Self::ALL.into_iter().find(|sort| sort.as_str() == text).ok_or(ProcessSortError)
    }
}
