//! Lines of which each has a time before it, as the engine writes them.

use serde::{Deserialize, Serialize};

use crate::logs::lines::Lines;
use crate::logs::moment;

/// The longest time in bytes.
const LONGEST: usize = 40;

/// One output of a container.
#[derive(Debug)]
pub(super) struct Stamped {
    lines: Lines,
    /// What may be a time so far; none within a line.
    begun: Option<Vec<u8>>,
    /// When the line that has begun was written, in nanoseconds since 1970.
    at: u64,
    /// The last line that was taken.
    pub(super) seen: Seen,
    /// Lines of its moment that are still to come once more.
    again: u32,
}

/// Up to where an output has been read: the time of the last line, and how many there were of that moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Seen {
    pub(super) at: u64,
    pub(super) count: u32,
    /// Bytes of the last one, where it had no end when it was shown: what was written to it later is still to come.
    pub(super) open: u64,
}

impl Stamped {
    /// To be read after `seen`. Lines are cut after `limit` bytes.
    pub(super) fn new(limit: usize, seen: Seen) -> Self {
        Self { lines: Lines::new(limit), begun: Some(Vec::new()), at: seen.at, seen, again: seen.count }
    }

    /// What comes is the beginning of a piece, where there may be a time, even within a line: the engine cuts those that are
    /// long, and those of which it gets one part and later the rest.
    pub(super) fn begin(&mut self) {
        self.begun.get_or_insert_default();
    }

    /// Takes more bytes. `each` gets every line that is complete and hasn't been seen: its time, its first bytes and its
    /// whole length.
    pub(super) fn push(&mut self, mut bytes: &[u8], mut each: impl FnMut(u64, &[u8], u64)) {
        while !bytes.is_empty() {
            if let Some(begun) = &mut self.begun {
                if begun.is_empty() && !bytes.first().is_some_and(u8::is_ascii_digit) {
                    self.begun = None;
                    continue;
                }
                let room = LONGEST.saturating_sub(begun.len());
                let end = bytes.iter().take(room).position(|&byte| byte == b' ' || byte == b'\n');
                let (mine, rest) = bytes.split_at(end.unwrap_or(bytes.len().min(room)));
                begun.extend_from_slice(mine);
                bytes = rest;
                if end.is_none() && begun.len() < LONGEST {
                    return;
                }
                let begun = self.begun.take().unwrap_or_default();
                if let Some(at) = std::str::from_utf8(&begun).ok().and_then(nanoseconds) {
                    if !self.lines.pending() {
                        self.at = at;
                    }
                    bytes = bytes.strip_prefix(b" ").unwrap_or(bytes);
                } else {
                    self.lines.push(&begun, |_, _| {});
                }
                continue;
            }
            let end = bytes.iter().position(|&byte| byte == b'\n').map_or(bytes.len(), |at| at + 1);
            let (piece, rest) = bytes.split_at(end);
            bytes = rest;
            let (at, seen, again) = (self.at, &mut self.seen, &mut self.again);
            self.lines.push(piece, |kept, total| {
                if let Some(shown) = seen.take(at, total, again) {
                    each(at, kept.get(shown as usize..).unwrap_or_default(), total - shown);
                }
            });
            if piece.ends_with(b"\n") {
                self.begun = Some(Vec::new());
            }
        }
    }

    /// The same of a line that the container has begun and not ended, when it writes no more.
    pub(super) fn finish(&mut self, mut each: impl FnMut(u64, &[u8], u64)) {
        if let Some(begun) = self.begun.take().filter(|_| self.lines.pending()) {
            self.lines.push(&begun, |_, _| {});
        }
        let (at, seen, again) = (self.at, &mut self.seen, &mut self.again);
        self.lines.finish(|kept, total| {
            if let Some(shown) = seen.take(at, total, again) {
                each(at, kept.get(shown as usize..).unwrap_or_default(), total - shown);
                seen.open = total;
            }
        });
    }
}

impl Seen {
    /// Takes a line of the moment `at` that is `total` bytes long. Returns how many of them have been shown; none where it
    /// has been seen as it is. Of the lines of the last moment, `again` are still to come once more.
    fn take(&mut self, at: u64, total: u64, again: &mut u32) -> Option<u64> {
        if at < self.at {
            return None;
        }
        if at > self.at {
            (*self, *again) = (Self { at, count: 1, open: 0 }, 0);
            return Some(0);
        }
        if *again == 0 {
            self.count += 1;
            self.open = 0;
            return Some(0);
        }
        *again -= 1;
        let has_more = *again == 0 && self.open > 0 && total > self.open;
        has_more.then(|| std::mem::take(&mut self.open))
    }
}

