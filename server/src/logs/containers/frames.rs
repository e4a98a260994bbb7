//! The two outputs of a container in one stream: frames of 8 bytes that say which and how long, and what was written.

/// A frame's beginning: which output, three bytes of nothing, and the length with its highest byte first.
const HEAD: usize = 8;

/// Takes a stream apart. Holds nothing of what was written.
#[derive(Debug, Default)]
pub(super) struct Frames {
    head: Vec<u8>,
    output: usize,
    left: u32,
}

/// A piece of what was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Piece<'a> {
    /// 0 for standard output, 1 for standard error.
    pub(super) output: usize,
    /// It is the beginning of a frame.
    pub(super) begins: bool,
    pub(super) bytes: &'a [u8],
}

/// It is no such stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("its log is none of Docker's format")]
pub(super) struct Garbage;

impl Frames {
    /// Takes more bytes. `each` gets every piece, one at least of each frame.
    pub(super) fn push<'a>(&mut self, mut bytes: &'a [u8], mut each: impl FnMut(Piece<'a>)) -> Result<(), Garbage> {
        while !bytes.is_empty() {
            let begins = self.left == 0;
            if begins {
                let (mine, rest) = bytes.split_at(bytes.len().min(HEAD - self.head.len()));
                self.head.extend_from_slice(mine);
                bytes = rest;
                let Ok(head) = <[u8; HEAD]>::try_from(self.head.as_slice()) else { return Ok(()) };
                self.head.clear();
                let [output @ 0..=2, 0, 0, 0, a, b, c, d] = head else { return Err(Garbage) };
                (self.output, self.left) = (usize::from(output == 2), u32::from_be_bytes([a, b, c, d]));
                each(Piece { output: self.output, begins: true, bytes: &[] });
            }
            let here = usize::try_from(self.left).unwrap_or(usize::MAX).min(bytes.len());
            let (mine, rest) = bytes.split_at(here);
            self.left -= here as u32;
            bytes = rest;
            if !mine.is_empty() {
                each(Piece { output: self.output, begins: false, bytes: mine });
            }
        }
        Ok(())
    }
}
