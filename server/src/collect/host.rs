//! What doesn't change while opsglass runs.

use std::time::Duration;

use app::model::Host;
use sysinfo::System;

/// The machine, of which `cores` logical processors and `memory` bytes are known already.
pub(super) fn read(cores: usize, memory: u64, interval: Duration) -> Host {
    Host {
        name: System::host_name().unwrap_or_else(|_| "localhost".into()),
        os: System::long_os_version().ok().map(|name| tidy(&name)),
        kernel: System::kernel_version().ok(),
        arch: System::cpu_arch(),
        cores: u32::try_from(cores).unwrap_or(u32::MAX),
        memory,
        interval_ms: u64::try_from(interval.as_millis()).unwrap_or(u64::MAX),
        version: env!("CARGO_PKG_VERSION").into(),
        demo: false,
    }
}

/// `Linux (Debian GNU/Linux 12)` says the same thrice.
fn tidy(name: &str) -> String {
    let inner = name.strip_prefix("Linux (").and_then(|rest| rest.strip_suffix(')')).unwrap_or(name);
    inner.replace(" GNU/Linux", "").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn os_names_are_short() {
        for (long, short) in [
            ("Linux (Debian GNU/Linux 12)", "Debian 12"),
            ("Linux (Ubuntu 24.04)", "Ubuntu 24.04"),
            ("Linux (Arch Linux)", "Arch Linux"),
            ("macOS 14.2 Sonoma", "macOS 14.2 Sonoma"),
            ("Windows 11 Pro", "Windows 11 Pro"),
            ("Linux", "Linux"),
        ] {
            assert_eq!(tidy(long), short);
        }
    }

    #[test]
    fn this_machine_has_a_name() {
        let host = read(4, 1_024, Duration::from_millis(1_500));
        assert!(!host.name.is_empty() && !host.arch.is_empty());
        assert_eq!((host.cores, host.interval_ms, host.demo), (4, 1_500, false));
    }
}
