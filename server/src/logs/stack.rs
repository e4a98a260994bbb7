//! Joins the lines of a stack trace into one entry: alone, none of them says anything.

use app::model::LogLevel;

use super::entry::Line;

/// Lines of one entry at most.
const MOST_LINES: usize = 200;
/// How a trace of Python begins. Its lines are indented but for the last, which says what went wrong.
const TRACEBACK: &str = "Traceback (most recent call last):";
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
    /// A trace of Python has begun and its last line has not come.
    is_open: bool,
}

impl Stacks {
    pub(super) fn new(max_bytes: usize) -> Self {
        Self { max_bytes, held: None }
    }

    /// Takes lines and gives what is complete.
    pub(super) fn join(&mut self, lines: Vec<Line>) -> Vec<Line> {
        let mut complete = Vec::with_capacity(lines.len());
        for line in lines {
            match &mut self.held {
                Some(held) if held.is_continued_by(&line, self.max_bytes) => held.add(line),
                _ => complete.extend(self.held.replace(Held::new(line)).map(|held| held.line)),
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
        self.held.take().map(|held| held.line)
    }
}

impl Held {
    fn new(mut line: Line) -> Self {
        let is_open = line.entry.message.starts_with(TRACEBACK);
        if is_open {
            line.entry.level = line.entry.level.max(LogLevel::Error);
        }
        Self { line, lines: 1, is_open }
    }

    fn is_continued_by(&self, line: &Line, max_bytes: usize) -> bool {
        let (entry, text) = (&self.line.entry, &line.entry.message);
        let goes_on = self.is_open
            || is_indented(text)
            || GOES_ON.iter().any(|beginning| text.starts_with(beginning))
            || (text.starts_with(TRACEBACK) && entry.level == LogLevel::Error);
        let fits = self.lines < MOST_LINES && entry.message.len() + 1 + text.len() <= max_bytes;
        goes_on && fits && !line.stands_alone && line.entry.source == entry.source && !text.trim().is_empty()
    }

    fn add(&mut self, line: Line) {
        let text = line.entry.message;
        self.is_open = text.starts_with(TRACEBACK) || (self.is_open && is_indented(&text));
        self.lines += 1;
        self.line.entry.message.push('\n');
        self.line.entry.message.push_str(&text);
        self.line.end = line.end;
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
        assert_eq!(joined(rust).last(), Some(&("next".into(), 1)));
        assert_eq!(joined(rust)[2], ("stack backtrace:".into(), 3));
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
            lines in prop::collection::vec("( |\t|Caused by: |Traceback \\(most recent call last\\):)?[a-z]{1,20}", 0..600),
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
