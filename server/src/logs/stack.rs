//! Joins the lines of a stack trace into one entry: alone, none of them says anything.

use app::model::LogLevel;

use super::entry::Line;
use trace::Trace;

mod trace;

/// Lines of one entry at most.
const MOST_LINES: usize = 200;
/// What stands at the beginning of lines that go on with what was before, beside a blank.
const GOES_ON: [&str; 3] = ["Caused by:", "Suppressed:", "..."];

/// Holds an entry back until it is known whether the next line goes on with it.
#[derive(Debug)]
pub(super) struct Stacks {
    /// Bytes of a message at most.
    max_bytes: usize,
    held: Option<Held>,
}

#[derive(Debug)]
struct Held {
    line: Line,
    lines: usize,
    /// What has begun and may go on with lines that stand at the beginning.
    trace: Option<Trace>,
}

impl Stacks {
    pub(super) fn new(max_bytes: usize) -> Self {
        Self { max_bytes, held: None }
    }

    /// Takes lines and gives what is complete.
    pub(super) fn join(&mut self, lines: Vec<Line>) -> Vec<Line> {
        let mut complete = Vec::with_capacity(lines.len());
        for line in lines {
            let rest = match &mut self.held {
                Some(held) => held.add(line, self.max_bytes),
                None => Some(line),
            };
            if let Some(line) = rest {
                complete.extend(self.held.replace(Held::new(line)).map(Held::whole));
            }
        }
        complete
    }

    /// Whether something is held back.
    pub(super) fn is_holding(&self) -> bool {
        self.held.is_some()
    }

    /// What is held back.
    pub(super) fn finish(&mut self) -> Option<Line> {
        self.held.take().map(Held::whole)
    }
}

impl Held {
    fn new(mut line: Line) -> Self {
        let trace = Trace::begun_by(&line.entry.message);
        if trace.is_some() {
            line.entry.level = line.entry.level.max(LogLevel::Error);
        }
        let trace = trace.filter(|_| !line.stands_alone);
        Self { line, lines: 1, trace }
    }

    /// Goes on with `next`, or gives it back where that says something new.
    fn add(&mut self, next: Line, max_bytes: usize) -> Option<Line> {
        let (entry, text) = (&mut self.line.entry, &next.entry.message);
        let fits = self.lines < MOST_LINES && entry.message.len() + 1 + text.len() <= max_bytes;
        if !fits || next.stands_alone || entry.source != next.entry.source {
            return Some(next);
        }
        let goes_on = is_indented(text) || GOES_ON.iter().any(|beginning| text.starts_with(beginning));
        match Trace::after(self.trace, entry, text) {
            Some(trace) => self.trace = trace,
            None if goes_on && !text.trim().is_empty() => {}
            None => return Some(next),
        }
        if self.trace.is_some() {
            entry.level = entry.level.max(LogLevel::Error);
        }
        self.lines += 1;
        entry.message.push('\n');
        entry.message.push_str(text);
        self.line.end = next.end;
        None
    }

    /// An empty line may have come before what did not go on.
    fn whole(mut self) -> Line {
        if self.lines > 1 {
            let length = self.line.entry.message.trim_end_matches('\n').len();
            self.line.entry.message.truncate(length);
        }
        self.line
    }
}

