use super::{Cursor, Timestamp};

/// How the hub and its followers fare: what `/api/stats` answers, and the `stats` event and the `snapshot` of the channel
/// `hub`.
#[derive(Debug, Clone, PartialEq, miniserde::Deserialize)]
#[cfg_attr(any(feature = "ssr", test), derive(serde::Serialize))]
pub struct Stats {
    /// The server's clock.
    #[serde(rename = "serverTime")]
    pub server_time: Timestamp,
    /// When the server started: totals are counted from here.
    pub started: Timestamp,
    /// Streams that are open.
    pub streams: u64,
    /// Parts of the program that follow.
    pub inside: u64,
    /// Streams that browsers hold, by their own word; all others are programs.
    pub browsers: u64,
    /// Since the start.
    pub totals: Totals,
    /// A second, over the last few seconds.
    pub rates: Rates,
    /// How long events wait for their followers.
    pub lag: Lag,
    /// What the log keeps.
    pub log: LogStats,
    /// The channels, those with the most followers first, then by name: 200 at most.
    pub channels: Vec<ChannelStats>,
    /// How many channels there are.
    #[serde(rename = "channelCount")]
    pub channel_count: u64,
    /// The followers, furthest behind first: 200 at most.
    pub followers: Vec<FollowerStats>,
    /// Followers beyond those.
    pub unlisted: u64,
    /// The last hour; `null` in the `stats` event, whose figures go on from there.
    pub history: Option<StatsHistory>,
}

/// Counted since the start; streams only, but for `published`.
#[derive(Debug, Clone, Default, PartialEq, Eq, miniserde::Deserialize)]
#[cfg_attr(any(feature = "ssr", test), derive(serde::Serialize))]
pub struct Totals {
    /// Streams that were opened.
    pub opened: u64,
    /// Of these, such that came for the first time, with a page that was just loaded, or from a cursor that is not known.
    pub fresh: u64,
    /// Such that went on exactly where they had stopped.
    pub resumed: u64,
    /// Such that went on with a gap.
    #[serde(rename = "resumedWithGap")]
    pub resumed_with_gap: u64,
    /// Gap notices told.
    pub gaps: u64,
    /// Lossless events that some follower will never get.
    pub missed: u64,
    /// Latest values that a follower was not given because newer ones came.
    pub skipped: u64,
    /// Events published.
    pub published: u64,
    /// Events written to streams.
    pub delivered: u64,
    /// Bytes written to streams.
    #[serde(rename = "deliveredBytes")]
    pub delivered_bytes: u64,
}

/// A second.
#[derive(Debug, Clone, Copy, Default, PartialEq, miniserde::Deserialize)]
#[cfg_attr(any(feature = "ssr", test), derive(serde::Serialize))]
pub struct Rates {
    /// Events published.
    pub published: f64,
    /// Events written to streams.
    pub delivered: f64,
    /// Bytes written to streams.
    pub bytes: f64,
}

/// How long events had waited for a follower, in the last second: from being published until they were taken, or until
/// now where they still wait. Milliseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, miniserde::Deserialize)]
#[cfg_attr(any(feature = "ssr", test), derive(serde::Serialize))]
pub struct Lag {
    /// 99 of 100 followers waited no longer.
    #[serde(rename = "p99Ms")]
    pub p99_ms: f64,
    /// The one that waited longest.
    #[serde(rename = "worstMs")]
    pub worst_ms: f64,
}

/// What the log keeps, and what it may keep.
#[derive(Debug, Clone, PartialEq, miniserde::Deserialize)]
#[cfg_attr(any(feature = "ssr", test), derive(serde::Serialize))]
pub struct LogStats {
    /// Lossless events kept.
    pub events: u64,
    /// At most.
    #[serde(rename = "maxEvents")]
    pub max_events: u64,
    /// Bytes of memory that they take, about.
    pub bytes: u64,
    /// At most.
    #[serde(rename = "maxBytes")]
    pub max_bytes: u64,
    /// Milliseconds that they are kept at most.
    #[serde(rename = "maxAgeMs")]
    pub max_age_ms: u64,
    /// Latest values kept.
    pub latest: u64,
    /// At most.
    #[serde(rename = "maxLatest")]
    pub max_latest: u64,
    /// Channels at most, beside the program's own.
    #[serde(rename = "maxChannels")]
    pub max_channels: u64,
    /// The oldest lossless event that is kept; `null` where there is none.
    pub oldest: Option<Cursor>,
    /// When it was published.
    #[serde(rename = "oldestAt")]
    pub oldest_at: Option<Timestamp>,
    /// Milliseconds since then.
    #[serde(rename = "oldestAgeMs")]
    pub oldest_age_ms: Option<u64>,
    /// The newest event.
    pub newest: Cursor,
}

