//! One connection: an `EventSource` that says what happens to it and is closed when dropped.

use wasm_bindgen::JsCast;
use web_sys::{EventSource, MessageEvent};

use super::event::NAMES;
use super::listener::Listener;

/// What a source says.
pub(super) enum Said {
    Opened,
    Failed {
        /// The browser won't try again by itself.
        closed: bool,
    },
    Message {
        name: String,
        data: String,
        id: String,
    },
}

/// An open `EventSource`.
pub(super) struct Source {
    source: EventSource,
    /// Taken away before anything else, so that a source once dropped says nothing more.
    _listener: Listener,
}

impl Source {
    /// Connects to `url`. `None` where the browser won't even try.
    pub(super) fn open(url: &str, say: impl Fn(Said) + 'static) -> Option<Self> {
        let source = EventSource::new(url).ok()?;
        let names: Vec<&'static str> = NAMES.into_iter().chain(["open", "error"]).collect();
        let of = source.clone();
        let listener = Listener::new(source.clone().into(), &names, move |event| {
            // A message first: a server may well name one `error`.
            say(match event.dyn_ref::<MessageEvent>() {
                Some(message) => Said::Message {
                    name: message.type_(),
                    data: message.data().as_string().unwrap_or_default(),
                    id: message.last_event_id(),
                },
                None if event.type_() == "open" => Said::Opened,
                None => Said::Failed { closed: of.ready_state() == EventSource::CLOSED },
            });
        });
        Some(Self { source, _listener: listener })
    }
}

impl Drop for Source {
    fn drop(&mut self) {
        self.source.close();
    }
}
