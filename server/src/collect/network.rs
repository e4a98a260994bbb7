//! Network traffic.

use std::cmp::Reverse;
use std::time::Duration;

use app::model::{InterfaceRate, NetworkRates};

use super::rate::{Counters, Rates, total};
use super::readings::InterfaceCounters;

/// Interfaces that are listed, those with most traffic: a host of containers has hundreds, and each sample goes to
/// everybody who looks.
const LISTED: usize = 32;

/// What loopback is called on Linux and macOS.
const LOOPBACK: [&str; 2] = ["lo", "lo0"];

/// Remembers the last counters.
#[derive(Debug, Default)]
pub(super) struct Network {
    rates: Rates,
}

impl Network {
    /// Traffic over the `elapsed` time since the reading before, of what all `interfaces` count.
    pub(super) fn read(&mut self, interfaces: &[InterfaceCounters], elapsed: Option<Duration>) -> NetworkRates {
        let counters: Counters = interfaces
            .iter()
            .filter(|interface| !LOOPBACK.contains(&interface.device.as_str()))
            .map(|interface| (interface.device.clone(), [interface.received.bytes, interface.sent.bytes]))
            .collect();
        let listed = busiest(&counters);
        let rates = self.rates.update(counters, elapsed);
        NetworkRates {
            received: total(&rates, 0),
            sent: total(&rates, 1),
            interfaces: rates
                .into_iter()
                .filter(|rate| listed.contains(&rate.name))
                .map(|rate| InterfaceRate { name: rate.name, received: rate.bytes[0], sent: rate.bytes[1] })
                .collect(),
        }
    }
}

/// By traffic since boot rather than now, so that the list doesn't change with each sample.
fn busiest(counters: &Counters) -> Vec<String> {
    let mut names: Vec<(&String, u64)> =
        counters.iter().map(|(name, bytes)| (name, bytes[0].saturating_add(bytes[1]))).collect();
    names.sort_by_key(|&(_, bytes)| Reverse(bytes));
    names.into_iter().take(LISTED).map(|(name, _)| name.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::readings::Flow;

    #[test]
    fn loopback_is_left_out() {
        let interface = |device: &str, bytes| InterfaceCounters {
            device: device.into(),
            received: Flow { bytes, ..Flow::default() },
            ..InterfaceCounters::default()
        };
        let mut network = Network::default();
        network.read(&[interface("lo", 5), interface("eth0", 5)], None);
        let rates = network.read(&[interface("lo", 500), interface("eth0", 25)], Some(Duration::from_secs(1)));
        let eth0 = InterfaceRate { name: "eth0".into(), received: Some(20), sent: Some(0) };
        assert_eq!((rates.interfaces, rates.received), (vec![eth0], Some(20)));
        assert_eq!(network.read(&[], None), NetworkRates::default());
    }

    #[test]
    fn the_busiest_are_listed() {
        let counters: Counters = (0..100).map(|n| (format!("veth{n}"), [n, 2 * n])).collect();
        let listed = busiest(&counters);
        assert_eq!(listed.len(), LISTED);
        assert!(listed.contains(&"veth99".to_owned()) && !listed.contains(&"veth67".to_owned()));
    }
}
