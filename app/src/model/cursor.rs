use std::fmt;
use std::str::FromStr;

use super::text_on_the_wire;

/// A place in the hub's log: which life of the log, and the number of the last event seen there.
///
/// Written `<epoch>.<seq>`, for example `7f3a09bc.184220`. Short and of `[A-Za-z0-9.]` only, so that a browser sends it
/// back in `Last-Event-ID` without a preflight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Cursor {
    /// Names one life of the log; a restart begins another.
    pub epoch: u32,
    /// Number of the last event seen; 0 is before the first.
    pub seq: u64,
}

/// The text is not `<epoch>.<seq>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CursorError;

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}.{}", self.epoch, self.seq)
    }
}

impl FromStr for Cursor {
    type Err = CursorError;

    fn from_str(text: &str) -> Result<Self, CursorError> {
        let (epoch, seq) = text.split_once('.').ok_or(CursorError)?;
        let hex = epoch.len() == 8 && epoch.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        let decimal = (1..=20).contains(&seq.len()) && seq.bytes().all(|b| b.is_ascii_digit());
        if !hex || !decimal {
            return Err(CursorError);
        }
        Ok(Self {
            epoch: u32::from_str_radix(epoch, 16).map_err(|_| CursorError)?,
            seq: seq.parse().map_err(|_| CursorError)?,
        })
    }
}

text_on_the_wire!(Cursor);

impl fmt::Display for CursorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected <epoch>.<seq>, like 7f3a09bc.184220")
    }
}

impl std::error::Error for CursorError {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn reads_what_it_writes(epoch: u32, seq: u64) {
            let cursor = Cursor { epoch, seq };
            let written = cursor.to_string();
            prop_assert!(written.len() <= 40);
            prop_assert_eq!(written.parse(), Ok(cursor));
        }

        #[test]
        fn never_panics(text in "\\PC{0,60}") {
            let _ = text.parse::<Cursor>();
        }
    }

    #[test]
    fn refuses_garbage() {
        for text in [
            "",
            ".",
            "7f3a09bc",
            "7f3a09bc.",
            ".1",
            "7F3A09BC.1",
            "7f3a09bc.-1",
            "7f3a09bc.+1",
            "7f3a09bc.1 ",
            "7f3a09bc.18446744073709551616",
            "+f3a09bc.1",
            "7f3a09bc.1\0",
            "1e9",
        ] {
            assert_eq!(text.parse::<Cursor>(), Err(CursorError), "{text:?}");
        }
    }
}
