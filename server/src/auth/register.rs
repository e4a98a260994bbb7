//! The users and tokens there are: those of the configuration, and those in the state folder, which commands change while
//! the server runs.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::file::{self, FileError};
use super::{Config, Token, User};
use crate::store::Stamp;

/// The users and tokens there are.
#[derive(Debug, Clone)]
pub(super) struct Register {
    pub(super) users: BTreeMap<String, User>,
    pub(super) tokens: Vec<Token>,
}

impl Register {
    /// Reads them. A user of the configuration goes before one of the same name in the folder.
    pub(super) fn read(config: &Config) -> Result<Self, FileError> {
        let (kept, tokens) = match &config.folder {
            Some(folder) => (file::read::<Vec<User>>(&users(folder))?, file::read(&tokens(folder))?),
            None => Default::default(),
        };
        let all = kept.into_iter().chain(config.users.iter().cloned());
        Ok(Self { users: all.map(|user| (user.name.as_str().to_owned(), user)).collect(), tokens })
    }

    pub(super) fn is_locked(&self) -> bool {
        !self.users.is_empty() || !self.tokens.is_empty()
    }
}

/// By what it shows that users or tokens are others than before.
pub(super) fn stamps(folder: &Path) -> [Option<Stamp>; 2] {
    [Stamp::of(&users(folder)), Stamp::of(&tokens(folder))]
}

/// The file of users.
pub(super) fn users(folder: &Path) -> PathBuf {
    folder.join("users.json")
}

/// The file of tokens.
pub(super) fn tokens(folder: &Path) -> PathBuf {
    folder.join("tokens.json")
}

/// The file of sessions.
pub(super) fn sessions(folder: &Path) -> PathBuf {
    folder.join("sessions.json")
}
