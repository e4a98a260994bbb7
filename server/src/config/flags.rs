use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::{Args, CommandFactory as _, Parser, Subcommand};

use super::span::Span;
use super::{ConfigError, check};
use crate::auth::command::{self, TokenCommand, UserCommand};
use crate::logs::syslog;
use crate::net::Network;
use crate::tail;

/// A live ops dashboard in one binary: this machine's vital signs, alerts and logs in a browser.
///
/// What is told by a flag goes before the environment variable named beside it, and that before the configuration file.
#[derive(Debug, Parser)]
#[command(name = "opsglass", version, max_term_width = 100)]
pub(super) struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    pub(super) flags: Flags,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check flags, environment and configuration file, and end: exit code 0, or 2 with what is wrong
    Check,
    /// Something about alerts
    #[command(subcommand)]
    Alert(AlertCommand),
    /// Who may sign in
    #[command(subcommand)]
    User(UserCommand),
    /// Which machines may come in
    #[command(subcommand)]
    Token(TokenCommand),
    /// Follow a server's stream in this terminal; `opsglass tail --help` tells how
    Tail(tail::Options),
    /// Find log lines that a server keeps; `opsglass logs --help` tells how
    Logs(tail::logs::Options),
}

#[derive(Debug, Subcommand)]
enum AlertCommand {
    /// Tell the receivers of a made-up alert, and say how that went: exit code 0, or 1 if one was not reached
    Test {
        /// Only this one; may be given several times
        #[arg(long, value_name = "NAME")]
        receiver: Vec<String>,
    },
}

#[derive(Debug, Clone, Args)]
pub(super) struct Flags {
    /// Address and port to listen on [default: 127.0.0.1:3000]
    #[arg(long, value_name = "ADDRESS:PORT", env = "OPSGLASS_LISTEN", global = true)]
    pub(super) listen: Option<SocketAddr>,

    /// Time between two samples, 250ms to 60s [default: 1s]
    #[arg(long, value_name = "SPAN", env = "OPSGLASS_INTERVAL", global = true)]
    pub(super) interval: Option<Span>,

    /// What opsglass says of itself: error, warn, info, debug, trace or off, or a list like info,server::logs=debug
    /// [default: info]
    #[arg(long, value_name = "LEVEL", env = "OPSGLASS_LOG_LEVEL", global = true)]
    pub(super) log_level: Option<String>,

    /// Follow this file as a log, or those that fit this pattern, like '/var/log/*.log'; may be given several times [env: OPSGLASS_LOG_FILE, separated by commas]
    #[arg(long, value_name = "PATH", global = true)]
    pub(super) log_file: Vec<PathBuf>,

    /// Take syslog at this address: udp://ADDRESS:PORT, tcp://ADDRESS:PORT or unix:/PATH; may be given several times, or
    /// separated by commas
    #[arg(long, value_name = "ADDRESS", env = "OPSGLASS_SYSLOG", value_delimiter = ',', global = true)]
    pub(super) syslog: Vec<syslog::Address>,

