//! Puts the pure parts to work in a browser: clocks, timers, what the page and the device do. It decides nothing.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::event::{DecodeError, decode};
use super::inbox::Batch;
use super::intake::Intake;
use super::listener::Listener;
use super::machine::{Command, Input, Machine};
use super::source::{Said, Source};
use super::status::{View, status};
use super::timer::{Timer, local_ms, wall_ms};
use super::{Live, page, ranges};
use crate::range::Range;

/// Events are shown this many milliseconds after the first of a batch has come, so that a flood of lines doesn't draw
/// the page anew for each.
const BATCH_MS: u64 = 100;
const SECOND_MS: u64 = 1_000;

/// The stream of one page. Dropped, it closes the line and takes away its timers and listeners.
pub(super) struct Driver {
    this: Weak<Self>,
    live: Live,
    machine: RefCell<Machine>,
    intake: RefCell<Intake>,
    source: RefCell<Option<Source>>,
    paused: Cell<bool>,
    /// The charts lack samples: the line was down, or the range's haven't come yet.
    refining: Cell<bool>,
    /// Events that couldn't be read.
    unreadable: Cell<u32>,
    deadline: Timer,
    batch: Timer,
    second: Timer,
    _listeners: [Listener; 2],
}

impl Driver {
    pub(super) fn new(live: Live) -> Rc<Self> {
        let newest = live.metrics.read_untracked().as_ref().map(|metrics| metrics.timestamp);
        let intake = Intake::new(live.cursor.get_value(), live.now.get_untracked(), newest, local_ms());
        Rc::new_cyclic(|this| Self {
            this: this.clone(),
            live,
            machine: RefCell::new(Machine::new(js_sys::Math::random)),
            intake: RefCell::new(intake),
            source: RefCell::new(None),
            paused: Cell::new(live.paused.get_untracked()),
            refining: Cell::new(false),
            unreadable: Cell::new(0),
            deadline: timer(this, |driver| driver.input(Input::Tick)),
            batch: timer(this, Self::show_batch),
            second: timer(this, Self::second),
            _listeners: listeners(this),
        })
    }

    pub(super) fn start(&self) {
        self.live.offset_min.set(-(js_sys::Date::new_0().get_timezone_offset() as i32));
        if !window().navigator().on_line() {
            self.step(Input::Offline);
        }
        self.input(Input::Start);
        self.second.set(local_ms(), SECOND_MS);
    }

    pub(super) fn retry(&self) {
        self.input(Input::Retry);
    }

    pub(super) fn pause(&self, paused: bool) {
        self.paused.set(paused);
        if paused {
            self.show_status();
        } else {
            self.show_batch();
            self.refine_if_due();
        }
    }

    /// Asks for the samples of the range, finer or longer than those there are.
    pub(super) fn refine(&self) {
        let Some(range) = self.live.range.try_get_untracked() else { return };
        self.refining.set(true);
        let this = self.this.clone();
        spawn_local(async move {
            let history = ranges::fetch(range).await;
            let (Some(history), Some(driver)) = (history, this.upgrade()) else { return };
            // Else the reader has chosen another meanwhile, and that one is on its way.
            if driver.live.range.try_get_untracked() == Some(range) {
                driver.refining.set(false);
                driver.live.history.update(|shown| shown.refined_by(history));
            }
        });
    }

    fn refine_if_due(&self) {
        if self.refining.get() && !self.paused.get() {
            self.refine();
        }
    }

    fn input(&self, input: Input) {
        self.step(input);
        self.show_status();
    }

    /// Gives the machine its input and does as it says.
    fn step(&self, input: Input) {
        let mut next = Some(input);
        while let Some(input) = next.take() {
            let commands = self.machine.borrow_mut().step(wall_ms(), input);
            for command in commands {
                let source = match command {
                    Command::Close => {
                        // Samples are sent as they are made and never again.
                        self.refining.set(true);
                        None
                    }
                    Command::Open => self.open(),
                };
                if command == Command::Open && source.is_none() {
                    next = Some(Input::Failed { closed: true });
                }
                // The old one goes only when nothing is borrowed.
                drop(self.source.replace(source));
            }
        }
        let deadline = self.machine.borrow().deadline();
        if let Some(deadline) = deadline {
            self.deadline.set(local_ms(), deadline.saturating_sub(wall_ms()));
        }
    }

