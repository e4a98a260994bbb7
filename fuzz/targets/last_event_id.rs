//! A cursor can be anything. One that is taken means what it says, and a hub has an answer to each.
#![no_main]

use std::sync::LazyLock;

use app::model::Cursor;
use libfuzzer_sys::fuzz_target;
use server::hub::{Contract, Hub, Limits, Name, Payload, Resume};

/// A log whose beginning is gone already.
static HUB: LazyLock<Hub> = LazyLock::new(|| {
    let hub = Hub::new(Limits { count: 4, ..Limits::default() });
    for data in 0..9 {
        let data = data.to_string();
        hub.publish(&Name::default_channel(), Payload::Text { event: None, contract: Contract::Lossless, data });
    }
    hub
});

fuzz_target!(|text: &str| {
    let Ok(cursor) = text.parse::<Cursor>() else { return };
    assert_eq!(cursor.to_string().parse(), Ok(cursor));
    // Most epochs are another's: the number is tried in this life of the log too.
    for cursor in [cursor, HUB.cursor_at(cursor.seq)] {
        match HUB.resume(cursor, &[Name::default_channel()]) {
            Resume::Exact(seq) => assert!(cursor.epoch == HUB.head().epoch && seq <= HUB.head().seq),
            Resume::Evicted(missing) => assert!(missing.iter().all(|missing| missing.count > 0)),
            Resume::Unknown => {}
        }
    }
});
