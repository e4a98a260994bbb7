//! Any data goes in, the same data comes out of a reader that keeps to the standard.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test ends at the first surprise")]

#[path = "support/parser.rs"]
mod parser;

use app::model::Cursor;
use parser::{Message, Parser};
use proptest::prelude::*;
use server::hub::{Contract, Hub, Limits, Name, Payload, frame};
use server::sse;
use tokio_util::sync::CancellationToken;

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

proptest! {
    /// Whatever is published comes out of a stream as it was, whole and in order, with nothing added.
    #[test]
    fn a_stream_carries_what_was_published(
        published in prop::collection::vec((prop::option::of("[A-Za-z0-9_-]{1,64}"), data()), 1..20),
        cuts in prop::collection::vec(1_usize..200, 1..10),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let bytes = runtime.block_on(async {
            let channel = Name::default_channel();
            let hub = Hub::new(Limits::default());
            let request = sse::Request {
                channels: vec![channel.clone()],
                last_event_id: Some(hub.head().to_string()),
                client_id: None,
                address: None,
                browser: false,
                page: false,
            };
            let states = sse::States(Box::new(Vec::new));
            let shutdown = CancellationToken::new();
            let mut stream =
                sse::Stream::open(hub.clone(), request, states, sse::Config::default(), sse::End::new(&shutdown)).unwrap();
            for (event, data) in &published {
                let event = event.as_deref().map(|event| Name::new(event).unwrap());
                hub.publish(&channel, Payload::Text { event, contract: Contract::Lossless, data: data.clone() });
            }
            shutdown.cancel();
            let mut bytes = Vec::new();
            while let Some(chunk) = stream.next().await {
                bytes.extend_from_slice(&chunk);
            }
            bytes
        });
        let mut parser = Parser::default();
        let mut messages = Vec::new();
        let mut rest = &bytes[..];
        for cut in cuts.iter().cycle() {
            let (piece, tail) = rest.split_at((*cut).min(rest.len()));
            messages.extend(parser.feed(piece));
            rest = tail;
            if rest.is_empty() {
                break;
            }
        }
        let got: Vec<_> = messages.iter().map(|message| (message.event.clone(), message.data.clone())).collect();
        prop_assert_eq!((got[0].0.as_str(), got[got.len() - 1].0.as_str()), ("connected", "bye"));
        let expected: Vec<_> = published
            .into_iter()
            .map(|(event, data)| (event.unwrap_or_else(|| "message".to_owned()), normalized(&data)))
            .collect();
        prop_assert_eq!(&got[1..got.len() - 1], &expected[..]);
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
