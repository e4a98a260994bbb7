//! What opsglass is told: flags, environment, TOML file, in that order, then the defaults. A concern each has a struct of
//! its own, beside the code that it concerns.

mod auth;
mod check;
mod error;
mod file;
mod flags;
mod keys;
mod oidc;
mod room;
mod rules;
mod server;
mod span;
mod state;
mod tls;

use std::ffi::OsString;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use tracing_subscriber::filter::Targets;

pub use error::ConfigError;
use file::File;
use flags::{Cli, Flags};

use crate::alerts::notify::Receiver;
use crate::api::publish;
use crate::auth::command::Command;
use crate::auth::{self as access, User};
use crate::{alerts, chat, collect, hub, logbook, logs, net, oidc as provider, quota, shutdown, sse, tail};

/// Everything opsglass is told.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where it listens: `127.0.0.1:3000` unless told otherwise.
    pub listen: SocketAddr,
    /// Others may reach it without TLS, and without saying who they are.
    pub insecure: bool,
    /// What of its own tracing is written and shown: `info` unless told otherwise.
    pub log_level: Targets,
    /// How the machine is sampled.
    pub collect: collect::Config,
    /// Which logs are followed.
    pub logs: logs::Config,
    /// The rules that raise alerts, who is told, and where their state is kept.
    pub alerts: alerts::Setup,
    /// What the war room keeps and lets in.
    pub chat: chat::Config,
    /// How many of their lines are kept for those who look for one.
    pub logbook: logbook::Limits,
    /// What the hub keeps.
    pub hub: hub::Limits,
    /// What may be published from outside.
    pub publish: publish::Config,
    /// How streams behave.
    pub stream: sse::Config,
    /// How connections are taken and kept.
    pub net: net::Config,
    /// Who may come in.
    pub auth: access::Config,
    /// Where people sign in who are no users here.
    pub oidc: Option<provider::Config>,
    /// How much each may do.
    pub quota: quota::Config,
    /// How opsglass ends.
    pub shutdown: shutdown::Config,
}

/// What the command line asks for.
#[derive(Debug)]
pub enum Request {
    /// Serve the dashboard.
    Serve(Box<Config>),
    /// Follow a server's stream in the terminal.
    Tail(Box<tail::Options>),
    /// Tell these receivers of a made-up alert.
    TestAlert(Vec<Receiver>),
    /// Change who may come in.
    Access {
        /// What is to be done.
        command: Command,
        /// Where it is kept.
        folder: Option<PathBuf>,
        /// The users that the configuration names.
        users: Vec<User>,
    },
    /// Find log lines that a server keeps.
    Logs(Box<tail::logs::Options>),
    /// `--help`, `--version`, or that the configuration is good: the text to print.
    Print(String),
}

impl Request {
    /// Reads the command line, the environment and the file that they name.
    pub fn read(args: impl IntoIterator<Item = OsString>) -> Result<Self, ConfigError> {
        let args: Vec<OsString> = args.into_iter().collect();
        if let Some(options) = tail::Options::read(&args) {
            return options.map_or_else(|error| Self::without(&error), |options| Ok(Self::Tail(Box::new(options))));
        }
        if let Some(options) = tail::logs::Options::read(&args) {
            return options.map_or_else(|error| Self::without(&error), |options| Ok(Self::Logs(Box::new(options))));
        }
        let cli = match Cli::read(args) {
            Ok(cli) => cli,
            Err(error) => return Self::without(&error),
        };
        let file = match &cli.flags.config {
            Some(path) => File::read(path)?,
            None => File::default(),
        };
        let config = Config::merge(cli.flags.clone(), file)?;
        if cli.is_check() {
            let what = cli.flags.config.map_or("flags and environment".into(), |file| file.display().to_string());
            return Ok(Self::Print(format!("{what}: all is well\n")));
        }
        if let Some(command) = cli.access() {
            let access::Config { folder, users, .. } = config.auth;
            return Ok(Self::Access { command, folder, users });
        }
        match cli.tried() {
            Some(names) => tried(config.alerts.receivers, names).map(Self::TestAlert),
            None => Ok(Self::Serve(Box::new(config))),
        }
    }

    /// What to do where the command line is no order to start: it asks for help, or is wrong.
    fn without(error: &clap::Error) -> Result<Self, ConfigError> {
        if error.use_stderr() { Err(ConfigError::flag(error)) } else { Ok(Self::Print(error.render().to_string())) }
    }
}

/// Files that a flag names are in UTF-8, or say by a mark what they are.
fn log_files(paths: Vec<PathBuf>) -> Vec<logs::LogFile> {
    paths.into_iter().map(Into::into).collect()
}

