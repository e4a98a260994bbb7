//! A connection that brings syslog may be cut anywhere: the same messages come out of it, none of them longer than it may
//! be.
#![no_main]

use libfuzzer_sys::fuzz_target;
use server::fuzzing::{MAX_LINE, syslog};

fuzz_target!(|input: (Vec<u8>, u8)| {
    let (bytes, cut) = input;
    let (first, second) = bytes.split_at(usize::from(cut).min(bytes.len()));
    let messages = syslog(&[first, second]);
    assert_eq!(messages, syslog(&[&bytes]));
    for message in messages.into_iter().flatten() {
        assert!(message.len() <= MAX_LINE + 64, "a message of {} bytes", message.len());
    }
});
