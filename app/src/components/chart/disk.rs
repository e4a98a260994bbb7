//! Disk traffic.

use super::mirrored::mirrored;
use super::stack::Trace;
use super::timeline::Timeline;
use crate::element::El;
use crate::series::Series;

const TRACES: [Trace; 2] = [
    Trace { key: "read", name: "read", series: Series::DiskRead, color: 1 },
    Trace { key: "write", name: "write", series: Series::DiskWritten, color: 2 },
];

/// Bytes read upwards, bytes written downwards, per second.
pub fn disk(timeline: Timeline) -> El {
    mirrored(timeline, "Disk", |_| &TRACES, "No disk can be read.")
}
