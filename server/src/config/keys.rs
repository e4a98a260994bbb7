//! Where in the text of a TOML file its keys stand, as the parser sees it.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The key at byte `at`, or that of the value there, with the tables that it is in: `alerts.cpu.hold`; else the key that
/// its line begins with. A text that can't be read to its end is known as far as it can be.
pub(super) fn key_at(text: &str, at: usize) -> Option<String> {
    let (table, _) = DeTable::parse_recoverable(text);
    let line = text[..text.floor_char_boundary(at)].rfind('\n').map_or(0, |end| end + 1);
    let begin = text[line..].find(|c: char| !c.is_whitespace()).map_or(line, |indent| line + indent);
    [at, begin].into_iter().find_map(|at| {
        let mut path = Vec::new();
        find(table.get_ref(), at, &mut path).then(|| path.join("."))
    })
}

/// Where the value of `key` begins, in bytes; where it is left out, the innermost of its tables that is written.
pub(super) fn place_of(text: &str, key: &str) -> Option<usize> {
    let (root, _) = DeTable::parse_recoverable(text);
    let (mut table, mut at) = (root.get_ref(), None);
    for part in key.split('.') {
        let Some((name, value)) = table.get_key_value(part) else { break };
        let DeValue::Table(inner) = value.get_ref() else { return Some(value.span().start) };
        (table, at) = (inner, Some(name.span().start));
    }
    at
}

/// Whether something in `table` stands at `at`; `path` leads there then.
fn find(table: &DeTable<'_>, at: usize, path: &mut Vec<String>) -> bool {
    table.iter().any(|(name, value)| {
        path.push(name.get_ref().to_string());
        let is_there = within(value, at, path) || name.span().contains(&at);
        if !is_there {
            path.pop();
        }
        is_there
    })
}

/// The same of a value. What is in a table stands after its head, so it is looked for there in any case.
fn within(value: &Spanned<DeValue<'_>>, at: usize, path: &mut Vec<String>) -> bool {
    let is_inside = match value.get_ref() {
        DeValue::Table(table) => find(table, at, path),
        DeValue::Array(values) => values.iter().any(|value| within(value, at, path)),
        _ => false,
    };
    is_inside || value.span().contains(&at)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TEXT: &str = "interval = '1s' # listen = 'x'\nhub.idle = '1s'\nfiles = [\n  'a',\n  'b = c',\n]\n\
                        [alerts.cpu]\nhold = '9days'\n[[rule]]\nname = 'a'\n[rule.labels]\nteam = 'x'\n[[rule]]\nname = 'b'\n";

    fn key(of: &str) -> Option<String> {
        key_at(TEXT, TEXT.find(of).unwrap())
    }

    #[test]
    fn a_place_has_the_key_that_the_parser_sees() {
        for (place, expected) in [
            ("interval", "interval"),
            ("'1s'", "interval"),
            ("idle", "hub.idle"),
            ("b = c", "files"),
            ("'9days'", "alerts.cpu.hold"),
            ("[[rule]]", "rule"),
            ("'x'\n[[", "rule.labels.team"),
            ("'b'\n", "rule.name"),
        ] {
            assert_eq!(key(place).as_deref(), Some(expected), "{place}");
        }
        assert_eq!(key("# listen").as_deref(), Some("interval"), "the line's");
        assert_eq!(key_at("# listen = 1\n", 4), None);
        assert_eq!(key_at("listen = \n", 9).as_deref(), Some("listen"), "its value is missing");
    }

    #[test]
    fn a_key_has_the_place_of_its_value_or_of_its_table() {
        let at = |key| place_of(TEXT, key).map(|at| TEXT[at..].lines().next().unwrap());
        assert_eq!(at("alerts.cpu.hold"), Some("'9days'"));
        assert_eq!(at("hub.idle"), Some("'1s'"));
        assert_eq!(at("alerts.cpu.warning"), Some("cpu]"));
        assert_eq!(at("tls.look"), None);
    }

    proptest! {
        #[test]
        fn any_text_will_do(text in "[a-c\\[\\]{}=.,'\"# \n1é]{0,60}", at in 0..80_usize) {
            let _ = key_at(&text, at);
            if let Some(at) = place_of(&text, "a.b.c") {
                prop_assert!(at <= text.len());
            }
        }
    }
}
