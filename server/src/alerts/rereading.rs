//! Rules that are read again while everything else goes on: the file system they are on may hang.

use std::future::pending;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::{Instant, timeout_at};

use super::Rule;
use super::handle::Reply;
use super::setup::Reload;

/// How long it may take until it is said that the old rules are still in force. It is waited for further.
const PATIENCE: Duration = Duration::from_secs(10);

pub(super) type Answer = Result<Vec<Rule>, String>;

/// See the module. At most one reading is under way, so that one which hangs holds one thread.
#[derive(Debug, Default)]
pub(super) struct Rereading {
    reload: Option<Reload>,
    answer: Option<oneshot::Receiver<Answer>>,
    /// Until when it has not taken long.
    patient_until: Option<Instant>,
    /// It was asked for while one was under way, which may have read what was there before.
    again: bool,
    waiting: Vec<Reply<()>>,
}

impl Rereading {
    pub(super) fn new(reload: Option<Reload>) -> Self {
        Self { reload, ..Self::default() }
    }

    /// Reads them, after what is under way. Whoever waits for the `reply` gets it when it is done or takes long.
    pub(super) fn begin(&mut self, reply: Option<Reply<()>>) {
        self.waiting.extend(reply);
        self.patient_until = Some(Instant::now() + PATIENCE);
        if self.answer.is_some() {
            self.again = true;
        } else {
            self.read();
        }
    }

    /// On a thread of its own, for which the end of the process doesn't wait.
    fn read(&mut self) {
        let Some(reload) = self.reload.clone() else { return self.reply() };
        let (done, answer) = oneshot::channel();
        let thread = std::thread::Builder::new().name("rules".to_owned());
        if let Err(error) = thread.spawn(move || drop(done.send(reload.read()))) {
            tracing::error!("no thread to read the rules of alerts: {error}");
        }
        self.answer = Some(answer);
    }

    /// What has been read, or why it can't be; also that it takes long, after which the answer may come yet.
    pub(super) async fn next(&mut self) -> Answer {
        let Some(answer) = &mut self.answer else { return pending().await };
        let read = async { answer.await.unwrap_or_else(|_| Err("reading them has failed".to_owned())) };
        let read = match self.patient_until {
            Some(until) => timeout_at(until, read).await.ok(),
            None => Some(read.await),
        };
        self.patient_until = None;
        let Some(read) = read else {
            return Err(format!("they have not been read within {}", humantime::format_duration(PATIENCE)));
        };
        self.answer = None;
        if std::mem::take(&mut self.again) {
            self.patient_until = Some(Instant::now() + PATIENCE);
            self.read();
        }
        read
    }

    /// What [`Self::next`] has said is in force.
    pub(super) fn reply(&mut self) {
        if self.patient_until.is_none() || self.answer.is_none() {
            self.waiting.drain(..).for_each(|reply| drop(reply.send(Ok(()))));
        }
    }
}
