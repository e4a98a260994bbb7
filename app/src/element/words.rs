//! Elements as words: how the server hands on what it has drawn. A list of words needs no escaping and no parser, and can
//! hold nothing but what [`elements`] makes of it: text is text, and only tags and attributes named here come to be.
//!
//! The first character says what a word is: `<td` begins an element and `>` ends it; in between `#12` is its key,
//! `@class strong` an attribute, `=12.3` its text. What depends on the reader is filled in here: a moment
//! (`@datetime s 2026-01-31T23:59:59.000Z`, see [`time`]), the reader's distance from UTC (`@data-zone`), which row is its
//! own (`@data-client`).

use allowed::{ATTRIBUTES, TAGS, is_allowed, is_elsewhere};
#[cfg(feature = "ssr")]
pub use write::{time, words};

use super::{El, el};
use crate::format;
use crate::model::Timestamp;

mod allowed;
#[cfg(feature = "ssr")]
mod write;

/// What of the elements depends on who reads them.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a> {
    /// The name of the reader's stream: rows with this `data-client` are marked as its own.
    pub client: &'a str,
    /// The reader's distance from UTC in minutes, east positive.
    pub offset_min: i32,
    /// What is now, for a moment of another day.
    pub now: Timestamp,
}

/// The elements that `words` stand for. What isn't known is left out.
pub fn elements(words: &[String], reader: Reader<'_>) -> Vec<El> {
    children(&mut words.iter(), reader, None).0
}

/// The elements up to the end of the one around them, and the text of that one.
fn children(
    words: &mut std::slice::Iter<'_, String>,
    reader: Reader<'_>,
    mut around: Option<El>,
) -> (Vec<El>, Option<El>) {
    let mut elements = Vec::new();
    while let Some(word) = words.next() {
        let Some((kind, rest)) = word.split_at_checked(1) else { continue };
        match kind {
            "<" => {
                let element = TAGS.iter().find(|&&tag| tag == rest).map(|tag| el(tag));
                let (inside, element) = children(words, reader, element);
                elements.extend(element.map(|element| if inside.is_empty() { element } else { element.of(inside) }));
            }
            ">" => break,
            _ => around = around.map(|element| add(element, kind, rest, reader)),
        }
    }
    (elements, around)
}

fn add(element: El, kind: &str, rest: &str, reader: Reader<'_>) -> El {
    match kind {
        "#" => element.key(rest.parse().unwrap_or(0)),
        "=" => element.text(rest.to_owned()),
        "@" => {
            let (name, value) = rest.split_once(' ').unwrap_or((rest, ""));
            let Some(name) = ATTRIBUTES.iter().find(|&&known| known == name) else { return element };
            match *name {
                "datetime" => moment(element, value, reader),
                "data-zone" => element.attr("value", reader.offset_min.to_string()),
                "href" if element.tag == "a" && is_elsewhere(value) => {
                    element.attr(name, value.to_owned()).attr("rel", "noopener noreferrer").attr("target", "_blank")
                }
                _ if !is_allowed(name, value) => element,
                "data-client" if value == reader.client => {
                    element.attr(name, value.to_owned()).attr("aria-current", "true")
                }
                _ => element.attr(name, value.to_owned()),
            }
        }
        _ => element,
    }
}

/// Shows a moment in the reader's time zone.
fn moment(element: El, value: &str, reader: Reader<'_>) -> El {
    let Some((clock, at)) = value.split_once(' ') else { return element };
    let Ok(moment) = at.parse() else { return element };
    element.attr("datetime", at.to_owned()).text(format::moment(clock, moment, reader.now, reader.offset_min))
}

#[cfg(all(test, feature = "ssr"))]
mod tests;
