//! A listener for events of the browser that ends with its owner.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Event, EventTarget};

/// Listens to events of several names on one target.
pub(super) struct Listener {
    target: EventTarget,
    names: Vec<&'static str>,
    callback: Closure<dyn Fn(Event)>,
}

impl Listener {
    pub(super) fn new(target: EventTarget, names: &[&'static str], callback: impl Fn(Event) + 'static) -> Self {
        Self::boxed(target, names, Box::new(callback))
    }

    /// Apart from [`new`](Self::new), so that it is compiled once and not for each callback.
    fn boxed(target: EventTarget, names: &[&'static str], callback: Box<dyn Fn(Event)>) -> Self {
        let listener = Self { target, names: names.to_vec(), callback: Closure::wrap(callback) };
        for name in &listener.names {
            // With a name and a function it can't fail.
            let _ = listener.target.add_event_listener_with_callback(name, listener.callback.as_ref().unchecked_ref());
        }
        listener
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        for name in &self.names {
            let _ = self.target.remove_event_listener_with_callback(name, self.callback.as_ref().unchecked_ref());
        }
    }
}
