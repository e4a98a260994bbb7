use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use app::model::{ChatLine, ChatPerson, ChatWhat, Timestamp};
use tokio::sync::{mpsc, oneshot};

use super::book::Book;
use super::wire::{self, Snapshot};
use crate::hub::{Hub, Name};
use crate::person::PersonName;

/// A handle on the room; clones share it.
#[derive(Debug, Clone)]
pub struct Chat {
    pub(super) shared: Arc<Shared>,
    commands: mpsc::Sender<Command>,
}

/// What is read of the room while the keeper goes on.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) hub: Hub,
    /// Held while a line is taken in and published, so that no snapshot lies between the two.
    room: RwLock<Room>,
}

#[derive(Debug, Default)]
pub(super) struct Room {
    pub(super) book: Book,
    /// The last event that is in it.
    pub(super) seq: u64,
    /// What is said can't be kept.
    pub(super) is_failing: bool,
}

/// A message that somebody wants to be told.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Who writes.
    pub name: PersonName,
    /// What, as [`text`](super::text) has made it.
    pub text: String,
    /// The name is only what the writer says.
    pub claimed: bool,
    /// When it was written, by the writer's clock.
    pub sent_at: Option<Timestamp>,
    /// What the writer's program calls it: the same twice is one message.
    pub client_id: Option<String>,
}

/// Why the room doesn't do what is asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChatError {
    /// The person writes faster than they may.
    #[error("these are more messages than may come now")]
    TooFast {
        /// Seconds to wait, at least 1.
        wait: u32,
    },
    /// There are as many people here as there may be.
    #[error("there are {0} people here, which is as many as there may be")]
    Full(usize),
    /// The process is about to end.
    #[error("the server is shutting down")]
    Ended,
}

pub(super) type Reply<T> = oneshot::Sender<Result<T, ChatError>>;

#[derive(Debug)]
pub(super) enum Command {
    Send(Box<Draft>, Reply<u64>),
    Enter(PersonName, Option<&'static str>, Reply<Guest>),
}

/// A person's stream: they are here until it is dropped, and for the grace after that.
#[derive(Debug)]
pub struct Guest {
    key: String,
    left: mpsc::UnboundedSender<String>,
}

impl Guest {
    pub(super) fn new(key: String, left: mpsc::UnboundedSender<String>) -> Self {
        Self { key, left }
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        // Nobody hears it where the process ends.
        let _ = self.left.send(std::mem::take(&mut self.key));
    }
}

impl Chat {
    pub(super) fn new(hub: Hub, book: Book) -> (Self, mpsc::Receiver<Command>) {
        let (commands, asked) = mpsc::channel(1_024);
        let shared = Arc::new(Shared { hub, room: RwLock::new(Room { book, seq: 0, is_failing: false }) });
        (Self { shared, commands }, asked)
    }

    /// Says something. When this returns it is kept, and told to all. The number of the message.
    ///
    /// # Errors
    /// When the person writes too fast, or the process is about to end.
    pub async fn send(&self, draft: Draft) -> Result<u64, ChatError> {
        self.ask(|reply| Command::Send(Box::new(draft), reply)).await
    }

    /// Lets a person in until the guest is dropped: one who has signed in, with their role.
    ///
    /// # Errors
    /// When there are too many people, or the process is about to end.
    pub async fn enter(&self, name: PersonName, role: Option<&'static str>) -> Result<Guest, ChatError> {
        // Whoever no longer waits for the guest has dropped it.
        self.ask(|reply| Command::Enter(name, role, reply)).await
    }

    /// The room as of now.
    pub fn snapshot(&self) -> Snapshot {
        let room = self.shared.read();
        wire::snapshot(&room.book, self.shared.hub.settled(room.seq, &Name::chat()))
    }

    /// The last lines, `most` of them, as `draw` makes them, and the number of the last event that is in them.
    pub fn last<T>(&self, most: usize, draw: impl Fn(&ChatLine) -> T) -> (u64, Vec<T>) {
        let room = self.shared.read();
        let lines = room.book.lines();
        let drawn = lines.iter().skip(lines.len().saturating_sub(most)).map(draw).collect();
        (self.shared.hub.settled(room.seq, &Name::room()).seq, drawn)
    }

    /// How many messages, `most` of them, came after `seen` that aren't of `name`.
    pub fn unread(&self, seen: Timestamp, name: &str, most: usize) -> usize {
        let room = self.shared.read();
        let new = room.book.lines().iter().rev().take_while(|line| line.at > seen);
        let is_others = |line: &&ChatLine| matches!(&line.what, ChatWhat::Message(said) if said.username != name);
        new.filter(is_others).take(most).count()
    }

    /// Who is here, and whether what is said can't be kept.
    pub fn people(&self) -> (Vec<ChatPerson>, bool) {
        let room = self.shared.read();
        (room.book.here().values().cloned().collect(), room.is_failing)
    }

    async fn ask<T>(&self, command: impl FnOnce(Reply<T>) -> Command) -> Result<T, ChatError> {
        let (reply, answer) = oneshot::channel();
        self.commands.send(command(reply)).await.map_err(|_| ChatError::Ended)?;
        answer.await.unwrap_or(Err(ChatError::Ended))
    }
}

impl Shared {
    pub(super) fn read(&self) -> RwLockReadGuard<'_, Room> {
        self.room.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn write(&self) -> RwLockWriteGuard<'_, Room> {
        self.room.write().unwrap_or_else(PoisonError::into_inner)
    }
}
