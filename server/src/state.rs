//! What every handler may reach.

use leptos::config::LeptosOptions;
use tokio_util::sync::CancellationToken;

use crate::api::publish;
use crate::board::Board;
use crate::hub::Hub;
use crate::sse;

/// What every handler may reach. Cheap to clone.
#[derive(Debug, Clone)]
pub struct AppState {
    /// The log of everything that happens.
    pub hub: Hub,
    /// The dashboard as of now.
    pub board: Board,
    /// How streams behave.
    pub stream: sse::Config,
    /// What may be published from outside.
    pub publish: publish::Config,
    /// Cancelled when opsglass is to end.
    pub shutdown: CancellationToken,
    /// What the page's document needs to name its script.
    pub leptos: LeptosOptions,
}
