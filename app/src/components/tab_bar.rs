//! The bar at the foot of a phone: the parts of the page, within reach of a thumb.

use leptos::prelude::*;

use super::icon::{Icon, icon};
use super::title::firing;
use crate::live::Live;

const PARTS: [(&str, &str, Icon); 5] = [
    ("#main", "Overview", Icon::Overview),
    ("#part-alerts", "Alerts", Icon::Bell),
    ("#part-charts", "Charts", Icon::Chart),
    ("#part-processes", "Processes", Icon::Table),
    ("#part-log", "Log", Icon::Lines),
];

/// Links to the parts of the page; shown on phones only.
#[component]
pub fn TabBar(
    /// What the page knows.
    live: Live,
) -> impl IntoView {
    let links = PARTS.map(|(href, name, drawing)| {
        view! {
            <a href=href>
                <span class="relative">{icon(drawing, "icon-20")} {move || badge(live, drawing)}</span>
                <span>{name}</span>
            </a>
        }
        .into_any()
    });
    view! {
        <nav class="tab-bar" aria-label="Parts of this page">
            {Vec::from(links)}
        </nav>
    }
    .into_any()
}

/// How many alerts fire, where there is one.
fn badge(live: Live, part: Icon) -> AnyView {
    let count = if part == Icon::Bell { live.alerts.with(|alerts| firing(alerts.all())) } else { 0 };
    (count > 0).then(|| view! { <span class="badge">{count.to_string()}</span> }.into_any()).into_any()
}
