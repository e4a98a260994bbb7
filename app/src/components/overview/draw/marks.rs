//! The moments that the charts mark.

use super::Machine;
use crate::board::AlertMark;
use crate::components::level::level_word;
use crate::model::AlertLevel;

/// Two words each: when, in milliseconds since 1970, with the class of its line, and what it says.
pub(super) fn marks(machine: &Machine<'_>) -> Vec<String> {
    machine.marks.since(machine.now).flat_map(mark).collect()
}

fn mark(mark: &AlertMark) -> [String; 2] {
    let level = match mark.level {
        AlertLevel::Critical => "is-critical",
        AlertLevel::Warning => "is-warning",
        AlertLevel::Info => "is-info",
    };
    let (over, says) = if mark.fires {
        ("", format!("{}: {} fires", level_word(mark.level), mark.name))
    } else {
        (" is-over", format!("{} is over", mark.name))
    };
    [format!("{} {level}{over}", mark.at.ms()), says]
}
