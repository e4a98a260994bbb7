use leptos::prelude::*;

use super::axis::{self, ticks};
use super::crosshair::Crosshair;
use super::gaps::{self, gaps};
use super::window::Window;
use crate::components::browser;
use crate::live::Live;
use crate::model::Timestamp;
use crate::place::Place;
use crate::series::{History, LOG_STEP_MS, POINTS};
use crate::watched::Watched;

/// What all charts of a page share. A handle: copies share the signals.
#[derive(Debug, Clone, Copy)]
pub struct Timeline {
    /// The instant that the reader points at.
    pub crosshair: Crosshair,
    pub(super) live: Live,
    /// The samples as they are drawn, thinned once for all charts.
    pub(super) history: Watched<History>,
}

/// What the crosshair stands on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Reading {
    /// When: the sample's time or the beginning of its bar, or the pointer's time where there is no sample.
    pub(super) at: u64,
    /// The sample in the drawn history; `None` in a gap.
    pub(super) sample: Option<usize>,
    /// Where, 0 at the left edge of the plot and 1 at the right.
    pub(super) share: f32,
}

impl Timeline {
    /// The timeline of a page.
    pub fn new(live: Live) -> Self {
        let thinned = move || {
            let range_ms = live.range().ms();
            let bucket_ms = if live.place == Place::Logs { LOG_STEP_MS } else { range_ms / POINTS };
            live.history.read().thinned_to(range_ms, bucket_ms)
        };
        let history = Watched::new(untrack(thinned));
        browser::follow(move || history.set(thinned()));
        Self { crosshair: Crosshair::new(None), live, history }
    }

    /// What the page knows.
    pub const fn live(self) -> Live {
        self.live
    }

    /// How long a bar stands for, in milliseconds, where charts have bars; else 0.
    fn bar_ms(self) -> u64 {
        if self.live.place == Place::Logs { LOG_STEP_MS } else { 0 }
    }

    /// The stretch of time that is shown.
    pub(super) fn window(self) -> Window {
        let (stale, last) = (self.live.is_stale(), self.history.read().last().map(Timestamp::ms));
        // The clock is read only where it counts: else a chart would be drawn again at each of its ticks.
        let now = if stale || last.is_none() { self.live.now.get().ms() } else { 0 };
        Window::new(last, now, stale, self.live.range())
    }

    /// What the crosshair stands on.
    pub(super) fn reading(self) -> Option<Reading> {
        let at = self.crosshair.get()?.at;
        read(&self.history.read(), &self.window(), at, self.bar_ms())
    }

    /// Stretches without samples, as markup.
    pub(super) fn gaps(self) -> String {
        gaps::markup(&gaps(&self.history.read(), &self.window(), self.bar_ms()))
    }

    /// The time axis, as markup.
    pub(super) fn ticks(self) -> String {
        let reading = self.reading().map(|reading| reading.share);
        axis::markup(&ticks(&self.window(), self.live.offset_min(), reading))
    }

    /// The moment `steps` samples from the crosshair, or from the newest sample while there is no crosshair.
    pub(super) fn stepped(self, steps: isize) -> Option<u64> {
        let history = self.history.read();
        let newest = history.len().checked_sub(1)?;
        let at = self.reading().map_or(u64::MAX, |reading| reading.at);
        let from = history.times().take_while(|&time| time < at).count().min(newest);
        history.time(from.saturating_add_signed(steps).min(newest))
    }
}

/// What stands at `at`. A bar's sample is the last of its time, `bar_ms`; that of a line has no length.
fn read(history: &History, window: &Window, at: u64, bar_ms: u64) -> Option<Reading> {
    let begin = |at: u64| at - at % bar_ms.max(1);
    let sample = history.nearest(begin(at) + bar_ms.saturating_sub(1));
    let at = sample.and_then(|sample| history.time(sample)).unwrap_or(at);
    let middle = begin(at) + bar_ms / 2;
    window.contains(at).then(|| Reading { at: begin(at), sample, share: window.share(middle) })
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::model::{DiskRates, Memory, Metrics, NetworkRates};
    use crate::range::Range;

    /// A history with samples a second apart or where told, of a machine that tells little.
    pub(in super::super) fn history_at(times: &[u64]) -> History {
        let mut history = History::new(1_000);
        for &time in times {
            history.push(&metrics_at(time), u64::MAX);
        }
        history
    }

    /// One sample of a machine that tells little.
    pub(in super::super) fn metrics_at(time: u64) -> Metrics {
        Metrics {
            timestamp: Timestamp::from_ms(time),
            cpu: 10.0,
            memory: 0.0,
            active_users: None,
            cpu_modes: None,
            cores: vec![10.0],
            memory_bytes: Memory::default(),
            swap: None,
            load: None,
            uptime: 0,
            network: NetworkRates::default(),
            disk: DiskRates::default(),
            file_systems: vec![],
            users: vec![],
            processes: None,
        }
    }

    #[test]
    fn reads_the_nearest_sample() {
        let history = history_at(&[600_000, 601_000, 631_000]);
        let window = Window::new(Some(631_000), 0, false, Range::FiveMinutes);
        let read = |at| read(&history, &window, at, 0).map(|reading| (reading.at, reading.sample));
        assert_eq!(read(600_700), Some((601_000, Some(1))));
        assert_eq!(read(615_000), Some((615_000, None)), "in the gap");
        assert_eq!(read(100_000), None, "left the window");
    }

    #[test]
    fn reads_the_bar_that_is_pointed_at() {
        let history = history_at(&[608_900, 609_900, 618_900, 619_900, 623_900]).thinned_to(300_000, 10_000);
        let window = Window::new(Some(623_900), 0, false, Range::FiveMinutes);
        let read = |at| read(&history, &window, at, 10_000).map(|reading| (reading.at, reading.sample));
        for at in [610_000, 611_000, 619_999] {
            assert_eq!(read(at), Some((610_000, Some(1))), "{at}");
        }
        assert_eq!(read(620_001), Some((620_000, Some(2))), "it is not over yet");
    }
}
