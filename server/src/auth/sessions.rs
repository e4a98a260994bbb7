//! Who is signed in.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::time::Duration;

use app::model::Timestamp;
use serde::{Deserialize, Serialize};

use super::register::Users;
use super::{Digest, Leave, Reason, Role, User, secret};
use crate::client::Secret;
use crate::person::PersonName;

/// Sessions of one user; with one more the one that was unused longest ends.
const MOST: usize = 100;
/// For how long the secret that was replaced is still taken once the new one has been used: for what was asked meanwhile.
const OVERLAP: Duration = Duration::from_secs(60);
/// How exactly it is known when a session was used, so that not every request changes something.
const EXACT: Duration = Duration::from_secs(60);

/// How long sessions last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetimes {
    /// From signing in to signing in again: 12 h unless told otherwise.
    pub session: Duration,
    /// Without being used: 2 h unless told otherwise. An open page uses it.
    pub idle: Duration,
    /// After which the cookie is another: 1 h unless told otherwise.
    pub rotate: Duration,
}

impl Default for Lifetimes {
    fn default() -> Self {
        let hours = |hours: u64| Duration::from_secs(hours * 3_600);
        Self { session: hours(12), idle: hours(2), rotate: hours(1) }
    }
}

/// Somebody who is signed in, in one browser.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Session {
    /// Names it for people: no secret.
    pub(super) id: String,
    pub(super) user: String,
    /// The password that it was opened with, or the provider: with another one it is over.
    mark: Digest,
    pub(super) created: Timestamp,
    pub(super) seen: Timestamp,
    rotated: Timestamp,
    /// Where it was opened from.
    pub(super) address: String,
    /// The role of somebody who has signed in with the provider, and is no user here.
    #[serde(default)]
    pub(super) role: Option<Role>,
    digest: Digest,
    former: Option<Former>,
    #[serde(skip)]
    pub(super) leave: Leave,
}

/// The secret before the present one.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Former {
    digest: Digest,
    /// `None` until the present one has been used.
    until: Option<Timestamp>,
}

/// All sessions.
#[derive(Debug)]
pub(super) struct Sessions {
    pub(super) lifetimes: Lifetimes,
    of: BTreeMap<String, Session>,
    ids: HashMap<Digest, String>,
    /// What marks the sessions of those who sign in with the provider.
    provider: Option<Digest>,
    /// Something has changed that is to outlast a restart.
    pub(super) is_changed: bool,
}

impl Sessions {
    /// Those that were kept, as far as their users are still who they were.
    pub(super) fn new(lifetimes: Lifetimes, provider: Option<Digest>, kept: Vec<Session>) -> Self {
        let mut sessions = Self { lifetimes, of: BTreeMap::new(), ids: HashMap::new(), provider, is_changed: false };
        kept.into_iter().for_each(|session| sessions.insert(session));
        sessions
    }

    /// Opens one for `user`, with what the browser is to bring back.
    pub(super) fn open(&mut self, user: &User, address: String, now: Timestamp) -> (String, Secret) {
        self.open_with(user.name.as_str(), user.password_hash.mark(), None, address, now)
    }

    /// Opens one for somebody who has signed in with the provider, where there is one.
    pub(super) fn welcome(
        &mut self,
        name: &str,
        role: Role,
        address: String,
        now: Timestamp,
    ) -> Option<(String, Secret)> {
        let mark = self.provider.clone()?;
        Some(self.open_with(name, mark, Some(role), address, now))
    }

    /// Whether somebody has signed in with the provider whose name is this one but for the way it is written.
    pub(super) fn is_other(&self, name: &PersonName) -> bool {
        let mut others = self.of.values().filter(|session| session.role.is_some() && session.user != name.as_str());
        others.any(|other| PersonName::new(&other.user).is_ok_and(|other| other.key() == name.key()))
    }

    fn open_with(
        &mut self,
        name: &str,
        mark: Digest,
        role: Option<Role>,
        address: String,
        now: Timestamp,
    ) -> (String, Secret) {
        let new = secret::random();
        let name = name.to_owned();
        let own = self.of.values().filter(|session| session.user == name);
        if own.clone().count() >= MOST
            && let Some(unused) = own.min_by_key(|session| session.seen).map(|session| session.id.clone())
        {
            self.end(&unused, Reason::Revoked);
        }
        let id = format!("{:016x}", rand::random::<u64>());
        self.insert(Session {
            id: id.clone(),
            user: name,
            mark,
            created: now,
            seen: now,
            rotated: now,
            address,
            role,
            digest: Digest::of(new.reveal()),
            former: None,
            leave: Leave::default(),
        });
        self.is_changed = true;
        (id, new)
    }

