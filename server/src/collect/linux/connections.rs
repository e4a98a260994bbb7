//! TCP sockets by state, from the kernel's tables of them: a line each, which is dear where there are many.

use std::fs::File;
use std::io::{BufRead, BufReader};

use super::sockets::sockets;
use crate::collect::readings::TcpStates;

/// Counts the sockets by state. None where there are more than `most`, and where the system doesn't tell.
pub(super) fn connections(most: u64) -> Option<TcpStates> {
    let sockets = sockets();
    let used = |name: &str| sockets.iter().find(|field| field.name == name).map_or(0, |field| field.value);
    let six = used("TCP6_inuse");
    if used("TCP_inuse") + used("TCP_tw") + six > most {
        return None;
    }
    let mut states = TcpStates::default();
    let mut left = most;
    count(BufReader::new(File::open("/proc/net/tcp").ok()?), &mut states, &mut left)?;
    // Even an empty table takes milliseconds on a large machine. (What is missed is closed connections that linger.)
    if six > 0 {
        count(BufReader::new(File::open("/proc/net/tcp6").ok()?), &mut states, &mut left)?;
    }
    Some(states)
}

/// `   0: 0100007F:1F90 00000000:0000 0A ...`: number, both ends, state.
fn count(mut table: impl BufRead, states: &mut TcpStates, left: &mut u64) -> Option<()> {
    let mut line = String::new();
    table.read_line(&mut line).ok()?;
    loop {
        line.clear();
        if table.read_line(&mut line).ok()? == 0 {
            return Some(());
        }
        *left = left.checked_sub(1)?;
        let state = line.split_ascii_whitespace().nth(3).and_then(|state| usize::from_str_radix(state, 16).ok());
        states.add(state.unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n   \
        0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0\n   \
        1: 0100007F:1F90 0100007F:D431 01 00000000:00000000 00:00000000 00000000     0\n   \
        2: 0100007F:1F90 0100007F:D432 06 00000000:00000000 03:00000A01 00000000     0\n   \
        3: 0100007F:1F90 0100007F:D433 FF 00000000:00000000 03:00000A01 00000000     0\n";

    fn counted(most: u64) -> Option<Vec<(&'static str, u64)>> {
        let mut states = TcpStates::default();
        count(TABLE.as_bytes(), &mut states, &mut { most })?;
        Some(states.iter().filter(|&(_, count)| count > 0).collect())
    }

    #[test]
    fn by_state_up_to_a_limit() {
        assert_eq!(counted(4), Some(vec![("established", 1), ("time_wait", 1), ("listen", 1)]));
        assert_eq!(counted(3), None, "too many");
    }

    #[test]
    fn a_listening_socket_of_ours_is_seen() {
        let _listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let states = connections(1_000_000).unwrap();
        assert!(states.iter().any(|(state, count)| state == "listen" && count > 0));
    }
}
