//! Signing in and out.

use std::net::IpAddr;
use std::time::{Duration, Instant};

use app::model::Timestamp;
use serde::Serialize;

use super::doors::now;
use super::password::{self, Busy, Hash};
use super::{Channels, Doors, Grant, Identity, Reason, RefusalKind, Right};
use crate::client::Secret;
use crate::net::Block;
use crate::oidc::Person;
use crate::quota::Account;

/// From where somebody signs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin {
    /// The address.
    pub address: IpAddr,
    /// What it counts as; `None` where addresses are not counted, as on this machine itself.
    pub block: Option<Block>,
}

/// Somebody who has just signed in.
#[derive(Debug)]
pub struct SignedIn {
    /// Who it is.
    pub identity: Identity,
    /// What the browser brings back with each request.
    pub secret: Secret,
    /// How long that is good.
    pub lasts: Duration,
}

/// Why somebody can't sign in. Which of name and password was wrong is not said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// One of them was.
    #[error("sign in failed: user name or password is wrong")]
    Wrong,
    /// Too many were.
    #[error("too many wrong passwords; try again in {} s", .0.as_secs() + 1)]
    Paused(Duration),
    /// Too many try at this moment.
    #[error("too many sign in at this moment")]
    Busy,
}

/// A session as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SessionView {
    /// Names it.
    pub id: String,
    /// Whose it is.
    pub user: String,
    /// From where it was opened.
    pub address: String,
    /// When.
    pub created: Timestamp,
    /// When it was used last, to the minute.
    pub seen: Timestamp,
    /// When it ends, however it is used.
    pub expires: Timestamp,
    /// Whether it is the one that asks.
    pub current: bool,
}

impl Doors {
    /// Signs somebody in, under a session of its own: the one that the browser has shown, if any, ends, so that nobody can
    /// have planted it there.
    ///
    /// Whether there is such a user makes no difference to what is done: a password is checked in any case.
    ///
    /// # Errors
    /// When name or password is wrong, or may not be tried now.
    pub async fn sign_in(
        &self,
        name: &str,
        password: Secret,
        origin: Origin,
        shown: Option<Grant>,
    ) -> Result<SignedIn, Refused> {
        let (address, whence) = (origin.address.to_string(), Account::Address(origin.address.into()));
        // What is no user's name may be a password in the wrong field.
        let fields = |is_user: bool| [("user", if is_user { name } else { "" }), ("address", address.as_str())];
        let whose = |is_user: bool| if is_user { name } else { "an unknown user" };
        let (hash, begun) = {
            let state = &mut *self.state();
            let user = state.users.get(name);
            let is_user = user.is_some();
            let begun = state.tries.begin(name, is_user, origin.block, Instant::now()).map_err(|left| {
                let what = format!("sign-in of {} refused: there is a pause", whose(is_user));
                if is_user {
                    self.0.audit.refuse_paused(name, &what, &fields(true));
                } else {
                    self.0.audit.refuse(RefusalKind::SignIn, whence.clone(), &what, &fields(false));
                }
                Refused::Paused(left)
            })?;
            (Hash::for_name(name, &state.users, &state.key), begun)
        };
        let fits = password.reveal().len() <= password::LONGEST;
        let password = if fits { password } else { Secret::new(String::new()) };
        let checked = self.0.checks.check(hash.clone(), password).await;
        let state = &mut *self.state();
        let is_right = checked.map_err(|Busy| {
            state.tries.take_back(&begun);
            Refused::Busy
        })?;
        // It may have been changed meanwhile.
        let user = state.users.get(name).filter(|user| is_right && fits && user.password_hash == hash).cloned();
        let Some(user) = user else {
            let is_user = state.users.contains_key(name);
            let (whose, fields) = (whose(is_user), fields(is_user));
            // Of a user there are only so many, for after them there is a pause.
            let tell = |kind, what: &str| match is_user {
                true => self.0.audit.warn(what, &fields),
                false => self.0.audit.refuse(kind, whence.clone(), what, &fields),
            };
            tell(RefusalKind::SignIn, &format!("sign-in of {whose} refused: wrong password"));
            if state.tries.is_paused(&begun, Instant::now()) {
                let pause = humantime::format_duration(self.0.config.pause);
                tell(RefusalKind::Pause, &format!("sign-in of {whose} paused for {pause}"));
            }
            return Err(Refused::Wrong);
        };
        state.tries.succeed(&begun, name, origin.block);
        if let Some(id) = shown.and_then(|grant| grant.session) {
            state.sessions.end(&id, Reason::SignedOut);
        }
        let (id, secret) = state.sessions.open(&user, address.clone(), now());
        self.0.audit.tell(&format!("{name} signed in"), &[("user", name), ("address", &address), ("session", &id)]);
        Ok(SignedIn { identity: user.identity(), secret, lasts: self.0.config.lifetimes.session })
    }

