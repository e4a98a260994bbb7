//! Lines that are handed in are refused as a whole, or are as long and as harmless as they may be.
#![no_main]

use libfuzzer_sys::fuzz_target;
use server::fuzzing::MAX_LINE;

fuzz_target!(|body: &[u8]| {
    for entry in server::fuzzing::logs(body) {
        assert!(entry.message.len() <= MAX_LINE + 64, "a line of {} bytes", entry.message.len());
        assert!(!entry.message.contains(|c: char| c.is_control() && c != '\t'), "{:?}", entry.message);
    }
});
