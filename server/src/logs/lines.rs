/// Cuts a stream of bytes into lines. Holds no more than `limit` bytes, however long a line is.
///
/// A line ends with LF or CRLF. NUL bytes are left out: a log that was emptied under a writer that keeps its place begins
/// with a hole that reads as any number of them.
#[derive(Debug)]
pub(super) struct Lines {
    limit: usize,
    /// The first bytes of the line that has begun.
    kept: Vec<u8>,
    /// How long that line is so far.
    total: u64,
    ends_in_cr: bool,
    /// The line's beginning was handed on before its end came.
    handed_on: bool,
}

impl Lines {
    pub(super) fn new(limit: usize) -> Self {
        Self { limit, kept: Vec::new(), total: 0, ends_in_cr: false, handed_on: false }
    }

    /// Takes more bytes. `each` gets every line that is complete: its first `limit` bytes and its whole length.
    pub(super) fn push(&mut self, bytes: &[u8], mut each: impl FnMut(&[u8], u64)) {
        for piece in bytes.split_inclusive(|&b| b == b'\n') {
            if let Some(last) = piece.strip_suffix(b"\n") {
                self.add(last);
                self.end(&mut each);
            } else {
                self.add(piece);
            }
        }
    }

    /// Whether a line has begun that has not ended.
    pub(super) fn pending(&self) -> bool {
        self.total > 0
    }

    /// Hands on the line that has begun, if one has. What follows up to its end becomes another line, if it is anything.
    pub(super) fn hand_on(&mut self, mut each: impl FnMut(&[u8], u64)) {
        if self.pending() {
            self.end(&mut each);
            self.handed_on = true;
        }
    }

    /// What comes goes on with a line that was handed on.
    pub(super) fn within_line(&mut self) {
        self.handed_on = true;
    }

    /// Whether what comes goes on with a line that has begun or was handed on.
    pub(super) fn is_within_line(&self) -> bool {
        self.pending() || self.handed_on
    }

    /// As [`hand_on`](Self::hand_on), where what follows belongs to another stream.
    pub(super) fn finish(&mut self, each: impl FnMut(&[u8], u64)) {
        self.hand_on(each);
        self.handed_on = false;
    }

    fn add(&mut self, bytes: &[u8]) {
        for run in bytes.split(|&b| b == 0) {
            let Some(&last) = run.last() else { continue };
            let room = self.limit - self.kept.len();
            self.kept.extend_from_slice(&run[..run.len().min(room)]);
            self.total += run.len() as u64;
            self.ends_in_cr = last == b'\r';
        }
    }

    fn end(&mut self, each: &mut impl FnMut(&[u8], u64)) {
        if self.ends_in_cr {
            if self.total == self.kept.len() as u64 {
                self.kept.pop();
            }
            self.total -= 1;
        }
        if !(self.handed_on && self.total == 0) {
            each(&self.kept, self.total);
        }
        *self = Self { kept: std::mem::take(&mut self.kept), ..Self::new(self.limit) };
        self.kept.clear();
        self.kept.shrink_to(64 * 1024);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(limit: usize, chunks: &[&[u8]]) -> Vec<(String, u64)> {
        let mut lines = Lines::new(limit);
        let mut read = Vec::new();
        for chunk in chunks {
            lines.push(chunk, |kept, total| read.push((String::from_utf8_lossy(kept).into_owned(), total)));
        }
        lines.finish(|kept, total| read.push((String::from_utf8_lossy(kept).into_owned(), total)));
        read
    }

    /// Chunks of bytes, and the lines that they hold.
    type Case<'a> = (&'a [&'a [u8]], &'a [(&'a str, u64)]);

    #[test]
    fn cuts_at_line_ends() {
        let cases: [Case<'_>; 8] = [
            (&[b""], &[]),
            (&[b"a\nb\n"], &[("a", 1), ("b", 1)]),
            (&[b"a", b"b\r", b"\n\n"], &[("ab", 2), ("", 0)]),
            (&[b"a\rb\r\r\n"], &[("a\rb\r", 4)]),
            (&[b"12345\r\n"], &[("12345", 5)]),
            (&[b"1234567\r\n1"], &[("12345", 7), ("1", 1)]),
            (&[b"\0\0\0a\0", b"\0b\0\n"], &[("ab", 2)]),
            (&[b"\0\n"], &[("", 0)]),
        ];
        for (chunks, lines) in cases {
            let lines: Vec<_> = lines.iter().map(|&(text, total)| (text.to_owned(), total)).collect();
            assert_eq!(read(5, chunks), lines, "{chunks:?}");
        }
    }

    #[test]
    fn the_end_of_a_line_handed_on_is_no_line() {
        for (rest, expected) in
            [(&b"\r\nc\n"[..], vec!["ab", "c"]), (b"c\n", vec!["ab", "c"]), (b"\n\n", vec!["ab", ""])]
        {
            let mut lines = Lines::new(9);
            let mut read = Vec::new();
            let mut each = |kept: &[u8], _| read.push(String::from_utf8_lossy(kept).into_owned());
            lines.push(b"ab", &mut each);
            lines.hand_on(&mut each);
            lines.hand_on(&mut each);
            lines.push(rest, &mut each);
            assert_eq!(read, expected);
        }
    }

    proptest! {
        #[test]
        fn chunks_make_no_difference(
            bytes in prop::collection::vec(prop::sample::select(b"ab\r\n\0".to_vec()), 0..60),
            size in 1_usize..9,
            limit in 0_usize..6,
        ) {
            let chunks: Vec<&[u8]> = bytes.chunks(size).collect();
            let at_once = read(limit, &[&bytes]);
            prop_assert!(at_once.iter().all(|(text, _)| text.len() <= limit));
            prop_assert_eq!(read(limit, &chunks), at_once);
        }
    }
}
