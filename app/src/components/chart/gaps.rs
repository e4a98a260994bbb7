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

/// The holes between the samples, and the one after the last when samples no longer come.
pub(super) fn gaps(history: &History, window: &Window) -> Vec<Gap> {
    let mut gaps = Vec::new();
    let mut before = None;
    for time in history.times() {
        if let Some(before) = before.filter(|before| time - before > history.gap_ms() && time > window.from()) {
            gaps.push(gap(window, before, time, false));
        }
        before = Some(time);
    }
    if let Some(last) = before.filter(|&last| window.stale && last < window.to) {
        gaps.push(gap(window, last, window.to, true));
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
        let found = gaps(&history, &window);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!((found[0].width - 10.0).abs() < 0.01 && !found[0].open, "{found:?}");
    }

    #[test]
    fn grows_while_stale() {
        let history = history_at(&[600_000, 601_000]);
        let window = |stale| Window::new(Some(601_000), 631_000, stale, Range::FiveMinutes);
        assert_eq!(gaps(&history, &window(false)), []);
        assert_eq!(gaps(&history, &window(true)), [Gap { left: 90.0, width: 10.0, open: true }]);
    }

    #[test]
    fn starts_at_the_left_edge() {
        let history = history_at(&[1_000, 600_000]);
        let window = Window::new(Some(600_000), 0, false, Range::FiveMinutes);
        assert_eq!(gaps(&history, &window), [Gap { left: 0.0, width: 100.0, open: false }]);
        let passed = Window::new(Some(600_000), 900_000, true, Range::FiveMinutes);
        assert_eq!(gaps(&history, &passed).len(), 1, "the hole that has left the window is not drawn");
    }
}
