//! Where a reader writes, or says who they are.

use leptos::prelude::use_context;

use crate::element::{El, el};

/// Whose page it is.
#[derive(Debug, Clone, Default)]
pub struct Guest {
    /// The name, where it is known.
    pub name: Option<String>,
    /// Somebody has signed in under it, so it can't be changed here.
    pub is_known: bool,
    /// What was wrong with what was sent last.
    pub refused: Option<String>,
    /// What was sent last and not taken.
    pub draft: String,
    /// The path of the stream that this page follows.
    pub stream: String,
}

/// The form to write in; for who has no name yet, the one to say it in.
pub fn composer() -> El {
    let guest: Guest = use_context().unwrap_or_default();
    let said = el("output").attr("id", "room-said").class("room-said").text(guest.refused.clone().unwrap_or_default());
    let Some(name) = guest.name.clone() else {
        let field = el("input").attr("id", "room-name").attr("name", "name").attr("required", "");
        let field = field.attr("maxlength", "32").attr("autocomplete", "nickname").class("room-field");
        let form = el("form").attr("method", "post").attr("action", "/chat").attr("id", "room-who").class("room-form");
        return form.of([
            el("label").attr("for", "room-name").class("room-label").text("Your name in this room"),
            field,
            el("button").attr("type", "submit").class("button room-send").text("Come in"),
            said,
        ]);
    };
    let text = el("textarea").attr("id", "room-text").attr("name", "text").attr("required", "").attr("rows", "1");
    let text = text.attr("maxlength", "4000").attr("placeholder", "Message the room").attr("aria-label", "Message");
    let hint = el("p").class("room-hint needs-js from-tablet").text("Enter sends, Shift Enter breaks the line");
    let form = el("form").attr("method", "post").attr("action", "/chat").attr("id", "room-form").class("room-form");
    let form = form.attr("data-me", name.clone()).of([
        text.class("room-field").text(guest.draft.clone()),
        hint,
        el("button").attr("type", "submit").class("button room-send").text("Send"),
    ]);
    let mut whose = vec![el("span").text("You write as"), el("b").attr("id", "room-me").text(name)];
    if !guest.is_known {
        whose.push(el("span").text("by your own word."));
        let change = el("button").attr("type", "submit").attr("name", "name").attr("value", "").class("room-change");
        let form = el("form").attr("method", "post").attr("action", "/chat").class("contents");
        whose.push(form.of([change.text("Change the name")]));
    }
    el("div").class("contents").of([
        el("button").attr("type", "button").attr("id", "room-below").class("button room-below").attr("hidden", ""),
        el("ol").attr("id", "room-waiting").class("room-waiting").attr("aria-label", "Waits to be sent"),
        form,
        el("div").class("room-whose").of(whose),
        said,
    ])
}
