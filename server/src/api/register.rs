//! `/api/users` and `/api/tokens`: who may come in, as admins change it.

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use serde::Serialize;

use super::actor::Actor;
use super::{is_of_type, json, session};
use crate::auth::{ChangeError, NewToken, NewUser, TokenView, UserView};
use crate::error::ApiError;
use crate::state::AppState;

/// `GET /api/users`: all of them, those of the configuration first.
pub(crate) async fn users(State(state): State<AppState>) -> Result<Json<Vec<UserView>>, ApiError> {
    Ok(Json(state.doors.users().await?))
}

/// `POST /api/users`: `{name, password, role, channels?, replace?}`.
pub(crate) async fn add_user(
    State(state): State<AppState>,
    actor: Actor,
    request: Request,
) -> Result<(StatusCode, Json<UserView>), ApiError> {
    is_of_type(request.headers(), &["application/json"])?;
    let body = session::body(request.into_body()).await?;
    // What is wrong is not repeated: it may be a password.
    let expected = "expected {name, password, role: viewer, operator or admin, channels?, replace?}";
    let bad = |_| ApiError::BadBody { field: "body".to_owned(), expected: expected.to_owned() };
    let new: NewUser = serde_json::from_slice(&body).map_err(bad)?;
    let added = state.doors.add_user(&actor.identity, actor.address, new).await?;
    Ok((StatusCode::CREATED, Json(added)))
}

/// `DELETE /api/users/{name}`.
pub(crate) async fn remove_user(
    State(state): State<AppState>,
    actor: Actor,
    name: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, ApiError> {
    state.doors.remove_user(&actor.identity, actor.address, in_path(name)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /api/tokens`: all of them, and nothing that they are shown by.
pub(crate) async fn tokens(State(state): State<AppState>) -> Result<Json<Vec<TokenView>>, ApiError> {
    Ok(Json(state.doors.tokens().await?))
}

/// A token with what its owner shows, which is told this once.
#[derive(Debug, Serialize)]
pub(crate) struct Made {
    #[serde(flatten)]
    view: TokenView,
    token: String,
}

/// `POST /api/tokens`: `{name, scopes, channels?, expires?}`.
pub(crate) async fn create_token(
    State(state): State<AppState>,
    actor: Actor,
    request: Request,
) -> Result<(StatusCode, Json<Made>), ApiError> {
    is_of_type(request.headers(), &["application/json"])?;
    let new: NewToken = json(&session::body(request.into_body()).await?)?;
    let (view, shown) = state.doors.create_token(&actor.identity, actor.address, new).await?;
    Ok((StatusCode::CREATED, Json(Made { view, token: shown.reveal().to_owned() })))
}

/// `DELETE /api/tokens/{name}`.
pub(crate) async fn revoke_token(
    State(state): State<AppState>,
    actor: Actor,
    name: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, ApiError> {
    state.doors.revoke_token(&actor.identity, actor.address, in_path(name)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn in_path(name: Result<Path<String>, PathRejection>) -> Result<String, ApiError> {
    let bad = |_| ApiError::BadParameter { field: "name", expected: "expected UTF-8".to_owned() };
    name.map(|Path(name)| name).map_err(bad)
}

impl From<ChangeError> for ApiError {
    fn from(error: ChangeError) -> Self {
        match error {
            ChangeError::Invalid { field, expected } => Self::BadBody { field: field.to_owned(), expected },
            ChangeError::Taken { what, name } => {
                Self::BadBody { field: "name".to_owned(), expected: format!("there is a {what} {name} already") }
            }
            ChangeError::Missing { what, .. } => Self::Missing(format!("there is no such {what} in the state folder")),
            ChangeError::Configured(_) | ChangeError::LastAdmin(_) | ChangeError::Nowhere => {
                Self::Forbidden(error.to_string())
            }
            ChangeError::Busy => Self::Overloaded("too many sign in at this moment"),
            ChangeError::File(error) => {
                tracing::error!("who may come in can't be changed: {error}");
                Self::NotReady("who may come in can't be read or written now: the server's log says why")
            }
        }
    }
}
