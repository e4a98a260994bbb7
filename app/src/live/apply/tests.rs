use leptos::prelude::*;

use super::*;
use crate::fixtures::{alert, drawn, line, snapshot};
use crate::live::Lost;
use crate::live::inbox::Point;
use crate::model::{AlertState, Cursor, Drawn, Timestamp};
use crate::place::Place;
use crate::series::Series;

const START: Cursor = Cursor { epoch: 7, seq: 10 };

fn point(ms: u64) -> Point {
    Point { at: Timestamp::from_ms(ms), values: Vec::new(), cores: Vec::new() }
}

fn of_the_hub(values: [Option<f32>; 2]) -> Vec<Option<f32>> {
    [&[None; Series::Published as usize][..], &values].concat()
}

fn messages(live: Live) -> Vec<String> {
    live.logs.read_untracked().tail.lines().iter().map(|line| line.entry.message.clone()).collect()
}

#[test]
fn shows_a_batch() {
    let owner = Owner::new();
    owner.with(|| {
        let live = Live::new(Place::Overview, *snapshot(START), Range::default());
        let lost = Lost { count: 3, last: 2, from: Timestamp::from_ms(1), to: Timestamp::from_ms(2) };
        live.apply(Batch {
            drawn: Some(Box::new(Drawn { alerts: vec![alert("cpu", AlertState::Firing)], ..*drawn(2_000) })),
            points: vec![point(1_000), point(2_000)],
            logs: vec![(11, line("one")), (13, line("two"))],
            lost: Some(lost.clone()),
            ..Batch::default()
        });
        assert_eq!(live.history.read_untracked().times().collect::<Vec<_>>(), [1_000, 2_000]);
        assert_eq!(live.alerts.read_untracked().len(), 1);
        assert_eq!(messages(live), ["one", "two"]);
        assert_eq!(live.logs.get_untracked().lost, Some(lost));
    });
}

#[test]
fn a_snapshot_replaces_everything_before_the_rest() {
    let owner = Owner::new();
    owner.with(|| {
        let live = Live::new(Place::Overview, *snapshot(START), Range::default());
        live.apply(Batch {
            drawn: Some(Box::new(Drawn { alerts: vec![alert("cpu", AlertState::Firing)], ..*drawn(9_000) })),
            points: vec![point(9_000)],
            logs: vec![(11, line("old"))],
            ..Batch::default()
        });
        let mut fresh = snapshot(Cursor { epoch: 8, seq: 1 });
        fresh.host.name = "web-2".to_owned();
        live.apply(Batch { snapshot: Some(fresh.clone()), ..Batch::default() });
        assert_eq!(live.host.get_untracked().name, "web-2");
        assert!(live.parts.read_untracked().is_empty());
        assert!(live.history.read_untracked().is_empty());
        assert!(live.alerts.read_untracked().is_empty());
        assert!(messages(live).is_empty());

        let logs = vec![(2, line("new"))];
        live.apply(Batch { snapshot: Some(fresh), points: vec![point(2_000)], logs, ..Batch::default() });
        assert_eq!(live.history.read_untracked().last(), Some(Timestamp::from_ms(2_000)));
        assert_eq!(messages(live), ["new"]);
    });
}

#[test]
fn pause_is_kept_without_a_browser() {
    let owner = Owner::new();
    owner.with(|| {
        let live = Live::new(Place::Overview, *snapshot(START), Range::default());
        live.toggle_pause();
        assert!(live.paused.get_untracked());
        live.set_range(Range::Hour);
        assert_eq!(live.view.get_untracked().range, Range::Hour);
        live.start(START);
        live.retry();
    });
}

#[test]
fn what_the_server_has_drawn_is_shown_with_all_its_points() {
    let owner = Owner::new();
    owner.with(|| {
        let live = Live::new(Place::Connections, *snapshot(START), Range::default());
        let drawn = Drawn {
            at: Timestamp::from_ms(2_000),
            point: Vec::new(),
            cores: Vec::new(),
            alerts: vec![alert("cpu", AlertState::Firing)],
            parts: vec![vec!["<p".to_owned(), "=5".to_owned(), ">".to_owned()]],
        };
        let points = vec![
            Point { values: of_the_hub([Some(1.0), Some(2.0)]), ..point(1_000) },
            Point { values: of_the_hub([Some(3.0), None]), ..point(2_000) },
        ];
        live.apply(Batch { drawn: Some(Box::new(drawn)), points, ..Batch::default() });
        let history = live.history.read_untracked();
        assert_eq!(history.column(Series::Published), [Some(1.0), Some(3.0)]);
        assert_eq!(history.column(Series::Delivered), [Some(2.0), None]);
        assert!(history.column(Series::Cpu).is_empty() && history.column(Series::Lag).is_empty());
        assert_eq!(history.thinned(Range::Hour.ms()).len(), 1, "a point in twelve seconds");
        assert_eq!(live.alerts.read_untracked().len(), 1);
        assert_eq!(live.parts.get_untracked()[0][1], "=5");
    });
}
