use std::collections::{BTreeMap, HashMap, VecDeque};

use app::model::{ChatLine, ChatPerson, ChatWhat};
use serde::{Deserialize, Serialize};

use crate::person::PersonName;
use crate::store::Saved;

/// Lines that are no messages, at most: of alerts and of people who come and go.
pub(super) const MOST_OTHERS: usize = 1_000;

/// The room: what was said, and who is here. It outlasts a restart.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Book {
    /// The last lines, oldest first.
    lines: VecDeque<ChatLine>,
    messages: usize,
    /// The number of the newest line there ever was.
    newest: u64,
    /// The number of the last change of an alert that was looked at.
    pub(super) change: Option<u64>,
    here: BTreeMap<String, ChatPerson>,
    /// Messages by writer and by what the writer's program calls them.
    by_client: HashMap<Called, u64>,
}

/// Whose message it is, and what the writer's program calls it. Whoever only claims a name is not who has it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Called {
    pub(super) claimed: bool,
    pub(super) key: String,
    pub(super) id: String,
}

/// One change of the room.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Record {
    Line(Box<ChatLine>),
    Newest(u64),
    Change(u64),
    Here(ChatPerson),
}

impl Book {
    /// All lines, oldest first.
    pub(super) fn lines(&self) -> &VecDeque<ChatLine> {
        &self.lines
    }

    /// The number of the newest line there ever was.
    pub(super) fn newest(&self) -> u64 {
        self.newest
    }

    /// Who is here, by name.
    pub(super) fn here(&self) -> &BTreeMap<String, ChatPerson> {
        &self.here
    }

    /// Who is here by this key has signed in with this role, or hasn't.
    pub(super) fn set_role(&mut self, key: &str, role: Option<&'static str>) {
        if let Some(person) = self.here.get_mut(key) {
            person.role = role;
        }
    }

    /// The number of the message that is called so.
    pub(super) fn known(&self, called: &Called) -> Option<u64> {
        self.by_client.get(called).copied()
    }

    /// Lets the oldest messages go, and the oldest other lines, where there are more than `messages` and those that may be.
    pub(super) fn trim(&mut self, messages: usize) {
        while self.messages > messages {
            self.drop_oldest(true);
        }
        while self.lines.len() - self.messages > MOST_OTHERS {
            self.drop_oldest(false);
        }
    }

    fn drop_oldest(&mut self, is_message: bool) {
        let oldest = self.lines.iter().position(|line| matches!(line.what, ChatWhat::Message(_)) == is_message);
        let Some(line) = oldest.and_then(|at| self.lines.remove(at)) else { return };
        if let Some(called) = called(&line) {
            self.by_client.remove(&called);
        }
        self.messages -= usize::from(is_message);
    }

    fn add(&mut self, line: ChatLine) {
        self.newest = self.newest.max(line.number);
        match &line.what {
            ChatWhat::Message(_) => self.messages += 1,
            ChatWhat::Joined { username } => {
                let person = ChatPerson { username: username.clone(), since: line.at, role: None };
                self.here.insert(key(username), person);
            }
            ChatWhat::Left { username } => drop(self.here.remove(&key(username))),
            ChatWhat::Alert(_) | ChatWhat::Acknowledged { .. } => {}
        }
        if let Some(called) = called(&line) {
            self.by_client.insert(called, line.number);
        }
        self.lines.push_back(line);
    }
}

fn called(line: &ChatLine) -> Option<Called> {
    let ChatWhat::Message(message) = &line.what else { return None };
    Some(Called { claimed: message.claimed, key: key(&message.username), id: message.client_id.clone()? })
}

/// What is kept was a name once; should it be none any more, it is its own key.
fn key(username: &str) -> String {
    PersonName::new(username).map_or_else(|_| username.to_owned(), |name| name.key().to_owned())
}

impl Saved for Book {
    type Record = Record;
    const NAME: &'static str = "chat";

    fn apply(&mut self, record: Record) {
        match record {
            Record::Line(line) => self.add(*line),
            Record::Newest(number) => self.newest = self.newest.max(number),
            Record::Change(number) => self.change = Some(number),
            Record::Here(person) => drop(self.here.insert(key(&person.username), person)),
        }
    }

    fn records(&self) -> Vec<Record> {
        let lines = self.lines.iter().cloned().map(|line| Record::Line(Box::new(line)));
        let change = self.change.map(Record::Change);
        // After the lines, which say who came and went.
        let here = self.here.values().cloned().map(Record::Here);
        lines.chain([Record::Newest(self.newest)]).chain(change).chain(here).collect()
    }
}
