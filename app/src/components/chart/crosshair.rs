use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::prelude::*;
use leptos::web_sys::Element;

use super::timeline::Timeline;
use super::tooltip;

/// Points that an arrow key passes with Shift held.
const STRIDE: isize = 10;

/// The instant that the reader points at, the same in all charts of a page.
#[derive(Debug, Clone, Copy)]
pub struct Crosshair {
    /// Milliseconds since 1970; `None` while nothing is pointed at.
    pub at: RwSignal<Option<u64>>,
    /// The chart under the pointer, which shows the tooltip.
    pub over: RwSignal<Option<Over>>,
}

/// The chart under the pointer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Over {
    /// Its title.
    pub chart: &'static str,
    /// There is no room for the tooltip to the right of the crosshair.
    pub flip: bool,
}

impl Crosshair {
    pub(super) fn new() -> Self {
        Self { at: RwSignal::new(None), over: RwSignal::new(None) }
    }

    /// Nothing is pointed at any more.
    pub fn clear(self) {
        self.at.set(None);
        self.over.set(None);
    }
}

/// The crosshair goes where the pointer is.
pub(super) fn point(timeline: Timeline, chart: &'static str, event: &PointerEvent) {
    // All inside the plot lets the pointer through, so the plot is the target.
    let width = f64::from(event_target::<Element>(event).client_width().max(1));
    let share = f64::from(event.offset_x()) / width;
    let at = timeline.window().at(share as f32);
    show(timeline, chart, at, width);
}

/// The pointer has left. A finger that is lifted leaves what it has chosen.
pub(super) fn leave(timeline: Timeline, event: &PointerEvent) {
    if event.pointer_type() != "touch" {
        timeline.crosshair.clear();
    }
}

/// Arrow keys move the crosshair by a point, with Shift by ten; Escape takes it away.
pub(super) fn key(timeline: Timeline, chart: &'static str, event: &KeyboardEvent) {
    if event.alt_key() || event.ctrl_key() || event.meta_key() {
        return;
    }
    let stride = if event.shift_key() { STRIDE } else { 1 };
    let steps = match event.key().as_str() {
        "ArrowLeft" => -stride,
        "ArrowRight" => stride,
        "Escape" if timeline.crosshair.at.get_untracked().is_some() => {
            event.prevent_default();
            timeline.crosshair.clear();
            return;
        }
        _ => return,
    };
    event.prevent_default();
    if let Some(at) = timeline.stepped(steps) {
        show(timeline, chart, at, f64::from(event_target::<Element>(event).client_width()));
    }
}

fn show(timeline: Timeline, chart: &'static str, at: u64, width: f64) {
    timeline.crosshair.at.set(Some(at));
    let x = f64::from(timeline.window().share(at)) * width;
    let over = Over { chart, flip: x + tooltip::REACH > width };
    if timeline.crosshair.over.get_untracked() != Some(over) {
        timeline.crosshair.over.set(Some(over));
    }
}
