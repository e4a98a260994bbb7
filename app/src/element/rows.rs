//! Rows in the browser's document: changed where they stand, so that a selection, the focus and the place scrolled to
//! outlast a new sample.

use leptos::prelude::document;
use leptos::web_sys::{Element, HtmlElement};
use wasm_bindgen::JsCast;

use super::dom::set;
use super::{Content, El};

const HTML: &str = "http://www.w3.org/1999/xhtml";
/// The namespace of drawings.
const SVG: &str = "http://www.w3.org/2000/svg";

/// Makes the children of `parent`, which are `old`, into `new`. A row that is in both, by its key, stays the same element,
/// with what is being typed and what is opened in it, wherever it goes; those that have no key are told by their place.
pub(super) fn change(parent: &Element, old: &[El], new: &[El]) {
    let mut place = parent.first_element_child();
    // The next is the last.
    let mut old: Vec<&El> = old.iter().rev().collect();
    for (at, row) in new.iter().enumerate() {
        while let (Some(gone), true) = (&place, old.last().is_some_and(|before| is_gone(before, &new[at..]))) {
            let next = gone.next_element_sibling();
            gone.remove();
            place = next;
            old.pop();
        }
        let next = place.as_ref().and_then(Element::next_element_sibling);
        // None fails: what is created is in no document yet, and `here` is a child of `parent`.
        let _ = match (&place, old.last()) {
            // It stays, for a row after this one.
            (Some(here), Some(before)) if before.key != row.key => {
                match moved(here, &mut old, row) {
                    Some(element) => put_before(parent, &element, here),
                    None => drop(parent.insert_before(&create(row), Some(here))),
                }
                continue;
            }
            (Some(here), Some(before)) if before.tag == row.tag => {
                change_one(here, before, row);
                Ok(())
            }
            (Some(here), _) => here.replace_with_with_node_1(&create(row)),
            (None, _) => parent.append_with_node_1(&create(row)),
        };
        place = next;
        old.pop();
    }
    while let Some(at) = place {
        place = at.next_element_sibling();
        at.remove();
    }
}

/// The element of `row` where it stands further on, from `here`, which is that of the last of `old`.
fn moved(here: &Element, old: &mut Vec<&El>, row: &El) -> Option<Element> {
    let at = old.iter().rposition(|before| row.key != 0 && before.key == row.key && before.tag == row.tag)?;
    let mut element = here.clone();
    for _ in at + 1..old.len() {
        element = element.next_element_sibling()?;
    }
    change_one(&element, old.remove(at), row);
    Some(element)
}

/// Puts `element`, which stands further on, before `here`. What is put elsewhere loses the focus, so it is given back.
fn put_before(parent: &Element, element: &Element, here: &Element) {
    let focused = document().active_element().filter(|focused| element.contains(Some(focused)));
    drop(parent.insert_before(element, Some(here)));
    if let Some(focused) = focused.and_then(|focused| focused.dyn_into::<HtmlElement>().ok()) {
        drop(focused.focus());
    }
}

/// No row that is still to come is this one.
fn is_gone(before: &El, rest: &[El]) -> bool {
    rest.iter().all(|row| row.key != before.key)
}

fn change_one(element: &Element, old: &El, new: &El) {
    for (name, value) in &new.attributes {
        let value = value.now();
        let before = old.attributes.iter().find(|(known, _)| known == name);
        if before.is_none_or(|(_, before)| before.now() != value) {
            set(element, name, value.as_deref());
        }
    }
    for (name, _) in &old.attributes {
        if new.attributes.iter().all(|(known, _)| known != name) {
            set(element, name, None);
        }
    }
    match (&old.content, &new.content) {
        (Content::Elements(old), Content::Elements(new)) => change(element, old, new),
        (Content::Text(old), Content::Text(new)) if old.now() == new.now() => {}
        (Content::Markup(old), Content::Markup(new)) if old.now() == new.now() => {}
        _ => fill(element, new),
    }
}

fn create(row: &El) -> Element {
    let namespace = if matches!(row.tag, "svg" | "use" | "path") { SVG } else { HTML };
    #[expect(clippy::expect_used, reason = "fails on names that are no names; these stand in this program")]
    let element = document().create_element_ns(Some(namespace), row.tag).expect("a valid tag");
    for (name, value) in &row.attributes {
        if let Some(value) = value.now() {
            set(&element, name, Some(&value));
        }
    }
    fill(&element, row);
    element
}

fn fill(element: &Element, row: &El) {
    match &row.content {
        Content::Text(text) => element.set_text_content(text.now().as_deref()),
        Content::Markup(html) => element.set_inner_html(&html.now().unwrap_or_default()),
        Content::Elements(elements) => {
            element.set_text_content(None);
            change(element, &[], elements);
        }
        Content::Rows(rows) => change(element, &[], &rows()),
    }
}
