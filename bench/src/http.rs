//! HTTP/1.1 responses, taken apart as they arrive: bytes in, parts out. One response may follow another on the same
//! connection.

use anyhow::{Context as _, Result, bail};

/// A response without a complete head by then is none.
const HEAD_LIMIT: usize = 16 * 1024;

/// What a response is made of, in order.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Part<'a> {
    /// The head is complete.
    Head {
        /// Such as 200.
        status: u16,
    },
    /// The next bytes of the body, without what frames them.
    Content(&'a [u8]),
    /// The body is complete. A body that only the end of the connection ends has none of these.
    End,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Head,
    Length(u64),
    ChunkSize,
    Chunk(u64),
    ChunkEnd,
    Trailer,
    UntilClose,
}

/// Takes responses apart, however their bytes are cut.
#[derive(Debug)]
pub(crate) struct Decoder {
    state: State,
    // A head or a line that is not complete yet.
    pending: Vec<u8>,
}

impl Decoder {
    /// A decoder at the beginning of a response.
    pub(crate) fn new() -> Self {
        Self { state: State::Head, pending: Vec::new() }
    }

    /// Takes the next bytes, and hands over the parts they complete.
    ///
    /// # Errors
    /// When the bytes are not HTTP/1.1.
    pub(crate) fn feed(&mut self, mut input: &[u8], part: &mut impl FnMut(Part<'_>)) -> Result<()> {
        while !input.is_empty() {
            match self.state {
                State::Head => self.head(&mut input, part)?,
                State::Length(left) => match content(&mut input, left, part) {
                    0 => self.end(part),
                    left => self.state = State::Length(left),
                },
                State::ChunkSize => self.chunk_size(&mut input)?,
                State::Chunk(left) => match content(&mut input, left, part) {
                    0 => self.state = State::ChunkEnd,
                    left => self.state = State::Chunk(left),
                },
                State::ChunkEnd => {
                    if self.line(&mut input) {
                        self.state = State::ChunkSize;
                        self.pending.clear();
                    }
                }
                State::Trailer => self.trailer(&mut input, part),
                State::UntilClose => part(Part::Content(std::mem::take(&mut input))),
            }
        }
        Ok(())
    }

    fn head(&mut self, input: &mut &[u8], part: &mut impl FnMut(Part<'_>)) -> Result<()> {
        if !self.line(input) || !self.pending.ends_with(b"\r\n\r\n") {
            if self.pending.len() > HEAD_LIMIT {
                bail!("the head of a response is longer than {HEAD_LIMIT} bytes");
            }
            return Ok(());
        }
        let mut headers = [httparse::EMPTY_HEADER; 64];
        let mut head = httparse::Response::new(&mut headers);
        head.parse(&self.pending).context("the head of a response cannot be read")?;
        let status = head.code.context("a response without a status")?;
        let state = framing(status, head.headers)?;
        self.pending.clear();
        part(Part::Head { status });
        match state {
            State::Length(0) => self.end(part),
            state => self.state = state,
        }
        Ok(())
    }

    fn chunk_size(&mut self, input: &mut &[u8]) -> Result<()> {
        if !self.line(input) {
            return Ok(());
        }
        self.state = match httparse::parse_chunk_size(&self.pending) {
            Ok(httparse::Status::Complete((_, 0))) => State::Trailer,
            Ok(httparse::Status::Complete((_, size))) => State::Chunk(size),
            _ => bail!("the size of a chunk cannot be read"),
        };
        self.pending.clear();
        Ok(())
    }

    fn trailer(&mut self, input: &mut &[u8], part: &mut impl FnMut(Part<'_>)) {
        if self.line(input) {
            if self.pending == b"\r\n" {
                self.end(part);
            }
            self.pending.clear();
        }
    }

    fn end(&mut self, part: &mut impl FnMut(Part<'_>)) {
        self.state = State::Head;
        part(Part::End);
    }

    // Moves what belongs to the present line from the input, and tells whether the line is complete.
    fn line(&mut self, input: &mut &[u8]) -> bool {
        let end = input.iter().position(|byte| *byte == b'\n').map_or(input.len(), |at| at + 1);
        let (line, rest) = input.split_at(end);
        self.pending.extend_from_slice(line);
        *input = rest;
        self.pending.ends_with(b"\n")
    }
}

fn framing(status: u16, headers: &[httparse::Header<'_>]) -> Result<State> {
    let header = |name: &str| headers.iter().find(|header| header.name.eq_ignore_ascii_case(name));
    if status == 204 || status == 304 {
        return Ok(State::Length(0));
    }
    if header("transfer-encoding").is_some_and(|header| header.value.eq_ignore_ascii_case(b"chunked")) {
        return Ok(State::ChunkSize);
    }
    let Some(length) = header("content-length") else { return Ok(State::UntilClose) };
    let length = str::from_utf8(length.value)?.trim();
    Ok(State::Length(length.parse().context("the length of a response cannot be read")?))
}

// Hands over up to `left` bytes of the input, and returns how many are still to come.
fn content(input: &mut &[u8], left: u64, part: &mut impl FnMut(Part<'_>)) -> u64 {
    let here = usize::try_from(left).unwrap_or(usize::MAX).min(input.len());
    let (taken, rest) = input.split_at(here);
    *input = rest;
    part(Part::Content(taken));
    left - here as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    // What a decoder makes of the bytes when they come in pieces of that size.
    fn decode(bytes: &[u8], size: usize) -> (Vec<u16>, Vec<u8>, usize) {
        let (mut statuses, mut body, mut ends) = (Vec::new(), Vec::new(), 0);
        let mut decoder = Decoder::new();
        for piece in bytes.chunks(size) {
            decoder
                .feed(piece, &mut |part| match part {
                    Part::Head { status } => statuses.push(status),
                    Part::Content(bytes) => body.extend_from_slice(bytes),
                    Part::End => ends += 1,
                })
                .unwrap();
        }
        (statuses, body, ends)
    }

    #[test]
    fn chunks_are_joined_however_they_are_cut() {
        let response =
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n8;x=1\r\n\r\nworld\n\r\n0\r\n\r\n";
        for size in 1..=response.len() {
            assert_eq!(decode(response, size), (vec![200], b"hello\r\nworld\n".to_vec(), 1), "pieces of {size}");
        }
    }

    #[test]
    fn responses_follow_each_other() {
        let responses = b"HTTP/1.1 202 Accepted\r\ncontent-length: 2\r\n\r\n{}HTTP/1.1 204 No Content\r\n\r\n\
            HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\n\r\n";
        for size in 1..=responses.len() {
            assert_eq!(decode(responses, size), (vec![202, 204, 429], b"{}".to_vec(), 3), "pieces of {size}");
        }
    }

    #[test]
    fn a_body_without_framing_goes_on_until_the_connection_ends() {
        assert_eq!(decode(b"HTTP/1.1 200 OK\r\n\r\ndata: 1\n\n", 3), (vec![200], b"data: 1\n\n".to_vec(), 0));
    }

    #[test]
    fn what_is_not_http_is_an_error() {
        assert!(Decoder::new().feed(b"SSH-2.0-OpenSSH\r\n\r\n", &mut |_| {}).is_err());
        let size = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n";
        assert!(Decoder::new().feed(size, &mut |_| {}).is_err());
        assert!(Decoder::new().feed(&vec![b'\n'; HEAD_LIMIT + 1], &mut |_| {}).is_err());
    }
}
