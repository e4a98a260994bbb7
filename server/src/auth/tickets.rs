//! Tickets: each opens one stream, for those who can't send a header.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use super::{Digest, Identity, Leave, secret};
use crate::client::Secret;

/// How long a ticket is good.
pub const LIFE: Duration = Duration::from_secs(60);
/// Tickets that are out at one time.
const MOST: usize = 10_000;
/// Those of one person or token.
const MOST_OF_ONE: usize = 100;

/// Tickets that have been given out and not used.
#[derive(Debug, Default)]
pub(super) struct Tickets(HashMap<Digest, Ticket>);

#[derive(Debug)]
struct Ticket {
    identity: Identity,
    leave: Leave,
    given: Instant,
}

/// Why there is no ticket.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoTicket {
    /// It can't be for these channels.
    #[error("channels: {0}")]
    Channels(String),
    /// There are as many as there may be.
    #[error("there are too many unused tickets")]
    Full,
}

impl Tickets {
    /// One for `identity`, for as long as its `leave` lasts.
    pub(super) fn give(&mut self, identity: Identity, leave: Leave, now: Instant) -> Result<Secret, NoTicket> {
        self.0.retain(|_, ticket| ticket.is_good(now));
        let own = self.0.values().filter(|ticket| ticket.identity.account() == identity.account()).count();
        if self.0.len() >= MOST || own >= MOST_OF_ONE {
            return Err(NoTicket::Full);
        }
        let ticket = secret::random();
        self.0.insert(Digest::of(ticket.reveal()), Ticket { identity, leave, given: now });
        Ok(ticket)
    }

    /// Whom the ticket is for. It is worth nothing afterwards.
    pub(super) fn take(&mut self, digest: &Digest, now: Instant) -> Option<(Identity, Leave)> {
        let ticket = self.0.remove(digest).filter(|ticket| ticket.is_good(now))?;
        Some((ticket.identity, ticket.leave))
    }
}

impl Ticket {
    fn is_good(&self, now: Instant) -> bool {
        now.saturating_duration_since(self.given) < LIFE && !self.leave.is_ended()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::{Channels, Reason, Role};

    fn digest(secret: &Secret) -> Digest {
        Digest::of(secret.reveal())
    }

    #[test]
    fn a_ticket_is_good_once_and_for_a_minute() {
        let (mut tickets, start) = (Tickets::default(), Instant::now());
        let mut give = |leave: &Leave| tickets.give(Identity::local(), leave.clone(), start).unwrap();
        let (leave, revoked) = (Leave::default(), Leave::default());
        let (one, late, out) = (give(&leave), give(&leave), give(&revoked));
        revoked.end(Reason::Revoked);
        let last = start + LIFE - Duration::from_millis(1);
        assert!(tickets.take(&digest(&one), last).is_some());
        assert!(tickets.take(&digest(&one), last).is_none(), "twice");
        assert!(tickets.take(&digest(&late), start + LIFE).is_none(), "after a minute");
        assert!(tickets.take(&digest(&out), start).is_none(), "its owner may no longer be here");
    }

    #[test]
    fn one_who_asks_for_many_leaves_some_for_others() {
        let (mut tickets, start) = (Tickets::default(), Instant::now());
        let mut give = |identity: &Identity, now| tickets.give(identity.clone(), Leave::default(), now).is_ok();
        let token = |name| Identity::token(name, Vec::new(), Channels::default());
        let (a, b, person) = (token("a"), token("b"), Identity::user("a", Role::Viewer, Channels::default()));
        assert_eq!((0..1_000).filter(|_| give(&a, start)).count(), MOST_OF_ONE);
        assert!(give(&b, start) && give(&person, start) && give(&a, start + LIFE));
    }
}