fn is_indented(text: &str) -> bool {
    text.starts_with([' ', '\t'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::model::Timestamp;
    use proptest::prelude::*;

    fn entries(text: &str) -> Vec<Line> {
        let line = |text: &str| Line::new(text.as_bytes(), text.len() as u64, 10_000, "app", Timestamp::default());
        text.lines().map(line).collect()
    }

    fn messages(lines: Vec<Line>) -> Vec<String> {
        lines.into_iter().map(|line| line.entry.message).collect()
    }

    /// The entries that `text` makes, each with the number of its lines.
    fn joined(text: &str) -> Vec<(String, usize)> {
        let mut stacks = Stacks::new(10_000);
        let mut complete = stacks.join(entries(text));
        complete.extend(stacks.finish());
        let first = |message: &str| message.lines().next().unwrap_or_default().to_owned();
        messages(complete).iter().map(|message| (first(message), message.lines().count())).collect()
    }

    #[test]
    fn traces_of_common_languages_are_one_entry() {
        let java = "ERROR a.B - failed\njava.lang.IllegalStateException: x\n\tat a.B.c(B.java:1)\n\tat a.B.main(B.java:2)\n\
            Caused by: java.io.IOException: y\n\tat a.B.d(B.java:3)\n\t... 2 more\nINFO next";
        assert_eq!(joined(java).iter().map(|(_, lines)| *lines).collect::<Vec<_>>(), [1, 6, 1]);
        let python = "ERROR:root:failed\nTraceback (most recent call last):\n  File \"a.py\", line 1, in <module>\n    f()\n\
            ValueError: no\nINFO:root:next";
        assert_eq!(joined(python), [("ERROR:root:failed".into(), 5), ("INFO:root:next".into(), 1)]);
        let rust = "thread 'main' panicked at src/main.rs:2:5:\nboom\nstack backtrace:\n   0: rust_begin_unwind\n   1: main\nnext";
        assert_eq!(joined(rust), [("thread 'main' panicked at src/main.rs:2:5:".into(), 5), ("next".into(), 1)]);
    }

    /// The level and the number of lines of each entry.
    fn levels(text: &str) -> Vec<(LogLevel, usize)> {
        let mut stacks = Stacks::new(10_000);
        let mut complete = stacks.join(entries(text));
        complete.extend(stacks.finish());
        complete.iter().map(|line| (line.entry.level, line.entry.message.split('\n').count())).collect()
    }

    #[test]
    fn a_crash_is_an_error_and_one_entry() {
        use LogLevel::{Error, Info};
        let cases = [
            (
                "thread 'main' panicked at src/main.rs:2:5:\nboom\nnote: run with `RUST_BACKTRACE=1` environment variable",
                3,
            ),
            (
                "thread 'tokio-runtime-worker' (812) panicked at a.rs:2:5:\nassertion failed\n  left: 1\n right: 2\nnote: run",
                5,
            ),
            ("thread 'main' panicked at 'boom', src/main.rs:2:5\nnote: run with", 2),
            ("panic: boom\n\ngoroutine 1 [running]:\nmain.main()\n\t/a/x.go:8 +0x1d\nexit status 2", 6),
            (
                "panic: runtime error: nil pointer\n[signal SIGSEGV: code=0x1]\n\ngoroutine 7 [running]:\n\
                 main.(*T).f(0x1, {0x2, 0x3})\n\t/a/x.go:8\ncreated by main.main in goroutine 1\n\t/a/x.go:4\n\n\
                 goroutine 1 [chan receive, 2 minutes]:\nmain.main()\n\t/a/x.go:5",
                12,
            ),
            (
                "fatal error: all goroutines are asleep - deadlock!\n\ngoroutine 1 [select (no cases)]:\nmain.main()\n\t/x.go:1",
                5,
            ),
            (
                "2026/11/23 23:30:00 http: panic serving 127.0.0.1:9: boom\ngoroutine 9 [running]:\nmain.f()\n\t/x.go:1",
                4,
            ),
            ("Exception in thread \"main\" java.lang.IllegalStateException: x\n\tat a.B.main(B.java:2)", 2),
        ];
        for (text, lines) in cases {
            assert_eq!(levels(&format!("before\n{text}\nnext line")), [(Info, 1), (Error, lines), (Info, 1)], "{text}");
        }
    }

    #[test]
    fn ordinary_lines_stay_lines() {
        let lines = "the thread 'main' is fine\nno panic at all\n\ngoroutine 7 done\nnote: run with care\nexit status 0\n\
            created by hand\nmain.main() was called\nstack backtrace: off\nf(x)\ngoroutine 1 [running]:\nException in the rule";
        let expected: Vec<_> = lines.lines().map(|_| (LogLevel::Info, 1)).collect();
        assert_eq!(levels(lines), expected);
        let after = "panic: boom\n\nINFO started again\nf(x)";
        assert_eq!(levels(after), [(LogLevel::Error, 1), (LogLevel::Info, 1), (LogLevel::Info, 1)]);
    }

    #[test]
    fn a_trace_of_nobody_is_an_error_of_its_own() {
        let text = "INFO fine\nTraceback (most recent call last):\n  File \"a.py\"\nKeyError: 'x'\nINFO fine too";
        let mut stacks = Stacks::new(10_000);
        let complete = stacks.join(entries(text));
        assert_eq!(complete.len(), 2);
        assert_eq!((complete[1].entry.level, complete[1].entry.message.lines().count()), (LogLevel::Error, 3));
    }

    #[test]
    fn what_is_held_comes_with_the_next_look() {
        let mut stacks = Stacks::new(10_000);
        assert_eq!(stacks.join(entries("one")), []);
        assert_eq!(stacks.join(entries(" more")), []);
        assert_eq!(messages(stacks.join(entries("two"))), ["one\n more"]);
        assert_eq!(messages(stacks.join(entries("{\"msg\":\" three\"}"))), ["two"], "that goes on with nothing");
        assert_eq!(messages(stacks.finish().into_iter().collect()), [" three"]);
        assert_eq!(stacks.finish(), None);
    }

    proptest! {
        #[test]
        fn no_line_is_lost_and_no_entry_too_long(
            lines in prop::collection::vec(
                "( |\t|Caused by: |Traceback \\(most recent call last\\):|panic: |goroutine 1 \\[a\\]:|thread 'a' panicked at )?[a-z]{1,20}",
                0..600,
            ),
        ) {
            let mut stacks = Stacks::new(300);
            let mut complete = Vec::new();
            for part in lines.chunks(7) {
                complete.extend(stacks.join(entries(&part.join("\n"))));
            }
            complete.extend(stacks.finish());
            let all: Vec<&str> = complete.iter().flat_map(|line| line.entry.message.lines()).collect();
            prop_assert_eq!(all, lines);
            prop_assert!(complete.iter().all(|line| line.entry.message.len() <= 300));
        }
    }
}
