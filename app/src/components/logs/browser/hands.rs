//! Keys, clicks and the clipboard.

use leptos::prelude::{document, event_target, window};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement};

use super::super::{Reading, rows};
use super::asking::{self, Ask};
use super::{GAP, LINE, SCROLLER, WORDS, view};
use crate::components::browser::on_key;
use crate::log_list::Row;

/// Listens for the keys that work on the lines.
pub(super) fn listen(reading: Reading) {
    on_key(move |key| match key {
        "j" => step(reading, 1),
        "k" => step(reading, -1),
        "Enter" if is_free() => toggle(reading, reading.state.read_untracked().current),
        "End" => view::jump(reading),
        "/" => focus(),
        _ => {}
    });
}

/// Nothing has the focus that a key would act on.
fn is_free() -> bool {
    document()
        .active_element()
        .is_none_or(|at| at.id() == SCROLLER || matches!(at.tag_name().as_str(), "BODY" | "MAIN"))
}

fn focus() {
    if let Some(field) = document().get_element_by_id(WORDS).and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
        let _ = field.focus();
    }
}

/// To the line `by` rows further; to the last in view where there was none.
fn step(reading: Reading, by: isize) {
    let next = {
        let state = reading.state.read_untracked();
        let rows = &state.list.rows;
        let from = state.line(state.current).map_or(rows.len().saturating_sub(1), |at| at.saturating_add_signed(by));
        let find = |at: &usize| match rows.get(*at) {
            Some(Row::Line(line)) => Some((*at, line.seq)),
            _ => None,
        };
        if by > 0 { (from..rows.len()).find_map(|at| find(&at)) } else { (0..=from).rev().find_map(|at| find(&at)) }
    };
    if let Some((at, seq)) = next {
        view::go_to(reading, at, seq);
    }
}

/// Opens a line, or closes it.
fn toggle(reading: Reading, seq: u64) {
    let is_open = reading.state.read_untracked().open.as_ref().is_some_and(|(open, _)| *open == seq);
    reading.state.update(|state| {
        state.current = seq;
        state.open = None;
    });
    if !is_open && seq != 0 {
        asking::ask(reading, Ask::Fields(seq));
    }
}

/// A line is opened, or a gap is loaded.
pub(in super::super) fn click(reading: Reading, event: &Event) {
    let target: Element = event_target(event);
    let number = |name: &str| {
        let at = target.closest(&format!("[{name}]")).ok().flatten()?;
        at.get_attribute(name)?.parse().ok()
    };
    if let Some(before) = number(GAP) {
        let gap = reading.state.read_untracked().list.rows.iter().find_map(|row| match row {
            Row::Gap(gap) if gap.before == before => Some(gap.after),
            _ => None,
        });
        if let Some(after) = gap {
            asking::ask(reading, Ask::Gap(after, before));
        }
        return;
    }
    // What is selected is to be copied, and a link leads somewhere.
    let is_selecting = window().get_selection().ok().flatten().is_some_and(|selected| !selected.is_collapsed());
    let is_inside = target.closest(".log-fields").ok().flatten().is_some();
    if let Some(seq) = number(LINE).filter(|_| !is_selecting && !is_inside) {
        toggle(reading, seq);
    }
}

/// Copies the lines that are here, as text.
pub(in super::super) fn copy(reading: Reading) {
    let text = {
        let (state, offset_min) = (reading.state.read_untracked(), reading.live.view.get_untracked().offset_min);
        let lines = state.list.rows.iter().filter_map(|row| match row {
            Row::Line(line) => Some(rows::text(line, offset_min)),
            Row::Gap(_) => None,
        });
        lines.collect::<String>()
    };
    drop(window().navigator().clipboard().write_text(&text));
}
