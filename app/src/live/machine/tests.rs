//! The rules one by one, on a made-up clock.

use super::*;

/// A machine with a clock and, in place of a browser, a flag for the one source there may be.
#[derive(Debug, Clone)]
pub(super) struct Sim {
    pub(super) machine: Machine,
    pub(super) now: u64,
    pub(super) source: bool,
    /// Sources made so far.
    pub(super) opens: u32,
}

impl Sim {
    pub(super) fn new() -> Self {
        Self { machine: Machine::new(|| 0.0), now: 1_000_000, source: false, opens: 0 }
    }

    pub(super) fn give(&mut self, input: Input) -> &mut Self {
        for command in self.machine.step(self.now, input) {
            match command {
                Command::Open => {
                    assert!(!self.source, "a second source");
                    (self.source, self.opens) = (true, self.opens + 1);
                }
                Command::Close => assert!(std::mem::take(&mut self.source), "closed what wasn't open"),
                Command::Connected | Command::Failed | Command::GaveUp => {}
            }
        }
        self
    }

    fn wait(&mut self, ms: u64) -> &mut Self {
        self.now += ms;
        self.give(Input::Tick)
    }

    /// Waits as a browser does: for the deadlines on the way, too.
    fn run(&mut self, ms: u64) -> &mut Self {
        let end = self.now + ms;
        while let Some(deadline) = self.machine.deadline().filter(|&deadline| deadline <= end) {
            self.now = deadline;
            self.give(Input::Tick);
        }
        self.now = end;
        self.give(Input::Tick)
    }

    fn event(&mut self) -> &mut Self {
        self.give(Input::Event { heartbeat_ms: None })
    }

    fn fail(&mut self) -> &mut Self {
        self.give(Input::Failed { closed: false })
    }

    fn line(&self) -> Line {
        self.machine.line()
    }

    fn reason(&self) -> String {
        let Line::Offline { reason } = self.line() else { panic!("{:?}", self.line()) };
        reason
    }
}

fn down(in_ms: u64, attempt: u32) -> Line {
    Line::Down { in_ms, attempt }
}

fn open() -> Sim {
    let mut sim = Sim::new();
    sim.give(Input::Start).give(Input::Opened).give(Input::Event { heartbeat_ms: Some(15_000) });
    sim
}

/// All tries used up.
fn given_up() -> Sim {
    let mut sim = open();
    sim.fail();
    for _ in 0..TRIES {
        let deadline = sim.machine.deadline().unwrap();
        sim.now = deadline;
        sim.give(Input::Tick).fail();
    }
    sim
}

#[test]
fn connects_at_the_start() {
    let mut sim = Sim::new();
    assert_eq!((sim.line(), sim.machine.deadline()), (Line::First, None));
    sim.give(Input::Start);
    assert_eq!((sim.line(), sim.source), (Line::First, true));
    sim.give(Input::Opened);
    assert_eq!(sim.line(), Line::Open { for_ms: 0 });
    sim.give(Input::Start);
    assert_eq!(sim.opens, 1);
}

#[test]
fn an_error_closes_and_waits_as_long_as_it_says() {
    for closed in [true, false] {
        let mut sim = open();
        sim.give(Input::Failed { closed });
        assert_eq!((sim.line(), sim.source), (down(1_000, 1), false));
        sim.wait(400);
        assert_eq!((sim.line(), sim.source), (down(600, 1), false));
        sim.wait(600);
        assert_eq!((sim.line(), sim.source), (down(0, 1), true));
        sim.give(Input::Failed { closed });
        assert_eq!(sim.line(), down(1_500, 2));
    }
}

#[test]
fn a_connection_that_never_answers_is_given_up() {
    let mut sim = Sim::new();
    sim.give(Input::Start).wait(SILENCE_MS - 1);
    assert_eq!(sim.line(), Line::First);
    sim.wait(1);
    assert_eq!(sim.line(), down(1_000, 1));
}

