//! The users and tokens there are: those of the configuration, and those in the state folder, which commands change while
//! the server runs.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::file::{self, FileError};
use super::{Config, Token, User};
use crate::person::PersonName;
use crate::store::Stamp;

/// The users and tokens there are.
#[derive(Debug, Clone)]
pub(super) struct Register {
    pub(super) users: Users,
    pub(super) tokens: Vec<Token>,
}

/// Users by the keys of their names, of which each is there once.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Users(BTreeMap<String, User>);

impl Users {
    /// Of several whose names are one but for the way they are written the first may sign in, and the others may not.
    pub(super) fn new(users: impl IntoIterator<Item = User>) -> Self {
        let mut first = BTreeMap::new();
        for user in users {
            match first.entry(user.name.key().to_owned()) {
                Entry::Vacant(free) => drop(free.insert(user)),
                Entry::Occupied(of) => tell_of_twin(&user, of.get()),
            }
        }
        Self(first)
    }

    /// Who is called `name`, in whatever way it is written.
    pub(super) fn get(&self, name: &str) -> Option<&User> {
        self.0.get(PersonName::new(name).ok()?.key())
    }

    /// All of them.
    pub(super) fn values(&self) -> impl Iterator<Item = &User> {
        self.0.values()
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}

/// The name that somebody types, as all ways to write it are: what they try is counted by it, be there such a user or not.
pub(super) fn typed(name: &str) -> String {
    PersonName::new(name).map_or_else(|_| name.to_owned(), |name| name.key().to_owned())
}

fn tell_of_twin(user: &User, first: &User) {
    let (name, first) = (&user.name, &first.name);
    tracing::warn!("user {name} can't sign in: there is a user {first}, who comes first and has the same name");
}

/// Tokens with names of their own: what one says must not be taken for another's word.
fn distinct(tokens: Vec<Token>) -> Vec<Token> {
    let mut names = BTreeSet::new();
    let is_own = |token: &Token| {
        let is_own = names.insert(token.name.key().to_owned());
        if !is_own {
            tracing::warn!("token {} is not taken: a token before it has the same name", token.name);
        }
        is_own
    };
    tokens.into_iter().filter(is_own).collect()
}

impl Register {
    /// Reads them. A user of the configuration goes before one of the same name in the folder.
    pub(super) fn read(config: &Config) -> Result<Self, FileError> {
        let (kept, tokens) = match &config.folder {
            Some(folder) => (file::read::<Vec<User>>(&users(folder))?, file::read(&tokens(folder))?),
            None => Default::default(),
        };
        let users = Users::new(config.users.iter().cloned().chain(kept));
        Ok(Self { users, tokens: distinct(tokens) })
    }

    pub(super) fn is_locked(&self) -> bool {
        self.users.len() > 0 || !self.tokens.is_empty()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_users_with_one_name_the_first_counts_and_all_files_are_read() {
        let user = |name: &str, role: &str| {
            let hash = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$aGFzaGhhc2hoYXNoaGFzaA";
            serde_json::json!({ "name": name, "role": role, "password_hash": hash })
        };
        let file = serde_json::json!([
            user("Anna", "viewer"),
            user("anna", "admin"),
            user("Zo\u{eb}", "viewer"),
            user("Zoe\u{308}", "admin"),
        ]);
        let users = Users::new(serde_json::from_value::<Vec<User>>(file).unwrap());
        assert_eq!(users.len(), 2);
        for (typed, name) in [("anna", "Anna"), ("ANNA", "Anna"), ("zoe\u{308}", "Zo\u{eb}")] {
            let found = users.get(typed).unwrap();
            assert_eq!((found.name.as_str(), found.role), (name, super::super::Role::Viewer));
        }
        assert!(users.get("ben").is_none() && users.get("").is_none());
    }
}
