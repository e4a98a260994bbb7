//! What the connection pill says.

use super::Status;
use super::backoff::TRIES;
use super::machine::Line;

/// No sample counts as stale before this age, in milliseconds.
const STALE_MS: u64 = 5_000;
/// Samples that may be missed.
const SAMPLES: u64 = 3;

/// What the pill depends on besides the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct View {
    /// The reader has stopped the view.
    pub paused: bool,
    /// Events that wait to be shown.
    pub waiting: usize,
    /// Milliseconds between two samples.
    pub interval_ms: u64,
    /// Milliseconds since the newest sample was taken.
    pub sample_age_ms: u64,
    /// Milliseconds from the taking of the last sample to its arrival.
    pub lag_ms: Option<u64>,
    /// Events made good after a break, while that is to be said.
    pub caught_up: Option<u64>,
}

/// What the pill says. A line that is down comes before the reader's own pause: that must never be hidden.
pub fn status(line: Line, view: View) -> Status {
    let open_for_ms = match line {
        Line::First => return Status::Connecting,
        Line::Offline { reason } => return Status::Offline { reason },
        Line::Refused(refusal) => return Status::Refused(refusal),
        Line::Down { in_ms, attempt } => {
            return Status::Reconnecting { in_seconds: in_ms.div_ceil(1_000), attempt, of: TRIES };
        }
        Line::Open { for_ms } => for_ms,
    };
    let limit = view.interval_ms.saturating_mul(SAMPLES).max(STALE_MS);
    if view.paused {
        Status::Paused { waiting: view.waiting }
    } else if view.sample_age_ms > limit && open_for_ms > limit {
        Status::Stale { age_seconds: view.sample_age_ms / 1_000 }
    } else if let Some(events) = view.caught_up {
        Status::CaughtUp { events }
    } else {
        Status::Live { lag_ms: view.lag_ms }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::live::machine::Refusal;

    const OPEN: Line = Line::Open { for_ms: 60_000 };
    const VIEW: View =
        View { paused: false, waiting: 2, interval_ms: 1_000, sample_age_ms: 900, lag_ms: Some(12), caught_up: None };

    #[test]
    fn an_open_line() {
        let caught_up = View { caught_up: Some(37), ..VIEW };
        let old = View { sample_age_ms: 12_900, ..caught_up };
        for (line, view, expected) in [
            (OPEN, VIEW, Status::Live { lag_ms: Some(12) }),
            (OPEN, caught_up, Status::CaughtUp { events: 37 }),
            (OPEN, old, Status::Stale { age_seconds: 12 }),
            (OPEN, View { paused: true, ..old }, Status::Paused { waiting: 2 }),
            (Line::Open { for_ms: 300 }, View { sample_age_ms: 90_000, ..VIEW }, Status::Live { lag_ms: Some(12) }),
        ] {
            assert_eq!(status(line.clone(), view), expected, "{line:?} {view:?}");
        }
    }

    #[test]
    fn stale_is_measured_in_samples() {
        let slow = View { interval_ms: 10_000, sample_age_ms: 30_000, ..VIEW };
        assert_eq!(status(OPEN, slow), Status::Live { lag_ms: Some(12) });
        assert_eq!(status(OPEN, View { sample_age_ms: 30_001, ..slow }), Status::Stale { age_seconds: 30 });
        assert_eq!(status(OPEN, View { sample_age_ms: 5_000, ..VIEW }), Status::Live { lag_ms: Some(12) });
    }

    #[test]
    fn a_line_that_is_down_is_never_hidden() {
        let paused = View { paused: true, caught_up: Some(1), ..VIEW };
        let reason = "the server can't be reached".to_owned();
        for (line, expected) in [
            (Line::First, Status::Connecting),
            (Line::Down { in_ms: 3_001, attempt: 2 }, Status::Reconnecting { in_seconds: 4, attempt: 2, of: 10 }),
            (Line::Down { in_ms: 0, attempt: 2 }, Status::Reconnecting { in_seconds: 0, attempt: 2, of: 10 }),
            (Line::Offline { reason: reason.clone() }, Status::Offline { reason }),
            (Line::Refused(Refusal::Over), Status::Refused(Refusal::Over)),
        ] {
            assert_eq!(status(line, paused), expected);
        }
    }
}
