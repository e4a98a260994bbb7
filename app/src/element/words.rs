//! Elements as words: how the server hands on what it has drawn. A list of words needs no escaping and no parser, and can
//! hold nothing but what [`elements`] makes of it: text is text, and only tags and attributes named here come to be.
//!
//! The first character says what a word is: `<td` begins an element and `>` ends it; in between `#12` is its key,
//! `@class strong` an attribute, `=12.3` its text. What depends on the reader is filled in here: a moment
//! (`@datetime s 2026-01-31T23:59:59.000Z`, see [`time`]), the reader's distance from UTC (`@data-zone`), which row is its
//! own (`@data-client`).

use super::{El, el};
use crate::format;
use crate::model::Timestamp;

/// What may be an element. Nothing that runs or loads anything.
const TAGS: [&str; 38] = [
    "a", "b", "button", "code", "dd", "details", "div", "dl", "dt", "fieldset", "form", "h2", "h3", "i", "input",
    "label", "legend", "li", "nav", "ol", "output", "p", "path", "pre", "section", "span", "summary", "svg", "table",
    "tbody", "td", "textarea", "th", "thead", "time", "tr", "ul", "use",
];

/// What may be an attribute.
const ATTRIBUTES: [&str; 32] = [
    "action",
    "aria-current",
    "aria-hidden",
    "aria-label",
    "autocomplete",
    "checked",
    "class",
    "colspan",
    "d",
    "data-client",
    "data-method",
    "data-zone",
    "datetime",
    "for",
    "hidden",
    "href",
    "id",
    "maxlength",
    "method",
    "name",
    "open",
    "placeholder",
    "preserveAspectRatio",
    "required",
    "role",
    "rows",
    "scope",
    "tabindex",
    "title",
    "type",
    "value",
    "viewBox",
];

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

/// An icon is one of this document's, a link leads to a place of this origin, a form to a call of it.
/// in percent, and a drawing nothing but a path.
fn is_allowed(name: &str, value: &str) -> bool {
    match name {
        "href" => value.starts_with("#icon-") || is_path(value),
        "action" => is_path(value),
        "d" => value.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b' ' | b'.' | b'-')),
        _ => true,
    }
}

/// A link to another place, which is shown in a tab of its own that knows nothing of this one.
fn is_elsewhere(value: &str) -> bool {
    (value.starts_with("https://") || value.starts_with("http://")) && value.bytes().all(|b| b > b' ')
}

/// A path of this origin: two slashes would begin another, and browsers take a backslash for one and leave out tabs and
/// line ends.
fn is_path(value: &str) -> bool {
    let bytes = value.as_bytes();
    bytes.first() == Some(&b'/') && !matches!(bytes.get(1), Some(b'/' | b'\\')) && bytes.iter().all(|&b| b > b' ')
}

