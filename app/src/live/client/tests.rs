//! The client with a made-up world: a clock, one timer, and sources that say what the test tells them to.

use proptest::prelude::*;

use super::super::backoff::{MAX_MS, TRIES};
use super::super::event::decode;
use super::super::intake::Intake;
use super::super::machine::{LATE_MS, SILENCE_MS, STABLE_MS};
use super::*;
use crate::model::{Cursor, Timestamp};

#[derive(Debug, Default)]
struct State {
    now: u64,
    timer: Option<u64>,
    /// The names that the one open source listens for.
    source: Option<Vec<&'static str>>,
    /// Where each source went on from.
    opened: Vec<String>,
    cursor: String,
    refuses: bool,
}

#[derive(Clone, Default)]
struct Made(Rc<RefCell<State>>);

/// There may be one at a time.
struct Only(Made);

impl Drop for Only {
    fn drop(&mut self) {
        assert!(self.0.0.borrow_mut().source.take().is_some(), "closed twice");
    }
}

impl World for Made {
    type Source = Only;

    fn now(&self) -> u64 {
        self.0.borrow().now
    }

    fn open(&self, names: &[&'static str]) -> Option<Only> {
        let mut state = self.0.borrow_mut();
        assert!(state.source.is_none(), "a second source");
        let cursor = state.cursor.clone();
        state.opened.push(cursor);
        if state.refuses {
            return None;
        }
        state.source = Some(names.to_vec());
        drop(state);
        Some(Only(self.clone()))
    }

    fn wake_in(&self, ms: Option<u64>) {
        let mut state = self.0.borrow_mut();
        state.timer = ms.map(|ms| state.now + ms);
    }
}

struct Sim {
    world: Made,
    client: Rc<Client<Made>>,
    /// What listeners heard: their label, the event's name and data.
    heard: Rc<RefCell<Vec<String>>>,
}

impl Sim {
    fn new() -> Self {
        Self::with_random(|| 0.0)
    }

    fn with_random(random: fn() -> f64) -> Self {
        let world = Made::default();
        world.0.borrow_mut().now = 10_000_000;
        Self { client: Rc::new(Client::new(world.clone(), random)), world, heard: Rc::default() }
    }

    fn listen(&self, label: &'static str, name: &'static str) -> ListenerId {
        let heard = self.heard.clone();
        self.client.on(
            name,
            Rc::new(move |event: Heard<'_>| {
                heard.borrow_mut().push(format!("{label} {} {}", event.name, event.data.unwrap_or("-")));
            }),
        )
    }

    fn opened(&self) -> &Self {
        self.client.hear(Said::Opened);
        self
    }

    fn message(&self, name: &str, data: &str, id: &str) -> &Self {
        self.client.hear(Said::Message { name: name.to_owned(), data: data.to_owned(), id: id.to_owned() });
        self
    }

    fn fail(&self, closed: bool) -> &Self {
        self.client.hear(Said::Failed { closed });
        self
    }

    /// Lets time pass, and the timer ring on the way.
    fn run(&self, ms: u64) -> &Self {
        let end = self.world.0.borrow().now + ms;
        while let Some(at) = self.timer().filter(|&at| at <= end) {
            let mut state = self.world.0.borrow_mut();
            (state.now, state.timer) = (at.max(state.now), None);
            drop(state);
            self.client.tell(Input::Tick);
        }
        self.world.0.borrow_mut().now = end;
        self
    }

    /// Nothing runs for so long, not even the timer.
    fn sleep(&self, ms: u64) -> &Self {
        self.world.0.borrow_mut().now += ms;
        self
    }

    fn timer(&self) -> Option<u64> {
        self.world.0.borrow().timer
    }

    fn is_open(&self) -> bool {
        self.world.0.borrow().source.is_some()
    }

    fn opens(&self) -> usize {
        self.world.0.borrow().opened.len()
    }

    fn heard(&self) -> Vec<String> {
        self.heard.take()
    }
}

/// Connected, and told so.
fn open() -> Sim {
    let sim = Sim::new();
    sim.client.connect();
    sim.opened();
    sim
}

#[test]
fn listeners_added_before_connect_are_attached() {
    let sim = Sim::new();
    sim.listen("a", "metrics");
    sim.listen("b", "metrics");
    sim.listen("c", "alert");
    sim.listen("d", ERROR);
    sim.client.connect();
    assert_eq!(sim.world.0.borrow().source.as_deref(), Some(&["metrics", "alert"][..]));
    sim.opened().message("metrics", "1", "x.1").message("log", "2", "x.2");
    assert_eq!(sim.heard(), ["a metrics 1", "b metrics 1"]);
}

#[test]
fn a_listener_added_later_is_attached_too() {
    let sim = open();
    sim.world.0.borrow_mut().cursor = "x.7".to_owned();
    sim.listen("a", "log");
    assert_eq!(sim.world.0.borrow().source.as_deref(), Some(&["log"][..]));
    assert_eq!(sim.world.0.borrow().opened.last().unwrap(), "x.7", "nothing is missed by it");
    sim.listen("b", "log");
    assert_eq!(sim.opens(), 2, "a known name needs no other source");
    sim.opened().message("log", "1", "x.8");
    assert_eq!(sim.heard(), ["a log 1", "b log 1"]);
}

