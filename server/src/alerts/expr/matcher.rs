use super::Selector;
use crate::alerts::metrics::Series;

/// A condition on a label: `mount="/var*"`, where `*` stands for any characters, or `mount!="/boot"`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::alerts) struct Matcher {
    pub(in crate::alerts) label: String,
    pub(in crate::alerts) pattern: String,
    /// Written with `=`, not with `!=`.
    pub(in crate::alerts) is_equal: bool,
}

impl Matcher {
    /// Whether a label of this value is meant. A label that is not there is empty.
    pub(in crate::alerts) fn matches(&self, value: &str) -> bool {
        matches(&self.pattern, value) == self.is_equal
    }

    fn takes(&self, series: &Series<'_>) -> bool {
        self.matches(series.label(&self.label).unwrap_or_default())
    }
}

impl Selector {
    /// Whether it means this one.
    pub(in crate::alerts) fn takes(&self, series: &Series<'_>) -> bool {
        self.matchers.iter().all(|matcher| matcher.takes(series))
    }
}

/// Whether `text` is as `pattern` says, in which `*` stands for any characters. Linear in the product of both at worst.
pub(in crate::alerts) fn matches(pattern: &str, text: &str) -> bool {
    let (Some((head, rest)), true) = (pattern.split_once('*'), pattern.contains('*')) else { return pattern == text };
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
