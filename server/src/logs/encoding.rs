//! The bytes of a file made text, a line each.

use std::fmt;
use std::str::FromStr;

use encoding_rs::{Decoder, Encoding, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE};

use serde::{Deserialize, Deserializer, de};

use super::lines::Lines;

/// How the text of a file is written: UTF-8 by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Charset(&'static Encoding);

/// Nobody knows an encoding of that name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected an encoding like utf-8, latin1, windows-1252, utf-16le or shift_jis")]
pub struct UnknownCharset;

impl Default for Charset {
    fn default() -> Self {
        Self(UTF_8)
    }
}

impl FromStr for Charset {
    type Err = UnknownCharset;

    /// Takes the names that browsers know; `latin1` is `windows-1252` there, which has all of its letters.
    fn from_str(name: &str) -> Result<Self, UnknownCharset> {
        Encoding::for_label(name.as_bytes()).filter(|&known| known != REPLACEMENT).map(Self).ok_or(UnknownCharset)
    }
}

impl<'de> Deserialize<'de> for Charset {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

impl fmt::Display for Charset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.name())
    }
}

/// How many bytes at the beginning tell the encoding.
pub(super) const MARK: usize = 3;

/// Cuts the bytes of one file into lines of UTF-8, in bounded memory. What isn't in the encoding becomes U+FFFD.
#[derive(Debug)]
pub(super) struct Text {
    lines: Lines,
    /// None where the bytes are UTF-8 already.
    decoder: Option<Decoder>,
    /// Of UTF-16, with the higher byte first or not.
    wide: Option<Wide>,
}

#[derive(Debug)]
struct Wide {
    is_big: bool,
    /// The first byte of a unit of which the second hasn't come.
    first: Option<u8>,
}

impl Text {
    /// `head` are the first bytes of the file, [`MARK`] of them where it has so many: a byte order mark there goes before
    /// `charset`. Returns how long that mark is, too. Lines are cut after `limit` bytes.
    pub(super) fn new(charset: Charset, head: &[u8], limit: usize) -> (Self, usize) {
        let (encoding, mark) = Encoding::for_bom(head).unwrap_or((charset.0, 0));
        let decoder = (encoding != UTF_8).then(|| encoding.new_decoder_without_bom_handling());
        let wide =
            (encoding == UTF_16LE || encoding == UTF_16BE).then(|| Wide { is_big: encoding == UTF_16BE, first: None });
        (Self { lines: Lines::new(limit), decoder, wide }, mark)
    }

    /// Whether more must come before it is known if there is a mark.
    pub(super) fn may_be_marked(head: &[u8]) -> bool {
        head.len() < MARK && [&b"\xef\xbb\xbf"[..], b"\xfe\xff"].iter().any(|mark| mark.starts_with(head))
            || head == b"\xff"
    }

    /// What comes belongs to a line that was handed on.
    pub(super) fn within_line(&mut self) {
        self.lines.within_line();
    }

    /// Whether what comes goes on with a line that has begun or was handed on.
    pub(super) fn is_within_line(&self) -> bool {
        self.lines.is_within_line()
    }

    /// Takes more bytes. `each` gets every line that is complete: its first bytes, how many it has in all, and how many of
    /// `bytes` have been read then.
    pub(super) fn push(&mut self, bytes: &[u8], mut each: impl FnMut(&[u8], u64, usize)) {
        let mut read = 0;
        while read < bytes.len() {
            let piece = &bytes[read..];
            let end = match &mut self.wide {
                Some(wide) => wide.line_end(piece),
                None => piece.iter().position(|&byte| byte == b'\n').map_or(piece.len(), |at| at + 1),
            };
            read += end;
            let decoded = decode(&mut self.decoder, &piece[..end]);
            self.lines
                .push(decoded.as_deref().map_or(&piece[..end], str::as_bytes), |kept, total| each(kept, total, read));
        }
    }

    /// Hands on the line that has begun, if one has.
    pub(super) fn hand_on(&mut self, each: impl FnMut(&[u8], u64)) {
        self.lines.hand_on(each);
    }
}

fn decode(decoder: &mut Option<Decoder>, bytes: &[u8]) -> Option<String> {
    let decoder = decoder.as_mut()?;
    // Room for all there can be; none is known only where that is more than there are addresses.
    let mut text = String::with_capacity(decoder.max_utf8_buffer_length(bytes.len())?);
    let _ = decoder.decode_to_string(bytes, &mut text, false);
    Some(text)
}

