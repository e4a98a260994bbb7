//! What people are called, by whatever door they come in.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de};
use unicode_normalization::UnicodeNormalization as _;

use crate::visible::{code, folded, hidden, is_heaped, is_visible};

/// A user's, a token's or a guest's name: 1–32 visible characters, in Unicode's composed form (NFC). It may look like
/// markup; whoever shows it shows text.
///
/// Two that are written differently may be one person's: that is so when their [`key`](Self::key)s are the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PersonName {
    shown: String,
    key: String,
}

/// A text is no name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected a name of 1 to {} visible characters, got {got}", PersonName::LONGEST)]
pub struct NotAName {
    got: String,
}

impl PersonName {
    /// What a token's name begins with where others see it.
    pub const OF_TOKENS: &str = "token ";
    /// The longest name, in characters.
    pub const LONGEST: usize = 32;

    /// Takes `text` as a name.
    ///
    /// # Errors
    /// When it isn't 1 to 32 visible characters without a space at either end.
    pub fn new(text: &str) -> Result<Self, NotAName> {
        let wrong = |got: String| Err(NotAName { got });
        if text.len() > Self::LONGEST * 16 {
            return wrong(format!("{} bytes", text.len()));
        }
        let shown: String = text.nfc().collect();
        if let Some(found) = hidden(&shown) {
            return wrong(code(found));
        }
        let length = shown.chars().count();
        if !(1..=Self::LONGEST).contains(&length) {
            return wrong(if length == 0 { "none".to_owned() } else { length.to_string() });
        }
        if shown.starts_with(' ') || shown.ends_with(' ') {
            return wrong("one that begins or ends with a space".to_owned());
        }
        if is_heaped(&shown) {
            return wrong("more than four marks on one letter".to_owned());
        }
        if !shown.chars().next().is_some_and(|first| is_visible(first.encode_utf8(&mut [0; 4]))) {
            return wrong(format!("{shown:?}, which begins with a mark"));
        }
        let key = folded(&shown);
        Ok(Self { shown, key })
    }

    /// Takes `text` as the name of a person, who isn't called as others see a token: `token ci`.
    ///
    /// # Errors
    /// When it is no name, or begins with `token `.
    pub fn of_person(text: &str) -> Result<Self, NotAName> {
        let name = Self::new(text)?;
        if name.key.starts_with(Self::OF_TOKENS) {
            return Err(NotAName { got: format!("{text:?}, as a token is called") });
        }
        Ok(name)
    }

    /// The same for a name that is read.
    ///
    /// # Errors
    /// When it is no text or no such name.
    pub fn read_of_person<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::of_person(&String::deserialize(deserializer)?).map_err(de::Error::custom)
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

impl TryFrom<String> for PersonName {
    type Error = NotAName;

    fn try_from(text: String) -> Result<Self, NotAName> {
        Self::new(&text)
    }
}

impl From<PersonName> for String {
    fn from(name: PersonName) -> Self {
        name.shown
    }
}

impl fmt::Display for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn name(text: &str) -> Result<String, NotAName> {
        PersonName::new(text).map(String::from)
    }

    #[test]
    fn a_name_is_what_can_be_seen() {
        for text in ["a", "Zo\u{eb}", "<b>x</b>", "anna b", "名前", "🦀", "สมศักดิ์", "मीरा", &"x".repeat(32)]
        {
            assert_eq!(name(text), Ok(text.to_owned()));
        }
        assert_eq!(name("Zoe\u{308}"), Ok("Zo\u{eb}".to_owned()));
        let heap = format!("a{}", "\u{31a}".repeat(31));
        let long = ["x".repeat(33), "x".repeat(1_000_000)];
        let hidden = [
            "",
            " ",
            "\t",
            " a",
            "a ",
            "a\nb",
            "a\0",
            "a\u{202e}b",
            "a\u{200b}",
            "a\u{a0}b",
            "\u{feff}a",
            "\u{301}a",
            "a\u{2028}b",
            "a\u{e000}",
            "a\u{200d}b",
            "\u{3164}",
            "\u{ffa0}",
            "\u{2800}",
            "anna\u{fe0f}",
            "anna\u{fe00}",
            "an\u{34f}na",
            "an\u{180b}na",
            "an\u{17b4}na",
            &heap,
            &long[0],
            &long[1],
        ];
        for text in hidden {
            let error = name(text).unwrap_err().to_string();
            assert!(error.starts_with("expected a name of 1 to 32 visible characters, got "), "{text:?}: {error}");
        }
    }

    #[test]
    fn ways_to_write_a_name_are_one_person() {
        let key = |text| PersonName::new(text).unwrap().key().to_owned();
        assert_eq!(key("Zo\u{eb}"), key("ZOE\u{308}"));
        assert_ne!(key("mira"), key("mir\u{430}"));
    }

    #[test]
    fn nobody_is_called_like_a_token() {
        for text in ["token ci", "Token ci", "TOKEN \u{436}"] {
            let error = PersonName::of_person(text).unwrap_err().to_string();
            assert!(error.ends_with(", as a token is called"), "{error}");
            assert!(PersonName::new(text).is_ok());
        }
        for text in ["token", "tokens ci", "mira", "my token ci"] {
            assert!(PersonName::of_person(text).is_ok(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_a_name_is_one_again_and_has_a_key(given in "\\PC{1,12}|.{0,8}") {
            if let Ok(kept) = PersonName::new(&given) {
                prop_assert_eq!(PersonName::new(kept.as_str()), Ok(kept.clone()));
                prop_assert!(!kept.key().is_empty(), "{:?}", kept);
            }
        }
    }
}
