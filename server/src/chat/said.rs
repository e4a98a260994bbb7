//! What people may call themselves and write. Both are put into Unicode's composed form (NFC), so that what looks the same
//! is the same, and what nobody can see, or what turns the order of the text around, is refused.

use std::sync::LazyLock;

use regex::Regex;
use unicode_normalization::UnicodeNormalization as _;

/// The longest name, in characters.
pub(crate) const LONGEST_NAME: usize = 32;
/// The longest text, in characters.
pub(super) const LONGEST_TEXT: usize = 4_000;
/// The longest id that a client gives a message, in bytes.
const LONGEST_ID: usize = 64;

/// What a name may not hold: what can't be seen, and spaces other than the usual one.
static NOT_IN_NAMES: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"[\p{C}\p{Z}--\x20]").ok());
/// What a text may not hold: control characters and signs of direction. Joiners may stay, emoji and Persian need them.
static NOT_IN_TEXTS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"[\p{Cc}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Bidi_Control}--\n\t]").ok());
/// Something that can be seen by itself.
static VISIBLE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"[^\p{C}\p{Z}\p{M}\s]").ok());

/// Something that was given can't be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {expected}")]
pub struct Unfit {
    /// The field.
    pub field: &'static str,
    /// What was expected, and what came.
    pub expected: String,
}

/// A person's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonName {
    shown: String,
    key: String,
}

impl PersonName {
    /// Takes `text`, without the spaces around it, as the name that came in `field`.
    ///
    /// # Errors
    /// When it isn't 1 to 32 visible characters.
    pub fn new(field: &'static str, text: &str) -> Result<Self, Unfit> {
        let wrong = |got: String| {
            let expected = format!("expected a name of 1 to {LONGEST_NAME} visible characters, got {got}");
            Err(Unfit { field, expected })
        };
        if text.len() > LONGEST_NAME * 16 {
            return wrong(format!("{} bytes", text.len()));
        }
        let shown: String = text.trim().nfc().collect();
        if let Some(found) = first(&NOT_IN_NAMES, &shown) {
            return wrong(code(found));
        }
        let length = shown.chars().count();
        if length > LONGEST_NAME {
            return wrong(length.to_string());
        }
        if !begins(&shown) {
            return wrong(if shown.is_empty() { "none".to_owned() } else { format!("{shown:?}") });
        }
        let key = shown.nfkc().collect::<String>().to_lowercase();
        Ok(Self { shown, key })
    }

    /// The name as it is shown.
    pub fn as_str(&self) -> &str {
        &self.shown
    }

    /// The same for all ways to write it: `Mira` and `mira` are one person.
    pub fn key(&self) -> &str {
        &self.key
    }
}

/// Takes `text` as a message.
///
/// # Errors
/// When it isn't 1 to 4,000 characters, some of them visible.
pub fn text(text: &str) -> Result<String, Unfit> {
    let wrong = |expected: String| Err(Unfit { field: "text", expected });
    let text: String = text.replace("\r\n", "\n").nfc().collect();
    if let Some(found) = first(&NOT_IN_TEXTS, &text) {
        return wrong(format!("expected no control characters or signs of direction, got {}", code(found)));
    }
    let text = text.trim_end().trim_start_matches('\n');
    let length = text.chars().count();
    if length > LONGEST_TEXT {
        return wrong(format!("expected 1 to {LONGEST_TEXT} characters, got {length}"));
    }
    if first(&VISIBLE, text).is_none() {
        return wrong(format!("expected 1 to {LONGEST_TEXT} characters, got none that can be seen"));
    }
    Ok(text.to_owned())
}

/// Takes `id` as what a client calls its message.
///
/// # Errors
/// When it isn't 1 to 64 characters of ASCII that can be seen.
pub fn client_id(id: &str) -> Result<String, Unfit> {
    if (1..=LONGEST_ID).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(id.to_owned());
    }
    let expected = format!("expected 1 to {LONGEST_ID} visible characters of ASCII");
    Err(Unfit { field: "id", expected })
}

/// A text of the machine's, or of somebody whose text nobody has checked, with a sign in the place of each character that
/// no text here may hold.
pub(super) fn printable(text: &str) -> String {
    NOT_IN_TEXTS.as_ref().map_or_else(|| text.to_owned(), |class| class.replace_all(text, "\u{fffd}").into_owned())
}

