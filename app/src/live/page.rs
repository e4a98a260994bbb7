//! What happens to the page and the device.

use leptos::prelude::{document, window};
use web_sys::VisibilityState;

use super::listener::Listener;
use super::machine::Input;

/// Tells of it as long as they live.
pub(super) fn listeners(tell: impl Fn(Input) + Clone + 'static) -> [Listener; 2] {
    let listen = |target: web_sys::EventTarget, names: &[&'static str]| {
        let tell = tell.clone();
        Listener::new(target, names, move |event| {
            tell(match event.type_().as_str() {
                "online" => Input::Online,
                "offline" => Input::Offline,
                "pagehide" | "freeze" => Input::Frozen,
                // A hidden page goes on: its title says how many alerts fire.
                "visibilitychange" if document().visibility_state() != VisibilityState::Visible => return,
                _ => Input::Visible,
            });
        })
    };
    [
        listen(window().into(), &["online", "offline", "pagehide", "pageshow"]),
        listen(document().into(), &["freeze", "resume", "visibilitychange"]),
    ]
}
