//! Any data goes in, the same data comes out of a reader that keeps to the standard.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test ends at the first surprise")]

#[path = "support/parser.rs"]
mod parser;

use app::model::Cursor;
use parser::{Message, Parser};
use proptest::prelude::*;
use server::hub::frame;

/// What data becomes on its way: each line end is a line feed.
fn normalized(data: &str) -> String {
    data.replace("\r\n", "\n").replace('\r', "\n")
}

/// Text made of what could go wrong, mixed with anything.
fn data() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("\r".to_owned()),
        Just("\n".to_owned()),
        Just("\r\n".to_owned()),
        Just("data: ".to_owned()),
        Just("\n\nid: 9\nevent: x\n".to_owned()),
        Just(":".to_owned()),
        Just(" ".to_owned()),
        Just("\0".to_owned()),
        Just("\u{feff}".to_owned()),
        any::<String>(),
    ];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_data_survives(epoch: u32, seq: u64, name in "[A-Za-z0-9_-]{1,64}", data in data(), cut in 0_usize..4_096) {
        let id = Cursor { epoch, seq };
        let frame = frame::encode(Some(id), Some(&name), &data);
        let cut = cut.min(frame.len());
        let mut parser = Parser::default();
        let mut messages = parser.feed(&frame[..cut]);
        messages.extend(parser.feed(&frame[cut..]));
        prop_assert_eq!(messages, [Message { event: name, data: normalized(&data), last_event_id: id.to_string() }]);
    }

    #[test]
    fn frames_do_not_run_into_each_other(first in data(), second in data()) {
        let frames = [frame::encode(None, None, &first), frame::encode(None, Some("b"), &second)].concat();
        let messages = Parser::default().feed(&frames);
        let data: Vec<_> = messages.iter().map(|message| message.data.as_str()).collect();
        prop_assert_eq!(data, [normalized(&first), normalized(&second)]);
    }
}

#[test]
fn the_parser_keeps_to_the_standard() {
    let mut parser = Parser::default();
    let stream = "\u{feff}: a comment\n\ndata\n\ndata: a\r\ndata:  b\rid: 1\nretry: 25\nretry: 1.5\n\nid: x\0\ndata: c\n\nevent: only\n\ndata: cut";
    let data: Vec<_> = parser.feed(stream.as_bytes()).into_iter().map(|m| (m.data, m.last_event_id)).collect();
    let expected = [("", ""), ("a\n b", "1"), ("c", "1")];
    assert_eq!(data, expected.map(|(data, id)| (data.to_owned(), id.to_owned())));
    assert_eq!(parser.retry, Some(25));
}
