//! `/proc/net/dev`, and what `/sys/class/net` says of each interface.

use std::path::Path;

use procfs::net::DeviceStatus;

use super::text::{entries, flag, number, text, words};
use crate::collect::readings::{Flow, Interface, InterfaceCounters};

/// What each interface counts, by name.
pub(super) fn counters() -> Vec<InterfaceCounters> {
    let Ok(devices) = procfs::net::dev_status() else { return Vec::new() };
    let mut list: Vec<InterfaceCounters> = devices.into_values().map(count).collect();
    list.sort_unstable_by(|a, b| a.device.cmp(&b.device));
    list
}

fn count(device: DeviceStatus) -> InterfaceCounters {
    InterfaceCounters {
        received: Flow {
            bytes: device.recv_bytes,
            packets: device.recv_packets,
            errors: device.recv_errs,
            dropped: device.recv_drop,
            fifo: device.recv_fifo,
            compressed: device.recv_compressed,
        },
        sent: Flow {
            bytes: device.sent_bytes,
            packets: device.sent_packets,
            errors: device.sent_errs,
            dropped: device.sent_drop,
            fifo: device.sent_fifo,
            compressed: device.sent_compressed,
        },
        frame: device.recv_frame,
        multicast: device.recv_multicast,
        collisions: device.sent_colls,
        carrier: device.sent_carrier,
        device: device.name,
    }
}

/// What each interface under `root` is.
pub(super) fn interfaces(root: &Path) -> Vec<Interface> {
    entries(root).into_iter().filter(|(_, path)| path.is_dir()).map(|(name, path)| interface(name, &path)).collect()
}

fn interface(device: String, path: &Path) -> Interface {
    /// IFF_UP
    const UP: u32 = 1;
    /// Of a megabit, in bytes.
    const MEGABIT: u64 = 1_000_000 / 8;
    let text = |name: &str| text(path.join(name)).unwrap_or_default();
    let flags =
        words(path.join("flags")).and_then(|flags| u32::from_str_radix(flags.trim_start_matches("0x"), 16).ok());
    Interface {
        device,
        address: text("address"),
        broadcast: text("broadcast"),
        duplex: text("duplex"),
        alias: text("ifalias"),
        state: text("operstate"),
        enabled: flags.map(|flags| flags & UP != 0),
        // Reading it fails while the interface is off.
        carrier: flag(path.join("carrier")),
        carrier_changes: number(path.join("carrier_changes")),
        mtu: number(path.join("mtu")),
        // -1, or nothing, where it isn't known.
        speed: number::<u64>(path.join("speed")).map(|megabits| megabits.saturating_mul(MEGABIT)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::linux::text::tree;

    #[test]
    fn an_interface_and_one_that_says_little() {
        let root = tree(&[
            ("eth0/address", "02:fc:00:00:00:01\n"),
            ("eth0/operstate", "up\n"),
            ("eth0/flags", "0x1003\n"),
            ("eth0/carrier", "1\n"),
            ("eth0/mtu", "1500\n"),
            ("eth0/speed", "1000\n"),
            ("tun0/speed", "-1\n"),
            ("tun0/flags", "0x1090\n"),
            ("bonding_masters", ""),
        ]);
        let list = interfaces(root.path());
        assert_eq!(list.len(), 2);
        assert_eq!((list[0].device.as_str(), list[0].state.as_str()), ("eth0", "up"));
        assert_eq!((list[0].speed, list[0].mtu), (Some(125_000_000), Some(1_500)));
        assert_eq!((list[0].carrier, list[0].enabled, list[0].carrier_changes), (Some(true), Some(true), None));
        assert_eq!((list[1].speed, list[1].carrier, list[1].enabled), (None, None, Some(false)));
    }

    #[test]
    fn this_machine_has_loopback() {
        assert!(counters().iter().any(|interface| interface.device == "lo"));
    }
}
