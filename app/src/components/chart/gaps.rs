use super::window::Window;
use crate::components::position::{at, by};
use crate::series::History;

/// A stretch without samples, in percent of the plot's width.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Gap {
    /// Its left edge.
    pub(super) left: f32,
    /// Its width.
    pub(super) width: f32,
    /// It is still growing: nothing has come since.
    pub(super) open: bool,
}

/// The holes between the samples, and the one after the last when samples no longer come. A bar stands for `bar_ms`, of
/// which a sample is the last; where there is none, not even at the beginning, nothing is known: an empty place would say
/// that there was nothing. What is no bar has 0.
pub(super) fn gaps(history: &History, window: &Window, bar_ms: u64) -> Vec<Gap> {
    let begin = |time: u64| time - time % bar_ms.max(1);
    let most = if bar_ms > 0 { 0 } else { history.gap_ms() };
    let mut gaps = Vec::new();
    let mut known = (bar_ms > 0).then(|| window.from());
    for time in history.times() {
        let from = begin(time);
        if let Some(known) = known.filter(|known| from > known + most && from > window.from()) {
            gaps.push(gap(window, known, from, false));
        }
        known = Some(from + bar_ms);
    }
    if let Some(known) = known.filter(|&known| window.stale && known < window.to) {
        gaps.push(gap(window, known, window.to, true));
    }
    gaps
}

/// Writes them, hatched by the style.
pub(super) fn markup(gaps: &[Gap]) -> String {
    let write = |Gap { left, width, open }: &Gap| {
        let class = if *open { "chart-gap is-open" } else { "chart-gap" };
        format!("<div class=\"{class} {} {}\"><span>no data</span></div>", at(*left), by(*width))
    };
    gaps.iter().map(write).collect()
}

fn gap(window: &Window, from: u64, to: u64, open: bool) -> Gap {
    let left = window.share(from) * 100.0;
    Gap { left, width: window.share(to) * 100.0 - left, open }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::components::chart::timeline::tests::history_at;
    use crate::range::Range;

    #[test]
    fn finds_holes() {
        let history = history_at(&[600_000, 601_000, 602_500, 632_500, 633_500]);
        let window = Window::new(Some(633_500), 633_500, false, Range::FiveMinutes);
        let found = gaps(&history, &window, 0);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!((found[0].width - 10.0).abs() < 0.01 && !found[0].open, "{found:?}");
    }

    #[test]
    fn grows_while_stale() {
        let history = history_at(&[600_000, 601_000]);
        let window = |stale| Window::new(Some(601_000), 631_000, stale, Range::FiveMinutes);
        assert_eq!(gaps(&history, &window(false), 0), []);
        assert_eq!(gaps(&history, &window(true), 0), [Gap { left: 90.0, width: 10.0, open: true }]);
    }

    #[test]
    fn starts_at_the_left_edge() {
        let history = history_at(&[1_000, 600_000]);
        let window = Window::new(Some(600_000), 0, false, Range::FiveMinutes);
        assert_eq!(gaps(&history, &window, 0), [Gap { left: 0.0, width: 100.0, open: false }]);
        let passed = Window::new(Some(600_000), 900_000, true, Range::FiveMinutes);
        assert_eq!(gaps(&history, &passed, 0).len(), 1, "the hole that has left the window is not drawn");
    }
    #[test]
    fn no_bar_is_a_gap() {
        let history = history_at(&[519_900, 529_900, 599_900]).thinned_to(300_000, 10_000);
        let window = Window::new(Some(599_900), 0, false, Range::FiveMinutes);
        let places: Vec<_> = gaps(&history, &window, 10_000).iter().map(|gap| (gap.left, gap.width)).collect();
        let share = |ms: u32| (ms as f32 / 3_000.0 * 10.0).round() / 10.0;
        let rounded: Vec<_> =
            places.iter().map(|(left, width)| ((left * 10.0).round() / 10.0, (width * 10.0).round() / 10.0)).collect();
        assert_eq!(rounded, [(0.0, share(210_100)), (share(230_100), share(60_000))]);
    }
}
