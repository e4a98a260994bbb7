//! `opsglass user` and `opsglass token`: changing who may come in from a terminal. A running server notices within a second.

use std::io::{self, BufRead as _, Write};
use std::path::PathBuf;

use clap::Subcommand;

use super::doors::now;
use super::kept::{self, ChangeError, Kept, Wanted, invalid, named, span, token_named};
use super::password::{self, Hash};
use super::{Channels, Right, Role, User};
use crate::client::Secret;

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
    /// It can't be changed so.
    #[error(transparent)]
    Change(#[from] ChangeError),
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
        let kept = Kept::new(folder, users)?;
        match self {
            Self::User(command) => user(command, &kept, out),
            Self::Token(command) => token(command, &kept, out),
        }
    }
}

fn user(command: UserCommand, kept: &Kept, out: &mut impl Write) -> Result<(), CommandError> {
    match command {
        UserCommand::Add { name, role, channels, password_stdin, replace } => {
            let (name, channels) = (named(&name)?, kept::channels(channels)?);
            kept.is_free(&name, replace).map_err(with_flag)?;
            let password_hash = hash(password_stdin)?;
            let user = User { name: name.clone(), role, password_hash, channels };
            kept.add_user(user, replace, false).map_err(with_flag)?;
            writeln!(out, "{name} may sign in as {role}")?;
        }
        UserCommand::List => {
            for user in kept.users()? {
                writeln!(out, "{:<32} {:<8} {}", user.name.as_str(), user.role.as_str(), shown(&user.channels))?;
            }
        }
        UserCommand::Remove { name } => {
            kept.remove_user(&name, false)?;
            writeln!(out, "{name} is removed")?;
        }
    }
    Ok(())
}

fn token(command: TokenCommand, kept: &Kept, out: &mut impl Write) -> Result<(), CommandError> {
    match command {
        TokenCommand::Create { name, scope, channels, expires } => {
            let expires = expires.as_deref().map(span).transpose()?;
            let wanted =
                Wanted { name: token_named(&name)?, scopes: scope, channels: kept::channels(channels)?, expires };
            let (_, shown) = kept.create_token(wanted)?;
            writeln!(out, "{}", shown.reveal())?;
        }
        TokenCommand::List => {
            for token in kept.tokens()? {
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
            kept.revoke_token(&name)?;
            writeln!(out, "{name} is revoked")?;
        }
    }
    Ok(())
}

/// Says by which flag somebody is put in the place of another.
fn with_flag(error: ChangeError) -> ChangeError {
    match error {
        ChangeError::Taken { what, name } => invalid("name", format!("there is a {what} {name} already (--replace)")),
        error => error,
    }
}

fn hash(from_stdin: bool) -> Result<Hash, CommandError> {
    let password = if from_stdin { read()? } else { ask()? };
    Ok(Hash::of(&password).map_err(|expected| invalid("password", expected))?)
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
        return Err(invalid("password", "expected the same twice".to_owned()).into());
    }
    Ok(Secret::new(first))
}

fn shown(channels: &Channels) -> String {
    channels.patterns().join(",")
}
