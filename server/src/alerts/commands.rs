//! What people ask of the alerts, and do about them.

use app::model::AlertState;

use super::handle::{Command, HandleError, Open, View};
use super::keep::Record;
use super::keeper::{Keeper, now};
use super::notify::Queue;
use super::rereading::Rereading;
use super::silence::{Ack, Silence};
use crate::hub::{Contract, Name, Payload};

/// Silences that are kept.
const MOST_SILENCES: usize = 1_000;

impl Keeper {
    pub(super) async fn obey(&mut self, command: Command, rereading: &mut Rereading) {
        match command {
            Command::View(reply) => drop(reply.send(Ok(self.view()))),
            Command::Page(reply) => drop(reply.send(Ok(self.page()))),
            Command::Silences(reply) => drop(reply.send(Ok(self.saved.silences.values().cloned().collect()))),
            Command::Ack(id, ack, reply) => drop(reply.send(self.acknowledge(id, ack).await)),
            Command::Silence(silence, reply) => drop(reply.send(self.silence(*silence).await)),
            Command::Unsilence(id, reply) => drop(reply.send(self.unsilence(id).await)),
            Command::Reload(reply) => rereading.begin(Some(reply)),
        }
    }

    fn view(&self) -> View {
        let now = now();
        let open = self.open().filter(|change| change.alert.state != AlertState::Resolved).map(|change| {
            let active = self.saved.silences.values().filter(|silence| silence.is_active(now));
            Open {
                alert: change.clone(),
                acknowledged: self.saved.acks.get(&change.alert.id).cloned(),
                silenced_by: active.filter(|silence| silence.takes(&change.labels)).map(|s| s.id.clone()).collect(),
            }
        });
        View {
            alerts: open.collect(),
            past: self.saved.past.iter().cloned().collect(),
            receivers: self.queues.iter().map(Queue::status).collect(),
            rules: self.handle.rules().load(std::sync::atomic::Ordering::Relaxed),
            kept: self.journal.is_whole(),
        }
    }

    async fn acknowledge(&mut self, id: String, ack: Option<Ack>) -> Result<(), HandleError> {
        if let Some(ack) = &ack {
            ack.check()?;
        }
        if !self.firing().iter().any(|change| change.alert.id == id) {
            return Err(HandleError::NoAlert(id));
        }
        let record = match &ack {
            Some(ack) => Record::Ack(id.clone(), ack.clone()),
            None => Record::Unack(id.clone()),
        };
        self.write(vec![record], true).await;
        self.tell("acknowledge", &serde_json::json!({ "id": id, "acknowledged": ack }));
        Ok(())
    }

    async fn silence(&mut self, mut silence: Silence) -> Result<Silence, HandleError> {
        silence.check()?;
        if self.saved.silences.len() >= MOST_SILENCES {
            return Err(HandleError::Full(MOST_SILENCES));
        }
        silence.id = format!("{:016x}", rand::random::<u64>());
        self.write(vec![Record::Silence(silence.clone())], true).await;
        self.set_silenced();
        self.tell_silence(&silence, "begun");
        Ok(silence)
    }

    async fn unsilence(&mut self, id: String) -> Result<(), HandleError> {
        let Some(silence) = self.saved.silences.get(&id).cloned() else { return Err(HandleError::NoSilence(id)) };
        self.write(vec![Record::Unsilence(id)], true).await;
        self.set_silenced();
        self.tell_silence(&silence, "ended");
        self.notify(&[], Vec::new()).await;
        Ok(())
    }

    pub(super) fn tell_silence(&self, silence: &Silence, what: &str) {
        self.tell("silence", &serde_json::json!({ "what": what, "silence": silence }));
    }

    /// Publishes something that people have done.
    fn tell(&self, event: &str, data: &serde_json::Value) {
        let payload =
            Payload::Text { event: Name::new(event).ok(), contract: Contract::Lossless, data: data.to_string() };
        self.hub.publish(&Name::dashboard(), payload);
    }
}
