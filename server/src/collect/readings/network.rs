//! Interfaces and connections.

/// What one interface counted since it is there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InterfaceCounters {
    /// The interface, like `eth0`.
    pub device: String,
    /// What came.
    pub received: Flow,
    /// What went.
    pub sent: Flow,
    /// Frames that were not aligned.
    pub frame: u64,
    /// Packets for many.
    pub multicast: u64,
    /// Collisions.
    pub collisions: u64,
    /// Losses of the carrier.
    pub carrier: u64,
}

/// One direction.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Flow {
    /// Bytes.
    pub bytes: u64,
    /// Packets.
    pub packets: u64,
    /// Bad packets.
    pub errors: u64,
    /// Dropped packets.
    pub dropped: u64,
    /// Overruns of the device's own queue.
    pub fifo: u64,
    /// Compressed packets.
    pub compressed: u64,
}

/// What one interface is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Interface {
    /// The interface, like `eth0`.
    pub device: String,
    /// Its hardware address.
    pub address: String,
    /// Its broadcast address.
    pub broadcast: String,
    /// `full`, `half` or `unknown`; empty where it can't be said.
    pub duplex: String,
    /// What an administrator calls it.
    pub alias: String,
    /// `up`, `down`, `unknown`, ...
    pub state: String,
    /// Whether an administrator switched it on.
    pub enabled: Option<bool>,
    /// Whether a cable is in.
    pub carrier: Option<bool>,
    /// How often that changed.
    pub carrier_changes: Option<u64>,
    /// Bytes of its largest packet.
    pub mtu: Option<u64>,
    /// Bytes a second.
    pub speed: Option<u64>,
}

/// TCP sockets by state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TcpStates([u64; 11]);

impl TcpStates {
    /// The states, in the kernel's order from 1.
    const NAMES: [&str; 11] = [
        "established",
        "syn_sent",
        "syn_recv",
        "fin_wait1",
        "fin_wait2",
        "time_wait",
        "close",
        "close_wait",
        "last_ack",
        "listen",
        "closing",
    ];

    /// One more in the state that the kernel numbers so; others than the known are left out.
    #[cfg(any(target_os = "linux", test))]
    pub(crate) fn add(&mut self, state: usize) {
        if let Some(count) = state.checked_sub(1).and_then(|place| self.0.get_mut(place)) {
            *count += 1;
        }
    }

    /// Each state with how many sockets are in it.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, u64)> + '_ {
        Self::NAMES.into_iter().zip(self.0)
    }
}
