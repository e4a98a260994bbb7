use app::model::Stats;

use crate::collect::Readings;

use super::text::{Kind, Text};

/// How the hub and its followers fare.
pub(super) fn opsglass(text: &mut Text, stats: &Stats) {
    let totals = &stats.totals;
    let help = "The version of opsglass; always 1.";
    let version = env!("CARGO_PKG_VERSION");
    text.metric("opsglass_build_info", Kind::Gauge, help).add(&[("version", version)], true);
    text.gauge("opsglass_streams", "Event streams that are open.", Some(stats.streams));
    let mut opened =
        text.metric("opsglass_streams_opened_total", Kind::Counter, "Event streams opened, by how they began.");
    opened.add(&[("start", "fresh")], totals.fresh);
    opened.add(&[("start", "resumed")], totals.resumed);
    opened.add(&[("start", "resumed_with_gap")], totals.resumed_with_gap);
    for (name, help, value) in [
        ("opsglass_events_published_total", "Events published.", totals.published),
        ("opsglass_events_delivered_total", "Events written to streams.", totals.delivered),
        ("opsglass_delivered_bytes_total", "Bytes written to streams.", totals.delivered_bytes),
        ("opsglass_gaps_total", "Gap notices told.", totals.gaps),
        ("opsglass_events_missed_total", "Lossless events that a follower will never get.", totals.missed),
        ("opsglass_values_skipped_total", "Latest values not given because newer ones came.", totals.skipped),
    ] {
        text.counter(name, help, Some(value));
    }
    let lag = |ms: f64| Some(ms / 1_000.0);
    let help = "How long events waited for 99 of 100 followers, at most, in the last second.";
    text.gauge("opsglass_lag_p99_seconds", help, lag(stats.lag.p99_ms));
    let help = "How long events waited for the slowest follower in the last second.";
    text.gauge("opsglass_lag_worst_seconds", help, lag(stats.lag.worst_ms));
    text.gauge("opsglass_channels", "Channels.", Some(stats.channel_count));
    for (name, help, value) in [
        ("opsglass_log_events", "Lossless events kept.", stats.log.events),
        ("opsglass_log_events_limit", "Lossless events kept at most.", stats.log.max_events),
        ("opsglass_log_bytes", "Memory of the events kept.", stats.log.bytes),
        ("opsglass_log_limit_bytes", "Memory of the events kept at most.", stats.log.max_bytes),
    ] {
        text.gauge(name, help, Some(value));
    }
}

/// When the sample was taken, and what it took.
pub(super) fn sample(text: &mut Text, readings: &Readings) {
    let taken = super::seconds(readings.taken);
    text.gauge("opsglass_sample_timestamp_seconds", "When the last sample was taken, since 1970.", Some(taken));
    let took = readings.took.as_secs_f64();
    text.gauge("opsglass_sample_duration_seconds", "How long the last sample took.", Some(took));
}

/// This process, by the names that every program uses.
#[cfg(target_os = "linux")]
pub(super) fn process(text: &mut Text) {
    use procfs::process::Process;
    let Ok(process) = Process::myself() else { return };
    let Ok(stat) = process.stat() else { return };
    let ticks = procfs::ticks_per_second() as f64;
    let cpu = (stat.utime + stat.stime) as f64 / ticks;
    text.counter("process_cpu_seconds_total", "Seconds of processor that opsglass used.", Some(cpu));
    let resident = stat.rss.saturating_mul(procfs::page_size());
    text.gauge("process_resident_memory_bytes", "Resident memory of opsglass.", Some(resident));
    text.gauge("process_virtual_memory_bytes", "Virtual memory of opsglass.", Some(stat.vsize));
    let open = process.fd_count().ok().map(|count| count as u64);
    text.gauge("process_open_fds", "Open files of opsglass.", open);
    let booted = procfs::boot_time_secs().ok();
    let started = booted.map(|booted| booted as f64 + stat.starttime as f64 / ticks);
    text.gauge("process_start_time_seconds", "When opsglass was started, since 1970.", started);
}

#[cfg(not(target_os = "linux"))]
pub(super) fn process(_text: &mut Text) {}
