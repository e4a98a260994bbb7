use std::time::Duration;

use super::*;
use crate::logbook::query::Text;
use app::filter::Filter;
use app::model::LogEntry;
use proptest::prelude::*;

const EPOCH: u32 = 7;

/// A line a second, of which every third is an error of the unit `web`.
fn lines(count: u64) -> Vec<Arc<NumberedLog>> {
    let line = |n: u64| NumberedLog {
        seq: n * 10,
        entry: LogEntry {
            timestamp: Timestamp::from_ms(n * 1_000),
            level: if n.is_multiple_of(3) { LogLevel::Error } else { LogLevel::Info },
            message: format!("line {n}"),
            source: "journal".to_owned(),
            unit: n.is_multiple_of(3).then(|| "web".to_owned()),
            fields: [].into(),
        },
    };
    (1..=count).map(|n| Arc::new(line(n))).collect()
}

fn event(seq: u64) -> Cursor {
    Cursor { epoch: EPOCH, seq }
}

/// The lines found among nine, whether there are more, how many match, and which is named.
fn found(ask: &Ask) -> (Vec<u64>, bool, u64, Option<u64>) {
    let (gathered, target) = ask.gather(&lines(9), EPOCH, Instant::now() + Duration::from_secs(60)).unwrap();
    let numbers = gathered.lines.iter().map(|line| line.seq / 10).collect();
    (numbers, gathered.more, gathered.found, target.map(|seq| seq / 10))
}

fn ask(limit: usize) -> Ask {
    Ask { query: Query { limit, ..Query::default() }, ..Ask::default() }
}

#[test]
fn the_newest_are_shown_and_all_are_counted() {
    assert_eq!(found(&ask(2)), (vec![8, 9], true, 9, None));
    let errors = Ask { query: Query { levels: vec![LogLevel::Error], ..ask(2).query }, ..Ask::default() };
    assert_eq!(found(&errors), (vec![6, 9], true, 3, None));
    let web = Ask { query: Query { sources: vec!["web".to_owned()], ..ask(9).query }, ..Ask::default() };
    assert_eq!(found(&web), (vec![3, 6, 9], false, 3, None));
}

#[test]
fn a_moment_is_found_among_lines_that_came_late() {
    let mut all = lines(9);
    // What was written while nobody read it came after what was said of that.
    all.rotate_left(4);
    let places: Vec<_> = [5_000, 9_000, 1_000, 2_500, 10_000].map(|ms| nearest(&all, Timestamp::from_ms(ms))).into();
    assert_eq!(places, [0, 4, 5, 7, 9]);
}

#[test]
fn what_came_since() {
    let since = |limit| Ask { query: Query { since: Some(Bound::Event(event(40))), ..ask(limit).query }, ..ask(0) };
    assert_eq!(found(&since(2)), (vec![8, 9], true, 5, None), "the newest, and how many were left out");
    assert_eq!(found(&since(0)), (vec![], true, 5, None), "counted only");
    assert_eq!(found(&Ask { first: true, ..since(2) }).0, [5, 6]);
    let between = Query { until: Some(Bound::Event(event(70))), ..since(9).query };
    assert_eq!(found(&Ask { query: between, first: true, ..ask(0) }).0, [5, 6]);
}

#[test]
fn what_came_before() {
    let query = Query { until: Some(Bound::Event(event(50))), ..ask(2).query };
    let (numbers, more, ..) = found(&Ask { query, ..Ask::default() });
    assert_eq!((numbers, more), (vec![3, 4], true));
}

#[test]
fn around_a_line_and_a_moment() {
    let around = |cursor| Ask { query: Query { around: Some(cursor), ..ask(4).query }, ..Ask::default() };
    assert_eq!(found(&around(event(50))), (vec![3, 4, 5, 6], true, 9, Some(5)));
    let elsewhere = Cursor { epoch: 1, seq: 50 };
    assert_eq!(found(&around(elsewhere)).3, None, "of another life of the log");
    let at = |ms| Ask { at: Some(Timestamp::from_ms(ms)), ..ask(4) };
    assert_eq!(found(&at(5_500)), (vec![4, 5, 6, 7], true, 9, Some(6)));
    assert_eq!(found(&at(99_000)), (vec![8, 9], true, 9, Some(9)), "after the last");
}

#[test]
fn looking_ends_in_time() {
    assert!(matches!(ask(2).gather(&lines(9), EPOCH, Instant::now()), Err(Unanswered::TooLong)));
}

/// What lies between the marks, as a script cuts it out.
fn pieces(marks: &[u32], message: &str) -> Vec<String> {
    let units: Vec<u16> = message.encode_utf16().collect();
    let piece = |at: &[u32]| String::from_utf16(&units[at[0] as usize..at[1] as usize]).unwrap();
    marks.chunks(2).map(piece).collect()
}

#[test]
fn marks_words_and_patterns() {
    let marked = |text: Text, message: &str| {
        let marker = text.marker().unwrap();
        pieces(&marks(&marker, message), message)
    };
    let words = |typed| Text::Plain(Filter::new(typed));
    assert_eq!(
        marked(words("-healthz order= \"timed out\""), "Timed out, order=7 ORDER=8"),
        ["Timed out", "order=", "ORDER="]
    );
    assert_eq!(marked(words("größe a.b"), "🙂 Die GRÖßE axb a.b"), ["GRÖßE", "a.b"]);
    assert_eq!(marked(Text::pattern("[0-9]+|").unwrap(), "é 12 x 3"), ["12", "3"], "nothing is no place");
    assert!(words("-only -these").marker().is_none());
}

proptest! {
    #[test]
    fn marks_lie_on_letters(typed in ".{0,30}", message in ".{0,60}") {
        if let Some(marker) = Text::Plain(Filter::new(&typed)).marker() {
            for piece in pieces(&marks(&marker, &message), &message) {
                prop_assert!(marker.is_match(&piece));
            }
        }
    }
}
