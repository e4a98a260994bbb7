//! `opsglass user` and `opsglass token`: changing who may come in from a terminal. A running server notices within a second.

use std::io::{self, BufRead as _, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Subcommand;

use super::doors::now;
use super::password::{self, Hash};
use super::register;
use super::{Channels, Digest, FileError, Right, Role, TOKEN_PREFIX, Token, User, file, secret};
use crate::client::Secret;
use crate::person::{NotAName, PersonName};

/// What is to be done about users.
#[derive(Debug, Clone, Subcommand)]
pub enum UserCommand {
    /// Add a user, whose password is asked for without showing it
    Add {
        /// The name, 1 to 32 visible characters
        name: String,
        /// What they may do: look; also acknowledge, silence, chat, publish and hand in lines; also say who may come in
        #[arg(long)]
        role: Role,
        /// The channels that are open to them, names or patterns like 'deploy-*'; may be given several times [default: *]
        #[arg(long, value_name = "PATTERN", value_delimiter = ',')]
        channels: Vec<String>,
        /// Read the password from the standard input instead
        #[arg(long)]
        password_stdin: bool,
        /// Put it in the place of the user of this name
        #[arg(long)]
        replace: bool,
    },
    /// Tell which users there are
    List,
    /// Remove a user, who is signed out everywhere
    Remove {
        /// The name
        name: String,
    },
}

/// What is to be done about tokens.
#[derive(Debug, Clone, Subcommand)]
pub enum TokenCommand {
    /// Make a token for a machine, and show it this once
    Create {
        /// What it is for, 1 to 32 visible characters
        #[arg(long)]
        name: String,
        /// What it may do; may be given several times, or separated by commas
        #[arg(long, required = true, value_delimiter = ',')]
        scope: Vec<Right>,
        /// The channels that are open to it, names or patterns like 'deploy-*'; may be given several times [default: *]
        #[arg(long, value_name = "PATTERN", value_delimiter = ',')]
        channels: Vec<String>,
        /// After what time it is worth nothing, like 90d [default: never]
        #[arg(long, value_name = "SPAN")]
        expires: Option<String>,
    },
    /// Tell which tokens there are
    List,
    /// Revoke a token: whatever uses it is out within 2 s
    Revoke {
        /// The name
        name: String,
    },
}

/// One of both.
#[derive(Debug, Clone)]
pub enum Command {
    /// About users.
    User(UserCommand),
    /// About tokens.
    Token(TokenCommand),
}

/// Why it can't be done.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// Something that was said can't be.
    #[error("{field}: {expected}")]
    Invalid {
        /// What.
        field: &'static str,
        /// What was expected, and what came.
        expected: String,
    },
    /// There is nowhere to keep it.
    #[error("state.dir: expected a folder to keep users and tokens in, got none (--state-dir)")]
    Nowhere,
    /// What is kept can't be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// The terminal doesn't answer.
    #[error("{0}")]
    Io(#[from] io::Error),
}

impl Command {
    /// Does it to what is kept in `folder`, and says so on `out`. `users` are those of the configuration.
    ///
    /// # Errors
    /// When it can't be done; then nothing is.
    pub fn run(self, folder: Option<PathBuf>, users: &[User], out: &mut impl Write) -> Result<(), CommandError> {
        let folder = folder.ok_or(CommandError::Nowhere)?;
        match self {
            Self::User(UserCommand::Add { name, role, channels, password_stdin, replace }) => {
                let name = named(PersonName::of_person(&name))?;
                if let Some(user) = users.iter().find(|user| user.name.key() == name.key()) {
                    return Err(invalid("name", format!("{} is a user of the configuration file", user.name)));
                }
                let channels = self::channels(channels)?;
                let free = |users: &[User]| match users.iter().find(|user| user.name.key() == name.key()) {
                    Some(user) if !replace => Err(taken("user", &user.name, " (--replace)")),
                    _ => Ok(()),
                };
                free(&file::read::<Vec<User>>(&register::users(&folder))?)?;
                let password_hash = hash(password_stdin)?;
                change(&folder, &register::users(&folder), |users: &mut Vec<User>| {
                    free(users)?;
                    users.retain(|user| user.name.key() != name.key());
                    users.push(User { name: name.clone(), role, password_hash, channels });
                    Ok::<_, CommandError>(())
                })?;
                writeln!(out, "{name} may sign in as {role}")?;
            }
            Self::User(UserCommand::List) => {
                let kept: Vec<User> = file::read(&register::users(&folder))?;
                for user in users.iter().chain(&kept) {
                    writeln!(out, "{:<32} {:<8} {}", user.name.as_str(), user.role.as_str(), shown(&user.channels))?;
                }
            }
            Self::User(UserCommand::Remove { name }) => {
                change(&folder, &register::users(&folder), |users: &mut Vec<User>| {
                    remove(users, "user", &name, |user| &user.name)
                })?;
                writeln!(out, "{name} is removed")?;
            }
            Self::Token(command) => token(command, &folder, out)?,
        }
        Ok(())
    }
}

fn token(command: TokenCommand, folder: &Path, out: &mut impl Write) -> Result<(), CommandError> {
    let path = register::tokens(folder);
    match command {
        TokenCommand::Create { name, scope, channels, expires } => {
            let token_secret = secret::random();
            let created = now();
            let span = expires.as_deref().map(span).transpose()?;
            let token = Token {
                name: named(PersonName::try_from(name))?,
                scopes: scope,
                channels: self::channels(channels)?,
                created,
                expires: span.map(|span| created.plus(u64::try_from(span.as_millis()).unwrap_or(u64::MAX))),
                digest: Digest::of(token_secret.reveal()),
            };
            change(folder, &path, |tokens: &mut Vec<Token>| {
                if let Some(known) = tokens.iter().find(|known| known.name.key() == token.name.key()) {
                    return Err(taken("token", &known.name, ""));
                }
                tokens.push(token);
                Ok::<_, CommandError>(())
            })?;
            writeln!(out, "{TOKEN_PREFIX}{}", token_secret.reveal())?;
        }
        TokenCommand::List => {
            let tokens: Vec<Token> = file::read(&path)?;
            for token in tokens {
                let scopes = token.scopes.iter().map(|right| right.as_str()).collect::<Vec<_>>().join(",");
                let expires = match token.expires {
                    Some(expires) if token.is_expired(now()) => format!("expired {expires}"),
                    Some(expires) => format!("expires {expires}"),
                    None => "never expires".to_owned(),
                };
                writeln!(out, "{:<32} {scopes:<20} {:<20} {expires}", token.name.as_str(), shown(&token.channels))?;
            }
        }
        TokenCommand::Revoke { name } => {
            change(folder, &path, |tokens: &mut Vec<Token>| remove(tokens, "token", &name, |token| &token.name))?;
            writeln!(out, "{name} is revoked")?;
        }
    }
    Ok(())
}

/// Changes what is kept, alone.
fn change<T, E>(
    folder: &Path,
    path: &Path,
    change: impl FnOnce(&mut Vec<T>) -> Result<(), E>,
) -> Result<(), CommandError>
where
    T: serde::Serialize + serde::de::DeserializeOwned,
    CommandError: From<E>,
{
    let _lock = file::lock(folder)?;
    let mut all = file::read(path)?;
    change(&mut all)?;
    Ok(file::write(path, &all)?)
}

/// Removes who is called `name`, letter for letter where there are several ways to write it.
fn remove<T>(all: &mut Vec<T>, what: &str, name: &str, of: impl Fn(&T) -> &PersonName) -> Result<(), CommandError> {
    let wanted = PersonName::new(name).ok().filter(|name| all.iter().any(|one| of(one).key() == name.key()));
    let Some(wanted) = wanted else {
        return Err(invalid("name", format!("there is no {what} {name:?} in the state folder")));
    };
    let is_written_so = all.iter().any(|one| *of(one) == wanted);
    all.retain(|one| if is_written_so { *of(one) != wanted } else { of(one).key() != wanted.key() });
    Ok(())
}

/// A name that somebody has already.
fn taken(what: &str, name: &PersonName, instead: &str) -> CommandError {
    invalid("name", format!("there is a {what} {name} already{instead}"))
}

fn hash(from_stdin: bool) -> Result<Hash, CommandError> {
    let password = if from_stdin { read()? } else { ask()? };
    Hash::of(&password).map_err(|expected| invalid("password", expected))
}

fn read() -> io::Result<Secret> {
    let mut line = String::new();
    let most = password::LONGEST as u64 + 2;
    io::Read::take(io::stdin().lock(), most).read_line(&mut line)?;
    Ok(Secret::new(line.trim_end_matches(['\r', '\n']).to_owned()))
}

fn ask() -> Result<Secret, CommandError> {
    let first = rpassword::prompt_password("Password: ")?;
    if rpassword::prompt_password("Once more: ")? != first {
        return Err(invalid("password", "expected the same twice".to_owned()));
    }
    Ok(Secret::new(first))
}

fn named(name: Result<PersonName, NotAName>) -> Result<PersonName, CommandError> {
    name.map_err(|error| invalid("name", error.to_string()))
}

fn channels(patterns: Vec<String>) -> Result<Channels, CommandError> {
    if patterns.is_empty() {
        return Ok(Channels::default());
    }
    Channels::try_from(patterns).map_err(|expected| invalid("channels", expected))
}

fn span(text: &str) -> Result<Duration, CommandError> {
    humantime::parse_duration(text)
        .map_err(|_| invalid("expires", format!("expected a span of time like 90d, got {text:?}")))
}

fn shown(channels: &Channels) -> String {
    channels.patterns().join(",")
}

fn invalid(field: &'static str, expected: String) -> CommandError {
    CommandError::Invalid { field, expected }
}
