use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use app::model::{LogEntry, LogLevel};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

use super::outlet::{OWN_SOURCE, Outlet, notice};
use super::{MAX_LINE, fields, line};

/// Events that wait to be published; what comes while so many wait is counted and dropped.
const QUEUE: usize = 1_024;
/// Entries published before other tasks get their turn.
const BATCH: usize = 64;

thread_local! {
    /// This thread is publishing: what it traces now would be published again, without end.
    static PUBLISHING: Cell<bool> = const { Cell::new(false) };
}

/// Takes what opsglass traces. Never waits: what doesn't fit is dropped and counted.
#[derive(Debug)]
pub struct OwnLayer {
    lines: mpsc::Sender<LogEntry>,
    dropped: Arc<AtomicU64>,
}

/// What an [`OwnLayer`] has taken, for [`forward`] to publish.
#[derive(Debug)]
pub struct OwnLines {
    lines: mpsc::Receiver<LogEntry>,
    dropped: Arc<AtomicU64>,
}

/// A layer for a subscriber that is set up before there is a hub, and what it takes: up to 1,024 events wait meanwhile.
pub fn own_layer() -> (OwnLayer, OwnLines) {
    let (sender, receiver) = mpsc::channel(QUEUE);
    let dropped = Arc::new(AtomicU64::new(0));
    (OwnLayer { lines: sender, dropped: dropped.clone() }, OwnLines { lines: receiver, dropped })
}

/// Publishes `own` lines until `shutdown` is cancelled, and then those that still wait.
pub async fn forward(mut own: OwnLines, outlet: Outlet, shutdown: CancellationToken) {
    let mut batch = Vec::new();
    loop {
        let received = tokio::select! {
            received = own.lines.recv_many(&mut batch, BATCH) => received,
            () = shutdown.cancelled() => break,
        };
        publish(&outlet, &mut batch, &own.dropped);
        if received == 0 {
            return;
        }
        tokio::task::yield_now().await;
    }
    own.lines.close();
    while own.lines.recv_many(&mut batch, BATCH).await > 0 {
        publish(&outlet, &mut batch, &own.dropped);
    }
}

fn publish(outlet: &Outlet, batch: &mut Vec<LogEntry>, dropped: &AtomicU64) {
    PUBLISHING.set(true);
    batch.drain(..).for_each(|entry| outlet.publish(entry));
    let dropped = dropped.swap(0, Ordering::Relaxed);
    if dropped > 0 {
        let message = format!("{} own log lines were dropped", app::format::count(dropped));
        outlet.publish(notice(LogLevel::Warn, message));
    }
    PUBLISHING.set(false);
}

impl<S: Subscriber> Layer<S> for OwnLayer {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if PUBLISHING.get() {
            return;
        }
        // Before the event is made text, which costs more than all the rest.
        let Ok(place) = self.lines.try_reserve() else {
            self.dropped.fetch_add(1, Ordering::Relaxed);
            return;
        };
        let mut recorded = Recorded::default();
        event.record(&mut recorded);
        place.send(LogEntry {
            timestamp: SystemTime::now().into(),
            level: level(*event.metadata().level()),
            message: line::whole(recorded.message.as_bytes(), MAX_LINE),
            source: OWN_SOURCE.to_owned(),
            unit: Some(event.metadata().target().to_owned()),
            fields: recorded.fields,
        });
    }
}

fn level(level: Level) -> LogLevel {
    match level {
        Level::TRACE => LogLevel::Trace,
        Level::DEBUG => LogLevel::Debug,
        Level::INFO => LogLevel::Info,
        Level::WARN => LogLevel::Warn,
        Level::ERROR => LogLevel::Error,
    }
}

#[derive(Default)]
struct Recorded {
    message: String,
    fields: BTreeMap<String, String>,
}

impl Visit for Recorded {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            // Writing to a String can't fail; a value that can't be written is left as far as it came.
            let _ = write!(self.message, "{value:?}");
        } else {
            self.keep(field, &format!("{value:?}"));
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "message" {
            self.message.push_str(value);
        } else {
            self.keep(field, value);
        }
    }

    fn record_error(&mut self, field: &Field, value: &(dyn std::error::Error + 'static)) {
        self.keep(field, &value.to_string());
    }
}

impl Recorded {
    fn keep(&mut self, field: &Field, value: &str) {
        if self.fields.len() < fields::MOST {
            self.fields.insert(field.name().to_owned(), fields::value(value));
        }
    }
}

#[cfg(test)]
mod tests;
