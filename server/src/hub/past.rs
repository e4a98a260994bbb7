use std::collections::VecDeque;

use app::model::{StatsHistory, Timestamp};

/// Points that are kept, one a second: an hour, in 56 KiB.
const KEPT: usize = 3_600;

/// Points that are shown at most.
const SHOWN: usize = 300;

/// The figures of one second.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Point {
    pub(super) published: f32,
    pub(super) delivered: f32,
    pub(super) lag_p99_ms: f32,
    pub(super) followers: u32,
}

/// The figures of the last hour.
#[derive(Debug, Default)]
pub(super) struct Past {
    points: VecDeque<Point>,
    end: Timestamp,
}

impl Past {
    pub(super) fn push(&mut self, point: Point, at: Timestamp) {
        if self.points.len() == KEPT {
            self.points.pop_front();
        }
        self.points.push_back(point);
        self.end = at;
    }

    /// The last `seconds`, a point each.
    pub(super) fn each(&self, seconds: usize) -> StatsHistory {
        self.thinned(seconds, 1)
    }

    /// The last `seconds`, in so few points that a chart can show them all.
    pub(super) fn last(&self, seconds: usize) -> StatsHistory {
        self.thinned(seconds, seconds.div_ceil(SHOWN).max(1))
    }

    /// The last `seconds`, `each` in a point.
    fn thinned(&self, seconds: usize, each: usize) -> StatsHistory {
        let shown = seconds.min(self.points.len()) / each * each;
        let mut history = StatsHistory { interval_ms: each as u64 * 1_000, end: self.end, ..StatsHistory::default() };
        let points: Vec<Point> = self.points.range(self.points.len() - shown..).copied().collect();
        for some in points.chunks(each) {
            let mean = |column: fn(&Point) -> f32| rounded(some.iter().map(column).sum::<f32>() / each as f32);
            history.published.push(mean(|point| point.published));
            history.delivered.push(mean(|point| point.delivered));
            history.lag_p99_ms.push(rounded(some.iter().map(|point| point.lag_p99_ms).fold(0.0, f32::max)));
            history.followers.push(some.last().map_or(0, |point| point.followers));
        }
        history
    }
}

/// One decimal is enough for a chart.
fn rounded(value: f32) -> f32 {
    (value * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_is_kept_and_shown_in_few_points() {
        let mut past = Past::default();
        for second in 0..5_000_u32 {
            let lag_p99_ms = if second == 4_000 { 39.3 } else { 1.0 };
            let point = Point { published: 2.0, delivered: 4.0, lag_p99_ms, followers: second };
            past.push(point, Timestamp::from_ms(u64::from(second) * 1_000));
        }
        assert_eq!(past.points.len(), KEPT);
        let hour = past.last(3_600);
        assert_eq!((hour.interval_ms, hour.published.len()), (12_000, 300));
        assert_eq!((hour.published[7], hour.followers[299]), (2.0, 4_999));
        assert!(hour.lag_p99_ms.contains(&39.3), "a peak is not averaged away");
        assert_eq!(past.last(300).followers.len(), 300);
        assert_eq!(Past::default().last(300), StatsHistory { interval_ms: 1_000, ..StatsHistory::default() });
    }
}
