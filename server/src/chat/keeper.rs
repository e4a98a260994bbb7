//! One task that holds the room together: what people and the machine say is committed to the journal first, many at once
//! where they come at once, and told after that. So what was told, or answered, is there after a crash.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::SystemTime;

use app::components::chat::draw_line;
use app::model::{ChatLine, ChatMessage, ChatWhat};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use super::book::{Book, Called, Record};
use super::handle::{Chat, ChatError, Command, Draft, Guest, Reply, Shared};
use super::happening::Firing;
use super::people::{Entered, People};
use super::rate::Rate;
use super::{Config, wire};
use crate::hub::frame::json;
use crate::hub::{Contract, Event, Follower, Name, Payload};
use crate::store::{Saved as _, Store};

/// Commands that are committed together, at most.
const AT_ONCE: usize = 256;

pub(super) struct Keeper {
    pub(super) shared: Arc<Shared>,
    pub(super) people: People,
    pub(super) rate: Rate,
    pub(super) firing: Firing,
    pub(super) store: Option<Store<Book>>,
    pub(super) config: Config,
    /// Hears of guests that go.
    pub(super) leaving: mpsc::UnboundedSender<String>,
}

/// What comes in.
#[derive(Debug)]
pub(super) struct Inputs {
    pub(super) commands: mpsc::Receiver<Command>,
    /// Not bounded: who goes can't wait. There is one for each stream that ends.
    pub(super) left: mpsc::UnboundedReceiver<String>,
    pub(super) alerts: Follower,
}

/// What is to be committed and told at once, and who waits for that.
#[derive(Default)]
struct Turn {
    records: Vec<Record>,
    lines: u64,
    /// Messages in it, by writer and by what the writer's program calls them.
    by_client: HashMap<Called, u64>,
    sent: Vec<(Reply<u64>, u64)>,
    entered: Vec<(Reply<Guest>, String, Option<&'static str>)>,
}

impl Keeper {
    pub(super) async fn run(mut self, mut inputs: Inputs, shutdown: CancellationToken) {
        let mut commands = Vec::new();
        loop {
            let next = self.people.next();
            tokio::select! {
                () = shutdown.cancelled() => break,
                _ = inputs.commands.recv_many(&mut commands, AT_ONCE) => self.obey(commands.drain(..)).await,
                Some(key) = inputs.left.recv() => self.people.leave(&key, Instant::now()),
                batch = inputs.alerts.next() => self.hear(&batch.events).await,
                () = until(next) => self.part().await,
            }
        }
    }

    async fn obey(&mut self, commands: impl Iterator<Item = Command>) {
        let mut turn = Turn::default();
        for command in commands {
            match command {
                Command::Send(draft, reply) => match self.take(*draft, &mut turn) {
                    Ok(number) => turn.sent.push((reply, number)),
                    Err(error) => drop(reply.send(Err(error))),
                },
                Command::Enter(name, role, reply) => {
                    match self.people.enter(&name) {
                        Entered::Full => {
                            drop(reply.send(Err(ChatError::Full(self.config.people))));
                            continue;
                        }
                        Entered::New => {
                            self.add(ChatWhat::Joined { username: name.as_str().to_owned() }, &mut turn);
                        }
                        Entered::Again => {}
                    }
                    turn.entered.push((reply, name.key().to_owned(), role));
                }
            }
        }
        self.tell(turn).await;
    }

    /// The number of the message, be it new or known.
    fn take(&mut self, draft: Draft, turn: &mut Turn) -> Result<u64, ChatError> {
        let key = draft.name.key().to_owned();
        let called = draft.client_id.clone().map(|id| Called { claimed: draft.claimed, key: key.clone(), id });
        if let Some(called) = &called {
            let known = self.shared.read().book.known(called);
            if let Some(number) = known.or_else(|| turn.by_client.get(called).copied()) {
                return Ok(number);
            }
        }
        self.rate.take(&key).map_err(|why| ChatError::TooFast { wait: why.seconds().unwrap_or(1) })?;
        let message = ChatMessage {
            username: draft.name.as_str().to_owned(),
            text: draft.text,
            claimed: draft.claimed,
            sent_at: draft.sent_at,
            client_id: draft.client_id,
        };
        let number = self.add(ChatWhat::Message(message), turn);
        turn.by_client.extend(called.map(|called| (called, number)));
        Ok(number)
    }

