//! The client of a stream, with the calls and the events of the guide's two, `SSEClient` and `RobustSSEClient`.
//!
//! | the guide's | here |
//! |---|---|
//! | `connect()`, `close()`, `cleanup()` | [`connect`](Client::connect), [`close`](Client::close), [`cleanup`](Client::cleanup) |
//! | `addEventListener`, `removeEventListener` | [`on`](Client::on), [`off`](Client::off) |
//! | `connected`, `error`, `maxReconnectAttemptsReached` | [`CONNECTED`], [`ERROR`], [`GAVE_UP`] |
//! | waits, attempts, silence | the [machine](super::machine), which alone decides |
//!
//! It knows no browser: what it needs of one is a [`World`].

use std::cell::{Cell, RefCell};
use std::fmt;
use std::rc::Rc;

use super::machine::{Command, Input, Line, Machine};

/// The line stands. The server's own event of that name follows, and has data.
pub const CONNECTED: &str = "connected";
/// The line has failed, in whatever way: broken, refused, silent, or closed by the server.
pub const ERROR: &str = "error";
/// No more tries will be made until somebody asks.
pub const GAVE_UP: &str = "maxReconnectAttemptsReached";

/// What the client needs of the world around it.
pub trait World {
    /// A connection. Dropped, it is closed and says nothing more.
    type Source;

    /// Milliseconds of a clock that goes on while the machine sleeps.
    fn now(&self) -> u64;

    /// Connects, going on after the last event that is known, to hear of events with these names. What is heard must be
    /// given to [`Client::hear`]. `None` where it can't even be tried.
    fn open(&self, names: &[&'static str]) -> Option<Self::Source>;

    /// [`Input::Tick`] must be given in so many milliseconds; earlier does no harm. `None` is never.
    fn wake_in(&self, ms: Option<u64>);
}

/// What a source says.
#[derive(Debug)]
pub enum Said {
    /// It is open.
    Opened,
    /// It has failed.
    Failed {
        /// The browser won't try again by itself.
        closed: bool,
    },
    /// It brought an event.
    Message {
        /// The event's name.
        name: String,
        /// Its data.
        data: String,
        /// The last id of the stream.
        id: String,
    },
    /// It never was there: another must be opened.
    Missing,
    /// It is shared by so many other pages.
    SharedBy(u32),
}

/// What a listener is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heard<'a> {
    /// What was listened for.
    pub name: &'a str,
    /// What the server sent. `None` where the client itself says something: [`CONNECTED`], [`ERROR`], [`GAVE_UP`].
    pub data: Option<&'a str>,
    /// The last id of the stream.
    pub id: &'a str,
}

/// Is told of events.
pub type Callback = Rc<dyn Fn(Heard<'_>)>;

/// Which listener: what [`Client::off`] takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListenerId(u32);

struct Listening {
    id: ListenerId,
    name: &'static str,
    callback: Callback,
}

/// A stream that is kept open. Dropped, it closes.
pub struct Client<W: World> {
    world: W,
    machine: RefCell<Machine>,
    source: RefCell<Option<W::Source>>,
    /// In the order of their numbers.
    listeners: RefCell<Vec<Listening>>,
    next: Cell<u32>,
}

impl<W: World> fmt::Debug for Client<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("machine", &self.machine).finish_non_exhaustive()
    }
}

impl<W: World> Client<W> {
    /// A client that does nothing until [`connect`](Self::connect). `random` gives numbers in [0, 1).
    pub fn new(world: W, random: fn() -> f64) -> Self {
        Self {
            world,
            machine: RefCell::new(Machine::new(random)),
            source: RefCell::new(None),
            listeners: RefCell::default(),
            next: Cell::new(0),
        }
    }

    /// Connects and stays connected, to hear of all that is listened for by now or later.
    pub fn connect(&self) {
        self.tell(Input::Start);
    }