#[test]
fn silence_closes() {
    for (heartbeat_ms, silence) in [
        (0, 45_000),
        (15_000, 45_000),
        (60_000, 90_000),
        (300_000, 450_000),
        (5_000, 15_000),
        (100, 3_000),
        (u64::MAX, 450_000),
    ] {
        let mut sim = Sim::new();
        sim.give(Input::Start).give(Input::Opened).give(Input::Event { heartbeat_ms: Some(heartbeat_ms) });
        sim.wait(silence - 1);
        assert!(sim.source, "{heartbeat_ms}");
        sim.event().wait(silence - 1);
        assert!(sim.source, "{heartbeat_ms}");
        sim.wait(1);
        assert!(!sim.source, "{heartbeat_ms}");
    }
}

#[test]
fn a_new_connection_has_announced_nothing() {
    let mut sim = open();
    sim.give(Input::Event { heartbeat_ms: Some(1_000) }).fail().wait(1_000).wait(SILENCE_MS - 1);
    assert!(sim.source);
    sim.give(Input::Opened).run(SILENCE_MS - 1);
    assert_eq!((sim.source, sim.opens), (true, 2));
}

#[test]
fn gives_up_after_ten_tries_and_says_why() {
    let mut sim = given_up();
    assert_eq!(sim.reason(), "the server can't be reached");
    assert_eq!((sim.opens, sim.source, sim.machine.deadline()), (1 + TRIES, false, None));
    sim.run(86_400_000);
    assert_eq!(sim.opens, 1 + TRIES);
}

#[test]
fn starts_again_when_asked() {
    for input in [Input::Retry, Input::Online, Input::Visible] {
        let mut sim = given_up();
        sim.give(input.clone());
        assert_eq!((sim.line(), sim.source), (down(0, 1), true), "{input:?}");
        sim.fail();
        assert_eq!(sim.line(), down(1_500, 2), "{input:?}");
    }
}

#[test]
fn does_not_wait_when_asked() {
    for input in [Input::Retry, Input::Online, Input::Visible] {
        let mut sim = open();
        sim.fail().give(input.clone());
        assert_eq!((sim.line(), sim.source), (down(0, 1), true), "{input:?}");
    }
}

#[test]
fn leaves_a_good_line_alone() {
    let mut sim = open();
    for input in [Input::Retry, Input::Online, Input::Visible, Input::Start, Input::Opened, Input::Tick] {
        sim.give(input);
    }
    assert_eq!((sim.opens, sim.source), (1, true));
}

#[test]
fn only_a_stable_line_makes_good_for_failures() {
    let mut sim = open();
    sim.fail().wait(1_000).give(Input::Opened).event().wait(STABLE_MS - 1).event().fail();
    assert_eq!(sim.line(), down(1_500, 2));
    sim.wait(1_500).give(Input::Opened).event().wait(STABLE_MS).fail();
    assert_eq!(sim.line(), down(2_250, 3), "open for long, but with nothing to show for it");
    sim.wait(2_250).give(Input::Opened).wait(STABLE_MS).event().fail();
    assert_eq!(sim.line(), down(1_000, 1));
}

#[test]
fn the_servers_goodbye_is_remembered() {
    let mut sim = open();
    sim.give(Input::Bye { reason: "restarting".to_owned() });
    assert_eq!((sim.line(), sim.source), (down(1_000, 1), false));
    for _ in 0..TRIES {
        sim.now = sim.machine.deadline().unwrap();
        sim.give(Input::Tick).fail();
    }
    assert_eq!(sim.reason(), "the server closed the stream: restarting");
}

#[test]
fn another_cursor_needs_another_source_and_costs_no_try() {
    let mut sim = open();
    sim.give(Input::Reopen);
    assert_eq!((sim.opens, sim.source), (2, true));
    sim.fail();
    assert_eq!(sim.line(), down(1_000, 1));
    sim.give(Input::Reopen);
    assert_eq!(sim.opens, 2, "the next one has it anyway");
}

#[test]
fn a_device_offline_burns_no_tries() {
    let mut sim = open();
    sim.give(Input::Offline).fail();
    assert_eq!(sim.reason(), "this device is offline");
    sim.run(3_600_000);
    while sim.source {
        sim.fail();
    }
    assert_eq!(sim.reason(), "this device is offline");
    sim.give(Input::Online);
    assert_eq!((sim.line(), sim.source), (down(0, 1), true));
}

