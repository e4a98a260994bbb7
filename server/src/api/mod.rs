//! Handlers, one file a subject. They translate between HTTP and the rest, and decide nothing.

pub(crate) mod assets;
pub(crate) mod dashboard;
pub(crate) mod health;
pub(crate) mod metrics;
pub(crate) mod missing;
pub(crate) mod overview;
pub mod publish;
pub(crate) mod stats;
pub(crate) mod stream;

use app::range::Range;

use crate::error::ApiError;

/// A query as it came. Nothing in it is refused by its form: a name that stands twice, or that nobody knows, is no reason
/// to send a browser away.
pub(crate) type Parameters = Vec<(String, String)>;

/// What `?range=` says, or the default.
fn range(query: &[(String, String)]) -> Result<Range, ApiError> {
    let Some(text) = first(query, "range") else { return Ok(Range::default()) };
    text.parse().map_err(|error| ApiError::BadParameter { field: "range", expected: format!("{error}, got {text:?}") })
}

/// The first value that `name` has in `query`.
fn first<'a>(query: &'a [(String, String)], name: &str) -> Option<&'a str> {
    query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}
