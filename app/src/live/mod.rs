//! The browser's side of a stream, and the signals that a page reads.
//!
//! What decides is pure and tested with made-up clocks: [`machine`] (when to open, close and wait), [`event`] (what was
//! said), [`intake`] and [`inbox`] (what of it is new, and waits), [`status`] (what the pill says). The rest is for the
//! browser only and decides nothing: a driver with its source, timers and listeners.

pub mod apply;
pub mod backoff;
pub mod catch_up;
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
mod ranges;
#[cfg(feature = "hydrate")]
mod source;
pub mod status;
#[cfg(feature = "hydrate")]
mod timer;

use leptos::prelude::*;

use self::journal::Journal;
use crate::board::{AlertList, LogTail};
use crate::model::{Host, Metrics, NumberedLog, Snapshot, Timestamp};
use crate::place::Place;
use crate::range::Range;
use crate::series::History;

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
    pub host: StoredValue<Host>,
    /// How many alert rules are checked with each sample.
    pub rules: StoredValue<u32>,
    /// The newest sample.
    pub metrics: RwSignal<Option<Metrics>>,
    /// The samples the charts draw.
    pub history: RwSignal<History>,
    /// Open and lately resolved alerts.
    pub alerts: RwSignal<AlertList>,
    /// The last log lines, and what was lost of them.
    pub logs: RwSignal<Logs>,
    /// The parts that the server draws, in words.
    pub parts: RwSignal<Vec<Vec<String>>>,
    /// The name by which the server knows this page's stream.
    pub client: StoredValue<String>,
    /// How the page stands to the server.
    pub status: RwSignal<Status>,
    /// Apart from the status, which changes each second.
    stale: RwSignal<bool>,
    /// What has happened to this page's stream.
    pub journal: StoredValue<Journal>,
    /// How many other tabs of this browser share the stream.
    pub shared_by: StoredValue<u32>,
    /// The server's clock, as well as the browser can tell; moves once a second.
    pub now: RwSignal<Timestamp>,
    /// What the page looks at.
    pub view: RwSignal<View>,
    /// The reader has stopped the view.
    pub paused: RwSignal<bool>,
    #[cfg(feature = "hydrate")]
    driver: StoredValue<Option<std::rc::Rc<driver::Driver>>, LocalStorage>,
}

impl Live {
    /// The state of the page at `place`, as of `snapshot`.
    pub fn new(place: Place, snapshot: Snapshot, range: Range) -> Self {
        Self {
            place,
            host: StoredValue::new(snapshot.host),
            rules: StoredValue::new(snapshot.rules),
            metrics: RwSignal::new(snapshot.metrics),
            history: RwSignal::new(snapshot.history),
            alerts: RwSignal::new(AlertList::new(snapshot.alerts)),
            logs: RwSignal::new(Logs::new(snapshot.logs)),
            parts: RwSignal::new(snapshot.drawn.map(|drawn| drawn.parts).unwrap_or_default()),
            client: StoredValue::new(String::new()),
            status: RwSignal::new(Status::Connecting),
            stale: RwSignal::new(false),
            journal: StoredValue::new(Journal::default()),
            shared_by: StoredValue::new(0),
            now: RwSignal::new(snapshot.server_time),
            view: RwSignal::new(View { range, offset_min: 0 }),
            paused: RwSignal::new(false),
            #[cfg(feature = "hydrate")]
            driver: StoredValue::new_local(None),
        }
    }

    /// Says how the page stands to the server.
    pub fn show_status(self, status: Status) {
        let stale = matches!(status, Status::Reconnecting { .. } | Status::Stale { .. } | Status::Offline { .. });
        if self.stale.get_untracked() != stale {
            self.stale.set(stale);
        }
        self.journal.write_value().note(self.now.get_untracked(), &status);
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
