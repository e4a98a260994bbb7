//! One task that holds it all together: samples and commands come in; what changes is committed to the journal first, and
//! told after that. So what was told is known after a crash, and what was not is found out again from the samples.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use app::model::{AlertChange, AlertState, Metrics, Timestamp};
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::engine::{Engine, Turn};
use super::handle::{Command, Handle};
use super::keep::{Journal, Record, Saved};
use super::metrics::Sample;
use super::notify::{self, Queue, Settled};
use super::own::Own;
use super::rereading::{Answer, Rereading};
use super::silence::Silence;
use crate::collect::Latest;
use crate::hangup::Hangup;
use crate::hub::{Follower, Hub, Name, Payload};
use crate::store::Saved as _;

/// How often what goes by the clock is looked after: silence, repeats, the end of silences.
const TICK: Duration = Duration::from_secs(5);
/// The longest time between two samples, in milliseconds.
const LONGEST_INTERVAL: u64 = 60_000;
/// So many samples must be missing before their silence is looked at: one may be late.
const MISSING: u64 = 3;
/// How often it is noted that an open alert was watched, in milliseconds.
const SEEN: u64 = 10_000;

/// See the module.
#[derive(Debug)]
pub(super) struct Keeper {
    pub(super) engine: Engine,
    pub(super) saved: Saved,
    pub(super) journal: Journal,
    pub(super) queues: Vec<Queue>,
    /// Problems of opsglass itself that fire.
    pub(super) own: BTreeMap<Own, AlertChange>,
    pub(super) hub: Hub,
    pub(super) handle: Handle,
    /// What the system said beyond the last sample.
    pub(super) readings: Latest,
    /// The last sample, and when it came.
    pub(super) last: Option<(Timestamp, Instant)>,
    /// When it began.
    pub(super) began: (Timestamp, Instant),
    /// When what goes by the clock was last looked after.
    pub(super) ticked: Instant,
    /// Milliseconds between the last two.
    pub(super) interval: u64,
}

/// What comes in.
#[derive(Debug)]
pub(super) struct Inputs {
    pub(super) follower: Follower,
    pub(super) commands: mpsc::Receiver<Command>,
    pub(super) delivered: mpsc::UnboundedReceiver<Settled>,
    pub(super) hangup: Hangup,
    pub(super) rereading: Rereading,
}

