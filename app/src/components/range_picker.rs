//! How far back the charts look: three buttons, one of them pressed.

use leptos::prelude::*;

use crate::live::Live;
use crate::range::Range;

/// The buttons. They stand in the health line, on a phone above the charts.
#[component]
pub fn RangePicker(
    /// What the page knows.
    live: Live,
    /// Where it stands, for the style.
    class: &'static str,
) -> impl IntoView {
    let buttons = Range::ALL.map(|range| {
        view! {
            <button
                type="button"
                aria-pressed=move || if live.range.get() == range { "true" } else { "false" }
                on:click=move |_| live.set_range(range)
            >
                {range.label()}
            </button>
        }
    });
    view! {
        <div class=class role="group" aria-label="Time range of the charts">
            {buttons.into_iter().collect_view()}
        </div>
    }
    .into_any()
}
