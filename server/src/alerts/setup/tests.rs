use std::fs;

use serde::Deserialize;

use super::super::notify::{ReceiverEntry, receivers};
use super::super::sample::rules;
use super::*;
use crate::hub::Limits;

/// A journal that the version before has left: the alert `hot` fires, and `ops` is to be told.
const BEFORE: &[u8] = include_bytes!("../keep/before.journal");

#[derive(Deserialize)]
struct File {
    receiver: Vec<ReceiverEntry>,
}

/// Goes on after that version with these receivers, and returns what each is called and what waits for it.
async fn inherited(toml: &str) -> Vec<(String, usize)> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("alerts.journal"), BEFORE).unwrap();
    let file: File = toml::from_str(toml).unwrap();
    let setup = Setup {
        rules: rules("[[rule]]\nname = 'hot'\nwhen = 'cpu > 90'\ncritical = 95\n"),
        receivers: receivers(file.receiver).unwrap(),
        state: StateDir::Told(folder.path().to_owned()),
        ..Setup::default()
    };
    let shutdown = CancellationToken::new();
    let hub = Hub::new(Limits { count: 1_000, bytes: 10_000_000, ..Limits::default() });
    let running = start(setup, hub, shutdown.clone()).await.unwrap();
    let view = running.handle.view().await.unwrap();
    shutdown.cancel();
    running.task.await.unwrap();
    assert_eq!(view.alerts.len(), 1);
    view.receivers.into_iter().map(|receiver| (receiver.name, receiver.waiting)).collect()
}

#[tokio::test]
async fn each_address_of_a_mail_gets_what_was_to_be_sent_to_all() {
    let mail = "[[receiver]]\nname = 'ops'\nemail = ['a@localhost', 'b@localhost']\nsmtp = '127.0.0.1:1'\n";
    let expected = [("ops <a@localhost>".to_owned(), 1), ("ops <b@localhost>".to_owned(), 1)];
    assert_eq!(inherited(mail).await, expected);
}

#[tokio::test]
async fn other_receivers_get_what_was_to_be_sent_to_them() {
    let hooks = "[[receiver]]\nname = 'ops'\nwebhook = 'http://127.0.0.1:1/'\n";
    assert_eq!(inherited(hooks).await, [("ops".to_owned(), 1)]);
    let other = "[[receiver]]\nname = 'other'\nwebhook = 'http://127.0.0.1:1/'\nmatch = { alertname = 'none' }\n";
    assert_eq!(inherited(other).await, [("other".to_owned(), 0)]);
}