fn begins(name: &str) -> bool {
    name.chars().next().is_some_and(|first| self::first(&VISIBLE, first.encode_utf8(&mut [0; 4])).is_some())
}

/// The first character that `class` means.
fn first(class: &LazyLock<Option<Regex>>, text: &str) -> Option<char> {
    let found = class.as_ref()?.find(text)?;
    found.as_str().chars().next()
}

fn code(character: char) -> String {
    format!("U+{:04X}", u32::from(character))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn name(text: &str) -> Result<String, Unfit> {
        PersonName::new("user", text).map(|name| name.as_str().to_owned())
    }

    #[test]
    fn the_classes_are_there() {
        assert!([&NOT_IN_NAMES, &NOT_IN_TEXTS, &VISIBLE].iter().all(|class| class.is_some()));
    }

    #[test]
    fn takes_names_and_refuses_the_rest() {
        for (text, shown) in
            [(" mira ", "mira"), ("Zoe\u{308}", "Zo\u{eb}"), ("Jo ao", "Jo ao"), ("名前", "名前"), ("🦀", "🦀")]
        {
            assert_eq!(name(text), Ok(shown.to_owned()), "{text:?}");
        }
        assert_eq!(name(&"x".repeat(32)), Ok("x".repeat(32)));
        for text in [
            "",
            " ",
            "\t",
            "a\nb",
            "a\0",
            "a\u{202e}b",
            "a\u{200b}b",
            "\u{301}a",
            "a\u{a0}b",
            "a\u{2028}b",
            "\u{feff}a",
            "a\u{e000}",
            "a\u{200d}b",
        ] {
            let error = name(text).unwrap_err();
            assert!(error.to_string().starts_with("user: expected a name of 1 to 32 visible characters"), "{error}");
        }
        for long in ["x".repeat(33), "x".repeat(1_000_000)] {
            assert!(name(&long).is_err());
        }
    }

    #[test]
    fn ways_to_write_a_name_are_one_person() {
        let key = |text| PersonName::new("user", text).unwrap().key().to_owned();
        assert_eq!(key("Mira"), key("mira"));
        assert_eq!(key("Zoë"), key("ZOE\u{308}"));
        assert_eq!(key("ｍｉｒａ"), key("mira"));
        assert_ne!(key("mira"), key("mirа"), "a letter of another alphabet is another letter");
    }

    #[test]
    fn takes_texts_and_refuses_the_rest() {
        for (given, kept) in [
            ("a\tb\r\nc", "a\tb\nc"),
            ("\n  code\n", "  code"),
            ("e\u{301}", "é"),
            ("👩\u{200d}🔧", "👩\u{200d}🔧"),
            ("<b>&amp;", "<b>&amp;"),
        ] {
            assert_eq!(text(given), Ok(kept.to_owned()), "{given:?}");
        }
        assert_eq!(text(&"é".repeat(4_000)), Ok("é".repeat(4_000)));
        for given in
            ["", " \n\t ", "\u{200d}", "\u{2800}\u{7}", "a\rb", "a\u{1b}[31m", "a\u{2066}b", "a\u{61c}", "a\u{2029}b"]
        {
            assert_eq!(text(given).unwrap_err().field, "text", "{given:?}");
        }
        assert!(text(&"é".repeat(4_001)).is_err());
    }

    #[test]
    fn takes_ids_and_refuses_the_rest() {
        assert_eq!(client_id("3f2a-1"), Ok("3f2a-1".to_owned()));
        for id in ["", "a b", "é", &"x".repeat(65)] {
            assert_eq!(client_id(id).unwrap_err().field, "id");
        }
    }

    proptest! {
        #[test]
        fn what_is_taken_is_taken_again_as_it_is(given: String) {
            if let Ok(kept) = text(&given) {
                prop_assert_eq!(text(&kept), Ok(kept.clone()));
                let hidden = kept.contains(['\r', '\0', '\u{202e}']);
                prop_assert!(!hidden && kept.chars().count() <= LONGEST_TEXT);
            }
            if let Ok(kept) = name(&given) {
                prop_assert_eq!(name(&kept), Ok(kept.clone()));
                let hidden = kept.contains(['\n', '\u{202e}', '\u{200b}']);
                prop_assert!(!hidden);
            }
        }
    }
}
