//! From where a token is used.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use crate::net::Block;

/// How often it is told that a token is used from an address.
const TELL: Duration = Duration::from_secs(3_600);
/// Addresses that are told each by itself; those beyond are told together.
const ADDRESSES: usize = 8;

/// When it was told last, by address; `None` are those beyond.
#[derive(Debug, Default)]
pub(super) struct Uses(HashMap<Option<Block>, Instant>);

impl Uses {
    /// Whether a use from `address` is to be told now.
    pub(super) fn is_due(&mut self, address: Block, now: Instant) -> bool {
        self.0.retain(|_, told| now.saturating_duration_since(*told) < TELL);
        let address = Some(address);
        let has_room = self.0.contains_key(&address) || self.0.len() < ADDRESSES;
        let key = if has_room { address } else { None };
        if self.0.contains_key(&key) {
            return false;
        }
        self.0.insert(key, now);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::IpAddr;

    #[test]
    fn each_address_is_told_once_an_hour_and_many_are_told_as_one() {
        let (mut uses, start) = (Uses::default(), Instant::now());
        let mut told = |from: u32, count: u32, now| {
            (from..from + count).filter(|n| uses.is_due(IpAddr::from(n.to_be_bytes()).into(), now)).count()
        };
        assert_eq!(told(0, 1, start), 1);
        assert_eq!(told(0, 3, start), 2, "the others");
        assert_eq!(told(0, 100_000, start), ADDRESSES - 3 + 1);
        assert_eq!(told(0, 100_000, start), 0);
        assert_eq!(told(0, 1, start + TELL), 1);
        assert!(uses.0.len() <= ADDRESSES + 1);
    }
}
