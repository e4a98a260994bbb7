use std::net::IpAddr;
use std::ops::Range;
use std::path::PathBuf;
use std::time::Duration;

use toml::Spanned;

use super::{Encryption, ReceiverError};
use crate::client::{Endpoint, Secret, Trust};
use crate::text_file;

/// The largest file of a secret, in bytes.
const LARGEST_SECRET: u64 = 4 * 1024;

/// The receiver that is read, by its name: reads the values that need more than a look, and says where one can't be.
#[derive(Debug)]
pub(super) struct Place(pub(super) String);

impl Place {
    pub(super) fn error(&self, key: &str, at: Range<usize>, message: &str) -> ReceiverError {
        ReceiverError { at, key: format!("receiver {:?}: {key}", self.0), message: message.to_owned() }
    }

    pub(super) fn endpoint(&self, key: &str, text: &Spanned<String>) -> Result<Endpoint, ReceiverError> {
        // The address may hold a secret, so it is not repeated.
        let refused = || self.error(key, text.span(), "expected an address like https://chat.example.org/hook");
        text.get_ref().parse().ok().and_then(Endpoint::new).ok_or_else(refused)
    }

    pub(super) fn trust(&self, file: Option<&Spanned<PathBuf>>) -> Result<Trust, ReceiverError> {
        let Some(file) = file else { return Ok(Trust::System) };
        Trust::file(file.get_ref()).map_err(|error| self.error("ca_file", file.span(), &error.to_string()))
    }

    pub(super) fn span(
        &self,
        key: &str,
        text: Option<Spanned<String>>,
        default: Duration,
    ) -> Result<Duration, ReceiverError> {
        let Some(text) = text else { return Ok(default) };
        let (least, most) = (Duration::from_secs(1), Duration::from_secs(30 * 86_400));
        let span = humantime::parse_duration(text.get_ref()).ok().filter(|span| (least..=most).contains(span));
        let message = || format!("expected a span of 1s to 30d like 10s or 4h, got {:?}", text.get_ref());
        span.ok_or_else(|| self.error(key, text.span(), &message()))
    }

    /// A secret that is written here, in a file, or in a variable of the environment; in one of them.
    pub(super) fn secret(
        &self,
        key: &str,
        inline: Option<Secret>,
        file: Option<Spanned<PathBuf>>,
        variable: Option<Spanned<String>>,
    ) -> Result<Option<Secret>, ReceiverError> {
        let (key_file, key_env) = (format!("{key}_file"), format!("{key}_env"));
        let (at, named, text) = match (inline, file, variable) {
            (inline, None, None) => return Ok(inline),
            (None, Some(file), None) => {
                let unreadable = |error: std::io::Error| self.error(&key_file, file.span(), &error.to_string());
                (file.span(), key_file.clone(), text_file::read(file.get_ref(), LARGEST_SECRET).map_err(unreadable)?)
            }
            (None, None, Some(variable)) => {
                let message = format!("expected a variable that is set, {} is not", variable.get_ref());
                let unset = |_| self.error(&key_env, variable.span(), &message);
                (variable.span(), key_env.clone(), std::env::var(variable.get_ref()).map_err(unset)?)
            }
            (_, Some(file), _) => {
                return Err(self.error(&key_file, file.span(), &format!("expected none beside {key} or {key_env}")));
            }
            (_, None, Some(variable)) => {
                return Err(self.error(&key_env, variable.span(), &format!("expected none beside {key}")));
            }
        };
        match text.trim() {
            "" => Err(self.error(&named, at, "expected a secret in it, it is empty")),
            secret => Ok(Some(Secret::new(secret))),
        }
    }

    pub(super) fn mail_server(&self, smtp: Option<&Spanned<String>>) -> Result<(String, u16), ReceiverError> {
        let Some(smtp) = smtp else { return Ok(("127.0.0.1".to_owned(), 25)) };
        let parsed = smtp.get_ref().rsplit_once(':').and_then(|(host, port)| {
            let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
            (!host.is_empty()).then_some((host.to_owned(), port.parse().ok()?))
        });
        let message = || format!("expected a host and a port like 127.0.0.1:25, got {:?}", smtp.get_ref());
        parsed.ok_or_else(|| self.error("smtp", smtp.span(), &message()))
    }

    /// As told; else TLS, begun as usual on the port, unless the server is on this machine.
    pub(super) fn encryption(
        &self,
        told: Option<&Spanned<String>>,
        (host, port): &(String, u16),
    ) -> Result<Encryption, ReceiverError> {
        let is_here = host == "localhost" || host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback());
        match told.map(|told| (told.span(), told.get_ref().as_str())) {
            Some((_, "none")) => Ok(Encryption::None),
            Some((_, "starttls")) => Ok(Encryption::StartTls),
            Some((_, "tls")) => Ok(Encryption::Tls),
            Some((at, other)) => {
                Err(self.error("smtp_tls", at, &format!("expected none, starttls or tls, got {other:?}")))
            }
            None if *port == 465 => Ok(Encryption::Tls),
            None if is_here => Ok(Encryption::None),
            None => Ok(Encryption::StartTls),
        }
    }
}
