//! Following a stream over all its connections.

use std::time::{Duration, SystemTime};

use app::model::{Bye, Connected, Cursor, Timestamp};
use rand::Rng as _;
use sse_stream::Sse;

use super::backoff::Backoff;
use super::blocks::Blocks;
use super::connection::{self, Broken, Failure};
use super::event::Event;
use super::line::{Setting, line};
use super::output::{Output, notice};
use super::printable::printable;
use super::{Ended, Options};
use crate::client::Endpoint;

/// What the stream says of itself; a person reads it from the notices.
const OF_THE_STREAM: [&str; 4] = ["connected", "heartbeat", "snapshot", "bye"];

/// Follows until there is a reason to end.
pub(super) async fn follow(options: &Options) -> Ended {
    let mut follow = Follow {
        options,
        endpoint: options.stream(),
        output: Output::new(options.max_events),
        backoff: Backoff::new(),
        last_id: options.since.map(|cursor| cursor.to_string()),
        before: None,
    };
    loop {
        let broken = match follow.connection().await {
            Ok(broken) => broken,
            Err(ended) => return ended,
        };
        let wait = follow.backoff.next(broken.after, rand::rng().random_range(0.0..1.0));
        notice(&format!("{}: {}; trying again in {:.1} s", follow.endpoint.url(), broken.reason, wait.as_secs_f32()));
        tokio::time::sleep(wait).await;
    }
}

#[derive(Debug)]
struct Follow<'a> {
    options: &'a Options,
    endpoint: Endpoint,
    output: Output,
    backoff: Backoff,
    /// Where to go on. It outlives connections and events without an id.
    last_id: Option<String>,
    /// When the last event came.
    before: Option<Timestamp>,
}

impl Follow<'_> {
    /// Shows what one connection brings; returns how it broke.
    async fn connection(&mut self) -> Result<Broken, Ended> {
        let mut blocks = match connection::open(&self.endpoint, self.last_id.as_deref()).await {
            Ok(blocks) => blocks,
            Err(Failure::Broken(broken)) => return Ok(broken),
            Err(Failure::Refused(reason)) => return Err(Ended::Failed(format!("{}: {reason}", self.endpoint.url()))),
        };
        notice(&format!("connected to {}", self.endpoint.url()));
        let mut bye = None;
        loop {
            let block = match blocks.next().await {
                Ok(block) => block,
                Err(reason) => return Ok(Broken::new(bye.unwrap_or(reason))),
            };
            let Some(event) = self.take(block) else { continue };
            match event.name.as_str() {
                "connected" => self.connected(&event, &blocks),
                "bye" => bye = Some(farewell(&event)),
                // The line has brought something: the next failure is a first one again.
                _ => self.backoff.reset(),
            }
            self.show(&event).await?;
        }
    }

    /// Notes what a block says of id and waiting; returns its event, if it has one.
    fn take(&mut self, block: Sse) -> Option<Event> {
        if let Some(retry) = block.retry {
            self.backoff.asked(Duration::from_millis(retry));
        }
        // `connected` comes without an id, so the one that was asked for is still there to be compared with it.
        if let Some(id) = &block.id {
            self.last_id = Some(id.clone());
        }
        Some(Event::new(block.id, block.event.as_deref().unwrap_or_default(), block.data?))
    }

    async fn show(&mut self, event: &Event) -> Result<(), Ended> {
        let setting = Setting { now: now(), before: self.before, coloured: self.output.coloured };
        self.before = Some(setting.now);
        let name = event.name.as_str();
        let quiet = !self.options.json && OF_THE_STREAM.contains(&name) && !self.options.named(name);
        if self.options.shows(name) && !quiet {
            let text = if self.options.json { event.to_json() } else { line(event, setting) };
            self.output.write(text).await?;
        } else if name == "gap" {
            // A loss is said even to those who look at something else.
            notice(&line(event, Setting { coloured: false, ..setting }));
        }
        Ok(())
    }

    /// What became of the cursor that was asked for.
    fn connected(&self, event: &Event, blocks: &Blocks) {
        let Ok(connected) = miniserde::json::from_str::<Connected>(&event.data) else { return };
        if connected.heartbeat_ms > 0 {
            blocks.heartbeat(Duration::from_millis(connected.heartbeat_ms));
        }
        let Some(asked) = self.last_id.as_deref().filter(|id| !id.is_empty()) else { return };
        let known = asked.parse::<Cursor>().is_ok_and(|cursor| cursor.epoch == connected.cursor.epoch);
        let asked = printable(asked);
        notice(&match connected {
            Connected { resumed: true, missed: 0, .. } => format!("resumed after {asked}, nothing is missed"),
            Connected { missed: 1.., .. } => format!("{} events after {asked} are gone for good", connected.missed),
            _ if known => format!("the server does not know {asked}; going on from {}", connected.cursor),
            _ => format!(
                "the server has begun anew and no longer knows {asked}: what came between is lost; going on from {}",
                connected.cursor
            ),
        });
    }
}

fn farewell(event: &Event) -> String {
    let bye = miniserde::json::from_str::<Bye>(&event.data);
    bye.map_or_else(|_| "the server said good-bye".to_owned(), |bye| printable(&bye.reason).into_owned())
}

fn now() -> Timestamp {
    Timestamp::from(SystemTime::now())
}
