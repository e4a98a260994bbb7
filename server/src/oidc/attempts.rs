use std::collections::HashMap;
use std::time::{Duration, Instant};

use openidconnect::{Nonce, PkceCodeVerifier};

use crate::auth::{Digest, random};
use crate::client::Secret;

/// How long somebody may take to sign in with the provider.
pub const LIFE: Duration = Duration::from_secs(600);
/// Attempts that are under way at one time; with one more the oldest is forgotten.
const MOST: usize = 1_000;

/// Attempts that have begun, by what the browser was given. Each ends once, however it ends.
#[derive(Debug, Default)]
pub(super) struct Attempts(HashMap<Digest, (Instant, Attempt)>);

/// An attempt to sign in.
#[derive(Debug)]
pub(super) struct Attempt {
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
        if self.0.len() >= MOST
            && let Some(oldest) = self.0.iter().min_by_key(|(_, (begun, _))| *begun).map(|(digest, _)| digest.clone())
        {
            self.0.remove(&oldest);
        }
        let secret = random();
        self.0.insert(Digest::of(secret.reveal()), (now, attempt));
        secret
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
}
