use super::path::{Shape, Vertex};
use super::scale::Axis;
use super::window::{HEIGHT, Window};
use crate::series::{History, LOG_STEP_MS, Series};

/// One line of a chart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Trace {
    /// As the style sheet calls it.
    pub(super) key: &'static str,
    /// As the legend calls it.
    pub(super) name: &'static str,
    /// What it shows.
    pub(super) series: Series,
    /// Which of the six series colours, from 1.
    pub(super) color: u8,
}

/// How the lines of a chart stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Arrangement {
    /// Each on top of the one before: parts of a whole.
    Stacked,
    /// The same, in bars of [`LOG_STEP_MS`] each.
    Bars,
    /// The first upwards from the middle, the second downwards.
    Mirrored,
}

impl Arrangement {
    /// The y at which areas begin.
    fn base(self) -> f32 {
        match self {
            Self::Stacked | Self::Bars => HEIGHT,
            Self::Mirrored => HEIGHT / 2.0,
        }
    }

    /// The y of trace `index` at `sample`; `None` where the host could not tell.
    pub(super) fn y(
        self,
        history: &History,
        traces: &[Trace],
        index: usize,
        sample: usize,
        axis: &Axis,
    ) -> Option<f32> {
        match self {
            Self::Stacked | Self::Bars => Some(axis.y(total(history, &traces[..=index], sample)?)),
            Self::Mirrored => {
                let half = axis.share(value(history, traces[index].series, sample)?) * HEIGHT / 2.0;
                Some(if index == 0 { HEIGHT / 2.0 - half } else { HEIGHT / 2.0 + half })
            }
        }
    }
}

/// The sum of the traces at `sample`; `None` where one is not known.
pub(super) fn total(history: &History, traces: &[Trace], sample: usize) -> Option<f32> {
    traces.iter().map(|trace| value(history, trace.series, sample)).sum()
}

/// The value of `series` at `sample`.
pub(super) fn value(history: &History, series: Series, sample: usize) -> Option<f32> {
    history.column(series).get(sample).copied().flatten().filter(|value| value.is_finite())
}

/// The samples that the window shows, as points: `y` places a sample, or makes a hole. A sample that is the last of a bar,
/// which stands for `bar_ms`, is its upper edge; what is no bar has 0.
pub(super) fn vertices(
    history: &History,
    window: &Window,
    bar_ms: u64,
    y: &dyn Fn(usize) -> Option<f32>,
) -> Vec<Vertex> {
    let mut vertices = Vec::with_capacity(history.len());
    let mut before = None;
    for (sample, time) in history.times().enumerate().filter(|&(_, time)| window.contains(time)) {
        let Some(y) = y(sample) else {
            before = None;
            continue;
        };
        let begin = time - time % bar_ms.max(1);
        let starts = bar_ms > 0 || before.is_none_or(|before| time - before > history.gap_ms());
        vertices.push(Vertex { x: window.x(begin), y, starts });
        if bar_ms > 0 {
            vertices.push(Vertex { x: window.x(begin + bar_ms * 9 / 10), y, starts: false });
        }
        before = Some(time);
    }
    vertices
}

/// The lines and areas of `traces`.
pub(super) fn shapes(
    history: &History,
    window: &Window,
    traces: &[Trace],
    arrangement: Arrangement,
    axis: &Axis,
) -> Vec<Shape> {
    let draw = |index: usize| {
        let bar_ms = if arrangement == Arrangement::Bars { LOG_STEP_MS } else { 0 };
        let y = |sample| arrangement.y(history, traces, index, sample, axis);
        let vertices = vertices(history, window, bar_ms, &y);
        Shape::draw(&vertices, arrangement.base())
    };
    (0..traces.len()).map(draw).collect()
}

/// The highest sum of `traces` in the window.
pub(super) fn highest(history: &History, window: &Window, traces: &[Trace]) -> f32 {
    let seen = |sample: &usize| history.time(*sample).is_some_and(|time| window.contains(time));
    (0..history.len()).filter(seen).filter_map(|sample| total(history, traces, sample)).fold(0.0, f32::max)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::components::chart::timeline::tests::metrics_at;
    use crate::range::Range;
    use proptest::prelude::*;

    const TRACES: [Trace; 2] = [
        Trace { key: "in", name: "in", series: Series::NetworkReceived, color: 1 },
        Trace { key: "out", name: "out", series: Series::NetworkSent, color: 2 },
    ];

    fn history(samples: &[(u64, Option<u64>, Option<u64>)]) -> History {
        let mut history = History::new(1_000);
        for &(time, received, sent) in samples {
            let mut metrics = metrics_at(time);
            (metrics.network.received, metrics.network.sent) = (received, sent);
            history.push(&metrics, u64::MAX);
        }
        history
    }

    fn lines(history: &History, arrangement: Arrangement) -> Vec<String> {
        let window = Window::new(history.last().map(crate::model::Timestamp::ms), 0, false, Range::FiveMinutes);
        let axis = Axis { max: 100.0, ..Axis::PERCENT };
        let shapes = shapes(history, &window, &TRACES, arrangement, &axis);
        shapes.into_iter().map(|shape| shape.line).collect()
    }

    #[test]
    fn stacks_and_mirrors() {
        let history = history(&[(697_000, Some(20), Some(40)), (700_000, Some(30), Some(200))]);
        assert_eq!(lines(&history, Arrangement::Stacked), ["M990 80h0M1000 70h0", "M990 40h0M1000 0h0"]);
        assert_eq!(lines(&history, Arrangement::Mirrored), ["M990 40h0M1000 35h0", "M990 70h0M1000 100h0"]);
    }

    #[test]
    fn bars_stand_for_their_time() {
        let history =
            history(&[(609_900, Some(20), Some(40)), (699_000, Some(1), Some(1)), (699_900, Some(30), Some(60))]);
        let window = Window::new(Some(699_900), 0, false, Range::FiveMinutes);
        let history = history.thinned_to(300_000, LOG_STEP_MS);
        let axis = Axis { max: 100.0, ..Axis::PERCENT };
        let drawn = shapes(&history, &window, &TRACES, Arrangement::Bars, &axis);
        assert_eq!(drawn[1].area, "M667 100L667 40 697 40V100ZM967 100L967 10 997 10V100Z");
        assert_eq!(highest(&history, &window, &TRACES), 90.0);
    }

    #[test]
    fn breaks_where_nothing_is_known() {
        let history = history(&[(698_000, Some(20), Some(0)), (699_000, None, Some(0)), (700_000, Some(20), Some(0))]);
        let mirrored = lines(&history, Arrangement::Mirrored);
        assert_eq!(mirrored[0].matches('M').count(), 2);
        assert_eq!(mirrored[1].matches('M').count(), 1);
        assert_eq!(lines(&history, Arrangement::Stacked)[1].matches('M').count(), 2, "a sum needs all its parts");
    }

    proptest! {
        #[test]
        fn never_joins_a_gap(steps in proptest::collection::vec(1_u64..10_000, 1..60)) {
            let mut time = 1_000_000;
            let samples: Vec<_> = steps.iter().map(|step| { time += step; (time, Some(1), Some(1)) }).collect();
            let history = history(&samples);
            let window = Window::new(Some(time), 0, false, Range::Hour);
            let gaps = steps[1..].iter().filter(|&&step| step > history.gap_ms()).count();
            let drawn = vertices(&history, &window, 0, &|_| Some(0.0));
            prop_assert_eq!(drawn.iter().filter(|vertex| vertex.starts).count(), gaps + 1);
            prop_assert!(drawn.windows(2).all(|pair| pair[0].x <= pair[1].x));
        }
    }
}
