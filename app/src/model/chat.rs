use super::{AlertLevel, AlertState, Timestamp};

/// One line of the war room. The browser gets it drawn.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct ChatLine {
    /// Its number in the room: over restarts too, each is one more than the one before.
    pub number: u64,
    /// When it came, by the server's clock.
    pub at: Timestamp,
    /// What it says.
    pub what: ChatWhat,
}

/// What a line of the war room says.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ChatWhat {
    /// A person has written.
    Message(ChatMessage),
    /// A person has come.
    Joined {
        /// Who.
        username: String,
    },
    /// A person has gone.
    Left {
        /// Who.
        username: String,
    },
    /// An alert fires, has become worse or is resolved.
    Alert(ChatAlert),
    /// A person sees to an alert.
    Acknowledged {
        /// The alert.
        id: String,
        /// What people call it.
        name: String,
        /// Who.
        by: String,
        /// Why, or what is done; may be empty.
        reason: String,
    },
}

/// What a person has written.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ChatMessage {
    /// Who.
    pub username: String,
    /// What: text, never markup.
    pub text: String,
    /// The name is only what the writer says: nobody has signed in.
    pub claimed: bool,
    /// When it was written, by the writer's clock, where that is told.
    pub sent_at: Option<Timestamp>,
    /// What the writer's program calls it.
    pub client_id: Option<String>,
}

/// What has become of an alert.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ChatAlert {
    /// Names it through all its changes.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// How bad it is, or was.
    pub level: AlertLevel,
    /// Firing or resolved.
    pub state: AlertState,
    /// One sentence with the value in it.
    pub message: String,
    /// Since when it fires or fired.
    pub fired_at: Timestamp,
}

/// Who is in the war room.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ChatPerson {
    /// The name.
    pub username: String,
    /// Since when.
    pub since: Timestamp,
    /// What they may do, of who has signed in. It is told on the page only, and not kept: their next stream says it anew.
    #[serde(skip)]
    pub role: Option<&'static str>,
}
