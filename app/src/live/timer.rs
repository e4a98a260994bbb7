//! The browser's clocks, and a timer that ends with its owner.

use std::cell::Cell;
use std::rc::Rc;

use leptos::prelude::window;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

/// A clock that may be set, and goes on while the machine sleeps.
pub(super) fn wall_ms() -> u64 {
    js_sys::Date::now() as u64
}

/// A clock that never jumps.
pub(super) fn local_ms() -> u64 {
    window().performance().map_or_else(wall_ms, |performance| performance.now() as u64)
}

/// Calls back once whenever it is set. One closure serves all its life, so that setting it costs no memory.
pub(super) struct Timer {
    callback: Closure<dyn Fn()>,
    set: Rc<Cell<Option<Set>>>,
}

#[derive(Clone, Copy)]
struct Set {
    id: i32,
    /// Milliseconds of the clock given to [`Timer::set`].
    at: u64,
}

impl Timer {
    pub(super) fn new(callback: impl Fn() + 'static) -> Self {
        Self::boxed(Box::new(callback))
    }

    /// Apart from [`new`](Self::new), so that it is compiled once and not for each callback.
    fn boxed(callback: Box<dyn Fn()>) -> Self {
        let set = Rc::new(Cell::new(None));
        let fired = Rc::clone(&set);
        let callback = Closure::new(move || {
            fired.set(None);
            callback();
        });
        Self { callback, set }
    }

    /// Calls back in `ms` milliseconds from `now`, or earlier if it has been set to earlier.
    pub(super) fn set(&self, now: u64, ms: u64) {
        let at = now.saturating_add(ms);
        if self.set.get().is_some_and(|set| set.at <= at) {
            return;
        }
        self.clear();
        let ms = i32::try_from(ms).unwrap_or(i32::MAX);
        let callback = self.callback.as_ref().unchecked_ref();
        if let Ok(id) = window().set_timeout_with_callback_and_timeout_and_arguments_0(callback, ms) {
            self.set.set(Some(Set { id, at }));
        }
    }

    /// Calls nobody back.
    pub(super) fn clear(&self) {
        if let Some(set) = self.set.take() {
            window().clear_timeout_with_handle(set.id);
        }
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        self.clear();
    }
}
