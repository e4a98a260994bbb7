use leptos::prelude::*;

/// A chart's card: title, unit and legend in one row, and the plot under it. A `tall` one has room for more detail.
pub(super) fn card(title: &'static str, tall: bool, unit: AnyView, legend: AnyView, plot: AnyView) -> AnyView {
    view! {
        <section class=if tall { "card chart-card is-tall" } else { "card chart-card" }>
            <header class="chart-head">
                <h2>{title}</h2>
                <span class="chart-unit">{unit}</span>
                {legend}
            </header>
            {plot}
        </section>
    }
    .into_any()
}
