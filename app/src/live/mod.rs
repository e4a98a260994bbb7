//! The browser's side of a stream, and the signals that a page reads.
//!
//! What decides is pure and tested with made-up clocks: [`machine`] (when to open, close and wait), [`event`] (what was
//! said), [`intake`] and [`inbox`] (what of it is new, and waits), [`status`] (what the pill says). The rest is for the
//! browser only and decides nothing: a driver with its source, timers and listeners.

pub mod apply;
pub mod backoff;
pub mod catch_up;
#[cfg(feature = "hydrate")]
mod choices;
pub mod client;
pub mod clock;
mod control;
#[cfg(feature = "hydrate")]
mod driver;
pub mod event;
pub mod inbox;
pub mod intake;
pub mod journal;
#[cfg(feature = "hydrate")]
mod listener;
pub mod machine;
#[cfg(feature = "hydrate")]
mod page;
#[cfg(feature = "hydrate")]
mod search;
#[cfg(feature = "hydrate")]
mod source;
pub mod status;
#[cfg(feature = "hydrate")]
mod timer;

use std::mem::discriminant;

use self::journal::Journal;
use self::machine::Refusal;
use crate::board::LogTail;
use crate::model::{Alert, Host, NumberedLog, ProcessQuery, Snapshot, Timestamp};
use crate::place::Place;
use crate::range::Range;
use crate::series::History;
use crate::watched::Watched;

/// How the page stands to the server: what the connection pill says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// The first connection is being made.
    Connecting,
    /// Events come in.
    Live {
        /// Milliseconds from the taking of the last sample to its arrival here; `None` until one has come.
        lag_ms: Option<u64>,
    },
    /// Live again after a break; said for ten seconds.
    CaughtUp {
        /// Events that were made good.
        events: u64,
    },
    /// The line is down and will be tried again.
    Reconnecting {
        /// Seconds until the next try; 0 while it is being made.
        in_seconds: u64,
        /// Which try it is, from 1.
        attempt: u32,
        /// How many there will be.
        of: u32,
    },
    /// The line seems to stand, but nothing has come for too long.
    Stale {
        /// Seconds since the last sample.
        age_seconds: u64,
    },
    /// Given up; a button tries again.
    Offline {
        /// Why, for people.
        reason: String,
    },
    /// The server gives this page nothing; a button tries again.
    Refused(Refusal),
    /// The reader has stopped the view; events wait.
    Paused {
        /// How many wait.
        waiting: usize,
    },
}

/// Lines that were lost, for the row that says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lost {
    /// How many events.
    pub count: u64,
    /// The number of the last of them: the row stands before the first line after it.
    pub last: u64,
    /// The last moment before them.
    pub from: Timestamp,
    /// The first moment after them.
    pub to: Timestamp,
}

/// What a page looks at, and from where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct View {
    /// How far back the charts look.
    pub range: Range,
    /// The reader's distance from UTC in minutes, east positive; 0 until the browser has said.
    pub offset_min: i32,
}

/// The log as a page shows it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Logs {
    /// The last lines.
    pub tail: LogTail,
    /// The latest loss since the page was loaded.
    pub lost: Option<Lost>,
}

impl Logs {
    /// Takes up the state of a snapshot.
    pub fn new(lines: Vec<NumberedLog>) -> Self {
        Self { tail: LogTail::new(lines), lost: None }
    }
}

/// What a page reads. A handle: copies share the signals.
///
/// The first values are the snapshot's on both sides, so that the browser takes over exactly what the server drew.
#[derive(Debug, Clone, Copy)]
pub struct Live {
    /// Which page it is.
    pub place: Place,
    /// The machine.
    pub host: Watched<Host>,
    /// The samples the charts draw.
    pub history: Watched<History>,
    /// Alerts that fire.
    pub alerts: Watched<Vec<Alert>>,
    /// The last log lines, and what was lost of them.
    pub logs: Watched<Logs>,
    /// The parts that the server draws, in words.
    pub parts: Watched<Vec<Vec<String>>>,
    /// The processes or followers that are looked for.
    pub query: Watched<ProcessQuery>,
    /// What the server has drawn of them, in words, where it isn't the same for all.
    pub found: Watched<Vec<String>>,
    /// The name by which the server knows this page's stream.
    pub client: Watched<String>,
    /// How the page stands to the server.
    pub status: Watched<Status>,
    /// Apart from the status, which changes each second.
    stale: Watched<bool>,
    /// What has happened to this page's stream.
    pub journal: Watched<Journal>,
    /// How many other tabs of this browser share the stream.
    pub shared_by: Watched<u32>,
    /// The server's clock, as well as the browser can tell; moves once a second.
    pub now: Watched<Timestamp>,
    /// What the page looks at.
    pub view: Watched<View>,
    /// The reader has stopped the view.
    pub paused: Watched<bool>,
}

impl Live {
    /// The state of the page at `place`, as of `snapshot`.
    pub fn new(place: Place, snapshot: Snapshot, range: Range) -> Self {
        Self {
            place,
            host: Watched::new(snapshot.host),
            history: Watched::new(snapshot.history),
            alerts: Watched::new(snapshot.alerts),
            logs: Watched::new(Logs::new(snapshot.logs)),
            parts: Watched::new(snapshot.drawn.map(|drawn| drawn.parts).unwrap_or_default()),
            query: Watched::new(ProcessQuery::default()),
            found: Watched::new(Vec::new()),
            client: Watched::new(String::new()),
            status: Watched::new(Status::Connecting),
            stale: Watched::new(false),
            journal: Watched::new(Journal::default()),
            shared_by: Watched::new(0),
            now: Watched::new(snapshot.server_time),
            view: Watched::new(View { range, offset_min: 0 }),
            paused: Watched::new(false),
        }
    }

    /// Says how the page stands to the server.
    pub fn show_status(self, status: Status) {
        let stale = matches!(
            status,
            Status::Reconnecting { .. } | Status::Stale { .. } | Status::Offline { .. } | Status::Refused(_)
        );
        if self.stale.get_untracked() != stale {
            self.stale.set(stale);
        }
        // A number that changes within a status is no news, but for that of the try.
        let is_news = discriminant(&status) != discriminant(&*self.status.read_untracked());
        if is_news || matches!(status, Status::Reconnecting { .. }) {
            let now = self.now.get_untracked();
            self.journal.update(|journal| journal.note(now, &status));
        }
        self.status.set(status);
    }

    /// How far back the charts look.
    pub fn range(self) -> Range {
        self.view.get().range
    }

    /// The reader's distance from UTC in minutes, east positive; 0 until the browser has said.
    pub fn offset_min(self) -> i32 {
        self.view.get().offset_min
    }

    /// The values shown are no longer those of the machine now: whatever the reason, they are dimmed.
    pub fn is_stale(self) -> bool {
        self.stale.get()
    }
}
