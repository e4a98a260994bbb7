//! A certificate that nobody vouches for: enough for a first try, with an exception in the browser.

use std::fs;
use std::path::Path;

use rcgen::generate_simple_self_signed;
use ring::digest::{SHA256, digest};
use rustls::crypto::ring::default_provider;
use rustls::pki_types::PrivateKeyDer;
use rustls::sign::CertifiedKey;

use super::TlsError;
use super::pair::Pair;
use crate::store::private::{make_folder, replace};

/// The one that is kept in `folder`, or one for `names` that is made, and kept there.
pub(super) fn get(folder: Option<&Path>, names: &[String]) -> Result<CertifiedKey, TlsError> {
    let folder = folder.map(|folder| folder.join("tls"));
    let pair = folder.as_ref().map(|folder| Pair { cert: folder.join("cert.pem"), key: folder.join("key.pem") });
    if let Some(pair) = pair.as_ref().filter(|pair| pair.cert.exists() && pair.key.exists()) {
        return pair.read().inspect(tell);
    }
    let made = generate_simple_self_signed(names)?;
    match (&folder, pair) {
        (Some(folder), Some(pair)) => {
            let failed = |path: &Path| {
                let path = path.to_owned();
                move |reason| TlsError::File { path, reason }
            };
            make_folder(folder).map_err(failed(folder))?;
            replace(&pair.key, made.signing_key.serialize_pem().as_bytes()).map_err(failed(&pair.key))?;
            fs::write(&pair.cert, made.cert.pem()).map_err(failed(&pair.cert))?;
        }
        _ => tracing::warn!("there is no state folder: after a restart the certificate is another"),
    }
    let key = CertifiedKey::from_der(vec![made.cert.der().clone()], made_key(&made.signing_key)?, &default_provider())?;
    tell(&key);
    Ok(key)
}

fn made_key(key: &rcgen::KeyPair) -> Result<PrivateKeyDer<'static>, TlsError> {
    let der = PrivateKeyDer::try_from(key.serialize_der());
    der.map_err(|reason| TlsError::Setup(rustls::Error::General(reason.to_owned())))
}

/// Says by what a reader can tell it from another's.
fn tell(key: &CertifiedKey) {
    let Some(cert) = key.cert.first() else { return };
    let bytes = digest(&SHA256, cert);
    let fingerprint = bytes.as_ref().iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(":");
    tracing::info!("the certificate is of our own making: browsers ask whether to believe it; SHA-256 {fingerprint}");
}
