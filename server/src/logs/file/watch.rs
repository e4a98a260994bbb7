use std::time::{Duration, Instant};

use app::model::LogEntry;
use tokio_util::sync::CancellationToken;

use super::{Follower, Place};
use crate::logs::outlet::Outlet;
use crate::logs::places::Places;

/// How often a file is looked at.
const EVERY: Duration = Duration::from_millis(200);
/// How long a line is held that the next may go on with: a stack trace is written at once.
const HELD: Duration = Duration::from_millis(40);

/// Where what is read goes.
#[derive(Debug, Clone)]
pub(in crate::logs) struct Sink {
    pub(in crate::logs) outlet: Outlet,
    pub(in crate::logs) places: Places,
    /// The name of the file's place.
    pub(in crate::logs) name: String,
}

impl Sink {
    fn take(&self, entries: Vec<LogEntry>, place: Option<&Place>) {
        entries.into_iter().for_each(|entry| self.outlet.publish(entry));
        self.mark(place);
    }

    fn mark(&self, place: Option<&Place>) {
        if let Some(place) = place {
            self.places.set(&self.name, place);
        }
    }
}

/// Looks at the file again and again until `shutdown` is cancelled.
pub(in crate::logs) async fn follow(mut follower: Follower, sink: Sink, shutdown: CancellationToken) {
    loop {
        let to = sink.clone();
        // Publishing goes along: a chunk can be thousands of lines.
        let looking = tokio::task::spawn_blocking(move || {
            let mut look = follower.look(Instant::now());
            if !look.is_behind {
                to.take(std::mem::take(&mut look.entries), look.place.take().as_ref());
            }
            (follower, look)
        });
        // A look that does not come back is one that the runtime gave up at its end.
        let Ok((returned, look)) = looking.await else { return };
        for entry in look.entries {
            sink.outlet.deliver(entry, &shutdown).await;
        }
        sink.mark(look.place.as_ref());
        if look.gone {
            sink.places.forget(&sink.name);
            return;
        }
        follower = returned;
        if look.more && !shutdown.is_cancelled() {
            tokio::task::yield_now().await;
            continue;
        }
        let pause = if look.holds { HELD } else { EVERY };
        if shutdown.run_until_cancelled(tokio::time::sleep(pause)).await.is_none() {
            let last = follower.finish();
            sink.take(last.entries, last.place.as_ref());
            return;
        }
    }
}
