use std::hash::RandomState;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Instant, SystemTime};

use app::model::Timestamp;

use super::audit::Audit;
use super::file::{self, FileError};
use super::machines::Machines;
use super::password::Checks;
use super::register::{self, Register, Users};
use super::sessions::Sessions;
use super::tickets::{NoTicket, Tickets};
use super::tries::Tries;
use super::vouched::Vouched;
use super::{Channels, Config, Digest, Identity, Leave, Reason};
use crate::client::Secret;
use crate::hub::Name;
use crate::logs::Outlet;
use crate::net::Block;
use crate::store::Stamp;

/// What each token begins with, so that people and scanners know one when they see it.
pub const TOKEN_PREFIX: &str = "og_";

/// Who may come in. Clones share it.
#[derive(Debug, Clone)]
pub struct Doors(pub(super) Arc<Inner>);

#[derive(Debug)]
pub(super) struct Inner {
    pub(super) config: Config,
    /// There are users or tokens. Once it is so it stays: that a file is lost must not open anything.
    pub(super) is_locked: AtomicBool,
    pub(super) state: Mutex<State>,
    pub(super) checks: Checks,
    pub(super) audit: Audit,
    /// One writes what is kept at a time.
    pub(super) writing: Mutex<()>,
    /// One reads who may come in at a time.
    pub(super) reading: Mutex<()>,
}

#[derive(Debug)]
pub(super) struct State {
    pub(super) users: Users,
    /// By which a name that nobody has is given a hash.
    pub(super) key: RandomState,
    machines: Machines,
    pub(super) sessions: Sessions,
    tickets: Tickets,
    pub(super) tries: Tries,
    vouched: Vouched,
    /// Of whoever reaches it while there are no users.
    local: Leave,
    pub(super) stamps: [Option<Stamp>; 2],
    /// Why users and tokens can't be read, as last said.
    pub(super) unreadable: Option<String>,
}

