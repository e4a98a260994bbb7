use crate::range::Range;

/// Width of every drawing in its own units; it is stretched to the plot's.
pub(super) const WIDTH: f32 = 1_000.0;
/// Height of every drawing in its own units.
pub(super) const HEIGHT: f32 = 100.0;

/// The stretch of time that the charts show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window {
    /// The right edge, milliseconds since 1970: the newest sample, or now when samples no longer come.
    pub(super) to: u64,
    /// The newest sample, milliseconds since 1970.
    pub(super) last: Option<u64>,
    /// Samples no longer come.
    pub(super) stale: bool,
    /// How far back it reaches.
    pub(super) range: Range,
}

impl Window {
    /// The window as of `now`, milliseconds since 1970.
    pub(super) fn new(last: Option<u64>, now: u64, stale: bool, range: Range) -> Self {
        let to = match last {
            Some(last) if stale => last.max(now),
            Some(last) => last,
            None => now,
        };
        Self { to, last, stale, range }
    }

    /// The left edge, milliseconds since 1970.
    pub(super) fn from(&self) -> u64 {
        self.to.saturating_sub(self.range.ms())
    }

    /// `at` lies in the window.
    pub(super) fn contains(&self, at: u64) -> bool {
        (self.from()..=self.to).contains(&at)
    }

    /// Where `at` lies, 0 at the left edge and 1 at the right; what lies outside is put on the edge.
    pub(super) fn share(&self, at: u64) -> f32 {
        let since = at.saturating_sub(self.from()).min(self.range.ms());
        since as f32 / self.range.ms() as f32
    }

    /// The moment at `share` of the window's width.
    pub(super) fn at(&self, share: f32) -> u64 {
        self.from() + (f64::from(share.clamp(0.0, 1.0)) * self.range.ms() as f64) as u64
    }

    /// Where `at` lies in a drawing.
    pub(super) fn x(&self, at: u64) -> f32 {
        self.share(at) * WIDTH
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_at_the_newest_sample_or_now() {
        let window = |last, stale| Window::new(last, 2_000_000, stale, Range::FifteenMinutes);
        assert_eq!(window(Some(1_990_000), false).to, 1_990_000);
        assert_eq!(window(Some(1_990_000), true).to, 2_000_000);
        assert_eq!(window(Some(2_000_500), true).to, 2_000_500, "a clock behind the samples");
        assert_eq!(window(None, false).to, 2_000_000);
    }

    #[test]
    fn places_moments() {
        let window = Window::new(Some(2_000_000), 0, false, Range::FifteenMinutes);
        assert_eq!(window.x(1_100_000), 0.0);
        assert_eq!(window.x(1_550_000), 500.0);
        assert_eq!(window.x(2_000_000), 1_000.0);
        assert_eq!((window.x(0), window.x(3_000_000)), (0.0, 1_000.0));
        assert_eq!(window.at(0.5), 1_550_000);
        assert_eq!(window.at(7.0), 2_000_000);
        assert!(!window.contains(1_099_999));
    }

    #[test]
    fn starts_in_1970() {
        let window = Window::new(None, 0, false, Range::Hour);
        assert_eq!((window.from(), window.x(0)), (0, 0.0));
    }
}
