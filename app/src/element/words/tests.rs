use proptest::prelude::*;

use super::allowed::{ATTRIBUTES, TAGS, is_elsewhere};
use super::*;
use crate::format::Clock;

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
