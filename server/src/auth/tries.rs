//! How often somebody may try a password.

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher as _, RandomState};
use std::time::{Duration, Instant};

use crate::net::Block;

/// Addresses that are counted each by itself; those beyond are counted together.
const ADDRESSES: usize = 16_384;
/// Counters that names share which are no user's, so that they are counted as users are.
const STRANGERS: u64 = 4_096;
/// Addresses that are remembered of each user as those where they have signed in.
const KNOWN: usize = 8;

/// What tries are counted by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Account {
    /// A user, from wherever.
    User(String),
    /// A user, from where they have signed in before: whoever tries from elsewhere doesn't keep them out.
    AtHome(String, Option<Block>),
    /// No user.
    Stranger(u64),
}

/// Counts tries by address and by account. One is counted when it begins, so that many at once are as many.
#[derive(Debug)]
pub(super) struct Tries {
    most: u32,
    pause: Duration,
    addresses: HashMap<Option<Block>, Count>,
    accounts: HashMap<Account, Count>,
    homes: HashMap<String, VecDeque<Option<Block>>>,
    hasher: RandomState,
}

#[derive(Debug, Clone, Copy)]
struct Count {
    wrong: u32,
    last: Instant,
}

/// A try that has begun.
#[derive(Debug)]
pub(super) struct Try {
    address: Option<Option<Block>>,
    account: Account,
}

impl Tries {
    /// After `most` wrong ones there is a `pause`.
    pub(super) fn new(most: u32, pause: Duration) -> Self {
        let (addresses, accounts) = (HashMap::new(), HashMap::new());
        Self { most, pause, addresses, accounts, homes: HashMap::new(), hasher: RandomState::new() }
    }

    /// Begins a try of `name` from `address`, which is `None` where addresses are not counted; or says how long to wait.
    pub(super) fn begin(
        &mut self,
        name: &str,
        is_user: bool,
        address: Option<Block>,
        now: Instant,
    ) -> Result<Try, Duration> {
        let account = self.account(name, is_user, address);
        let address = address.map(|block| self.address(block, now));
        let (most, pause) = (self.most, self.pause);
        let of_address = address.and_then(|key| self.addresses.get(&key)?.left(most, pause, now));
        let of_account = self.accounts.get(&account).and_then(|count| count.left(most, pause, now));
        if let Some(left) = of_address.max(of_account) {
            return Err(left);
        }
        if let Some(key) = address {
            self.addresses.entry(key).or_insert(Count { wrong: 0, last: now }).add(most, pause, now);
        }
        self.accounts.entry(account.clone()).or_insert(Count { wrong: 0, last: now }).add(most, pause, now);
        Ok(Try { address, account })
    }

    /// The password was right. Who has one password may still not try others without end from the same address.
    pub(super) fn succeed(&mut self, begun: &Try, name: &str, address: Option<Block>) {
        self.accounts.remove(&begun.account);
        self.take_back(begun);
        self.know(name, address);
    }

    /// The user of this `name` has signed in from `address`.
    pub(super) fn know(&mut self, name: &str, address: Option<Block>) {
        let homes = self.homes.entry(name.to_owned()).or_default();
        if !homes.contains(&address) {
            homes.truncate(KNOWN - 1);
            homes.push_front(address);
        }
    }

    /// It was not looked at.
    pub(super) fn take_back(&mut self, begun: &Try) {
        let counts =
            [begun.address.and_then(|key| self.addresses.get_mut(&key)), self.accounts.get_mut(&begun.account)];
        counts.into_iter().flatten().for_each(|count| count.wrong = count.wrong.saturating_sub(1));
    }

    /// Whether the next try of the same kind has to wait.
    pub(super) fn is_paused(&self, begun: &Try, now: Instant) -> bool {
        let counts = [begun.address.and_then(|key| self.addresses.get(&key)), self.accounts.get(&begun.account)];
        counts.into_iter().flatten().any(|count| count.left(self.most, self.pause, now).is_some())
    }

    fn account(&self, name: &str, is_user: bool, address: Option<Block>) -> Account {
        if !is_user {
            return Account::Stranger(self.hasher.hash_one(name) % STRANGERS);
        }
        let is_home = self.homes.get(name).is_some_and(|homes| homes.contains(&address));
        if is_home { Account::AtHome(name.to_owned(), address) } else { Account::User(name.to_owned()) }
    }

