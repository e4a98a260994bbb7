//! Which rows are in view.

use std::ops::Range;

use js_sys::Promise;
use leptos::prelude::{document, window};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Element, VisibilityState};

use super::super::{Reading, State};
use super::asking::{self, Ask};
use super::{COPY, LINE, LINES, SCROLLER, hands};
use crate::components::browser::follow as effect;
use crate::log_list::{Row, SPARE, slide};

/// How far from the foot one still follows, in pixels: less than a row.
const NEAR: i32 = 16;
/// Rows in the document while the newest is in view: a screen of 2,160 pixels holds 108.
const FOOT: usize = 108 + SPARE;

/// Begins to ask, as soon as the page has been taken over.
pub(in super::super) fn start(reading: Reading) {
    hands::listen(reading);
    spawn_local(async move {
        // A browser gives the clipboard to pages that come over TLS or from this machine.
        if let Some(button) = document().get_element_by_id(COPY).filter(|_| !window().is_secure_context()) {
            button.remove();
        }
        let filters = asking::filters().unwrap_or_default();
        reading.state.update(|state| state.filters = filters);
        if let Ok(Some(row)) = document().query_selector(".is-target") {
            reveal(&row, true);
        }
        scrolled(reading);
    });
    effect(move || {
        let _ = reading.live.now.get();
        let what = if reading.stands() { Ask::Count } else { Ask::Since };
        if is_ready(reading) {
            asking::ask(reading, what);
        }
    });
}

/// The line stands, and somebody looks.
fn is_ready(reading: Reading) -> bool {
    let is_connected = !reading.live.is_stale() && !reading.live.client.read_untracked().is_empty();
    is_connected && document().visibility_state() == VisibilityState::Visible
}

fn scroller() -> Option<Element> {
    document().get_element_by_id(SCROLLER)
}

/// How far the view's foot is above that of the lines, in pixels, with the height of all of them.
pub(super) fn foot() -> Option<(i32, i32)> {
    scroller().map(|scroller| (scroller.scroll_top(), scroller.scroll_height()))
}

/// The newest rows are drawn.
pub(super) fn follow(state: &mut State) {
    let total = state.list.rows.len();
    state.drawn = total.saturating_sub(FOOT)..total;
}

/// When the document shows what the state says: keeps the place, where lines were added below, and draws what is in view.
pub(super) async fn settle(reading: Reading, was_at: Option<(i32, i32)>) {
    let _ = JsFuture::from(Promise::resolve(&JsValue::UNDEFINED)).await;
    if let (Some((top, height)), Some(scroller)) = (was_at, scroller()) {
        scroller.set_scroll_top(top - (scroller.scroll_height() - height));
    }
    scrolled(reading);
}

/// What there is to measure: where the rows that are drawn begin and end, from the head of the view, and its height.
fn measure() -> Option<(f64, f64, f64)> {
    let (view, rows) = (scroller()?.get_bounding_client_rect(), document().get_element_by_id(LINES)?);
    let rows = rows.get_bounding_client_rect();
    Some((rows.top() - view.top(), rows.bottom() - view.top(), view.height()))
}

/// The view has moved, or what is in it.
pub(in super::super) fn scrolled(reading: Reading) {
    let (Some((top, bottom, height)), Some((place, _))) = (measure(), foot()) else { return };
    let (drawn, total, has_older, has_newer, was_at_foot) = {
        let state = reading.state.read_untracked();
        let list = &state.list;
        (state.drawn.clone(), list.rows.len(), list.has_older, list.has_newer, state.at_foot)
    };
    let is_near = place.abs() < NEAR;
    let at_foot = is_near && !has_newer;
    let next = slide(&drawn, total, top, bottom, height).filter(|_| !at_foot);
    if next.is_some() || at_foot != was_at_foot {
        reading.state.update(|state| {
            state.at_foot = at_foot;
            state.drawn = next.unwrap_or(drawn.clone());
        });
    }
    let row = ((bottom - top) / drawn.len().max(1) as f64).max(1.0);
    let first = (drawn.start as f64 - top / row).max(0.0) as usize;
    mark(reading, first..first + (height / row) as usize);
    if first < SPARE && has_older {
        asking::ask(reading, Ask::Older);
    } else if is_near && has_newer {
        asking::ask(reading, Ask::Newer);
    }
}

/// Marks in the chart the stretch of time that is in view.
fn mark(reading: Reading, in_view: Range<usize>) {
    let at = |row: &Row| match row {
        Row::Line(line) => Some(line.at.ms()),
        Row::Gap(_) => None,
    };
    let state = reading.state.read_untracked();
    let rows = &state.list.rows;
    let rows = &rows[in_view.start.min(rows.len())..in_view.end.min(rows.len())];
    let (first, last) = (rows.iter().find_map(at), rows.iter().rev().find_map(at));
    reading.timeline.mark(first.unwrap_or_default(), last.unwrap_or_default());
}

/// Brings a row into view: in the middle, or no further than it needs.
pub(super) fn reveal(row: &Element, in_the_middle: bool) {
    let Some(scroller) = scroller() else { return };
    let (view, row) = (scroller.get_bounding_client_rect(), row.get_bounding_client_rect());
    let (above, below) = (row.top() - view.top(), row.bottom() - view.bottom());
    let by = if in_the_middle { (above + below) / 2.0 } else { below.max(0.0) + above.min(0.0) };
    scroller.set_scroll_top(scroller.scroll_top() + by as i32);
}

/// Shows a row that may not be in the document.
pub(super) fn go_to(reading: Reading, index: usize, seq: u64) {
    reading.state.update(|state| {
        state.current = seq;
        if !state.drawn.contains(&index) {
            state.drawn = index.saturating_sub(FOOT / 2)..(index + FOOT / 2).min(state.list.rows.len());
        }
    });
    spawn_local(async move {
        let _ = JsFuture::from(Promise::resolve(&JsValue::UNDEFINED)).await;
        if let Ok(Some(row)) = document().query_selector(&format!("[{LINE}=\"{seq}\"]")) {
            reveal(&row, false);
        }
    });
}

/// To the newest line, and on with it.
pub(in super::super) fn jump(reading: Reading) {
    if reading.live.paused.get_untracked() {
        reading.live.toggle_pause();
    }
    if reading.state.read_untracked().list.has_newer {
        asking::ask(reading, Ask::Newest);
    } else {
        reading.state.update(|state| {
            state.at_foot = true;
            follow(state);
        });
    }
    if let Some(scroller) = scroller() {
        scroller.set_scroll_top(0);
    }
}

/// Breaks long lines, or cuts them off.
pub(in super::super) fn wrap(reading: Reading) {
    reading.state.update(|state| state.is_wrapped = !state.is_wrapped);
}
