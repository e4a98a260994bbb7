use super::Timestamp;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, miniserde::Deserialize)]
#[cfg_attr(any(feature = "ssr", test), derive(serde::Serialize))]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, miniserde::Deserialize)]
#[cfg_attr(any(feature = "ssr", test), derive(serde::Serialize))]
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

/// One change of one alert: the `alert` event.
#[derive(Debug, Clone, PartialEq, miniserde::Deserialize)]
#[cfg_attr(any(feature = "ssr", test), derive(serde::Serialize))]
pub struct Alert {
    /// Names the alert through all its changes: the rule, and what it is about, for example `filesystem:/var`.
    pub id: String,
    /// What a person calls it, for example `/var nearly full`.
    pub name: String,
    /// How bad it is now.
    pub level: AlertLevel,
    /// Where it stands now.
    pub state: AlertState,
    /// One sentence with the value in it.
    pub message: String,
    /// The value that did it.
    pub value: f32,
    /// The level that `value` is held against: the one to enter, for `resolved` the one to clear.
    pub threshold: f32,
    /// What `value` and `threshold` count: `%`, or nothing for a plain number.
    pub unit: String,
    /// How long the value must stay over the threshold before it fires, in seconds.
    pub hold: u64,
    /// Since when it is in this state.
    pub since: Timestamp,
}