#[test]
fn a_listener_removed_is_told_nothing_more() {
    let sim = open();
    let first = sim.listen("a", "log");
    sim.listen("b", "log");
    sim.client.off(first);
    sim.client.off(first);
    sim.message("log", "1", "");
    assert_eq!(sim.heard(), ["b log 1"]);
}

#[test]
fn a_listener_removed_while_it_is_told_hurts_nobody() {
    let sim = open();
    let (client, own) = (sim.client.clone(), Rc::new(Cell::new(None)));
    let (one, known) = (own.clone(), Rc::new(RefCell::new(Vec::new())));
    let others = known.clone();
    own.set(Some(sim.client.on(
        "log",
        Rc::new(move |_| {
            one.get().into_iter().chain(others.take()).for_each(|id| client.off(id));
        }),
    )));
    let second = sim.listen("b", "log");
    sim.listen("c", "log");
    known.borrow_mut().push(second);
    sim.message("log", "1", "").message("log", "2", "");
    assert_eq!(sim.heard(), ["c log 1", "c log 2"]);
}

#[test]
fn a_listener_may_close_and_connect() {
    let sim = open();
    let client = sim.client.clone();
    sim.client.on(
        ERROR,
        Rc::new(move |_| {
            client.close();
            client.connect();
        }),
    );
    sim.fail(false);
    assert_eq!((sim.opens(), sim.is_open(), sim.timer().is_some()), (2, true, true));
}

#[test]
fn opening_does_not_end_the_watch_for_silence() {
    let sim = Sim::new();
    sim.client.connect();
    sim.opened().run(SILENCE_MS - 1);
    assert!(sim.is_open());
    sim.run(1);
    assert!(!sim.is_open(), "open, and never a word");
    sim.run(1_000).opened().message("log", "", "").run(SILENCE_MS);
    assert_eq!((sim.is_open(), sim.opens()), (false, 2), "and so it is after a word");
}

#[test]
fn silence_while_connecting_is_noticed_too() {
    let sim = open();
    sim.listen("a", ERROR);
    sim.world.0.borrow_mut().cursor = "x.9".to_owned();
    // The browser tries again by itself, and says so: the line is ours to mend.
    sim.fail(false).run(1_000);
    assert_eq!((sim.opens(), sim.world.0.borrow().opened.last().unwrap().as_str()), (2, "x.9"));
    sim.run(SILENCE_MS).run(1_500);
    assert_eq!((sim.opens(), sim.world.0.borrow().opened.last().unwrap().as_str()), (3, "x.9"));
    assert_eq!(sim.heard(), ["a error -", "a error -"]);
}

#[test]
fn close_waits_for_nothing_more() {
    let failed = |sim: &Sim| {
        sim.fail(false);
    };
    let silent = |sim: &Sim| {
        sim.run(SILENCE_MS);
    };
    for prepare in [|_: &Sim| {}, failed, silent] {
        let sim = open();
        prepare(&sim);
        let opens = sim.opens();
        sim.client.close();
        assert_eq!((sim.is_open(), sim.timer()), (false, None));
        for input in [Input::Online, Input::Offline, Input::Visible, Input::Frozen, Input::Retry, Input::Reopen] {
            sim.client.tell(input);
        }
        sim.run(3_600_000);
        assert_eq!((sim.opens(), sim.timer()), (opens, None));
        sim.client.connect();
        assert_eq!((sim.opens(), sim.is_open()), (opens + 1, true));
    }
}

#[test]
fn cleanup_ends_the_listeners() {
    let sim = open();
    sim.listen("a", "log");
    sim.opened().client.cleanup();
    assert_eq!((sim.is_open(), sim.timer(), Rc::strong_count(&sim.heard)), (false, None, 1));
}

#[test]
fn dropped_it_closes() {
    let Sim { world, client, .. } = open();
    drop(client);
    assert!(world.0.borrow().source.is_none());
}

#[test]
fn connected_and_error_are_told() {
    let sim = Sim::new();
    sim.listen("a", CONNECTED);
    sim.listen("a", ERROR);
    sim.client.connect();
    sim.opened().message("connected", "{}", "").fail(true).run(1_000).opened();
    sim.client.tell(Input::Bye { reason: "restarting".to_owned() });
    assert_eq!(sim.heard(), ["a connected -", "a connected {}", "a error -", "a connected -", "a error -"]);
}

