//! Who does something that the audit log tells.

use std::net::IpAddr;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use super::access;
use crate::auth::Identity;
use crate::error::ApiError;
use crate::state::AppState;

/// Who it is, and from where.
#[derive(Debug, Clone)]
pub(crate) struct Actor {
    pub(super) identity: Identity,
    pub(super) address: IpAddr,
}

impl<S: Sync> FromRequestParts<S> for Actor {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let identity = parts.extensions.get::<Identity>().cloned().ok_or(ApiError::Unauthorized)?;
        Ok(Self { identity, address: access::address(&parts.extensions) })
    }
}

impl Actor {
    /// Tells what it has done.
    pub(super) fn tell(&self, state: &AppState, what: &str, more: &[(&str, &str)]) {
        state.doors.tell(&self.identity, self.address, what, more);
    }
}
