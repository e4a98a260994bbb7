use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::prelude::*;
use leptos::web_sys::{Element, Event};

use super::timeline::Timeline;
use super::tooltip;
use crate::watched::Watched;

/// Points that an arrow key passes with Shift held.
const STRIDE: isize = 10;

/// Where the reader points, the same instant in all charts of a page. `None` while nothing is pointed at.
pub type Crosshair = Watched<Option<Pointed>>;

/// What is pointed at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pointed {
    /// The instant, milliseconds since 1970.
    pub at: u64,
    /// The title of the chart under the pointer, which shows the tooltip.
    pub chart: &'static str,
    /// There is no room for the tooltip to the right of the crosshair.
    pub flip: bool,
}

/// The crosshair goes where the pointer is.
pub(super) fn point(timeline: Timeline, chart: &'static str, event: &PointerEvent) {
    // All inside the plot lets the pointer through, so the plot is the target; but marks say what they are.
    if event.event_phase() != Event::AT_TARGET {
        return;
    }
    let width = f64::from(event_target::<Element>(event).client_width().max(1));
    let share = f64::from(event.offset_x()) / width;
    let at = timeline.window().at(share as f32);
    show(timeline, chart, at, width);
}

/// The pointer has left. A finger that is lifted leaves what it has chosen.
pub(super) fn leave(timeline: Timeline, event: &PointerEvent) {
    if event.pointer_type() != "touch" {
        timeline.crosshair.set(None);
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
        "Escape" if timeline.crosshair.get_untracked().is_some() => {
            event.prevent_default();
            timeline.crosshair.set(None);
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
    let x = f64::from(timeline.window().share(at)) * width;
    timeline.crosshair.set(Some(Pointed { at, chart, flip: x + tooltip::REACH > width }));
}
