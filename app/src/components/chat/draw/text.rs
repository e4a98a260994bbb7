//! What a person has written, as elements: text, links, and code between backticks. Nothing of it is ever markup.

use crate::element::{El, el};

/// What ends a link: neither these nor white space belong to it.
const ENDS: [char; 4] = ['<', '>', '"', '`'];

/// The pieces of a text.
pub(super) fn pieces(text: &str) -> Vec<El> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find('`') {
        let after = &rest[open + 1..];
        let Some(close) = after.find('`').filter(|&close| close > 0 && !after[..close].contains('\n')) else { break };
        links(&rest[..open], &mut pieces);
        pieces.push(el("code").text(after[..close].to_owned()));
        rest = &after[close + 1..];
    }
    links(rest, &mut pieces);
    pieces
}

fn links(text: &str, pieces: &mut Vec<El>) {
    let mut rest = text;
    while let Some((before, link, after)) = next_link(rest) {
        plain(before, pieces);
        pieces.push(el("a").attr("href", link.to_owned()).text(link.to_owned()));
        rest = after;
    }
    plain(rest, pieces);
}

fn plain(text: &str, pieces: &mut Vec<El>) {
    if !text.is_empty() {
        pieces.push(el("span").text(text.to_owned()));
    }
}

/// The first link, with what stands before and after it.
fn next_link(text: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    while let Some(at) = text[from..].find("http").map(|at| at + from) {
        let (before, tail) = text.split_at(at);
        from = at + 4;
        let Some(host) = tail.strip_prefix("https://").or_else(|| tail.strip_prefix("http://")) else { continue };
        if before.ends_with(char::is_alphanumeric) || !host.starts_with(|c: char| c.is_alphanumeric() || c == '[') {
            continue;
        }
        // What stands before an `@` looks like the place that it leads to, and isn't.
        let authority = host.split(|c: char| c.is_whitespace() || ENDS.contains(&c) || "/?#".contains(c)).next();
        if authority.is_some_and(|authority| authority.contains('@')) {
            continue;
        }
        let end = tail.find(|c: char| c.is_whitespace() || ENDS.contains(&c)).unwrap_or(tail.len());
        // A full stop ends the sentence, a bracket that was opened before the link is not a part of it.
        let mut link = tail[..end].trim_end_matches(['.', ',', ';', ':', '!', '?', '\'']);
        if link.ends_with(')') && !link.contains('(') {
            link = link.trim_end_matches(')');
        }
        return Some((before, link, &tail[link.len()..]));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::element::{Reader, elements, words};
    use crate::model::Timestamp;
    use proptest::prelude::*;

    /// As it comes out of the words, as a browser would be given it.
    fn html(text: &str) -> String {
        let reader = Reader { client: "", offset_min: 0, now: Timestamp::default() };
        let mut html = String::new();
        elements(&words(&pieces(text)), reader).iter().for_each(|element| element.write(&mut html));
        html
    }

    const AWAY: &str = "rel=\"noopener noreferrer\" target=\"_blank\"";

    #[test]
    fn links_are_found_and_end_where_they_should() {
        for (text, link, after) in [
            ("https://a.example/x?y=1#z", "https://a.example/x?y=1#z", ""),
            ("http://a.example.", "http://a.example", "."),
            ("(https://a.example/b)", "https://a.example/b", ")"),
            ("https://a.example/b_(c)", "https://a.example/b_(c)", ""),
            ("https://a.example/@anna?x=a@b", "https://a.example/@anna?x=a@b", ""),
            ("https://a.example, and", "https://a.example", ", and"),
            ("https://a.example\" onclick=\"x", "https://a.example", "\" onclick=\"x"),
            ("https://a.example<script>", "https://a.example", "<script>"),
        ] {
            let (_, found, rest) = next_link(text).unwrap();
            assert_eq!((found, rest), (link, after), "{text}");
        }
        for text in [
            "javascript:alert(1)",
            "xhttps://a.example",
            "https://example.org@evil.example",
            "https://example.org:443@evil.example/x",
            "http://example.org\\@evil.example",
            "https://",
            "http:// a",
            "https:/a",
            "//a.example",
            "data:text/html,x",
        ] {
            assert_eq!(next_link(text), None, "{text}");
        }
    }

    #[test]
    fn they_are_links_and_all_else_is_text() {
        assert_eq!(
            html("see https://a.example/b, `rm -rf <x>` <b>"),
            format!(
                "<span>see </span><a href=\"https://a.example/b\" {AWAY}>https://a.example/b</a><span>, </span>\
                <code>rm -rf &lt;x&gt;</code><span> &lt;b&gt;</span>"
            )
        );
        assert_eq!(html("a ` b"), "<span>a ` b</span>");
    }

    proptest! {
        #[test]
        fn nothing_is_lost(text in "\\PC{0,40}|[`a-z:/.<() ]{0,40}|(https?://[a-z.()]{0,9}[ ,`]?){0,4}") {
            let shown: String = words(&pieces(&text)).iter().filter_map(|word| word.strip_prefix('=')).collect();
            prop_assert_eq!(shown.replace('`', ""), text.replace('`', ""));
        }
    }
}
