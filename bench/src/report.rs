//! What a run of `hold` has shown.

use std::fmt;

use serde::Serialize;

use crate::cost::Memory;
use crate::hold::Effort;
use crate::tally::Tally;

/// What was seen, and what it cost. Costs are absent when no process was named.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Report {
    connected: usize,
    stalled: usize,
    accepted: u64,
    refused: u64,
    delivered: u64,
    lost: u64,
    doubled: u64,
    /// Streams that ended before the client closed them.
    ended: u64,
    deliveries_per_second: f64,
    p50_ms: f64,
    p99_ms: f64,
    max_ms: f64,
    /// Of one core, in the measured time.
    cpu_percent: Option<f64>,
    cpu_us_per_delivery: Option<f64>,
    /// Bytes a connection, once all stand and nothing is published.
    idle_user: Option<u64>,
    idle_buffers: Option<u64>,
    idle_objects: Option<u64>,
    /// Bytes in all that have come on top at the highest point.
    peak_user: Option<u64>,
    peak_buffers: Option<u64>,
}

impl Report {
    /// The sums: `each` is the memory of an idle connection, `on_top` what publishing has added in all.
    pub(crate) fn new(
        tally: &mut Tally,
        stalled: usize,
        effort: &Effort,
        each: Option<Memory>,
        on_top: Option<Memory>,
    ) -> Self {
        let all = tally.close();
        let seconds = effort.elapsed.as_secs_f64();
        let measured = tally.measured() as f64;
        let cpu = effort.cpu.map(|cpu| cpu.as_secs_f64());
        Self {
            connected: tally.readers(),
            stalled,
            accepted: effort.accepted,
            refused: effort.refused,
            delivered: all.delivered,
            lost: all.lost,
            doubled: all.doubled,
            ended: tally.ended,
            deliveries_per_second: if seconds > 0.0 { measured / seconds } else { 0.0 },
            p50_ms: tally.latency_ms(0.5),
            p99_ms: tally.latency_ms(0.99),
            max_ms: tally.latency_ms(1.0),
            cpu_percent: cpu.map(|cpu| 100.0 * cpu / seconds),
            cpu_us_per_delivery: cpu.filter(|_| measured > 0.0).map(|cpu| 1e6 * cpu / measured),
            idle_user: each.map(|each| each.user),
            idle_buffers: each.map(|each| each.buffers),
            idle_objects: each.map(|each| each.objects),
            peak_user: on_top.map(|on_top| on_top.user),
            peak_buffers: on_top.map(|on_top| on_top.buffers),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "connected   {} reading, {} stalled; {} ended early", self.connected, self.stalled, self.ended)?;
        writeln!(out, "published   {} accepted, {} refused", self.accepted, self.refused)?;
        writeln!(out, "delivered   {}, {:.0} a second", self.delivered, self.deliveries_per_second)?;
        writeln!(out, "lost        {}", self.lost)?;
        writeln!(out, "doubled     {}", self.doubled)?;
        writeln!(out, "latency     p50 {:.1} ms, p99 {:.1} ms, max {:.1} ms", self.p50_ms, self.p99_ms, self.max_ms)?;
        if let Some(percent) = self.cpu_percent {
            write!(out, "server CPU  {percent:.1} % of a core")?;
            match self.cpu_us_per_delivery {
                Some(each) => writeln!(out, ", {each:.2} us a delivery")?,
                None => writeln!(out)?,
            }
        }
        if let (Some(user), Some(buffers), Some(objects)) = (self.idle_user, self.idle_buffers, self.idle_objects) {
            writeln!(
                out,
                "idle        {user} bytes a connection; of the kernel {buffers} in buffers, {objects} in objects"
            )?;
        }
        if let (Some(user), Some(buffers)) = (self.peak_user, self.peak_buffers) {
            writeln!(out, "peak        {user} bytes more in all; of the kernel {buffers} in buffers")?;
        }
        Ok(())
    }
}
