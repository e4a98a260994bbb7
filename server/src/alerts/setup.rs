use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use app::model::{Alert, AlertChange, AlertState};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::engine::Engine;
use super::handle::Handle;
use super::keep::{Journal, Record, Saved};
use super::keeper::{Inputs, Keeper, now};
use super::notify::{self, Outgoing, Queue, Receiver};
use super::own::Own;
use super::rereading::Rereading;
use super::{Rule, Turn};
use crate::collect::Latest;
use crate::hangup::Hangup;
use crate::hub::{Hub, Name};
use crate::store::{self, StateDir, StateError};

/// What alerts are made of.
#[derive(Debug, Clone, Default)]
pub struct Setup {
    /// What samples are held against.
    pub rules: Vec<Rule>,
    /// Who is told.
    pub receivers: Vec<Receiver>,
    /// Where the state is kept.
    pub state: StateDir,
    /// How the rules are read again.
    pub reload: Option<Reload>,
    /// What the system says beyond the samples.
    pub readings: Latest,
    /// The machine's name, for those who are told.
    pub host: String,
}

/// How the rules are read again: from where they came.
#[derive(Clone)]
pub struct Reload(Arc<dyn Fn() -> Result<Vec<Rule>, String> + Send + Sync>);

/// What [`start`] has started.
#[derive(Debug)]
pub struct Running {
    /// What may be asked of it.
    pub handle: Handle,
    /// The alerts that were open when the last life ended.
    pub alerts: Vec<Alert>,
    /// The last changes of all alerts before it ended, oldest first.
    pub past: Vec<AlertChange>,
    /// Ends after the shutdown, when all is written.
    pub task: JoinHandle<()>,
}

impl Reload {
    /// Reads with `read`, which may take its time.
    pub fn new(read: impl Fn() -> Result<Vec<Rule>, String> + Send + Sync + 'static) -> Self {
        Self(Arc::new(read))
    }

    pub(super) fn read(&self) -> Result<Vec<Rule>, String> {
        (self.0)()
    }
}

impl fmt::Debug for Reload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reload")
    }
}

/// Holds each sample that is published from now on against the rules, and publishes what changes, until `shutdown`. Goes on
/// where the last life ended.
///
/// Where samples come faster than they are taken in, it gets the newest only; that shortens no hold time, because the
/// rules go by the time in the samples.
///
/// # Errors
/// When the state can't be kept where it was told to be.
pub async fn start(setup: Setup, hub: Hub, shutdown: CancellationToken) -> Result<Running, StateError> {
    let Setup { rules, receivers, state, reload, readings, host } = setup;
    let (store, saved) = store::open::<Saved>(state).await?;
    let (done, delivered) = mpsc::unbounded_channel();
    // Follows before the task runs, so that no sample published after this call is missed.
    let follower = hub.follow_inside("alert engine", hub.head().seq, vec![Name::dashboard()]);
    let hangup = reload.as_ref().map_or_else(Hangup::none, |_| Hangup::listen());
    let began = now();
    let mut engine = Engine::new(rules);
    engine.begin(began);
    let (handle, commands) = Handle::new(engine.rules());
    let turn = engine.restore(saved.alerts.values().cloned().collect(), saved.changes, saved.seen);
    let queues: Vec<Queue> = receivers.into_iter().map(Queue::new).collect();
    for queue in &queues {
        drop(notify::spawn(queue.clone(), host.clone(), done.clone(), shutdown.clone()));
    }
    let mut keeper = Keeper {
        engine,
        saved,
        journal: Journal::new(store),
        queues,
        own: BTreeMap::new(),
        hub,
        handle: handle.clone(),
        readings,
        last: None,
        began: (began, Instant::now()),
        ticked: Instant::now(),
        interval: 0,
    };
    let alerts = keeper.engine.open().filter_map(|instance| Some(instance.last.as_ref()?.alert.clone())).collect();
    let past = keeper.saved.past.iter().cloned().collect();
    let task = tokio::spawn(async move {
        keeper.resume(turn).await;
        keeper.run(Inputs { follower, commands, delivered, hangup, rereading: Rereading::new(reload) }, shutdown).await;
    });
    Ok(Running { handle, alerts, past, task })
}

impl Keeper {
    /// Tells what has ended between two lives, and sends what the last one didn't come to.
    async fn resume(&mut self, mut turn: Turn) {
        for own in Own::ALL {
            let last = self.saved.past.iter().rev().find(|change| change.alert.id == own.id());
            if let Some(fired) = last.filter(|change| change.alert.state == AlertState::Firing) {
                let since = fired.fired_at.unwrap_or(fired.at);
                turn.told.push(own.change(None, since, now(), self.engine.number()));
            }
        }
        self.write(self.inherited(), true).await;
        let mut dropped = Vec::new();
        for queue in &self.queues {
            let outbox = self.saved.outbox.values();
            dropped.extend(queue.extend(outbox.filter(|one| one.receiver == queue.receiver().name).cloned()));
        }
        self.forget(dropped).await;
        self.set_silenced();
        self.commit(turn).await;
    }

    /// Gives each address of a mail what the version before was to send to all of them at once, and up what was to be sent
    /// to receivers that are no more.
    fn inherited(&self) -> Vec<Record> {
        let receivers = || self.queues.iter().map(Queue::receiver);
        let is_known = |outgoing: &&Outgoing| receivers().any(|receiver| receiver.name == outgoing.receiver);
        let mut next = self.saved.sent;
        let mut records = Vec::new();
        for outgoing in self.saved.outbox.values().filter(|outgoing| !is_known(outgoing)) {
            for receiver in receivers().filter(|receiver| receiver.group == outgoing.receiver) {
                next += 1;
                records.push(Record::Outgoing(Box::new(outgoing.to(receiver, next))));
            }
            records.push(Record::Dropped(outgoing.number, "it is no receiver any more".to_owned()));
        }
        records
    }
}

#[cfg(test)]
mod tests;
