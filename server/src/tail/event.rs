use serde::Serialize;
use serde_json::Value;

use super::printable::printable_json;

/// One dispatched event.
#[derive(Debug)]
pub(super) struct Event {
    /// The id that it carries itself.
    pub(super) id: Option<String>,
    /// What it is called; `message` where the stream doesn't say.
    pub(super) name: String,
    /// Its data as they came.
    pub(super) data: String,
    /// The same, where they are JSON.
    pub(super) json: Option<Value>,
}

impl Event {
    pub(super) fn new(id: Option<String>, name: &str, data: String) -> Self {
        let name = if name.is_empty() { "message" } else { name }.to_owned();
        let json = serde_json::from_str(&data).ok();
        Self { id, name, data, json }
    }

    /// The event as one line of JSON, without the line's end.
    pub(super) fn to_json(&self) -> String {
        #[derive(Serialize)]
        struct Line<'a> {
            id: Option<&'a str>,
            event: &'a str,
            data: Data<'a>,
        }
        #[derive(Serialize)]
        #[serde(untagged)]
        enum Data<'a> {
            Json(&'a Value),
            Text(&'a str),
        }
        let data = self.json.as_ref().map_or(Data::Text(&self.data), Data::Json);
        let line = Line { id: self.id.as_deref().filter(|id| !id.is_empty()), event: &self.name, data };
        // Strings and JSON values can always be written.
        let json = serde_json::to_string(&line).unwrap_or_default();
        printable_json(&json).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_carries_json_and_text() {
        for (id, name, data, expected) in [
            (Some("a.1"), "log", r#"{"a": [1.50]}"#, r#"{"id":"a.1","event":"log","data":{"a":[1.5]}}"#),
            (None, "", "two\nlines", r#"{"id":null,"event":"message","data":"two\nlines"}"#),
            (None, "e", "", r#"{"id":null,"event":"e","data":""}"#),
            (None, "e", "\u{9b}2J", r#"{"id":null,"event":"e","data":"\u009b2J"}"#),
        ] {
            assert_eq!(Event::new(id.map(str::to_owned), name, data.to_owned()).to_json(), expected);
        }
    }
}
