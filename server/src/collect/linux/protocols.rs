//! What protocols count: `/proc/net/netstat` and `snmp` in pairs of lines, `snmp6` in one each.

use super::text::text;
use crate::collect::readings::Count;

/// What node_exporter has of them too: traffic, errors, and what tells an overload.
pub(super) fn protocols() -> Vec<Count> {
    let mut counts = Vec::with_capacity(48);
    for file in ["/proc/net/netstat", "/proc/net/snmp"] {
        pairs(&text(file).unwrap_or_default(), &mut counts);
    }
    singles(&text("/proc/net/snmp6").unwrap_or_default(), &mut counts);
    counts
}

/// `Tcp: ActiveOpens PassiveOpens ...` and below it `Tcp: 5 7 ...`
fn pairs(text: &str, counts: &mut Vec<Count>) {
    let mut lines = text.lines();
    while let (Some(names), Some(values)) = (lines.next(), lines.next()) {
        let Some((protocol, names)) = names.split_once(": ") else { continue };
        let Some(values) = values.strip_prefix(protocol).and_then(|rest| rest.strip_prefix(": ")) else { continue };
        for (name, value) in names.split(' ').zip(values.split(' ')) {
            push(protocol, name, value, counts);
        }
    }
}

/// `Udp6InDatagrams    17`
fn singles(text: &str, counts: &mut Vec<Count>) {
    for line in text.lines() {
        let mut words = line.split_ascii_whitespace();
        let (Some(name), Some(value)) = (words.next(), words.next()) else { continue };
        let Some(end) = name.find('6') else { continue };
        let (protocol, name) = name.split_at(end + 1);
        push(protocol, name, value, counts);
    }
}

fn push(protocol: &str, name: &str, value: &str, counts: &mut Vec<Count>) {
    if let Some(value) = value.parse().ok().filter(|_| is_wanted(protocol, name)) {
        counts.push(Count { name: format!("{protocol}_{name}"), value });
    }
}

fn is_wanted(protocol: &str, name: &str) -> bool {
    if ["InErrors", "InErrs"].contains(&name) {
        return true;
    }
    match protocol {
        "Ip" => name == "Forwarding",
        "Ip6" | "IpExt" => ["InOctets", "OutOctets"].contains(&name),
        "Icmp" | "Icmp6" => ["InMsgs", "OutMsgs"].contains(&name),
        "Tcp" => {
            ["ActiveOpens", "InSegs", "OutSegs", "OutRsts", "PassiveOpens", "RetransSegs", "CurrEstab"].contains(&name)
        }
        "TcpExt" => {
            let tells_overload = name.starts_with("Listen") || name.starts_with("Syncookies");
            tells_overload || ["TCPSynRetrans", "TCPTimeouts", "TCPOFOQueue", "TCPRcvQDrop"].contains(&name)
        }
        "Udp" | "Udp6" => ["InDatagrams", "OutDatagrams", "NoPorts", "RcvbufErrors", "SndbufErrors"].contains(&name),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(counts: Vec<Count>) -> Vec<(String, i64)> {
        counts.into_iter().map(|count| (count.name, count.value)).collect()
    }

    #[test]
    fn names_and_values_in_two_lines() {
        let text = "Ip: Forwarding DefaultTTL\nIp: 1 64\nTcp: MaxConn ActiveOpens CurrEstab InErrs\nTcp: -1 5 7 0\n\
            TcpExt: SyncookiesSent ListenDrops\nTcpExt: 2\nOdd: A\nOther: 1\n";
        let mut counts = Vec::new();
        pairs(text, &mut counts);
        let expected = [
            ("Ip_Forwarding", 1),
            ("Tcp_ActiveOpens", 5),
            ("Tcp_CurrEstab", 7),
            ("Tcp_InErrs", 0),
            ("TcpExt_SyncookiesSent", 2),
        ];
        assert_eq!(named(counts), expected.map(|(name, value)| (name.to_owned(), value)));
    }

    #[test]
    fn one_line_each() {
        let mut counts = Vec::new();
        singles("Ip6InReceives 3\nIp6InOctets 9\nUdp6NoPorts   4\nUdpLite6InErrors 1\nbroken\n", &mut counts);
        let expected = [("Ip6_InOctets", 9), ("Udp6_NoPorts", 4), ("UdpLite6_InErrors", 1)];
        assert_eq!(named(counts), expected.map(|(name, value)| (name.to_owned(), value)));
    }
}
