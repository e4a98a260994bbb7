//! A reader of `text/event-stream` written from the standard (WHATWG HTML, 9.2.6), independent of the server's encoder.

/// One dispatched event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Message {
    pub(crate) event: String,
    pub(crate) data: String,
    pub(crate) last_event_id: String,
}

#[derive(Debug, Default)]
pub(crate) struct Parser {
    /// Bytes of a line whose end has not come yet.
    pending: Vec<u8>,
    /// The last byte was CR, so an LF that follows belongs to it.
    after_cr: bool,
    begun: bool,
    event: String,
    data: String,
    id: String,
    last_event_id: String,
    pub(crate) retry: Option<u64>,
}

impl Parser {
    /// Reads some bytes, split anywhere, and returns the events that they complete.
    pub(crate) fn feed(&mut self, bytes: &[u8]) -> Vec<Message> {
        let mut messages = Vec::new();
        for &byte in bytes {
            let swallowed = self.after_cr && byte == b'\n';
            self.after_cr = byte == b'\r';
            match byte {
                _ if swallowed => {}
                b'\r' | b'\n' => messages.extend(self.end_of_line()),
                _ => self.pending.push(byte),
            }
        }
        messages
    }

    fn end_of_line(&mut self) -> Option<Message> {
        let mut line = std::mem::take(&mut self.pending);
        if !std::mem::replace(&mut self.begun, true) && line.starts_with(b"\xef\xbb\xbf") {
            line.drain(..3);
        }
        let line = String::from_utf8_lossy(&line);
        if line.is_empty() {
            return self.dispatch();
        }
        let (field, value) = line.split_once(':').unwrap_or((&line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut self.event),
            "data" => {
                self.data.push_str(value);
                self.data.push('\n');
            }
            "id" if !value.contains('\0') => value.clone_into(&mut self.id),
            "retry" if !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit()) => {
                self.retry = value.parse().ok();
            }
            _ => {}
        }
        None
    }

    fn dispatch(&mut self) -> Option<Message> {
        self.last_event_id.clone_from(&self.id);
        let event = std::mem::take(&mut self.event);
        let mut data = std::mem::take(&mut self.data);
        // An empty buffer is no event; an empty `data` field leaves a line feed in it.
        data.pop()?;
        let event = if event.is_empty() { "message".to_owned() } else { event };
        Some(Message { event, data, last_event_id: self.last_event_id.clone() })
    }
}
