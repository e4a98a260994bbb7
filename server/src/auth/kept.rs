//! Changing who may come in: what `opsglass user` and `opsglass token` do, and what admins do by `/api/users` and
//! `/api/tokens`. Each change is whole, and one at a time, whoever makes it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::doors::now;
use super::register::{self, Users};
use super::{Channels, Digest, FileError, Right, Role, TOKEN_PREFIX, Token, User, file, secret};
use crate::client::Secret;
use crate::person::PersonName;

/// The users and tokens in a state folder, beside the users of the configuration.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    folder: PathBuf,
    configured: Vec<User>,
}

/// What is wanted of a token.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    pub(super) name: PersonName,
    pub(super) scopes: Vec<Right>,
    pub(super) channels: Channels,
    pub(super) expires: Option<Duration>,
}

/// Why it can't be changed. Then nothing is.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// Something that was said can't be.
    #[error("{field}: {expected}")]
    Invalid {
        /// What.
        field: &'static str,
        /// What was expected, and what came.
        expected: String,
    },
    /// There is somebody of that name, however it is written.
    #[error("name: there is a {what} {name} already")]
    Taken {
        /// Whether it is a user or a token.
        what: &'static str,
        /// What they are called.
        name: PersonName,
    },
    /// Nobody has that name.
    #[error("name: there is no {what} {name:?} in the state folder")]
    Missing {
        /// Whether it is a user or a token.
        what: &'static str,
        /// What was looked for.
        name: String,
    },
    /// It is left to whoever writes the configuration.
    #[error("name: {0} is a user of the configuration file")]
    Configured(PersonName),
    /// Nobody would be left to say who may come in.
    #[error("name: {0} is the last admin")]
    LastAdmin(PersonName),
    /// There is nowhere to keep it.
    #[error("state.dir: expected a folder to keep users and tokens in, got none (--state-dir)")]
    Nowhere,
    /// Too much is hashed at this moment.
    #[error("too many sign in at this moment")]
    Busy,
    /// What is kept can't be read or written.
    #[error(transparent)]
    File(#[from] FileError),
}

impl Kept {
    /// What is kept in `folder`; `configured` are the users that are not.
    pub(super) fn new(folder: Option<PathBuf>, configured: &[User]) -> Result<Self, ChangeError> {
        let folder = folder.ok_or(ChangeError::Nowhere)?;
        Ok(Self { folder, configured: configured.to_vec() })
    }

    /// All users, those of the configuration first.
    pub(super) fn users(&self) -> Result<Vec<User>, ChangeError> {
        let kept: Vec<User> = file::read(&register::users(&self.folder))?;
        Ok(self.configured.iter().cloned().chain(kept).collect())
    }

    /// All tokens.
    pub(super) fn tokens(&self) -> Result<Vec<Token>, ChangeError> {
        Ok(file::read(&register::tokens(&self.folder))?)
    }

    /// Whether somebody may be called `name`; with `replace`, one who is kept may be already.
    pub(super) fn is_free(&self, name: &PersonName, replace: bool) -> Result<(), ChangeError> {
        self.is_free_of(&file::read::<Vec<User>>(&register::users(&self.folder))?, name, replace)
    }

    /// Adds a user, or puts them in the place of the one of their name. Where an admin asks, one must be left.
    pub(super) fn add_user(&self, user: User, replace: bool, by_admin: bool) -> Result<(), ChangeError> {
        change(&self.folder, &register::users(&self.folder), |users: &mut Vec<User>| {
            self.is_free_of(users, &user.name, replace)?;
            let before = self.has_admin(users);
            let name = user.name.clone();
            users.retain(|known| known.name.key() != name.key());
            users.push(user);
            if by_admin && before && !self.has_admin(users) { Err(ChangeError::LastAdmin(name)) } else { Ok(()) }
        })
    }

    /// Removes a user; who that was. Where an admin asks, one must be left.
    pub(super) fn remove_user(&self, name: &str, by_admin: bool) -> Result<PersonName, ChangeError> {
        change(&self.folder, &register::users(&self.folder), |users: &mut Vec<User>| {
            let before = self.has_admin(users);
            let removed = remove(users, "user", name, |user| &user.name).map_err(|missing| {
                let user = PersonName::new(name).ok().and_then(|name| self.configured_as(&name));
                user.map_or(missing, |user| ChangeError::Configured(user.name.clone()))
            })?;
            if by_admin && before && !self.has_admin(users) {
                return Err(ChangeError::LastAdmin(removed));
            }
            Ok(removed)
        })
    }