impl Keeper {
    pub(super) async fn run(mut self, mut inputs: Inputs, shutdown: CancellationToken) {
        let mut tick = interval(TICK);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = shutdown.cancelled() => break,
                batch = inputs.follower.next() => {
                    for event in batch.events {
                        // Its own alerts come back here too, among log lines.
                        if let Payload::Metrics(metrics) = &event.payload {
                            self.sample(metrics).await;
                        }
                    }
                }
                Some(command) = inputs.commands.recv() => self.obey(command, &mut inputs.rereading).await,
                Some(settled) = inputs.delivered.recv() => self.write(settled.records(), true).await,
                () = inputs.hangup.come() => inputs.rereading.begin(None),
                answer = inputs.rereading.next() => {
                    self.take(answer).await;
                    inputs.rereading.reply();
                }
                _ = tick.tick() => self.tick().await,
            }
        }
        let seen = self.last.map(|(at, _)| Record::Seen(at));
        self.write(seen.into_iter().collect(), true).await;
    }

    async fn sample(&mut self, metrics: &Metrics) {
        let at = metrics.timestamp;
        self.interval = self.last.map_or(0, |(last, _)| at.since(last).min(LONGEST_INTERVAL));
        self.last = Some((at, Instant::now()));
        let readings = self.readings.get();
        let turn = self.engine.observe(Sample { metrics, readings: readings.as_deref() });
        self.commit(turn).await;
        let is_noted = self.saved.seen.is_some_and(|seen| seen <= at && at.since(seen) < SEEN);
        if !is_noted && self.engine.open().next().is_some() {
            self.write(vec![Record::Seen(at)], false).await;
        }
    }

    async fn tick(&mut self) {
        // Late: this process was frozen, and whoever takes the samples with it. They have their turn first.
        let is_late = std::mem::replace(&mut self.ticked, Instant::now()).elapsed() > 2 * TICK;
        if !is_late {
            self.miss().await;
        }
        let now = now();
        let over = self.saved.silences.values().filter(|silence| silence.until <= now);
        let over: Vec<Record> = over.map(|silence| Record::Unsilence(silence.id.clone())).collect();
        let ended: Vec<_> = over.iter().filter_map(|record| self.ended_silence(record)).collect();
        self.write(over, true).await;
        ended.iter().for_each(|silence| self.tell_silence(silence, "ended"));
        self.notify(&[], Vec::new()).await;
        if self.journal.is_due() {
            self.write(Vec::new(), true).await;
        }
    }

    /// Tells what there is to tell of samples that don't come.
    async fn miss(&mut self) {
        let (at, came) = self.last.unwrap_or(self.began);
        // How far apart they are is known from the second on.
        let interval = if self.last.is_some() { self.interval } else { LONGEST_INTERVAL };
        let elapsed = u64::try_from(came.elapsed().as_millis()).unwrap_or(u64::MAX);
        if elapsed > interval * MISSING {
            let turn = self.engine.idle(at.plus(elapsed));
            self.commit(turn).await;
        }
    }

    fn ended_silence(&self, record: &Record) -> Option<Silence> {
        if let Record::Unsilence(id) = record { self.saved.silences.get(id).cloned() } else { None }
    }

    /// Commits what a turn has changed with what is to be sent of it, and tells it.
    pub(super) async fn commit(&mut self, turn: Turn) {
        if turn.kept.is_empty() && turn.told.is_empty() {
            return;
        }
        let kept = turn.kept.into_iter().map(|(id, instance)| match instance {
            Some(instance) => Record::Alert(Box::new(instance)),
            None => Record::Gone(id),
        });
        let told = turn.told.iter().map(|change| Record::Told(Box::new(change.clone())));
        let records: Vec<Record> = kept.chain(told).collect();
        if turn.told.is_empty() {
            self.write(records, false).await;
        } else {
            self.notify(&turn.told, records).await;
        }
        for change in turn.told {
            self.hub.publish(&Name::dashboard(), Payload::Alert(Box::new(change)));
        }
    }

    /// Decides what is to be sent, commits it together with `records`, and hands it over to be sent.
    pub(super) async fn notify(&mut self, told: &[AlertChange], mut records: Vec<Record>) {
        for record in &records {
            self.saved.apply(record.clone());
        }
        let ended = told.iter().filter(|change| change.alert.state == AlertState::Resolved);
        let ended: BTreeMap<&str, &AlertChange> = ended.map(|change| (change.alert.id.as_str(), change)).collect();
        let receivers: Vec<_> = self.queues.iter().map(|queue| queue.receiver().clone()).collect();
        let firing = self.firing();
        let plan = notify::plan(&receivers, &firing, &ended, &self.saved, now());
        drop(firing);
        for record in &plan {
            self.saved.apply(record.clone());
        }
        self.set_current();
        self.set_silenced();
        self.handle.set_acknowledged(&self.saved.acks);
        let outgoing: Vec<_> = plan.iter().filter_map(outgoing).collect();
        let durable = !plan.is_empty() || !told.is_empty();
        records.extend(plan);
        if records.is_empty() {
            return;
        }
        self.append(records, durable).await;
        let mut dropped = Vec::new();
        for queue in &self.queues {
            dropped.extend(queue.extend(outgoing.iter().filter(|one| one.receiver == queue.receiver().name).cloned()));
        }
        self.write(dropped, false).await;
    }

    /// What an Alertmanager is told again and again: by the labels by which it knows it.
    fn set_current(&self) {
        let firing = self.firing();
        for queue in &self.queues {
            let told = |alert: &&AlertChange| {
                let known = self.saved.notified.get(&alert.alert.id)?.get(&queue.receiver().name)?;
                let labels = known.labels(alert);
                queue.receiver().takes(alert).then(|| AlertChange { labels, ..(*alert).clone() })
            };
            queue.set_current(firing.iter().filter_map(told).collect());
        }
    }

    /// Pages count what needs somebody.
    pub(super) fn set_silenced(&self) {
        let now = now();
        let is_silenced = |change: &&AlertChange| notify::is_silenced(change, &self.saved, now);
        self.handle.set_silenced(self.open().filter(is_silenced).map(|change| change.alert.id.clone()).collect());
    }

    /// The last changes of what is pending or firing.
    pub(super) fn open(&self) -> impl Iterator<Item = &AlertChange> {
        self.engine.open().filter_map(|instance| instance.last.as_ref()).chain(self.own.values())
    }

    pub(super) fn firing(&self) -> Vec<&AlertChange> {
        self.open().filter(|change| change.alert.state == AlertState::Firing).collect()
    }

    /// Takes the rules as they are written now; where they can't be, the old ones stay.
    async fn take(&mut self, answer: Answer) {
        match answer {
            Ok(rules) => {
                tracing::info!("{} rules of alerts are in force", rules.len());
                let at = self.last.map_or_else(now, |(at, _)| at);
                let turn = self.engine.reload(rules, at);
                self.handle.set_rules(self.engine.rules());
                self.commit(turn).await;
                self.problem(Own::Rules, None).await;
            }
            Err(problem) => {
                tracing::error!("the rules of alerts are still the old ones: {problem}");
                self.problem(Own::Rules, Some(&problem)).await;
            }
        }
    }

    /// Tells of a problem of opsglass itself, or that it is over.
    async fn problem(&mut self, own: Own, problem: Option<&str>) {
        let known = self.own.get(&own).map(|change| (change.fired_at, change.alert.since));
        if known.is_none() && problem.is_none() {
            return;
        }
        let at = now();
        let fired_at = known.map_or(at, |(fired_at, since)| fired_at.unwrap_or(since));
        let change = own.change(problem, fired_at, at, self.engine.number());
        match problem {
            Some(_) => drop(self.own.insert(own, change.clone())),
            None => drop(self.own.remove(&own)),
        }
        let records = vec![Record::Told(Box::new(change.clone()))];
        Box::pin(self.notify(std::slice::from_ref(&change), records)).await;
        self.hub.publish(&Name::dashboard(), Payload::Alert(Box::new(change)));
    }

    /// What needs no more sending.
    pub(super) async fn forget(&mut self, sent: Vec<Record>) {
        self.write(sent, false).await;
    }

    /// Takes `records` in and commits them.
    pub(super) async fn write(&mut self, records: Vec<Record>, durable: bool) {
        for record in &records {
            self.saved.apply(record.clone());
        }
        self.handle.set_acknowledged(&self.saved.acks);
        if !records.is_empty() || self.journal.is_due() {
            self.append(records, durable).await;
        }
    }

    async fn append(&mut self, records: Vec<Record>, durable: bool) {
        let Some(committed) = self.journal.append(records, &self.saved, durable).await else { return };
        match committed.err() {
            Some(problem) if !self.own.contains_key(&Own::State) => {
                tracing::error!("the state of alerts can't be kept: {problem}");
                self.problem(Own::State, Some(&problem)).await;
            }
            None if self.own.contains_key(&Own::State) => self.problem(Own::State, None).await,
            _ => {}
        }
    }
}

fn outgoing(record: &Record) -> Option<notify::Outgoing> {
    if let Record::Outgoing(outgoing) = record { Some((**outgoing).clone()) } else { None }
}

pub(super) fn now() -> Timestamp {
    SystemTime::now().into()
}

#[cfg(test)]
mod tests;
