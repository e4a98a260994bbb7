use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::Proxies;
use super::address::Block;
use crate::pace::Pace;
use addresses::Addresses;

mod addresses;

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
    addresses: Addresses,
    attempts: Pace<Block>,
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
            addresses: Addresses::default(),
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
            addresses: self.0.addresses.count(),
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
            let caps = &self.0.caps;
            let (most, full) = match kind {
                Kind::Connection | Kind::Forwarded => (caps.connections_per_address, Full::ConnectionsOfAddress),
                Kind::Stream => (caps.streams_per_address, Full::StreamsOfAddress),
            };
            self.0.addresses.take(block, kind, most).then_some(()).ok_or(full)?;
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
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(count) = self.places.open(self.kind) {
            count.fetch_sub(1, Relaxed);
        }
        if let Some(block) = self.block {
            self.places.0.addresses.give_back(block, self.kind);
        }
    }
}

#[cfg(test)]
mod tests;