    /// Makes a token; it, and what its owner shows.
    pub(super) fn create_token(&self, wanted: Wanted) -> Result<(Token, Secret), ChangeError> {
        let Wanted { name, scopes, channels, expires } = wanted;
        if scopes.is_empty() || scopes.iter().any(|right| !Right::SCOPES.contains(right)) {
            let all = Right::SCOPES.map(Right::as_str).join(", ");
            return Err(invalid("scopes", format!("expected one or more of {all}")));
        }
        let (shown, created) = (secret::random(), now());
        let expires = expires.map(|span| created.plus(u64::try_from(span.as_millis()).unwrap_or(u64::MAX)));
        let token = Token { name, scopes, channels, created, expires, digest: Digest::of(shown.reveal()) };
        change(&self.folder, &register::tokens(&self.folder), |tokens: &mut Vec<Token>| {
            if let Some(known) = tokens.iter().find(|known| known.name.key() == token.name.key()) {
                return Err(ChangeError::Taken { what: "token", name: known.name.clone() });
            }
            tokens.push(token.clone());
            Ok(())
        })?;
        Ok((token, Secret::new(format!("{TOKEN_PREFIX}{}", shown.reveal()))))
    }

    /// Revokes a token; which that was.
    pub(super) fn revoke_token(&self, name: &str) -> Result<PersonName, ChangeError> {
        change(&self.folder, &register::tokens(&self.folder), |tokens: &mut Vec<Token>| {
            remove(tokens, "token", name, |token| &token.name)
        })
    }

    fn configured_as(&self, name: &PersonName) -> Option<&User> {
        self.configured.iter().find(|user| user.name.key() == name.key())
    }

    fn is_free_of(&self, users: &[User], name: &PersonName, replace: bool) -> Result<(), ChangeError> {
        if let Some(user) = self.configured_as(name) {
            return Err(ChangeError::Configured(user.name.clone()));
        }
        match users.iter().find(|user| user.name.key() == name.key()) {
            Some(user) if !replace => Err(ChangeError::Taken { what: "user", name: user.name.clone() }),
            _ => Ok(()),
        }
    }

    fn has_admin(&self, users: &[User]) -> bool {
        let all = Users::new(self.configured.iter().chain(users).cloned());
        all.values().any(|user| user.role == Role::Admin)
    }
}

/// Changes what is kept, alone.
fn change<T, R>(
    folder: &Path,
    path: &Path,
    change: impl FnOnce(&mut Vec<T>) -> Result<R, ChangeError>,
) -> Result<R, ChangeError>
where
    T: Serialize + DeserializeOwned,
{
    let _lock = file::lock(folder)?;
    let mut all = file::read(path)?;
    let changed = change(&mut all)?;
    file::write(path, &all)?;
    Ok(changed)
}

/// Removes who is called `name`, letter for letter where there are several ways to write it.
fn remove<T>(
    all: &mut Vec<T>,
    what: &'static str,
    name: &str,
    of: impl Fn(&T) -> &PersonName,
) -> Result<PersonName, ChangeError> {
    let wanted = PersonName::new(name).ok();
    let is_key = |one: &T| wanted.as_ref().is_some_and(|wanted| of(one).key() == wanted.key());
    let is_letters = |one: &T| wanted.as_ref() == Some(of(one));
    let found = all.iter().find(|one| is_letters(one)).or_else(|| all.iter().find(|one| is_key(one)));
    let Some(found) = found.map(|one| of(one).clone()) else {
        return Err(ChangeError::Missing { what, name: name.to_owned() });
    };
    let is_written_so = all.iter().any(is_letters);
    all.retain(|one| if is_written_so { *of(one) != found } else { of(one).key() != found.key() });
    Ok(found)
}

/// Channels of a list; an empty one says nothing about them, so all are open.
pub(super) fn channels(patterns: Vec<String>) -> Result<Channels, ChangeError> {
    if patterns.is_empty() {
        return Ok(Channels::default());
    }
    Channels::try_from(patterns).map_err(|expected| invalid("channels", expected))
}

/// A name that somebody is to have.
pub(super) fn named(name: &str) -> Result<PersonName, ChangeError> {
    PersonName::of_person(name).map_err(|error| invalid("name", error.to_string()))
}

/// A name that a token is to have.
pub(super) fn token_named(name: &str) -> Result<PersonName, ChangeError> {
    PersonName::new(name).map_err(|error| invalid("name", error.to_string()))
}

/// A span of time, as people write it.
pub(super) fn span(text: &str) -> Result<Duration, ChangeError> {
    humantime::parse_duration(text)
        .map_err(|_| invalid("expires", format!("expected a span of time like 90d, got {text:?}")))
}

pub(super) fn invalid(field: &'static str, expected: String) -> ChangeError {
    ChangeError::Invalid { field, expected }
}
