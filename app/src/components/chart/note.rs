use crate::format;
use crate::live::Live;
use crate::series::{History, Series};

/// Fewer samples than this make no line.
const ENOUGH: usize = 3;

/// What a chart says in place of lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Note {
    /// The first samples are still to come.
    Collecting { samples: u64, of: u64 },
    /// The host can't tell; a sentence says what is missing.
    Absent(&'static str),
}

impl Note {
    /// What there is to say of a chart of `series`, where it can't be drawn.
    pub(super) fn about(live: Live, series: &[Series], absent: &'static str) -> Option<Self> {
        let of = live.range().ms() / live.host.read_untracked().interval_ms.max(1);
        Self::of(&live.history.read(), series, absent, of)
    }

    fn of(history: &History, series: &[Series], absent: &'static str, of: u64) -> Option<Self> {
        if history.len() < ENOUGH {
            return Some(Self::Collecting { samples: history.len() as u64, of });
        }
        let known = series.iter().any(|&series| history.column(series).iter().any(Option::is_some));
        (!known).then_some(Self::Absent(absent))
    }

    fn sentences(&self) -> (String, &'static str) {
        match self {
            Self::Collecting { samples, of } => {
                let said = format!("Collecting, {} of {} samples", format::count(*samples), format::count(*of));
                (said, "The line starts at the right edge.")
            }
            Self::Absent(why) => ("Not available on this host".to_owned(), why),
        }
    }

    /// A clock, or an i in a circle.
    fn icon(&self) -> &'static str {
        match self {
            Self::Collecting { .. } => "M8 4.5V8l2.5 1.5",
            Self::Absent(_) => "M8 7.5v3.5M8 5v.01",
        }
    }

    /// The note in the middle of a plot.
    pub(super) fn markup(&self) -> String {
        let (icon, (said, more)) = (self.icon(), self.sentences());
        format!(
            "<div class=\"chart-note\"><svg viewBox=\"0 0 16 16\" width=\"16\" height=\"16\" aria-hidden=\"true\">\
             <circle cx=\"8\" cy=\"8\" r=\"6.25\"/><path d=\"{icon}\"/></svg><p><b>{said}</b><br>{more}</p></div>"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::components::chart::timeline::tests::history_at;

    #[test]
    fn says_why_there_is_no_line() {
        let about = |times: &[u64], series| Note::of(&history_at(times), &[series], "No interface.", 900);
        assert_eq!(about(&[1_000, 2_000], Series::Cpu), Some(Note::Collecting { samples: 2, of: 900 }));
        assert_eq!(about(&[1_000, 2_000, 3_000], Series::Cpu), None);
        assert_eq!(about(&[1_000, 2_000, 3_000], Series::NetworkSent), Some(Note::Absent("No interface.")));
    }
}