    /// Listens for events of that name. Several may listen for the same; they are told in order.
    ///
    /// A source listens for names: where this one is new and a source stands, another goes on in its place.
    pub fn on(&self, name: &'static str, callback: Callback) -> ListenerId {
        let id = ListenerId(self.next.get());
        self.next.set(id.0 + 1);
        let is_known = self.listeners.borrow().iter().any(|known| known.name == name);
        self.listeners.borrow_mut().push(Listening { id, name, callback });
        if !is_known && !is_own(name) {
            self.tell(Input::Reopen);
        }
        id
    }

    /// Ends a listener. It is told nothing more, not even of the event that is being told just now.
    pub fn off(&self, id: ListenerId) {
        let removed = {
            let mut listeners = self.listeners.borrow_mut();
            listeners.iter().position(|known| known.id == id).map(|index| listeners.remove(index))
        };
        // What it held goes when nothing is borrowed.
        drop(removed);
    }

    /// Closes, and waits for nothing more. Listeners stay for the next [`connect`](Self::connect).
    pub fn close(&self) {
        self.tell(Input::Close);
    }

    /// Closes, and ends all listeners.
    pub fn cleanup(&self) {
        self.close();
        drop(self.listeners.take());
    }

    /// How the line stands, as of the last thing that happened.
    pub fn line(&self) -> Line {
        self.machine.borrow().line()
    }

    /// Takes in what the source says.
    pub fn hear(&self, said: Said) {
        match said {
            Said::Opened => self.tell(Input::Opened),
            Said::Failed { closed } => self.tell(Input::Failed { closed }),
            Said::Missing => self.tell(Input::Reopen),
            Said::SharedBy(_) => {}
            Said::Message { name, data, id } => {
                self.tell(Input::Event { heartbeat_ms: None });
                self.emit(Heard { name: &name, data: Some(&data), id: &id });
            }
        }
    }

    /// Takes in what happened otherwise, and does as the machine says.
    pub fn tell(&self, input: Input) {
        let mut next = Some(input);
        while let Some(input) = next.take() {
            // The borrow must end here: whoever is told may well call back.
            let commands = self.machine.borrow_mut().step(self.world.now(), input);
            for command in commands {
                match command {
                    Command::Close => drop(self.source.take()),
                    Command::Open => {
                        let source = self.world.open(&self.names());
                        if source.is_none() {
                            next = Some(Input::Failed { closed: true });
                        }
                        // The old one goes only when nothing is borrowed.
                        drop(self.source.replace(source));
                    }
                    Command::Connected => self.say(CONNECTED),
                    Command::Failed => self.say(ERROR),
                    Command::GaveUp => self.say(GAVE_UP),
                }
            }
        }
        let deadline = self.machine.borrow().deadline();
        self.world.wake_in(deadline.map(|deadline| deadline.saturating_sub(self.world.now())));
    }

    /// What is listened for, each name once.
    fn names(&self) -> Vec<&'static str> {
        let mut names = Vec::new();
        for listening in self.listeners.borrow().iter() {
            if !is_own(listening.name) && !names.contains(&listening.name) {
                names.push(listening.name);
            }
        }
        names
    }

    fn say(&self, name: &str) {
        self.emit(Heard { name, data: None, id: "" });
    }

    /// Tells those who listen now, in order, but for those whom one told before has ended.
    fn emit(&self, heard: Heard<'_>) {
        let (mut from, end) = (0, self.next.get());
        while let Some((id, callback)) = self.listener(heard.name, from, end) {
            callback(heard);
            from = id + 1;
        }
    }

    /// The first that listens for the name, of those with these numbers.
    fn listener(&self, name: &str, from: u32, end: u32) -> Option<(u32, Callback)> {
        let listeners = self.listeners.borrow();
        let found = listeners.iter().find(|known| known.name == name && (from..end).contains(&known.id.0))?;
        Some((found.id.0, found.callback.clone()))
    }
}

/// Nothing that a source would have to listen for: it tells of errors anyway.
fn is_own(name: &str) -> bool {
    name == ERROR || name == GAVE_UP
}

#[cfg(test)]
mod tests;
