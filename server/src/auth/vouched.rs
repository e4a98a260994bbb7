//! People who have signed in with a proxy, which says who they are.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use super::config::Vouching;
use super::register::Users;
use super::{Channels, Identity, Leave, Reason};
use crate::person::PersonName;

/// How long somebody is remembered who asks for nothing.
const REMEMBERED: Duration = Duration::from_secs(3_600);
/// People that are remembered, before those are forgotten who have nothing open.
const MOST: usize = 4_096;

/// Who has come by the word of a proxy, with the leave that their streams have. They have no session: the proxy says anew
/// with each request who it is.
#[derive(Debug)]
pub(super) struct Vouched {
    vouching: Option<Vouching>,
    /// By the keys of their names.
    people: HashMap<String, Person>,
}

#[derive(Debug)]
struct Person {
    name: PersonName,
    identity: Identity,
    leave: Leave,
    since: Instant,
    seen: Instant,
}

/// Somebody whom a proxy names.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) identity: Identity,
    pub(super) leave: Leave,
    /// They weren't here for a while.
    pub(super) is_new: bool,
}

impl Vouched {
    pub(super) fn new(vouching: Option<Vouching>) -> Self {
        Self { vouching, people: HashMap::new() }
    }

    /// Who the person of this name is; `None`: nobody who may come in.
    pub(super) fn admit(&mut self, name: &str, users: &Users, now: Instant) -> Option<Known> {
        let name = PersonName::of_person(name).ok()?;
        let identity = self.identity(&name, users)?;
        let is_new = !self.people.contains_key(name.key());
        if is_new && self.people.len() >= MOST {
            self.people.retain(|_, person| person.leave.is_shared());
        }
        let person = self.people.entry(name.key().to_owned()).or_insert_with(|| Person {
            name,
            identity,
            leave: Leave::default(),
            since: now,
            seen: now,
        });
        person.seen = now;
        Some(Known { identity: person.identity.clone(), leave: person.leave.clone(), is_new })
    }

    /// The users are others now: ends what is open of those who may do something else than before.
    pub(super) fn follow(&mut self, users: &Users) {
        let mut people = std::mem::take(&mut self.people);
        people.retain(|_, person| {
            let is_same = self.identity(&person.name, users).as_ref() == Some(&person.identity);
            if !is_same {
                person.leave.end(Reason::Revoked);
            }
            is_same
        });
        self.people = people;
    }

    /// Ends what has been open for as long as a session `lasts`: whether the proxy still knows its reader is seen when it is
    /// opened again. Forgets who has gone.
    pub(super) fn sweep(&mut self, lasts: Duration, now: Instant) {
        let since = |then: Instant| now.saturating_duration_since(then);
        self.people.retain(|_, person| {
            if since(person.since) >= lasts {
                person.leave.end(Reason::Expired);
                return false;
            }
            person.leave.is_shared() || since(person.seen) < REMEMBERED
        });
    }

    fn identity(&self, name: &PersonName, users: &Users) -> Option<Identity> {
        let vouching = self.vouching?;
        if let Some(user) = users.get(name.as_str()) {
            return Some(Identity::vouched(user.name.as_str(), user.role, user.channels.clone()));
        }
        Some(Identity::vouched(name.as_str(), vouching.role?, Channels::default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::Role;

    fn people(role: Option<Role>) -> Vouched {
        Vouched::new(Some(Vouching { role }))
    }

    #[test]
    fn who_is_no_user_has_the_role_that_is_told_or_none() {
        let (users, now) = (Users::default(), Instant::now());
        assert!(people(None).admit("anna", &users, now).is_none());
        assert!(Vouched::new(None).admit("anna", &users, now).is_none(), "nobody is believed");
        let known = people(Some(Role::Viewer)).admit("anna", &users, now).unwrap();
        assert_eq!((known.identity.name(), known.identity.role(), known.is_new), ("anna", Role::Viewer, true));
        let mut both = people(Some(Role::Viewer));
        let (first, second) = (both.admit("Zo\u{eb}", &users, now), both.admit("zoe\u{308}", &users, now));
        assert!(first.unwrap().identity == second.unwrap().identity, "one person, however the proxy writes it");
        for name in ["", " a", "a\nb", "a\u{202e}b", &"x".repeat(33)] {
            assert!(people(Some(Role::Viewer)).admit(name, &users, now).is_none(), "{name:?}");
        }
    }

    #[test]
    fn what_is_open_ends_after_as_long_as_a_session() {
        let (users, start, hour) = (Users::default(), Instant::now(), Duration::from_secs(3_600));
        let mut people = people(Some(Role::Viewer));
        let first = people.admit("anna", &users, start).unwrap();
        people.sweep(12 * hour, start + 11 * hour);
        assert!(!first.leave.is_ended() && !people.admit("anna", &users, start + 11 * hour).unwrap().is_new);
        people.sweep(12 * hour, start + 12 * hour);
        assert!(first.leave.is_ended() && !people.admit("anna", &users, start + 12 * hour).unwrap().leave.is_ended());
    }

    #[test]
    fn memory_is_bounded_by_what_is_open() {
        let (users, now) = (Users::default(), Instant::now());
        let mut people = people(Some(Role::Viewer));
        let held = people.admit("held", &users, now).unwrap();
        for n in 0..3 * MOST {
            people.admit(&n.to_string(), &users, now);
        }
        assert!(people.people.len() <= MOST && !people.admit("held", &users, now).unwrap().is_new);
        drop(held);
        people.sweep(2 * REMEMBERED, now + REMEMBERED);
        assert!(people.people.is_empty());
    }
}
