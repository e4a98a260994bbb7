use crate::collect::readings::{CPU_MODES, Frequency, Kernel, Live, Stall};

use super::text::{Kind, Text};

/// Processors, load and pressure.
pub(super) fn cpu(text: &mut Text, live: &Live) {
    if let Some(kernel) = &live.kernel {
        self::kernel(text, kernel);
    }
    let names = ["node_load1", "node_load5", "node_load15"];
    let minutes = ["1 minute.", "5 minutes.", "15 minutes."];
    for (n, name) in names.into_iter().enumerate() {
        let help = format!("Load average over {}", minutes[n]);
        text.gauge(name, &help, live.load.map(|load| load.averages[n]));
    }
    let threads = live.load.and_then(|load| load.threads);
    text.gauge("node_processes_threads", "Threads that there are.", threads);
    pressure(text, live);
}

fn kernel(text: &mut Text, kernel: &Kernel) {
    let mut seconds =
        text.metric("node_cpu_seconds_total", Kind::Counter, "Seconds of each processor by kind of work.");
    for cpu in &kernel.cpus {
        let number = cpu.cpu.to_string();
        for (mode, spent) in CPU_MODES.into_iter().zip(cpu.seconds) {
            seconds.add(&[("cpu", &number), ("mode", mode)], spent);
        }
    }
    let mut guest = text.metric("node_cpu_guest_seconds_total", Kind::Counter, "Seconds of each processor in guests.");
    for cpu in &kernel.cpus {
        let number = cpu.cpu.to_string();
        for (mode, spent) in ["user", "nice"].into_iter().zip(cpu.guest) {
            guest.add(&[("cpu", &number), ("mode", mode)], spent);
        }
    }
    text.counter("node_intr_total", "Interrupts served.", Some(kernel.interrupts));
    text.counter("node_context_switches_total", "Context switches.", Some(kernel.switches));
    text.counter("node_forks_total", "Processes and threads started.", Some(kernel.forks));
    text.gauge("node_procs_running", "Threads that run or could.", Some(kernel.running));
    text.gauge("node_procs_blocked", "Threads that wait for a disk.", Some(kernel.blocked));
}

fn pressure(text: &mut Text, live: &Live) {
    for pressure in &live.pressure {
        let (resource, some) = (pressure.resource, pressure.some);
        let name = |kind| format!("node_pressure_{resource}_{kind}_seconds_total");
        let help = format!("Seconds in which something waited for: {resource}.");
        text.counter(&name("waiting"), &help, Some(some.seconds));
        let full = pressure.full.filter(|_| resource != "cpu");
        let help = format!("Seconds in which nothing went on for want of: {resource}.");
        text.counter(&name("stalled"), &help, full.map(|stall| stall.seconds));
    }
    let mut ratio =
        text.metric("opsglass_pressure_ratio", Kind::Gauge, "Share of the time in which something, or all, waited.");
    for pressure in &live.pressure {
        let mut add = |share, stall: Stall| {
            for (window, value) in ["10s", "60s", "300s"].into_iter().zip(stall.shares) {
                ratio.add(&[("resource", pressure.resource), ("share", share), ("window", window)], value);
            }
        };
        add("some", pressure.some);
        if let Some(full) = pressure.full {
            add("full", full);
        }
    }
}

/// Clocks.
pub(super) fn frequencies(text: &mut Text, list: &[Frequency]) {
    type Get = fn(&Frequency) -> Option<f64>;
    const SCALED: [(&str, &str, Get); 5] = [
        ("node_cpu_scaling_frequency_hertz", "Clock of each processor.", |cpu| cpu.now),
        ("node_cpu_scaling_frequency_min_hertz", "Least clock that is allowed.", |cpu| cpu.allowed[0]),
        ("node_cpu_scaling_frequency_max_hertz", "Highest clock that is allowed.", |cpu| cpu.allowed[1]),
        ("node_cpu_frequency_min_hertz", "Least clock of each processor.", |cpu| cpu.able[0]),
        ("node_cpu_frequency_max_hertz", "Highest clock of each processor.", |cpu| cpu.able[1]),
    ];
    for (name, help, get) in SCALED {
        let mut metric = text.metric(name, Kind::Gauge, help);
        for cpu in list.iter().filter(|cpu| cpu.place.is_none()) {
            if let Some(hertz) = get(cpu) {
                metric.add(&[("cpu", &cpu.cpu.to_string())], hertz);
            }
        }
    }
    let mut metric = text.metric("node_cpu_frequency_hertz", Kind::Gauge, "Clock that each processor tells.");
    for cpu in list {
        if let (Some([core, package]), Some(hertz)) = (&cpu.place, cpu.now) {
            metric.add(&[("package", package), ("core", core), ("cpu", &cpu.cpu.to_string())], hertz);
        }
    }
}
