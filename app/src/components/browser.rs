//! What the page asks of the browser beyond its own elements. Called from effects and handlers only, which never run on
//! the server: there it does nothing.

use super::Theme;

#[cfg(feature = "hydrate")]
pub(crate) use crate::element::submit;
#[cfg(feature = "hydrate")]
pub(super) use hydrated::{
    follow, go, is_open, know_notifies, notify, on_key, set_favicon, set_theme, set_title, show_dialog,
    switch_notifies, theme,
};

#[cfg(not(feature = "hydrate"))]
pub(crate) use rendered::submit;
#[cfg(not(feature = "hydrate"))]
pub(super) use rendered::{
    follow, go, is_open, know_notifies, notify, on_key, set_favicon, set_theme, set_title, show_dialog,
    switch_notifies, theme,
};

#[cfg(feature = "hydrate")]
mod hydrated {
    use js_sys::Reflect;
    use leptos::prelude::{document, window};
    use wasm_bindgen::JsCast;
    use wasm_bindgen_futures::{JsFuture, spawn_local};
    use web_sys::{HtmlDialogElement, Notification, NotificationOptions, NotificationPermission, Storage};

    use super::Theme;
    use crate::watched::Watched;

    /// A year, in seconds.
    const KEPT: u32 = 31_536_000;

    /// The theme that is shown: the reader's choice, else the system's.
    pub(in super::super) fn theme() -> Theme {
        let chosen = document().document_element().and_then(|root| root.get_attribute("data-theme"));
        if let Some(theme) = chosen.and_then(|name| name.parse().ok()) {
            return theme;
        }
        let prefers_light = window().match_media("(prefers-color-scheme: light)").ok().flatten();
        if prefers_light.is_some_and(|query| query.matches()) { Theme::Light } else { Theme::Dark }
    }

    /// Shows a theme at once, and keeps the choice.
    pub(in super::super) fn set_theme(theme: Theme) {
        let name = theme.as_str();
        if let Some(root) = document().document_element() {
            let _ = root.set_attribute("data-theme", name);
        }
        if let Ok(document) = document().dyn_into::<web_sys::HtmlDocument>() {
            let _ = document.set_cookie(&format!("{}={name}; Path=/; Max-Age={KEPT}; SameSite=Lax", Theme::COOKIE));
        }
    }

    pub(in super::super) use crate::element::follow;

    /// Where keys write.
    const FIELDS: &str = "input:not([type=checkbox]),textarea,select";

    /// Calls back with each single key that is pressed anywhere on the page. Not while a modifier is held: those belong
    /// to the browser; and not where text is typed.
    pub(in super::super) fn on_key(press: impl Fn(&str) + 'static) {
        crate::element::listen(
            &window(),
            "keydown",
            Box::new(move |event| {
                let event: &web_sys::KeyboardEvent = event.unchecked_ref();
                let held = event.ctrl_key() || event.meta_key() || event.alt_key() || event.repeat();
                let at = event.target().and_then(|at| at.dyn_into::<web_sys::Element>().ok());
                if !held && at.is_none_or(|at| !at.matches(FIELDS).unwrap_or(false)) {
                    press(&event.key());
                }
            }),
        );
    }

    fn dialog(id: &str) -> Option<HtmlDialogElement> {
        document().get_element_by_id(id)?.dyn_into().ok()
    }

    /// Whether a dialog is open.
    pub(in super::super) fn is_open(id: &str) -> bool {
        dialog(id).is_some_and(|dialog| dialog.open())
    }

    /// Opens a dialog, unless it is open.
    pub(in super::super) fn show_dialog(id: &str) {
        if let Some(dialog) = dialog(id).filter(|dialog| !dialog.open()) {
            // Fails only on a dialog that is open or out of the document.
            let _ = dialog.show_modal();
        }
    }

    /// What keeps that the reader wants notifications.
    const NOTIFIES: &str = "notify";

    fn storage() -> Option<Storage> {
        window().local_storage().ok().flatten()
    }

    /// Whether this browser is told of alerts: the reader wants it, and the browser lets it.
    fn notifies() -> bool {
        let wanted = storage().and_then(|storage| storage.get_item(NOTIFIES).ok().flatten());
        // Not every browser has them.
        wanted.is_some()
            && Reflect::has(&window(), &"Notification".into()).unwrap_or(false)
            && Notification::permission() == NotificationPermission::Granted
    }

    /// Sets `on` to that, when the page has been taken over.
    pub(in super::super) fn know_notifies(on: Watched<bool>) {
        spawn_local(async move { on.set(notifies()) });
    }

    /// Switches it, and asks the browser for it.
    pub(in super::super) fn switch_notifies(on: Watched<bool>) {
        let Some(storage) = storage() else { return };
        if on.get_untracked() {
            let _ = storage.remove_item(NOTIFIES);
            return on.set(false);
        }
        let _ = storage.set_item(NOTIFIES, "1");
        if !Reflect::has(&window(), &"Notification".into()).unwrap_or(false) {
            return;
        }
        spawn_local(async move {
            if let Ok(asked) = Notification::request_permission() {
                let _ = JsFuture::from(asked).await;
                on.set(notifies());
            }
        });
    }

    /// Notifies of the alert `id`, if the reader wants it; several tabs of it are one notification.
    pub(in super::super) fn notify(id: &str, title: &str, body: &str) {
        if notifies() {
            let options = NotificationOptions::new();
            options.set_tag(id);
            options.set_body(body);
            // Some browsers have them for workers only.
            let _ = Notification::new_with_options(title, &options);
        }
    }

    /// Goes to another page.
    pub(in super::super) fn go(path: &str) {
        // The browser refuses none of its own origin.
        let _ = window().location().set_href(path);
    }

    /// Sets the document's title.
    pub(in super::super) fn set_title(title: &str) {
        document().set_title(title);
    }

    /// Sets the page's icon.
    pub(in super::super) fn set_favicon(href: &str) {
        if let Some(link) = document().get_element_by_id("favicon") {
            let _ = link.set_attribute("href", href);
        }
    }
}

#[cfg(not(feature = "hydrate"))]
mod rendered {
    use super::Theme;

    use crate::watched::Watched;

    pub(in super::super) fn theme() -> Theme {
        Theme::Dark
    }
    pub(in super::super) fn know_notifies(_: Watched<bool>) {}
    pub(in super::super) fn switch_notifies(_: Watched<bool>) {}
    pub(in super::super) fn notify(_: &str, _: &str, _: &str) {}
    pub(crate) fn submit(_: &leptos::web_sys::Event) {}
    pub(in super::super) fn follow(_: impl Fn() + 'static) {}
    pub(in super::super) fn on_key(_: impl Fn(&str) + 'static) {}
    pub(in super::super) fn set_theme(_: Theme) {}
    pub(in super::super) fn is_open(_: &str) -> bool {
        false
    }
    pub(in super::super) fn show_dialog(_: &str) {}
    pub(in super::super) fn go(_: &str) {}
    pub(in super::super) fn set_title(_: &str) {}
    pub(in super::super) fn set_favicon(_: &str) {}
}
