//! The server's side: elements become words.

use super::super::{Content, El, el};
use crate::format::Clock;
use crate::model::Timestamp;

/// A moment that each reader sees by the clock of their own time zone; who runs no script, by UTC. Only for parts that
/// are handed on in words: it gets its text where they are read.
pub fn time(at: Timestamp, clock: Clock) -> El {
    el("time").attr("datetime", format!("{} {at}", clock.sign()))
}

/// The words that stand for `elements`. Neither what is done on events nor markup has words.
pub fn words(elements: &[El]) -> Vec<String> {
    let mut words = Vec::new();
    elements.iter().for_each(|element| write(element, &mut words));
    words
}

fn write(element: &El, words: &mut Vec<String>) {
    words.push(format!("<{}", element.tag));
    if element.key != 0 {
        words.push(format!("#{}", element.key));
    }
    for (name, value) in &element.attributes {
        if let Some(value) = value.now() {
            words.push(format!("@{name} {value}"));
        }
    }
    match &element.content {
        Content::Text(text) => words.push(format!("={}", text.now().unwrap_or_default())),
        Content::Elements(elements) => elements.iter().for_each(|element| write(element, words)),
        Content::Rows(rows) => rows().iter().for_each(|row| write(row, words)),
        Content::Markup(_) => {}
    }
    words.push(">".to_owned());
}
