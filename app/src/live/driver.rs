//! Puts the pure parts to work in a browser: clocks, timers, what the page and the device do. It decides nothing.

mod browser;

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::client::{CONNECTED, Callback, Client, Heard, Said};
use super::event::{DecodeError, NAMES, decode};
use super::intake::Intake;
use super::listener::Listener;
use super::machine::{Input, Refusal};
use super::source::Source;
use super::status::{View, status};
use super::timer::{Timer, local_ms};
use super::{Live, choices, page};
use crate::model::Cursor;
use crate::place::Place;
use crate::range::Range;
use browser::Browser;

/// Events are shown this many milliseconds after the first of a batch has come, so that a flood of lines doesn't draw
/// the page anew for each.
const BATCH_MS: u64 = 100;
const SECOND_MS: u64 = 1_000;

/// The stream of one page. Dropped, it closes the line and takes away its timers and listeners.
pub(super) struct Driver {
    this: Weak<Self>,
    live: Live,
    client: Client<Browser>,
    intake: RefCell<Intake>,
    paused: Cell<bool>,
    /// The charts lack samples: the line was down, or the range's haven't come yet.
    refining: Cell<bool>,
    /// The server has been asked for a snapshot, and hasn't answered yet.
    asking: Cell<bool>,
    /// A connection has been asked for.
    opened: Cell<bool>,
    /// The connection that was asked for last has said something.
    answered: Cell<bool>,
    /// The reader has asked for another try.
    urged: Cell<bool>,
    /// Events that couldn't be read.
    unreadable: Cell<u32>,
    deadline: Timer,
    patience: Timer,
    batch: Timer,
    second: Timer,
    _listeners: [Listener; 2],
}

impl Driver {
    pub(super) fn new(live: Live, cursor: Cursor) -> Rc<Self> {
        let newest = live.history.read_untracked().last();
        let intake = Intake::new(cursor, live.now.get_untracked(), newest, local_ms());
        Rc::new_cyclic(|this| Self {
            this: this.clone(),
            live,
            client: Client::new(Browser(this.clone()), js_sys::Math::random),
            intake: RefCell::new(intake),
            paused: Cell::new(live.paused.get_untracked()),
            refining: Cell::new(false),
            asking: Cell::new(false),
            opened: Cell::new(false),
            answered: Cell::new(false),
            urged: Cell::new(false),
            unreadable: Cell::new(0),
            deadline: timer(this, |driver| driver.input(Input::Tick)),
            patience: timer(this, Self::lose_patience),
            batch: timer(this, Self::show_batch),
            second: timer(this, Self::second),
            _listeners: listeners(this),
        })
    }

    pub(super) fn start(&self) {
        let offset_min = -(js_sys::Date::new_0().get_timezone_offset() as i32);
        self.live.view.update(|view| view.offset_min = offset_min);
        let this = self.this.clone();
        let callback: Callback = Rc::new(move |heard| {
            if let Some(driver) = this.upgrade() {
                driver.receive(heard);
            }
        });
        for name in NAMES {
            self.client.on(name, callback.clone());
        }
        if !window().navigator().on_line() {
            self.client.tell(Input::Offline);
        }
        self.client.connect();
        self.show_status();
        self.second.set(local_ms(), SECOND_MS);
    }

    pub(super) fn retry(&self) {
        self.urged.set(true);
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
        let (place, range) = (self.live.place, self.live.view.get_untracked().range);
        self.refining.set(true);
        self.asking.set(true);
        let this = self.this.clone();
        spawn_local(async move {
            let snapshot = choices::snapshot(place, range).await;
            let Some(driver) = this.upgrade() else { return };
            driver.asking.set(false);
            let Some(snapshot) = snapshot else { return };
            // The lines of the room come on the stream: those of another answer would be there twice.
            let is_whole = place != Place::Chat && !driver.paused.get();
            if let Some(drawn) = snapshot.drawn.filter(|_| is_whole) {
                driver.live.parts.set(drawn.parts);
            }
            // Else the reader has chosen another meanwhile, and that one is on its way.
            if driver.live.view.get_untracked().range == range {
                driver.refining.set(false);
                driver.live.history.update(|known| known.refined_by(snapshot.history));
            }
        });
    }

    /// Shows what the server has drawn for all; or asks it to draw what this page's address asks for.
    pub(super) fn show(&self, parts: Vec<Vec<String>>) {
        if self.live.place != Place::Alerts || choices::asked().is_empty() {
            self.live.parts.set(parts);
        } else if !self.asking.get() {
            self.refine();
        }
    }

    fn refine_if_due(&self) {
        if self.refining.get() && !self.paused.get() {
            self.refine();
        }
    }

    fn input(&self, input: Input) {
        self.client.tell(input);
        self.show_status();
    }

    fn hear(&self, said: Said) {
        // Not worth a look at the status for each of a flood of lines: the batch does it.
        self.answered.set(true);
        let is_message = matches!(said, Said::Message { .. });
        if matches!(said, Said::Failed { closed: true }) {
            self.ask_why();
        }
        if let Said::SharedBy(others) = said {
            self.live.shared_by.set(others);
        }
        self.client.hear(said);
        if !is_message {
            self.show_status();
        }
    }

    /// An `EventSource` says that it was refused, and not why: so the server is asked.
    fn ask_why(&self) {
        let (this, path) = (self.this.clone(), self.path());
        spawn_local(async move {
            let Some((status, wait)) = choices::answer(&path).await else { return };
            let Some(driver) = this.upgrade() else { return };
            let Some(refusal) = Refusal::of(status) else { return driver.input(Input::Wait { seconds: wait }) };
            driver.input(Input::Refused(refusal));
            // The server leads who has to sign in there, and back. But a page that it gives to who may not have its stream
            // would so be loaded for ever.
            let was_let_in = !driver.intake.borrow().client().is_empty();
            if refusal == Refusal::SignedOut && (was_let_in || driver.urged.get()) {
                let _ = window().location().reload();
            }
        });
    }

    /// Where the stream is asked for. The document knows better where that depends on who reads.
    fn path(&self) -> String {
        let named = document().body().and_then(|body| body.get_attribute("data-stream"));
        named.unwrap_or_else(|| self.live.place.stream().to_owned())
    }

    fn lose_patience(&self) {
        if !self.answered.get() {
            Source::no_more_workers();
            self.hear(Said::Missing);
        }
    }

    /// Takes in an event of the stream; without data it is the client's word that the line stands.
    fn receive(&self, heard: Heard<'_>) {
        let Some(data) = heard.data else {
            if heard.name == CONNECTED {
                self.refine_if_due();
            }
            return;
        };
        let input = match decode(heard.name, data, heard.id) {
            Ok(Some(event)) => self.intake.borrow_mut().receive(event, local_ms()),
            Ok(None) => return,
            Err(error) => return self.warn(&error),
        };
        match input {
            Input::Bye { .. } => self.input(input),
            Input::Event { heartbeat_ms: Some(_) } => self.client.tell(input),
            _ => {}
        }
        self.collect();
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
            if let Some(firing) = self.intake.borrow().inbox.firing() {
                self.live.show_firing(firing);
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
                self.live.client.set(self.intake.borrow().client().to_owned());
                self.live.apply(batch);
                // The samples in the event are those of the range that a page has without choosing.
                if restarted && self.live.view.get_untracked().range != Range::default() {
                    self.refine();
                }
            }
            None => self.client.tell(Input::Reopen),
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
        let line = self.client.line();
        let interval_ms = self.live.host.read_untracked().interval_ms;
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
        if *self.live.status.read_untracked() != status {
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
