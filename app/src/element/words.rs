//! Elements as words: how the server hands on what it has drawn. A list of words needs no escaping and no parser, and can
//! hold nothing but what [`elements`] makes of it: text is text, and only tags and attributes named here come to be.
//!
//! The first character says what a word is: `<td` begins an element and `>` ends it; in between `#12` is its key,
//! `@class strong` an attribute, `=12.3` its text.

use super::{El, el};

/// What may be an element. Nothing that runs, loads or leads anywhere.
const TAGS: [&str; 17] = [
    "b", "div", "h2", "i", "li", "p", "section", "span", "svg", "table", "tbody", "td", "th", "thead", "tr", "ul",
    "use",
];

/// What may be an attribute.
const ATTRIBUTES: [&str; 12] = [
    "aria-hidden",
    "aria-label",
    "class",
    "colspan",
    "data-client",
    "href",
    "role",
    "scope",
    "style",
    "tabindex",
    "title",
    "viewBox",
];

/// The elements that `words` stand for. What isn't known is left out. The rows whose `data-client` is `me` are marked as
/// the reader's own.
pub fn elements(words: &[String], me: &str) -> Vec<El> {
    children(&mut words.iter(), me, None).0
}

/// The elements up to the end of the one around them, and the text of that one.
fn children(words: &mut std::slice::Iter<'_, String>, me: &str, mut around: Option<El>) -> (Vec<El>, Option<El>) {
    let mut elements = Vec::new();
    while let Some(word) = words.next() {
        let Some((kind, rest)) = word.split_at_checked(1) else { continue };
        match kind {
            "<" => {
                let element = TAGS.iter().find(|&&tag| tag == rest).map(|tag| el(tag));
                let (inside, element) = children(words, me, element);
                elements.extend(element.map(|element| if inside.is_empty() { element } else { element.of(inside) }));
            }
            ">" => break,
            _ => around = around.map(|element| add(element, kind, rest, me)),
        }
    }
    (elements, around)
}

fn add(element: El, kind: &str, rest: &str, me: &str) -> El {
    match kind {
        "#" => element.key(rest.parse().unwrap_or(0)),
        "=" => element.text(rest.to_owned()),
        "@" => {
            let (name, value) = rest.split_once(' ').unwrap_or((rest, ""));
            let Some(name) = ATTRIBUTES.iter().find(|&&known| known == name) else { return element };
            if !is_allowed(name, value) {
                return element;
            }
            let element = element.attr(name, value.to_owned());
            if *name == "data-client" && value == me { element.attr("aria-current", "true") } else { element }
        }
        _ => element,
    }
}

/// An icon is one of this document's, a style a place in percent.
fn is_allowed(name: &str, value: &str) -> bool {
    match name {
        "href" => value.starts_with("#icon-"),
        "style" => value.strip_prefix("--at:").is_some_and(|at| at.bytes().all(|b| b.is_ascii_digit() || b == b'.')),
        _ => true,
    }
}

#[cfg(feature = "ssr")]
mod write {
    use super::super::{Content, El};

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
}
#[cfg(feature = "ssr")]
pub use write::words;

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn html(elements: &[El]) -> String {
        let mut html = String::new();
        elements.iter().for_each(|element| element.write(&mut html));
        html
    }

    fn read(words: &[&str]) -> String {
        let words: Vec<String> = words.iter().map(|&word| word.to_owned()).collect();
        html(&elements(&words, "me"))
    }

    #[test]
    fn what_is_drawn_comes_out_as_it_was() {
        let cell = |text: &str| el("td").class("strong").text(text.to_owned());
        let rows = || {
            vec![
                el("tr").key(7).attr("title", "a > b").of([cell("= 1"), cell("<b>"), cell("")]),
                el("tr").of([el("td").attr("colspan", "3")]),
                el("p").text("last"),
            ]
        };
        assert_eq!(html(&elements(&words(&rows()), "")), html(&rows()));
        assert_eq!(words(&rows()), words(&elements(&words(&rows()), "")), "keys too");
    }

    #[test]
    fn nothing_else_comes_to_be() {
        assert_eq!(read(&["<script", "=alert(1)", ">", "<p", "=x", ">"]), "<p>x</p>");
        assert_eq!(read(&["<script", "<p", "=x", ">", ">"]), "");
        assert_eq!(read(&["<p", "@onclick alert(1)", "@style background:red", "@href javascript:x", ">"]), "<p></p>");
        assert_eq!(
            read(&["<use", "@href #icon-gap", "@style --at:42.5", ">"]),
            "<use href=\"#icon-gap\" style=\"--at:42.5\"></use>"
        );
        assert_eq!(read(&["", "=x", ">", "<p"]), "", "what comes after the end has no place");
    }

    #[test]
    fn the_reader_is_marked() {
        assert_eq!(
            read(&["<p", "@data-client you", ">", "<p", "@data-client me", ">"]),
            "<p data-client=\"you\"></p><p data-client=\"me\" aria-current=\"true\"></p>"
        );
    }

    proptest! {
        #[test]
        fn never_panics(list: Vec<String>, signs in prop::collection::vec("[<>#@=é][a-z #.:-]{0,8}", 0..20)) {
            let _ = html(&elements(&list, ""));
            let _ = html(&elements(&signs, ""));
        }

        #[test]
        fn text_and_attributes_stay_what_they_are(text: String, title: String) {
            let element = [el("p").attr("title", title).text(text)];
            prop_assert_eq!(html(&elements(&words(&element), "")), html(&element));
        }
    }
}
