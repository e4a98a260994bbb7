use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::Proxies;
use super::address::Block;
use crate::pace::Pace;

/// Time that whoever is asked to leave is waited for.
const LEAVING: Duration = Duration::from_secs(1);
/// Time between two looks for whether they have left.
const LOOK: Duration = Duration::from_millis(10);

/// Connections that may begin at once, in seconds' worth: those of a house come back together.
const AT_ONCE: NonZeroU32 = NonZeroU32::new(10).unwrap();

/// How many connections and streams there may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caps {
    /// Connections in all.
    pub connections: usize,
    /// Connections of one address; of a client behind a trusted proxy, requests that are being answered.
    pub connections_per_address: usize,
    /// Open event streams of one address.
    pub streams_per_address: usize,
    /// Connections that one address may begin a second; ten times as many at once.
    pub attempts_per_address: NonZeroU32,
}

impl Default for Caps {
    fn default() -> Self {
        Self {
            connections: 16_384,
            connections_per_address: 512,
            streams_per_address: 256,
            attempts_per_address: const { NonZeroU32::new(100).unwrap() },
        }
    }
}

/// What is open now, and what was refused since the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Connections that are open.
    pub connections: usize,
    /// Event streams that are open.
    pub streams: usize,
    /// Addresses that something is open for and that are counted.
    pub addresses: usize,
    /// Connections and requests refused, since the start.
    pub refused: u64,
    /// Connections cut off because nobody took what waited, since the start.
    pub stalled: u64,
}

/// Who holds which place. Clones share the counts.
///
/// Loopback and trusted proxies are not counted by address: those are many people's.
#[derive(Debug, Clone)]
pub struct Places(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    caps: Caps,
    proxies: Proxies,
    connections: AtomicUsize,
    streams: AtomicUsize,
    refused: AtomicU64,
    stalled: AtomicU64,
    taken: Mutex<HashMap<Block, Taken>>,
    attempts: Pace<Block>,
}

/// What one address holds.
#[derive(Debug, Default)]
struct Taken {
    connections: usize,
    streams: usize,
}

/// Why there is no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Full {
    Connections,
    ConnectionsOfAddress,
    AttemptsOfAddress,
    StreamsOfAddress,
}

/// What a place is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Connection,
    /// A request that a proxy sends for a client: it stands for that client's connection.
    Forwarded,
    Stream,
}

/// A place that is held; giving it back is dropping this, so that no way of ending can forget it.
#[derive(Debug)]
pub(super) struct Place {
    places: Places,
    kind: Kind,
    block: Option<Block>,
}

impl Places {
    /// Places within `caps`, all of them free.
    pub fn new(caps: Caps, proxies: Proxies) -> Self {
        Self(Arc::new(Inner {
            caps,
            proxies,
            connections: AtomicUsize::new(0),
            streams: AtomicUsize::new(0),
            refused: AtomicU64::new(0),
            stalled: AtomicU64::new(0),
            taken: Mutex::default(),
            attempts: Pace::new(
                caps.attempts_per_address,
                Duration::from_secs(1),
                caps.attempts_per_address.saturating_mul(AT_ONCE),
            ),
        }))
    }

    /// What is open now.
    pub fn counts(&self) -> Counts {
        Counts {
            connections: self.0.connections.load(Relaxed),
            streams: self.0.streams.load(Relaxed),
            addresses: self.taken().len(),
            refused: self.0.refused.load(Relaxed),
            stalled: self.0.stalled.load(Relaxed),
        }
    }

    /// A place for a connection that has just come from `peer`, which is counted as an attempt.
    pub(super) fn attempt(&self, peer: IpAddr) -> Result<Place, Full> {
        if let Some(block) = self.block(peer) {
            self.0.attempts.take(&block, 1).map_err(|_| Full::AttemptsOfAddress)?;
        }
        self.connection(peer)
    }

    fn connection(&self, peer: IpAddr) -> Result<Place, Full> {
        let most = self.0.caps.connections;
        let more = |open| (open < most).then_some(open + 1);
        self.0.connections.try_update(Relaxed, Relaxed, more).map_err(|_| Full::Connections)?;
        self.take(Kind::Connection, peer).inspect_err(|_| {
            self.0.connections.fetch_sub(1, Relaxed);
        })
    }

    /// Tries `take` again and again, for [`LEAVING`] at most.
    pub(super) async fn wait<T>(take: impl Fn() -> Result<T, Full>) -> Result<T, Full> {
        let deadline = Instant::now() + LEAVING;
        loop {
            let taken = take();
            if taken.is_ok() || Instant::now() >= deadline {
                return taken;
            }
            sleep(LOOK).await;
        }
    }

    pub(super) fn forwarded(&self, client: IpAddr) -> Result<Place, Full> {
        self.take(Kind::Forwarded, client)
    }

    pub(super) fn stream(&self, client: IpAddr) -> Result<Place, Full> {
        self.take(Kind::Stream, client)
    }

    pub(super) fn refuse(&self) {
        self.0.refused.fetch_add(1, Relaxed);
    }

