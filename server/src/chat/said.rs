//! What people may call themselves and write. Both are put into Unicode's composed form (NFC), so that what looks the same
//! is the same, and what nobody can see, or what turns the order of the text around, is refused.

use unicode_normalization::UnicodeNormalization as _;

use crate::person::PersonName;
use crate::visible::{code, control, is_visible};

/// The longest text, in characters.
pub(super) const LONGEST_TEXT: usize = 4_000;
/// The longest id that a client gives a message, in bytes.
const LONGEST_ID: usize = 64;

/// Something that was given can't be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {expected}")]
pub struct Unfit {
    /// The field.
    pub field: &'static str,
    /// What was expected, and what came.
    pub expected: String,
}

/// Takes `text`, without the spaces around it, as the name that came in `field`.
///
/// # Errors
/// When it isn't 1 to 32 visible characters.
pub fn name(field: &'static str, text: &str) -> Result<PersonName, Unfit> {
    PersonName::new(text.trim()).map_err(|error| Unfit { field, expected: error.to_string() })
}

/// Takes `text` in the same way as what a guest calls themselves.
///
/// # Errors
/// When it is no name of a person.
pub fn guest(field: &'static str, text: &str) -> Result<PersonName, Unfit> {
    PersonName::of_person(text.trim()).map_err(|error| Unfit { field, expected: error.to_string() })
}

/// Takes `text` as a message.
///
/// # Errors
/// When it isn't 1 to 4,000 characters, some of them visible.
pub fn text(text: &str) -> Result<String, Unfit> {
    let wrong = |expected: String| Err(Unfit { field: "text", expected });
    let text: String = text.replace("\r\n", "\n").nfc().collect();
    if let Some(found) = control(&text) {
        return wrong(format!("expected no control characters or signs of direction, got {}", code(found)));
    }
    let text = text.trim_end().trim_start_matches('\n');
    let length = text.chars().count();
    if length > LONGEST_TEXT {
        return wrong(format!("expected 1 to {LONGEST_TEXT} characters, got {length}"));
    }
    if !is_visible(text) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn takes_names_without_the_spaces_around_them_and_says_where_one_is_none() {
        assert_eq!(name("user", " mira ").map(String::from), Ok("mira".to_owned()));
        let error = name("user", "a\u{200b}b").unwrap_err();
        assert_eq!(error.to_string(), "user: expected a name of 1 to 32 visible characters, got U+200B");
    }

    #[test]
    fn takes_texts_and_refuses_the_rest() {
        for (given, kept) in [
            ("a\tb\r\nc", "a\tb\nc"),
            ("\n  code\n", "  code"),
            ("e\u{301}", "é"),
            ("👩\u{200d}🔧", "👩\u{200d}🔧"),
            ("❤\u{fe0f}", "❤\u{fe0f}"),
            ("<b>&amp;", "<b>&amp;"),
        ] {
            assert_eq!(text(given), Ok(kept.to_owned()), "{given:?}");
        }
        assert_eq!(text(&"é".repeat(4_000)), Ok("é".repeat(4_000)));
        for given in [
            "",
            " \n\t ",
            "\u{200d}",
            "\u{2800}\u{7}",
            "\u{2800}",
            "\u{3164}",
            "a\rb",
            "a\u{1b}[31m",
            "a\u{2066}b",
            "a\u{61c}",
            "a\u{2029}b",
        ] {
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
        }
    }
}
