//! What is published from outside is refused, or comes out of a reader that keeps to the standard as it went in: nothing
//! in it can begin a field of its own.
#![no_main]

#[path = "../../server/tests/support/parser.rs"]
#[allow(dead_code)]
mod parser;

use libfuzzer_sys::fuzz_target;
use parser::Parser;
use server::hub::frame;

fuzz_target!(|body: &[u8]| {
    let Some((event, data)) = server::fuzzing::publish(body) else { return };
    let messages = Parser::default().feed(&frame::encode(None, event.as_deref(), &data));
    let [message] = &messages[..] else { panic!("one event came out as {messages:?}") };
    assert_eq!(message.event, event.as_deref().unwrap_or("message"));
    assert_eq!(message.data, data.replace("\r\n", "\n").replace('\r', "\n"));
    assert_eq!(message.last_event_id, "");
});
