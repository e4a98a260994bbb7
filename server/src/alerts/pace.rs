use app::model::Timestamp;

/// The shortest time between two samples that can be a gap, in milliseconds.
const SHORTEST_GAP: u64 = 30_000;
/// A gap is this many times longer than the time between the two samples before it.
const GAP_INTERVALS: u64 = 10;

/// When a sample was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moment {
    /// By the sample's own clock.
    pub(super) at: Timestamp,
    /// The time since the sample before was not watched, so that nothing may be concluded from it.
    pub(super) broken: bool,
}

/// Tells time that was watched from time that was not: the machine slept, or its clock was set.
#[derive(Debug, Default)]
pub(super) struct Pace {
    last: Option<Timestamp>,
    interval: u64,
}

impl Pace {
    /// The next sample. After a gap, and when the clock has gone back, its moment is broken.
    pub(super) fn next(&mut self, at: Timestamp) -> Moment {
        let last = self.last.replace(at).unwrap_or(at);
        let elapsed = at.since(last);
        let gap = elapsed > SHORTEST_GAP.max(self.interval.saturating_mul(GAP_INTERVALS));
        self.interval = elapsed;
        Moment { at, broken: gap || at < last }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Which of the samples at these seconds are broken.
    fn broken(seconds: &[u64]) -> Vec<u64> {
        let mut pace = Pace::default();
        let at = |s: &&u64| pace.next(Timestamp::from_ms(**s * 1_000)).broken;
        seconds.iter().filter(at).copied().collect()
    }

    #[test]
    fn tells_gaps_by_the_usual_interval() {
        assert_eq!(broken(&[100, 101, 102, 102, 132, 133]), Vec::<u64>::new());
        assert_eq!(broken(&[100, 101, 102, 133, 134]), [133], "31 s");
        assert_eq!(broken(&[100, 101, 40_000, 40_001]), [40_000], "asleep");
        assert_eq!(broken(&[100, 160, 220, 280, 900, 960]), [160, 900], "once a minute, then ten missed");
        assert_eq!(broken(&[100, 101, 50, 51, 52]), [50], "set back");
    }
}
