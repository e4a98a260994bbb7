//! Network traffic.

use leptos::prelude::*;

use super::mirrored;
use super::stack::Trace;
use crate::live::Live;
use crate::series::Series;

const TRACES: [Trace; 2] = [
    Trace { name: "in", series: Series::NetworkReceived, color: 1 },
    Trace { name: "out", series: Series::NetworkSent, color: 2 },
];

/// Bytes received upwards, bytes sent downwards, per second.
#[component]
pub fn NetworkChart(
    /// The page's state.
    live: Live,
) -> impl IntoView {
    mirrored::card(live, "Network", &TRACES, "No network interface can be read.")
}
