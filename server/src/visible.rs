//! What of a text can be seen, and which texts look the same: for names, messages, and whatever else people are to believe.

use std::sync::LazyLock;

use regex::Regex;
use unicode_normalization::UnicodeNormalization as _;

/// What can't be seen though it is no control character: Unicode's list, and letters and signs that are drawn as nothing.
const BLANK: &str = r"\p{Default_Ignorable_Code_Point}\x{2800}\x{13441}\x{13442}\x{1D159}";

/// What a name may not hold: what can't be seen, and spaces other than the usual one.
static HIDDEN: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(&format!(r"[\p{{C}}\p{{Z}}{BLANK}--\x20]")).ok());
/// More marks on one letter than any language has (UTS 39, 5.4): they run into the lines above and below.
static HEAP: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"[\p{Mn}\p{Me}]{5}").ok());
/// What a text may not hold: control characters and signs of direction. Joiners may stay, emoji and Persian need them.
static CONTROL: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"[\p{Cc}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Bidi_Control}--\n\t]").ok());
/// Something that can be seen by itself.
static VISIBLE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(&format!(r"[^\p{{C}}\p{{Z}}\p{{M}}\s{BLANK}]")).ok());

/// The first character that no name may hold, because it can't be seen.
pub(crate) fn hidden(text: &str) -> Option<char> {
    first(&HIDDEN, text)
}

/// Whether more than four marks stand on one letter.
pub(crate) fn is_heaped(text: &str) -> bool {
    first(&HEAP, text).is_some()
}

/// The first control character or sign of direction, but for the end of a line and the tab.
pub(crate) fn control(text: &str) -> Option<char> {
    first(&CONTROL, text)
}

/// Whether there is something to be seen.
pub(crate) fn is_visible(text: &str) -> bool {
    first(&VISIBLE, text).is_some()
}

/// A text that nobody has checked, with a sign in the place of each control character and sign of direction.
pub(crate) fn printable(text: &str) -> String {
    CONTROL.as_ref().map_or_else(|| text.to_owned(), |class| class.replace_all(text, "\u{fffd}").into_owned())
}

/// The same for all ways to write a name: without what can't be seen, and in letters of one case and width.
pub(crate) fn folded(text: &str) -> String {
    let seen = |text: &str| HIDDEN.as_ref().map_or_else(|| text.to_owned(), |class| class.replace_all(text, "").into());
    let wide: String = text.nfkc().collect();
    // By way of the large letters, of which a sigma has one.
    let one_case: String = seen(&wide).to_uppercase().to_lowercase().nfkc().collect();
    one_case.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// How a character is told that can't be shown.
pub(crate) fn code(character: char) -> String {
    format!("U+{:04X}", u32::from(character))
}

fn first(class: &LazyLock<Option<Regex>>, text: &str) -> Option<char> {
    class.as_ref()?.find(text)?.as_str().chars().next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_classes_are_there() {
        assert!([&HIDDEN, &HEAP, &CONTROL, &VISIBLE].iter().all(|class| class.is_some()));
    }

    #[test]
    fn what_looks_the_same_is_the_same() {
        for (one, other) in [
            ("Mira", "mira"),
            ("Zo\u{eb}", "ZOE\u{308}"),
            ("ｍｉｒａ", "mira"),
            ("audit ", "\u{200b}Aud\u{fe0f}it"),
            ("ΝΙΚΟΣ", "νικοσ"),
            ("νικος", "νικοσ"),
            ("Strauß", "STRAUSS"),
            ("an  na", "An Na"),
        ] {
            assert_eq!(folded(one), folded(other));
        }
        assert_ne!(folded("mira"), folded("mir\u{430}"), "a letter of another alphabet is another letter");
        assert_ne!(folded("an na"), folded("anna"));
    }
}
