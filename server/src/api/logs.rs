//! `/api/logs`.

use std::str::FromStr;

use app::components::logs::Filters;
use app::filter::Filter;
use app::model::{LogLevel, LogView};
use axum::Json;
use axum::body::Body;
use axum::extract::{Query as Parsed, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;

use super::accounts::Accounts;
use super::{Parameters, first, is_of_type, whole};
use crate::error::ApiError;
use crate::logbook::query::{MOST, Query, Text};
use crate::logbook::view::Ask;
use crate::logbook::{Logbook, Unanswered};
use crate::logs::line::short;
use crate::logs::{Refused, Rejected};
use crate::quota::Deed;
use crate::state::AppState;

/// What `GET /api/logs` knows, and what of it may stand several times.
const KNOWN: [&str; 9] = ["since", "until", "around", "level", "levels", "source", "q", "regex", "limit"];
const SEVERAL: [&str; 2] = ["levels", "source"];

/// A task is given up only where the runtime ends.
const ENDING: ApiError = ApiError::Overloaded("opsglass is about to end");

/// `GET /api/logs?since=&until=&around=&level=&levels=&source=&q=&regex=&limit=`: lines that are kept.
pub(crate) async fn find(
    State(state): State<AppState>,
    Parsed(parameters): Parsed<Parameters>,
) -> Result<Response, ApiError> {
    // A filter that nobody reads would find what was not asked for.
    are_known(&parameters)?;
    let page = state.logbook.find(query(&parameters)?).await.map_err(refused)?;
    written(page).await
}

/// `GET /api/logs/view`: the same for the page of the log. `at=` is a moment to look around, `first=true` asks for the first
/// lines after `since` and not the newest, and `limit` may be 0.
pub(crate) async fn view(
    State(state): State<AppState>,
    Parsed(parameters): Parsed<Parameters>,
) -> Result<Response, ApiError> {
    // What is typed is no error of the page's: it says so beside the field.
    let view = match ask(&parameters) {
        Err(ApiError::BadParameter { field: "q", expected }) => state.logbook.nothing(expected),
        asked => look(&state.logbook, asked?).await?,
    };
    written(view).await
}

/// Lines for the page to begin with. Whatever its address says, there is a page: what can't be read in it is said there, and
/// the rest of it looked for.
pub(super) async fn begin(logbook: &Logbook, parameters: &[(String, String)]) -> LogView {
    let linked = |(name, value): &(String, String)| match name.as_str() {
        "q" | "regex" | "levels" | "source" | "at" => Some((name.clone(), value.clone())),
        "line" => Some(("around".to_owned(), value.clone())),
        _ => None,
    };
    let with_summary = ("summary".to_owned(), "true".to_owned());
    let mut linked: Vec<_> = parameters.iter().filter_map(linked).chain([with_summary]).collect();
    let mut problem = None;
    let asked = loop {
        match ask(&linked) {
            Err(ApiError::BadParameter { field, expected }) if field != "q" && first(&linked, field).is_some() => {
                linked.retain(|(name, _)| name != field);
                let name = if field == "around" { "line" } else { field };
                problem.get_or_insert(format!("{name}: {expected}"));
            }
            asked => break asked,
        }
    };
    let found = match asked {
        Ok(asked) => look(logbook, asked).await,
        Err(error) => Err(error),
    };
    let view = found.unwrap_or_else(|error| logbook.nothing(error.to_string()));
    LogView { problem: view.problem.or(problem), ..view }
}

/// What stands in the form.
pub(super) fn filters(parameters: &[(String, String)]) -> Filters {
    Filters {
        typed: first(parameters, "q").unwrap_or_default().to_owned(),
        is_regex: matches!(first(parameters, "regex"), Some("true" | "1")),
        levels: levels(parameters).unwrap_or_default(),
        sources: all(parameters, "source").map(str::to_owned).collect(),
    }
}

async fn look(logbook: &Logbook, asked: Ask) -> Result<LogView, ApiError> {
    match logbook.view(asked).await {
        Err(Unanswered::TooLong) => Ok(logbook.nothing(Unanswered::TooLong.to_string())),
        found => found.map_err(refused),
    }
}

/// `GET /api/logs/fields?id=`: what else a line says, as pairs.
pub(crate) async fn fields(
    State(state): State<AppState>,
    Parsed(parameters): Parsed<Parameters>,
) -> Result<Json<Vec<(String, String)>>, ApiError> {
    let Some(id) = parsed(&parameters, "id")? else { return Err(bad("id", "expected the id of a line".to_owned())) };
    let fields = state.logbook.fields(id);
    fields.map(Json).ok_or_else(|| ApiError::Missing(format!("the line {id} is not kept")))
}

fn refused(unanswered: Unanswered) -> ApiError {
    match unanswered {
        Unanswered::Busy => ApiError::Overloaded("too many look for log lines at this moment"),
        Unanswered::TooLong => bad("q", unanswered.to_string()),
    }
}

/// Thousands of lines take a while to be written.
async fn written(found: impl Serialize + Send + 'static) -> Result<Response, ApiError> {
    let written = tokio::task::spawn_blocking(move || Json(found).into_response()).await;
    written.map_err(|_| ENDING)
}

#[derive(Debug, Serialize)]
pub(crate) struct Accepted {
    accepted: usize,
}

/// `POST /api/logs`: lines that a program hands in; an object, an array of them, or one a line.
pub(crate) async fn take(
    State(state): State<AppState>,
    Accounts(accounts): Accounts,
    headers: HeaderMap,
    body: Body,
) -> Result<(StatusCode, Json<Accepted>), ApiError> {
    is_of_type(&headers, &["application/json", "application/x-ndjson"])?;
    let (intake, quotas) = (state.intake, state.quotas);
    let body = whole(body, intake.max_body).await?;
    // Thousands of lines take a while.
    let taken = tokio::task::spawn_blocking(move || -> Result<usize, ApiError> {
        let lines = intake.read(&body)?;
        quotas.take(Deed::HandIn, &accounts, u32::try_from(lines.len()).unwrap_or(u32::MAX))?;
        Ok(intake.take(lines)?)
    });
    let accepted = taken.await.map_err(|_| ENDING)??;
    Ok((StatusCode::ACCEPTED, Json(Accepted { accepted })))
}

impl From<Rejected> for ApiError {
    fn from(rejected: Rejected) -> Self {
        match rejected {
            Rejected::Syntax { .. } => bad("body", rejected.to_string()),
            Rejected::Refused(Refused::TooFast { .. }) => Self::TooMany { what: rejected.to_string(), retry_after: 1 },
            Rejected::Shape { .. } | Rejected::Refused(Refused::TooMany { .. }) => {
                Self::BadBody { field: "body".to_owned(), expected: rejected.to_string() }
            }
        }
    }
}

fn are_known(parameters: &[(String, String)]) -> Result<(), ApiError> {
    for (at, (name, _)) in parameters.iter().enumerate() {
        let Some(known) = KNOWN.into_iter().find(|known| known == name) else {
            return Err(bad("query", format!("expected {}, got {:?}", KNOWN.join(", "), short(name))));
        };
        let is_again = parameters[..at].iter().any(|(before, _)| before == name);
        if is_again && !SEVERAL.contains(&known) {
            return Err(bad(known, "expected one value, got several".to_owned()));
        }
    }
    Ok(())
}

fn query(parameters: &[(String, String)]) -> Result<Query, ApiError> {
    let default = Query::default();
    Ok(Query {
        since: parsed(parameters, "since")?,
        until: parsed(parameters, "until")?,
        around: parsed(parameters, "around")?,
        level: first(parameters, "level").map_or(Ok(default.level), |text| level("level", text))?,
        levels: levels(parameters)?,
        sources: all(parameters, "source").map(str::to_owned).collect(),
        text: text(parameters)?,
        limit: first(parameters, "limit").map_or(Ok(default.limit), limit)?,
    })
}

fn parsed<T>(parameters: &[(String, String)], name: &'static str) -> Result<Option<T>, ApiError>
where
    T: FromStr<Err: std::fmt::Display>,
{
    let Some(text) = first(parameters, name).filter(|text| !text.is_empty()) else { return Ok(None) };
    text.parse().map(Some).map_err(|error: T::Err| bad(name, format!("{error}, got {text:?}")))
}

/// What the page asks for. Of a page's own address the same is read.
fn ask(parameters: &[(String, String)]) -> Result<Ask, ApiError> {
    let counted_only = first(parameters, "limit") == Some("0");
    let known: Vec<_> = parameters.iter().filter(|(name, _)| !counted_only || name != "limit").cloned().collect();
    let mut query = query(&known)?;
    if counted_only {
        query.limit = 0;
    }
    let is_true = |name| first(parameters, name) == Some("true");
    let (first, with_summary) = (is_true("first"), is_true("summary"));
    Ok(Ask { query, at: parsed(parameters, "at")?, first, with_summary })
}

fn level(field: &'static str, text: &str) -> Result<LogLevel, ApiError> {
    let known = LogLevel::ALL.into_iter().find(|level| level.as_str() == text);
    known.ok_or_else(|| bad(field, format!("expected trace, debug, info, warn or error, got {text:?}")))
}

/// Those that are named, apart or with commas.
fn levels(parameters: &[(String, String)]) -> Result<Vec<LogLevel>, ApiError> {
    let named = all(parameters, "levels").flat_map(|list| list.split(',')).filter(|text| !text.is_empty());
    named.map(|text| level("levels", text)).collect()
}

fn text(parameters: &[(String, String)]) -> Result<Text, ApiError> {
    let typed = first(parameters, "q").unwrap_or_default();
    match first(parameters, "regex").unwrap_or("false") {
        "true" | "1" => Text::pattern(typed).map_err(|error| bad("q", error.to_string())),
        "false" | "0" | "" => Ok(Text::Plain(Filter::new(typed))),
        other => Err(bad("regex", format!("expected true or false, got {other:?}"))),
    }
}

fn limit(text: &str) -> Result<usize, ApiError> {
    let within = text.parse().ok().filter(|limit| (1..=MOST).contains(limit));
    within.ok_or_else(|| bad("limit", format!("expected 1 to {MOST}, got {text:?}")))
}

fn all<'a>(parameters: &'a [(String, String)], name: &str) -> impl Iterator<Item = &'a str> {
    parameters.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
}

fn bad(field: &'static str, expected: String) -> ApiError {
    ApiError::BadParameter { field, expected }
}
