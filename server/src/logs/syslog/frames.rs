use super::MAX_MESSAGE;
use crate::logs::lines::Lines;

/// Digits that the count before a message has at most.
const MAX_DIGITS: usize = 10;

/// Cuts a connection into messages: `17 <34>1 - - - ...` by the count before each, and else at line ends (RFC 6587).
/// Holds no more than [`MAX_MESSAGE`] bytes.
#[derive(Debug)]
pub(super) struct Frames(State);

#[derive(Debug)]
enum State {
    /// Between two messages: the digits of a count.
    Between(Vec<u8>),
    /// In a message that was counted.
    Counted { kept: Vec<u8>, length: u64, left: u64 },
    /// In a message that ends with its line.
    Line(Lines),
}

impl Frames {
    pub(super) fn new() -> Self {
        Self(State::Between(Vec::new()))
    }

    /// Takes more bytes. `each` gets every message that is complete: its first bytes and its whole length.
    pub(super) fn push(&mut self, mut bytes: &[u8], mut each: impl FnMut(&[u8], u64)) {
        while !bytes.is_empty() {
            bytes = match &mut self.0 {
                State::Between(digits) => match between(digits, bytes) {
                    (rest, Some(next)) => {
                        self.0 = next;
                        rest
                    }
                    (rest, None) => rest,
                },
                State::Counted { kept, length, left } => {
                    let here = usize::try_from(*left).unwrap_or(usize::MAX).min(bytes.len());
                    let (mine, rest) = bytes.split_at(here);
                    let room = MAX_MESSAGE - kept.len();
                    kept.extend_from_slice(&mine[..mine.len().min(room)]);
                    *left -= mine.len() as u64;
                    if *left == 0 {
                        each(kept, *length);
                        self.0 = State::Between(Vec::new());
                    }
                    rest
                }
                State::Line(lines) => {
                    let end = bytes.iter().position(|&byte| byte == b'\n').map_or(bytes.len(), |at| at + 1);
                    let (mine, rest) = bytes.split_at(end);
                    lines.push(mine, &mut each);
                    if mine.ends_with(b"\n") {
                        self.0 = State::Between(Vec::new());
                    }
                    rest
                }
            };
        }
    }

    /// The connection has ended: a line that has begun is a message, and a message that was counted is not.
    pub(super) fn finish(self, each: impl FnMut(&[u8], u64)) {
        if let State::Line(mut lines) = self.0 {
            lines.finish(each);
        }
    }
}

/// What follows a message: another that is counted, or a line. Gives what is left of `bytes`, and what has begun, if it is
/// known yet.
fn between<'a>(digits: &mut Vec<u8>, bytes: &'a [u8]) -> (&'a [u8], Option<State>) {
    let blank = |byte: &u8| digits.is_empty() && matches!(byte, b'\n' | b'\r' | 0);
    let bytes = &bytes[bytes.iter().take_while(|byte| blank(byte)).count()..];
    let count = bytes.iter().take(MAX_DIGITS + 1 - digits.len()).take_while(|byte| byte.is_ascii_digit()).count();
    digits.extend_from_slice(&bytes[..count]);
    let rest = &bytes[count..];
    let Some(&next) = rest.first() else { return (rest, None) };
    let length = String::from_utf8_lossy(digits).parse::<u64>().ok().filter(|&length| length > 0);
    match length {
        Some(length) if next == b' ' && digits.len() <= MAX_DIGITS => {
            (&rest[1..], Some(State::Counted { kept: Vec::new(), length, left: length }))
        }
        _ => {
            let mut lines = Lines::new(MAX_MESSAGE);
            lines.push(digits, |_, _| ());
            (rest, Some(State::Line(lines)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(chunks: &[&[u8]]) -> Vec<String> {
        let mut frames = Frames::new();
        let mut read = Vec::new();
        for chunk in chunks {
            frames.push(chunk, |kept, _| read.push(String::from_utf8_lossy(kept).into_owned()));
        }
        frames.finish(|kept, _| read.push(String::from_utf8_lossy(kept).into_owned()));
        read
    }

    #[test]
    fn counted_or_by_lines() {
        assert_eq!(read(&[b"5 <1>ab6 <1>a\nb"]), ["<1>ab", "<1>a\nb"]);
        assert_eq!(read(&[b"<1>a\n<1>b\r\n\n<1>c"]), ["<1>a", "<1>b", "<1>c"]);
        assert_eq!(read(&[b"5 <1>ab\n<1>c\n5 <1>de"]), ["<1>ab", "<1>c", "<1>de"]);
        assert_eq!(read(&[b"12x\n0 y\n99999999999 z\n"]), ["12x", "0 y", "99999999999 z"]);
        assert_eq!(read(&[b"9 <1>cut"]), [""; 0], "a message that was cut off is none");
    }

    #[test]
    fn memory_is_bounded_whatever_is_claimed() {
        let mut frames = Frames::new();
        frames.push(b"9999999999 ", |_, _| ());
        for _ in 0..10 {
            frames.push(&[b'x'; MAX_MESSAGE], |_, _| ());
        }
        assert!(matches!(&frames.0, State::Counted { kept, .. } if kept.len() == MAX_MESSAGE));
    }

    proptest! {
        #[test]
        fn chunks_make_no_difference(
            messages in prop::collection::vec(("<[0-9]>[a-z ]{1,20}", any::<bool>()), 0..20),
            size in 1_usize..20,
        ) {
            let bytes: String = messages
                .iter()
                .map(|(text, counted)| if *counted { format!("{} {text}", text.len()) } else { format!("{text}\n") })
                .collect();
            let chunks: Vec<&[u8]> = bytes.as_bytes().chunks(size).collect();
            let expected: Vec<String> = messages.into_iter().map(|(text, _)| text).collect();
            prop_assert_eq!(read(&chunks), expected);
        }

        #[test]
        fn any_bytes_at_all(bytes in prop::collection::vec(prop::sample::select(b"0159 <>a\n\r\0".to_vec()), 0..60), size in 1_usize..9) {
            let chunks: Vec<&[u8]> = bytes.chunks(size).collect();
            prop_assert_eq!(read(&chunks), read(&[&bytes]));
        }
    }
}
