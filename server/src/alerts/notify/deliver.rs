use std::time::{Duration, SystemTime};

use app::model::Timestamp;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;
use url::Url;

use super::payload::{Item, posted, webhook};
use super::tries::Tries;
use super::{Kind, Queue, Receiver, Settled, command, delivery, email, http};
use crate::client::CallError;

/// How often an Alertmanager is told what still fires.
const RESEND: Duration = Duration::from_secs(60);
/// After so long it takes for ended what it was not told again of, in milliseconds.
const ENDS_AFTER: u64 = 4 * 60 * 1000;

/// Why something was not delivered. Never with a secret in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// No connection, or it broke.
    #[error("{0}")]
    Connection(String),
    /// Nothing came in time.
    #[error("not done within {}", humantime::format_duration(*.0))]
    TimedOut(Duration),
    /// There was no answer.
    #[error(transparent)]
    Call(#[from] CallError),
    /// An answer of another kind than 2xx.
    #[error("answered {0}")]
    Status(u16),
    /// A good answer, and more behind it than anybody would say to this.
    #[error("answered {0} with more than 64 KiB, which no receiver of alerts does")]
    Endless(u16),
    /// The mail server doesn't want it.
    #[error("refused: {0}")]
    Refused(String),
    /// The program failed.
    #[error("the command failed: {0}")]
    Program(String),
    /// It can't be sent at all.
    #[error("{0}")]
    Unsendable(&'static str),
}

impl Failure {
    /// The receiver works, and doesn't want this.
    pub(super) fn is_refusal(&self) -> bool {
        matches!(
            self,
            Self::Status(400 | 405 | 406 | 410 | 411 | 413 | 415 | 422)
                | Self::Refused(_)
                | Self::Unsendable(_)
                | Self::Call(CallError::Unsendable)
        )
    }
}

/// Sends what waits in `queue`, and tells by `done` what needs no more sending, until `shutdown`.
pub(in crate::alerts) fn spawn(
    queue: Queue,
    host: String,
    done: mpsc::UnboundedSender<Settled>,
    shutdown: CancellationToken,
) -> JoinHandle<()> {
    tokio::spawn(async move {
        shutdown.run_until_cancelled(run(queue, host, done)).await;
    })
}

async fn run(queue: Queue, host: String, done: mpsc::UnboundedSender<Settled>) {
    let mut tries = Tries::default();
    let mut next_try = Instant::now();
    let mut resend = Instant::now() + RESEND;
    let repeats = matches!(queue.receiver().kind, Kind::Alertmanager(_));
    loop {
        let batch = async {
            sleep_until(next_try).await;
            queue.next().await
        };
        let batch = tokio::select! {
            batch = batch => batch,
            () = sleep_until(resend), if repeats => {
                if again(&queue, &host).await {
                    next_try = Instant::now();
                }
                resend = Instant::now() + RESEND;
                continue;
            }
        };
        let numbers: Vec<u64> = batch.iter().map(|outgoing| outgoing.number).collect();
        let items: Vec<Item<'_>> = batch.iter().map(|outgoing| (&outgoing.alert, outgoing.is_firing)).collect();
        match send(queue.receiver(), &host, &items, &delivery(&batch)).await {
            Ok(()) => {
                tries = Tries::default();
                queue.done(&numbers, now(), true);
                drop(done.send(Settled { numbers, given_up: None }));
            }
            Err(failure) => {
                if tries.is_first() {
                    tracing::warn!("{} can't be told of an alert: {failure}; it is tried again", queue.receiver().name);
                }
                queue.failed(now(), failure.to_string());
                let Some(wait) = tries.failed(&failure) else {
                    tries = Tries::default();
                    tracing::error!("{} refuses to be told of an alert; it is given up", queue.receiver().name);
                    queue.done(&numbers, now(), false);
                    drop(done.send(Settled { numbers, given_up: Some(failure.to_string()) }));
                    continue;
                };
                next_try = Instant::now() + wait;
            }
        }
    }
}

/// Tells an Alertmanager what still fires, and returns whether it was there to be told.
async fn again(queue: &Queue, host: &str) -> bool {
    let current = queue.current();
    let items: Vec<Item<'_>> = current.iter().map(|alert| (alert, true)).collect();
    if items.is_empty() {
        return false;
    }
    let told = send(queue.receiver(), host, &items, &delivery(&[])).await;
    match &told {
        Ok(()) => queue.reached(),
        Err(failure) => queue.failed(now(), failure.to_string()),
    }
    told.is_ok()
}

pub(super) async fn send(receiver: &Receiver, host: &str, items: &[Item<'_>], delivery: &str) -> Result<(), Failure> {
    let timeout = receiver.timeout;
    match &receiver.kind {
        Kind::Webhook(endpoint) => {
            let body = webhook(&receiver.name, host, items);
            http::post(endpoint, delivery, body, timeout).await
        }
        Kind::Alertmanager(endpoint) => {
            let path = |url: &mut Url| url.set_path(&format!("{}/api/v2/alerts", url.path().trim_end_matches('/')));
            let body = posted(host, items, now().plus(ENDS_AFTER));
            http::post(&endpoint.at(path), delivery, body, timeout).await
        }
        Kind::Email { server, from, to, login, encryption, trust } => {
            let way = email::Way { server, from, to, login: login.as_ref(), encryption: *encryption, trust, timeout };
            email::send(way, host, items, delivery).await
        }
        Kind::Command(argv) => command::run(argv, &webhook(&receiver.name, host, items), timeout).await,
    }
}

fn now() -> Timestamp {
    SystemTime::now().into()
}

#[cfg(test)]
mod tests;