#[test]
fn a_device_that_goes_offline_while_waiting_waits_for_it() {
    for mut sim in [open().fail().clone(), given_up()] {
        sim.give(Input::Offline);
        assert_eq!(sim.reason(), "this device is offline");
        sim.give(Input::Online);
        assert_eq!(sim.line(), down(0, 1));
    }
}

#[test]
fn the_browsers_word_does_not_cut_a_line_that_stands() {
    let mut sim = open();
    sim.give(Input::Offline).wait(GRACE_MS - 1).event().wait(GRACE_MS);
    assert!(sim.source);
    sim.give(Input::Online).give(Input::Offline).wait(GRACE_MS);
    assert_eq!((sim.reason().as_str(), sim.source), ("this device is offline", false));
}

#[test]
fn looks_now_and_then_whether_the_browser_is_wrong() {
    let mut sim = open();
    sim.give(Input::Offline).fail().wait(OFFLINE_CHECK_MS);
    assert_eq!((sim.reason().as_str(), sim.source), ("this device is offline", true));
    sim.give(Input::Opened);
    assert_eq!(sim.line(), Line::Open { for_ms: 0 });
}

#[test]
fn a_connection_begun_without_a_network_is_made_anew() {
    let mut sim = Sim::new();
    sim.give(Input::Offline).give(Input::Start).give(Input::Online);
    assert_eq!((sim.source, sim.opens), (true, 2));
}

#[test]
fn a_button_overrules_the_browser() {
    let mut sim = open();
    sim.give(Input::Offline).fail().give(Input::Retry);
    assert_eq!((sim.line(), sim.source), (down(0, 1), true));
    sim.fail();
    assert_eq!(sim.line(), down(1_500, 2));
}

#[test]
fn a_refusal_ends_it_until_somebody_asks() {
    for (status, refusal) in [(401, Refusal::SignedOut), (403, Refusal::Forbidden), (204, Refusal::Over)] {
        assert_eq!(Refusal::of(status), Some(refusal));
        let mut sim = open();
        sim.give(Input::Failed { closed: true }).give(Input::Refused(refusal));
        assert_eq!((sim.line(), sim.machine.deadline()), (Line::Refused(refusal), None));
        for input in [Input::Online, Input::Offline, Input::Frozen, Input::Visible, Input::Tick, Input::Start] {
            sim.give(input);
            assert_eq!((sim.line(), sim.source), (Line::Refused(refusal), false));
        }
        sim.run(3_600_000);
        assert_eq!(sim.opens, 1);
        sim.give(Input::Retry).give(Input::Opened);
        assert_eq!(sim.line(), Line::Open { for_ms: 0 });
    }
    for status in [200, 404, 429, 503] {
        assert_eq!(Refusal::of(status), None, "{status} may pass");
    }
}

#[test]
fn who_is_told_to_wait_waits_so_much_longer() {
    for (seconds, in_ms) in [(0, 1_000), (7, 8_000), (u32::MAX, LONGEST_WAIT_MS)] {
        let mut sim = open();
        sim.give(Input::Failed { closed: true }).give(Input::Wait { seconds });
        assert_eq!((sim.line(), sim.source), (down(in_ms, 1), false));
        sim.wait(in_ms);
        assert_eq!((sim.line(), sim.source), (down(0, 1), true), "and tries");
        sim.give(Input::Wait { seconds: 7 }).give(Input::Opened);
        assert_eq!(sim.line(), Line::Open { for_ms: 0 }, "what is heard late changes nothing");
    }
    let mut sim = open();
    sim.give(Input::Failed { closed: true }).give(Input::Wait { seconds: 60 }).give(Input::Retry);
    assert!(sim.source, "unless somebody asks");
}

#[test]
fn a_refusal_that_is_heard_late_ends_the_next_try_but_no_line_that_stands() {
    let mut sim = open();
    sim.give(Input::Refused(Refusal::Over));
    assert_eq!(sim.line(), Line::Open { for_ms: 0 });
    sim.give(Input::Failed { closed: true }).wait(1_000);
    assert!(sim.source);
    sim.give(Input::Refused(Refusal::Over));
    assert_eq!((sim.line(), sim.source), (Line::Refused(Refusal::Over), false));
}
