//! The labels that a rule gives to its alerts, and those that its texts may name.

use std::collections::BTreeMap;

use toml::Spanned;

use super::Place;
use crate::alerts::expr::Condition;
use crate::alerts::file::RuleError;

/// Labels of a rule.
const MOST: usize = 32;

/// The labels, if their names and values are such that Alertmanager takes them.
pub(super) fn read(
    labels: Option<Spanned<BTreeMap<String, String>>>,
    place: &Place<'_>,
) -> Result<BTreeMap<String, String>, RuleError> {
    let Some(labels) = labels else { return Ok(BTreeMap::new()) };
    let at = labels.span();
    let labels = labels.into_inner();
    if labels.len() > MOST {
        return Err(place.error("labels", at, &format!("expected at most {MOST}, got {}", labels.len())));
    }
    let valid = |name: &str| {
        name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
            && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
    };
    for (name, value) in &labels {
        let refused = |message: &str| Err(place.error(&format!("labels.{name}"), at.clone(), message));
        if !valid(name) {
            return refused("expected a name of letters, digits and _ that begins with a letter");
        }
        if ["alertname", "severity", "instance"].contains(&name.as_str()) {
            return refused("expected another name: opsglass sets this one itself");
        }
        if value.len() > 1_024 {
            return refused("expected at most 1024 bytes");
        }
    }
    Ok(labels)
}

/// Labels that a text may name: those of the metrics, and the rule's own.
pub(super) fn known<'a>(condition: &Condition, labels: &'a BTreeMap<String, String>) -> Vec<&'a str> {
    let of_metrics = condition.selectors().into_iter().flat_map(|(selector, _)| selector.metric().labels());
    let mut known: Vec<&str> = of_metrics.copied().chain(labels.keys().map(String::as_str)).collect();
    known.sort_unstable();
    known.dedup();
    known
}
