use crate::collect::readings::{Interface, InterfaceCounters, Live, Slow, TcpStates};

use super::memory::{counts, fields};
use super::text::{Kind, Text};

/// Traffic, protocols, sockets.
pub(super) fn counters(text: &mut Text, live: &Live) {
    type Get = fn(&InterfaceCounters) -> u64;
    const COUNTERS: [(&str, &str, Get); 16] = [
        ("receive_bytes", "Bytes received.", |interface| interface.received.bytes),
        ("receive_packets", "Packets received.", |interface| interface.received.packets),
        ("receive_errs", "Bad packets received.", |interface| interface.received.errors),
        ("receive_drop", "Packets received and dropped.", |interface| interface.received.dropped),
        ("receive_fifo", "Overruns of the queue of what came.", |interface| interface.received.fifo),
        ("receive_frame", "Frames that were not aligned.", |interface| interface.frame),
        ("receive_compressed", "Compressed packets received.", |interface| interface.received.compressed),
        ("receive_multicast", "Packets received that were for many.", |interface| interface.multicast),
        ("transmit_bytes", "Bytes sent.", |interface| interface.sent.bytes),
        ("transmit_packets", "Packets sent.", |interface| interface.sent.packets),
        ("transmit_errs", "Packets that could not be sent.", |interface| interface.sent.errors),
        ("transmit_drop", "Packets dropped before they were sent.", |interface| interface.sent.dropped),
        ("transmit_fifo", "Overruns of the queue of what goes.", |interface| interface.sent.fifo),
        ("transmit_colls", "Collisions.", |interface| interface.collisions),
        ("transmit_carrier", "Losses of the carrier.", |interface| interface.carrier),
        ("transmit_compressed", "Compressed packets sent.", |interface| interface.sent.compressed),
    ];
    for (name, help, get) in COUNTERS {
        let name = format!("node_network_{name}_total");
        let mut metric = text.metric(&name, Kind::Counter, help);
        for interface in &live.interfaces {
            metric.add(&[("device", &interface.device)], get(interface));
        }
    }
    counts(text, "node_netstat", "What a protocol counts", &live.protocols);
    fields(text, "node_sockstat", "Sockets, as the kernel counts them", &live.sockets);
}

/// What interfaces are, connections by state, and what the firewall tracks.
pub(super) fn interfaces(text: &mut Text, slow: &Slow) {
    type Get = fn(&Interface) -> Option<u64>;
    const GAUGES: [(&str, &str, Get); 4] = [
        ("up", "Whether the interface works.", |interface| Some(u64::from(interface.state == "up"))),
        ("carrier", "Whether a cable is in.", |interface| interface.carrier.map(u64::from)),
        ("mtu_bytes", "Bytes of the largest packet.", |interface| interface.mtu),
        ("speed_bytes", "Bytes a second that the interface can.", |interface| interface.speed),
    ];
    for (name, help, get) in GAUGES {
        let name = format!("node_network_{name}");
        let mut metric = text.metric(&name, Kind::Gauge, help);
        for interface in &slow.interfaces {
            if let Some(value) = get(interface) {
                metric.add(&[("device", &interface.device)], value);
            }
        }
    }
    let help = "How often the carrier came or went.";
    let mut metric = text.metric("node_network_carrier_changes_total", Kind::Counter, help);
    for interface in &slow.interfaces {
        if let Some(changes) = interface.carrier_changes {
            metric.add(&[("device", &interface.device)], changes);
        }
    }
    info(text, &slow.interfaces);
    let mut metric = text.metric("node_tcp_connection_states", Kind::Gauge, "TCP sockets by state.");
    for (state, count) in slow.tcp.iter().flat_map(TcpStates::iter) {
        metric.add(&[("state", state)], count);
    }
    let (tracked, most) = slow.tracked.unzip();
    text.gauge("node_nf_conntrack_entries", "Connections that the firewall tracks.", tracked);
    text.gauge("node_nf_conntrack_entries_limit", "Connections that the firewall can track.", most);
}

fn info(text: &mut Text, interfaces: &[Interface]) {
    let mut metric = text.metric("node_network_info", Kind::Gauge, "What the interface is; always 1.");
    for interface in interfaces {
        let enabled = match interface.enabled {
            Some(true) => "up",
            Some(false) => "down",
            None => "",
        };
        let labels = [
            ("address", &*interface.address),
            ("adminstate", enabled),
            ("broadcast", &interface.broadcast),
            ("device", &interface.device),
            ("duplex", &interface.duplex),
            ("ifalias", &interface.alias),
            ("operstate", &interface.state),
        ];
        metric.add(&labels, true);
    }
}