    fn open(&self) -> Option<Source> {
        let url = format!("/api/dashboard-stream?lastEventId={}", self.intake.borrow().inbox.cursor());
        let this = self.this.clone();
        Source::open(&url, move |said| {
            if let Some(driver) = this.upgrade() {
                driver.hear(said);
            }
        })
    }

    fn hear(&self, said: Said) {
        match said {
            Said::Opened => {
                self.input(Input::Opened);
                self.refine_if_due();
            }
            Said::Failed { closed } => self.input(Input::Failed { closed }),
            Said::Message { name, data, id } => {
                let input = match decode(&name, &data, &id) {
                    Ok(Some(event)) => self.intake.borrow_mut().receive(event, local_ms()),
                    Ok(None) => Input::Event { heartbeat_ms: None },
                    Err(error) => {
                        self.warn(&error);
                        Input::Event { heartbeat_ms: None }
                    }
                };
                match input {
                    Input::Bye { .. } => self.input(input),
                    // Not worth a look at the status for each of a flood of lines: the batch does it.
                    _ => self.step(input),
                }
                self.collect();
            }
        }
    }

    fn warn(&self, error: &DecodeError) {
        if self.unreadable.replace(self.unreadable.get().saturating_add(1)) == 0 {
            leptos::logging::warn!("{error} (said once)");
        }
    }

    /// Lets what waits be shown soon, or now if there is no room for more.
    fn collect(&self) {
        let (waiting, full) = {
            let inbox = &self.intake.borrow().inbox;
            (inbox.waiting(), inbox.is_full())
        };
        if self.paused.get() {
            // The view stands still, but nobody is kept from hearing that something fires.
            let alerts = self.intake.borrow_mut().inbox.take_alerts();
            if !alerts.is_empty() {
                self.live.apply(Batch { alerts, ..Batch::default() });
            }
            return;
        }
        if waiting == 0 {
            return;
        }
        if full { self.show_batch() } else { self.batch.set(local_ms(), BATCH_MS) }
    }

    fn show_batch(&self) {
        if self.paused.get() {
            return;
        }
        let batch = self.intake.borrow_mut().inbox.take();
        match batch {
            Some(batch) => {
                let restarted = batch.snapshot.is_some();
                self.live.apply(batch);
                // The samples in the event are those of the range that a page has without choosing.
                if restarted && self.live.range.try_get_untracked().is_some_and(|range| range != Range::default()) {
                    self.refine();
                }
            }
            None => self.step(Input::Reopen),
        }
        self.show_status();
    }

    fn second(&self) {
        let server_time = self.intake.borrow().server_time(local_ms());
        self.live.now.set(server_time);
        self.input(Input::Tick);
        self.second.set(local_ms(), SECOND_MS);
    }

    fn show_status(&self) {
        let line = self.machine.borrow().line();
        let Some(interval_ms) = self.live.host.try_read_value().map(|host| host.interval_ms) else { return };
        let view = {
            let (intake, local) = (self.intake.borrow(), local_ms());
            View {
                paused: self.paused.get(),
                waiting: intake.inbox.waiting(),
                interval_ms,
                sample_age_ms: intake.sample_age_ms(local),
                lag_ms: intake.lag_ms(),
                caught_up: intake.caught_up(local),
            }
        };
        let status = status(line, view);
        if self.live.status.try_read_untracked().is_some_and(|shown| *shown != status) {
            self.live.show_status(status);
        }
    }
}

/// Listeners that keep no driver alive.
fn listeners(this: &Weak<Driver>) -> [Listener; 2] {
    let this = this.clone();
    page::listeners(move |input| {
        if let Some(driver) = this.upgrade() {
            driver.input(input);
        }
    })
}

/// A timer that keeps no driver alive.
fn timer(this: &Weak<Driver>, act: fn(&Driver)) -> Timer {
    let this = this.clone();
    Timer::new(move || {
        if let Some(driver) = this.upgrade() {
            act(&driver);
        }
    })
}