    /// The session whose secret has this digest. It counts as used.
    pub(super) fn find(&mut self, digest: &Digest, now: Timestamp) -> Option<&Session> {
        let id = self.ids.get(digest)?;
        let lifetimes = self.lifetimes;
        let session = self.of.get_mut(id)?;
        if session.is_over(lifetimes, now) || !session.takes(digest, now) {
            return None;
        }
        if now.since(session.seen) >= ms(EXACT) {
            session.seen = now;
            self.is_changed = true;
        }
        Some(session)
    }

    /// Another secret for the session `id`, if it is time for one. The old one is good until this one has been used.
    pub(super) fn rotate(&mut self, id: &str, now: Timestamp) -> Option<Secret> {
        let lifetimes = self.lifetimes;
        let session = self.of.get_mut(id).filter(|session| now.since(session.rotated) >= ms(lifetimes.rotate))?;
        let new = secret::random();
        let digest = Digest::of(new.reveal());
        let replaced = std::mem::replace(&mut session.digest, digest.clone());
        session.rotated = now;
        let former = session.former.replace(Former { digest: replaced, until: None });
        if let Some(former) = former {
            self.ids.remove(&former.digest);
        }
        self.ids.insert(digest, id.to_owned());
        self.is_changed = true;
        Some(new)
    }

    /// Ends one.
    pub(super) fn end(&mut self, id: &str, why: Reason) -> Option<Session> {
        let session = self.of.remove(id)?;
        self.ids.remove(&session.digest);
        if let Some(former) = &session.former {
            self.ids.remove(&former.digest);
        }
        session.leave.end(why);
        self.is_changed = true;
        Some(session)
    }

    /// Ends those whose time is over. An open stream uses its session.
    pub(super) fn sweep(&mut self, now: Timestamp) -> Vec<Session> {
        let lifetimes = self.lifetimes;
        for session in self.of.values_mut().filter(|session| session.leave.is_used()) {
            if now.since(session.seen) >= ms(EXACT) {
                session.seen = now;
                self.is_changed = true;
            }
        }
        let over = self.of.values().filter(|session| session.is_over(lifetimes, now)).map(|session| session.id.clone());
        let over: Vec<String> = over.collect();
        over.iter().filter_map(|id| self.end(id, Reason::Expired)).collect()
    }

    /// The users are others now: ends the sessions of those who are gone or have another password, and the streams of those
    /// who may do something else than before.
    pub(super) fn follow(&mut self, former: &Users, users: &Users) {
        let provider = &self.provider;
        let is_known = |session: &Session| match (session.role, users.get(&session.user)) {
            (None, Some(user)) => user.name.as_str() == session.user && user.password_hash.mark() == session.mark,
            // Somebody else has the name now who is a user.
            (Some(_), Some(_)) | (None, None) => false,
            (Some(_), None) => provider.as_ref() == Some(&session.mark),
        };
        let gone: Vec<String> =
            self.of.values().filter(|session| !is_known(session)).map(|session| session.id.clone()).collect();
        for id in gone {
            self.end(&id, Reason::Revoked);
        }
        for session in self.of.values_mut().filter(|session| former.get(&session.user) != users.get(&session.user)) {
            std::mem::take(&mut session.leave).end(Reason::Revoked);
        }
    }

    /// All of them, those of one user together.
    pub(super) fn all(&self) -> impl Iterator<Item = &Session> {
        self.of.values()
    }

    /// From where users are signed in, in the order in which that was used.
    pub(super) fn homes(&self) -> impl Iterator<Item = (&str, IpAddr)> {
        let mut own: Vec<_> = self.of.values().filter(|session| session.role.is_none()).collect();
        own.sort_by_key(|session| session.seen);
        own.into_iter().filter_map(|session| Some((session.user.as_str(), session.address.parse().ok()?)))
    }

    pub(super) fn get(&self, id: &str) -> Option<&Session> {
        self.of.get(id)
    }

    fn insert(&mut self, session: Session) {
        self.ids.insert(session.digest.clone(), session.id.clone());
        if let Some(former) = &session.former {
            self.ids.insert(former.digest.clone(), session.id.clone());
        }
        self.of.insert(session.id.clone(), session);
    }
}

impl Session {
    /// When it ends at the latest.
    pub(super) fn ends(&self, lifetimes: Lifetimes) -> Timestamp {
        self.created.plus(ms(lifetimes.session))
    }

    fn is_over(&self, lifetimes: Lifetimes, now: Timestamp) -> bool {
        now >= self.ends(lifetimes) || now.since(self.seen) >= ms(lifetimes.idle)
    }

    /// Whether the secret with this digest is still good.
    fn takes(&mut self, digest: &Digest, now: Timestamp) -> bool {
        if self.digest == *digest {
            if let Some(former) = self.former.as_mut().filter(|former| former.until.is_none()) {
                former.until = Some(now.plus(ms(OVERLAP)));
            }
            return true;
        }
        let former = self.former.as_ref().filter(|former| former.digest == *digest);
        former.is_some_and(|former| former.until.is_none_or(|until| now < until))
    }
}

fn ms(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
