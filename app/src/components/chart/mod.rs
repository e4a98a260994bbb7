//! Charts (stand-ins until the real ones are merged).

use leptos::prelude::*;

use crate::live::Live;
use crate::series::Series;

fn empty(title: &'static str) -> impl IntoView {
    view! { <section class="card chart-card min-h-[173px]"><h2 class="p-2">{title}</h2></section> }
}

#[component]
pub fn CpuByMode(live: Live, critical: Option<f32>) -> impl IntoView {
    let _ = (live, critical);
    empty("CPU by mode")
}
#[component]
pub fn CpuByCore(live: Live) -> impl IntoView {
    let _ = live;
    empty("CPU by core")
}
#[component]
pub fn MemoryChart(live: Live) -> impl IntoView {
    let _ = live;
    empty("Memory")
}
#[component]
pub fn NetworkChart(live: Live) -> impl IntoView {
    let _ = live;
    empty("Network")
}
#[component]
pub fn DiskChart(live: Live) -> impl IntoView {
    let _ = live;
    empty("Disk")
}
#[component]
pub fn Sparkline(live: Live, series: Series, max: Option<f32>) -> impl IntoView {
    let _ = (live, series, max);
}
pub fn provide_crosshair() {}
