use std::sync::Arc;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::Config;
use super::book::Book;
use super::handle::Chat;
use super::happening::Firing;
use super::keeper::{Inputs, Keeper};
use super::people::People;
use super::rate::Rate;
use crate::alerts;
use crate::hub::{Hub, Name};
use crate::store::{self, StateDir, StateError};

/// Opens the room where the last life has left it, and keeps it until `shutdown`. What the alerts have told since then is
/// made good.
///
/// # Errors
/// When the room can't be kept where it was told to be.
pub async fn start(
    config: Config,
    state: StateDir,
    hub: Hub,
    alerts: &alerts::Handle,
    shutdown: CancellationToken,
) -> Result<(Chat, JoinHandle<()>), StateError> {
    let (store, mut book) = store::open::<Book>(state).await?;
    book.trim(config.messages);
    // Follows before it asks, so that no alert is told in between.
    let follower = hub.follow_inside("war room", hub.head().seq, vec![Name::dashboard()]);
    let past = alerts.view().await.map(|view| view.past).unwrap_or_default();
    let (chat, commands) = Chat::new(hub, book);
    let (leaving, left) = mpsc::unbounded_channel();
    let mut people = People::new(config.grace, config.people);
    people.restore(chat.keys(), Instant::now());
    let mut keeper = Keeper {
        shared: Arc::clone(&chat.shared),
        people,
        rate: Rate::new(config.rate, config.burst),
        firing: Firing::default(),
        store,
        config,
        leaving,
    };
    let task = tokio::spawn(async move {
        keeper.catch_up(&past).await;
        keeper.run(Inputs { commands, left, alerts: follower }, shutdown).await;
    });
    Ok((chat, task))
}
