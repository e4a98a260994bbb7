use super::headline::saying;
use super::strip::{marks, percent};
use super::*;
use crate::components::icon::Icon;
use crate::element::{Reader, elements};
use crate::model::{ChannelStats, Cursor, FollowerState, Lag, LogStats, Rates, Timestamp, Totals};

const EPOCH: u32 = 0x7f3a_09bc;

fn at(seq: u64) -> Cursor {
    Cursor { epoch: EPOCH, seq }
}

fn follower(name: &str, behind: u64, state: FollowerState, falls_off_in: Option<u64>) -> FollowerStats {
    FollowerStats {
        id: 1,
        name: name.to_owned(),
        address: Some("10.20.4.7".to_owned()),
        inside: false,
        browser: false,
        channels: vec!["default".to_owned()],
        since: Timestamp::from_ms(0),
        cursor: at(10_000 - behind),
        behind,
        lag_ms: 0.0,
        rate: 2.0,
        falls_off_in,
        resumes: 0,
        gaps: 0,
        missed: 0,
        skipped: 0,
        events: 0,
        bytes: 0,
        state,
    }
}

/// A log that keeps events 2,000 to 10,000.
fn stats(followers: Vec<FollowerStats>) -> Stats {
    Stats {
        server_time: Timestamp::from_ms(60_000),
        started: Timestamp::from_ms(0),
        streams: followers.len() as u64,
        inside: 2,
        browsers: 0,
        totals: Totals::default(),
        rates: Rates::default(),
        lag: Lag::default(),
        log: LogStats {
            events: 8_000,
            max_events: 8_000,
            bytes: 1,
            max_bytes: 8,
            max_age_ms: 1,
            latest: 0,
            max_latest: 1,
            max_channels: 1,
            oldest: Some(at(2_000)),
            oldest_at: Some(Timestamp::from_ms(1)),
            oldest_age_ms: Some(59_000),
            newest: at(10_000),
        },
        channels: vec![ChannelStats {
            name: "default".to_owned(),
            followers: 1,
            events: 10_000,
            rate: 38.0,
            kept: 8_000,
            gaps: 0,
        }],
        channel_count: 1,
        followers,
        unlisted: 0,
        history: None,
    }
}

fn headline_of(followers: Vec<FollowerStats>) -> (Icon, String, String) {
    let saying = saying(&stats(followers));
    (saying.icon, saying.sentence, saying.cause)
}

#[test]
fn the_headline_names_who_is_worst_off() {
    let live = || follower("a", 0, FollowerState::Live, None);
    let said = |icon, sentence: &str, cause: &str| (icon, sentence.to_owned(), cause.to_owned());
    assert_eq!(headline_of(vec![live()]), said(Icon::Normal, "All 3 followers are live", ""));
    let curl = |falls| follower("curl", 7_000, FollowerState::Slow, falls);
    assert_eq!(
        headline_of(vec![follower("b", 7_500, FollowerState::Slow, Some(500)), curl(Some(72)), live()]),
        said(
            Icon::Warning,
            "2 of 5 followers are about to lose events",
            "curl 10.20.4.7 reads 2.0 of 38.0 events a second and falls off the log in 72 s."
        )
    );
    assert_eq!(
        headline_of(vec![curl(None)]),
        said(
            Icon::Warning,
            "1 of 3 followers is slow",
            "curl 10.20.4.7 reads 2.0 of 38.0 events a second, 7,000 behind."
        )
    );
    let hour = "curl 10.20.4.7 reads 2.0 of 38.0 events a second and falls off the log in 1 h 0 min.";
    assert_eq!(headline_of(vec![curl(Some(3_600))]), said(Icon::Warning, "1 of 3 followers is slow", hour));
    assert_eq!(
        headline_of(vec![follower("c", 50, FollowerState::Resuming, None), live()]),
        said(Icon::Info, "1 of 4 followers is catching up", "")
    );
}

#[test]
fn followers_stand_between_the_oldest_and_the_newest() {
    let log = stats(Vec::new()).log;
    let places = [(0, 0.0), (2_000, 0.0), (4_000, 25.0), (10_000, 100.0), (11_000, 100.0)];
    for (seq, place) in places {
        assert_eq!(percent(&log, seq), place, "{seq}");
    }
    let empty = LogStats { oldest: None, newest: at(0), ..log };
    assert_eq!(percent(&empty, 0), 100.0);
}

#[test]
fn those_at_one_place_are_one_mark() {
    let slow = |name: &str, behind, falls| follower(name, behind, FollowerState::Slow, falls);
    let stats = stats(vec![
        slow("a", 8_000, Some(90)),
        slow("b", 7_950, Some(12)),
        slow("c", 4_000, None),
        follower("d", 3, FollowerState::Live, None),
    ]);
    let shown: Vec<_> =
        marks(&stats).iter().map(|mark| (mark.at, mark.follower.name.clone(), mark.others, mark.label)).collect();
    assert_eq!(shown, [(0.0, "b".to_owned(), 1, Some(false)), (50.0, "c".to_owned(), 0, Some(false))]);
}

#[test]
fn labels_never_overlap_and_the_most_urgent_come_first() {
    let followers =
        (0..200).map(|n| follower(&n.to_string(), 40 * n + 1, FollowerState::Slow, Some(n))).collect::<Vec<_>>();
    let stats = stats(followers);
    let marks = marks(&stats);
    assert!(marks.len() < 70, "{}", marks.len());
    let mut labels: Vec<(f32, f32)> = marks
        .iter()
        .filter_map(|mark| Some(if mark.label? { (mark.at - 30.0, mark.at) } else { (mark.at, mark.at + 30.0) }))
        .collect();
    labels.sort_by(|a, b| a.0.total_cmp(&b.0));
    assert!(labels.len() >= 2 && labels.iter().all(|&(from, to)| from >= 0.0 && to <= 100.0), "{labels:?}");
    assert!(labels.windows(2).all(|pair| pair[0].1 <= pair[1].0), "{labels:?}");
    let urgent = marks.iter().min_by_key(|mark| mark.follower.falls_off_in).unwrap();
    assert!(urgent.label.is_some());
}

#[test]
fn every_part_comes_through_as_it_was_drawn() {
    let hostile = follower("\"><img src=x onerror=alert(1)>", 7_000, FollowerState::Slow, Some(72));
    let parts = draw(&stats(vec![hostile, follower("b", 0, FollowerState::Live, None)]));
    let html = |part: Part, me: &str| {
        let mut html = String::new();
        let reader = Reader { client: me, offset_min: 0, now: Timestamp::from_ms(0) };
        elements(&parts[part as usize], reader).iter().for_each(|element| element.write(&mut html));
        html
    };
    let drawn = [
        (Part::Headline, headline::headline as fn(&Stats) -> Vec<El>),
        (Part::Lost, tiles::lost),
        (Part::Strip, strip::strip),
        (Part::FollowerCount, tables::follower_count),
        (Part::FollowerTable, tables::followers),
        (Part::ChannelTable, tables::channels),
    ];
    let hostile = follower("\"><img src=x onerror=alert(1)>", 7_000, FollowerState::Slow, Some(72));
    let stats = stats(vec![hostile, follower("b", 0, FollowerState::Live, None)]);
    for (part, draw) in drawn {
        let mut direct = String::new();
        draw(&stats).iter().for_each(|element| element.write(&mut direct));
        assert_eq!(html(part, "nobody"), direct, "{part:?}: no tag or attribute is missing from the list");
        assert!(!direct.contains("<img"), "{direct}");
    }
    assert_eq!(html(Part::FollowerTable, "b").matches("aria-current=\"true\"").count(), 1);
}
