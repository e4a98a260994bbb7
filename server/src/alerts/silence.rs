//! What keeps an alert from being notified: somebody has acknowledged it, or it is silenced.

use std::collections::BTreeMap;
use std::fmt;

use app::model::Timestamp;
use serde::{Deserialize, Serialize};

use super::expr::Matcher;
use crate::visible::{code, control, is_visible};

/// Matchers of one silence.
const MOST_MATCHERS: usize = 32;
/// The longest reason, and the longest name of a label, in bytes.
const LONGEST_REASON: usize = 1_024;
const LONGEST_NAME: usize = 100;
/// The longest name of somebody, in bytes: there is room for the label of each token, `token` and 32 characters.
const LONGEST_BY: usize = 160;
/// The longest silence in milliseconds: a year.
const LONGEST: u64 = 366 * 86_400_000;

/// Somebody sees to it. Ends with the alert; it is told again if it becomes worse.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ack {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: String,
    /// Why, or what is done; may be empty.
    pub reason: String,
}

/// Alerts that are not notified for a while.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Silence {
    /// Names it.
    pub id: String,
    /// All must be so of an alert's labels.
    pub matchers: Vec<LabelMatcher>,
    /// Why.
    pub reason: String,
    /// Who.
    pub by: String,
    /// From when.
    pub from: Timestamp,
    /// Until when.
    pub until: Timestamp,
}

/// A condition on one label of an alert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LabelMatcher {
    /// The label, for example `alertname`.
    pub label: String,
    /// What its value is to be; `*` stands for any characters.
    pub value: String,
    /// Whether it is to be so, or not to be so.
    #[serde(default = "yes")]
    pub equal: bool,
}

/// A silence or an acknowledgement that can't be: the field, and what was expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {expected}")]
pub struct Invalid {
    /// The field.
    pub field: &'static str,
    /// What was expected, and what came.
    pub expected: String,
}

fn yes() -> bool {
    true
}

impl Ack {
    /// Whether it may be.
    pub fn check(&self) -> Result<(), Invalid> {
        text("by", &self.by, 1, LONGEST_BY)?;
        text("reason", &self.reason, 0, LONGEST_REASON)
    }
}

impl Silence {
    /// Whether it may be.
    pub fn check(&self) -> Result<(), Invalid> {
        text("by", &self.by, 1, LONGEST_BY)?;
        text("reason", &self.reason, 1, LONGEST_REASON)?;
        let wrong = |field, expected: String| Err(Invalid { field, expected });
        if self.matchers.is_empty() || self.matchers.len() > MOST_MATCHERS {
            return wrong("matchers", format!("expected 1 to {MOST_MATCHERS}, got {}", self.matchers.len()));
        }
        for matcher in &self.matchers {
            text("matchers", &matcher.label, 1, LONGEST_NAME)?;
            text("matchers", &matcher.value, 0, LONGEST_REASON)?;
        }
        if self.until <= self.from {
            return wrong("until", format!("expected a time after {}, got {}", self.from, self.until));
        }
        if self.until.since(self.from) > LONGEST {
            return wrong("until", format!("expected at most 366 days from now, got {}", self.until));
        }
        Ok(())
    }

    /// What it means, as [`matchers`] reads it.
    pub fn wanted(&self) -> String {
        self.matchers.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    }

    /// Whether it is in force.
    pub fn is_active(&self, now: Timestamp) -> bool {
        self.from <= now && now < self.until
    }

    /// Whether it means an alert with these labels.
    pub fn takes(&self, labels: &BTreeMap<String, String>) -> bool {
        self.matchers.iter().all(|LabelMatcher { label, value, equal }| {
            let matcher = Matcher { label: label.clone(), pattern: value.clone(), is_equal: *equal };
            matcher.matches(labels.get(label).map(String::as_str).unwrap_or_default())
        })
    }
}

impl fmt::Display for LabelMatcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.label, if self.equal { "=" } else { "!=" })?;
        // It may hold what stands between matchers.
        if !self.value.is_empty() && !self.value.contains([',', '"', '\\', ' ', '=', '!']) {
            return f.write_str(&self.value);
        }
        write!(f, "\"{}\"", self.value.replace('\\', "\\\\").replace('"', "\\\""))
    }
}

/// Reads matchers as a person writes them: `alertname=cpu, instance!="/var, old"`; or what was expected.
pub fn matchers(text: &str) -> Result<Vec<LabelMatcher>, String> {
    let mut matchers = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let wrong = || format!("expected conditions like alertname=cpu, instance!=\"/var\", got {rest:?}");
        let (label, after) = rest.split_once('=').ok_or_else(wrong)?;
        let (label, equal) = label.strip_suffix('!').map_or((label, true), |label| (label, false));
        let label = label.trim();
        if label.is_empty() || label.contains([',', '"']) {
            return Err(wrong());
        }
        let (value, after) = value(after.trim_start()).ok_or_else(wrong)?;
        matchers.push(LabelMatcher { label: label.to_owned(), value, equal });
        let after = after.trim_start();
        rest = match after.strip_prefix(',') {
            Some(next) => next.trim_start(),
            None if after.is_empty() => after,
            None => return Err(wrong()),
        };
    }
    Ok(matchers)
}

