//! What is told of TLS.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;

use super::span::Span;
use super::{ConfigError, check};
use crate::net::{Site, Tls};
use crate::store::StateDir;

/// Two years, as browsers ask of hosts that they are to know of from the start.
const HSTS_LONGEST: Duration = Duration::from_secs(2 * 365 * 24 * 3_600);

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Table {
    pub(super) cert: Option<PathBuf>,
    pub(super) key: Option<PathBuf>,
    pub(super) self_signed: Option<bool>,
    pub(super) look: Option<Span>,
    pub(super) hsts: Option<Span>,
}

impl Table {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        check::within("tls.look", self.look, Duration::from_millis(100), Duration::from_secs(3_600))?;
        check::within("tls.hsts", self.hsts, Duration::ZERO, HSTS_LONGEST)
    }

    /// What TLS is spoken with. A certificate of our own making is kept in `state`.
    pub(super) fn tls(self, state: &StateDir, listen: SocketAddr, site: &Site) -> Result<Option<Tls>, ConfigError> {
        let look = self.look.map_or(Duration::from_secs(10), Duration::from);
        match (self.cert, self.key, self.self_signed.unwrap_or(false)) {
            (None, None, false) => Ok(None),
            (None, None, true) => Ok(Some(Tls::SelfSigned {
                folder: match state {
                    StateDir::None => None,
                    StateDir::Usual(folder) | StateDir::Told(folder) => Some(folder.clone()),
                },
                names: names(listen, site),
            })),
            (Some(cert), Some(key), false) => Ok(Some(Tls::Files { cert, key, look })),
            (Some(_), None, _) => Err(ConfigError::value("tls.key", "a file with the key of tls.cert", "none")),
            (None, Some(_), _) => Err(ConfigError::value("tls.cert", "a file with the certificate of tls.key", "none")),
            (Some(_), Some(_), true) => {
                Err(ConfigError::value("tls.self_signed", "either that or tls.cert and tls.key", "both"))
            }
        }
    }
}

/// By what opsglass may be asked, as far as it is known.
fn names(listen: SocketAddr, site: &Site) -> Vec<String> {
    let listen = Some(listen.ip()).filter(|address| !address.is_unspecified() && !address.is_loopback());
    let own = ["localhost", "127.0.0.1", "::1"].map(str::to_owned).into_iter();
    own.chain(listen.map(|address| address.to_string())).chain(site.names().map(str::to_owned)).collect()
}
