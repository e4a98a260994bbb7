//! What the page knows of its stream: what came, what of it waits to be shown, and how late it was.

use crate::model::{Connected, Cursor, Drawn, Gap, Snapshot, Timestamp};

use super::Lost;
use super::catch_up::CatchUp;
use super::clock::ServerClock;
use super::event::Event;
use super::inbox::{Inbox, Placed};
use super::machine::Input;

/// Takes in decoded events. Times called `local` are milliseconds of a clock of this side that never jumps.
#[derive(Debug)]
pub struct Intake {
    /// What waits to be shown.
    pub inbox: Inbox,
    clock: ServerClock,
    catch_up: CatchUp,
    /// When the server took the connection; `None` before the first.
    connected: Option<Timestamp>,
    /// When the newest sample was taken, shown or not; before the first, when the page was made.
    newest: Timestamp,
    lag_ms: Option<u64>,
    /// This page's name on its stream.
    client: String,
}

impl Intake {
    /// For a page that shows everything up to `cursor`, made by the server at `server_time` with a sample of `newest`.
    pub fn new(cursor: Cursor, server_time: Timestamp, newest: Option<Timestamp>, local: u64) -> Self {
        Self {
            inbox: Inbox::new(cursor),
            clock: ServerClock::new(server_time, local),
            catch_up: CatchUp::default(),
            connected: None,
            newest: newest.unwrap_or(server_time),
            lag_ms: None,
            client: String::new(),
        }
    }

    /// Takes in an event; returns what it means for the line.
    pub fn receive(&mut self, event: Event, local: u64) -> Input {
        let mut heartbeat_ms = None;
        match event {
            Event::Connected(connected) => {
                heartbeat_ms = Some(connected.heartbeat_ms);
                self.connected(&connected, local);
            }
            Event::Snapshot(snapshot) => self.restart(snapshot, local),
            Event::Gap(gap) => self.lose(&gap, local),
            Event::Heartbeat(heartbeat) => {
                self.clock.observe(heartbeat.server_time, local);
                self.catch_up.reach(heartbeat.server_time, local);
                self.inbox.advance(heartbeat.cursor);
            }
            Event::Bye(bye) => return Input::Bye { reason: bye.reason },
            Event::Drawn(cursor, drawn) => self.sample(cursor, drawn, local),
            Event::Alert(cursor) => self.lossless(cursor, Placed::Alert),
            Event::Line(cursor, words) => self.lossless(cursor, Placed::Line(words)),
            Event::Log(cursor, entry) => self.lossless(cursor, Placed::Log(entry)),
        }
        Input::Event { heartbeat_ms }
    }

    fn connected(&mut self, connected: &Connected, local: u64) {
        self.clock = ServerClock::new(connected.server_time, local);
        self.lag_ms = None;
        self.client.clone_from(&connected.client_id);
        let after_a_break = self.connected.replace(connected.server_time).is_some();
        if after_a_break && connected.resumed {
            self.catch_up.begin(connected.server_time);
        } else {
            self.catch_up.cancel();
        }
    }

    fn restart(&mut self, snapshot: Box<Snapshot>, local: u64) {
        self.clock.observe(snapshot.server_time, local);
        self.catch_up.cancel();
        self.newest = snapshot.history.last().unwrap_or(snapshot.server_time);
        self.inbox.restart(snapshot);
    }

    fn lose(&mut self, gap: &Gap, local: u64) {
        let to = self.server_time(local);
        self.inbox.lose(Lost { count: gap.missed, last: gap.to.seq, from: self.newest.min(to), to });
    }

    fn sample(&mut self, cursor: Cursor, drawn: Box<Drawn>, local: u64) {
        let taken = drawn.at;
        // The same sample is drawn again where others are long in coming: only its age is another.
        if !self.inbox.push(cursor, Placed::Drawn(drawn)) || taken <= self.newest {
            return;
        }
        self.newest = taken;
        self.clock.observe(taken, local);
        self.catch_up.reach(taken, local);
        // An older one waited for the connection, so its age says nothing about the line.
        if self.connected.is_some_and(|connected| taken >= connected) {
            self.lag_ms = Some(self.server_time(local).since(taken));
        }
    }

    fn lossless(&mut self, cursor: Cursor, event: Placed) {
        if self.inbox.push(cursor, event) {
            self.catch_up.count();
        }
    }

    /// The name by which the server knows this page's stream.
    pub fn client(&self) -> &str {
        &self.client
    }

    /// The server's clock.
    pub fn server_time(&self, local: u64) -> Timestamp {
        self.clock.at(local)
    }

    /// Milliseconds since the newest sample was taken.
    pub fn sample_age_ms(&self, local: u64) -> u64 {
        self.server_time(local).since(self.newest)
    }

    /// Milliseconds from the taking of the last sample to its arrival here.
    pub fn lag_ms(&self) -> Option<u64> {
        self.lag_ms
    }

    /// Events that were made good after a break, while that is to be said.
    pub fn caught_up(&self, local: u64) -> Option<u64> {
        self.catch_up.events(local)
    }
}

#[cfg(test)]
mod tests;
