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
                follow_value(&element, value, move |element, value| set(element, name, value));
            }
        }
        match self.content {
            Content::Text(Text::Moving(text)) => {
                follow_value(&element, text, |element, text| element.set_text_content(text));
            }
            Content::Markup(Text::Moving(html)) => {
                follow_value(&element, html, |element, html| element.set_inner_html(html.unwrap_or_default()));
            }
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

/// Writes `value` into the element whenever it is another than before.
fn follow_value(element: &Element, value: Moving<Option<String>>, write: impl Fn(&Element, Option<&str>) + 'static) {
    let (element, write): (_, Box<dyn Fn(&Element, Option<&str>)>) = (element.clone(), Box::new(write));
    let shown: RefCell<Option<Option<String>>> = RefCell::new(None);
    effect(Box::new(move || {
        let value = value();
        let before = shown.replace(Some(value.clone()));
        // The first is what the server has written.
        if before.is_some_and(|before| before != value) {
            write(&element, value.as_deref());
        }
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
