use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use tokio::sync::OnceCell;

use super::CallError;

/// The largest file of certificates, in bytes: all that a system trusts take a quarter of it.
const LARGEST: u64 = 1024 * 1024;

/// Who may vouch for a server.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Trust {
    /// Those that the system trusts.
    #[default]
    System,
    /// Only these.
    Only(Vec<CertificateDer<'static>>),
}

/// A file that names nobody to trust.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    /// It can't be read.
    #[error("{0}")]
    Unreadable(#[from] io::Error),
    /// It holds something else.
    #[error("expected certificates in PEM form (BEGIN CERTIFICATE) in {}", .0.display())]
    NoCertificates(PathBuf),
}

impl Trust {
    /// Only those whose certificates are in the PEM file at `path`.
    ///
    /// # Errors
    /// When it can't be read, or there are none in it.
    pub fn file(path: &Path) -> Result<Self, TrustError> {
        let size = std::fs::metadata(path)?.len();
        if size > LARGEST {
            return Err(io::Error::other(format!("expected at most {LARGEST} bytes, got {size}")).into());
        }
        let pem = std::fs::read(path)?;
        let none = || TrustError::NoCertificates(path.to_owned());
        let certificates: Vec<_> =
            CertificateDer::pem_slice_iter(&pem).collect::<Result<_, _>>().map_err(|_| none())?;
        let mut store = RootCertStore::empty();
        let are_good = certificates.iter().all(|certificate| store.add(certificate.clone()).is_ok());
        if certificates.is_empty() || !are_good { Err(none()) } else { Ok(Self::Only(certificates)) }
    }

    /// How TLS is spoken. Where it is not, nobody needs to be trusted, and nothing is read.
    pub(super) async fn config(&self, is_encrypted: bool) -> Result<ClientConfig, CallError> {
        let roots = match self {
            _ if !is_encrypted => Arc::new(RootCertStore::empty()),
            Self::System => system().await?,
            Self::Only(certificates) => {
                let mut store = RootCertStore::empty();
                store.add_parsable_certificates(certificates.iter().cloned());
                Arc::new(store)
            }
        };
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let config = config.map_err(|error| CallError::Connection(error.to_string()))?;
        Ok(config.with_root_certificates(roots).with_no_client_auth())
    }
}

/// Whom the system trusts, read once in the life of the process and on first need.
async fn system() -> Result<Arc<RootCertStore>, CallError> {
    static SYSTEM: OnceCell<Arc<RootCertStore>> = OnceCell::const_new();
    let read = || {
        let mut store = RootCertStore::empty();
        store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if store.is_empty() { Err(CallError::NobodyTrusted) } else { Ok(Arc::new(store)) }
    };
    let read = async || tokio::task::spawn_blocking(read).await.unwrap_or(Err(CallError::NobodyTrusted));
    SYSTEM.get_or_try_init(read).await.cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_certificates_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ca.pem");
        assert!(Trust::file(&path).unwrap_err().to_string().contains("No such file"));
        let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        for content in ["", "no certificate", broken, "-----BEGIN CERTIFICATE-----\n"] {
            std::fs::write(&path, content).unwrap();
            let said = Trust::file(&path).unwrap_err().to_string();
            assert!(said.contains("expected certificates in PEM form"), "{content:?} gives {said}");
        }
        std::fs::File::create(&path).unwrap().set_len(LARGEST + 1).unwrap();
        assert!(Trust::file(&path).unwrap_err().to_string().contains("expected at most"));
    }

    #[test]
    fn a_file_with_certificates_is_trusted() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ca.pem");
        let one = rcgen::generate_simple_self_signed(["a".to_owned()]).unwrap().cert;
        let two = rcgen::generate_simple_self_signed(["b".to_owned()]).unwrap().cert;
        std::fs::write(&path, format!("# ours\n{}{}", one.pem(), two.pem())).unwrap();
        assert_eq!(Trust::file(&path).unwrap(), Trust::Only(vec![one.der().clone(), two.der().clone()]));
    }
}
