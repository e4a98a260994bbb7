use std::collections::BTreeMap;
use std::time::SystemTime;

use app::model::{LogEntry, LogLevel};

use crate::hub::{Hub, Name, Payload};

/// What opsglass names as the source of its own entries.
pub(super) const OWN_SOURCE: &str = "opsglass";

/// Where every source puts its entries: the dashboard's channel of the hub.
#[derive(Debug, Clone)]
pub(super) struct Outlet {
    hub: Hub,
    channel: Name,
}

impl Outlet {
    pub(super) fn new(hub: Hub) -> Self {
        Self { hub, channel: Name::dashboard() }
    }

    pub(super) fn publish(&self, entry: LogEntry) {
        self.hub.publish(&self.channel, Payload::Log(entry));
    }
}

/// An entry in which opsglass itself says something about a source.
pub(super) fn notice(level: LogLevel, message: String) -> LogEntry {
    LogEntry {
        timestamp: SystemTime::now().into(),
        level,
        message,
        source: OWN_SOURCE.to_owned(),
        unit: None,
        fields: BTreeMap::new(),
    }
}
