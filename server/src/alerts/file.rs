//! Rules as TOML: `[[rule]]` tables. What can't be is refused with its place, the key, and what was expected.

use std::collections::BTreeSet;
use std::ops::Range;

use serde::Deserialize;

use super::Rule;
use super::entry::Place;
use super::own::PREFIX;

pub use super::entry::Entry;

/// The rules there can be.
pub const MOST_RULES: usize = 20_000;
/// A file of rules.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Entries {
    /// Its tables.
    pub rule: Vec<Entry>,
}

/// A rule that can't be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{key}: {message}")]
pub struct RuleError {
    /// Where, in bytes of the file.
    pub at: Range<usize>,
    /// The rule and its key.
    pub key: String,
    /// What was expected, and what came.
    pub message: String,
}

/// Rules as they are read, each name once.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    names: BTreeSet<String>,
    rules: Vec<Rule>,
}

impl Rules {
    /// Begins with rules that are given.
    pub fn of(rules: Vec<Rule>) -> Self {
        Self { names: rules.iter().map(|rule| rule.name.clone()).collect(), rules }
    }

    /// Takes in the tables of a file, whose text is `text`; without a name it is the program's own.
    pub fn add(&mut self, entries: Vec<Entry>, file: Option<&str>, text: &str) -> Result<(), RuleError> {
        for entry in entries {
            let place = Place { name: entry.name.get_ref().clone(), file, text };
            let name_at = entry.name.span();
            let valid = |name: &str| {
                (1..=64).contains(&name.len())
                    && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
            };
            if !valid(&place.name) {
                return Err(place.error("name", name_at, "expected 1 to 64 letters, digits, - or _"));
            }
            if place.name.starts_with(PREFIX) {
                let message = format!("expected another name: {PREFIX} is how opsglass' own alerts begin");
                return Err(place.error("name", name_at, &message));
            }
            if self.rules.len() >= MOST_RULES {
                return Err(place.error("name", name_at, &format!("expected at most {MOST_RULES} rules")));
            }
            if !self.names.insert(place.name.clone()) {
                return Err(place.error("name", name_at, "expected a name that no other rule has"));
            }
            self.rules.push(entry.rule(&place)?);
        }
        Ok(())
    }

    /// All of them.
    pub fn into_vec(self) -> Vec<Rule> {
        self.rules
    }
}

/// The rules that are there without any being written.
#[expect(clippy::expect_used, reason = "the text is part of the program, and a test reads it")]
pub fn defaults() -> Vec<Rule> {
    let text = include_str!("defaults.toml");
    let entries: Entries = toml::from_str(text).expect("the default rules are TOML");
    let mut rules = Rules::default();
    rules.add(entries.rule, None, text).expect("the default rules can be");
    rules.into_vec()
}

#[cfg(test)]
mod tests;
