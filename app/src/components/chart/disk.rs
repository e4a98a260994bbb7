//! Disk traffic.

use leptos::prelude::*;

use super::mirrored;
use super::stack::Trace;
use crate::live::Live;
use crate::series::Series;

const TRACES: [Trace; 2] = [
    Trace { name: "read", series: Series::DiskRead, color: 1 },
    Trace { name: "write", series: Series::DiskWritten, color: 2 },
];

/// Bytes read upwards, bytes written downwards, per second.
#[component]
pub fn DiskChart(
    /// The page's state.
    live: Live,
) -> impl IntoView {
    mirrored::card(live, "Disk", &TRACES, "No disk can be read.")
}
