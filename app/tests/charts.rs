//! The charts as the server writes them.
#![cfg(feature = "ssr")]

use app::components::chart::{self, Pointed, Timeline};
use app::components::overview::Part;
use app::element::El;
use app::live::{Live, Status};
use app::model::{CpuModes, Cursor, DiskRates, Host, Memory, Metrics, NetworkRates, Snapshot, Timestamp};
use app::place::Place;
use app::range::Range;
use app::series::{History, Series};
use leptos::prelude::*;

/// 10:04:20 on some day.
const END: u64 = 1_789_984_800_000 + 36_260_000;
const MIB: u64 = 1_048_576;

/// A sample `ago` milliseconds before the end.
fn metrics(ago: u64) -> Metrics {
    Metrics {
        timestamp: Timestamp::from_ms(END - ago),
        cpu: 30.0,
        memory: 50.0,
        active_users: Some(1),
        cpu_modes: Some(CpuModes { user: 20.0, system: 8.0, iowait: 2.0, other: 2.0 }),
        cores: vec![5.0, 95.0],
        memory_bytes: Memory { total: 16_000 * MIB, used: 8_000 * MIB, available: 8_000 * MIB, cache: 4_000 * MIB },
        swap: None,
        load: None,
        uptime: 0,
        network: NetworkRates { received: Some(20 * MIB), sent: Some(30 * MIB), interfaces: vec![] },
        disk: DiskRates { read: None, written: None, devices: vec![] },
        file_systems: vec![],
        users: vec![],
        processes: None,
    }
}

/// The page's state after samples so many milliseconds before the end.
fn live(agos: &[u64]) -> Live {
    let samples: Vec<Metrics> = agos.iter().map(|&ago| metrics(ago)).collect();
    let mut history = History::new(1_000);
    for sample in &samples {
        history.push(sample, u64::MAX);
    }
    let host = Host {
        name: "test".into(),
        os: None,
        kernel: None,
        arch: "x86_64".into(),
        cores: 2,
        memory: 16_000 * MIB,
        interval_ms: 1_000,
        version: "0".into(),
        demo: false,
    };
    let snapshot = Snapshot {
        cursor: Cursor { epoch: 1, seq: 1 },
        server_time: Timestamp::from_ms(END),
        host,
        metrics: samples.last().cloned(),
        history,
        alerts: vec![],
        rules: 0,
        logs: vec![],
        drawn: None,
    };
    Live::new(Place::Overview, snapshot, Range::FiveMinutes)
}

/// Three samples, a hole, two more.
const WITH_A_GAP: [u64; 5] = [122_000, 121_000, 120_000, 1_000, 0];

/// What the server writes of `chart`, a line an element.
fn html(agos: &[u64], chart: impl FnOnce(Timeline) -> El) -> String {
    html_at(Place::Overview, agos, chart)
}

/// The same on another page.
fn html_at(place: Place, agos: &[u64], chart: impl FnOnce(Timeline) -> El) -> String {
    let owner = Owner::new();
    owner.with(|| {
        let mut live = live(agos);
        live.place = place;
        let timeline = Timeline::new(live);
        chart(timeline).to_html().replace("<!>", "").replace("><", ">\n<")
    })
}

#[test]
fn cpu_by_mode_with_crosshair() {
    insta::assert_snapshot!(html(&WITH_A_GAP, |timeline| {
        timeline.crosshair.set(Some(Pointed { at: END - 121_000, chart: "CPU by mode", flip: false }));
        chart::cpu_by_mode(timeline, Some(95.0))
    }));
}

#[test]
fn cpu_by_core() {
    insta::assert_snapshot!(html(&WITH_A_GAP, chart::cpu_by_core));
}

#[test]
fn memory_while_collecting() {
    insta::assert_snapshot!(html(&[1_000, 0], chart::memory));
}

#[test]
fn network_while_stale() {
    insta::assert_snapshot!(html(&WITH_A_GAP, |timeline| {
        timeline.live().show_status(Status::Stale { age_seconds: 30 });
        timeline.live().now.set(Timestamp::from_ms(END + 30_000));
        chart::network(timeline)
    }));
}

#[test]
fn disk_on_a_host_without() {
    insta::assert_snapshot!(html(&WITH_A_GAP, chart::disk));
}

#[test]
fn sparkline() {
    insta::assert_snapshot!(html(&WITH_A_GAP, |timeline| { chart::sparkline(timeline, Series::Cpu, Some(100.0)) }));
}

#[test]
fn modes_are_left_out_where_the_host_has_none() {
    let drawn = html(&[], |timeline| {
        let mut history = History::new(1_000);
        WITH_A_GAP.iter().for_each(|&ago| history.push(&Metrics { cpu_modes: None, ..metrics(ago) }, u64::MAX));
        timeline.live().history.set(history);
        chart::cpu_by_mode(timeline, None)
    });
    assert!(drawn.contains("used") && !drawn.contains("I/O wait"), "{drawn}");
}

#[test]
fn alerts_are_marked_where_they_fired_and_ended() {
    const HOSTILE: &str = "Critical: \"><img src=x> fires";
    let mark = |ago: u64, class: &str| format!("{} {class}", END - ago);
    let words = [
        (mark(400_000, "is-warning"), "out of sight"),
        (mark(150_000, "is-critical"), HOSTILE),
        (mark(30_000, "is-critical is-over"), "CPU is over"),
        ("no mark".to_owned(), "?"),
    ];
    let words: Vec<String> = words.into_iter().flat_map(|(when, says)| [when, says.to_owned()]).collect();
    let at = |place| {
        let words = words.clone();
        html_at(place, &WITH_A_GAP, |timeline| {
            let mut parts = vec![Vec::new(); Part::Marks as usize];
            parts.push(words);
            timeline.live().parts.set(parts);
            chart::network(timeline)
        })
    };
    let drawn = at(Place::Overview);
    let marks: Vec<&str> = drawn.lines().filter(|line| line.contains("chart-mark")).collect();
    assert_eq!(marks.len(), 2, "{drawn}");
    assert!(marks[0].contains("class=\"chart-mark is-critical at-50 at-d-0\""), "{}", marks[0]);
    assert!(marks[0].contains("title=\"20:01:50 Critical: &quot;&gt;&lt;img src=x&gt; fires\""), "{}", marks[0]);
    assert!(marks[1].contains("is-over at-90 at-d-0") && marks[1].contains("20:03:50 CPU is over"), "{}", marks[1]);
    assert!(!at(Place::Connections).contains("chart-mark"), "its parts are others");
}
