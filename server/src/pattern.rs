//! Patterns in which `*` stands for any characters: of labels, of channels.

/// Whether `text` is as `pattern` says. Linear in the product of both at worst.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let Some((head, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut text) = text.strip_prefix(head) else { return false };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let tail = parts.pop().unwrap_or_default();
    for part in parts {
        let Some(found) = text.find(part) else { return false };
        text = &text[found + part.len()..];
    }
    text.ends_with(tail)
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_is_any_characters() {
        for (pattern, text) in [
            ("/var", "/var"),
            ("*", ""),
            ("/var*", "/var/log"),
            ("*log", "/var/log"),
            ("/*/b*d", "/a/bcd"),
            ("a**b", "ab"),
        ] {
            assert!(matches(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [("/var", "/var/log"), ("/var*", "/va"), ("a*a", "a"), ("*.log", "log"), ("", "x")] {
            assert!(!matches(pattern, text), "{pattern} {text}");
        }
    }
}
