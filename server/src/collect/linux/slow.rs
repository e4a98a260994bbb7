//! What is read at the slow pace.

use std::path::Path;

use super::text::number;
use super::{clock, connections, frequency, host, interfaces, live, power, sensors, sessions};
use crate::collect::readings::Slow;

/// Reads all of it but file systems and graphics processors. TCP sockets are counted up to `tcp_sockets`.
pub(in crate::collect) fn slow(tcp_sockets: u64) -> Slow {
    Slow {
        host: host::host(),
        clock: clock::clock(),
        share: live::groups().map(|groups| groups.share()),
        frequencies: frequency::frequencies(Path::new("/sys/devices/system/cpu"), Path::new("/proc/cpuinfo")),
        sensors: sensors::sensors(Path::new("/sys/class")),
        power: power::power(Path::new("/sys/class/power_supply")),
        interfaces: interfaces::interfaces(Path::new("/sys/class/net")),
        tcp: connections::connections(tcp_sockets),
        sessions: sessions::sessions(Path::new("/run/systemd/sessions")),
        entropy: pair("/proc/sys/kernel/random", "entropy_avail", "poolsize"),
        tracked: pair("/proc/sys/net/netfilter", "nf_conntrack_count", "nf_conntrack_max"),
    }
}

fn pair(folder: &str, used: &str, most: &str) -> Option<(u64, u64)> {
    let folder = Path::new(folder);
    Some((number(folder.join(used))?, number(folder.join(most))?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_tells_what_it_has() {
        let slow = slow(1_000_000);
        assert_eq!(slow.host.system, "Linux");
        assert!(slow.interfaces.iter().any(|interface| interface.device == "lo"));
        assert!(slow.entropy.is_some_and(|(bits, most)| bits <= most));
        assert!(slow.tcp.is_some());
        assert!(super::slow(0).tcp.is_none_or(|states| states.iter().all(|(_, count)| count == 0)));
    }
}
