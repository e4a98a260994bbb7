use super::*;
use crate::model::{LogLevel, Timestamp};

fn cursor(seq: u64) -> Cursor {
    Cursor { epoch: 7, seq }
}

fn line(seq: u64) -> LogRow {
    LogRow {
        seq,
        at: Timestamp::from_ms(seq * 1_000),
        level: LogLevel::Info,
        source: "app".to_owned(),
        message: format!("line {seq}"),
        marks: Vec::new(),
    }
}

/// Lines of these numbers, as of the event `seq`, where so many match.
fn view(lines: impl Iterator<Item = u64>, seq: u64, found: u64) -> LogView {
    LogView {
        cursor: cursor(seq),
        lines: lines.map(line).collect(),
        more: false,
        complete: true,
        looked: found,
        found,
        errors: 0,
        target: None,
        problem: None,
    }
}

/// The numbers in the list, and `-n` for a gap of n lines.
fn rows(list: &LogList) -> Vec<i64> {
    let number = |row: &Row| match row {
        Row::Line(line) => line.seq as i64,
        Row::Gap(gap) => -(gap.count.unwrap_or(999) as i64),
    };
    list.rows.iter().map(number).collect()
}

#[test]
fn follows_and_says_what_is_left_out() {
    let mut list = LogList::new(view(1..=3, 10, 3));
    assert_eq!(list.end(), cursor(10));
    list.append(view(11..=12, 20, 2));
    list.append(view([58, 59].into_iter(), 60, 39));
    assert_eq!(rows(&list), [1, 2, 3, 11, 12, -37, 58, 59]);
    assert_eq!((list.total.found, list.total.looked), (44, 44));
    let keys: Vec<u64> = list.rows.iter().map(Row::key).collect();
    assert!(keys.windows(2).all(|pair| pair[0] < pair[1]), "{keys:?}");
}

#[test]
fn a_gap_is_filled() {
    let mut list = LogList::new(view(1..=2, 10, 2));
    list.append(view([18, 19].into_iter(), 20, 9));
    let Row::Gap(gap) = list.rows[2] else { panic!() };
    assert_eq!((gap.after, gap.before, gap.is_lost), (2, 18, false));
    list.fill(18, LogView { more: true, ..view(11..=14, 30, 4) });
    assert_eq!(rows(&list), [1, 2, 11, 12, 13, 14, -3, 18, 19]);
    list.fill(18, view(15..=17, 30, 3));
    assert_eq!(rows(&list), [1, 2, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
    list.fill(18, view(15..=17, 30, 3));
    assert_eq!(list.rows.len(), 11, "there is no such gap any more");
}

#[test]
fn what_is_no_longer_kept_is_lost() {
    let mut list = LogList::new(view(1..=2, 10, 2));
    list.append(view([18, 19].into_iter(), 20, 9));
    list.fill(18, LogView { complete: false, ..view([17].into_iter(), 30, 1) });
    assert_eq!(rows(&list), [1, 2, -6, 17, 18, 19]);
    assert!(matches!(list.rows[2], Row::Gap(Gap { is_lost: true, .. })));
    list.append(LogView { complete: false, ..view([90].into_iter(), 91, 1) });
    assert_eq!(rows(&list)[6..], [-999, 90], "nobody knows how many");
}

#[test]
fn while_it_stands_lines_are_counted() {
    let mut list = LogList::new(view(1..=2, 10, 2));
    list.count(&LogView { errors: 1, ..view(0..0, 14, 3) });
    list.count(&view(0..0, 16, 1));
    assert_eq!(list.waiting, Counts { looked: 4, found: 4, errors: 1 });
    assert_eq!((list.counted(), list.end()), (cursor(16), cursor(10)));
    list.append(view(11..=15, 17, 5));
    assert_eq!((list.waiting, list.total.found), (Counts::default(), 7));
    assert_eq!(rows(&list), [1, 2, 11, 12, 13, 14, 15]);
}

#[test]
fn reads_on_from_the_past() {
    let mut list = LogList::new(LogView { target: Some(5), ..view(4..=6, 20, 18) });
    assert!(list.has_older && list.has_newer);
    assert_eq!((list.end(), list.begin()), (cursor(6), cursor(4)));
    list.count(&view(0..0, 22, 2));
    assert_eq!(list.prepend(view(1..=3, 22, 3)), 3);
    list.extend(LogView { more: true, ..view(7..=9, 22, 3) });
    assert!(list.has_newer && !list.has_older);
    // Line 23 has come since the last count.
    list.extend(view(10..=23, 23, 14));
    assert!(!list.has_newer);
    list.append(view(23..=24, 24, 2));
    assert_eq!(rows(&list), (1..=24).collect::<Vec<i64>>());
    assert_eq!(list.total.found, 22);
}

#[test]
fn memory_is_bounded() {
    let mut list = LogList::new(view(1..=10, 10, 10));
    for at in 1..=20 {
        list.append(view(at * 1_000..(at + 1) * 1_000, (at + 1) * 1_000, 1_000));
    }
    assert_eq!((list.rows.len(), list.has_older), (FOLLOWED, true));
    let mut list = LogList::new(view(500_000..500_010, 600_000, 10));
    for block in (300_000..=499_000).rev().step_by(1_000) {
        list.prepend(LogView { more: true, ..view(block..block + 1_000, 600_000, 0) });
    }
    assert_eq!((list.rows.len(), list.has_newer), (HELD, true));
    assert_eq!(list.end(), cursor(399_999), "what was newer is asked for again");
    let long = |seq| LogRow { message: "x".repeat(HELD_BYTES / 4), ..line(seq) };
    let mut list = LogList::new(LogView { lines: (1..=9).map(long).collect(), ..view(0..0, 10, 9) });
    list.append(LogView { lines: vec![long(11)], ..view(0..0, 11, 1) });
    assert!(list.rows.len() <= 4 && list.rows.len() >= 3, "{}", list.rows.len());
}