    /// What `block` is counted by. Those that have been quiet for a pause are forgotten when there are too many.
    fn address(&mut self, block: Block, now: Instant) -> Option<Block> {
        let is_full = |counts: &HashMap<_, _>| counts.len() >= ADDRESSES && !counts.contains_key(&Some(block));
        if is_full(&self.addresses) {
            let pause = self.pause;
            self.addresses.retain(|_, count| now.saturating_duration_since(count.last) < pause);
        }
        (!is_full(&self.addresses)).then_some(block)
    }
}

impl Count {
    /// How long the pause still is, if it is one.
    fn left(self, most: u32, pause: Duration, now: Instant) -> Option<Duration> {
        let left = pause.checked_sub(now.saturating_duration_since(self.last)).filter(|left| !left.is_zero());
        left.filter(|_| self.wrong >= most)
    }

    fn add(&mut self, most: u32, pause: Duration, now: Instant) {
        // What lies a pause back is forgotten, and so is a pause that is over.
        if now.saturating_duration_since(self.last) >= pause || self.wrong >= most {
            self.wrong = 0;
        }
        self.wrong += 1;
        self.last = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::IpAddr;

    const PAUSE: Duration = Duration::from_secs(60);

    fn block(text: &str) -> Option<Block> {
        Some(Block::from(text.parse::<IpAddr>().unwrap()))
    }

    /// How many of `count` tries at one moment are let through.
    fn begun(tries: &mut Tries, name: &str, address: Option<Block>, now: Instant, count: usize) -> usize {
        (0..count).filter(|_| tries.begin(name, name == "anna", address, now).is_ok()).count()
    }

    #[test]
    fn five_and_then_a_pause_for_users_and_strangers_alike() {
        let start = Instant::now();
        for name in ["anna", "nobody"] {
            let mut tries = Tries::new(5, PAUSE);
            assert_eq!(begun(&mut tries, name, None, start, 10_000), 5, "{name}");
            let wait = tries.begin(name, name == "anna", None, start + Duration::from_secs(20)).unwrap_err();
            assert_eq!(wait, Duration::from_secs(40));
            assert_eq!(begun(&mut tries, name, None, start + PAUSE, 10), 5);
        }
    }

    #[test]
    fn one_address_does_not_keep_another_out() {
        let (start, mut tries) = (Instant::now(), Tries::new(5, PAUSE));
        for name in ["a", "b", "c", "d", "e", "f", "g"] {
            begun(&mut tries, name, block("192.0.2.1"), start, 1);
        }
        assert_eq!(begun(&mut tries, "h", block("192.0.2.1"), start, 1), 0);
        assert_eq!(begun(&mut tries, "h", block("192.0.2.2"), start, 1), 1);
    }

    #[test]
    fn who_has_signed_in_from_somewhere_is_not_kept_out_by_those_elsewhere() {
        let (start, mut tries) = (Instant::now(), Tries::new(5, PAUSE));
        let first = tries.begin("anna", true, block("192.0.2.1"), start).unwrap();
        tries.succeed(&first, "anna", block("192.0.2.1"));
        assert_eq!(begun(&mut tries, "anna", block("192.0.2.66"), start, 9), 5);
        assert_eq!(begun(&mut tries, "anna", block("192.0.2.99"), start, 9), 0, "from anywhere else");
        assert_eq!(begun(&mut tries, "anna", block("192.0.2.1"), start, 9), 5, "at home, and not without end");
    }

    #[test]
    fn a_right_one_is_forgotten_and_does_not_clear_the_address() {
        let (start, mut tries) = (Instant::now(), Tries::new(5, PAUSE));
        assert_eq!(begun(&mut tries, "b", block("192.0.2.1"), start, 4), 4);
        for _ in 0..10 {
            let right = tries.begin("anna", true, block("192.0.2.1"), start).unwrap();
            tries.succeed(&right, "anna", block("192.0.2.1"));
        }
        assert_eq!(begun(&mut tries, "c", block("192.0.2.1"), start, 5), 1);
    }

    #[test]
    fn memory_is_bounded() {
        let (start, mut tries) = (Instant::now(), Tries::new(5, PAUSE));
        for n in 0..40_000_u32 {
            let address = Some(Block::from(IpAddr::from(n.to_be_bytes())));
            begun(&mut tries, &n.to_string(), address, start, 1);
        }
        assert!(tries.addresses.len() <= ADDRESSES + 1, "{}", tries.addresses.len());
        assert!(tries.accounts.len() as u64 <= STRANGERS);
        let later = start + PAUSE;
        assert_eq!(begun(&mut tries, "anna", block("2001:db8::1"), later, 1), 1);
        assert_eq!(tries.addresses.len(), 1);
    }
}