/// One channel.
#[derive(Debug, Clone, PartialEq, miniserde::Deserialize)]
#[cfg_attr(any(feature = "ssr", test), derive(serde::Serialize))]
pub struct ChannelStats {
    /// Its name.
    pub name: String,
    /// Who follows it, parts of the program among them.
    pub followers: u64,
    /// Events published in it.
    pub events: u64,
    /// Events published in it a second.
    pub rate: f64,
    /// Lossless events that are kept of it.
    pub kept: u64,
    /// Gap notices told to streams that follow it.
    pub gaps: u64,
}

/// One follower.
#[derive(Debug, Clone, PartialEq, miniserde::Deserialize)]
#[cfg_attr(any(feature = "ssr", test), derive(serde::Serialize))]
pub struct FollowerStats {
    /// Numbers the connection; another one after each reconnect.
    pub id: u64,
    /// What it calls itself or was called: the `clientId` of its `connected` event.
    pub name: String,
    /// Where it is; `null` where that isn't told.
    pub address: Option<String>,
    /// A part of the program.
    pub inside: bool,
    /// A browser, by its own word.
    pub browser: bool,
    /// What it follows.
    pub channels: Vec<String>,
    /// When it came, or first came under this name.
    pub since: Timestamp,
    /// The newest event it has been given or passed over.
    pub cursor: Cursor,
    /// Events that wait for it.
    pub behind: u64,
    /// How long the one that waited longest did, in the last second, in milliseconds.
    #[serde(rename = "lagMs")]
    pub lag_ms: f64,
    /// Events that it takes a second.
    pub rate: f64,
    /// Seconds until the log forgets what waits for it, should all go on as it does; `null` when that is not to be feared.
    #[serde(rename = "fallsOffIn")]
    pub falls_off_in: Option<u64>,
    /// How often it came back with a cursor.
    pub resumes: u64,
    /// Gap notices it was told.
    pub gaps: u64,
    /// Lossless events it will never get.
    pub missed: u64,
    /// Latest values it was not given because newer ones came.
    pub skipped: u64,
    /// Events it was given.
    pub events: u64,
    /// Bytes written to it; 0 for a part of the program.
    pub bytes: u64,
    /// How it fares.
    pub state: FollowerState,
}

/// How a follower fares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, miniserde::Deserialize)]
#[cfg_attr(any(feature = "ssr", test), derive(serde::Serialize))]
pub enum FollowerState {
    /// It has all there is, or waits for less than a second.
    #[serde(rename = "live")]
    Live,
    /// It is behind, and gains.
    #[serde(rename = "reading")]
    Reading,
    /// It came back, and has not yet caught up.
    #[serde(rename = "resuming")]
    Resuming,
    /// It is behind, and does not gain.
    #[serde(rename = "slow")]
    Slow,
}

impl FollowerState {
    /// As on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Reading => "reading",
            Self::Resuming => "resuming",
            Self::Slow => "slow",
        }
    }
}

/// What the charts draw, oldest first, in columns. A point stands for all seconds since the one before it.
#[derive(Debug, Clone, Default, PartialEq, miniserde::Deserialize)]
#[cfg_attr(any(feature = "ssr", test), derive(serde::Serialize))]
pub struct StatsHistory {
    /// Milliseconds between two points.
    #[serde(rename = "intervalMs")]
    pub interval_ms: u64,
    /// When the last point was taken.
    pub end: Timestamp,
    /// Events published a second, on average.
    pub published: Vec<f32>,
    /// Events written to streams a second, on average.
    pub delivered: Vec<f32>,
    /// Milliseconds, the highest.
    #[serde(rename = "lagP99Ms")]
    pub lag_p99_ms: Vec<f32>,
    /// Followers, the last count.
    pub followers: Vec<u32>,
}
