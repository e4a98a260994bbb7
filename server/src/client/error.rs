use std::error::Error;
use std::io;

use rustls::CertificateError;

/// Why there is no answer. Never with a secret in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// It can't be put into a request.
    #[error("the address or the login can't be sent over HTTP")]
    Unsendable,
    /// Nobody could vouch for any server.
    #[error("this machine has no certificates to trust (package ca-certificates?); a ca_file says whom to trust")]
    NobodyTrusted,
    /// The server is not who it should be, as far as can be said.
    #[error("{0}")]
    Certificate(String),
    /// No connection.
    #[error("cannot connect: {0}")]
    Connection(String),
    /// It broke before there was an answer.
    #[error("no answer: {0}")]
    Answer(String),
}

impl CallError {
    pub(super) fn of(error: &(dyn Error + 'static), is_connect: bool) -> Self {
        match certificate(error) {
            Some(reason) => Self::Certificate(reason),
            None if is_connect => Self::Connection(deepest(error)),
            None => Self::Answer(deepest(error)),
        }
    }
}

/// What is wrong with a server's certificate, where `error` is about that.
pub fn certificate(error: &(dyn Error + 'static)) -> Option<String> {
    let Some(rustls::Error::InvalidCertificate(reason)) = find(error) else { return None };
    Some(match reason {
        // The second is what an authority of the same name as a trusted one gives.
        CertificateError::UnknownIssuer | CertificateError::BadSignature => {
            "the server's certificate is not from anybody who is trusted here; a ca_file says whom to trust".to_owned()
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "the server's certificate has expired".to_owned()
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "the server's certificate is not valid yet: is the clock of this machine right?".to_owned()
        }
        CertificateError::NotValidForName => "the server's certificate is for another name".to_owned(),
        CertificateError::NotValidForNameContext { expected, presented } => {
            let presented = presented.iter().take(8).map(String::as_str).collect::<Vec<_>>().join(", ");
            format!("the server's certificate is not for {}, but for {presented}", expected.to_str())
        }
        other => format!("the server's certificate can't be trusted: {other}"),
    })
}

/// The error of TLS in a chain of errors.
fn find<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
    chain(error).find_map(|error| error.downcast_ref())
}

/// What the innermost of a chain of errors says: those around it say only what was being done.
fn deepest(error: &(dyn Error + 'static)) -> String {
    chain(error).last().map(ToString::to_string).unwrap_or_default()
}

/// An error and all its causes. An [`io::Error`] that wraps another hides it from `source`.
fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error| {
        let error: &'a (dyn Error + 'static) = *error;
        match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(inner) => Some(inner),
            None => error.source(),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_innermost_says_why() {
        let refused = || io::Error::from(io::ErrorKind::ConnectionRefused);
        assert_eq!(CallError::of(&io::Error::other(refused()), true), CallError::Connection(refused().to_string()));
        assert_eq!(CallError::of(&refused(), false), CallError::Answer(refused().to_string()));
    }

    #[test]
    fn a_certificate_is_found_however_deep() {
        let error = rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer);
        let error = io::Error::other(io::Error::other(error));
        let CallError::Certificate(reason) = CallError::of(&error, true) else { panic!() };
        assert!(reason.contains("ca_file"), "{reason}");
    }
}
