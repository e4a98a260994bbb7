//! Where opsglass's own tracing goes: to standard error, and into the hub like any other log.

use tracing_subscriber::filter::Targets;
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
        .with(layer.with_filter(level.clone()))
        .try_init()?;
    Ok(lines)
}
