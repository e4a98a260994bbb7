use axum::http::{Method, Uri};

use crate::error::ApiError;

/// A call that there isn't.
pub(crate) async fn call(uri: Uri) -> ApiError {
    ApiError::NotFound(uri.path().to_owned())
}

/// A call that there is, with another method.
pub(crate) async fn method(method: Method) -> ApiError {
    ApiError::MethodNotAllowed(method)
}