/// A time of RFC 3339 with up to nine digits after the point.
fn nanoseconds(text: &str) -> Option<u64> {
    let (whole, rest) = text.split_at_checked(19)?;
    let digits = rest.strip_prefix('.').map_or(0, |rest| rest.bytes().take_while(u8::is_ascii_digit).count());
    let (fraction, zone) = if digits > 0 { rest.split_at(digits + 1) } else { ("", rest) };
    let second = moment::read(&format!("{whole}{zone}"))?.ms() / 1_000;
    let fraction = fraction.trim_start_matches('.');
    let fraction: u64 = format!("{:0<9}", fraction.get(..fraction.len().min(9))?).parse().ok()?;
    second.checked_mul(1_000_000_000)?.checked_add(fraction)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What is read after `seen`, in pieces of `size`, and up to where.
    fn read(text: &str, size: usize, seen: Seen) -> (Vec<String>, Seen) {
        let mut output = Stamped::new(100, seen);
        let mut lines = Vec::new();
        let mut each = |_, kept: &[u8], _| lines.push(String::from_utf8_lossy(kept).into_owned());
        text.as_bytes().chunks(size).for_each(|piece| output.push(piece, &mut each));
        output.finish(each);
        (lines, output.seen)
    }

    #[test]
    fn times_are_read_to_the_nanosecond() {
        for (text, ns) in [
            ("1970-01-01T00:00:01Z", Some(1_000_000_000)),
            ("1970-01-01T00:00:01.5Z", Some(1_500_000_000)),
            ("1970-01-01T01:00:01.000000007+01:00", Some(1_000_000_007)),
            ("1970-01-01T00:00:01.1234567891Z", Some(1_123_456_789)),
            ("1970-01-01T00:00:01.Z", None),
            ("1970-01-01T00:00:01", None),
            ("yesterday", None),
            ("ééééééééééé", None),
        ] {
            assert_eq!(nanoseconds(text), ns, "{text}");
        }
    }

    #[test]
    fn a_time_within_a_line_is_none_of_it_where_a_piece_begins() {
        let read = |pieces: &[&str]| {
            let mut output = Stamped::new(100, Seen::default());
            let mut lines = Vec::new();
            let mut each = |_, kept: &[u8], _| lines.push(String::from_utf8_lossy(kept).into_owned());
            for piece in pieces {
                output.begin();
                output.push(piece.as_bytes(), &mut each);
            }
            output.finish(each);
            lines
        };
        assert_eq!(read(&["1970-01-01T00:00:01Z name? ", "1970-01-01T00:00:02Z me\n"]), ["name? me"]);
        // As a connection may cut it too.
        assert_eq!(read(&["1970-01-01T00:00:01Z xxx", "xx", "1970-01-01T0", "0:00:02Z x"]), ["xxxxxx"]);
        assert_eq!(read(&["1970-01-01T00:00:01Z a 1970-01-01T00:00:02Z b\n"]), ["a 1970-01-01T00:00:02Z b"]);
        assert_eq!(read(&["1970-01-01T00:00:01Z 1", "2", "3"]), ["123"]);
    }

    proptest! {
        #[test]
        fn wherever_it_breaks_each_line_is_read_once(
            times in prop::collection::vec(0_u32..4, 1..20),
            size in 1_usize..9,
            cut in 0_usize..20,
        ) {
            let mut times = times;
            times.sort_unstable();
            let lines: Vec<String> = times.iter().enumerate().map(|(n, at)| format!("1970-01-01T00:00:01.{at}Z {n}\n")).collect();
            let cut = cut.min(lines.len());
            let (mut first, seen) = read(&lines[..cut].concat(), size, Seen::default());
            let (second, _) = read(&lines.concat(), size, seen);
            first.extend(second);
            prop_assert!(first.iter().enumerate().all(|(n, line)| *line == n.to_string()), "{:?}", first);
            prop_assert_eq!(first.len(), lines.len());
        }

        #[test]
        fn a_line_that_had_no_end_is_gone_on_with(cut in 0_usize..8, size in 1_usize..9) {
            let whole = "1970-01-01T00:00:01Z one two\n";
            let begun = &whole[..whole.len() - 1 - cut.min(6)];
            let (first, seen) = read(begun, size, Seen::default());
            let (second, _) = read(whole, size, seen);
            prop_assert_eq!(first.concat() + &second.concat(), "one two");
        }
    }
}
