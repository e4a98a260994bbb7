//! The pages there are: where they stand, and where what they show comes from.

/// A page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Place {
    /// The machine at a glance.
    #[default]
    Overview,
    /// What fires, what has fired, and why.
    Alerts,
    /// The log, as far as it is kept.
    Logs,
    /// The war room.
    Chat,
    /// The hub and its followers.
    Connections,
}

impl Place {
    /// All of them, in the order in which they are named.
    pub const ALL: [Self; 5] = [Self::Overview, Self::Alerts, Self::Logs, Self::Chat, Self::Connections];

    /// Its name, for people.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Alerts => "Alerts",
            Self::Logs => "Logs",
            Self::Chat => "Chat",
            Self::Connections => "Connections",
        }
    }

    /// Its address.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Overview => "/",
            Self::Alerts => "/alerts",
            Self::Logs => "/logs",
            Self::Chat => "/chat",
            Self::Connections => "/connections",
        }
    }

    /// The key that leads there, after `g`.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Overview => "o",
            Self::Alerts => "a",
            Self::Logs => "l",
            Self::Chat => "r",
            Self::Connections => "c",
        }
    }

    /// The stream that it follows.
    pub const fn stream(self) -> &'static str {
        match self {
            Self::Overview => "/api/overview-stream",
            Self::Alerts => "/api/stream/alerts",
            Self::Logs => "/api/stream/logs",
            Self::Chat => "/api/chat-stream?view=room",
            Self::Connections => "/api/stream/connections",
        }
    }

    /// Where what is looked for on it is asked for.
    pub const fn search(self) -> &'static str {
        if matches!(self, Self::Connections) { "/api/stats" } else { "/api/processes" }
    }

    /// Where its snapshot is asked for; the range is to be added.
    pub const fn snapshot(self) -> &'static str {
        match self {
            Self::Overview => "/api/snapshot?channel=overview&range=",
            Self::Alerts => "/api/snapshot?channel=alerts&range=",
            Self::Logs => "/api/snapshot?channel=logs&range=",
            Self::Chat => "/api/snapshot?channel=room&range=",
            Self::Connections => "/api/snapshot?channel=connections&range=",
        }
    }
}