impl Wide {
    /// How many of `bytes` belong to the line that they begin with.
    fn line_end(&mut self, bytes: &[u8]) -> usize {
        let line_feed = if self.is_big { (0, b'\n') } else { (b'\n', 0) };
        for (at, &byte) in bytes.iter().enumerate() {
            match self.first.take() {
                None => self.first = Some(byte),
                Some(first) if (first, byte) == line_feed => return at + 1,
                Some(_) => {}
            }
        }
        bytes.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The lines of a file that is read in pieces, each with where it ends.
    fn read(charset: &str, file: &[u8], size: usize) -> Vec<(String, usize)> {
        let (mut text, mark) = Text::new(charset.parse().unwrap(), &file[..file.len().min(MARK)], 100);
        let (mut lines, mut at) = (Vec::new(), mark);
        for piece in file[at..].chunks(size) {
            text.push(piece, |kept, _, read| lines.push((String::from_utf8_lossy(kept).into_owned(), at + read)));
            at += piece.len();
        }
        text.hand_on(|kept, _| lines.push((String::from_utf8_lossy(kept).into_owned(), at)));
        lines
    }

    fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn what_is_written_in_another_encoding_is_read() {
        let text = "caf\u{e9} \u{1f600}\r\n\u{a00}\u{d0a}\n\0x\nlast";
        let expected = ["caf\u{e9} \u{1f600}", "\u{a00}\u{d0a}", "x", "last"];
        let little = utf16(&format!("\u{feff}{text}"), u16::to_le_bytes);
        let big = utf16(&format!("\u{feff}{text}"), u16::to_be_bytes);
        let cases: [(&str, Vec<u8>, &[&str]); 7] = [
            ("utf-8", little.clone(), &expected),
            ("windows-1252", big, &expected),
            ("utf-16le", little[2..].to_vec(), &expected),
            ("utf-8", [b"\xef\xbb\xbf", text.as_bytes()].concat(), &expected),
            ("latin1", b"caf\xe9 \x80\n\x93x\x94\n".to_vec(), &["caf\u{e9} \u{20ac}", "\u{201c}x\u{201d}"]),
            ("shift_jis", b"\x93\xfa\x96{\n\xff\xff\nx\n".to_vec(), &["日本", "\u{fffd}\u{fffd}", "x"]),
            ("utf-8", b"a\xff\xfeb\nc\n".to_vec(), &["a\u{fffd}\u{fffd}b", "c"]),
        ];
        for (charset, file, expected) in cases {
            for size in 1..=file.len() {
                let lines = read(charset, &file, size);
                assert!(lines.iter().map(|(line, _)| line).eq(expected), "{charset} in pieces of {size}: {lines:?}");
            }
        }
    }

    #[test]
    fn a_mark_is_waited_for() {
        for head in [&b"\xef"[..], b"\xef\xbb", b"\xfe", b"\xff"] {
            assert!(Text::may_be_marked(head), "{head:?}");
        }
        for head in [&b"a"[..], b"\xff\xfe", b"\xef\xbb\xbf", b"\xefa"] {
            assert!(!Text::may_be_marked(head), "{head:?}");
        }
    }

    #[test]
    fn names_are_those_of_the_web() {
        for name in ["replacement", "utf-7", "", "iso-2022-cn", "latin-99"] {
            assert_eq!(name.parse::<Charset>(), Err(UnknownCharset), "{name}");
        }
        assert_eq!("Latin1".parse::<Charset>().unwrap().to_string(), "windows-1252");
    }

    proptest! {
        #[test]
        fn lines_end_where_they_end(lines in prop::collection::vec("[a-zé€\u{10a}\u{a00}😀]{0,9}", 0..9), size in 1_usize..7, big: bool) {
            let bytes = if big { u16::to_be_bytes } else { u16::to_le_bytes };
            let whole: String = lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect();
            let mut end = 0;
            let expected: Vec<_> = lines.iter().map(|line| { end += 2 * (line.encode_utf16().count() + 1); (line.clone(), end) }).collect();
            prop_assert_eq!(read(if big { "utf-16be" } else { "utf-16le" }, &utf16(&whole, bytes), size), expected);
        }
    }
}