/// The value that `text` begins with, in quotation marks or up to a comma, and what comes after it.
fn value(text: &str) -> Option<(String, &str)> {
    let Some(quoted) = text.strip_prefix('"') else {
        let (value, after) = text.split_at(text.find(',').unwrap_or(text.len()));
        return Some((value.trim_end().to_owned(), after));
    };
    let (mut value, mut escaped) = (String::new(), false);
    for (at, c) in quoted.char_indices() {
        match c {
            '\\' if !escaped => escaped = true,
            '"' if !escaped => return Some((value, &quoted[at + 1..])),
            c => {
                value.push(c);
                escaped = false;
            }
        }
    }
    None
}

fn text(field: &'static str, text: &str, least: usize, most: usize) -> Result<(), Invalid> {
    let wrong = |got: String| {
        let expected = format!("expected a text of {least} to {most} bytes, got {got}");
        Err(Invalid { field, expected })
    };
    if !(least..=most).contains(&text.len()) {
        return wrong(text.len().to_string());
    }
    // It is told in the room, in mails and in the log, where it must not look like more than one line, nor turn it around.
    match text.chars().find(|c| c.is_control()).or_else(|| control(text)) {
        Some(found) => wrong(format!("{}, which can't be seen", code(found))),
        None if least > 0 && !is_visible(text) => wrong("nothing that can be seen".to_owned()),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn matchers_are_read_as_they_are_written() {
        let read = |text| {
            let found = matchers(text)?;
            Ok(found.into_iter().map(|m| (m.label, m.equal, m.value)).collect::<Vec<_>>())
        };
        let is = |label: &str, equal, value: &str| (label.to_owned(), equal, value.to_owned());
        assert_eq!(read(" alertname=cpu "), Ok(vec![is("alertname", true, "cpu")]));
        assert_eq!(
            read("alertname=fs*,instance != \"/a, \\\"b\\\\\" , x="),
            Ok(vec![is("alertname", true, "fs*"), is("instance", false, "/a, \"b\\"), is("x", true, "")])
        );
        assert_eq!(read(""), Ok(Vec::new()), "how many there must be is asked elsewhere");
        for wrong in ["cpu", "=x", "a=\"x", "a=\"x\" b=y", "a, b=c", ","] {
            let error: Result<Vec<(String, bool, String)>, String> = read(wrong);
            assert!(error.is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn any_value_can_be_written(value in "\\PC{0,20}", text in "\\PC{0,40}") {
            let written = format!("a=\"{}\", b=c", value.replace('\\', "\\\\").replace('"', "\\\""));
            prop_assert_eq!(&matchers(&written).unwrap()[0].value, &value);
            let _ = matchers(&text);
        }
    }

    #[test]
    fn means_what_all_matchers_take() {
        let matcher =
            |label: &str, value: &str, equal| LabelMatcher { label: label.into(), value: value.into(), equal };
        let silence = Silence {
            id: "1".into(),
            matchers: vec![matcher("alertname", "file*", true), matcher("instance", "/boot", false)],
            reason: "known".into(),
            by: "me".into(),
            from: Timestamp::from_ms(10),
            until: Timestamp::from_ms(20),
        };
        let labels = |name: &str, instance: &str| {
            BTreeMap::from([("alertname".to_owned(), name.to_owned()), ("instance".to_owned(), instance.to_owned())])
        };
        assert!(silence.takes(&labels("filesystem", "/")));
        assert!(!silence.takes(&labels("filesystem", "/boot")));
        assert!(!silence.takes(&labels("cpu", "/")));
        assert_eq!([9, 10, 19, 20].map(|ms| silence.is_active(Timestamp::from_ms(ms))), [false, true, true, false]);
        assert_eq!(silence.check(), Ok(()));
        let wrong = |change: &dyn Fn(&mut Silence)| {
            let mut silence = silence.clone();
            change(&mut silence);
            silence.check().unwrap_err().field
        };
        assert_eq!(wrong(&|silence| silence.reason.clear()), "reason");
        for hidden in ["a\nb", "a\u{202e}b", "a\0", "a\u{1b}[31m", "a\u{2028}b", "\u{3164}"] {
            assert_eq!(wrong(&|silence| silence.reason = hidden.to_owned()), "reason", "{hidden:?}");
            assert_eq!(wrong(&|silence| silence.by = hidden.to_owned()), "by", "{hidden:?}");
            let ack = Ack { at: Timestamp::default(), by: "anna".into(), reason: format!("x{hidden}") };
            assert_eq!(ack.check().is_ok(), hidden == "\u{3164}", "{hidden:?}");
        }
        assert_eq!(wrong(&|silence| silence.by = "x".repeat(161)), "by");
        let longest = crate::auth::Identity::token(&"\u{20000}".repeat(32), Vec::new(), Default::default());
        let by = longest.label().into_owned();
        assert_eq!(Silence { by: by.clone(), ..silence.clone() }.check(), Ok(()), "whoever may come in");
        assert_eq!(Ack { at: Timestamp::default(), by, reason: String::new() }.check(), Ok(()));
        assert_eq!(wrong(&|silence| silence.matchers.clear()), "matchers");
        assert_eq!(wrong(&|silence| silence.until = silence.from), "until");
        assert_eq!(wrong(&|silence| silence.until = Timestamp::from_ms(u64::MAX / 2)), "until");
    }
}