/// The receivers of these names; all where none is named.
fn tried(all: Vec<Receiver>, names: &[String]) -> Result<Vec<Receiver>, ConfigError> {
    let is_known = |name: &String| all.iter().any(|receiver| receiver.is_called(name));
    if let Some(unknown) = names.iter().find(|name| !is_known(name)) {
        let known = all.iter().map(|receiver| receiver.name.as_str()).collect::<Vec<_>>().join(", ");
        return Err(ConfigError::Flag(format!(
            "--receiver: expected one of those configured ({known}), got {unknown:?}"
        )));
    }
    if all.is_empty() {
        return Err(ConfigError::Flag("alert test: expected a [[receiver]] in the configuration file".to_owned()));
    }
    let is_asked = |receiver: &Receiver| names.is_empty() || names.iter().any(|name| receiver.is_called(name));
    Ok(all.into_iter().filter(is_asked).collect())
}

impl Config {
    fn merge(flags: Flags, mut file: File) -> Result<Self, ConfigError> {
        flags.check()?;
        let default = SocketAddr::from((Ipv4Addr::LOCALHOST, 3000));
        let listen = flags.listen.or(file.listen).unwrap_or(default);
        let syslog = if flags.syslog.is_empty() { file.logs.syslog.clone() } else { flags.syslog };
        let insecure = flags.insecure.or(file.insecure).unwrap_or(false);
        if !insecure && let Some(address) = syslog.iter().find(|address| address.is_public()) {
            let expected = "an address that only this machine reaches, for anybody may write there, or --insecure";
            return Err(ConfigError::value("logs.syslog", expected, &address.to_string()));
        }
        let oidc = file.auth.oidc.take().map(oidc::Oidc::config).transpose()?;
        let provider = oidc.as_ref().map(provider::Config::mark);
        let (collect, logs, stream) = (collect::Config::default(), logs::Config::default(), sse::Config::default());
        let is_demo = flags.demo.or(file.demo).unwrap_or(collect.demo);
        let log_level = flags.log_level.or(file.log_level).unwrap_or_else(|| "info".to_owned());
        let state = state::folder(flags.state_dir.or(file.state.dir), is_demo);
        let mut net = file.server.net(&file.limits, flags.proxy);
        net.proxies.person = file.auth.person_header(&net.proxies)?;
        let encrypted = tls::Table {
            cert: flags.tls_cert.or(file.tls.cert),
            key: flags.tls_key.or(file.tls.key),
            self_signed: flags.tls_self_signed.or(file.tls.self_signed),
            ..file.tls
        };
        net.hsts = encrypted.hsts.map_or(net.hsts, Duration::from);
        net.tls = encrypted.tls(&state, listen, &net.site)?;
        if !insecure && !listen.ip().is_loopback() && net.tls.is_none() {
            return Err(ConfigError::public(listen));
        }
        Ok(Self {
            listen,
            insecure,
            log_level: check::log_level(&log_level)?,
            collect: collect::Config {
                interval: flags.interval.or(file.interval).map_or(collect.interval, Duration::from),
                demo: is_demo,
                slow: file.collect.slow.map_or(collect.slow, Duration::from),
                tcp_sockets: file.collect.tcp_sockets.map_or(collect.tcp_sockets, |most| most as u64),
                command_lines: flags.command_lines.or(file.collect.command_lines).unwrap_or(collect.command_lines),
            },
            logbook: file.logs.kept(),
            logs: logs::Config {
                files: if flags.log_file.is_empty() { file.logs.files } else { log_files(flags.log_file) },
                syslog,
                journal: flags.no_journal.map(|no| !no).or(file.logs.journal).unwrap_or(logs.journal),
                journal_dir: flags.journal_dir.or(file.logs.journal_dir),
                #[cfg(unix)]
                containers: flags.containers.or(file.logs.containers).map_or(logs.containers, Into::into),
                container_count: file.logs.container_count.unwrap_or(logs.container_count),
                state: state.clone(),
                max_line: file.logs.max_line.unwrap_or(logs.max_line),
                max_body: file.logs.max_body.unwrap_or(logs.max_body),
                rate: file.logs.rate.unwrap_or(logs.rate),
                catch_up: file.logs.catch_up.map_or(logs.catch_up, |bytes| bytes as u64),
                pattern_files: file.logs.pattern_files.unwrap_or(logs.pattern_files),
                syslog_connections: file.logs.syslog_connections.unwrap_or(logs.syslog_connections),
            },
            alerts: alerts::Setup {
                rules: file.rules.map_or_else(|| file.alerts.rules(), Ok)?,
                receivers: file.receivers,
                state: state.clone(),
                reload: flags.config.map(rules::reload),
                ..alerts::Setup::default()
            },
            chat: file.chat.config(),
            hub: file.hub.limits(),
            publish: publish::Config { max_body: file.publish.max_body.unwrap_or(publish::Config::default().max_body) },
            stream: sse::Config {
                heartbeat: flags.heartbeat.or(file.stream.heartbeat).map_or(stream.heartbeat, Duration::from),
                channels: file.stream.channels.unwrap_or(stream.channels),
            },
            net,
            quota: file.limits.quota(),
            auth: access::Config { provider, ..file.auth.config(file.users, state) },
            oidc,
            shutdown: file.shutdown.config(),
        })
    }
}
