use app::model::Metrics;

use super::Unit::{self, Bytes, Celsius, Count, Load, Percent, Rate, Seconds, Watts};
use super::{Core, Device, Interface, Labelled, Machine, Metric, Mount, Read, Reading, User, readings};

/// Cores below which the load is held against this many: a load of 2 on one core is no trouble yet (Netdata does so too).
const FEWEST_CORES: usize = 2;

/// Those that only ever grow, but for when they begin again: since boot, or since the thing is there.
pub(super) const COUNTERS: [&str; 15] = [
    "processes.forks",
    "cpu.switches",
    "cpu.interrupts",
    "memory.faults",
    "memory.oom_kills",
    "tcp.retransmitted",
    "swap.in",
    "swap.out",
    "device.operations",
    "device.busy",
    "device.waited",
    "interface.errors",
    "interface.dropped",
    "cgroup.cpu",
    "cgroup.throttled",
];

const fn metric(name: &'static str, unit: Unit, help: &'static str, read: Read) -> Metric {
    Metric { name, unit, help, read }
}

/// All of them.
pub static METRICS: &[Metric] = &[
    metric("cpu", Percent, "use of all cores", Machine(|m| Some(m.cpu.into()))),
    metric("cpu.user", Percent, "programs", Machine(|m| Some(m.cpu_modes?.user.into()))),
    metric("cpu.system", Percent, "the kernel for programs", Machine(|m| Some(m.cpu_modes?.system.into()))),
    metric(
        "cpu.iowait",
        Percent,
        "idle with a disk request outstanding",
        Machine(|m| Some(m.cpu_modes?.iowait.into())),
    ),
    metric("cpu.other", Percent, "interrupts and stolen time", Machine(|m| Some(m.cpu_modes?.other.into()))),
    metric("cpu.steal", Percent, "stolen by other guests of the host", Reading(|r| r.live.steal.map(f64::from))),
    metric("cores", Count, "logical processors", Machine(|m| cores(m, 1))),
    metric("cores.load", Count, "the same, but at least two", Machine(|m| cores(m, FEWEST_CORES))),
    metric("core", Percent, "use of each core", Core(f64::from)),
    metric("memory", Percent, "total − available", Machine(|m| Some(m.memory.into()))),
    metric("memory.total", Bytes, "all there is", Machine(|m| Some(m.memory_bytes.total as f64))),
    metric("memory.used", Bytes, "total − available", Machine(|m| Some(m.memory_bytes.used as f64))),
    metric("memory.available", Bytes, "what a program could get", Machine(|m| Some(m.memory_bytes.available as f64))),
    metric("memory.cache", Bytes, "available − free", Machine(|m| Some(m.memory_bytes.cache as f64))),
    metric("swap", Percent, "swap in use", Machine(|m| Some(m.swap?.percent.into()))),
    metric("swap.total", Bytes, "all there is", Machine(|m| Some(m.swap?.total as f64))),
    metric("swap.used", Bytes, "swap in use", Machine(|m| Some(m.swap?.used as f64))),
    metric("load.one", Load, "load over 1 min", Machine(|m| Some(m.load?.one.into()))),
    metric("load.five", Load, "load over 5 min", Machine(|m| Some(m.load?.five.into()))),
    metric("load.fifteen", Load, "load over 15 min", Machine(|m| Some(m.load?.fifteen.into()))),
    metric("uptime", Seconds, "since the machine booted", Machine(|m| Some(m.uptime as f64))),
    metric("network.received", Rate, "by all interfaces but loopback", Machine(|m| Some(m.network.received? as f64))),
    metric("network.sent", Rate, "by all interfaces but loopback", Machine(|m| Some(m.network.sent? as f64))),
    metric("interface.received", Rate, "by each interface", Interface(|i| i.received)),
    metric("interface.sent", Rate, "by each interface", Interface(|i| i.sent)),
    metric("disk.read", Rate, "from all devices", Machine(|m| Some(m.disk.read? as f64))),
    metric("disk.written", Rate, "to all devices", Machine(|m| Some(m.disk.written? as f64))),
    metric("device.read", Rate, "from each device", Device(|d| d.read)),
    metric("device.written", Rate, "to each device", Device(|d| d.written)),
    metric("filesystem", Percent, "space used on each mount", Mount(|f| f.percent.into())),
    metric("filesystem.total", Bytes, "its size without what is kept for root", Mount(|f| f.total as f64)),
    metric("filesystem.used", Bytes, "size − free, as df has it", Mount(|f| f.used as f64)),
    metric("filesystem.free", Bytes, "what can still be written", Mount(|f| f.total.saturating_sub(f.used) as f64)),
    metric("users", Count, "people with a running process", Machine(|m| m.active_users.map(f64::from))),
    metric("user.cpu", Percent, "of one core, by each of them", User(|u| u.cpu.into())),
    metric("user.memory", Bytes, "resident, of each of them", User(|u| u.memory as f64)),
    metric("user.processes", Count, "of each of them", User(|u| u.processes.into())),
    metric("processes", Count, "in all", Machine(|m| Some(m.processes.as_ref()?.total.into()))),
    metric(
        "processes.running",
        Count,
        "running or ready to run",
        Machine(|m| Some(m.processes.as_ref()?.running.into())),
    ),
    metric("processes.state", Count, "in each state", Labelled(&["state"], readings::states)),
    metric(
        "processes.blocked",
        Count,
        "threads that wait for a disk",
        Reading(|r| Some(r.live.kernel.as_ref()?.blocked as f64)),
    ),
    metric("processes.forks", Count, "started since boot", Reading(|r| Some(r.live.kernel.as_ref()?.forks as f64))),
    metric("threads", Count, "in all", Reading(|r| Some(r.live.load?.threads? as f64))),
    metric(
        "cpu.switches",
        Count,
        "context switches since boot",
        Reading(|r| Some(r.live.kernel.as_ref()?.switches as f64)),
    ),
    metric("cpu.interrupts", Count, "since boot", Reading(|r| Some(r.live.kernel.as_ref()?.interrupts as f64))),
    metric("pressure", Percent, "of the last minute some tasks waited", Labelled(&["resource"], readings::pressure)),
    metric(
        "pressure.full",
        Percent,
        "of the last minute all tasks waited",
        Labelled(&["resource"], readings::full_pressure),
    ),
    metric("swap.in", Bytes, "read from swap since boot", Reading(|r| readings::paged(r, "pswpin"))),
    metric("swap.out", Bytes, "written to swap since boot", Reading(|r| readings::paged(r, "pswpout"))),
    metric(
        "memory.faults",
        Count,
        "that had to read a disk, since boot",
        Reading(|r| readings::count(&r.live.paging, "pgmajfault")),
    ),
    metric(
        "memory.oom_kills",
        Count,
        "processes killed for want of memory, since boot",
        Reading(|r| readings::count(&r.live.paging, "oom_kill")),
    ),
    metric("device.operations", Count, "reads and writes since boot", Labelled(&["device"], readings::operations)),
    metric(
        "device.busy",
        Seconds,
        "in which something was under way, since boot",
        Labelled(&["device"], readings::busy),
    ),
    metric("device.waited", Seconds, "of all operations together since boot", Labelled(&["device"], readings::waited)),
    metric("device.queue", Count, "operations under way", Labelled(&["device"], readings::queue)),
    metric(
        "filesystem.inodes",
        Percent,
        "inodes used on each mount",
        Labelled(&["mount", "device", "kind", "read_only"], readings::inodes),
    ),
    metric(
        "filesystem.read_only",
        Count,
        "1 where nothing can be written",
        Mount(|f| f64::from(u8::from(f.read_only))),
    ),
    metric(
        "filesystem.hangs",
        Count,
        "1 where asking it hangs or fails",
        Labelled(&["mount", "device", "kind"], readings::hangs),
    ),
    metric("interface.errors", Count, "bad packets since boot", Labelled(&["interface"], readings::errors)),
    metric("interface.dropped", Count, "dropped packets since boot", Labelled(&["interface"], readings::dropped)),
    metric("interface.carrier", Count, "1 where a cable is in", Labelled(&["interface"], readings::carrier)),
    metric("tcp", Count, "sockets in each state", Labelled(&["state"], readings::tcp)),
    metric(
        "tcp.retransmitted",
        Count,
        "segments sent again since boot",
        Reading(|r| readings::count(&r.live.protocols, "Tcp_RetransSegs")),
    ),
    metric(
        "files",
        Percent,
        "file handles in use",
        Reading(|r| readings::share(r.live.files.map(|f| (f.allocated, f.maximum)))),
    ),
    metric("files.open", Count, "file handles in use", Reading(|r| Some(r.live.files?.allocated as f64))),
    metric(
        "tracked",
        Percent,
        "of the connections that the firewall can track",
        Reading(|r| readings::share(r.slow.as_ref()?.tracked)),
    ),
    metric(
        "clock.synchronised",
        Count,
        "1 where something keeps the clock",
        Reading(|r| Some(r.slow.as_ref()?.clock?.synchronised.into())),
    ),
    metric(
        "clock.offset",
        Seconds,
        "by which the clock differs, either way",
        Reading(|r| Some(r.slow.as_ref()?.clock?.offset.abs())),
    ),
    metric(
        "clock.error",
        Seconds,
        "by which the clock may differ at most",
        Reading(|r| Some(r.slow.as_ref()?.clock?.max_error)),
    ),
    metric("systemd.failed", Count, "1 where a unit has failed", Labelled(&["unit"], readings::units)),
    metric("entropy", Count, "random bits at hand", Reading(|r| Some(r.slow.as_ref()?.entropy?.0 as f64))),
    metric(
        "sessions",
        Count,
        "of who is logged in",
        Reading(|r| Some(r.slow.as_ref()?.sessions.as_ref()?.len() as f64)),
    ),
    metric("temperature", Celsius, "at each sensor", Labelled(&["sensor", "chip", "name"], readings::temperature)),
    metric(
        "temperature.headroom",
        Celsius,
        "until the hardware is at risk",
        Labelled(&["sensor", "chip", "name"], readings::headroom),
    ),
    metric("fan", Count, "turns a minute", Labelled(&["sensor", "chip", "name"], readings::fan)),
    metric("battery", Percent, "charge", Labelled(&["supply", "status"], readings::battery)),
    metric("mains", Count, "1 where it gives power", Labelled(&["supply"], readings::mains)),
    metric("gpu", Percent, "of the time in which each worked", Labelled(&["gpu", "name"], readings::gpu)),
    metric("gpu.memory", Percent, "in use", Labelled(&["gpu", "name"], readings::gpu_memory)),
    metric("gpu.temperature", Celsius, "of each", Labelled(&["gpu", "name"], readings::gpu_temperature)),
    metric("gpu.power", Watts, "of each", Labelled(&["gpu", "name"], readings::gpu_power)),
    metric(
        "cgroup.memory",
        Percent,
        "of its limit",
        Reading(|r| readings::share(Some((r.live.share?.memory?, r.slow.as_ref()?.share?.memory?)))),
    ),
    metric(
        "cgroup.memory.working",
        Percent,
        "of its limit, without cache that was not used of late",
        Reading(|r| {
            let (used, cache) = (r.live.share?.memory?, r.live.share?.idle_cache?);
            readings::share(Some((used.saturating_sub(cache), r.slow.as_ref()?.share?.memory?)))
        }),
    ),
    metric(
        "cgroup.tasks",
        Percent,
        "of its limit",
        Reading(|r| readings::share(Some((r.live.share?.tasks?, r.slow.as_ref()?.share?.tasks?)))),
    ),
    metric("cgroup.cpu", Seconds, "of processor since it is there", Reading(|r| r.live.share?.seconds)),
    metric(
        "cgroup.throttled",
        Seconds,
        "held back by its limit, since it is there",
        Reading(|r| r.live.share?.throttled),
    ),
];

fn cores(metrics: &Metrics, least: usize) -> Option<f64> {
    (!metrics.cores.is_empty()).then(|| metrics.cores.len().max(least) as f64)
}
