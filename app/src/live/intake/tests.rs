use super::*;
use crate::fixtures::{drawn, snapshot};
use crate::live::inbox::{Batch, CAPACITY};
use crate::model::{Bye, Heartbeat};

/// The server's clock is this far ahead in these tests, in milliseconds.
const AHEAD: u64 = 1_000_000;

fn at(seq: u64) -> Cursor {
    Cursor { epoch: 7, seq }
}

/// The server's clock when this side's stands at `local`.
fn server(local: u64) -> Timestamp {
    Timestamp::from_ms(AHEAD + local)
}

/// An intake at 0 ms of a page that shows everything up to event 10.
fn intake() -> Intake {
    Intake::new(at(10), server(0), None, 0)
}

fn connected(resumed: bool, local: u64) -> Event {
    Event::Connected(Connected {
        client_id: "c".to_owned(),
        channels: vec!["dashboard".to_owned()],
        message: String::new(),
        cursor: at(10),
        resumed,
        missed: 0,
        heartbeat_ms: 15_000,
        server_time: server(local),
    })
}

fn sample(seq: u64, taken: u64) -> Event {
    Event::Drawn(at(seq), drawn(server(taken).ms()))
}

fn change(seq: u64) -> Event {
    Event::Alert(at(seq))
}

#[test]
fn tells_the_line_what_it_needs() {
    let mut intake = intake();
    assert_eq!(intake.receive(connected(true, 5), 10), Input::Event { heartbeat_ms: Some(15_000) });
    assert_eq!(intake.receive(sample(11, 100), 120), Input::Event { heartbeat_ms: None });
    let bye = Event::Bye(Bye { reason: "restarting".to_owned() });
    assert_eq!(intake.receive(bye, 130), Input::Bye { reason: "restarting".to_owned() });
}

#[test]
fn measures_lag_and_age_by_the_servers_clock() {
    let mut intake = intake();
    assert_eq!((intake.lag_ms(), intake.sample_age_ms(400)), (None, 400));
    intake.receive(connected(true, 500), 510);
    intake.receive(sample(11, 450), 511);
    assert_eq!(intake.lag_ms(), None, "it waited for the connection");
    intake.receive(sample(12, 1_450), 1_490);
    // Ten less than it took: the way of the fastest message can't be told from a clock that is behind.
    assert_eq!((intake.lag_ms(), intake.sample_age_ms(1_490)), (Some(30), 30));
    assert_eq!(intake.sample_age_ms(9_490), 8_030);
    intake.receive(connected(true, 10_000), 10_001);
    assert_eq!(intake.lag_ms(), None);
}

#[test]
fn says_what_a_break_has_cost() {
    let mut intake = intake();
    intake.receive(connected(true, 0), 0);
    intake.receive(change(11), 1);
    intake.receive(sample(12, 1_000), 1_000);
    assert_eq!(intake.caught_up(1_000), None, "no break");
    intake.receive(connected(true, 9_000), 9_000);
    intake.receive(change(12), 9_001);
    intake.receive(change(13), 9_001);
    intake.receive(sample(14, 8_500), 9_002);
    intake.receive(change(15), 9_003);
    assert_eq!(intake.caught_up(9_003), None);
    intake.receive(sample(16, 9_500), 9_500);
    intake.receive(change(17), 9_600);
    assert_eq!((intake.caught_up(9_600), intake.caught_up(19_500)), (Some(2), None));
}

#[test]
fn a_quiet_stream_is_caught_up_by_its_heartbeat() {
    let mut intake = intake();
    intake.receive(connected(true, 0), 0);
    intake.receive(connected(true, 9_000), 9_000);
    intake.receive(change(11), 9_001);
    let heartbeat = Heartbeat { server_time: server(24_000), cursor: at(40), lag_ms: 0 };
    intake.receive(Event::Heartbeat(heartbeat), 24_000);
    assert_eq!((intake.caught_up(24_000), intake.inbox.cursor()), (Some(1), at(40)));
}

#[test]
fn a_fresh_start_is_not_caught_up() {
    let mut intake = intake();
    intake.receive(connected(true, 0), 0);
    intake.receive(connected(false, 9_000), 9_000);
    let other = Cursor { epoch: 8, seq: 3 };
    intake.receive(Event::Snapshot(snapshot(other)), 9_001);
    intake.receive(Event::Alert(Cursor { epoch: 8, seq: 4 }), 9_002);
    intake.receive(Event::Drawn(Cursor { epoch: 8, seq: 5 }, drawn(server(9_500).ms())), 9_500);
    assert_eq!(intake.caught_up(9_500), None);
    assert_eq!(intake.inbox.cursor(), Cursor { epoch: 8, seq: 5 });
}

#[test]
fn a_gap_lies_between_the_last_sample_and_now() {
    let mut intake = intake();
    intake.receive(connected(true, 0), 0);
    intake.receive(sample(11, 1_000), 1_000);
    intake.receive(connected(false, 60_000), 60_000);
    let gap = Gap { channel: "dashboard".to_owned(), missed: 81, from: at(11), to: at(95), reason: String::new() };
    intake.receive(Event::Gap(gap), 60_000);
    let lost = Lost { count: 81, last: 95, from: server(1_000), to: server(60_000) };
    assert_eq!(intake.inbox.take().unwrap().lost, Some(lost));
}

#[test]
fn a_paused_page_is_still_fresh() {
    let mut intake = intake();
    intake.receive(connected(true, 0), 0);
    for seq in 11..=13 + CAPACITY as u64 {
        intake.receive(sample(seq, seq * 1_000), seq * 1_000);
    }
    let local = 13_000 + CAPACITY as u64 * 1_000;
    assert_eq!(intake.sample_age_ms(local), 0);
    assert_eq!((intake.inbox.take(), intake.inbox.cursor()), (None::<Batch>, at(10)));
}

#[test]
fn a_sample_that_is_drawn_again_is_no_newer() {
    let mut intake = intake();
    intake.receive(connected(true, 0), 0);
    intake.receive(sample(11, 1_000), 1_010);
    intake.receive(sample(12, 1_000), 9_000);
    assert_eq!((intake.lag_ms(), intake.sample_age_ms(9_000)), (Some(10), 8_000));
    assert_eq!(intake.inbox.cursor(), at(12));
}
