#[cfg(not(feature = "hydrate"))]
use super::Timestamp;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, miniserde::Deserialize)]
#[cfg_attr(any(feature = "ssr", test), derive(serde::Serialize, serde::Deserialize))]
pub enum AlertLevel {
    /// Good to know; also every `resolved`.
    #[serde(rename = "info")]
    Info,
    /// Look at it today.
    #[serde(rename = "warning")]
    Warning,
    /// Look at it now.
    #[serde(rename = "critical")]
    Critical,
}

/// Where an alert stands.
#[cfg(not(feature = "hydrate"))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, miniserde::Deserialize)]
#[cfg_attr(any(feature = "ssr", test), derive(serde::Serialize, serde::Deserialize))]
pub enum AlertState {
    /// Over its threshold, not yet for its hold time.
    #[serde(rename = "pending")]
    Pending,
    /// Over its threshold for its hold time.
    #[serde(rename = "firing")]
    Firing,
    /// Back under its clear level.
    #[serde(rename = "resolved")]
    Resolved,
}

/// One change of one alert: the `alert` event. A page is told which fire, and shows what the server draws of the rest.
#[derive(Debug, Clone, PartialEq, miniserde::Deserialize)]
#[cfg_attr(any(feature = "ssr", test), derive(serde::Serialize, serde::Deserialize))]
pub struct Alert {
    /// Names the alert through all its changes: the rule, and what it is about, for example `filesystem:/var`.
    pub id: String,
    /// What a person calls it, for example `/var nearly full`.
    pub name: String,
    /// How bad it is now.
    pub level: AlertLevel,
    /// Where it stands now.
    #[cfg(not(feature = "hydrate"))]
    pub state: AlertState,
    /// One sentence with the value in it.
    pub message: String,
    /// The value that did it.
    #[cfg(not(feature = "hydrate"))]
    pub value: f32,
    /// The level that `value` is held against: the one to enter, for `resolved` the one to clear.
    #[cfg(not(feature = "hydrate"))]
    pub threshold: f32,
    /// What `value` and `threshold` count: `%`, or nothing for a plain number.
    #[cfg(not(feature = "hydrate"))]
    pub unit: String,
    /// How long the value must stay over the threshold before it fires, in seconds.
    #[cfg(not(feature = "hydrate"))]
    pub hold: u64,
    /// Since when it is in this state.
    #[cfg(not(feature = "hydrate"))]
    pub since: Timestamp,
}

/// An alert's change with all that is known of it: what is published. A browser reads the [`Alert`] in it.
#[cfg(feature = "ssr")]
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AlertChange {
    /// What everybody is told.
    #[serde(flatten)]
    pub alert: Alert,
    /// Numbers the changes of all alerts, over restarts too.
    pub change: u64,
    /// When it changed, by the sample's clock.
    pub at: Timestamp,
    /// Where it stands, finer than `state`.
    pub phase: AlertPhase,
    /// What it is about, where its rule watches several.
    pub instance: Option<String>,
    /// `alertname`, `severity`, `instance`, the metric's and the rule's.
    pub labels: std::collections::BTreeMap<String, String>,
    /// The rule that did it.
    pub rule: AlertRule,
    /// Since when it fires or fired; `null` for what never did.
    pub fired_at: Option<Timestamp>,
    /// The rule's summary with values filled in.
    pub summary: Option<String>,
    /// The rule's description with values filled in.
    pub description: Option<String>,
    /// The values that did it, oldest first: 60 at most, evenly thinned out.
    pub samples: Vec<AlertSample>,
    /// Changes before this one that were not told, because it changes too often.
    pub untold: u32,
}

/// Where an alert stands.
#[cfg(feature = "ssr")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AlertPhase {
    /// Its condition is met, not yet for its hold time.
    Pending,
    /// It was, for its hold time.
    Firing,
    /// It is not any more, and the alert fires on for a while; `state` is `firing`.
    Recovering,
    /// It fired, and is over.
    Resolved,
    /// It was pending and never fired; `state` is `resolved`.
    Withdrawn,
}

/// Which rule did it.
#[cfg(feature = "ssr")]
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AlertRule {
    /// Its name.
    pub name: String,
    /// Its condition, as it is written.
    pub when: String,
    /// Which edition of it: another number when anything about it is another.
    pub edition: u32,
    /// Seconds that it keeps firing after its condition is met no more.
    pub keep_firing_for: u64,
}

/// One value that an alert has seen.
#[cfg(feature = "ssr")]
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct AlertSample {
    /// When.
    pub at: Timestamp,
    /// What it was.
    pub value: f32,
}
