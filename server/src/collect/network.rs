//! Network traffic.

use std::cmp::Reverse;
use std::time::Duration;

use app::model::{InterfaceRate, NetworkRates};
use sysinfo::{NetworkData, Networks};

use super::rate::{Counters, Rates, total};

/// Interfaces that are listed, those with most traffic: a host of containers has hundreds, and each sample goes to
/// everybody who looks.
const LISTED: usize = 32;

/// Remembers the last counters.
#[derive(Debug)]
pub(super) struct Network {
    networks: Option<Networks>,
    rates: Rates,
}

impl Network {
    /// Nothing is read yet.
    pub(super) fn new() -> Self {
        let networks = Networks::new().inspect_err(|error| tracing::warn!(%error, "can't read the network"));
        Self { networks: networks.ok(), rates: Rates::default() }
    }

    /// Traffic over the `elapsed` time since the reading before.
    pub(super) fn read(&mut self, elapsed: Option<Duration>) -> NetworkRates {
        let Some(networks) = &mut self.networks else { return NetworkRates::default() };
        networks.refresh(true);
        let outside = networks.iter().map(|(name, data)| (name.to_string_lossy().into_owned(), data));
        let counters: Counters = outside
            .filter(|(name, data)| !is_loopback(name, data))
            .map(|(name, data)| (name, [data.total_received(), data.total_transmitted()]))
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

fn is_loopback(name: &str, data: &NetworkData) -> bool {
    name == "lo" || data.ip_networks().iter().any(|network| network.addr.is_loopback())
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

    #[test]
    fn loopback_is_left_out() {
        let mut network = Network::new();
        network.read(None);
        let rates = network.read(Some(Duration::from_millis(10)));
        assert!(rates.interfaces.iter().all(|interface| interface.name != "lo"), "{rates:?}");
        assert!(rates.interfaces.is_sorted_by_key(|interface| &interface.name));
        assert_eq!(rates.received.is_some(), !rates.interfaces.is_empty());
    }

    #[test]
    fn the_busiest_are_listed() {
        let counters: Counters = (0..100).map(|n| (format!("veth{n}"), [n, 2 * n])).collect();
        let listed = busiest(&counters);
        assert_eq!(listed.len(), LISTED);
        assert!(listed.contains(&"veth99".to_owned()) && !listed.contains(&"veth67".to_owned()));
    }
}
