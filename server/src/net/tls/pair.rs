use std::path::{Path, PathBuf};

use rustls::crypto::ring::default_provider;
use rustls::pki_types::pem::{self, PemObject as _};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;

use super::TlsError;
use crate::store::Stamp;

/// The files of a certificate and of its key.
#[derive(Debug, Clone)]
pub(super) struct Pair {
    pub(super) cert: PathBuf,
    pub(super) key: PathBuf,
}

impl Pair {
    /// By what both are known to be others than before.
    pub(super) fn stamps(&self) -> [Option<Stamp>; 2] {
        [&self.cert, &self.key].map(|path| Stamp::of(path))
    }

    pub(super) fn read(&self) -> Result<CertifiedKey, TlsError> {
        let certs = CertificateDer::pem_file_iter(&self.cert).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        let certs = certs.map_err(|error| unreadable(&self.cert, "a certificate", error))?;
        if certs.is_empty() {
            return Err(TlsError::Empty { path: self.cert.clone(), expected: "a certificate" });
        }
        let key = PrivateKeyDer::from_pem_file(&self.key);
        let key = key.map_err(|error| unreadable(&self.key, "a private key", error))?;
        CertifiedKey::from_der(certs, key, &default_provider()).map_err(|reason| TlsError::Unusable {
            cert: self.cert.clone(),
            key: self.key.clone(),
            reason,
        })
    }
}

fn unreadable(path: &Path, expected: &'static str, error: pem::Error) -> TlsError {
    match error {
        pem::Error::Io(reason) => TlsError::File { path: path.to_owned(), reason },
        _ => TlsError::Empty { path: path.to_owned(), expected },
    }
}
