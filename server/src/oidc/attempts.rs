use std::collections::HashMap;
use std::time::{Duration, Instant};

use openidconnect::{Nonce, PkceCodeVerifier};

use crate::auth::{Digest, random};
use crate::client::Secret;
use crate::net::Block;

/// How long somebody may take to sign in with the provider.
pub const LIFE: Duration = Duration::from_secs(600);
/// Attempts that are under way at one time; with one more the oldest is forgotten.
const MOST: usize = 1_000;
/// The same of one address, so that nobody can make those of others be forgotten.
const MOST_OF_ONE: usize = 50;

/// Attempts that have begun, by what the browser was given. Each ends once, however it ends.
#[derive(Debug, Default)]
pub(super) struct Attempts(HashMap<Digest, (Instant, Attempt)>);

/// An attempt to sign in.
#[derive(Debug)]
pub(super) struct Attempt {
    /// Where the browser is, as far as addresses are counted.
    pub(super) block: Option<Block>,
    pub(super) state: Secret,
    pub(super) nonce: Nonce,
    pub(super) verifier: PkceCodeVerifier,
    /// Where the provider was told to send the browser.
    pub(super) redirect: String,
    /// Where the reader goes on.
    pub(super) next: String,
}

impl Attempts {
    /// Notes one, and says what the browser is to bring back.
    pub(super) fn begin(&mut self, attempt: Attempt, now: Instant) -> Secret {
        self.0.retain(|_, (begun, _)| is_good(*begun, now));
        let of_one = self.0.values().filter(|(_, known)| known.block == attempt.block).count();
        if attempt.block.is_some() && of_one >= MOST_OF_ONE {
            self.forget(|known| known.block == attempt.block);
        } else if self.0.len() >= MOST {
            self.forget(|_| true);
        }
        let secret = random();
        self.0.insert(Digest::of(secret.reveal()), (now, attempt));
        secret
    }

    /// Forgets the oldest of those that `are_meant`.
    fn forget(&mut self, are_meant: impl Fn(&Attempt) -> bool) {
        let meant = self.0.iter().filter(|(_, (_, attempt))| are_meant(attempt));
        let oldest = meant.min_by_key(|(_, (begun, _))| *begun).map(|(digest, _)| digest.clone());
        oldest.and_then(|oldest| self.0.remove(&oldest));
    }

    /// The attempt of this browser, if it is the one that the provider speaks of.
    pub(super) fn end(&mut self, secret: &Secret, state: &str, now: Instant) -> Option<Attempt> {
        let (begun, attempt) = self.0.remove(&Digest::of(secret.reveal()))?;
        let is_same = Digest::of(attempt.state.reveal()) == Digest::of(state);
        (is_good(begun, now) && is_same).then_some(attempt)
    }
}

fn is_good(begun: Instant, now: Instant) -> bool {
    now.saturating_duration_since(begun) < LIFE
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attempt(state: &str) -> Attempt {
        Attempt {
            block: None,
            state: Secret::new(state),
            nonce: Nonce::new("n".to_owned()),
            verifier: PkceCodeVerifier::new("v".repeat(43)),
            redirect: "http://localhost/login/oidc/callback".to_owned(),
            next: "/".to_owned(),
        }
    }

    #[test]
    fn an_attempt_is_good_once_for_its_state_and_a_while() {
        let (mut attempts, start) = (Attempts::default(), Instant::now());
        let mut begin = |state| attempts.begin(attempt(state), start);
        let (one, other, late) = (begin("one"), begin("other"), begin("late"));
        assert!(attempts.end(&other, "one", start).is_none(), "of another browser");
        assert!(attempts.end(&other, "other", start).is_none(), "and that was its only try");
        assert!(attempts.end(&one, "one", start + LIFE - Duration::from_secs(1)).is_some());
        assert!(attempts.end(&one, "one", start).is_none(), "twice");
        assert!(attempts.end(&late, "late", start + LIFE).is_none());
    }

    #[test]
    fn memory_is_bounded() {
        let (mut attempts, start) = (Attempts::default(), Instant::now());
        let first = attempts.begin(attempt("first"), start);
        for n in 0..=MOST {
            attempts.begin(attempt("x"), start + Duration::from_millis(n as u64 + 1));
        }
        assert_eq!(attempts.0.len(), MOST);
        assert!(attempts.end(&first, "first", start).is_none());
        attempts.begin(attempt("x"), start + 2 * LIFE);
        assert_eq!(attempts.0.len(), 1);
    }

    #[test]
    fn nobody_has_others_be_forgotten() {
        let (mut attempts, start) = (Attempts::default(), Instant::now());
        let of = |block: &str, state| Attempt {
            block: Some(Block::from(block.parse::<std::net::IpAddr>().unwrap())),
            ..attempt(state)
        };
        let first = attempts.begin(of("192.0.2.1", "first"), start);
        for n in 0..=MOST {
            attempts.begin(of("192.0.2.2", "x"), start + Duration::from_millis(n as u64));
        }
        assert_eq!(attempts.0.len(), 1 + MOST_OF_ONE);
        assert!(attempts.end(&first, "first", start).is_some());
    }
}
