use std::path::PathBuf;
use std::time::Duration;

use super::sessions::Lifetimes;
use super::{Digest, Role, User};

/// How opsglass decides who may come in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The users that the configuration names. None by default.
    pub users: Vec<User>,
    /// The folder of further users, of tokens and sessions. Without one there are no others, and sessions end with the
    /// process.
    pub folder: Option<PathBuf>,
    /// How long sessions last.
    pub lifetimes: Lifetimes,
    /// Wrong passwords, of one address or for one account, after which there is a pause: 5 unless told otherwise.
    pub tries: u32,
    /// How long it is: 1 min unless told otherwise.
    pub pause: Duration,
    /// People are known by the word of a proxy too; not unless told.
    pub vouched: Option<Vouching>,
    /// What marks the sessions of people who sign in with a provider; `None`: there is none.
    pub provider: Option<Digest>,
}

/// Who comes in by the word of a proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Vouching {
    /// What somebody may do who is no user here; `None`: nothing, as is so unless told otherwise.
    pub role: Option<Role>,
}

impl Default for Config {
    fn default() -> Self {
        let lifetimes = Lifetimes::default();
        Self {
            users: Vec::new(),
            folder: None,
            lifetimes,
            tries: 5,
            pause: Duration::from_secs(60),
            vouched: None,
            provider: None,
        }
    }
}
