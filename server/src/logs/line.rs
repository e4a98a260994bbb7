//! A raw line made text that can be shown as it is: what a program wrote is data, whatever it holds.

use anstream::adapter::strip_str;
use app::format;

/// The line of which `bytes` are the first and `total` the length in bytes, as text.
///
/// - What isn't UTF-8 becomes U+FFFD.
/// - ANSI escape sequences are taken out. One that has no end takes the rest of the line with it, as in a terminal.
/// - NUL and BEL are dropped; other control characters but tab become their visible pictures (`␍`).
/// - Characters that reorder or break the text around them become U+FFFD.
/// - A message longer than `limit` bytes is cut there, and a note says how long the line was.
pub fn text(bytes: &[u8], total: u64, limit: usize) -> String {
    let mut kept = &bytes[..bytes.len().min(limit)];
    let mut is_cut = total > kept.len() as u64;
    if is_cut {
        kept = without_begun_char(kept);
    }
    let mut message = clean(&String::from_utf8_lossy(kept));
    if message.len() > limit {
        is_cut = true;
        message.truncate(message.floor_char_boundary(limit));
    }
    if is_cut {
        message.push_str(&format!(" … ({} bytes, cut)", format::count(total)));
    }
    message
}

/// As [`text()`], of a line that is there as a whole.
pub fn whole(bytes: &[u8], limit: usize) -> String {
    text(bytes, bytes.len() as u64, limit)
}

/// As [`whole()`], of several lines that belong together: where one ends stays as it is.
pub fn lines(bytes: &[u8], limit: usize) -> String {
    whole(bytes.trim_ascii_end(), limit).replace("␍␊", "\n").replace('␊', "\n")
}

/// `bytes` without the first bytes of a character of which the rest has been cut off.
fn without_begun_char(bytes: &[u8]) -> &[u8] {
    let begins = bytes.iter().rposition(|b| b & 0b1100_0000 != 0b1000_0000).unwrap_or(0);
    match std::str::from_utf8(&bytes[begins..]) {
        Err(error) if error.error_len().is_none() => &bytes[..begins],
        _ => bytes,
    }
}

/// As much of a text as an answer repeats.
pub(crate) fn short(text: &str) -> &str {
    let end = text.char_indices().nth(80).map_or(text.len(), |(at, _)| at);
    &text[..end]
}

fn clean(text: &str) -> String {
    if !text.contains(is_hostile) {
        return text.to_owned();
    }
    let visible: String = text.chars().filter(|&c| c != '\0').map(visible).collect();
    strip_str(&visible).to_string()
}

fn is_hostile(c: char) -> bool {
    (c.is_control() && c != '\t') || breaks_the_text(c)
}

/// Line and paragraph separators, and marks that change the direction of what stands around them.
fn breaks_the_text(c: char) -> bool {
    matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// `c`, or what is shown for it. ESC and BEL stay: with them escape sequences begin and end.
fn visible(c: char) -> char {
    match c {
        '\t' | '\u{7}' | '\u{1b}' => c,
        // The pictures stand in the order of what they show.
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or(char::REPLACEMENT_CHARACTER),
        '\u{7f}' => '␡',
        _ if c.is_control() || breaks_the_text(c) => char::REPLACEMENT_CHARACTER,
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn shows_what_was_written() {
        let cases: [(&[u8], &str); 12] = [
            (b"", ""),
            (b"plain", "plain"),
            (b"<b>&amp;</b>\t\"x\"", "<b>&amp;</b>\t\"x\""),
            (b"\x1b[1;31mred\x1b[0m and \x1b[38;5;9mmore\x1b[m", "red and more"),
            (b"\x1b]0;a title\x07text", "text"),
            (b"\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"),
            (b"a\0b\x07c", "abc"),
            (b"10%\r20%\x0b", "10%␍20%␋"),
            (b"caf\xc3\xa9 \xff\xfe", "café \u{fffd}\u{fffd}"),
            ("a\u{202e}b\u{2028}c\u{85}d".as_bytes(), "a\u{fffd}b\u{fffd}c\u{fffd}d"),
            ("👩‍👩‍👧 ok".as_bytes(), "👩‍👩‍👧 ok"),
            (b"two\nlines", "two␊lines"),
        ];
        for (bytes, shown) in cases {
            assert_eq!(whole(bytes, 100), shown, "{bytes:?}");
        }
    }

    #[test]
    fn cuts_with_a_note() {
        assert_eq!(text(b"12345", 1_048_576, 5), "12345 … (1,048,576 bytes, cut)");
        assert_eq!(whole(b"12345", 5), "12345");
        assert_eq!(whole(b"123456", 5), "12345 … (6 bytes, cut)");
        assert_eq!(whole("123éé".as_bytes(), 4), "123 … (7 bytes, cut)");
        assert_eq!(whole("12é".as_bytes(), 4), "12é");
        assert_eq!(whole(b"\xff\xff\xff", 4), "\u{fffd} … (3 bytes, cut)");
    }

    #[test]
    fn lines_that_belong_together_stay_lines() {
        assert_eq!(lines(b"one\r\n  two\n\x1b[31mthree\n\n", 100), "one\n  two\nthree");
    }

    proptest! {
        #[test]
        fn any_bytes_become_bounded_text(
            bytes in prop::collection::vec(prop_oneof![any::<u8>(), prop::sample::select(b"\x1b[]m;\x07\x9c\\P".to_vec())], 0..300),
            limit in 0_usize..200,
        ) {
            let text = whole(&bytes, limit);
            prop_assert!(!text.contains(is_hostile), "{:?}", text);
            prop_assert!(text.len() <= limit + 30);
            // What unsafe code made is text.
            prop_assert!(std::str::from_utf8(text.as_bytes()).is_ok());
        }

        #[test]
        fn harmless_text_stays(text in "[a-zäß€ 0-9\\t<>&\"']{0,80}") {
            prop_assert_eq!(whole(text.as_bytes(), 1_000), text);
        }
    }
}
