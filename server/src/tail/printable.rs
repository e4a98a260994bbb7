//! Text from elsewhere, made harmless to a terminal.

use std::borrow::Cow;

/// `text` on one line and without anything that a terminal acts upon: control characters, among them those that begin
/// an ANSI sequence, and marks that turn the direction of writing or can't be seen are shown as `\n`, `\x1b`, `\u{202e}`.
pub(super) fn printable(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_active) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for char in text.chars() {
        match char {
            '\n' => shown.push_str("\\n"),
            '\r' => shown.push_str("\\r"),
            '\t' => shown.push_str("    "),
            active if is_active(active) && active <= '\u{ff}' => shown += &format!("\\x{:02x}", u32::from(active)),
            active if is_active(active) => shown += &format!("\\u{{{:x}}}", u32::from(active)),
            char => shown.push(char),
        }
    }
    Cow::Owned(shown)
}

/// `json`, a whole JSON text on one line, with the same characters as escapes of JSON's own: it reads as the same value.
pub(super) fn printable_json(json: &str) -> Cow<'_, str> {
    if !json.chars().any(is_active) {
        return Cow::Borrowed(json);
    }
    let mut shown = String::with_capacity(json.len() + 16);
    for char in json.chars() {
        if is_active(char) {
            for unit in char.encode_utf16(&mut [0; 2]) {
                shown += &format!("\\u{unit:04x}");
            }
        } else {
            shown.push(char);
        }
    }
    Cow::Owned(shown)
}

fn is_active(char: char) -> bool {
    char.is_control()
        || matches!(char,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn sequences_are_shown() {
        assert_eq!(printable("\u{1b}[2J\u{1b}]0;owned\u{7}"), "\\x1b[2J\\x1b]0;owned\\x07");
        assert_eq!(printable("a\r\nb\tc\u{9b}31m\u{7f}"), "a\\r\\nb    c\\x9b31m\\x7f");
        assert_eq!(printable("safe\u{202e}txt.exe\u{e0041}"), "safe\\u{202e}txt.exe\\u{e0041}");
        assert_eq!(printable("Grüße, 世界 🙂"), "Grüße, 世界 🙂");
    }

    proptest! {
        #[test]
        fn nothing_active_is_left(text: String) {
            prop_assert!(!printable(&text).chars().any(is_active));
        }

        #[test]
        fn json_keeps_its_value(text: String, active in "[\u{7f}-\u{9f}\u{202e}\u{2028}\u{e0041}]{0,4}") {
            let value = serde_json::json!({ "text": text + &active });
            let json = value.to_string();
            let shown = printable_json(&json);
            prop_assert!(!shown.chars().any(is_active));
            prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).unwrap(), value);
        }
    }
}
