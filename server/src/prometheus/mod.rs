//! What Prometheus scrapes: the newest readings and how opsglass itself fares, in its text format or in OpenMetrics.
//!
//! Names, labels and units are node_exporter's for what it has too, so that its dashboards and rules work; what is
//! opsglass' own begins with `opsglass_`. Counters are the kernel's.

mod cpu;
mod format;
mod hardware;
mod host;
mod memory;
mod network;
mod own;
mod storage;
#[cfg(test)]
mod tests;
mod text;

use std::time::{Duration, SystemTime};

use app::model::Stats;

use crate::collect::Readings;
pub use format::Format;
use text::Text;

/// All there is to say, in `format`. Reads files of the own process, so it is nothing for an async thread.
pub fn render(format: Format, readings: Option<&Readings>, stats: &Stats) -> String {
    let mut text = Text::new(format);
    own::opsglass(&mut text, stats);
    own::process(&mut text);
    if let Some(readings) = readings {
        machine(&mut text, readings);
    }
    text.finish()
}

fn machine(text: &mut Text, readings: &Readings) {
    let live = &readings.live;
    own::sample(text, readings);
    text.gauge("node_time_seconds", "Time of this machine, since 1970.", Some(seconds(SystemTime::now())));
    text.gauge("node_boot_time_seconds", "When this machine was started, since 1970.", live.boot_time);
    cpu::cpu(text, live);
    memory::memory(text, live);
    storage::disks(text, &live.disks);
    network::counters(text, live);
    host::share_use(text, live.share);
    host::processes(text, readings);
    if let Some(mounts) = &readings.mounts {
        storage::mounts(text, mounts);
    }
    if let Some(slow) = &readings.slow {
        cpu::frequencies(text, &slow.frequencies);
        network::interfaces(text, slow);
        hardware::sensors(text, &slow.sensors);
        hardware::power(text, &slow.power);
        host::slow(text, slow);
    }
    if let Some(units) = &readings.units {
        host::units(text, units);
    }
    if let Some(gpus) = &readings.gpus {
        hardware::gpus(text, gpus);
    }
}

fn seconds(time: SystemTime) -> f64 {
    time.duration_since(SystemTime::UNIX_EPOCH).as_ref().map_or(0.0, Duration::as_secs_f64)
}
