//! TLS 1.2 and 1.3 over the connections that are taken: with a certificate that is told, and read again when it is renewed,
//! or with one of our own making for a first try.

mod pair;
mod self_signed;
mod shown;

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use rustls::ServerConfig;
use rustls::crypto::ring::default_provider;
use tokio_rustls::TlsAcceptor;

use pair::Pair;
use shown::Shown;

use crate::hangup::Hangup;

/// Where the certificate and its key come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tls {
    /// From these files, in PEM.
    Files {
        /// The certificate, then those that vouch for it.
        cert: PathBuf,
        /// The key of the first.
        key: PathBuf,
        /// Time between two looks for whether they are others now: 10 s unless told otherwise.
        look: Duration,
    },
    /// Made here.
    SelfSigned {
        /// Where they are kept, so that a reader who has once believed them isn't asked again.
        folder: Option<PathBuf>,
        /// The names and addresses that the certificate is for.
        names: Vec<String>,
    },
}

/// Why there is no TLS.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file can't be read or written.
    #[error("{path}: {reason}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        reason: io::Error,
    },
    /// There is nothing of use in a file.
    #[error("{path}: expected {expected} in PEM")]
    Empty {
        /// The file.
        path: PathBuf,
        /// What should be there.
        expected: &'static str,
    },
    /// Certificate and key can't be used together.
    #[error("{cert}: expected a certificate of the key in {key}: {reason}")]
    Unusable {
        /// The certificate's file.
        cert: PathBuf,
        /// The key's.
        key: PathBuf,
        /// What rustls says.
        reason: rustls::Error,
    },
    /// None could be made.
    #[error("no certificate could be made: {0}")]
    Made(#[from] rcgen::Error),
    /// The library won't have it.
    #[error("TLS: {0}")]
    Setup(#[from] rustls::Error),
}

/// Speaks TLS.
#[derive(Clone)]
pub(super) struct Encryption {
    pub(super) acceptor: TlsAcceptor,
    shown: Arc<Shown>,
    /// What is looked at again, and how often.
    watched: Option<(Pair, Duration)>,
}

impl std::fmt::Debug for Encryption {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Encryption").field("watched", &self.watched).finish_non_exhaustive()
    }
}

impl Encryption {
    /// Reads the certificate and its key, or makes them.
    pub(super) fn new(tls: &Tls) -> Result<Self, TlsError> {
        let (key, watched) = match tls {
            Tls::Files { cert, key, look } => {
                let pair = Pair { cert: cert.clone(), key: key.clone() };
                (pair.read()?, Some((pair, *look)))
            }
            Tls::SelfSigned { folder, names } => (self_signed::get(folder.as_deref(), names)?, None),
        };
        let shown = Arc::new(Shown::new(key));
        let config = ServerConfig::builder_with_provider(Arc::new(default_provider()));
        let config = config.with_safe_default_protocol_versions()?.with_no_client_auth();
        let mut config = config.with_cert_resolver(shown.clone());
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Self { acceptor: TlsAcceptor::from(Arc::new(config)), shown, watched })
    }

    /// Shows another certificate as soon as there is one, or when it is told to on SIGHUP, for ever. One that can't be used
    /// leaves the last in its place.
    pub(super) async fn watch(self) {
        let Some((pair, look)) = self.watched else { return };
        let mut known = pair.stamps();
        let mut hangup = Hangup::listen();
        loop {
            let told = tokio::time::timeout(look, hangup.come()).await.is_ok();
            let (reading, before) = (pair.clone(), known);
            let read = tokio::task::spawn_blocking(move || {
                let stamps = reading.stamps();
                (told || stamps != before).then(|| (stamps, reading.read()))
            });
            let Ok(Some((stamps, read))) = read.await else { continue };
            known = stamps;
            match read {
                Ok(key) => {
                    self.shown.set(key);
                    tracing::info!("the certificate in {} is shown from now on", pair.cert.display());
                }
                Err(error) => tracing::warn!("the certificate stays as it was: {error}"),
            }
        }
    }
}
