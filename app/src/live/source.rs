//! One connection: an `EventSource` of the page's own, or a place at the one that all pages of this browser share in a
//! worker (`public/stream-worker.js`). It says what happens to it, and is closed when dropped.

use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, EventSource, MessageEvent, MessagePort, SharedWorker};

use super::client::Said;
use super::listener::Listener;

const WORKER: &str = "/stream-worker.js";
/// Which worker this page can talk to. A worker lives as long as any page of it, so it may be older than this page: when
/// what they say to each other changes, so must this.
const WORKER_NAME: &str = "opsglass-2";

/// Workers do here what they should, as far as is known.
static WORKS: AtomicBool = AtomicBool::new(true);

type Say = Rc<dyn Fn(Said)>;

/// A connection.
pub(super) enum Source {
    Own { source: EventSource, _listener: Listener },
    Shared { port: MessagePort, _listener: Listener },
}

impl Source {
    /// Connects to `path`, going on after `cursor`, to hear of `names`. On `page` that is the cursor of a page which was just
    /// loaded. `None` where the browser won't even try.
    pub(super) fn open(path: &str, cursor: &str, page: bool, names: &[&'static str], say: Say) -> Option<Self> {
        if WORKS.load(Ordering::Relaxed)
            && let Ok(shared) = Self::shared(path, cursor, page, names, &say)
        {
            return Some(shared);
        }
        let separator = if path.contains('?') { '&' } else { '?' };
        let page = if page { "&page=1" } else { "" };
        Self::own(&format!("{path}{separator}lastEventId={cursor}{page}"), names, say)
    }

    fn own(url: &str, names: &[&'static str], say: Say) -> Option<Self> {
        let source = EventSource::new(url).ok()?;
        let names = [names, &["open", "error"]].concat();
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
        Some(Self::Own { source, _listener: listener })
    }

    fn shared(path: &str, cursor: &str, page: bool, names: &[&'static str], say: &Say) -> Result<Self, JsValue> {
        let port = SharedWorker::new_with_str(WORKER, WORKER_NAME)?.port();
        let (of, say) = (port.clone(), say.clone());
        let listener = Listener::new(port.clone().into(), &["message"], move |event| {
            if let Some(said) = read(event, &of) {
                say(said);
            }
        });
        port.start();
        port.post_message(&Array::of4(&path.into(), &cursor.into(), &names.join(",").into(), &page.into()))?;
        Ok(Self::Shared { port, _listener: listener })
    }

    /// It answers as soon as it is there.
    pub(super) fn is_shared(&self) -> bool {
        matches!(self, Self::Shared { .. })
    }

    /// Workers don't do what they should: from now on the page's own connections are opened.
    pub(super) fn no_more_workers() {
        WORKS.store(false, Ordering::Relaxed);
    }
}

/// What the worker says: a name, data and an id, where what isn't text is not of the server's making.
fn read(event: Event, port: &MessagePort) -> Option<Said> {
    let message: Array = event.unchecked_into::<MessageEvent>().data().unchecked_into();
    let (name, data) = (message.get(0).as_string()?, message.get(1));
    if let Some(data) = data.as_string() {
        if name == "heartbeat" {
            // A sign of life, without which the worker would give this page up.
            let _ = port.post_message(&JsValue::TRUE);
        }
        return Some(Said::Message { name, data, id: message.get(2).as_string().unwrap_or_default() });
    }
    Some(match name.as_str() {
        "open" => Said::Opened,
        "shared" => Said::SharedBy(data.as_f64().unwrap_or_default() as u32),
        _ => Said::Failed { closed: data.is_truthy() },
    })
}

impl Drop for Source {
    fn drop(&mut self) {
        match self {
            Self::Own { source, .. } => source.close(),
            Self::Shared { port, .. } => {
                let _ = port.post_message(&JsValue::NULL);
                port.close();
            }
        }
    }
}
