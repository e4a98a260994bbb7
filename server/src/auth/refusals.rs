//! How many refusals are told. Whoever knocks a thousand times must push out neither what else happens nor what others are
//! refused.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crate::quota::Account;

/// Refusals of one kind that are told a second; more are counted.
const A_SECOND: usize = 10;
/// Those of them that may be of one address, person or token.
const OF_ONE: usize = 5;
/// How often it is told that a user is tried during a pause.
const OF_A_PAUSE: Duration = Duration::from_secs(10);

/// What is refused. Each kind is counted by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A token or a ticket that nobody has been given, or a name that a proxy vouches for.
    Unknown,
    /// A token in an address, where others may have read it.
    Leaked,
    /// A host or a page of elsewhere.
    Foreign,
    /// What somebody who is known may not do.
    Forbidden,
    /// A sign-in that is no user's.
    SignIn,
    /// The beginning of a pause after such.
    Pause,
}

/// Counts refusals. Holds at most [`A_SECOND`] of each kind, and a count of each user who is tried during a pause.
#[derive(Debug, Default)]
pub(super) struct Refusals {
    kinds: BTreeMap<Kind, Told>,
    paused: BTreeMap<String, Paused>,
}

#[derive(Debug)]
struct Told {
    since: Instant,
    whose: Vec<Account>,
    left_out: u64,
}

#[derive(Debug)]
struct Paused {
    told: Instant,
    left_out: u64,
}

impl Kind {
    fn words(self) -> &'static str {
        match self {
            Self::Unknown => "unknown tokens and tickets",
            Self::Leaked => "tokens in addresses",
            Self::Foreign => "hosts and pages of elsewhere",
            Self::Forbidden => "what they may not do",
            Self::SignIn => "sign-ins of unknown users",
            Self::Pause => "sign-ins of unknown users, for a pause",
        }
    }
}

impl Refusals {
    /// Whether this refusal is told; else it is counted.
    pub(super) fn admits(&mut self, kind: Kind, whose: Account, now: Instant) -> bool {
        let told = self.kinds.entry(kind).or_insert_with(|| Told { since: now, whose: Vec::new(), left_out: 0 });
        if now.saturating_duration_since(told.since) >= Duration::from_secs(1) {
            told.since = now;
            told.whose.clear();
        }
        let own = told.whose.iter().filter(|known| **known == whose).count();
        let admits = told.whose.len() < A_SECOND && own < OF_ONE;
        if admits {
            told.whose.push(whose);
        } else {
            told.left_out += 1;
        }
        admits
    }

    /// The same of a try during the pause of a `user`.
    pub(super) fn admits_paused(&mut self, user: &str, now: Instant) -> bool {
        if let Some(paused) = self.paused.get_mut(user) {
            paused.left_out += 1;
            return false;
        }
        self.paused.insert(user.to_owned(), Paused { told: now, left_out: 0 });
        true
    }

    /// What is to be told of those that were counted; at the end, of all of them.
    pub(super) fn catch_up(&mut self, now: Instant, is_last: bool) -> Vec<String> {
        let count = app::format::count;
        let mut lines = Vec::new();
        for (kind, told) in &mut self.kinds {
            let left_out = std::mem::take(&mut told.left_out);
            if left_out > 0 {
                lines.push(format!("{} more were refused: {}", count(left_out), kind.words()));
            }
        }
        self.paused.retain(|user, paused| {
            if !is_last && now.saturating_duration_since(paused.told) < OF_A_PAUSE {
                return true;
            }
            let left_out = std::mem::take(&mut paused.left_out);
            if left_out > 0 {
                lines.push(format!("{} more sign-ins of {user} were refused during a pause", count(left_out)));
            }
            paused.told = now;
            left_out > 0 && !is_last
        });
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::IpAddr;

    fn address(n: u32) -> Account {
        Account::Address(IpAddr::from(n.to_be_bytes()).into())
    }

    #[test]
    fn no_kind_and_no_address_pushes_out_another() {
        let (mut refusals, now) = (Refusals::default(), Instant::now());
        let mut told = |kind, n, times| (0..times).filter(|_| refusals.admits(kind, address(n), now)).count();
        assert_eq!(told(Kind::Unknown, 1, 1_000), OF_ONE);
        assert_eq!(told(Kind::Unknown, 2, 3), 3, "another address");
        assert_eq!(told(Kind::Unknown, 3, 1_000), A_SECOND - OF_ONE - 3);
        assert_eq!(told(Kind::SignIn, 1, 1), 1, "another kind");
        let lines = refusals.catch_up(now, false);
        assert_eq!(lines, ["1,993 more were refused: unknown tokens and tickets"]);
        assert!(refusals.admits(Kind::Unknown, address(1), now + Duration::from_secs(1)));
        assert!(refusals.catch_up(now, true).is_empty(), "they are told once");
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let (mut refusals, now) = (Refusals::default(), Instant::now());
        for n in 0..100_000 {
            refusals.admits(Kind::Foreign, address(n), now);
        }
        assert_eq!(refusals.kinds[&Kind::Foreign].whose.len(), A_SECOND);
    }

    #[test]
    fn who_is_tried_during_a_pause_is_named_each_ten_seconds() {
        let (mut refusals, now) = (Refusals::default(), Instant::now());
        assert_eq!((0..1_000).filter(|_| refusals.admits_paused("anna", now)).count(), 1);
        assert!(refusals.admits_paused("ben", now));
        assert!(refusals.catch_up(now + OF_A_PAUSE / 2, false).is_empty());
        let lines = refusals.catch_up(now + OF_A_PAUSE, false);
        assert_eq!(lines, ["999 more sign-ins of anna were refused during a pause"]);
        assert!(!refusals.admits_paused("anna", now + OF_A_PAUSE), "it was just told");
        assert_eq!(refusals.catch_up(now + OF_A_PAUSE, true).len(), 1, "at the end nothing is left");
        assert!(refusals.paused.is_empty());
    }
}
