//! An element in the browser's document.

use std::cell::RefCell;
use std::mem;

use leptos::prelude::*;
use leptos::web_sys::{Element, Event, EventTarget};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

use super::rows;
use super::{Content, El, Moving, Text};

impl El {
    /// Takes over the element that the server wrote from the same values, and keeps what moves in step.
    ///
    /// For good: an island lives as long as its document, so nothing of it is ever taken back.
    pub(super) fn take_over(self, element: Element) {
        for (name, handler) in self.handlers {
            listen(&element, name, handler);
        }
        for (name, value) in self.attributes {
            if let Text::Moving(value) = value {
                follow_value(&element, Place::Attribute(name), value);
            }
        }
        match self.content {
            Content::Text(Text::Moving(text)) => follow_value(&element, Place::Text, text),
            Content::Markup(Text::Moving(html)) => follow_value(&element, Place::Markup, html),
            Content::Elements(elements) => {
                let mut place = element.first_element_child();
                for child in elements {
                    let Some(at) = place else { return };
                    place = at.next_element_sibling();
                    child.take_over(at);
                }
            }
            Content::Rows(rows) => follow_rows(element, rows),
            Content::Text(Text::Fixed(_)) | Content::Markup(Text::Fixed(_)) => {}
        }
    }
}

/// Where in an element something moves.
enum Place {
    Attribute(&'static str),
    Text,
    Markup,
}

/// Calls `handler` for each event called `name`, for good.
pub(crate) fn listen(target: &EventTarget, name: &'static str, handler: Box<dyn Fn(Event)>) {
    let handler: Closure<dyn Fn(Event)> = Closure::new(handler);
    // With a name and a function it can't fail.
    let _ = target.add_event_listener_with_callback(name, handler.as_ref().unchecked_ref());
    handler.forget();
}

/// Runs `run` now, and again whenever a signal changes that it has read.
pub(crate) fn follow(run: impl Fn() + 'static) {
    effect(Box::new(run));
}

/// Writes `value` whenever it is another than before. The first is what the server has written.
fn follow_value(element: &Element, place: Place, value: Moving<Option<String>>) {
    let element = element.clone();
    let shown: RefCell<Option<Option<String>>> = RefCell::new(None);
    effect(Box::new(move || {
        let value = value();
        if shown.borrow().as_ref().is_some_and(|before| *before != value) {
            match place {
                Place::Attribute(name) => set(&element, name, value.as_deref()),
                Place::Text => element.set_text_content(value.as_deref()),
                Place::Markup => element.set_inner_html(value.as_deref().unwrap_or_default()),
            }
        }
        shown.replace(Some(value));
    }));
}

fn follow_rows(element: Element, rows: Moving<Vec<El>>) {
    let shown: RefCell<Option<Vec<El>>> = RefCell::new(None);
    effect(Box::new(move || {
        let new = rows();
        let before = shown.take();
        if let Some(before) = before {
            rows::change(&element, &before, &new);
        }
        shown.replace(Some(new));
    }));
}

fn effect(run: Box<dyn Fn()>) {
    mem::forget(RenderEffect::new(move |_| run()));
}

pub(super) fn set(element: &Element, name: &str, value: Option<&str>) {
    // The names are valid, so neither can fail.
    let _ = match value {
        Some(value) => element.set_attribute(name, value),
        None => element.remove_attribute(name),
    };
}