    /// Don't follow the systemd journal
    #[arg(long, env = "OPSGLASS_NO_JOURNAL", num_args = 0..=1, require_equals = true, default_missing_value = "true",
        value_name = "BOOL", hide_possible_values = true, global = true)]
    pub(super) no_journal: Option<bool>,

    /// Follow the journal whose files are in this folder, as systemd-journal-remote writes them, and not this host's
    #[arg(long, value_name = "DIR", env = "OPSGLASS_JOURNAL_DIR", global = true)]
    pub(super) journal_dir: Option<PathBuf>,

    /// Follow the containers of the engine at this socket, or `none` [default: Docker's or Podman's usual sockets, the
    /// first that can be reached]
    #[arg(long, value_name = "SOCKET", env = "OPSGLASS_CONTAINERS", global = true)]
    pub(super) containers: Option<PathBuf>,

    /// Time between two heartbeats on a stream, 1s to 5m [default: 15s]
    #[arg(long, value_name = "SPAN", env = "OPSGLASS_HEARTBEAT", global = true)]
    pub(super) heartbeat: Option<Span>,

    /// Believe this proxy's word on who its clients are: an address or a network like 10.0.0.0/8; may be given several
    /// times, or separated by commas
    #[arg(long, value_name = "NETWORK", env = "OPSGLASS_PROXY", value_delimiter = ',', global = true)]
    pub(super) proxy: Vec<Network>,

    /// Speak TLS with this certificate, in PEM, with those that vouch for it after it; read again when it is renewed
    #[arg(long, value_name = "FILE", env = "OPSGLASS_TLS_CERT", global = true)]
    pub(super) tls_cert: Option<PathBuf>,

    /// The key of that certificate, in PEM
    #[arg(long, value_name = "FILE", env = "OPSGLASS_TLS_KEY", global = true)]
    pub(super) tls_key: Option<PathBuf>,

    /// Speak TLS with a certificate of opsglass' own making, for a first try: browsers ask whether to believe it
    #[arg(long, env = "OPSGLASS_TLS_SELF_SIGNED", num_args = 0..=1, require_equals = true,
        default_missing_value = "true", value_name = "BOOL", hide_possible_values = true, global = true)]
    pub(super) tls_self_signed: Option<bool>,

    /// Keep what outlasts a restart in this folder; `none`: nowhere [default: $STATE_DIRECTORY, else
    /// $XDG_STATE_HOME/opsglass or ~/.local/state/opsglass]
    #[arg(long, value_name = "DIR", env = "OPSGLASS_STATE_DIR", global = true)]
    pub(super) state_dir: Option<PathBuf>,

    /// Show a made-up machine instead of this one; the page says so
    #[arg(long, env = "OPSGLASS_DEMO", num_args = 0..=1, require_equals = true, default_missing_value = "true",
        value_name = "BOOL", hide_possible_values = true, global = true)]
    pub(super) demo: Option<bool>,

    /// Show the command lines of processes, in which secrets may stand
    #[arg(long, env = "OPSGLASS_COMMAND_LINES", num_args = 0..=1, require_equals = true, default_missing_value = "true",
        value_name = "BOOL", hide_possible_values = true, global = true)]
    pub(super) command_lines: Option<bool>,

    /// Listen on an address that other machines reach without TLS, and though nobody is asked who they are
    #[arg(long, env = "OPSGLASS_INSECURE", num_args = 0..=1, require_equals = true, default_missing_value = "true",
        value_name = "BOOL", hide_possible_values = true, global = true)]
    pub(super) insecure: Option<bool>,

    /// Configuration file (TOML); `opsglass check --config FILE` checks it
    #[arg(long, value_name = "FILE", env = "OPSGLASS_CONFIG", global = true)]
    pub(super) config: Option<PathBuf>,
}

impl Flags {
    /// Whether the values are within their ranges.
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        check::log_files(self.log_file.iter())?;
        check::shared(self.interval, self.heartbeat, self.log_level.as_deref())
    }
}

impl Cli {
    pub(super) fn read(args: impl IntoIterator<Item = OsString>) -> Result<Self, clap::Error> {
        let mut cli = Self::try_parse_from(args)?;
        if let Some(Command::Tail(_) | Command::Logs(_)) = cli.command {
            let expected = "tail and logs: expected first on the line; none of the server's flags concerns them";
            return Err(Self::command().error(ErrorKind::ArgumentConflict, expected));
        }
        // A comma separates in the environment only: a file's name may hold one.
        if let Some(files) = std::env::var_os("OPSGLASS_LOG_FILE").filter(|_| cli.flags.log_file.is_empty()) {
            let files = files.to_string_lossy().into_owned();
            cli.flags.log_file = files.split(',').filter(|file| !file.is_empty()).map(PathBuf::from).collect();
        }
        Ok(cli)
    }

    /// The receivers that are to be tried, all of them where none is named, if that is what is asked for.
    pub(super) fn tried(&self) -> Option<&[String]> {
        match &self.command {
            Some(Command::Alert(AlertCommand::Test { receiver })) => Some(receiver),
            _ => None,
        }
    }

    /// What is to be done about who may come in, if that is what is asked for.
    pub(super) fn access(&self) -> Option<command::Command> {
        match &self.command {
            Some(Command::User(command)) => Some(command::Command::User(command.clone())),
            Some(Command::Token(command)) => Some(command::Command::Token(command.clone())),
            _ => None,
        }
    }

    pub(super) fn is_check(&self) -> bool {
        matches!(self.command, Some(Command::Check))
    }
}
