use std::time::Duration;

use super::*;
use proptest::prelude::*;

const EPOCH: u32 = 7;

/// A line a second, of which every third is an error of `web`.
fn lines(count: u64) -> Vec<Arc<NumberedLog>> {
    let line = |n: u64| NumberedLog {
        seq: n * 10,
        entry: LogEntry {
            timestamp: Timestamp::from_ms(n * 1_000),
            level: if n.is_multiple_of(3) { LogLevel::Error } else { LogLevel::Info },
            message: format!("line {n}"),
            source: if n.is_multiple_of(3) { "web" } else { "app" }.to_owned(),
            unit: Some("a.service".to_owned()),
            fields: [("order".to_owned(), n.to_string())].into(),
        },
    };
    (1..=count).map(|n| Arc::new(line(n))).collect()
}

fn soon() -> Instant {
    Instant::now() + Duration::from_secs(60)
}

fn event(seq: u64) -> Cursor {
    Cursor { epoch: EPOCH, seq }
}

/// The numbers of the lines found among nine, and whether there are more.
fn found(query: &Query) -> (Vec<u64>, bool) {
    let found = query.find(&lines(9), EPOCH, soon()).unwrap();
    (found.lines.iter().map(|line| line.seq / 10).collect(), found.more)
}

#[test]
fn the_newest_unless_a_beginning_is_given() {
    let newest = Query { limit: 3, ..Query::default() };
    assert_eq!(found(&newest), (vec![7, 8, 9], true));
    let since = |since: Bound| Query { since: Some(since), ..newest.clone() };
    assert_eq!(found(&since(Bound::Event(event(20)))), (vec![3, 4, 5], true));
    assert_eq!(found(&since(Bound::Event(event(55)))), (vec![6, 7, 8], true));
    assert_eq!(found(&since(Bound::Event(event(60)))), (vec![7, 8, 9], false));
    assert_eq!(found(&since(Bound::Moment(Timestamp::from_ms(8_000)))), (vec![8, 9], false));
    let elsewhere = Cursor { epoch: 1, seq: 70 };
    assert_eq!(found(&since(Bound::Event(elsewhere))), (vec![1, 2, 3], true));
}

#[test]
fn up_to_an_end() {
    let until = |until: Bound| Query { until: Some(until), limit: 2, ..Query::default() };
    assert_eq!(found(&until(Bound::Event(event(50)))), (vec![3, 4], true));
    assert_eq!(found(&until(Bound::Moment(Timestamp::from_ms(3_000)))), (vec![1, 2], false));
    let both = Query { since: Some(Bound::Event(event(10))), ..until(Bound::Event(event(50))) };
    assert_eq!(found(&both), (vec![2, 3], true));
}

#[test]
fn around_one() {
    let around = |cursor, limit| Query { around: Some(cursor), limit, ..Query::default() };
    assert_eq!(found(&around(event(50), 3)), (vec![4, 5, 6], false));
    assert_eq!(found(&around(event(10), 4)), (vec![1, 2], false));
    assert_eq!(found(&around(Cursor { epoch: 1, seq: 50 }, 4)), (vec![], false));
}

#[test]
fn by_level_source_and_text() {
    let all = Query::default();
    assert_eq!(found(&Query { level: LogLevel::Warn, ..all.clone() }).0, [3, 6, 9]);
    assert_eq!(found(&Query { sources: vec!["web".into(), "none".into()], ..all.clone() }).0, [3, 6, 9]);
    let text = |text| found(&Query { text, ..all.clone() }).0;
    assert_eq!(text(Text::Plain(Filter::new("LINE -order=5 -\"line 7\""))), [1, 2, 3, 4, 6, 8, 9]);
    assert_eq!(text(Text::pattern("^line [2-4]$").unwrap()), [2, 3, 4]);
    assert_eq!(text(Text::pattern("^order=(2|9)$").unwrap()), [2, 9]);
    assert_eq!(text(Text::pattern(r"^a\.service$").unwrap()).len(), 9);
}

#[test]
fn a_pattern_that_is_none_or_too_large_is_refused_in_one_line() {
    for (pattern, why) in [("a(b", "unclosed group"), (r"\w{1000}{1000}", "size limit")] {
        let error = Text::pattern(pattern).unwrap_err().to_string();
        assert!(error.starts_with("expected a regular expression: ") && error.contains(why), "{error}");
        assert!(!error.contains('\n'));
    }
}

#[test]
fn who_asks_too_much_is_told_so() {
    let query = Query { since: Some(Bound::Event(event(0))), ..Query::default() };
    for query in [Query::default(), query, Query { around: Some(event(50)), ..Query::default() }] {
        assert_eq!(query.find(&lines(9), EPOCH, Instant::now()), Err(Unanswered::TooLong));
    }
}

#[test]
fn what_is_missing_is_said() {
    let all = lines(9);
    let since = |since| Query { since: Some(since), ..Query::default() };
    let complete = |query: &Query| query.is_complete(event(95), 9, &all);
    assert!(complete(&Query::default()));
    assert!(complete(&since(Bound::Event(event(9)))));
    assert!(!complete(&since(Bound::Event(event(8)))));
    assert!(!complete(&since(Bound::Event(event(96)))), "one that has not been");
    assert!(!complete(&since(Bound::Event(Cursor { epoch: 1, seq: 50 }))));
    assert!(complete(&since(Bound::Moment(Timestamp::from_ms(1_000)))));
    assert!(!complete(&since(Bound::Moment(Timestamp::from_ms(999)))));
    let holed = |moment| since(Bound::Moment(Timestamp::from_ms(moment))).is_complete(event(95), 45, &all);
    assert!(!holed(4_999) && holed(5_000), "a hole in the middle");
    assert!(since(Bound::Moment(Timestamp::default())).is_complete(event(95), 0, &all), "nothing was ever forgotten");
}

#[test]
fn a_bound_is_a_cursor_or_a_time() {
    assert_eq!("00000007.50".parse(), Ok(Bound::Event(event(50))));
    assert_eq!("1970-01-01T00:00:02Z".parse(), Ok(Bound::Moment(Timestamp::from_ms(2_000))));
    for text in ["", "yesterday", "7.50", "1970-01-01"] {
        assert_eq!(text.parse::<Bound>(), Err(BoundError), "{text}");
    }
}

proptest! {
    /// Page by page, forwards and backwards, each line comes once.
    #[test]
    fn pages_join(count in 0_u64..40, limit in 1_usize..12) {
        let all = lines(count);
        let seqs: Vec<u64> = all.iter().map(|line| line.seq).collect();
        let (mut forwards, mut at) = (Vec::new(), event(0));
        loop {
            let page = Query { since: Some(Bound::Event(at)), limit, ..Query::default() }.find(&all, EPOCH, soon()).unwrap();
            forwards.extend(page.lines.iter().map(|line| line.seq));
            at = event(forwards.last().copied().unwrap_or_default());
            if !page.more {
                break;
            }
        }
        prop_assert_eq!(&forwards, &seqs);
        let (mut backwards, mut until) = (Vec::new(), None);
        loop {
            let page = Query { until, limit, ..Query::default() }.find(&all, EPOCH, soon()).unwrap();
            backwards.extend(page.lines.iter().rev().map(|line| line.seq));
            until = backwards.last().map(|&seq| Bound::Event(event(seq)));
            if !page.more {
                break;
            }
        }
        backwards.reverse();
        prop_assert_eq!(&backwards, &seqs);
    }
}
