//! Passwords: argon2id, in the strings that every tool for it writes.

use std::fmt;
use std::hash::{BuildHasher as _, RandomState};
use std::num::NonZeroU64;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, Params, PasswordHasher as _, PasswordVerifier as _};
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;

use super::register::{Users, typed};
use crate::client::Secret;

/// The shortest password that is set, and the longest, in bytes. A longer one that is typed is wrong without being looked
/// at, whoever types it.
pub const SHORTEST: usize = 8;
/// See [`SHORTEST`].
pub const LONGEST: usize = 1_024;
/// Passwords that are checked at one time: each takes a core and 19 MiB for some 30 ms.
const AT_ONCE: usize = 2;
/// Those that wait meanwhile; more are told to come back.
const WAITING: usize = 32;
/// What a hash may ask for, so that a check ends: KiB of memory, passes, and both multiplied.
const MOST_MEMORY: u32 = 256 * 1024;
const MOST_PASSES: u32 = 20;
const MOST_WORK: u64 = 512 * 1024;

const EXPECTED: &str = "expected an argon2id hash, as opsglass user add or the argon2 command write it";
/// The hash that a password is held against where there are no users. Nothing is known that has it.
const NOBODYS: &str = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXRoaW5nIHNhbHR5$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// What is kept of a password.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Hash(String);

/// Too many passwords wait to be checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Busy;

/// Checks passwords, few at a time and never on the threads that serve.
#[derive(Debug)]
pub(super) struct Checks {
    permits: Arc<Semaphore>,
    waiting: AtomicUsize,
}

impl Hash {
    /// That of `password`, with the costs that OWASP names for argon2id (19 MiB, 2 passes, 1 lane), which are the library's
    /// defaults. Takes a while.
    ///
    /// # Errors
    /// When the password is too short or too long, or the system has no random numbers.
    pub fn of(password: &Secret) -> Result<Self, String> {
        let bytes = password.reveal().as_bytes();
        if !(SHORTEST..=LONGEST).contains(&bytes.len()) {
            return Err(format!("expected {SHORTEST} to {LONGEST} bytes, got {}", bytes.len()));
        }
        let hash = Argon2::default().hash_password(bytes).map_err(|error| error.to_string())?;
        Ok(Self(hash.to_string()))
    }

    /// The one that a password of `name` is held against. Whoever names a user that there isn't waits as long as for one that
    /// there is: it is one of the users', by `key` always the same one.
    pub(super) fn for_name(name: &str, users: &Users, key: &RandomState) -> Self {
        let chosen = || {
            let count = NonZeroU64::new(users.len() as u64)?;
            users.values().nth((key.hash_one(typed(name)) % count) as usize)
        };
        let user = users.get(name).or_else(chosen);
        user.map_or_else(|| Self(NOBODYS.to_owned()), |user| user.password_hash.clone())
    }

    /// Whether it is that of `password`. Takes a while.
    fn is_of(&self, password: &Secret) -> bool {
        let Ok(hash) = PasswordHash::new(&self.0) else { return false };
        Argon2::default().verify_password(password.reveal().as_bytes(), &hash).is_ok()
    }

    /// Names this hash among those that one user has had.
    pub(super) fn mark(&self) -> super::Digest {
        super::Digest::of(&self.0)
    }
}

/// The KiB that are written in all, if it is a hash that can be checked.
fn work(text: &str) -> Option<u64> {
    let hash = PasswordHash::new(text).ok()?;
    let params = Params::try_from(&hash).ok()?;
    let whole = hash.algorithm.as_str() == "argon2id" && hash.salt.is_some() && hash.hash.is_some();
    let work = u64::from(params.m_cost()) * u64::from(params.t_cost());
    let bounded = params.m_cost() <= MOST_MEMORY && params.t_cost() <= MOST_PASSES && work <= MOST_WORK;
    (whole && bounded).then_some(work)
}

impl TryFrom<String> for Hash {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, &'static str> {
        // What was written there may be a password: it isn't repeated.
        work(&text).map(|_| Self(text)).ok_or(EXPECTED)
    }
}

impl From<Hash> for String {
    fn from(hash: Hash) -> Self {
        hash.0
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(hash)")
    }
}

impl Default for Checks {
    fn default() -> Self {
        Self { permits: Arc::new(Semaphore::new(AT_ONCE)), waiting: AtomicUsize::new(0) }
    }
}

impl Checks {
    /// Whether `password` has this hash.
    pub(super) async fn check(&self, hash: Hash, password: Secret) -> Result<bool, Busy> {
        self.one(move || hash.is_of(&password)).await
    }

    /// The hash of a new `password`, or what was expected of it.
    pub(super) async fn hash(&self, password: Secret) -> Result<Result<Hash, String>, Busy> {
        self.one(move || Hash::of(&password)).await
    }