    pub(super) fn stall(&self) {
        self.0.stalled.fetch_add(1, Relaxed);
    }

    /// What `address` is counted as, if it is counted.
    pub fn block(&self, address: IpAddr) -> Option<Block> {
        let address = address.to_canonical();
        let counted = !address.is_loopback() && !self.0.proxies.trusts(address);
        counted.then(|| Block::from(address))
    }

    fn take(&self, kind: Kind, address: IpAddr) -> Result<Place, Full> {
        let block = self.block(address);
        if let Some(block) = block {
            let mut taken = self.taken();
            let most = match kind {
                Kind::Connection | Kind::Forwarded => self.0.caps.connections_per_address,
                Kind::Stream => self.0.caps.streams_per_address,
            };
            let full = if kind == Kind::Stream { Full::StreamsOfAddress } else { Full::ConnectionsOfAddress };
            if taken.get(&block).is_some_and(|taken| *taken.of(kind) >= most) {
                return Err(full);
            }
            *taken.entry(block).or_default().of_mut(kind) += 1;
        }
        if kind == Kind::Stream {
            self.0.streams.fetch_add(1, Relaxed);
        }
        Ok(Place { places: self.clone(), kind, block })
    }

    fn open(&self, kind: Kind) -> Option<&AtomicUsize> {
        match kind {
            Kind::Connection => Some(&self.0.connections),
            Kind::Forwarded => None,
            Kind::Stream => Some(&self.0.streams),
        }
    }

    fn taken(&self) -> MutexGuard<'_, HashMap<Block, Taken>> {
        self.0.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Taken {
    fn of(&self, kind: Kind) -> &usize {
        match kind {
            Kind::Connection | Kind::Forwarded => &self.connections,
            Kind::Stream => &self.streams,
        }
    }

    fn of_mut(&mut self, kind: Kind) -> &mut usize {
        match kind {
            Kind::Connection | Kind::Forwarded => &mut self.connections,
            Kind::Stream => &mut self.streams,
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(count) = self.places.open(self.kind) {
            count.fetch_sub(1, Relaxed);
        }
        if let Some(block) = self.block
            && let Entry::Occupied(mut entry) = self.places.taken().entry(block)
        {
            *entry.get_mut().of_mut(self.kind) -= 1;
            if entry.get().connections + entry.get().streams == 0 {
                entry.remove();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(proxies: &[&str]) -> Places {
        let attempts_per_address = NonZeroU32::MIN;
        let caps = Caps { connections: 4, connections_per_address: 2, streams_per_address: 1, attempts_per_address };
        let trusted = proxies.iter().map(|text| text.parse().unwrap()).collect();
        Places::new(caps, Proxies { trusted, ..Proxies::default() })
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn one_more_than_the_cap_of_an_address_is_refused() {
        let places = places(&[]);
        let first = places.connection(address("2001:db8::1")).unwrap();
        let _second = places.connection(address("2001:db8::2")).unwrap();
        assert_eq!(places.connection(address("2001:db8::3")).unwrap_err(), Full::ConnectionsOfAddress);
        let _neighbour = places.connection(address("2001:db8:0:1::1")).unwrap();
        drop(first);
        places.connection(address("2001:db8::3")).unwrap();
        let _stream = places.stream(address("192.0.2.1")).unwrap();
        assert_eq!(places.stream(address("192.0.2.1")).unwrap_err(), Full::StreamsOfAddress);
    }

    #[test]
    fn who_comes_again_and_again_has_to_wait() {
        let places = places(&[]);
        let come = |from: &str| places.attempt(address(from)).map(drop);
        let come = |from| (0..50).filter(|_| come(from) != Err(Full::AttemptsOfAddress)).count();
        assert!((10..15).contains(&come("192.0.2.1")), "ten at once, and one a second");
        assert!((10..15).contains(&come("192.0.2.2")));
        assert_eq!(come("127.0.0.1"), 50);
    }

    #[test]
    fn the_cap_in_all_counts_loopback_too() {
        let places = places(&[]);
        let held: Vec<_> = (0..4).map(|_| places.connection(address("127.0.0.1")).unwrap()).collect();
        assert_eq!(places.connection(address("127.0.0.1")).unwrap_err(), Full::Connections);
        assert_eq!(places.counts().connections, held.len());
        drop(held);
        assert_eq!((places.counts().connections, places.counts().addresses), (0, 0));
    }

    #[test]
    fn a_proxys_clients_count_and_the_proxy_does_not() {
        let places = places(&["10.0.0.1"]);
        let _proxy: Vec<_> = (0..4).map(|_| places.connection(address("10.0.0.1")).unwrap()).collect();
        let _client: Vec<_> = (0..2).map(|_| places.forwarded(address("192.0.2.1")).unwrap()).collect();
        assert_eq!(places.forwarded(address("192.0.2.1")).unwrap_err(), Full::ConnectionsOfAddress);
        assert_eq!((places.counts().connections, places.counts().addresses), (4, 1));
    }
}