#[test]
fn giving_up_is_told_once() {
    for refuses in [false, true] {
        let sim = open();
        sim.listen("a", GAVE_UP);
        sim.world.0.borrow_mut().refuses = refuses;
        sim.fail(false);
        for _ in 0..3 * TRIES {
            sim.run(MAX_MS);
            if sim.is_open() {
                sim.fail(false);
            }
        }
        sim.run(3_600_000);
        assert_eq!(sim.heard(), ["a maxReconnectAttemptsReached -"], "{refuses}");
        assert_eq!(sim.opens(), 1 + TRIES as usize);
        sim.client.tell(Input::Retry);
        for _ in 0..3 * TRIES {
            if sim.is_open() {
                sim.fail(false);
            }
            sim.run(MAX_MS);
        }
        assert_eq!(sim.heard().len(), 1, "and once more after somebody has asked");
    }
}

#[test]
fn a_source_that_never_was_costs_no_try() {
    let sim = Sim::new();
    sim.client.connect();
    sim.client.hear(Said::Missing);
    assert_eq!((sim.opens(), sim.is_open(), sim.client.line()), (2, true, Line::First));
}

#[test]
fn only_a_stable_line_resets_the_waits() {
    let sim = open();
    sim.listen("a", "log");
    sim.opened().fail(false).run(1_000).opened().fail(false);
    assert_eq!(sim.client.line(), Line::Down { in_ms: 1_500, attempt: 2 });
    sim.run(1_500).opened().run(STABLE_MS).message("log", "", "").fail(false);
    assert_eq!(sim.client.line(), Line::Down { in_ms: 1_000, attempt: 1 });
}

/// Case 25: whatever a page is put through, one connection comes of it, from the same place.
#[test]
fn one_connection_after_each_trial() {
    type Trial = (&'static str, fn(&Sim));
    let trials: [Trial; 7] = [
        ("frozen", |sim| {
            sim.client.tell(Input::Frozen);
            sim.sleep(600_000).client.tell(Input::Visible);
        }),
        ("frozen without a word", |sim| sim.sleep(600_000).client.tell(Input::Tick)),
        ("put away and back", |sim| {
            sim.client.tell(Input::Frozen);
            sim.client.tell(Input::Visible);
            sim.client.tell(Input::Visible);
        }),
        ("offline and online", |sim| {
            sim.client.tell(Input::Offline);
            sim.fail(false).run(20_000).client.tell(Input::Online);
        }),
        ("the clock an hour back", |sim| {
            sim.world.0.borrow_mut().now -= 3_600_000;
            sim.client.tell(Input::Tick);
            sim.run(SILENCE_MS).run(1_000);
        }),
        ("silence", |sim| {
            sim.run(SILENCE_MS).run(1_000);
        }),
        ("silence of a slow timer", |sim| {
            sim.sleep(SILENCE_MS + LATE_MS).client.tell(Input::Tick);
            sim.run(1_000);
        }),
    ];
    for (name, trial) in trials {
        let sim = open();
        sim.world.0.borrow_mut().cursor = "x.5".to_owned();
        trial(&sim);
        assert_eq!((sim.is_open(), sim.opens()), (true, 2), "{name}");
        assert_eq!(sim.world.0.borrow().opened.last().unwrap(), "x.5", "{name}");
        sim.opened().message("connected", "{}", "").run(1_000);
        assert!(matches!(sim.client.line(), Line::Open { .. }), "{name}: {:?}", sim.client.line());
    }
}

#[test]
fn heartbeats_keep_a_line_and_its_place() {
    let sim = open();
    let intake = Rc::new(RefCell::new(Intake::new(cursor(3), Timestamp::from_ms(0), None, 0)));
    let (world, taken) = (sim.world.clone(), intake.clone());
    sim.client.on(
        "heartbeat",
        Rc::new(move |heard: Heard<'_>| {
            if let Ok(Some(event)) = decode(heard.name, heard.data.unwrap_or_default(), heard.id) {
                taken.borrow_mut().receive(event, 0);
                world.0.borrow_mut().cursor = taken.borrow().inbox.cursor().to_string();
            }
        }),
    );
    sim.opened();
    for seq in 4..20 {
        let data = format!(r#"{{"serverTime":"1970-01-01T00:00:01Z","cursor":"{}","lagMs":0}}"#, cursor(seq));
        sim.run(SILENCE_MS - 1).message("heartbeat", &data, "");
    }
    assert!(sim.is_open());
    sim.run(SILENCE_MS).run(1_000);
    assert_eq!(sim.world.0.borrow().opened.last().unwrap(), &cursor(19).to_string());
}

fn cursor(seq: u64) -> Cursor {
    Cursor { epoch: 7, seq }
}

proptest! {
    #[test]
    fn waits_are_within_bounds(random in 0_u8..=99, failures in 1..=TRIES) {
        // A plain function is asked for, so the number comes from the outside.
        thread_local!(static RANDOM: Cell<f64> = const { Cell::new(0.0) });
        RANDOM.set(f64::from(random) / 100.0);
        let sim = Sim::with_random(|| RANDOM.get());
        sim.client.connect();
        for _ in 0..failures {
            sim.fail(false);
            let wait = sim.timer().unwrap() - sim.world.0.borrow().now;
            prop_assert!((1..=MAX_MS).contains(&wait), "{wait}");
            sim.run(MAX_MS);
        }
    }
}