    /// One that takes a while. Once begun it is counted until it is done, whether or not somebody still waits.
    async fn one<T: Send + 'static>(&self, what: impl FnOnce() -> T + Send + 'static) -> Result<T, Busy> {
        let place = Place::take(&self.waiting).ok_or(Busy)?;
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(|_| Busy)?;
        drop(place);
        let done = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            what()
        });
        done.await.map_err(|_| Busy)
    }
}

/// A place among those that wait, given back however the waiting ends.
struct Place<'a>(&'a AtomicUsize);

impl<'a> Place<'a> {
    fn take(waiting: &'a AtomicUsize) -> Option<Self> {
        let place = Self(waiting);
        (waiting.fetch_add(1, Relaxed) < WAITING).then_some(place)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::{Channels, Role, User};
    use std::time::Duration;

    fn nobodys() -> Hash {
        Hash::for_name("nobody", &Users::default(), &RandomState::new())
    }

    fn secret(text: &str) -> Secret {
        Secret::new(text.to_owned())
    }

    #[test]
    fn a_hash_is_of_its_password_alone_and_costs_what_owasp_says() {
        let hash = Hash::of(&secret("correct horse")).unwrap();
        assert!(hash.is_of(&secret("correct horse")) && !hash.is_of(&secret("correct horsf")));
        assert!(hash.0.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", hash.0);
        assert_eq!(format!("{hash:?}"), "(hash)");
        assert!(Hash::of(&secret("short")).unwrap_err().contains("8 to 1024"));
    }

    #[test]
    fn what_is_no_hash_or_costs_too_much_is_refused_and_not_repeated() {
        for text in [
            "hunter2",
            "",
            "$argon2i$v=19$m=64,t=2,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "$argon2id$v=19$m=1048576,t=2,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "$argon2id$v=19$m=64,t=200,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "$argon2id$v=19$m=64,t=2,p=1",
        ] {
            assert_eq!(Hash::try_from(text.to_owned()), Err(EXPECTED), "{text}");
        }
    }

    #[test]
    fn without_users_a_check_costs_as_much() {
        let nobodys = nobodys();
        assert_eq!(work(&nobodys.0), Some(2 * 19_456));
        assert!(!nobodys.is_of(&secret("")));
        let cheap = "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        let cheap = Hash::try_from(cheap.to_owned()).unwrap();
        let user = |name: &str, hash: &Hash| User {
            name: name.to_owned().try_into().unwrap(),
            password_hash: hash.clone(),
            role: Role::Viewer,
            channels: Channels::default(),
        };
        let users = Users::new([user("anna", &cheap), user("zoe", &nobodys)]);
        let key = RandomState::new();
        let of = |name: &str| Hash::for_name(name, &users, &key);
        assert_eq!((of("anna"), of("zoe")), (cheap.clone(), nobodys.clone()));
        assert_eq!(of("Stranger"), of("stranger"), "as for a user");
        let strangers: Vec<Hash> = (0..64).map(|number| of(&format!("stranger {number}"))).collect();
        assert!(strangers.contains(&cheap) && strangers.contains(&nobodys), "each is as likely as the others");
        assert_eq!(strangers, (0..64).map(|number| of(&format!("stranger {number}"))).collect::<Vec<_>>());
    }

    #[tokio::test]
    async fn those_who_wait_are_bounded_and_leave_their_places() {
        let checks = Checks::default();
        let held = Arc::clone(&checks.permits).acquire_many_owned(AT_ONCE as u32).await.unwrap();
        let hash = nobodys;
        {
            let mut waiting: Vec<_> =
                (0..WAITING).map(|_| Box::pin(checks.check(hash(), secret("a password")))).collect();
            for check in &mut waiting {
                assert!(futures_util::poll!(check).is_pending());
            }
            assert_eq!(checks.check(hash(), secret("a password")).await, Err(Busy));
        }
        drop(held);
        assert_eq!(checks.check(hash(), secret("a password")).await, Ok(false));
    }

    /// There is one thread here. Were it to check by itself, it would be done at the first poll.
    #[tokio::test]
    async fn the_threads_that_serve_go_on_while_a_password_is_checked() {
        let checks = Checks::default();
        let hash = Hash::of(&secret("correct horse")).unwrap();
        let mut check = Box::pin(checks.check(hash, secret("correct horse")));
        assert!(futures_util::poll!(&mut check).is_pending());
        let mut ticks = 0;
        let right = loop {
            tokio::select! {
                biased;
                () = tokio::time::sleep(Duration::from_millis(1)) => ticks += 1,
                right = &mut check => break right,
            }
        };
        assert!(right == Ok(true) && ticks > 0, "{ticks}");
        let mut hashing = Box::pin(checks.hash(secret("another horse")));
        assert!(futures_util::poll!(&mut hashing).is_pending());
        assert!(hashing.await.unwrap().unwrap().is_of(&secret("another horse")));
    }
}
