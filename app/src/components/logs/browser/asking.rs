//! What the server is asked for, one question at a time.

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};

use leptos::prelude::{document, window};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{FormData, HtmlFormElement, UrlSearchParams};

use super::super::Reading;
use super::{FORM, view};
use crate::live::fetch_text;
use crate::log_list::{FOLLOWED, LogList};
use crate::model::LogView;

/// Lines that a page begins with.
const BEGINNING: usize = 1_000;
/// Lines of one second that are shown.
const OF_A_SECOND: usize = 500;
/// Lines that are loaded at once.
const PAGE: usize = 2_000;

/// An answer is on its way.
static IS_ASKING: AtomicBool = AtomicBool::new(false);
/// Rises with each change of the filters.
static ROUND: AtomicU32 = AtomicU32::new(0);

thread_local! {
    /// What is to be asked next.
    static NEXT: Cell<Option<Ask>> = const { Cell::new(None) };
}

/// A question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ask {
    /// The newest lines, in place of all that are here.
    Newest,
    /// What has come since, to be shown.
    Since,
    /// What has come since, to be counted.
    Count,
    /// Lines before the first.
    Older,
    /// Lines after the last.
    Newer,
    /// Lines of the gap that ends before this event.
    Gap(u64, u64),
    /// What else a line says.
    Fields(u64),
}

/// What is looked for has changed.
pub(in super::super) fn look(reading: Reading) {
    let Some(filters) = filters() else { return };
    show_in_address(&filters);
    reading.state.update(|state| state.filters = filters);
    // An answer to what was looked for before is of no use.
    ROUND.fetch_add(1, Relaxed);
    IS_ASKING.store(false, Relaxed);
    ask(reading, Ask::Newest);
}

/// The form's fields, as they stand in an address. Empty ones are left out.
pub(super) fn filters() -> Option<String> {
    let form: HtmlFormElement = document().get_element_by_id(FORM)?.dyn_into().ok()?;
    let fields: JsValue = FormData::new_with_form(&form).ok()?.into();
    let fields = UrlSearchParams::new_with_str_sequence_sequence(&fields).ok()?;
    if fields.get("q").is_some_and(|typed| typed.is_empty()) {
        fields.delete("q");
    }
    Some(fields.to_string().into())
}

/// A link shows a colleague the same lines, and the same range.
fn show_in_address(filters: &str) {
    let shown = || {
        let location = window().location().search().ok()?;
        let range = UrlSearchParams::new_with_str(&location).ok()?.get("range");
        let range = range.map(|range| format!("&range={range}")).unwrap_or_default();
        let history = window().history().ok()?;
        history.replace_state_with_url(&history.state().ok()?, "", Some(&format!("/logs?{filters}{range}"))).ok()
    };
    // A browser may refuse after too many changes; the lines don't depend on it.
    let _ = shown();
}

/// Asks, or will ask when the answer has come that is on its way.
pub(super) fn ask(reading: Reading, what: Ask) {
    if IS_ASKING.swap(true, Relaxed) {
        // What comes each second comes again; what the reader wants is next.
        if !matches!(what, Ask::Since | Ask::Count) {
            NEXT.set(Some(what));
        }
        return;
    }
    let round = ROUND.load(Relaxed);
    let address = {
        let state = reading.state.read_untracked();
        let list = &state.list;
        let asked = match what {
            Ask::Newest => format!("limit={BEGINNING}"),
            // Who has stood still gets as much as a page holds.
            Ask::Since => {
                let limit = if list.waiting.found > 0 { FOLLOWED } else { OF_A_SECOND };
                format!("since={}&limit={limit}", list.end())
            }
            Ask::Count => format!("since={}&limit=0", list.counted()),
            Ask::Older => format!("until={}&limit={PAGE}", list.begin()),
            Ask::Newer => format!("since={}&first=true&limit={PAGE}", list.end()),
            Ask::Gap(after, before) => {
                let (since, until) = (list.cursor_at(after), list.cursor_at(before));
                format!("since={since}&until={until}&first=true&limit={FOLLOWED}")
            }
            Ask::Fields(seq) => format!("id={}", list.cursor_at(seq)),
        };
        let call = if matches!(what, Ask::Fields(_)) { "fields" } else { "view" };
        format!("/api/logs/{call}?{asked}&{}", state.filters)
    };
    spawn_local(async move {
        let answer = fetch_text(&address).await;
        if ROUND.load(Relaxed) != round {
            return;
        }
        IS_ASKING.store(false, Relaxed);
        let was_at_foot = view::foot();
        let grown = take(reading, what, answer.as_deref());
        view::settle(reading, was_at_foot.filter(|_| grown)).await;
        if let Some(next) = NEXT.take() {
            ask(reading, next);
        }
    });
}

/// Takes in an answer; says whether lines were added below those in view.
fn take(reading: Reading, what: Ask, answer: Option<&str>) -> bool {
    let stands = reading.stands_untracked();
    let mut grown = false;
    reading.state.update(|state| {
        if let Ask::Fields(seq) = what {
            let fields = answer.and_then(|json| miniserde::json::from_str(json).ok());
            state.open = Some((seq, fields.unwrap_or_default()));
            return;
        }
        let Some(mut view) = answer.and_then(|json| miniserde::json::from_str::<LogView>(json).ok()) else { return };
        state.problem = view.problem.take();
        if state.problem.is_some() && what != Ask::Newest {
            return;
        }
        let list = &mut state.list;
        // Another life of the log: nothing that is here goes on.
        let what = if view.cursor.epoch == list.end().epoch { what } else { Ask::Newest };
        match what {
            Ask::Newest => {
                *list = LogList::new(view);
                (state.at_foot, state.open) = (true, None);
            }
            Ask::Since => list.append(view),
            Ask::Count => list.count(&view),
            Ask::Older => {
                let before = list.prepend(view);
                state.drawn = state.drawn.start + before..state.drawn.end + before;
            }
            Ask::Newer => {
                list.extend(view);
                grown = true;
            }
            Ask::Gap(_, before) => list.fill(before, view),
            Ask::Fields(_) => {}
        }
        if what == Ask::Newest || !stands {
            view::follow(state);
        }
        let total = state.list.rows.len();
        state.drawn = state.drawn.start.min(total)..state.drawn.end.min(total);
    });
    grown
}
