//! Who is counted for what they do.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use crate::auth::Identity;
use crate::error::ApiError;
use crate::net::ClientAddress;
use crate::quota::{Account, Deed, Spent};
use crate::state::AppState;

/// Those who are counted for a request: the address, and who it is.
#[derive(Debug, Clone)]
pub(crate) struct Accounts(pub(crate) Vec<Account>);

impl FromRequestParts<AppState> for Accounts {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Infallible> {
        let address = parts.extensions.get::<ClientAddress>().and_then(|client| state.places.block(client.0));
        let identity = parts.extensions.get::<Identity>().and_then(Identity::account);
        Ok(Self(address.map(Account::Address).into_iter().chain(identity).collect()))
    }
}

impl Accounts {
    /// Counts one of what they do.
    pub(super) fn take(&self, state: &AppState, deed: Deed) -> Result<(), ApiError> {
        Ok(state.quotas.take(deed, &self.0, 1)?)
    }
}

impl From<Spent> for ApiError {
    fn from(spent: Spent) -> Self {
        let what = spent.to_string();
        match spent {
            Spent::TooFast { wait, .. } => Self::TooMany { what, retry_after: wait },
            Spent::TooMany { .. } => Self::BadBody { field: "body".to_owned(), expected: what },
        }
    }
}
