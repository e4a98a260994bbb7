use std::time::Duration;

use tracing::subscriber::with_default;
use tracing_subscriber::layer::SubscriberExt as _;

use super::*;
use crate::logs::test_support;

/// Runs `trace` under a subscriber with the layer.
fn traced(trace: impl FnOnce()) -> OwnLines {
    let (layer, lines) = own_layer();
    with_default(tracing_subscriber::registry().with(layer), trace);
    lines
}

#[tokio::test]
async fn what_is_traced_is_published() {
    let lines = traced(|| {
        tracing::warn!(target: "server::disk", percent = 97, device = "sda\u{1b}[31m", "disk {} full", "nearly");
        tracing::debug!("");
        tracing::error!(error = %"no route", ok = false, why = ?Some(1));
    });
    let (outlet, mut reader) = test_support::outlet();
    let task = tokio::spawn(forward(lines, outlet, CancellationToken::new()));
    let entries = reader.first(3).await;
    assert_eq!((entries[0].level, entries[0].message.as_str()), (LogLevel::Warn, "disk nearly full"));
    assert_eq!((entries[0].source.as_str(), entries[0].unit.as_deref()), ("opsglass", Some("server::disk")));
    assert_eq!(entries[0].fields, [("device", "sda"), ("percent", "97")].map(|(k, v)| (k.into(), v.into())).into());
    assert_eq!((entries[1].level, entries[1].message.as_str()), (LogLevel::Debug, ""));
    assert_eq!(entries[2].fields["error"], "no route");
    assert_eq!((entries[2].fields["ok"].as_str(), entries[2].fields["why"].as_str()), ("false", "Some(1)"));
    // The layer is gone, so there is nothing more to come.
    tokio::time::timeout(Duration::from_secs(1), task).await.expect("ends with the layer").unwrap();
}

#[tokio::test]
async fn what_does_not_fit_is_counted() {
    let lines = traced(|| (0..QUEUE + 76).for_each(|n| tracing::info!("line {n}")));
    let (outlet, mut reader) = test_support::outlet();
    forward(lines, outlet, CancellationToken::new()).await;
    let messages = reader.all_within(Duration::from_millis(50)).await;
    assert_eq!(messages.len(), QUEUE + 1);
    assert!(messages.contains(&"76 own log lines were dropped"));
}

#[tokio::test]
async fn what_waits_at_the_end_is_still_published() {
    let (layer, lines) = own_layer();
    let dispatch = tracing::Dispatch::new(tracing_subscriber::registry().with(layer));
    tracing::dispatcher::with_default(&dispatch, || tracing::info!("goodbye"));
    let (outlet, mut reader) = test_support::outlet();
    let shutdown = CancellationToken::new();
    shutdown.cancel();
    forward(lines, outlet, shutdown).await;
    assert_eq!(reader.messages(1).await, ["goodbye"]);
}

#[test]
fn a_long_message_is_cut() {
    let mut lines = traced(|| tracing::info!(field = "x".repeat(2_000), "{}", "y".repeat(1 << 20)));
    let entry = lines.lines.try_recv().unwrap();
    assert_eq!(entry.message, format!("{} … (1,048,576 bytes, cut)", "y".repeat(MAX_LINE)));
    assert_eq!(entry.fields["field"], format!("{} … (2,000 bytes, cut)", "x".repeat(1_024)));
}

#[test]
fn publishing_traces_nothing() {
    let mut lines = traced(|| {
        PUBLISHING.set(true);
        tracing::info!("from the hub");
        PUBLISHING.set(false);
        tracing::info!("from elsewhere");
    });
    assert_eq!(lines.lines.try_recv().unwrap().message, "from elsewhere");
    assert!(lines.lines.try_recv().is_err());
}