    /// Lets somebody in who has signed in with the provider. `None`: there is a user of this name, which is somebody else.
    pub fn welcome(&self, person: &Person, origin: Origin, shown: Option<Grant>) -> Option<SignedIn> {
        let (name, address) = (person.name.as_str(), origin.address.to_string());
        let state = &mut *self.state();
        if state.users.contains_key(name) {
            return None;
        }
        let (id, secret) = state.sessions.welcome(name, person.role, address.clone(), now())?;
        if let Some(id) = shown.and_then(|grant| grant.session) {
            state.sessions.end(&id, Reason::SignedOut);
        }
        let fields = [("user", name), ("address", &address), ("session", &id)];
        self.0.audit.tell(&format!("{name} signed in with the sign-in service as {}", person.role), &fields);
        let identity = Identity::user(name, person.role, Channels::default());
        Some(SignedIn { identity, secret, lasts: self.0.config.lifetimes.session })
    }

    /// Ends the session by which somebody was let in. Its streams end.
    pub fn sign_out(&self, grant: &Grant, address: IpAddr) {
        let ended = grant.session.as_ref().and_then(|id| self.state().sessions.end(id, Reason::SignedOut));
        if let Some(session) = ended {
            let (user, id, address) = (&*session.user, &*session.id, &*address.to_string());
            let fields = [("user", user), ("session", id), ("address", address)];
            self.0.audit.tell(&format!("{} signed out", session.user), &fields);
        }
    }

    /// The sessions of who asks; of everybody, where that one says who may come in.
    pub fn sessions(&self, grant: &Grant) -> Vec<SessionView> {
        let state = self.state();
        let lifetimes = state.sessions.lifetimes;
        let seen = state.sessions.all().filter(|session| may_end(&grant.identity, &session.user));
        let view = seen.map(|session| SessionView {
            id: session.id.clone(),
            user: session.user.clone(),
            address: session.address.clone(),
            created: session.created,
            seen: session.seen,
            expires: session.ends(lifetimes),
            current: grant.session.as_ref() == Some(&session.id),
        });
        view.collect()
    }

    /// Ends a session of one's own, or of anybody where one says who may come in. Its streams end. Whether there was one.
    pub fn end_session(&self, grant: &Grant, id: &str, address: IpAddr) -> bool {
        let mut state = self.state();
        let is_own = state.sessions.get(id).is_some_and(|session| may_end(&grant.identity, &session.user));
        let Some(session) = is_own.then(|| state.sessions.end(id, Reason::Revoked)).flatten() else { return false };
        let (by, address) = (grant.identity.name(), address.to_string());
        let fields = [("user", session.user.as_str()), ("session", id), ("by", by), ("address", &address)];
        self.0.audit.tell(&format!("{by} ended a session of {}", session.user), &fields);
        true
    }

    /// Another secret for the session, when it is time for one.
    pub fn renew(&self, grant: &Grant) -> Option<(Secret, Duration)> {
        let id = grant.session.as_ref()?;
        let mut state = self.state();
        let secret = state.sessions.rotate(id, now())?;
        let ends = state.sessions.get(id)?.ends(state.sessions.lifetimes);
        Some((secret, Duration::from_millis(ends.since(now()))))
    }

    /// How long sessions last, and after how many wrong passwords there is how long a pause: what the page says of it.
    pub fn sign_in_limits(&self) -> String {
        let config = &self.0.config;
        let (session, pause) = (config.lifetimes.session, config.pause);
        let tries = config.tries;
        format!("Sessions last {}. After {tries} wrong passwords there is a pause of {}.", words(session), words(pause))
    }

    /// Tells of something that was done with a right, with what else is to be known of it.
    pub fn tell(&self, identity: &Identity, address: IpAddr, what: &str, more: &[(&str, &str)]) {
        let (by, address) = (identity.label(), address.to_string());
        let fields = [&[("by", &*by), ("address", &*address)], more].concat();
        self.0.audit.tell(&format!("{by} {what}"), &fields);
    }

    /// Tells of something that was refused.
    pub fn tell_refusal(&self, kind: RefusalKind, identity: Option<&Identity>, address: IpAddr, what: &str) {
        let by = identity.map(Identity::label).unwrap_or_default();
        let whose = identity.and_then(Identity::account).unwrap_or_else(|| Account::Address(address.into()));
        self.0.audit.refuse(kind, whose, what, &[("by", &*by), ("address", &*address.to_string())]);
    }
}

/// A span of time in words.
fn words(span: Duration) -> String {
    let seconds = span.as_secs();
    let (count, unit) = match seconds {
        0 => (span.as_millis(), "millisecond"),
        _ if seconds.is_multiple_of(3_600) => (u128::from(seconds / 3_600), "hour"),
        _ if seconds.is_multiple_of(60) => (u128::from(seconds / 60), "minute"),
        _ => (u128::from(seconds), "second"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

fn may_end(identity: &Identity, user: &str) -> bool {
    identity.is_user() && (identity.name() == user || identity.may(Right::Administer))
}
