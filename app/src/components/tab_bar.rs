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
        let badge = move || {
            let count = if drawing == Icon::Bell { live.alerts.with(|alerts| firing(alerts.all())) } else { 0 };
            (count > 0).then(|| view! { <span class="badge">{count.to_string()}</span> })
        };
        view! {
            <a href=href>
                <span class="relative">{icon(drawing, "icon-20")} {badge}</span>
                <span>{name}</span>
            </a>
        }
    });
    view! {
        <nav class="tab-bar" aria-label="Parts of this page">
            {links.into_iter().collect_view()}
        </nav>
    }
    .into_any()
}
