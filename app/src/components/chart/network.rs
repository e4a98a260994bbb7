//! Network traffic.

use super::mirrored::mirrored;
use super::stack::Trace;
use super::timeline::Timeline;
use crate::element::El;
use crate::series::Series;

const TRACES: [Trace; 2] = [
    Trace { key: "in", name: "in", series: Series::NetworkReceived, color: 1 },
    Trace { key: "out", name: "out", series: Series::NetworkSent, color: 2 },
];

/// Bytes received upwards, bytes sent downwards, per second.
pub fn network(timeline: Timeline) -> El {
    mirrored(timeline, "Network", |_| &TRACES, "No network interface can be read.")
}
