use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, PoisonError, RwLock};

use app::model::AlertChange;
use serde::Serialize;
use tokio::sync::{mpsc, oneshot, watch};

use super::Rule;
use super::notify::ReceiverStatus;
use super::page::Page;
use super::silence::{Ack, Invalid, Silence};

/// What may be asked of the alerts. Clones share it.
#[derive(Debug, Clone)]
pub struct Handle {
    commands: mpsc::Sender<Command>,
    rules: Arc<AtomicU32>,
    listed: Arc<RwLock<Arc<[Arc<Rule>]>>>,
    silenced: watch::Sender<Arc<BTreeSet<String>>>,
    /// Who sees to which alert: names by id.
    acknowledged: Arc<RwLock<Arc<BTreeMap<String, String>>>>,
}

/// The alerts as of now.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct View {
    /// Those that are pending or firing.
    pub alerts: Vec<Open>,
    /// The last changes of all, oldest first.
    pub past: Vec<AlertChange>,
    /// How the receivers fare.
    pub receivers: Vec<ReceiverStatus>,
    /// How many rules there are.
    pub rules: u32,
    /// Whether all this outlasts a restart.
    pub kept: bool,
}

/// An alert that is pending or firing, with what keeps it from being notified.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Open {
    /// Its last change.
    #[serde(flatten)]
    pub alert: AlertChange,
    /// Who sees to it.
    pub acknowledged: Option<Ack>,
    /// The silences that mean it.
    pub silenced_by: Vec<String>,
}

/// Why something can't be done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HandleError {
    /// No such alert is pending or firing.
    #[error("no alert {0:?} is pending or firing")]
    NoAlert(String),
    /// There is no such silence.
    #[error("there is no silence {0:?}")]
    NoSilence(String),
    /// Something that was given can't be.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// There are as many silences as are kept.
    #[error("there are {0} silences, which is as many as are kept")]
    Full(usize),
    /// The process is about to end.
    #[error("the server is shutting down")]
    Ended,
}

pub(super) type Reply<T> = oneshot::Sender<Result<T, HandleError>>;

#[derive(Debug)]
pub(super) enum Command {
    View(Reply<View>),
    Page(Reply<Page>),
    Ack(String, Option<Ack>, Reply<()>),
    Silences(Reply<Vec<Silence>>),
    Silence(Box<Silence>, Reply<Silence>),
    Unsilence(String, Reply<()>),
    Reload(Reply<()>),
}

impl Handle {
    pub(super) fn new(rules: Vec<Arc<Rule>>) -> (Self, mpsc::Receiver<Command>) {
        let (commands, receiver) = mpsc::channel(64);
        let handle = Self {
            commands,
            rules: Arc::default(),
            listed: Arc::new(RwLock::new(Arc::from([]))),
            silenced: watch::Sender::default(),
            acknowledged: Arc::default(),
        };
        handle.set_rules(rules);
        (handle, receiver)
    }

    pub(super) fn set_rules(&self, rules: Vec<Arc<Rule>>) {
        self.rules.store(u32::try_from(rules.len()).unwrap_or(u32::MAX), Relaxed);
        *self.listed.write().unwrap_or_else(PoisonError::into_inner) = rules.into();
    }

    /// The rules that are in force, in the order in which they are written.
    pub fn listed(&self) -> Arc<[Arc<Rule>]> {
        Arc::clone(&self.listed.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn set_silenced(&self, ids: BTreeSet<String>) {
        self.silenced.send_if_modified(|known| {
            let others = **known != ids;
            if others {
                *known = Arc::new(ids);
            }
            others
        });
    }

    pub(super) fn set_acknowledged(&self, acks: &BTreeMap<String, Ack>) {
        let names: BTreeMap<_, _> = acks.iter().map(|(id, ack)| (id.clone(), ack.by.clone())).collect();
        if names != *self.acknowledged() {
            *self.acknowledged.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(names);
        }
    }

    /// Who sees to the alerts that fire.
    pub fn acknowledged(&self) -> Arc<BTreeMap<String, String>> {
        Arc::clone(&self.acknowledged.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The ids of the open alerts that are silenced, now and later.
    pub fn silenced(&self) -> watch::Receiver<Arc<BTreeSet<String>>> {
        self.silenced.subscribe()
    }

    /// How many rules there are, now and later.
    pub fn rules(&self) -> Arc<AtomicU32> {
        Arc::clone(&self.rules)
    }

    /// The alerts as of now.
    ///
    /// # Errors
    /// When the process is about to end; so the others.
    pub async fn view(&self) -> Result<View, HandleError> {
        self.ask(Command::View).await
    }

    /// All that a page of alerts shows.
    ///
    /// # Errors
    /// See [`Handle::view`].
    pub async fn page(&self) -> Result<Page, HandleError> {
        self.ask(Command::Page).await
    }

    /// Somebody sees to an alert, or no longer does.
    ///
    /// # Errors
    /// When no such alert is open, or the acknowledgement can't be.
    pub async fn acknowledge(&self, id: String, ack: Option<Ack>) -> Result<(), HandleError> {
        self.ask(|reply| Command::Ack(id, ack, reply)).await
    }

    /// The silences, in force or not yet.
    ///
    /// # Errors
    /// See [`Handle::view`].
    pub async fn silences(&self) -> Result<Vec<Silence>, HandleError> {
        self.ask(Command::Silences).await
    }

    /// Adds a silence, under an id of its own.
    ///
    /// # Errors
    /// When it can't be, or there is no room.
    pub async fn silence(&self, silence: Silence) -> Result<Silence, HandleError> {
        self.ask(|reply| Command::Silence(Box::new(silence), reply)).await
    }

    /// Ends a silence.
    ///
    /// # Errors
    /// When there is none of this id.
    pub async fn unsilence(&self, id: String) -> Result<(), HandleError> {
        self.ask(|reply| Command::Unsilence(id, reply)).await
    }

    /// Reads the rules again, as on SIGHUP.
    ///
    /// # Errors
    /// See [`Handle::view`]. That a file can't be read is no error here but an alert.
    pub async fn reload(&self) -> Result<(), HandleError> {
        self.ask(Command::Reload).await
    }

    async fn ask<T>(&self, command: impl FnOnce(Reply<T>) -> Command) -> Result<T, HandleError> {
        let (reply, answer) = oneshot::channel();
        self.commands.send(command(reply)).await.map_err(|_| HandleError::Ended)?;
        answer.await.unwrap_or(Err(HandleError::Ended))
    }
}
