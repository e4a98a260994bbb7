//! Event streams, taken apart as the standard says: bytes in, messages out.

/// One event of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Message<'a> {
    /// Its type; empty when it has none.
    pub(crate) name: &'a [u8],
    /// Its lines, joined by LF.
    pub(crate) data: &'a [u8],
    /// The id to resume from, as of this event.
    pub(crate) id: &'a [u8],
}

/// Takes a stream apart, however its bytes are cut.
#[derive(Debug, Default)]
pub(crate) struct Parser {
    line: Vec<u8>,
    after_cr: bool,
    name: Vec<u8>,
    data: Vec<u8>,
    id: Vec<u8>,
}

impl Parser {
    /// Takes the next bytes, and hands over the messages they complete.
    pub(crate) fn feed(&mut self, mut bytes: &[u8], message: &mut impl FnMut(Message<'_>)) {
        while !bytes.is_empty() {
            // The second half of a CRLF ends no line of its own.
            if std::mem::take(&mut self.after_cr) && bytes[0] == b'\n' {
                bytes = &bytes[1..];
                continue;
            }
            let Some(end) = bytes.iter().position(|byte| matches!(byte, b'\r' | b'\n')) else {
                self.line.extend_from_slice(bytes);
                return;
            };
            self.after_cr = bytes[end] == b'\r';
            if self.line.is_empty() {
                self.take(&bytes[..end], message);
            } else {
                self.line.extend_from_slice(&bytes[..end]);
                let line = std::mem::take(&mut self.line);
                self.take(&line, message);
            }
            bytes = &bytes[end + 1..];
        }
    }

    fn take(&mut self, line: &[u8], message: &mut impl FnMut(Message<'_>)) {
        if line.is_empty() {
            if self.data.pop().is_some() {
                message(Message { name: &self.name, data: &self.data, id: &self.id });
            }
            self.name.clear();
            self.data.clear();
            return;
        }
        let (field, value) = match line.iter().position(|byte| *byte == b':') {
            Some(colon) => (&line[..colon], &line[colon + 1..]),
            None => (line, &line[line.len()..]),
        };
        let value = value.strip_prefix(b" ").unwrap_or(value);
        match field {
            b"data" => {
                self.data.extend_from_slice(value);
                self.data.push(b'\n');
            }
            b"event" => value.clone_into(&mut self.name),
            b"id" if !value.contains(&0) => value.clone_into(&mut self.id),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // The messages of a stream that comes in pieces of that size, as name, data and id.
    fn parse(stream: &str, size: usize) -> Vec<[String; 3]> {
        let mut messages = Vec::new();
        let mut parser = Parser::default();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        for piece in stream.as_bytes().chunks(size) {
            parser.feed(piece, &mut |seen| messages.push([seen.name, seen.data, seen.id].map(text)));
        }
        messages
    }

    #[track_caller]
    fn check(stream: &str, expected: &[[&str; 3]]) {
        for size in 1..=stream.len() {
            assert_eq!(parse(stream, size), expected, "{stream:?} in pieces of {size}");
        }
    }

    #[test]
    fn a_message_has_name_data_and_id() {
        check("id: 7.1\nevent: tick\ndata: {}\n\ndata: x\n\n", &[["tick", "{}", "7.1"], ["", "x", "7.1"]]);
    }

    #[test]
    fn every_line_end_counts_once() {
        check("data: a\r\ndata: b\rdata: c\n\r\ndata: d\r\r", &[["", "a\nb\nc", ""], ["", "d", ""]]);
    }

    #[test]
    fn comments_unknown_fields_and_events_without_data_are_not_messages() {
        check(": hello\nretry: 3000\nevent: x\nid: 1\n\ndata\n\n", &[["", "", "1"]]);
    }

    #[test]
    fn one_blank_after_the_colon_goes_and_an_unfinished_message_stays_out() {
        check("data:  a\ndata:b:c\n\ndata: unfinished\n", &[["", " a\nb:c", ""]]);
    }
}
