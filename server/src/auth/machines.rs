//! The tokens that are good, and who uses them.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::Instant;

use app::model::Timestamp;

use super::uses::Uses;
use super::{Digest, Identity, Leave, Reason, Token};

/// Tokens by the digests of what is shown.
#[derive(Debug, Default)]
pub(super) struct Machines(HashMap<Digest, Machine>);

/// A token, and who uses it.
#[derive(Debug)]
struct Machine {
    token: Token,
    identity: Identity,
    leave: Leave,
    uses: Uses,
}

/// Whom a token names.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) identity: Identity,
    pub(super) leave: Leave,
    /// That it is used is to be told.
    pub(super) is_due: bool,
}

impl Machines {
    /// Whose the token with this digest is, which is used from `address`.
    pub(super) fn admit(&mut self, digest: &Digest, address: IpAddr, now: Timestamp) -> Option<Known> {
        let machine = self.0.get_mut(digest).filter(|machine| !machine.token.is_expired(now))?;
        let is_due = machine.uses.is_due(address.into(), Instant::now());
        Some(Known { identity: machine.identity.clone(), leave: machine.leave.clone(), is_due })
    }

    /// The tokens are others now: ends what is open by those that are gone, and by those that are not as they were.
    pub(super) fn follow(&mut self, tokens: Vec<Token>) {
        let mut former = std::mem::take(&mut self.0);
        for token in tokens {
            let is_same = former.get(&token.digest).is_some_and(|machine| machine.token == token);
            let same = is_same.then(|| former.remove(&token.digest)).flatten();
            let machine = same.unwrap_or_else(|| Machine::new(token));
            if let Some(twin) = self.0.insert(machine.token.digest.clone(), machine) {
                twin.leave.end(Reason::Revoked);
            }
        }
        former.values().for_each(|machine| machine.leave.end(Reason::Revoked));
    }

    /// Ends what is open by those whose time is over.
    pub(super) fn sweep(&self, now: Timestamp) {
        let over = self.0.values().filter(|machine| machine.token.is_expired(now) && !machine.leave.is_ended());
        over.for_each(|machine| machine.leave.end(Reason::Expired));
    }
}

impl Machine {
    fn new(token: Token) -> Self {
        Self { identity: token.identity(), token, leave: Leave::default(), uses: Uses::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::{Channels, Right};

    fn token(name: &str, scopes: &[Right]) -> Token {
        Token {
            name: name.to_owned().try_into().unwrap(),
            scopes: scopes.to_vec(),
            channels: Channels::default(),
            created: Timestamp::from_ms(0),
            expires: None,
            digest: Digest::of("secret"),
        }
    }

    #[test]
    fn what_is_open_goes_with_what_it_was_opened_by() {
        let mut machines = Machines::default();
        let admit = |machines: &mut Machines| {
            machines.admit(&Digest::of("secret"), IpAddr::from([192, 0, 2, 1]), Timestamp::from_ms(0)).unwrap()
        };
        machines.follow(vec![token("ci", &[Right::Read, Right::Publish])]);
        let first = admit(&mut machines);
        machines.follow(vec![token("ci", &[Right::Read, Right::Publish])]);
        assert!(!first.leave.is_ended() && !admit(&mut machines).is_due, "it is the same as before");
        machines.follow(vec![token("ci", &[Right::Read])]);
        let second = admit(&mut machines);
        assert!(first.leave.is_ended() && !second.leave.is_ended() && !second.identity.may(Right::Publish));
        machines.follow(vec![token("ci", &[Right::Read]), token("twin", &[Right::Read])]);
        assert!(second.leave.is_ended() && !admit(&mut machines).leave.is_ended(), "of one secret the last counts");
    }
}