    /// Adds a line to the turn and returns its number.
    fn add(&self, what: ChatWhat, turn: &mut Turn) -> u64 {
        turn.lines += 1;
        let number = self.shared.read().book.newest() + turn.lines;
        turn.records.push(Record::Line(Box::new(ChatLine { number, at: SystemTime::now().into(), what })));
        number
    }

    /// Hears what happens on the dashboard.
    async fn hear(&mut self, events: &[Arc<Event>]) {
        let mut turn = Turn::default();
        for event in events {
            if let Payload::Alert(change) = &event.payload {
                if self.shared.read().book.change.is_some_and(|known| change.change <= known) {
                    continue;
                }
                turn.records.push(Record::Change(change.change));
            }
            if let Some(what) = self.firing.hear(event) {
                self.add(what, &mut turn);
            }
        }
        self.tell(turn).await;
    }

    /// Takes in what alerts have told while nobody listened; of a room that is new nothing.
    pub(super) async fn catch_up(&mut self, past: &[app::model::AlertChange]) {
        let known = self.shared.read().book.change;
        let mut turn = Turn::default();
        for change in past.iter().filter(|change| known.is_none_or(|known| change.change > known)) {
            let what = self.firing.change(change).filter(|_| known.is_some());
            if let Some(what) = what {
                self.add(what, &mut turn);
            }
            turn.records.push(Record::Change(change.change));
        }
        self.tell(turn).await;
    }

    /// Tells of those whose grace is over.
    async fn part(&mut self) {
        let mut turn = Turn::default();
        for key in self.people.left(Instant::now()) {
            let username = self.shared.read().book.here().get(&key).map(|person| person.username.clone());
            if let Some(username) = username {
                self.add(ChatWhat::Left { username }, &mut turn);
            }
        }
        self.tell(turn).await;
    }

    /// Commits a turn, tells it and answers.
    async fn tell(&mut self, turn: Turn) {
        if !turn.records.is_empty() {
            let is_durable = !turn.sent.is_empty();
            let records = self.commit(turn.records, is_durable).await;
            let mut room = self.shared.write();
            for record in records {
                let line = if let Record::Line(line) = &record { Some(line.clone()) } else { None };
                room.book.apply(record);
                if let Some(line) = line {
                    let (event, data) = wire::event(&line, &room.book);
                    self.publish(&Name::chat(), event, data);
                    room.seq = self.publish(&Name::room(), "line", json(&draw_line(&line)));
                }
            }
            room.book.trim(self.config.messages);
        }
        for (reply, number) in turn.sent {
            drop(reply.send(Ok(number)));
        }
        for (reply, key, role) in turn.entered {
            self.shared.write().book.set_role(&key, role);
            drop(reply.send(Ok(Guest::new(key, self.leaving.clone()))));
        }
    }

    fn publish(&self, channel: &Name, event: &str, data: String) -> u64 {
        let payload = Payload::Text { event: Name::new(event).ok(), contract: Contract::Lossless, data };
        self.shared.hub.publish(channel, payload).seq
    }

    /// Writes `records` to the journal and gives them back. Where it can't be written the room goes on in memory: a full
    /// disk is no reason to be silent. The next commit that succeeds is the sum of all.
    async fn commit(&mut self, records: Vec<Record>, is_durable: bool) -> Vec<Record> {
        let Some(store) = self.store.take() else { return records };
        let sum = store.wants_sum().then(|| {
            let mut sum = self.shared.read().book.clone();
            records.iter().for_each(|record| sum.apply(record.clone()));
            sum.trim(self.config.messages);
            sum
        });
        let kept = records.clone();
        let (store, committed) = store.commit_aside(records, sum, is_durable).await;
        self.store = store;
        let was_failing = std::mem::replace(&mut self.shared.write().is_failing, committed.is_err());
        match &committed {
            Err(problem) if !was_failing => tracing::error!("the chat would not outlast a restart: {problem}"),
            Ok(()) if was_failing => tracing::info!("the chat is kept again"),
            _ => {}
        }
        kept
    }
}

/// Waits until `next`; for ever where there is none.
async fn until(next: Option<Instant>) {
    match next {
        Some(next) => sleep_until(next).await,
        None => std::future::pending().await,
    }
}

impl Chat {
    /// Whoever is here by the last life's word.
    pub(super) fn keys(&self) -> Vec<String> {
        self.shared.read().book.here().keys().cloned().collect()
    }
}
