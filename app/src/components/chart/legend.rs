use leptos::prelude::*;

use super::stack::Trace;

/// The names, colours and values of `traces`: now, or at the crosshair.
pub(super) fn legend(traces: Memo<&'static [Trace]>, values: Signal<Vec<String>>) -> impl IntoView {
    let entry = move |(index, trace): (usize, &Trace)| {
        let value = move || values.with(|values| values.get(index).cloned().unwrap_or_default());
        view! {
            <span class=format!("chart-key chart-key-{}", trace.name.replace(['/', ' '], "-").to_lowercase())>
                <i class=format!("chart-swatch chart-c{}", trace.color)></i>
                {trace.name}
                <b>{value}</b>
            </span>
        }
    };
    view! { <div class="chart-legend">{move || traces.get().iter().enumerate().map(entry).collect_view()}</div> }
}
