//! Network traffic.

use leptos::prelude::*;

use super::mirrored::mirrored;
use super::stack::Trace;
use crate::live::Live;
use crate::series::Series;

const TRACES: [Trace; 2] = [
    Trace { key: "in", name: "in", series: Series::NetworkReceived, color: 1 },
    Trace { key: "out", name: "out", series: Series::NetworkSent, color: 2 },
];

/// Bytes received upwards, bytes sent downwards, per second.
#[component]
pub fn NetworkChart(
    /// The page's state.
    live: Live,
) -> impl IntoView {
    mirrored(live, "Network", |_| &TRACES, "No network interface can be read.")
}
