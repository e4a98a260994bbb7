//! What every handler may reach.

use leptos::config::LeptosOptions;

use crate::alert_page::AlertPage;
use crate::alerts;
use crate::api::publish;
use crate::auth::Doors;
use crate::board::Board;
use crate::chat::Chat;
use crate::collect;
use crate::connections::Connections;
use crate::hub::Hub;
use crate::logbook::Logbook;
use crate::logs::Intake;
use crate::logs_page::LogsPage;
use crate::net::Places;
use crate::overview::Overview;
use crate::quota::Quotas;
use crate::room::Room;
use crate::shutdown::Closing;
use crate::sse;

/// What every handler may reach. Cheap to clone.
#[derive(Debug, Clone)]
pub struct AppState {
    /// The log of everything that happens.
    pub hub: Hub,
    /// The dashboard as of now.
    pub board: Board,
    /// What may be asked of the alerts.
    pub alerts: alerts::Handle,
    /// The page of alerts as of now.
    pub alert_page: AlertPage,
    /// What the system said beyond the last sample.
    pub readings: collect::Latest,
    /// The overview as of now.
    pub overview: Overview,
    /// The page about the hub as of now.
    pub connections: Connections,
    /// The page of the log as of now, but for its lines.
    pub logs_page: LogsPage,
    /// The war room.
    pub chat: Chat,
    /// The page of the war room as of now.
    pub room: Room,
    /// The lines that are kept.
    pub logbook: Logbook,
    /// Where programs hand in log lines.
    pub intake: Intake,
    /// How streams behave.
    pub stream: sse::Config,
    /// What may be published from outside.
    pub publish: publish::Config,
    /// Who may come in.
    pub doors: Doors,
    /// How much each may do.
    pub quotas: Quotas,
    /// Which connections and streams are open.
    pub places: Places,
    /// Whether opsglass is about to end, and when a stream is to.
    pub shutdown: Closing,
    /// What the page's document needs to name its script.
    pub leptos: LeptosOptions,
}
