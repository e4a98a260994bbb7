use openidconnect::{ClaimsVerificationError, DiscoveryError, RequestTokenError, UserInfoError};

use super::http::HttpError;

/// Why somebody can't sign in with the provider. What it says itself is not repeated, but for a word that names an error.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OidcError {
    /// It can't be asked.
    #[error("the sign-in service can't be reached: {0}")]
    Unreachable(HttpError),
    /// It is being asked for as many others as may be.
    #[error("too many people sign in at this moment; please try again")]
    Busy,
    /// It answers with something else than was expected.
    #[error("the sign-in service isn't what it should be: {0}")]
    Odd(&'static str),
    /// The browser has brought nothing that was begun here and not ended.
    #[error("this attempt to sign in is over, or was begun in another browser; please try again")]
    NoAttempt,
    /// It lets nobody in, or doesn't take the code.
    #[error("the sign-in service has refused: {0}")]
    Refused(String),
    /// What it says of who has signed in can't be believed.
    #[error("what the sign-in service says can't be believed: {0}")]
    Untrusted(&'static str),
    /// It doesn't say by what name.
    #[error("the sign-in service names nobody: expected 1 to 32 visible characters in {0:?}")]
    Nameless(String),
    /// It says that, and there is no role for them.
    #[error("{0} has no role here")]
    Nobody(String),
    /// There is a user of that name.
    #[error("{0} is the name of a user here, who signs in with a password")]
    Taken(String),
}

/// What an answer that can't be read is.
const UNREADABLE: OidcError = OidcError::Odd("its answer can't be read");

impl OidcError {
    /// Whether it begins with somebody's name.
    pub(crate) fn is_about_somebody(&self) -> bool {
        matches!(self, Self::Nobody(_) | Self::Taken(_))
    }

    /// The word by which the provider names an error: its letters only, for anybody may write them into the address.
    pub(super) fn refused(error: &str) -> Self {
        let is_word = error.len() <= 64 && error.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        Self::Refused(if is_word && !error.is_empty() { error.to_owned() } else { "no reason was given".to_owned() })
    }

    pub(super) fn discovery(error: DiscoveryError<HttpError>) -> Self {
        match error {
            DiscoveryError::Request(error) => Self::Unreachable(error),
            DiscoveryError::Response(..) => Self::Odd("it answers with an error; is the issuer right?"),
            DiscoveryError::Validation(_) => Self::Odd("it calls itself by another address than auth.oidc.issuer"),
            _ => UNREADABLE,
        }
    }

    pub(super) fn exchange<T>(error: RequestTokenError<HttpError, T>) -> Self
    where
        T: openidconnect::ErrorResponse + WithWord,
    {
        match error {
            RequestTokenError::ServerResponse(response) => Self::refused(&response.word()),
            RequestTokenError::Request(error) => Self::Unreachable(error),
            _ => UNREADABLE,
        }
    }

    pub(super) fn user_info(error: UserInfoError<HttpError>) -> Self {
        match error {
            UserInfoError::Request(error) => Self::Unreachable(error),
            UserInfoError::ClaimsVerification(error) => Self::untrusted(&error),
            UserInfoError::Response(..) => Self::Odd("it answers with an error when it is asked who has signed in"),
            _ => UNREADABLE,
        }
    }

    pub(super) fn untrusted(error: &ClaimsVerificationError) -> Self {
        Self::Untrusted(match error {
            ClaimsVerificationError::Expired(_) => "it has expired; are both clocks right?",
            ClaimsVerificationError::InvalidAudience(_) => "it is meant for somebody else than auth.oidc.client_id",
            ClaimsVerificationError::InvalidIssuer(_) => "it comes from another issuer",
            ClaimsVerificationError::InvalidNonce(_) => "it belongs to another attempt",
            ClaimsVerificationError::InvalidSubject(_) => "it is about somebody else",
            ClaimsVerificationError::SignatureVerification(_) => "its signature isn't the provider's",
            _ => "it isn't as it should be",
        })
    }
}

/// The word by which an answer names an error.
pub(super) trait WithWord {
    fn word(&self) -> String;
}

impl WithWord for openidconnect::StandardErrorResponse<openidconnect::core::CoreErrorResponseType> {
    fn word(&self) -> String {
        self.error().to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_word_of_the_provider_is_repeated() {
        let said = |error: &str| OidcError::refused(error).to_string();
        assert_eq!(said("access_denied"), "the sign-in service has refused: access_denied");
        for odd in ["", "<b>x</b>", "Pay here: evil.example", &"x".repeat(65)] {
            assert_eq!(said(odd), "the sign-in service has refused: no reason was given");
        }
    }
}
