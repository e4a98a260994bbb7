//! What the file says of connections, their limits, and the end.

use std::num::NonZeroU32;
use std::time::Duration;

use serde::Deserialize;

use super::span::Span;
use super::{ConfigError, check};
use crate::net::{Caps, Config, ForwardedHeader, HostName, Network, Origin, Proxies, Request, Site, Socket};
use crate::{quota, shutdown};

const SECOND: Duration = Duration::from_secs(1);
const FIVE_MINUTES: Duration = Duration::from_secs(300);
const HOUR: Duration = Duration::from_secs(3600);

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Server {
    proxies: Vec<Network>,
    forwarded_header: Option<ForwardedHeader>,
    hosts: Vec<HostName>,
    origins: Vec<Origin>,
    head_timeout: Option<Span>,
    idle_timeout: Option<Span>,
    body_timeout: Option<Span>,
    write_timeout: Option<Span>,
    stream_buffer: Option<usize>,
    keepalive_idle: Option<Span>,
    keepalive_interval: Option<Span>,
    keepalive_probes: Option<usize>,
    user_timeout: Option<Span>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Limits {
    connections: Option<usize>,
    connections_per_address: Option<usize>,
    streams_per_address: Option<usize>,
    attempts_per_address: Option<usize>,
    streams_per_identity: Option<usize>,
    opens: Option<usize>,
    publishes: Option<usize>,
    messages: Option<usize>,
    lines: Option<usize>,
    sign_ins: Option<usize>,
    headers: Option<usize>,
    head_bytes: Option<usize>,
    body_bytes: Option<usize>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Shutdown {
    spread: Option<Span>,
    deadline: Option<Span>,
}

impl Server {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        check::within("server.head_timeout", self.head_timeout, SECOND, FIVE_MINUTES)?;
        check::within("server.idle_timeout", self.idle_timeout, SECOND, HOUR)?;
        check::within("server.body_timeout", self.body_timeout, SECOND, HOUR)?;
        check::within("server.write_timeout", self.write_timeout, SECOND, HOUR)?;
        check::size("server.stream_buffer", 4096..=16 * 1024 * 1024, self.stream_buffer)?;
        // The system counts both in whole seconds.
        check::within("server.keepalive_idle", self.keepalive_idle, SECOND, HOUR)?;
        check::within("server.keepalive_interval", self.keepalive_interval, SECOND, FIVE_MINUTES)?;
        check::size("server.keepalive_probes", 1..=100, self.keepalive_probes)?;
        check::within("server.user_timeout", self.user_timeout, SECOND, HOUR)
    }

    /// `flags` are the proxies that a flag names; they go before the file's.
    pub(super) fn net(self, limits: &Limits, flags: Vec<Network>) -> Config {
        let default = Config::default();
        let (request, socket) = (default.request, default.socket);
        let span = |value: Option<Span>, default| value.map_or(default, Duration::from);
        let probes = count(self.keepalive_probes).map(NonZeroU32::get);
        Config {
            proxies: Proxies {
                trusted: if flags.is_empty() { self.proxies } else { flags },
                header: self.forwarded_header.unwrap_or_default(),
                person: None,
            },
            site: Site {
                hosts: self.hosts.into_iter().chain(HostName::of_this_machine()).collect(),
                origins: self.origins,
            },
            tls: None,
            hsts: default.hsts,
            caps: limits.caps(),
            request: Request {
                head_timeout: span(self.head_timeout, request.head_timeout),
                head_bytes: limits.head_bytes.unwrap_or(request.head_bytes),
                headers: limits.headers.unwrap_or(request.headers),
                idle_timeout: span(self.idle_timeout, request.idle_timeout),
                body_bytes: limits.body_bytes.unwrap_or(request.body_bytes),
                body_timeout: span(self.body_timeout, request.body_timeout),
            },
            socket: Socket {
                stream_buffer: self.stream_buffer.unwrap_or(socket.stream_buffer),
                keepalive_idle: span(self.keepalive_idle, socket.keepalive_idle),
                keepalive_interval: span(self.keepalive_interval, socket.keepalive_interval),
                keepalive_probes: probes.unwrap_or(socket.keepalive_probes),
                user_timeout: span(self.user_timeout, socket.user_timeout),
            },
            write_timeout: span(self.write_timeout, default.write_timeout),
        }
    }
}

impl Limits {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        check::size("limits.connections", 1..=1_000_000, self.connections)?;
        check::size("limits.connections_per_address", 1..=1_000_000, self.connections_per_address)?;
        check::size("limits.streams_per_address", 1..=1_000_000, self.streams_per_address)?;
        check::size("limits.attempts_per_address", 1..=1_000_000, self.attempts_per_address)?;
        check::size("limits.streams_per_identity", 1..=1_000_000, self.streams_per_identity)?;
        check::size("limits.opens", 1..=1_000_000, self.opens)?;
        check::size("limits.publishes", 1..=1_000_000, self.publishes)?;
        check::size("limits.messages", 1..=1_000_000, self.messages)?;
        check::size("limits.lines", 1..=10_000_000, self.lines)?;
        check::size("limits.sign_ins", 1..=1_000_000, self.sign_ins)?;
        check::size("limits.headers", 16..=1000, self.headers)?;
        // Less than 8 KiB is less than HTTP libraries read at once; all of it may be held for each connection.
        check::size("limits.head_bytes", 8 * 1024..=64 * 1024, self.head_bytes)?;
        check::size("limits.body_bytes", 1024..=64 * 1024 * 1024, self.body_bytes)
    }

    /// How much each address, and each person or token, may do.
    pub(super) fn quota(&self) -> quota::Config {
        let default = quota::Config::default();
        quota::Config {
            streams_per_identity: self.streams_per_identity.unwrap_or(default.streams_per_identity),
            opens: count(self.opens).unwrap_or(default.opens),
            publishes: count(self.publishes).unwrap_or(default.publishes),
            messages: count(self.messages).unwrap_or(default.messages),
            lines: count(self.lines).unwrap_or(default.lines),
            sign_ins: count(self.sign_ins).unwrap_or(default.sign_ins),
        }
    }

    fn caps(&self) -> Caps {
        let caps = Caps::default();
        Caps {
            connections: self.connections.unwrap_or(caps.connections),
            connections_per_address: self.connections_per_address.unwrap_or(caps.connections_per_address),
            streams_per_address: self.streams_per_address.unwrap_or(caps.streams_per_address),
            attempts_per_address: count(self.attempts_per_address).unwrap_or(caps.attempts_per_address),
        }
    }
}

impl Shutdown {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let margin = shutdown::Config::MARGIN;
        check::within("shutdown.deadline", self.deadline, 2 * margin, HOUR)?;
        // Else the last streams would be cut without a word.
        check::within("shutdown.spread", self.spread, Duration::ZERO, self.config().deadline - margin)
    }

    pub(super) fn config(&self) -> shutdown::Config {
        let default = shutdown::Config::default();
        let deadline = self.deadline.map_or(default.deadline, Duration::from);
        // A short deadline alone shortens the spread.
        let spread = self.spread.map_or(default.spread.min(deadline / 2), Duration::from);
        shutdown::Config { spread, deadline }
    }
}

fn count(value: Option<usize>) -> Option<NonZeroU32> {
    NonZeroU32::new(u32::try_from(value?).ok()?)
}
