use std::collections::BTreeMap;

use crate::collect::Readings;
use crate::collect::readings::{Clock, Host, ServiceUnit, Session, Share, ShareUse, Slow};

use super::text::{Kind, Text};

/// Processes by state.
pub(super) fn processes(text: &mut Text, readings: &Readings) {
    let Some(counts) = &readings.processes else { return };
    text.gauge("node_processes_pids", "Processes that there are.", Some(counts.total));
    let mut metric = text.metric("node_processes_state", Kind::Gauge, "Processes by state, as ps has it.");
    for (state, count) in &counts.states {
        metric.add(&[("state", state.encode_utf8(&mut [0; 4]))], *count);
    }
}

/// What changes slowly.
pub(super) fn slow(text: &mut Text, slow: &Slow) {
    host(text, &slow.host);
    if let Some(clock) = slow.clock {
        self::clock(text, clock);
    }
    if let Some(share) = slow.share {
        self::share(text, share);
    }
    if let Some(sessions) = &slow.sessions {
        self::sessions(text, sessions);
    }
    let (bits, most) = slow.entropy.unzip();
    text.gauge("node_entropy_available_bits", "Random bits at hand.", bits);
    text.gauge("node_entropy_pool_size_bits", "Random bits that can be at hand.", most);
}

fn clock(text: &mut Text, clock: Clock) {
    text.gauge("node_timex_sync_status", "Whether something keeps the clock.", Some(u64::from(clock.synchronised)));
    text.gauge("node_timex_offset_seconds", "Seconds by which the clock differs.", Some(clock.offset));
    text.gauge("node_timex_maxerror_seconds", "Seconds by which it may differ at most.", Some(clock.max_error));
    let help = "Seconds by which it is thought to differ.";
    text.gauge("node_timex_estimated_error_seconds", help, Some(clock.estimated_error));
}

/// Units of systemd that have failed.
pub(super) fn units(text: &mut Text, units: &[ServiceUnit]) {
    let failed = units.iter().filter(|unit| unit.failed).count() as u64;
    text.metric("node_systemd_units", Kind::Gauge, "Units of systemd.").add(&[("state", "failed")], failed);
}

fn host(text: &mut Text, host: &Host) {
    let labels = [
        ("domainname", &*host.domain),
        ("machine", &host.machine),
        ("nodename", &host.name),
        ("release", &host.release),
        ("sysname", &host.system),
        ("version", &host.version),
    ];
    text.metric("node_uname_info", Kind::Gauge, "What the kernel says of itself; always 1.").add(&labels, true);
    let kind = |kind: &'_ Option<String>| kind.clone().unwrap_or_else(|| "none".into());
    let (container, machine) = (kind(&host.container), kind(&host.machine_kind));
    let help = "Whether this is a container or a virtual machine, and of which kind; always 1.";
    let labels = [("container", &*container), ("machine", &machine)];
    text.metric("opsglass_virtualization_info", Kind::Gauge, help).add(&labels, true);
}

fn share(text: &mut Text, share: Share) {
    let version = share.version.to_string();
    let help = "Version of control groups; always 1.";
    text.metric("opsglass_cgroup_info", Kind::Gauge, help).add(&[("version", &version)], true);
    text.gauge("opsglass_cgroup_memory_limit_bytes", "Memory that the control group may use.", share.memory);
    text.gauge("opsglass_cgroup_cpu_limit_cores", "Processors that the control group may use.", share.cores);
    text.gauge("opsglass_cgroup_tasks_limit", "Processes and threads that the control group may have.", share.tasks);
}

/// What the control group uses.
pub(super) fn share_use(text: &mut Text, share: Option<ShareUse>) {
    let Some(share) = share else { return };
    text.gauge("opsglass_cgroup_memory_bytes", "Memory of the control group, with page cache.", share.memory);
    text.counter("opsglass_cgroup_cpu_seconds_total", "Seconds of processor of the control group.", share.seconds);
    let help = "Seconds in which the control group was held back by its limit.";
    text.counter("opsglass_cgroup_cpu_throttled_seconds_total", help, share.throttled);
    text.gauge("opsglass_cgroup_tasks", "Processes and threads of the control group.", share.tasks);
}

fn sessions(text: &mut Text, sessions: &[Session]) {
    let mut groups: BTreeMap<[&str; 4], u64> = BTreeMap::new();
    for session in sessions {
        let remote = if session.remote { "true" } else { "false" };
        *groups.entry([&session.class, remote, &session.seat, &session.kind]).or_default() += 1;
    }
    let mut metric = text.metric("node_logind_sessions", Kind::Gauge, "Sessions of who is logged in.");
    for ([class, remote, seat, kind], count) in groups {
        metric.add(&[("class", class), ("remote", remote), ("seat", seat), ("type", kind)], count);
    }
}
