use std::time::Duration;

use super::{Caps, Proxies, Site, Tls};

/// How connections are taken, kept and ended.
#[derive(Debug, Clone)]
pub struct Config {
    /// Whose word on a client's address is believed.
    pub proxies: Proxies,
    /// By which names it is asked, and whose pages may ask.
    pub site: Site,
    /// What TLS is spoken with, if it is.
    pub tls: Option<Tls>,
    /// For how long a browser that was answered over TLS asks in no other way (HSTS): 30 days unless told otherwise. It
    /// binds all ports of the host, so that other programs there must speak TLS as well. None: a browser forgets it.
    pub hsts: Duration,
    /// How many connections and streams there may be.
    pub caps: Caps,
    /// What a request may be, and how long it may take to come.
    pub request: Request,
    /// What the system is told of each socket.
    pub socket: Socket,
    /// Time within which a reader must take some of what waits for it: 30 s unless told otherwise, long enough for a train
    /// in a tunnel. Who takes less is cut off and resumes by cursor.
    pub write_timeout: Duration,
}

/// What a request may be, and how long it may take to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request {
    /// Time for the whole head, from its first byte, or from the connection's beginning for the first one.
    pub head_timeout: Duration,
    /// Bytes in a head, which is what a connection's buffers hold at most as well: 16 KiB, so that a cursor of 8 KiB is
    /// still answered. At least 8 KiB.
    pub head_bytes: usize,
    /// Header lines in a head.
    pub headers: usize,
    /// Time between two requests of a connection.
    pub idle_timeout: Duration,
    /// Bytes in a body, where a route doesn't say otherwise.
    pub body_bytes: usize,
    /// Time for the whole body, from when it is first waited for.
    pub body_timeout: Duration,
}

/// What the system is told of each socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Socket {
    /// Bytes that may wait in the system for the reader of a stream: 16 KiB, of which Linux makes twice as much for its own
    /// keeping. Small, so that a reader that lags is noticed after some 100 KB, most of them in its own system, and not
    /// after 4 MB of stale events. Pages and files get what the system gives.
    pub stream_buffer: usize,
    /// Time without traffic until the first probe.
    pub keepalive_idle: Duration,
    /// Time between two probes.
    pub keepalive_interval: Duration,
    /// Probes without an answer after which the connection is gone.
    pub keepalive_probes: u32,
    /// Time for which what was sent may go without an acknowledgement (Linux only).
    pub user_timeout: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            proxies: Proxies::default(),
            site: Site::default(),
            tls: None,
            hsts: Duration::from_secs(30 * 24 * 3_600),
            caps: Caps::default(),
            request: Request::default(),
            socket: Socket::default(),
            write_timeout: Duration::from_secs(30),
        }
    }
}

impl Default for Request {
    fn default() -> Self {
        Self {
            head_timeout: Duration::from_secs(10),
            head_bytes: 16 * 1024,
            headers: 100,
            idle_timeout: Duration::from_secs(60),
            body_bytes: 1024 * 1024,
            body_timeout: Duration::from_secs(30),
        }
    }
}

impl Default for Socket {
    fn default() -> Self {
        Self {
            stream_buffer: 16 * 1024,
            keepalive_idle: Duration::from_secs(30),
            keepalive_interval: Duration::from_secs(10),
            keepalive_probes: 3,
            user_timeout: Duration::from_secs(30),
        }
    }
}