/// What somebody shows at the door.
#[derive(Debug, Clone, Copy)]
pub enum Credential<'a> {
    /// Nothing.
    None,
    /// What cookies of the session's name hold.
    Cookies(&'a [Secret]),
    /// A bearer token.
    Token(&'a Secret),
    /// A ticket for one stream.
    Ticket(&'a Secret),
    /// The word of a proxy that is believed: a name.
    Vouched(&'a str),
}

/// Somebody who has been let in.
#[derive(Debug, Clone)]
pub struct Grant {
    /// Who it is.
    pub identity: Identity,
    /// For how long.
    pub leave: Leave,
    /// The session it is let in by.
    pub session: Option<String>,
}

impl Doors {
    /// Reads who may come in. Where people are signed in they are known, by what an address counts as.
    ///
    /// # Errors
    /// When a file of users or tokens is there and can't be read.
    pub fn new(config: Config, outlet: Outlet, counted: impl Fn(IpAddr) -> Option<Block>) -> Result<Self, FileError> {
        // Before they are read, as in `look`: a change meanwhile is seen later.
        let stamps = config.folder.as_deref().map(register::stamps).unwrap_or_default();
        let register = Register::read(&config)?;
        let kept = config.folder.as_deref().map(|folder| file::read(&register::sessions(folder))).unwrap_or(Ok(vec![]));
        let kept = kept.unwrap_or_else(|error| {
            tracing::warn!("everybody has to sign in again: {error}");
            Vec::new()
        });
        let mut sessions = Sessions::new(config.lifetimes, config.provider.clone(), kept);
        sessions.follow(&register.users, &register.users);
        let mut tries = Tries::new(config.tries, config.pause);
        for (user, address) in sessions.homes() {
            tries.know(&register::typed(user), counted(address));
        }
        let state = State {
            key: RandomState::new(),
            machines: Machines::default(),
            sessions,
            tickets: Tickets::default(),
            tries,
            vouched: Vouched::new(config.vouched),
            local: Leave::default(),
            stamps,
            unreadable: None,
            users: Users::default(),
        };
        let doors = Self(Arc::new(Inner {
            is_locked: AtomicBool::new(config.vouched.is_some() || config.provider.is_some()),
            config,
            state: Mutex::new(state),
            checks: Checks::default(),
            audit: Audit::new(outlet),
            writing: Mutex::default(),
            reading: Mutex::default(),
        }));
        doors.state().users.clone_from(&register.users);
        doors.take(register);
        Ok(doors)
    }

    /// Whether anybody has to say who they are.
    pub fn is_locked(&self) -> bool {
        self.0.is_locked.load(Relaxed)
    }

    /// Lets somebody in who comes from `address`, or doesn't.
    pub fn admit(&self, credential: Credential<'_>, address: IpAddr) -> Option<Grant> {
        match credential {
            Credential::Token(token) => self.machine(token, address),
            Credential::Vouched(name) => self.vouched(name, address),
            Credential::Ticket(ticket) => {
                let (identity, leave) = self.state().tickets.take(&Digest::of(ticket.reveal()), Instant::now())?;
                Some(Grant { identity, leave, session: None })
            }
            _ if !self.is_locked() => {
                Some(Grant { identity: Identity::local(), leave: self.state().local.clone(), session: None })
            }
            // Another site on a host of the same name may have set one too.
            Credential::Cookies(cookies) => cookies.iter().find_map(|cookie| self.person(cookie)),
            Credential::None => None,
        }
    }

    fn person(&self, secret: &Secret) -> Option<Grant> {
        let digest = Digest::of(secret.reveal());
        let state = &mut *self.state();
        let session = state.sessions.find(&digest, now())?;
        let identity = match session.role {
            Some(role) => Identity::user(&session.user, role, Channels::default()),
            None => state.users.get(&session.user)?.identity(),
        };
        Some(Grant { identity, leave: session.leave.clone(), session: Some(session.id.clone()) })
    }

    fn vouched(&self, name: &str, address: IpAddr) -> Option<Grant> {
        let known = {
            let state = &mut *self.state();
            state.vouched.admit(name, &state.users, Instant::now())?
        };
        if known.is_new {
            let name = known.identity.name();
            let fields = [("user", name), ("address", &address.to_string())];
            self.0.audit.tell(&format!("{name} came in by the word of a proxy"), &fields);
        }
        Some(Grant { identity: known.identity, leave: known.leave, session: None })
    }

    fn machine(&self, secret: &Secret, address: IpAddr) -> Option<Grant> {
        let digest = Digest::of(secret.reveal().strip_prefix(TOKEN_PREFIX)?);
        let known = self.state().machines.admit(&digest, address, now())?;
        if known.is_due {
            let fields = [("token", known.identity.name()), ("address", &address.to_string())];
            self.0.audit.tell(&format!("{} is used", known.identity.label()), &fields);
        }
        Some(Grant { identity: known.identity, leave: known.leave, session: None })
    }

    /// A ticket that opens one stream of `channels`, or of any that are open to who asks where none are named.
    ///
    /// # Errors
    /// When there are too many tickets, or channels.
    pub fn ticket(&self, grant: &Grant, channels: &[Name]) -> Result<Secret, NoTicket> {
        let identity = if channels.is_empty() {
            grant.identity.clone()
        } else {
            let names: Vec<String> = channels.iter().map(Name::to_string).collect();
            grant.identity.reading(Channels::try_from(names).map_err(NoTicket::Channels)?)
        };
        self.state().tickets.give(identity, grant.leave.clone(), Instant::now())
    }

    /// Takes who may come in now: those who no longer may are out at once.
    pub(super) fn take(&self, register: Register) {
        if register.is_locked() {
            self.lock();
        }
        let state = &mut *self.state();
        state.sessions.follow(&state.users, &register.users);
        state.users = register.users;
        state.vouched.follow(&state.users);
        state.machines.follow(register.tokens);
    }

    /// From now on everybody has to say who they are.
    pub(super) fn lock(&self) {
        if !self.0.is_locked.swap(true, Relaxed) {
            self.state().local.end(Reason::Revoked);
        }
    }

    /// Ends what has expired.
    pub(super) fn sweep(&self) {
        let state = &mut *self.state();
        let now = now();
        for session in state.sessions.sweep(now) {
            let (user, id, address) = (&*session.user, &*session.id, &*session.address);
            let fields = [("user", user), ("session", id), ("opened_from", address)];
            self.0.audit.tell(&format!("the session of {} has expired", session.user), &fields);
        }
        state.vouched.sweep(self.0.config.lifetimes.session, Instant::now());
        state.machines.sweep(now);
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Now, by the clock on the wall: what lasts over restarts goes by it.
pub(super) fn now() -> Timestamp {
    SystemTime::now().into()
}
