//! Where opsglass's own tracing goes: to standard error, and into the hub like any other log.

use tracing::{Level, Metadata};
use tracing_subscriber::filter::{FilterExt as _, Targets, filter_fn};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::{SubscriberInitExt as _, TryInitError};
use tracing_subscriber::{Layer as _, fmt};

use crate::logs::{OwnLines, own_layer};

/// Starts tracing and returns the lines that are to be published.
///
/// # Errors
/// When tracing has been started before.
pub fn start(level: &Targets) -> Result<OwnLines, TryInitError> {
    let (layer, lines) = own_layer();
    tracing_subscriber::registry()
        .with(fmt::layer().with_writer(std::io::stderr).with_filter(level.clone()))
        .with(layer.with_filter(level.clone().and(filter_fn(|line| !tells_of_lines(line)))))
        .try_init()?;
    Ok(lines)
}

/// What libraries tell of each piece that goes over a line: to publish it would make another.
fn tells_of_lines(line: &Metadata<'_>) -> bool {
    let is_of = |library: &str| line.target().split("::").next() == Some(library);
    *line.level() > Level::INFO
        && ["h2", "hyper", "hyper_util", "rustls", "tokio_rustls", "mio", "tower"].into_iter().any(is_of)
}
