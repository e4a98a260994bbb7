//! Clients that join at any moment while events are being published, on real sockets.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test ends at the first surprise")]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use app::model::Cursor;
use serde_json::json;
use support::{Server, Stream};
use tokio::task::JoinSet;

const JOINS: usize = 400;
/// Events that each reads before it goes.
const READ: usize = 50;

fn seq(cursor: &str) -> u64 {
    cursor.parse::<Cursor>().unwrap().seq
}

/// What one saw: where it stood when it joined, then the numbers of the events and their places.
struct Seen {
    joined: u64,
    events: Vec<(u64, u64)>,
}

async fn join(mut stream: Stream) -> Seen {
    let connected = stream.next().await.unwrap();
    assert_eq!(connected.event, "connected");
    let mut events = Vec::new();
    while events.len() < READ {
        let event = stream.until("n").await;
        events.push((event.json().as_u64().unwrap(), seq(&event.last_event_id)));
    }
    Seen { joined: seq(connected.json()["cursor"].as_str().unwrap()), events }
}

#[tokio::test]
async fn whoever_joins_gets_all_that_comes_after_its_cursor() {
    let server = Arc::new(Server::start(&[]).await);
    let done = Arc::new(AtomicBool::new(false));
    let publishing = tokio::spawn({
        let (server, done) = (server.clone(), done.clone());
        async move {
            let mut places = Vec::new();
            while !done.load(Relaxed) {
                let body = json!({ "event": "n", "data": places.len() }).to_string();
                let answer = server.publish("a", &body).await;
                places.push(seq(answer.json()["id"].as_str().unwrap()));
            }
            places
        }
    });
    let mut readers = JoinSet::new();
    for _ in 0..JOINS {
        readers.spawn(join(server.stream("/api/stream/a", b"").await));
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let seen = readers.join_all().await;
    done.store(true, Relaxed);
    let places = publishing.await.unwrap();
    for Seen { joined, events } in seen {
        let first = places.partition_point(|&place| place <= joined);
        let expected: Vec<_> = (first..first + READ).map(|number| (number as u64, places[number])).collect();
        assert_eq!(events, expected, "joined at {joined}");
    }
}