#[cfg(feature = "ssr")]
mod write {
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
}
#[cfg(feature = "ssr")]
pub use write::{time, words};

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;
    use crate::format::Clock;
    use proptest::prelude::*;

    fn html(elements: &[El]) -> String {
        let mut html = String::new();
        elements.iter().for_each(|element| element.write(&mut html));
        html
    }

    const ME: Reader<'_> = Reader { client: "me", offset_min: -330, now: Timestamp::from_ms(1_769_904_000_000) };

    fn read(words: &[&str]) -> String {
        let words: Vec<String> = words.iter().map(|&word| word.to_owned()).collect();
        html(&elements(&words, ME))
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
        assert_eq!(html(&elements(&words(&rows()), ME)), html(&rows()));
        assert_eq!(words(&rows()), words(&elements(&words(&rows()), ME)), "keys too");
    }

    #[test]
    fn nothing_else_comes_to_be() {
        assert_eq!(read(&["<script", "=alert(1)", ">", "<p", "=x", ">"]), "<p>x</p>");
        assert_eq!(read(&["<script", "<p", "=x", ">", ">"]), "");
        assert_eq!(read(&["<p", "@onclick alert(1)", "@style background:red", "@href javascript:x", ">"]), "<p></p>");
        assert_eq!(read(&["<use", "@href #icon-gap", ">"]), "<use href=\"#icon-gap\"></use>");
        assert_eq!(read(&["", "=x", ">", "<p"]), "", "what comes after the end has no place");
    }

    #[test]
    fn links_and_forms_stay_here() {
        for there in ["/logs?at=2026-01-31T23:59:59Z#x", "/", "/api/silences", "/a//b"] {
            assert_eq!(read(&["<a", &format!("@href {there}"), ">"]), format!("<a href=\"{there}\"></a>"));
            assert_eq!(read(&["<form", &format!("@action {there}"), ">"]), format!("<form action=\"{there}\"></form>"));
        }
        for elsewhere in [
            "//evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            "\t//evil.example",
            "\\\\evil.example",
            "javascript:alert(1)",
            "javascript:https://evil.example",
            "ftp://evil.example",
            "https:evil.example",
            "https://evil.example/\n",
            "HTTPS://evil.example",
            " javascript:alert(1)",
            "/\n/evil.example",
            "data:text/html,x",
            "evil",
            "",
        ] {
            assert_eq!(read(&["<a", &format!("@href {elsewhere}"), ">"]), "<a></a>", "{elsewhere:?}");
            assert_eq!(read(&["<form", &format!("@action {elsewhere}"), ">"]), "<form></form>", "{elsewhere:?}");
        }
        let there = "https://there.example/?a=1&b#c";
        assert_eq!(
            read(&["<a", &format!("@href {there}"), "@rel opener", "@target _top", "=x", ">"]),
            format!("<a href=\"{}\" rel=\"noopener noreferrer\" target=\"_blank\">x</a>", there.replace('&', "&amp;"))
        );
        assert_eq!(read(&["<use", &format!("@href {there}"), ">"]), "<use></use>", "nothing is loaded from there");
        assert_eq!(read(&["<form", &format!("@action {there}"), ">"]), "<form></form>", "and nothing sent there");
        assert_eq!(read(&["<button", "@formaction /x", "@type submit", ">"]), "<button type=\"submit\"></button>");
        assert_eq!(read(&["<form", "@target x", "@onsubmit x", ">"]), "<form></form>");
        assert_eq!(read(&["<input", "@src /x", "@formaction //evil", "@name a", ">"]), "<input name=\"a\">");
    }

    #[test]
    fn drawings_are_paths() {
        assert_eq!(read(&["<path", "@d M0 1.5L-2 3Z", ">"]), "<path d=\"M0 1.5L-2 3Z\"></path>");
        assert_eq!(read(&["<path", "@d url(#x)", "@onload x", "@fill url(//x)", ">"]), "<path></path>");
        assert_eq!(read(&["<image", "@href /x", ">", "<foreignObject", ">", "<animate", ">", "<set", ">"]), "");
    }

    #[test]
    fn moments_are_the_readers() {
        let at = Timestamp::from_ms(1_769_903_999_000);
        let drawn = words(&[time(at, Clock::Seconds), time(at, Clock::Day)]);
        let shown = |reader| html(&elements(&drawn, reader));
        let at = "datetime=\"2026-01-31T23:59:59.000Z\"";
        assert_eq!(shown(ME), format!("<time {at}>18:29:59</time><time {at}>18:29</time>"));
        let in_utc = Reader { offset_min: 0, ..ME };
        assert_eq!(shown(in_utc), format!("<time {at}>23:59:59</time><time {at}>31 Jan 23:59</time>"));
        assert_eq!(read(&["<time", "@datetime s <b>", "=x", ">"]), "<time>x</time>", "no moment at all");
        assert_eq!(read(&["<input", "@data-zone", ">"]), "<input value=\"-330\">");
    }

    #[test]
    fn the_reader_is_marked() {
        assert_eq!(
            read(&["<p", "@data-client you", ">", "<p", "@data-client me", ">"]),
            "<p data-client=\"you\"></p><p data-client=\"me\" aria-current=\"true\"></p>"
        );
    }

    proptest! {
        /// Of whatever words: no other element or attribute than those that are listed, and no address elsewhere.
        #[test]
        fn nothing_leads_anywhere_else(
            tag in "[a-z]{1,8}|a|form|use|input|svg",
            name in "[a-zA-Z-]{1,10}|href|action|style|d|on[a-z]{4}|src|formaction|srcdoc|xlink:href",
            value in "\\PC{0,20}|[/\\\\\t .]{0,4}[a-z:/.]{0,12}",
        ) {
            for element in elements(&[format!("<{tag}"), format!("@{name} {value}"), ">".to_owned()], ME) {
                prop_assert!(TAGS.contains(&element.tag));
                for (name, value) in &element.attributes {
                    let value = value.now().unwrap_or_default();
                    let leads_away = element.tag == "a" && is_elsewhere(&element.attributes[0].1.now().unwrap_or_default());
                    if leads_away {
                        prop_assert_eq!(element.attributes.len(), 3, "with what keeps it apart");
                        continue;
                    }
                    prop_assert!(ATTRIBUTES.contains(name) && !name.starts_with("on"));
                    if matches!(*name, "href" | "action") && !value.starts_with("#icon-") {
                        let base: url::Url = "http://here.example/alerts".parse().unwrap();
                        let there = base.join(&value).unwrap();
                        prop_assert_eq!(there.host_str(), Some("here.example"));
                    }
                }
            }
        }

        #[test]
        fn never_panics(list: Vec<String>, signs in prop::collection::vec("[<>#@=é][a-z #.:-]{0,8}", 0..20)) {
            let _ = html(&elements(&list, ME));
            let _ = html(&elements(&signs, ME));
        }

        #[test]
        fn text_and_attributes_stay_what_they_are(text: String, title: String) {
            let element = [el("p").attr("title", title).text(text)];
            prop_assert_eq!(html(&elements(&words(&element), ME)), html(&element));
        }
    }
}
